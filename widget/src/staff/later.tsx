/** A page whose code is loaded when somebody opens it. */
import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Failure, Skeleton } from "./parts.tsx";

/** Give a component that draws what `load` brings; a failure is shown, and tried again on request. */
export function later<Props extends object>(load: () => Promise<{ default: ComponentType<Props> }>): ComponentType<Props> {
  let known: ComponentType<Props> | null = null;
  return function Later(props: Props) {
    const [turn, again] = useState(0);
    const [error, fail] = useState<unknown>(null);
    const [, drawn] = useState(known !== null);
    useEffect(() => {
      if (known) return;
      load().then(
        (module) => {
          known = module.default;
          drawn(true);
        },
        (problem: unknown) => fail(problem),
      );
    }, [turn]);
    const Page = known;
    if (Page) return <Page {...props} />;
    const retry = () => {
      fail(null);
      again(turn + 1);
    };
    return error === null ? <Skeleton /> : <Failure error={error} retry={retry} />;
  };
}
