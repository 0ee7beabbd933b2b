/** The audit trail: who changed what, and when; with filters, a file, and a check of the chain. */
import { useState } from "preact/hooks";
import { t, tryT } from "../shared/i18n.ts";
import { full } from "../shared/time.ts";
import { get, query } from "../staff/api.ts";
import { icon } from "../staff/icons.tsx";
import { useResource, useSettled } from "../staff/load.ts";
import { Badge, Empty, languageName, Loaded, Working } from "../staff/parts.tsx";
import { Table, type Column } from "../staff/table.tsx";
import { say, sayError } from "../staff/toast.tsx";
import { when } from "../staff/when.ts";
import "./audit.css";
import { PageHead } from "./page-head.tsx";

interface AuditLine {
  number: number;
  at: string;
  who: "admin" | "agent" | "command" | "server" | "nobody";
  name: string;
  action: string;
  subject: string;
  before: Record<string, unknown>;
  after: Record<string, unknown>;
}
interface AuditPage {
  lines: AuditLine[];
  more: boolean;
  names: string[];
  actions: string[];
}
interface AuditState {
  lines: number;
  hash: string;
  broken_at: number | null;
  broken: "changed" | "missing" | "cut" | "other" | null;
}
export interface Wanted {
  action: string;
  name: string;
  subject: string;
  since: string;
  until: string;
}
const NOTHING: Wanted = { action: "", name: "", subject: "", since: "", until: "" };
const DAY = 86_400_000;

/** What the server is asked: days as the browser counts them, the last one included. */
export function asked(wanted: Wanted): Record<string, string> {
  const midnight = (day: string) => new Date(`${day}T00:00:00`);
  const { action, name, subject } = wanted;
  const since = wanted.since && midnight(wanted.since).toISOString();
  const until = wanted.until && new Date(midnight(wanted.until).getTime() + DAY).toISOString();
  return { action, name, subject: subject.trim(), since, until };
}

export default function AuditPage() {
  const [wanted, want] = useState(NOTHING);
  const settled = useSettled(wanted);
  const filter = query(asked(settled));
  const [older, keep] = useState<{ filter: string; lines: AuditLine[]; more: boolean } | null>(null);
  const page = useResource(`audit ${filter}`, (signal) => get<AuditPage>(`/api/admin/audit${filter}`, signal));
  const added = older?.filter === filter ? older : null;
  const lines = [...(page.data?.lines ?? []), ...(added?.lines ?? [])];
  const more = added ? added.more : (page.data?.more ?? false);
  const read = async () => {
    const last = lines.at(-1)?.number;
    const next = await get<AuditPage>(`/api/admin/audit${query({ ...asked(settled), before: last })}`).catch(sayError);
    if (next) keep({ filter, lines: [...(added?.lines ?? []), ...next.lines], more: next.more });
  };
  return (
    <>
      <PageHead title={t("admin.audit")} text={t("admin.audit.text")}>
        <Check />
        <a class="button" href={`/api/admin/audit/file.csv${filter}`} download="audit.csv">{icon("download", 16)} {t("admin.audit.file")}</a>
      </PageHead>
      <Filters wanted={wanted} want={want} page={page.data} />
      <Loaded from={page} isEmpty={(found) => !found.lines.length} empty={<Empty icon="history" title={t("admin.audit.none")} text={t("admin.audit.none.text")} />}>
        {() => <Table caption={t("admin.audit")} columns={COLUMNS()} rows={lines} rowKey={(row) => String(row.number)} />}
      </Loaded>
      {more && <p class="more"><button type="button" class="button" onClick={() => void read()}>{t("admin.audit.more")}</button></p>}
    </>
  );
}

