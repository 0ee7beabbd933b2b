/** The steps of signing in, one at a time. */
import { useEffect, useState } from "preact/hooks";
import { t } from "../shared/i18n.ts";
import { ApiError, errorText, post } from "../staff/api.ts";
import { icon } from "../staff/icons.tsx";
import { Field, Working } from "../staff/parts.tsx";
import { LanguageSelect } from "../staff/person-menu.tsx";
import { homeOf, signIn, type Person } from "../staff/session.ts";

const SHORTEST = 10;

export function Page({ token, next }: { token: string | null; next: string | null }) {
  const [person, welcome] = useState<Person | null>(null);
  const leave = (who: Person) => location.assign(homeOf(who, next));
  return (
    <div class="sign-in">
      <main class="sign-in-card">
        <p class="sign-in-brand">Handrail</p>
        {person ? <NewPassword person={person} done={() => leave(person)} /> : <Proof token={token} byLink={welcome} byPassword={leave} />}
      </main>
      <footer class="sign-in-foot"><LanguageSelect /></footer>
    </div>
  );
}

function signInError(error: unknown): string {
  const status = error instanceof ApiError ? error.status : null;
  return status === 401 ? t("staff.sign_in.wrong") : status === 429 ? t("staff.sign_in.too_many") : errorText(error);
}

interface ProofProps {
  token: string | null;
  byLink: (person: Person) => void;
  byPassword: (person: Person) => void;
}

function Proof({ token, byLink, byPassword }: ProofProps) {
  const [state, change] = useState<"checking" | "refused" | "unreached" | "form">(token ? "checking" : "form");
  const [problem, fail] = useState<unknown>(null);
  const check = async () => {
    change("checking");
    try {
      byLink((await signIn({ token: token ?? "" })).agent);
    } catch (error) {
      const refused = error instanceof ApiError && error.status >= 400 && error.status < 500 && error.status !== 429;
      fail(error);
      change(refused ? "refused" : "unreached");
    }
  };
  useEffect(() => {
    if (token) void check();
  }, []);
  if (state === "checking") return <p class="sign-in-wait" role="status"><span class="spinner" aria-hidden="true" /> {t("staff.link.checking")}</p>;
  if (state === "unreached") {
    return (
      <>
        <h1>{t("staff.link.unreached")}</h1>
        <p class="muted">{signInError(problem)}</p>
        <button type="button" class="button button-primary" onClick={() => void check()}>{t("staff.retry")}</button>
      </>
    );
  }
  return <PasswordForm refused={state === "refused"} done={byPassword} />;
}

function PasswordForm({ refused, done }: { refused: boolean; done: (person: Person) => void }) {
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [busy, work] = useState(false);
  const [error, fail] = useState<string | null>(null);
  const submit = async (event: Event) => {
    event.preventDefault();
    if (!name.trim() || !password) return fail(t("staff.sign_in.incomplete"));
    work(true);
    fail(null);
    try {
      done((await signIn({ name: name.trim(), password })).agent);
    } catch (problem) {
      work(false);
      fail(signInError(problem));
    }
  };
  return (
    <form onSubmit={(event) => void submit(event)} noValidate>
      <h1>{t("staff.sign_in")}</h1>
      {refused && <div class="notice notice-warn" role="alert"><b>{t("staff.link.refused")}</b> {t("staff.link.refused.text")}</div>}
      {error && <p class="failure" role="alert">{icon("alert", 16)} <span>{error}</span></p>}
      <Field label={t("staff.name")}><input type="text" autoComplete="username" required value={name} onInput={(event) => setName(event.currentTarget.value)} /></Field>
      <Field label={t("staff.password")}><input type="password" autoComplete="current-password" required value={password} onInput={(event) => setPassword(event.currentTarget.value)} /></Field>
      <Working type="submit" busy={busy}>{t("staff.sign_in")}</Working>
      <p class="hint">{t("staff.sign_in.help")}</p>
    </form>
  );
}

function NewPassword({ person, done }: { person: Person; done: () => void }) {
  const [password, setPassword] = useState("");
  const [busy, work] = useState(false);
  const [error, fail] = useState<string | null>(null);
  const submit = async (event: Event) => {
    event.preventDefault();
    if ([...password].length < SHORTEST) return fail(t("staff.password.short", { n: SHORTEST }));
    work(true);
    try {
      await post("/api/session/password", { password });
      done();
    } catch (problem) {
      work(false);
      fail(errorText(problem));
    }
  };
  return (
    <form onSubmit={(event) => void submit(event)} noValidate>
      <h1>{t("staff.welcome", { name: person.name })}</h1>
      <p class="muted">{t("staff.password.why")}</p>
      <input type="text" class="hidden" autoComplete="username" value={person.name} readOnly tabIndex={-1} aria-hidden="true" />
      <Field label={t("staff.password.new")} hint={t("staff.password.hint", { n: SHORTEST })} error={error}>
        <input type="password" autoComplete="new-password" value={password} onInput={(event) => setPassword(event.currentTarget.value)} />
      </Field>
      <Working type="submit" busy={busy}>{t("staff.password.set")}</Working>
      <button type="button" class="button" onClick={done}>{t("staff.password.later")}</button>
    </form>
  );
}
