/** Something read from the server for a component: what is known, whether it is being read, and why not. */
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { isAbort } from "./api.ts";

export interface Resource<T> {
  data: T | null;
  error: unknown;
  loading: boolean;
  reload: () => void;
  set: (data: T) => void;
}

/** Read again whenever `key` changes; null reads nothing. What was known stays while it is read again. */
export function useResource<T>(key: string | null, load: (signal: AbortSignal) => Promise<T>): Resource<T> {
  const [state, change] = useState<{ data: T | null; error: unknown; loading: boolean }>(EMPTY);
  const [turn, again] = useState(0);
  const latest = useRef(load);
  latest.current = load;
  useEffect(() => {
    if (key === null) return change(EMPTY);
    const stop = new AbortController();
    change((old) => ({ ...old, loading: true }));
    latest.current(stop.signal).then(
      (data) => !stop.signal.aborted && change({ data, error: null, loading: false }),
      (error: unknown) => !isAbort(error) && !stop.signal.aborted && change((old) => ({ ...old, error, loading: false })),
    );
    return () => stop.abort();
  }, [key, turn]);
  const reload = useCallback(() => again((n) => n + 1), []);
  const set = useCallback((data: T) => change({ data, error: null, loading: false }), []);
  return { ...state, reload, set };
}

const EMPTY = { data: null, error: null, loading: false };

/** The value, some time after it stopped changing. */
export function useSettled<T>(value: T, ms = 250): T {
  const [settled, settle] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => settle(() => value), ms);
    return () => clearTimeout(timer);
  }, [value, ms]);
  return settled;
}

/** Call `act` again and again while `on`. */
export function useInterval(act: () => void, ms: number, on: boolean): void {
  const latest = useRef(act);
  latest.current = act;
  useEffect(() => {
    if (!on) return;
    const timer = setInterval(() => latest.current(), ms);
    return () => clearInterval(timer);
  }, [ms, on]);
}
