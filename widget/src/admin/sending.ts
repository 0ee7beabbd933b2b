/** A form that is sent: busy meanwhile, and why it was refused. */
import { useState } from "preact/hooks";

export function useSending(send: () => Promise<void>) {
  const [busy, work] = useState(false);
  const [error, fail] = useState<unknown>(null);
  const submit = async (event: Event) => {
    event.preventDefault();
    work(true);
    fail(null);
    await send().catch(fail);
    work(false);
  };
  return { busy, error, fail, submit: (event: Event) => void submit(event) };
}
