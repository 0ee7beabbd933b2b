/** The REST API: JSON in and out, the CSRF header on what changes something, errors as `ApiError`. */
import { t, tryT } from "../shared/i18n.ts";

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** `status` 0: nothing came back at all. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly details: unknown = null,
  ) {
    super(message);
  }
}

let csrf: string | null = null;
let signedOut: () => void = () => {};

export function useCsrf(token: string | null): void {
  csrf = token;
}

/** For the rare call that is not made here. */
export function csrfHeader(): Record<string, string> {
  return csrf ? { "X-Handrail-CSRF": csrf } : {};
}

/** What to do when the server no longer knows this session. */
export function onSignedOut(act: () => void): void {
  signedOut = act;
}

export async function call<T>(method: Method, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
  return (await revised<T>(method, path, body, signal)).data;
}

/** What came, and its revision where the server tells one: sent back as `base`, it keeps two from undoing each other's work. */
export interface Revised<T> {
  data: T;
  revision: string | null;
}

export async function revised<T>(method: Method, path: string, body?: unknown, signal?: AbortSignal): Promise<Revised<T>> {
  const response = await reach(method, path, body, signal);
  const answer = await read(response);
  if (response.ok) return { data: answer as T, revision: response.headers.get("ETag")?.replace(/^W\/|"/g, "") ?? null };
  const error = errorOf(response.status, answer);
  if (error.status === 401 && !path.startsWith("/api/session")) signedOut();
  throw error;
}

export const get = <T>(path: string, signal?: AbortSignal) => call<T>("GET", path, undefined, signal);
export const post = <T>(path: string, body: unknown = {}) => call<T>("POST", path, body);
export const put = <T>(path: string, body: unknown) => call<T>("PUT", path, body);
export const patch = <T>(path: string, body: unknown) => call<T>("PATCH", path, body);

/** `?a=1&b=2` of what is set; nothing when nothing is. */
export function query(values: Record<string, string | number | null | undefined>): string {
  const set = Object.entries(values).filter(([, value]) => value !== null && value !== undefined && value !== "");
  const text = new URLSearchParams(set.map(([name, value]) => [name, String(value)])).toString();
  return text ? `?${text}` : "";
}

export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError";
}

/** What to show: our words for a code we know, else the server's sentence. */
export function errorText(error: unknown): string {
  if (!(error instanceof ApiError)) return t("staff.error.unexpected");
  return tryT(`staff.error.${error.code}`) ?? (error.message || t("staff.error.unexpected"));
}

async function reach(method: Method, path: string, body: unknown, signal?: AbortSignal): Promise<Response> {
  const headers: Record<string, string> = { Accept: "application/json" };
  if (method !== "GET" && csrf) headers["X-Handrail-CSRF"] = csrf;
  const form = body instanceof FormData;
  if (body !== undefined && !form) headers["Content-Type"] = "application/json";
  const sent = body === undefined ? null : form ? body : JSON.stringify(body);
  try {
    return await fetch(path, { method, headers, body: sent, credentials: "same-origin", ...(signal ? { signal } : {}) });
  } catch (error) {
    if (isAbort(error)) throw error;
    throw new ApiError(0, "offline", "");
  }
}

async function read(response: Response): Promise<unknown> {
  const text = await response.text().catch(() => "");
  try {
    return text ? JSON.parse(text) : null;
  } catch {
    return null;
  }
}

export function errorOf(status: number, answer: unknown): ApiError {
  const error = isRecord(answer) && isRecord(answer["error"]) ? answer["error"] : {};
  const code = typeof error["code"] === "string" ? error["code"] : status >= 500 ? "server" : "unexpected";
  const message = typeof error["message"] === "string" ? error["message"] : "";
  return new ApiError(status, code, message, error["details"] ?? null);
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
