/** Native dialogs, and a question with two answers as a promise. */
import { signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useId, useLayoutEffect, useRef } from "preact/hooks";
import { icon } from "./icons.tsx";
import { t } from "../shared/i18n.ts";

interface DialogProps {
  title: string;
  onClose: () => void;
  children: ComponentChildren;
  wide?: boolean;
}

/** Shown as long as it is rendered, over the page before the next press of a key. Escape, the cross and a click beside it call `onClose`. */
export function Dialog({ title, onClose, children, wide = false }: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null);
  const id = useId();
  useLayoutEffect(() => {
    const dialog = ref.current;
    const before = document.activeElement;
    if (dialog && !dialog.open) dialog.showModal();
    return () => {
      dialog?.close();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  const beside = (event: MouseEvent) => event.target === ref.current && onClose();
  const cancel = (event: Event) => {
    event.preventDefault();
    onClose();
  };
  return (
    <dialog ref={ref} class={wide ? "dialog dialog-wide" : "dialog"} aria-labelledby={id} onCancel={cancel} onMouseDown={beside}>
      <div class="dialog-inside">
        <div class="dialog-head">
          <h2 id={id}>{title}</h2>
          <button type="button" class="icon-button" aria-label={t("staff.close")} onClick={onClose}>
            {icon("x")}
          </button>
        </div>
        {children}
      </div>
    </dialog>
  );
}

interface Question {
  title: string;
  text: string;
  yes: string;
  danger?: boolean;
}

const asked = signal<(Question & { answer: (yes: boolean) => void }) | null>(null);

export function ask(question: Question): Promise<boolean> {
  asked.value?.answer(false);
  return new Promise((answer) => {
    asked.value = { ...question, answer };
  });
}

/** Put once into the page: draws what `ask` asks. */
export function Asker() {
  const question = asked.value;
  if (!question) return null;
  const settle = (yes: boolean) => {
    asked.value = null;
    question.answer(yes);
  };
  return (
    <Dialog key={question.title} title={question.title} onClose={() => settle(false)}>
      <p class="dialog-text">{question.text}</p>
      <div class="dialog-foot">
        <button type="button" class="button" onClick={() => settle(false)}>
          {t("staff.cancel")}
        </button>
        <button type="button" class={question.danger ? "button button-danger" : "button button-primary"} autofocus onClick={() => settle(true)}>
          {question.yes}
        </button>
      </div>
    </Dialog>
  );
}
