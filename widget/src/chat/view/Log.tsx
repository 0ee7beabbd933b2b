/** The log: greeting, messages, who types, and a way back to the newest for those who scrolled up. */
import { useSignal, type Signal } from "@preact/signals";
import type { RefObject, VNode } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { Icon } from "../../shared/icons.ts";
import { t } from "../../shared/i18n.ts";
import * as shapes from "../../shared/shapes.ts";
import type { PanelHost } from "../host.ts";
import { later } from "../later.ts";
import { draft, events, isSpoken, opened, pending, settled, source, standing, typist } from "../state.ts";
import { Welcome } from "./Welcome.tsx";

const NEAR = 64;

export function Log({ host }: { host: PanelHost }): VNode {
  const box = useRef<HTMLDivElement>(null);
  /** 1: the end is out of sight; 2: and something new stands there. */
  const away = useSignal(0);
  useStick(box, away);
  const top = useRef(0);
  const moved = () => {
    const now = box.current?.scrollTop ?? 0;
    if (isNear(box.current)) away.value = 0;
    else if (now < top.current - 4) away.value ||= 1;
    top.current = now;
  };
  return (
    <div class="logbox" inert={source.value !== null}>
      <div class="log" role="log" aria-live="off" aria-label={t("chat.log")} tabIndex={0} ref={box} onScroll={moved}>
        <Said host={host} />
      </div>
      {away.value > 0 && (
        <button type="button" class={away.value > 1 ? "latest new" : "latest"} onClick={() => toEnd(box.current)}>
          <Icon shape={shapes.arrowDown} size={16} />
          {t("chat.latest")}
        </button>
      )}
    </div>
  );
}

/** The conversation, or what stands there before anything was said. */
function Said({ host }: { host: PanelHost }): VNode {
  if (!events.value.length && !pending.value.length) return <Welcome host={host} />;
  const Rows = later.value?.Rows;
  return Rows ? <Rows host={host} /> : <p class="loading">{t("chat.loading")}</p>;
}

function isNear(box: HTMLElement | null): boolean {
  return !box || box.scrollHeight - box.scrollTop - box.clientHeight < NEAR;
}

function toEnd(box: HTMLElement | null): void {
  if (box) box.scrollTop = box.scrollHeight;
}

/** Show what is new, but the beginning of it when it is taller than the view: says whether the end is out of sight. */
function toNew(box: HTMLElement | null): number {
  toEnd(box);
  const last = box?.querySelector<HTMLElement>(".log > ol > li:last-child");
  if (!box || !last || last.offsetHeight <= box.clientHeight) return 0;
  box.scrollTop = last.offsetTop - 8;
  return isNear(box) ? 0 : 1;
}

/** Follow what is said while the reader is at the end; never pull away one who has scrolled up. Own messages always show. */
function useStick(box: RefObject<HTMLDivElement | null>, away: Signal<number>): void {
  const mine = pending.value.length;
  const rows = mine + events.value.filter((event) => event.kind === "customer.said" || isSpoken(event)).length;
  const before = useRef({ mine: 0, rows: 0 });
  useLayoutEffect(() => {
    const { mine: own, rows: seen } = before.current;
    before.current = { mine, rows };
    if (mine > own || !settled.value) {
      away.value = 0;
      toEnd(box.current);
    } else if (rows > seen) away.value = away.value ? 2 : toNew(box.current);
    else if (!away.value) toEnd(box.current);
  }, [rows, mine, draft.value, typist.value, later.value, standing.value.over]);
  useEffect(() => {
    if (opened.value) toEnd(box.current);
  }, [opened.value]);
  useEffect(() => {
    if (!box.current) return;
    const follow = () => !away.value && toEnd(box.current);
    const size = new ResizeObserver(follow);
    const content = new MutationObserver(follow);
    size.observe(box.current);
    content.observe(box.current, { childList: true, subtree: true });
    return () => {
      size.disconnect();
      content.disconnect();
    };
  }, []);
}
