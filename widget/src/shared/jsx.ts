/** What JSX becomes in the panel: Preact's own function once more, where its JSX runtime would bring a copy of it. */
import { h, type ComponentType, type VNode } from "preact";

export { Fragment } from "preact";

export function jsx(type: string | ComponentType<object>, props: object, key?: string | number): VNode {
  return h(type as string, key === undefined ? props : { ...props, key });
}

export { jsx as jsxs };
