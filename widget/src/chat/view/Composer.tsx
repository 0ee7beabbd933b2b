/** Where the customer writes. Enter sends, Shift+Enter begins a line, and a Chinese keyboard may finish its word. */
import type { VNode } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { Icon } from "../../shared/icons.ts";
import { t } from "../../shared/i18n.ts";
import * as shapes from "../../shared/shapes.ts";
import { allowed, staged, take } from "../attached.ts";
import type { PanelHost } from "../host.ts";
import { link, standing } from "../state.ts";
import { say, typing } from "../talk.ts";
import { composing, search, setWords, words } from "../writing.ts";

const LONGEST = 4000;

/** Put a message that did not go out back into the field. */
export function putBack(text: string): void {
  setWords(words.value ? `${words.value}\n${text}` : text);
}

export function Composer({ host }: { host: PanelHost }): VNode {
  const field = useRef<HTMLTextAreaElement>(null);
  useLayoutEffect(() => grow(field.current), [words.value]);
  const files = staged.value;
  const ready = files && (files.length || words.value.trim());
  const send = () => {
    if (!ready) return;
    say(words.value, files);
    staged.value = [];
    setWords("");
    typing(false);
    field.current?.focus();
  };
  const key = (event: KeyboardEvent) => {
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key === "ArrowUp" && search.value?.enter(event)) return;
    if (event.key !== "Enter" || event.shiftKey) return;
    event.preventDefault();
    send();
  };
  const input = (text: string) => {
    setWords(text);
    typing(text !== "");
  };
  const left = LONGEST - words.value.length;
  return (
    <div class="composer">
      {allowed.value && (
        <label class="tool clip">
          <input type="file" multiple accept="image/*,.pdf" aria-label={t("chat.attach")} onChange={(event) => chosen(event.currentTarget, host)} />
          <Icon shape={shapes.clip} />
        </label>
      )}
      <textarea
        ref={field}
        class="field"
        rows={1}
        dir="auto"
        maxLength={LONGEST}
        aria-label={t("chat.composer.label")}
        placeholder={hint()}
        value={words.value}
        onInput={(event) => input(event.currentTarget.value)}
        onKeyDown={key}
        onCompositionStart={() => (composing.value = true)}
        onCompositionEnd={() => (composing.value = false)}
        onBlur={() => typing(false)}
      />
      {left < 200 && <span class="left">{t("chat.composer.left", { n: left })}</span>}
      <button type="button" class="send" aria-label={t("chat.send")} disabled={!ready || link.value.at === "stopped"} onClick={send}>
        <Icon shape={shapes.send} />
      </button>
    </div>
  );
}

/** The same file may be chosen again after it was removed. */
function chosen(input: HTMLInputElement, host: PanelHost): void {
  take(host, input.files ?? undefined);
  input.value = "";
}

function hint(): string {
  const { holder, agent, over } = standing.value;
  if (over) return t("chat.composer.again");
  if (holder === "agent" && agent) return t("chat.composer.person", { name: agent.name });
  return t(holder === "queue" ? "chat.composer.queue" : "chat.composer.hint");
}

function grow(field: HTMLTextAreaElement | null): void {
  if (!field) return;
  field.style.height = "auto";
  field.style.height = `${Math.min(field.scrollHeight, 132)}px`;
}