function Filters({ wanted, want, page }: { wanted: Wanted; want: (wanted: Wanted) => void; page: AuditPage | null }) {
  const set = (name: keyof Wanted) => (event: { currentTarget: { value: string } }) => want({ ...wanted, [name]: event.currentTarget.value });
  const actions = page?.actions ?? [];
  const groups = [...new Set(actions.map((one) => one.split(".")[0] ?? one))];
  return (
    <div class="filters">
      <input type="search" value={wanted.subject} aria-label={t("admin.audit.search")} placeholder={t("admin.audit.search")} onInput={set("subject")} />
      <select value={wanted.action} aria-label={t("admin.audit.what")} onChange={set("action")}>
        <option value="">{t("admin.audit.everything")}</option>
        {groups.map((group) => (
          <optgroup key={group} label={tryT(`admin.audit.group.${group}`) ?? group}>
            <option value={group}>{tryT(`admin.audit.group.${group}`) ?? group}</option>
            {actions.filter((one) => one.startsWith(`${group}.`)).map((one) => <option key={one} value={one}>{did(one)}</option>)}
          </optgroup>
        ))}
      </select>
      <select value={wanted.name} aria-label={t("admin.audit.who")} onChange={set("name")}>
        <option value="">{t("admin.audit.everybody")}</option>
        {(page?.names ?? []).filter(Boolean).map((name) => <option key={name} value={name}>{name}</option>)}
      </select>
      <label class="inline">{t("admin.audit.since")} <input type="date" value={wanted.since} max={wanted.until || undefined} onChange={set("since")} /></label>
      <label class="inline">{t("admin.audit.until")} <input type="date" value={wanted.until} min={wanted.since || undefined} onChange={set("until")} /></label>
    </div>
  );
}

function Check() {
  const [busy, work] = useState(false);
  const [state, tell] = useState<AuditState | null>(null);
  const check = async () => {
    work(true);
    const found = await get<AuditState>("/api/admin/audit/state").catch(sayError);
    work(false);
    if (!found) return;
    tell(found);
    if (found.broken === null) say(t("admin.audit.whole", { n: found.lines }));
  };
  return (
    <>
      <Working kind="" busy={busy} onClick={() => void check()}>{icon("check", 16)} {t("admin.audit.check")}</Working>
      {state && <Told state={state} />}
    </>
  );
}

function Told({ state }: { state: AuditState }) {
  if (state.broken !== null) return <p class="notice notice-bad" role="alert">{t(`admin.audit.broken.${state.broken === "other" ? "changed" : state.broken}`, { n: state.broken_at ?? 0 })}</p>;
  return <p class="notice audit-seal">{t("admin.audit.seal", { hash: `${state.lines}:${state.hash}` })}</p>;
}

const COLUMNS = (): Column<AuditLine>[] => [
  { key: "what", title: t("admin.audit.what"), cell: (row) => <b class="person-name">{did(row.action)}</b> },
  { key: "subject", title: t("admin.audit.subject"), cell: (row) => row.subject && <span class="question" dir="auto">{row.subject}</span> },
  { key: "facts", title: t("admin.audit.facts"), cell: (row) => facts(row) },
  { key: "who", title: t("admin.audit.who"), cell: (row) => <Who row={row} /> },
  { key: "when", title: t("admin.audit.when"), cell: (row) => <time class="muted nowrap" dateTime={row.at} title={full(row.at)}>{when(row.at)}</time> },
];

function Who({ row }: { row: AuditLine }) {
  const by = tryT(`admin.audit.by.${row.who}`);
  return <span class="nowrap">{row.name} {by && by !== row.name && <Badge tone={row.who === "nobody" ? "warn" : "plain"}>{by}</Badge>}</span>;
}

function facts(row: AuditLine) {
  const names = [...new Set([...Object.keys(row.before), ...Object.keys(row.after)])];
  if (!names.length) return null;
  return (
    <ul class="facts">
      {names.map((name) => (
        <li key={name}>
          <span class="muted">{tryT(`admin.audit.field.${name}`) ?? name.replace(/_/g, " ")}</span> {name in row.before && <><s>{told(name, row.before[name])}</s> → </>}{name in row.after && told(name, row.after[name])}
        </li>
      ))}
    </ul>
  );
}

const SPOKEN = ["languages", "locale"];

/** As `shown`, in the words of this page where it has some. */
function told(name: string, value: unknown): string {
  if (typeof value === "boolean") return t(value ? "admin.audit.yes" : "admin.audit.no");
  if (!SPOKEN.includes(name)) return shown(value);
  return shown(Array.isArray(value) ? value.map((code) => languageName(String(code))) : languageName(String(value)));
}

/** A value of the trail in a line of text. */
export function shown(value: unknown): string {
  if (Array.isArray(value)) return value.map(shown).join(", ") || "–";
  return value === null || value === undefined || value === "" ? "–" : String(value);
}

function did(action: string): string {
  return tryT(`admin.audit.did.${action}`) ?? action;
}
