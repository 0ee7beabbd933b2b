/** Who speaks, by shape and not by colour alone: the bot is a square with a robot, a person a circle with initials. */
import type { VNode } from "preact";
import { Icon } from "../../shared/icons.ts";
import * as shapes from "../../shared/shapes.ts";

export function BotAvatar({ size = 18 }: { size?: number }): VNode {
  return (
    <span class="avatar bot" aria-hidden="true">
      <Icon shape={shapes.bot} size={size} />
    </span>
  );
}

export function PersonAvatar({ name }: { name: string }): VNode {
  return (
    <span class="avatar person" aria-hidden="true">
      {initials(name)}
    </span>
  );
}

/** Two letters of a Latin name, the last sign of a Chinese one. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/);
  const first = Array.from(words[0] ?? "");
  if (/\p{Script=Han}/u.test(name)) return first.at(-1) ?? "";
  const last = words.length > 1 ? Array.from(words.at(-1) ?? "") : [];
  return `${first[0] ?? ""}${last[0] ?? ""}`.toLocaleUpperCase();
}
