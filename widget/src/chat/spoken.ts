/** What is read out of what has just come. Loaded with the first of it; it imports nothing at run time, or the panel grows. */
import type { Attached } from "../shared/frames.ts";
import type { LogEvent } from "../shared/socket.ts";

export interface Speech {
  t: (key: string, values?: Record<string, string | number>) => string;
  plainText: (text: string) => string;
  bot: string;
}

/** All of it in one text, however many pieces it came in; "" for nothing worth saying. */
export function spoken(fresh: LogEvent[], speech: Speech): string {
  return fresh.map((event) => said(event, speech)).filter((text) => text !== "").join("\n");
}

function said(event: LogEvent, { t, plainText, bot }: Speech): string {
  switch (event.kind) {
    case "bot.answered":
      return t("chat.said", { who: bot, text: plainText(event.data.text) });
    case "agent.said":
    case "group.said":
      return t("chat.said", { who: event.data.agent.name, text: plainText(event.data.text) || namesOf(event.data) });
    case "person.called":
    case "conversation.requeued":
    case "incident.told":
    case "incident.muted":
      return plainText(event.data.text);
    case "agent.joined":
      return t("chat.event.joined", { name: event.data.agent.name });
    case "conversation.resolved":
      return t("chat.event.resolved");
    default:
      return "";
  }
}

/** The names of the files that a message carries. */
function namesOf(data: object): string {
  const { attachments = [] } = data as { attachments?: Attached[] };
  return attachments.map((file) => file.name).join(", ");
}
