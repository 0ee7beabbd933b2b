/** The icons of the staff pages by name: `icon("check", 16)`. */
import type { VNode } from "preact";
import { Icon, type Shape } from "../shared/icons.ts";
import * as shared from "../shared/shapes.ts";

const SHAPES = {
  alert: shared.alert,
  "arrow-down": shared.arrowDown,
  "arrow-left": shared.arrowLeft,
  book: shared.book,
  bot: shared.bot,
  chart: shared.chart,
  check: shared.check,
  "chevron-right": shared.chevronRight,
  clip: shared.clip,
  clock: shared.clock,
  download: shared.download,
  external: shared.external,
  file: shared.file,
  globe: shared.globe,
  help: shared.help,
  history: shared.history,
  inbox: shared.inbox,
  info: shared.info,
  key: shared.key,
  "log-out": shared.logOut,
  menu: shared.menu,
  message: shared.message,
  note: shared.note,
  pencil: shared.pencil,
  play: shared.play,
  plus: shared.plus,
  refresh: shared.refresh,
  "rotate-left": shared.rotateLeft,
  search: shared.search,
  send: shared.send,
  settings: shared.settings,
  sparkle: shared.sparkle,
  star: shared.star,
  "thumbs-down": shared.thumbsDown,
  "thumbs-up": shared.thumbsUp,
  trash: shared.trash,
  upload: shared.upload,
  user: shared.user,
  users: shared.users,
  "wifi-off": shared.wifiOff,
  x: shared.x,
  // Shapes of Lucide (ISC) only staff pages need.
  bell: ["M10.3 21a2 2 0 0 0 3.4 0", "M18 8a6 6 0 0 0-12 0c0 7-3 9-3 9h18s-3-2-3-9"],
  "bell-off": ["M10.3 21a2 2 0 0 0 3.4 0", "M8.7 3A6 6 0 0 1 18 8c0 3 .5 5 1 6.3", "M17 17H3s3-2 3-9c0-.6.1-1.2.3-1.7", "m2 2 20 20"],
  flag: ["M4 15s1-1 4-1 5 2 8 2 4-1 4-1V3s-1 1-4 1-5-2-8-2-4 1-4 1z", "M4 22v-7"],
  copy: ["M10 8h10a2 2 0 0 1 2 2v10a2 2 0 0 1-2 2H10a2 2 0 0 1-2-2V10a2 2 0 0 1 2-2z", "M4 16a2 2 0 0 1-2-2V4a2 2 0 0 1 2-2h10a2 2 0 0 1 2 2"],
  lock: ["M5 11h14a2 2 0 0 1 2 2v7a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2v-7a2 2 0 0 1 2-2z", "M7 11V7a5 5 0 0 1 10 0v4"],
  quote: [
    "M16 3a2 2 0 0 0-2 2v6a2 2 0 0 0 2 2 1 1 0 0 1 1 1v1a2 2 0 0 1-2 2 1 1 0 0 0-1 1v2a1 1 0 0 0 1 1 6 6 0 0 0 6-6V5a2 2 0 0 0-2-2z",
    "M5 3a2 2 0 0 0-2 2v6a2 2 0 0 0 2 2 1 1 0 0 1 1 1v1a2 2 0 0 1-2 2 1 1 0 0 0-1 1v2a1 1 0 0 0 1 1 6 6 0 0 0 6-6V5a2 2 0 0 0-2-2z",
  ],
  transfer: ["M8 3 4 7l4 4", "M4 7h16", "m16 21 4-4-4-4", "M20 17H4"],
  keyboard: ["M4 5h16a2 2 0 0 1 2 2v10a2 2 0 0 1-2 2H4a2 2 0 0 1-2-2V7a2 2 0 0 1 2-2z", "M7 16h10", "M7 9h.01M12 9h.01M17 9h.01M9.5 12.5h.01M14.5 12.5h.01"],
  layers: ["m12 2 10 5-10 5L2 7z", "m2 12 10 5 10-5", "m2 17 10 5 10-5"],
  moon: ["M12 3a6 6 0 0 0 9 9 9 9 0 1 1-9-9z"],
} as const satisfies Record<string, Shape>;

export type IconName = keyof typeof SHAPES;

export function icon(name: IconName, size = 18): VNode {
  return <Icon shape={SHAPES[name]} size={size} />;
}
