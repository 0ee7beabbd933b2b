/** What customers asked and the bot could not answer: the list of articles to write next. */
import { t } from "../shared/i18n.ts";
import { get } from "../staff/api.ts";
import { useResource } from "../staff/load.ts";
import { Empty, languageName, Loaded } from "../staff/parts.tsx";
import { link } from "../staff/router.ts";
import { Table, type Column } from "../staff/table.tsx";
import { when } from "../staff/when.ts";
import { PageHead } from "./page-head.tsx";
import type { Unanswered } from "./types.ts";

export function UnansweredPage() {
  const found = useResource("unanswered", (signal) => get<Unanswered[]>("/api/admin/unanswered", signal));
  const columns: Column<Unanswered>[] = [
    { key: "text", title: t("admin.unanswered.question"), cell: (row) => <span dir="auto" lang={row.language} class="question">{row.text}</span> },
    { key: "count", title: t("admin.unanswered.count"), number: true, cell: (row) => row.count },
    { key: "language", title: t("staff.language"), cell: (row) => <span class="nowrap">{languageName(row.language)}</span> },
    { key: "last", title: t("admin.unanswered.last"), cell: (row) => <span class="muted nowrap">{when(row.last_at)}</span> },
    { key: "act", title: "", cell: (row) => <Ways row={row} /> },
  ];
  return (
    <>
      <PageHead title={t("admin.unanswered")} text={t("admin.unanswered.text")} />
      <Loaded from={found} isEmpty={(rows) => !rows.length} empty={<Empty icon="check" title={t("admin.unanswered.none")} text={t("admin.unanswered.none.text")} />}>
        {(rows) => <Table caption={t("admin.unanswered")} columns={columns} rows={rows} rowKey={(row) => row.language + row.text} />}
      </Loaded>
    </>
  );
}

function Ways({ row }: { row: Unanswered }) {
  const first = row.conversations[0];
  return (
    <span class="row-actions">
      {first && <a class="link" href={`/console#${encodeURIComponent(first)}`}>{t("admin.unanswered.read")}</a>}
      <a class="link" href={link("try", row.language, row.text)}>{t("admin.unanswered.try")}</a>
    </span>
  );
}
