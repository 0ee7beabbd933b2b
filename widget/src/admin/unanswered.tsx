/** What customers asked and the bot could not answer: the list of articles to write next. */
import { useState } from "preact/hooks";
import { t } from "../shared/i18n.ts";
import { get } from "../staff/api.ts";
import { useResource } from "../staff/load.ts";
import { Empty, languageName, Loaded } from "../staff/parts.tsx";
import { link } from "../staff/router.ts";
import { Table, type Column } from "../staff/table.tsx";
import { when } from "../staff/when.ts";
import { PageHead } from "./page-head.tsx";
import { StartArticle } from "./start-article.tsx";
import "./unanswered.css";
import type { Unanswered } from "./types.ts";

export default function UnansweredPage() {
  const found = useResource("unanswered", (signal) => get<Unanswered[]>("/api/admin/unanswered", signal));
  const [starting, start] = useState<Unanswered | null>(null);
  const columns: Column<Unanswered>[] = [
    { key: "text", title: t("admin.unanswered.question"), cell: (row) => <span dir="auto" lang={row.language} class="question">{row.text}</span> },
    { key: "count", title: t("admin.unanswered.count"), number: true, cell: (row) => row.count },
    { key: "language", title: t("staff.language"), cell: (row) => <span class="nowrap">{spoken(row)}</span> },
    { key: "examples", title: t("admin.unanswered.examples"), cell: (row) => <Examples row={row} /> },
    { key: "last", title: t("admin.unanswered.last"), cell: (row) => <span class="muted nowrap">{when(row.last_at)}</span> },
    { key: "act", title: "", cell: (row) => <Ways row={row} start={() => start(row)} /> },
  ];
  return (
    <>
      <PageHead title={t("admin.unanswered")} text={t("admin.unanswered.text")} />
      <Loaded from={found} isEmpty={(rows) => !rows.length} empty={<Empty icon="check" title={t("admin.unanswered.none")} text={t("admin.unanswered.none.text")} />}>
        {(rows) => <Table caption={t("admin.unanswered")} columns={columns} rows={rows} rowKey={(row) => row.language + row.text} />}
      </Loaded>
      {starting && <StartArticle asked={starting} close={() => start(null)} />}
    </>
  );
}

/** The languages it was asked in; with how often, where there are several. */
function spoken(row: Unanswered): string {
  const all = Object.entries(row.languages);
  return all.map(([code, n]) => (all.length > 1 ? `${languageName(code)} ${n}` : languageName(code))).join(", ");
}

function Examples({ row }: { row: Unanswered }) {
  return (
    <span class="examples">
      {row.conversations.map((id, i) => <a key={id} class="link" href={`/console#${encodeURIComponent(id)}`} aria-label={t("admin.unanswered.example", { n: i + 1 })}>{i + 1}</a>)}
    </span>
  );
}

function Ways({ row, start }: { row: Unanswered; start: () => void }) {
  return (
    <span class="row-actions">
      <button type="button" class="link" onClick={start}>{t(row.replies.length ? "admin.unanswered.start" : "admin.unanswered.start.empty")}</button>
      <a class="link" href={link("try", row.language, row.text)}>{t("admin.unanswered.try")}</a>
    </span>
  );
}
