/** A build as it runs: its stages, how far, how fast, how long still. */
import { t } from "../shared/i18n.ts";
import { textOf } from "../staff/read-loose.ts";
import { Working } from "../staff/parts.tsx";
import { icon } from "../staff/icons.tsx";
import type { Progress } from "./types.ts";

const STAGES = ["read", "cut", "embed", "keywords", "store", "calibrate", "verify", "switch"] as const;

export function BuildProgress({ build, busy, cancel }: { build: Progress; busy: boolean; cancel: () => void }) {
  const at = build.stage === "done" ? STAGES.length : STAGES.indexOf(build.stage);
  const percent = build.total ? Math.floor((100 * build.done) / build.total) : 0;
  return (
    <section class="build" aria-label={t("admin.index.building")}>
      <div class="build-head">
        <h2>{t("admin.index.building")}</h2>
        <Working kind="" busy={busy} onClick={cancel}>{t("admin.index.cancel")}</Working>
      </div>
      <ol class="stages">
        {STAGES.map((stage, i) => (
          <li key={stage} class={i < at ? "stage-done" : i === at ? "stage-now" : ""} aria-current={i === at ? "step" : undefined}>
            {i < at && icon("check", 14)} {t(`admin.index.stage.${stage}`)}
          </li>
        ))}
      </ol>
      <progress max={build.total || 1} value={build.done} aria-label={t(`admin.index.stage.${build.stage}`)} />
      <p class="build-facts">
        <span>{t("admin.index.progress", { done: build.done, total: build.total, percent })}</span>
        {build.rate !== null && build.rate > 0 && <span>{t("admin.index.rate", { n: Math.round(build.rate * 10) / 10 })}</span>}
        {build.embedded + build.reused > 0 && <span>{t("admin.index.embedded")} {t("admin.index.embedded.cell", { embedded: build.embedded, reused: build.reused })}</span>}
        {build.seconds_left !== null && <span>{timeLeft(build.seconds_left)}</span>}
      </p>
      {build.document && <p class="build-document mono">{build.document}</p>}
      {build.failures.length > 0 && (
        <details class="notice notice-warn">
          <summary>{t("admin.index.failures", { n: build.failures.length })}</summary>
          <ul>{build.failures.map((failure, i) => <li key={i} class="mono">{textOf(failure) || JSON.stringify(failure)}</li>)}</ul>
        </details>
      )}
    </section>
  );
}

export function timeLeft(seconds: number): string {
  if (seconds < 60) return t("admin.index.left.seconds", { n: Math.max(1, Math.round(seconds)) });
  return t("admin.index.left.minutes", { n: Math.round(seconds / 60) });
}
