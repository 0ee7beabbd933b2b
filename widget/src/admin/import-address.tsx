/** Import from an address: a web site, or the API of a help centre. It goes on in the background. */
import { useState } from "preact/hooks";
import { t } from "../shared/i18n.ts";
import { post } from "../staff/api.ts";
import { Dialog } from "../staff/dialog.tsx";
import { Failure, Field, Working } from "../staff/parts.tsx";
import { Defaults, NOTHING, settled } from "./import-defaults.tsx";

export function AddressDialog({ close, done }: { close: () => void; done: () => void }) {
  const [address, setAddress] = useState("");
  const [kind, setKind] = useState("auto");
  const [token, setToken] = useState("");
  const [defaults, change] = useState(NOTHING);
  const [busy, work] = useState(false);
  const [wrong, say] = useState<string | null>(null);
  const [error, fail] = useState<unknown>(null);
  const api = kind === "zendesk" || kind === "intercom";
  const submit = async (event: Event) => {
    event.preventDefault();
    if (!/^https?:\/\/[^/]+/.test(address)) return say(t("admin.imports.address.wrong"));
    say(null);
    work(true);
    fail(null);
    try {
      await post("/api/admin/imports", { address, kind, token: api && token ? token : null, ...settled(defaults) });
      done();
      return close();
    } catch (problem) {
      fail(problem);
    }
    work(false);
  };
  return (
    <Dialog title={t("admin.imports.address.title")} onClose={close}>
      <form onSubmit={(event) => void submit(event)} noValidate class="stack">
        <Field label={t("admin.imports.address")} hint={t("admin.imports.address.hint")} error={wrong}>
          <input type="url" autofocus value={address} spellcheck={false} placeholder="https://" onInput={(event) => setAddress(event.currentTarget.value.trim())} />
        </Field>
        <Field label={t("admin.imports.kind")}>
          <select value={kind} onChange={(event) => setKind(event.currentTarget.value)}>
            <option value="auto">{t("admin.imports.kind.web")}</option>
            <option value="zendesk">Zendesk</option>
            <option value="intercom">Intercom</option>
          </select>
        </Field>
        {api && (
          <Field label={t("admin.imports.token")} hint={t(`admin.imports.token.${kind}`)}>
            <input type="password" autocomplete="off" value={token} onInput={(event) => setToken(event.currentTarget.value.trim())} />
          </Field>
        )}
        <Defaults defaults={defaults} change={change} collections />
        {error !== null && <Failure error={error} />}
        <div class="dialog-foot">
          <button type="button" class="button" onClick={close}>{t("staff.cancel")}</button>
          <Working type="submit" busy={busy}>{t("admin.imports.begin")}</Working>
        </div>
      </form>
    </Dialog>
  );
}
