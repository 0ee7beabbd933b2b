/** A colleague saved meanwhile: nothing was stored, and nothing typed is gone. */
import { useState } from "preact/hooks";
import { t } from "../shared/i18n.ts";
import { clock } from "../shared/time.ts";
import { ApiError, isRecord } from "../staff/api.ts";

/** `text` says who and when; whoever saves again has read it. */
export function Newer({ text, show }: { text: string; show?: () => void }) {
  return (
    <div class="notice notice-warn notice-row" role="alert">
      <span>{text}</span>
      {show && <button type="button" class="button" onClick={show}>{t("admin.newer.show")}</button>}
    </div>
  );
}

/** Who changed it or took it away since it was read, in a sentence; null where the error is another one. */
export function overwritten(error: unknown): string | null {
  if (!(error instanceof ApiError) || error.code !== "version_conflict") return null;
  const told = isRecord(error.details) ? error.details : {};
  const { author, changed_at: at } = told;
  const key = `admin.newer.${told["removed"] === true ? "removed" : "changed"}`;
  return typeof author === "string" && typeof at === "string" ? t(`${key}.by`, { name: author, at: clock(at) }) : t(key);
}

/** What somebody else saved while ours was written, and the sentence about it; `read` gives null for what is gone. */
export function useNewer<T>(read: () => Promise<T | null>, otherwise: (error: unknown) => void) {
  const [newer, learn] = useState<{ theirs: T | null; text: string } | null>(null);
  const refused = async (error: unknown) => {
    const text = overwritten(error);
    if (text === null) return otherwise(error);
    await read().then((theirs) => learn({ theirs, text }), otherwise);
  };
  return { newer, refused, forget: () => learn(null) };
}
