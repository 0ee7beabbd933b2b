/** Small pieces every staff page is made of: fields, badges, and the states of a list. */
import type { ComponentChildren, VNode } from "preact";
import { cloneElement } from "preact";
import { useId } from "preact/hooks";
import { icon, type IconName } from "./icons.tsx";
import { isLocale, LANGUAGE_NAMES, t } from "../shared/i18n.ts";
import { errorText } from "./api.ts";
import type { Resource } from "./load.ts";

export type Tone = "plain" | "good" | "warn" | "bad" | "accent";

export function Badge({ tone = "plain", children }: { tone?: Tone; children: ComponentChildren }) {
  return <span class={`badge badge-${tone}`}>{children}</span>;
}

export function languageName(code: string | null | undefined): string {
  return isLocale(code) ? LANGUAGE_NAMES[code] : (code ?? "");
}

interface FieldProps {
  label: string;
  hint?: string;
  error?: string | null;
  /** One input, select or textarea: it gets the id and the description. */
  children: VNode;
}

export function Field({ label, hint, error, children }: FieldProps) {
  const id = useId();
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ");
  const extra: Record<string, unknown> = { id };
  if (described) extra["aria-describedby"] = described;
  if (error) extra["aria-invalid"] = "true";
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {cloneElement(children, extra)}
      {hint && <p class="hint" id={`${id}-hint`}>{hint}</p>}
      {error && <p class="field-error" id={`${id}-error`}>{error}</p>}
    </div>
  );
}

export function Empty({ icon: name = "inbox", title, text, children }: { icon?: IconName; title: string; text?: string; children?: ComponentChildren }) {
  return (
    <div class="empty">
      {icon(name, 24)}
      <p class="empty-title">{title}</p>
      {text && <p class="empty-text">{text}</p>}
      {children}
    </div>
  );
}

export function Failure({ error, retry }: { error: unknown; retry?: () => void }) {
  return (
    <div class="failure" role="alert">
      {icon("alert", 18)}
      <span>{errorText(error)}</span>
      {retry && (
        <button type="button" class="button" onClick={retry}>
          {t("staff.retry")}
        </button>
      )}
    </div>
  );
}

export function Skeleton({ rows = 6 }: { rows?: number }) {
  return (
    <div class="skeleton" role="status">
      <span class="hidden">{t("staff.loading")}</span>
      {Array.from({ length: rows }, (_, n) => (
        <div key={n} class="skeleton-row" />
      ))}
    </div>
  );
}

/** The four states of something read: being read, failed, nothing there, there. */
export function Loaded<T>({ from, isEmpty, empty, children }: { from: Resource<T>; isEmpty?: (data: T) => boolean; empty?: ComponentChildren; children: (data: T) => ComponentChildren }) {
  const failed = from.error ? <Failure error={from.error} retry={from.reload} /> : null;
  if (from.data === null) return failed ?? <Skeleton />;
  return (
    <>
      {failed}
      {isEmpty?.(from.data) ? empty : children(from.data)}
    </>
  );
}

/** A button that waits for what it does, so that nothing is done twice. */
export function Working({ busy, children, kind = "button-primary", ...rest }: { busy: boolean; children: ComponentChildren; kind?: string; type?: "button" | "submit"; disabled?: boolean; onClick?: () => void }) {
  return (
    <button type="button" {...rest} class={`button ${kind}`} aria-busy={busy} disabled={busy || rest.disabled}>
      {busy && <span class="spinner" aria-hidden="true" />}
      {children}
    </button>
  );
}
