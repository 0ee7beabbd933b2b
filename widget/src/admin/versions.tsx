/** Who changed an article when. */
import { t } from "../shared/i18n.ts";
import { clock } from "../shared/time.ts";
import { get } from "../staff/api.ts";
import { Dialog } from "../staff/dialog.tsx";
import { useResource } from "../staff/load.ts";
import { Badge, Empty, languageName, Loaded } from "../staff/parts.tsx";
import { Table } from "../staff/table.tsx";
import type { Article, ArticleVersion } from "./types.ts";

export function VersionsDialog({ article, close }: { article: Article; close: () => void }) {
  const path = `/api/admin/articles/${encodeURIComponent(article.id)}/${article.locale}/versions`;
  const versions = useResource(path, (signal) => get<ArticleVersion[]>(path, signal));
  const columns = [
    { key: "version", title: t("admin.versions.n"), number: true, cell: (row: ArticleVersion) => row.version },
    { key: "title", title: t("admin.article.title"), cell: (row: ArticleVersion) => <span lang={article.locale}>{row.title}</span> },
    { key: "author", title: t("admin.versions.author"), cell: (row: ArticleVersion) => [row.author ?? "–", row.source].filter(Boolean).join(" · ") },
    { key: "at", title: t("admin.versions.at"), cell: (row: ArticleVersion) => <span class="nowrap">{clock(row.at)}</span> },
    { key: "state", title: t("admin.state"), cell: (row: ArticleVersion) => <State row={row} /> },
  ];
  return (
    <Dialog title={`${t("admin.versions")} · ${languageName(article.locale)}`} onClose={close} wide>
      <Loaded from={versions} isEmpty={(list) => !list.length} empty={<Empty icon="history" title={t("admin.versions.none")} />}>
        {(list) => <Table caption={t("admin.versions")} columns={columns} rows={list} rowKey={(row) => String(row.version)} />}
      </Loaded>
    </Dialog>
  );
}

/** Published, draft, or pulled: then by whom, when, and why. */
function State({ row }: { row: ArticleVersion }) {
  const { pulled } = row;
  if (!pulled) return <Badge tone={row.published ? "good" : "warn"}>{t(row.published ? "admin.state.published" : "admin.state.draft")}</Badge>;
  const why = pulled.source ? t("admin.versions.gone", { source: pulled.source }) : pulled.reason;
  return (
    <span class="pulled">
      <Badge tone="bad">{t("admin.state.pulled")}</Badge> <span class="muted">{pulled.author} · {clock(pulled.at)}</span>
      {why && <span dir="auto">{why}</span>}
    </span>
  );
}
