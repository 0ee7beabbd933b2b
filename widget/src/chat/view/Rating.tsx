/** How it was: five steps with words, and room for a comment. It stands in the log and forces nothing. */
import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { t } from "../../shared/i18n.ts";
import { FrameError } from "../../shared/socket.ts";
import { dress } from "../dress.ts";
import { standing } from "../state.ts";
import { rate } from "../talk.ts";

const SCORES = [1, 2, 3, 4, 5];

let worn: Promise<void> | undefined;

export function Rating(): VNode {
  const score = useSignal(0);
  const comment = useSignal("");
  const state = useSignal<"open" | "sending" | "failed" | "done">("open");
  const form = useRef<HTMLFormElement>(null);
  // Its style comes with its first use: a conversation does not wait for its end.
  useEffect(() => void (worn ??= import("../style/rating.css?inline").then((css) => dress(css.default)).catch(() => undefined)), []);
  useEffect(() => {
    if (score.value) form.current?.scrollIntoView({ block: "end" });
  }, [score.value > 0]);
  const send = (event: Event) => {
    event.preventDefault();
    state.value = "sending";
    rate(score.value, comment.value.trim()).then(
      () => (state.value = "done"),
      (error: unknown) => (state.value = error instanceof FrameError && error.code === "already_rated" ? "done" : "failed"),
    );
  };
  if (state.value === "done" || standing.value.rated) return <p class="rating thanks" role="status">{t("chat.rating.thanks")}</p>;
  return (
    <form class="rating" ref={form} onSubmit={send}>
      <fieldset>
        <legend>{t("chat.rating.ask")}</legend>
        <div class="scores">
          {SCORES.map((n) => (
            <label key={n} class={score.value === n ? "chosen" : undefined}>
              <input type="radio" name="score" value={n} checked={score.value === n} onChange={() => (score.value = n)} />
              <b>{n}</b>
              <span>{t(`chat.rating.${n}`)}</span>
            </label>
          ))}
        </div>
      </fieldset>
      {score.value > 0 && (
        <>
          <textarea
            rows={2}
            maxLength={1000}
            aria-label={t("chat.rating.comment")}
            placeholder={t("chat.rating.comment")}
            value={comment.value}
            onInput={(event) => (comment.value = event.currentTarget.value)}
          />
          {state.value === "failed" && <p class="error" role="alert">{t("chat.failed.general")}</p>}
          <button type="submit" class="small strong" disabled={state.value === "sending"}>{t("chat.send")}</button>
        </>
      )}
    </form>
  );
}
