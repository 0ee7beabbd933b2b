/** Import of files: choose or drop them, say what holds where they say nothing, see what became of each. */
import { useState } from "preact/hooks";
import { locale, t } from "../shared/i18n.ts";
import { call, query } from "../staff/api.ts";
import { Dialog } from "../staff/dialog.tsx";
import { icon } from "../staff/icons.tsx";
import { Badge, Failure, languageName, Working, type Tone } from "../staff/parts.tsx";
import { Table } from "../staff/table.tsx";
import { Defaults, NOTHING, settled } from "./import-defaults.tsx";
import type { ImportResult, ImportResults, Told } from "./types.ts";

export const TONES: Record<ImportResult["result"], Tone> = { imported: "good", replaced: "accent", unchanged: "plain", kept: "warn", skipped: "plain", refused: "bad" };
const KINDS = [".md", ".markdown", ".txt", ".html", ".htm", ".pdf", ".docx", ".zip"];
/** Why, without the name that stands beside it anyway. */
/** A reason of an import: in the page's language where it is one of ours, else in the words it came in. */
export function Why({ told }: { told: Told }) {
  return <span class="break" lang={told.code === null ? "en" : undefined} dir="auto">{told.text}</span>;
}

const ORDER: ImportResult["result"][] = ["refused", "kept", "skipped", "replaced", "imported", "unchanged"];

export function ImportDialog({ close, done }: { close: () => void; done: () => void }) {
  const [files, choose] = useState<File[]>([]);
  const [defaults, change] = useState(NOTHING);
  const [busy, work] = useState(false);
  const [error, fail] = useState<unknown>(null);
  const [found, show] = useState<ImportResults | null>(null);
  const send = async () => {
    const form = new FormData();
    for (const file of files) form.append("files[]", file, file.name);
    const { collection: _, ...rest } = settled(defaults);
    work(true);
    fail(null);
    try {
      show(await call<ImportResults>("POST", `/api/admin/import${query({ ...rest, draft: rest.draft ? "true" : null, read_in: locale.value })}`, form));
      done();
    } catch (problem) {
      fail(problem);
    }
    work(false);
  };
  return (
    <Dialog title={t("admin.import")} onClose={close} wide>
      {found ? <Results found={found} close={close} /> : (
        <>
          <Chooser files={files} choose={choose} />
          <Defaults defaults={defaults} change={change} />
          {error !== null && <Failure error={error} />}
          {busy && <p class="hint" role="status">{t("admin.import.reading")}</p>}
          <div class="dialog-foot">
            <button type="button" class="button" onClick={close}>{t("staff.cancel")}</button>
            <Working busy={busy} disabled={!files.length} onClick={() => void send()}>{t("admin.import.send", { n: files.length })}</Working>
          </div>
        </>
      )}
    </Dialog>
  );
}

function Chooser({ files, choose }: { files: File[]; choose: (files: File[]) => void }) {
  const take = (list: FileList | null | undefined) => choose([...(list ?? [])]);
  const dropped = (event: DragEvent) => {
    event.preventDefault();
    take(event.dataTransfer?.files);
  };
  return (
    <>
      <label class="drop" onDragOver={(event) => event.preventDefault()} onDrop={dropped}>
        {icon("upload", 20)}
        <span>{files.length ? t("admin.import.chosen", { n: files.length }) : t("admin.import.choose")}</span>
        <input type="file" class="hidden" accept={KINDS.join(",")} multiple onChange={(event) => take(event.currentTarget.files)} />
      </label>
      {files.length > 0 && <p class="hint">{files.slice(0, 8).map((file) => file.name).join(", ")}{files.length > 8 ? " …" : ""}</p>}
      <p class="hint">{t("admin.import.text")}</p>
    </>
  );
}

function Results({ found, close }: { found: ImportResults; close: () => void }) {
  const { results } = found;
  const refused = results.filter((result) => result.result === "refused").length;
  const sorted = results.map((row, n) => ({ ...row, n })).sort((a, b) => ORDER.indexOf(a.result) - ORDER.indexOf(b.result) || a.n - b.n);
  const columns = [
    { key: "name", title: t("admin.import.file"), cell: (row: ImportResult) => <span class="mono break">{row.name}</span> },
    { key: "result", title: t("admin.import.result"), cell: (row: ImportResult) => <Badge tone={TONES[row.result]}>{t(`admin.import.${row.result}`)}</Badge> },
    { key: "why", title: t("admin.import.what"), cell: (row: ImportResult) => (row.told ? <Why told={row.told} /> : [row.article, languageName(row.locale)].filter(Boolean).join(" · ")) },
  ];
  return (
    <>
      <p role="status">{t("admin.import.done", { n: results.length - refused })} {refused > 0 && t("admin.import.done.refused", { n: refused })}</p>
      {found.warning_told && <p class="notice notice-warn" role="alert">{t("admin.imports.warning")} <Why told={found.warning_told} /></p>}
      {found.missing > 0 && <p class="notice notice-warn">{t("admin.imports.missing.n", { n: found.missing })} <a href="#/imports" onClick={close}>{t("admin.imports.look")}</a></p>}
      <div class="results"><Table caption={t("admin.import.result")} columns={columns} rows={sorted} rowKey={(row) => String(row.n)} /></div>
      <div class="dialog-foot"><button type="button" class="button button-primary" onClick={close}>{t("staff.close")}</button></div>
    </>
  );
}
