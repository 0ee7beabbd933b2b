/** The admin pages: a menu at the left, one page at a time. */
import type { ComponentType, VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import { t } from "../shared/i18n.ts";
import "../shared/theme.css";
import "./texts.ts";
import { icon, type IconName } from "../staff/icons.tsx";
import { Empty } from "../staff/parts.tsx";
import { PersonMenu } from "../staff/person-menu.tsx";
import { link, route, startRouter } from "../staff/router.ts";
import type { Session } from "../staff/session.ts";
import { start } from "../staff/start.tsx";
import { needTexts } from "../staff/texts.ts";
import "../staff/staff.css";
import "./admin.css";
import { ArticlePage } from "./article.tsx";
import { ArticlesPage } from "./articles.tsx";
import { ImportsPage } from "./imports.tsx";
import { later } from "../staff/later.tsx";
import { MORE_TEXTS } from "./more-texts.ts";
import "./pages.css";
import { SourcePage } from "./source.tsx";
import { TryPage } from "./try.tsx";

const ConfidenceArea = later(async () => ({ default: (await import("./confidence.tsx")).ConfidencePage }));
const IncidentArea = later(() => import("./incident-area.tsx"));
/** Pages whose texts come with them. */
const withTexts = <Props extends object>(load: () => Promise<{ default: ComponentType<Props> }>) =>
  later(async () => {
    const [module] = await Promise.all([load(), needTexts(MORE_TEXTS)]);
    return module;
  });
const AuditArea = withTexts(() => import("./audit.tsx"));
const CategoriesArea = withTexts(() => import("./categories.tsx"));
const HandoverArea = withTexts(() => import("./handover.tsx"));
const RulesArea = withTexts(() => import("./rules.tsx"));
const HoursArea = withTexts(() => import("./hours.tsx"));
const IndexArea = withTexts(() => import("./index-page.tsx"));
const FiguresArea = withTexts(() => import("./figures.tsx"));
const PeopleArea = withTexts(() => import("./people.tsx"));
const RepliesArea = withTexts(() => import("./replies.tsx"));
const TeamsArea = withTexts(() => import("./teams.tsx"));
const SnippetArea = withTexts(() => import("./snippet.tsx"));
const UnansweredArea = withTexts(() => import("./unanswered.tsx"));

/** `within`: reached from that page, and not in the menu. */
const PAGES: Record<string, { shape: IconName; within?: string; draw: (parts: readonly string[]) => VNode }> = {
  articles: { shape: "book", draw: ([, id, locale]) => (id && locale ? <ArticlePage key={id + locale} id={id} locale={locale} /> : <ArticlesPage />) },
  categories: { shape: "book", within: "articles", draw: () => <CategoriesArea /> },
  imports: { shape: "download", draw: ([, name]) => (name ? <SourcePage key={name} name={name} /> : <ImportsPage />) },
  index: { shape: "layers", draw: () => <IndexArea /> },
  confidence: { shape: "check", draw: () => <ConfidenceArea /> },
  incidents: { shape: "alert", draw: ([, id]) => <IncidentArea id={id} /> },
  unanswered: { shape: "help", draw: () => <UnansweredArea /> },
  people: { shape: "users", draw: () => <PeopleArea /> },
  teams: { shape: "users", draw: () => <TeamsArea /> },
  hours: { shape: "clock", draw: () => <HoursArea /> },
  replies: { shape: "message", draw: () => <RepliesArea /> },
  rules: { shape: "settings", draw: () => <RulesArea /> },
  handover: { shape: "transfer", draw: () => <HandoverArea /> },
  figures: { shape: "chart", draw: () => <FiguresArea /> },
  try: { shape: "play", draw: () => <TryPage /> },
  snippet: { shape: "globe", draw: () => <SnippetArea /> },
  audit: { shape: "history", draw: () => <AuditArea /> },
};

function Admin() {
  const [menu, show] = useState(false);
  const name = route.value[0] ?? "articles";
  const page = PAGES[name];
  const title = page ? t(`admin.${name}`) : "Handrail";
  useEffect(() => {
    show(false);
    document.title = `${title} – Handrail`;
  }, [route.value, title]);
  return (
    <div class="admin">
      <header class="admin-bar">
        <button type="button" class="icon-button" aria-expanded={menu} aria-controls="admin-menu" aria-label={t("admin.menu")} onClick={() => show(!menu)}>
          {icon(menu ? "x" : "menu")}
        </button>
        <span class="brand">Handrail</span>
        <span class="muted">{title}</span>
      </header>
      <nav id="admin-menu" class={menu ? "admin-menu admin-menu-open" : "admin-menu"} aria-label={t("admin.menu")}>
        <p class="brand">Handrail</p>
        <ul class="admin-links">
          {Object.entries(PAGES).filter(([, { within }]) => !within).map(([id, { shape }]) => (
            <li key={id}>
              <a class="menu-link" href={link(id)} aria-current={id === (page?.within ?? name) ? "page" : undefined}>
                {icon(shape, 16)} {t(`admin.${id}`)}
              </a>
            </li>
          ))}
        </ul>
        <PersonMenu other="/console" />
      </nav>
      <main class="admin-page">{page ? page.draw(route.value) : <Empty icon="search" title={t("admin.no_page")} />}</main>
    </div>
  );
}

function Refused() {
  return (
    <main class="admin-refused">
      <Empty icon="lock" title={t("admin.refused")} text={t("admin.refused.text")}>
        <a class="button" href="/console">{t("staff.to_console")}</a>
      </Empty>
    </main>
  );
}

void start((session: Session) => {
  if (session.agent.role !== "admin") return <Refused />;
  startRouter();
  return <Admin />;
});
