/** Who changed an article when, what each version changed, and the way back to an old one. */
import { useEffect, useRef, useState } from "preact/hooks";
import { t } from "../shared/i18n.ts";
import { clock } from "../shared/time.ts";
import { get } from "../staff/api.ts";
import { Dialog } from "../staff/dialog.tsx";
import { icon } from "../staff/icons.tsx";
import { useResource } from "../staff/load.ts";
import { Badge, Empty, languageName, Loaded } from "../staff/parts.tsx";
import { Table } from "../staff/table.tsx";
import { Changes, type Difference, type Names } from "./difference.tsx";
import { RestoreDialog } from "./restore.tsx";
import type { Article, ArticleVersion } from "./types.ts";
import "./versions.css";

interface VersionsProps {
  article: Article;
  /** Whether the editor holds changes that a restored version would replace. */
  dirty: boolean;
  names: Names;
  close: () => void;
  restored: (article: Article) => void;
  reload: () => void;
}

export default function VersionsDialog({ article, dirty, names, close, restored, reload }: VersionsProps) {
  const path = `/api/admin/articles/${encodeURIComponent(article.id)}/${article.locale}/versions`;
  const versions = useResource(path, (signal) => get<ArticleVersion[]>(path, signal));
  const [shown, show] = useState<ArticleVersion | null>(null);
  const [restoring, ask] = useState(false);
  const last = useRef(0);
  const open = (row: ArticleVersion | null) => {
    last.current = shown?.version ?? 0;
    show(row);
  };
  const foot = shown && shown.version !== article.version && (
    <div class="dialog-foot restore-foot">
      {dirty && <p class="hint">{t("admin.versions.restore.dirty")}</p>}
      <button type="button" class="button button-primary" disabled={dirty} onClick={() => ask(true)}>{t("admin.versions.restore")}</button>
    </div>
  );
  return (
    <>
      <Dialog title={`${t("admin.versions")} · ${languageName(article.locale)}`} onClose={close} wide>
        {shown ? <OneVersion key={shown.version} path={`${path}/${shown.version}`} row={shown} article={article} names={names} back={() => open(null)} /> : (
          <Loaded from={versions} isEmpty={(list) => !list.length} empty={<Empty icon="history" title={t("admin.versions.none")} />}>
            {(list) => <Table caption={t("admin.versions")} columns={columns(article, open, last.current)} rows={list} rowKey={(row) => String(row.version)} />}
          </Loaded>
        )}
        {foot}
      </Dialog>
      {restoring && shown && <RestoreDialog article={article} row={shown} path={path} close={() => ask(false)} restored={restored} reload={reload} />}
    </>
  );
}

function columns(article: Article, open: (row: ArticleVersion) => void, last: number) {
  return [
    { key: "version", title: t("admin.versions.n"), number: true, cell: (row: ArticleVersion) => row.version },
    { key: "title", title: t("admin.article.title"), cell: (row: ArticleVersion) => <span lang={article.locale}>{row.title}</span> },
    { key: "author", title: t("admin.versions.author"), cell: (row: ArticleVersion) => [row.author ?? "–", row.source].filter(Boolean).join(" · ") },
    { key: "at", title: t("admin.versions.at"), cell: (row: ArticleVersion) => <span class="nowrap">{clock(row.at)}</span> },
    { key: "state", title: t("admin.state"), cell: (row: ArticleVersion) => <State row={row} /> },
    { key: "open", title: "", cell: (row: ArticleVersion) => <Open row={row} open={open} focus={row.version === last} /> },
  ];
}

/** Leads to what a version changed; who comes back from there goes on from here. */
function Open({ row, open, focus }: { row: ArticleVersion; open: (row: ArticleVersion) => void; focus: boolean }) {
  const ref = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (focus) ref.current?.focus();
  }, [focus]);
  return <button ref={ref} type="button" class="link nowrap" aria-label={t("admin.versions.show.of", { n: row.version })} onClick={() => open(row)}>{t("admin.versions.show")}</button>;
}

type To = "before" | "latest";

function OneVersion({ path, row, article, names, back }: { path: string; row: ArticleVersion; article: Article; names: Names; back: () => void }) {
  const [to, turn] = useState<To>("before");
  const from = `${path}?to=${to}`;
  const found = useResource(from, (signal) => get<Difference>(from, signal));
  const first = useRef<HTMLButtonElement>(null);
  useEffect(() => first.current?.focus(), []);
  const sides: To[] = row.version === article.version ? ["before"] : ["before", "latest"];
  return (
    <>
      <p class="one-version">
        <button ref={first} type="button" class="link" onClick={back}>{icon("arrow-left", 14)} {t("admin.versions.all")}</button>
        <b>{t("admin.version", { n: row.version })}</b>
        <span class="muted">{row.author ?? "–"} · {clock(row.at)}</span>
        <State row={row} />
      </p>
      {sides.length > 1 && (
        <div class="tabs sides" role="group" aria-label={t("admin.versions.compare")}>
          {sides.map((side) => <button key={side} type="button" class="tab" aria-pressed={side === to} onClick={() => turn(side)}>{t(`admin.versions.to.${side}`)}</button>)}
        </div>
      )}
      <Loaded from={found}>{(difference) => <Changes found={difference} locale={article.locale} names={names} />}</Loaded>
    </>
  );
}

/** Published, replaced since, draft, or pulled: then by whom, when, and why. */
function State({ row }: { row: ArticleVersion }) {
  const { pulled } = row;
  if (!pulled && row.published) return <Badge tone="good">{t("admin.state.published")}</Badge>;
  if (!pulled) return <Badge tone={row.was_published ? "plain" : "warn"}>{t(row.was_published ? "admin.versions.replaced" : "admin.state.draft")}</Badge>;
  const why = pulled.source ? t("admin.versions.gone", { source: pulled.source }) : pulled.reason;
  return (
    <span class="pulled">
      <Badge tone="bad">{t("admin.state.pulled")}</Badge> <span class="muted">{pulled.author} · {clock(pulled.at)}</span>
      {why && <span dir="auto">{why}</span>}
    </span>
  );
}
