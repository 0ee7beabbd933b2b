/** Where the agent writes: a reply to the customer, or a note only staff see. */
import { useLayoutEffect, useRef } from "preact/hooks";
import { t } from "../shared/i18n.ts";
import { AttachButton, Tray, clearFiles, readyFiles, takeFiles } from "./attach.tsx";
import { icon } from "../staff/icons.tsx";
import { active, found } from "./canned.ts";
import { CannedList, LIST, Missing, optionId, pressed, selectMissing } from "./canned-list.tsx";
import { claim, link, rights, room, row, stopTyping, typing, write } from "./desk.ts";
import { compose, draft, mode, setDraft, wanted, type Mode } from "./drafts.ts";
import { isMac } from "../staff/keys.ts";
import { isDecided } from "./state.ts";

const MOST = 4000;

export function Composer() {
  const kind = mode.value;
  const blocked = kind === "say" && !rights.value.reply;
  return (
    <form class={`composer composer-${kind}`} onSubmit={(event) => { event.preventDefault(); submit(); }}>
      <Modes />
      {blocked ? <Blocked /> : <Writing kind={kind} />}
    </form>
  );
}

/** Send what is written, if it may be sent. */
export function submit(): void {
  const text = draft.value.trim();
  const files = mode.value === "say" ? readyFiles() : [];
  if (selectMissing(document.querySelector<HTMLTextAreaElement>(".composer textarea"))) return;
  if (!files || !(text || files.length) || [...text].length > MOST || (mode.value === "say" && !rights.value.reply)) return;
  stopTyping();
  write(mode.value, text, files);
  if (files.length) clearFiles();
  setDraft("");
}

function Modes() {
  return (
    <div class="modes" role="group" aria-label={t("console.compose")}>
      {(["say", "note"] as const).map((kind) => (
        <button key={kind} type="button" class="mode" aria-pressed={mode.value === kind} aria-keyshortcuts={kind === "say" ? "r" : "n"} onClick={() => compose(kind)}>
          {icon(kind === "say" ? "message" : "lock", 14)}
          {t(kind === "say" ? "console.reply" : "console.note")}
        </button>
      ))}
      {mode.value === "note" && <span class="modes-hint">{t("console.note.hint")}</span>}
    </div>
  );
}

function Writing({ kind }: { kind: Mode }) {
  const ref = useRef<HTMLTextAreaElement>(null);
  const asked = useRef(wanted.value);
  const left = MOST - [...draft.value].length;
  const files = kind === "say" ? readyFiles() : [];
  useLayoutEffect(() => {
    if (wanted.value !== asked.current && !selectMissing(ref.current)) ref.current?.focus();
    asked.current = wanted.value;
  }, [wanted.value]);
  useLayoutEffect(() => grow(ref.current), [draft.value, kind]);
  const changed = (text: string) => {
    setDraft(text);
    if (kind === "say" && text) typing();
  };
  return (
    <>
      {kind === "say" && <CannedList />}
      <textarea ref={ref} rows={2} dir="auto" value={draft.value} {...(found.value.length ? { "aria-controls": LIST, "aria-activedescendant": optionId(active.value) } : {})} onKeyDown={pressed} aria-label={t(kind === "say" ? "console.reply.label" : "console.note.label")} placeholder={t(kind === "say" ? "console.reply.placeholder" : "console.note.placeholder")} onInput={(event) => changed(event.currentTarget.value)} onPaste={(event) => kind === "say" && takeFiles(event.clipboardData?.files) && event.preventDefault()} onBlur={stopTyping} />
      <Missing />
      {kind === "say" && <Tray />}
      <div class="composer-foot">
        <span class="hint">
          {left < 200 ? t("console.left", { n: left }) : t("console.send.hint", { keys: isMac ? "⌘ Enter" : "Ctrl Enter" })}
          {link.value.at !== "online" && ` · ${t("console.send.offline")}`}
        </span>
        {kind === "say" && <AttachButton />}
        <button type="submit" class="button button-primary" disabled={!files || !(draft.value.trim() || files.length) || left < 0}>
          {icon("send", 16)} {t(kind === "say" ? "console.send" : "console.note.save")}
        </button>
      </div>
    </>
  );
}

function grow(area: HTMLTextAreaElement | null): void {
  if (!area) return;
  area.style.height = "auto";
  area.style.height = `${Math.min(area.scrollHeight + 2, 240)}px`;
}

function Blocked() {
  const dossier = room.value?.dossier;
  if (rights.value.claim) {
    return (
      <div class="blocked">
        <p>{t("console.blocked.waiting")}</p>
        <button type="button" class="button button-primary" onClick={() => void claim()}>{t("console.claim")}</button>
      </div>
    );
  }
  const key = row.value && isDecided(row.value) ? "console.blocked.decided" : dossier?.agent ? "console.blocked.agent" : dossier?.status === "resolved" ? "console.blocked.over" : "console.blocked.bot";
  return (
    <div class="blocked">
      <p>{dossier ? t(key, { name: dossier.agent?.name ?? "" }) : t("staff.loading")}</p>
    </div>
  );
}
