/** The calls to the server: the token goes in a header, never into an address. */
import type { Attached, Surroundings } from "./types.ts";

/** Why the server, or the way to it, refused; `code` as in docs/rest.md. */
export class Refused extends Error {
  constructor(readonly code: string) {
    super(code);
  }
}

const PATH = "/api/attachments";

function authorization({ recall }: Surroundings): string {
  return `Bearer ${recall().token ?? ""}`;
}

export interface Upload {
  done: Promise<Attached>;
  stop: () => void;
}

/** Send a file; `progress` hears how much of it has gone, from 0 to 1. */
export function upload(around: Surroundings, file: File, progress: (share: number) => void): Upload {
  // fetch() tells nothing of how far an upload is.
  const call = new XMLHttpRequest();
  const done = new Promise<Attached>((resolve, reject) => {
    call.open("POST", around.server + PATH);
    call.responseType = "json";
    call.setRequestHeader("Authorization", authorization(around));
    call.setRequestHeader("X-File-Name", encodeURIComponent(file.name.slice(-200)));
    call.upload.onprogress = (event) => event.lengthComputable && progress(event.loaded / event.total);
    call.onerror = call.onabort = () => reject(new Refused("offline"));
    call.onload = () => (call.status === 200 ? resolve(call.response as Attached) : reject(new Refused(codeOf(call.response))));
    call.send(file);
  });
  return { done, stop: () => call.abort() };
}

function codeOf(answer: unknown): string {
  const found = answer as { error?: { code?: string } } | null;
  return found?.error?.code ?? "general";
}

export async function fetchBlob(around: Surroundings, id: string, part: "" | "/preview"): Promise<Blob> {
  const headers = { Authorization: authorization(around) };
  const answer = await fetch(`${around.server}${PATH}/${encodeURIComponent(id)}${part}`, { headers, credentials: "omit" });
  if (!answer.ok) throw new Refused(String(answer.status));
  return answer.blob();
}

/** Take back what was uploaded and is not wanted; if that fails the server forgets it by itself. */
export function remove(around: Surroundings, id: string): void {
  const headers = { Authorization: authorization(around) };
  fetch(`${around.server}${PATH}/${encodeURIComponent(id)}`, { method: "DELETE", headers, credentials: "omit" }).catch(() => undefined);
}

/** Hand it to the browser as a file. */
export function save(blob: Blob, name: string): void {
  const address = URL.createObjectURL(blob);
  const anchor = document.createElement("a");
  anchor.href = address;
  anchor.download = name;
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
