/** Conversations that ended lately, read when the list is unfolded. */
import { useState } from "preact/hooks";
import { t } from "../shared/i18n.ts";
import { clock } from "../shared/time.ts";
import { get, query } from "../staff/api.ts";
import { icon } from "../staff/icons.tsx";
import { useResource } from "../staff/load.ts";
import { Loaded } from "../staff/parts.tsx";
import type { EndReason } from "../shared/frames.ts";
import { words } from "../staff/texts.ts";
import { open, openConversation } from "./desk.ts";

interface Past {
  conversation: string;
  language: string;
  preview: string;
  updated_at: string;
  rating: number | { score: number } | null;
  ended: { by: string; why: EndReason | null; note: string } | null;
}

export function Ended() {
  const [shown, show] = useState(false);
  return (
    <details class="ended" onToggle={(event) => show(event.currentTarget.open)}>
      <summary class="list-title">{t("console.ended")} {icon("chevron-right", 14)}</summary>
      {shown && <EndedList />}
    </details>
  );
}

function EndedList() {
  const past = useResource("ended", (signal) => get<Past[]>(`/api/console/conversations${query({ status: "resolved", limit: 20 })}`, signal));
  return (
    <Loaded from={past} isEmpty={(list) => list.length === 0} empty={<p class="list-none">{t("console.ended.empty")}</p>}>
      {(list) => (
        <ul class="rows">
          {list.map((item) => (
            <li key={item.conversation}>
              <button type="button" class="row" aria-current={open.value === item.conversation ? "true" : undefined} onClick={() => openConversation(item.conversation)}>
                <span class="row-top">
                  <span class="row-preview" dir="auto" lang={item.language}>{item.preview}</span>
                  <span class="row-wait">{clock(item.updated_at)}</span>
                </span>
                {item.ended?.why && (
                  <span class="row-facts" title={item.ended.note || undefined}>
                    <span>{words("console.end", item.ended.why)}</span>
                    <span>{item.ended.by}</span>
                  </span>
                )}
              </button>
            </li>
          ))}
        </ul>
      )}
    </Loaded>
  );
}
