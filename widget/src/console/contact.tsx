/** Who the customer's own site says they are: given by it, never claimed in the chat. */
import "./contact.css";
import type { ContactSeen } from "../shared/frames.ts";
import { t } from "../shared/i18n.ts";
import { full, relative } from "../shared/time.ts";
import { openConversation } from "./desk.ts";
import { Identified } from "./identified.tsx";
import { Part } from "./part.tsx";
import { now } from "./ticking.ts";

export function Contact({ contact }: { contact: ContactSeen | null | undefined }) {
  if (!contact) return null;
  const facts: [string, string | null][] = [
    [t("console.contact.name"), contact.name],
    [t("console.contact.email"), contact.email],
    [t("console.contact.id"), contact.id],
    ...Object.entries(contact.attributes).map(([name, value]): [string, string] => [name, said(value)]),
  ];
  return (
    <Part title={t("console.contact")}>
      <p><Identified /></p>
      <dl class="facts">
        {facts.map(([name, value]) => value && <div key={name}><dt dir="auto">{name}</dt><dd dir="auto">{value}</dd></div>)}
        <div><dt>{t("console.contact.since")}</dt><dd><When at={contact.first_seen_at} /></dd></div>
      </dl>
      {contact.earlier.length > 0 && <Earlier list={contact.earlier} />}
    </Part>
  );
}

function Earlier({ list }: { list: ContactSeen["earlier"] }) {
  return (
    <>
      <h4>{t("console.contact.earlier")}</h4>
      <ul class="earlier">
        {list.map((one) => (
          <li key={one.conversation}>
            <button type="button" class="link" dir="auto" onClick={() => openConversation(one.conversation)}>{one.preview || t("console.contact.empty")}</button>
            <p class="muted"><When at={one.started_at} />{one.agent && <> · {one.agent}</>}{one.rating !== null && <> · {t("console.fact.of_five", { score: one.rating })}</>}</p>
          </li>
        ))}
      </ul>
    </>
  );
}

function When({ at }: { at: string }) {
  return <time dateTime={at} title={full(at)}>{relative(at, new Date(now.value))}</time>;
}

function said(value: string | number | boolean): string {
  return typeof value === "boolean" ? t(value ? "console.contact.yes" : "console.contact.no") : String(value);
}
