/** The middle column's log: stays at the end unless the agent reads further up. */
import { Fragment } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { t } from "../shared/i18n.ts";
import { day } from "../shared/time.ts";
import { icon } from "../staff/icons.tsx";
import { Empty, Skeleton } from "../staff/parts.tsx";
import { link, state } from "./desk.ts";
import { Entry, PendingEntry } from "./entry.tsx";
import type { Room } from "./state.ts";
import { now } from "./ticking.ts";

const NEAR = 64;

export function Log({ room, visitor }: { room: Room; visitor: string }) {
  const frame = useRef<HTMLDivElement>(null);
  const stuck = useRef(true);
  const [behind, setBehind] = useState(false);
  const size = room.events.length + room.pending.length;
  const toEnd = () => {
    const log = frame.current;
    if (log) log.scrollTop = log.scrollHeight;
  };
  useLayoutEffect(() => {
    if (stuck.current) toEnd();
    else setBehind(true);
  }, [size]);
  useEffect(() => {
    toEnd();
    // A phone's keyboard, a window made narrower and a longer draft leave the last message in sight.
    const resized = new ResizeObserver(() => stuck.current && toEnd());
    if (frame.current) resized.observe(frame.current);
    return () => resized.disconnect();
  }, []);
  const scrolled = () => {
    const log = frame.current;
    if (!log) return;
    stuck.current = log.scrollHeight - log.scrollTop - log.clientHeight < NEAR;
    if (stuck.current) setBehind(false);
  };
  return (
    <div class="log-frame">
      <div ref={frame} class="log" role="log" aria-label={t("console.log")} tabIndex={0} onScroll={scrolled}>
        {room.refused ? <Empty icon="search" title={t("console.not_found")} text={t("console.not_found.text")} /> : <Entries room={room} visitor={visitor} />}
      </div>
      {behind && (
        <button type="button" class="button to-end" onClick={toEnd}>
          {icon("arrow-down", 16)} {t("console.to_end")}
        </button>
      )}
      <Typing room={room} visitor={visitor} />
    </div>
  );
}

function Entries({ room, visitor }: { room: Room; visitor: string }) {
  if (!room.dossier && room.events.length === 0) return <Skeleton rows={5} />;
  let before = "";
  return (
    <>
      {room.events.map((event) => {
        const date = new Date(event.at).toDateString();
        const first = date !== before;
        before = date;
        return (
          <Fragment key={event.position}>
            {first && <div class="day"><span>{day(event.at)}</span></div>}
            <Entry event={event} visitor={visitor} />
          </Fragment>
        );
      })}
      {room.pending.map((pending) => (
        <PendingEntry key={pending.id} pending={pending} name={state.value.me?.name ?? ""} />
      ))}
    </>
  );
}

function Typing({ room, visitor }: { room: Room; visitor: string }) {
  // Without a connection nobody knows whether they still are.
  const typing = link.value.at === "online" && room.typing && room.typing.until > now.value ? room.typing : null;
  const name = typing?.who.name || (typing?.who.kind === "bot" ? t("console.bot") : visitor);
  return (
    <p class="typing" role="status">
      {typing && (
        <>
          <span class="typing-dots" aria-hidden="true"><i /><i /><i /></span>
          {t("console.typing", { name })}
        </>
      )}
    </p>
  );
}
