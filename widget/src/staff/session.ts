/** Who is signed in. Pages call `openSession()` first; without a session it leads to the sign-in page. */
import { signal } from "@preact/signals";
import { ApiError, call, get, onSignedOut, post, useCsrf } from "./api.ts";

export interface Person {
  id: string;
  name: string;
  role: "agent" | "admin";
  languages: string[];
}
export interface Session {
  agent: Person;
  csrf: string;
}

export const session = signal<Session | null>(null);

/** The session, or null after leaving for the sign-in page. Other failures are thrown. */
export async function openSession(): Promise<Session | null> {
  onSignedOut(toSignIn);
  try {
    return keep(await get<Session>("/api/session"));
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 401) throw error;
    toSignIn();
    return null;
  }
}

export async function signIn(proof: { token: string } | { name: string; password: string }): Promise<Session> {
  return keep(await post<Session>("/api/session", proof));
}

export async function signOut(): Promise<void> {
  await call("DELETE", "/api/session").catch(() => undefined);
  location.assign("/sign-in");
}

export function toSignIn(): void {
  const here = location.pathname;
  location.assign(here === "/console" || here === "/admin" ? `/sign-in?next=${here}` : "/sign-in");
}

/** Where somebody belongs after signing in: the page they came from if they may see it. */
export function homeOf(person: Person, asked: string | null): string {
  if (asked === "/console") return asked;
  return person.role === "admin" ? "/admin" : "/console";
}

function keep(found: Session): Session {
  session.value = found;
  useCsrf(found.csrf);
  return found;
}
