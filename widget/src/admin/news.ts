/** News for a page of the admins, as it happens: incidents, late updates, proposals. */
import { useEffect, useRef } from "preact/hooks";
import type { AgentFrame, AgentHello } from "../shared/frames.ts";
import { locale } from "../shared/i18n.ts";
import { Socket, type AgentPost, type AgentSend } from "../shared/socket.ts";
import { post } from "../staff/api.ts";

const NEWS: ReadonlySet<string> = new Set(["incidents", "incident_reminders", "proposals"]);

/** Call `heard` when one of these has changed, and once more whenever the connection comes back. */
export function useNews(heard: () => void): void {
  const latest = useRef(heard);
  latest.current = heard;
  useEffect(() => {
    const socket = new Socket<AgentFrame, AgentPost, AgentSend>({
      url: `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws/agent`,
      hello,
      onFrame: (frame) => NEWS.has(frame.type) && latest.current(),
      onRefused: () => true, // the ticket was too old: `hello` fetches a new one
    });
    socket.connect();
    return () => socket.close();
  }, []);
}

async function hello(): Promise<AgentHello> {
  const { token } = await post<{ token: string }>("/api/session/ticket");
  return { type: "hello", protocol: 1, token, locale: locale.value, looking: true };
}
