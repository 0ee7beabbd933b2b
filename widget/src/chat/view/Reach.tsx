/** When nobody is there: an address for the answer, if the customer likes. It is sent as a message, so it is kept like one. */
import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { t } from "../../shared/i18n.ts";
import { events, pending } from "../state.ts";
import { say } from "../talk.ts";

/** The same addresses that the server finds in a message (`handoff/facts/contacts.py`). */
const PART = "[\\w.+-]+@[A-Za-z0-9-]+(?:\\.[A-Za-z0-9-]+)*\\.[A-Za-z]{2,}";
const LONGEST = 254;

/** The address the customer has left in this conversation, by this form or in a message. */
function given(): string | undefined {
  const said = events.value.map((event) => (event.kind === "customer.said" ? event.data.text : ""));
  const all = [...said, ...pending.value.map((entry) => entry.text)];
  return all.map((text) => new RegExp(`(?<![\\w.+-])${PART}(?!\\w)`).exec(text)?.[0]).findLast(Boolean);
}

export function Reach(): VNode {
  const open = useSignal(false);
  const wrong = useSignal(false);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), [open.value]);
  const address = given();
  if (address) return <p class="keep">{t("chat.reach.left", { address })}</p>;
  const leave = (event: Event) => {
    event.preventDefault();
    const written = field.current?.value.trim() ?? "";
    wrong.value = written.length > LONGEST || !new RegExp(`^${PART}$`).test(written);
    if (wrong.value) field.current?.focus();
    else say(t("chat.reach.words", { address: written }));
  };
  if (!open.value) return <button type="button" class="text reach" onClick={() => (open.value = true)}>{t("chat.reach")}</button>;
  return (
    <form class="reach" noValidate onSubmit={leave}>
      <input ref={field} type="email" autoComplete="email" placeholder="name@example.com" aria-label={t("chat.reach")} aria-invalid={wrong.value} aria-describedby="reach-wrong" />
      <button type="submit" class="small strong">{t("chat.send")}</button>
      <p class="error" id="reach-wrong" role="alert">{wrong.value && t("chat.reach.wrong")}</p>
    </form>
  );
}
