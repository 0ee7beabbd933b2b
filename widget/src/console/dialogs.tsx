/** The console's dialogs: which one is open. */
import { later } from "../staff/later.tsx";
import { open } from "./desk.ts";
import { answered, dialog } from "./shortcuts.ts";

const parts = {
  alerts: () => import("./alerts-dialog.tsx"),
  give_back: () => import("./give-back.tsx"),
  help: () => import("./key-help.tsx"),
  palette: () => import("./palette.tsx"),
  report: () => import("./report.tsx"),
  together: () => import("./answer-together.tsx"),
  resolve: () => import("./resolve.tsx"),
  snooze: () => import("./snooze.tsx"),
  transfer: () => import("./transfer.tsx"),
};
const Alerts = later(parts.alerts);
const GiveBack = later(parts.give_back);
const KeyHelp = later(parts.help);
const Palette = later(parts.palette);
const Report = later(parts.report);
const AnswerTogether = later(parts.together);
const Resolve = later(parts.resolve);
const Snooze = later(parts.snooze);
const Transfer = later(parts.transfer);

/** Have the dialogs here before they are asked for: the first press of a key must not wait for the network. */
export function fetchDialogs(): void {
  for (const part of Object.values(parts)) part().catch(() => undefined); // asked for, it is tried again
}

export function Dialogs() {
  const close = () => (dialog.value = null);
  if (dialog.value === "help") return <KeyHelp close={close} />;
  if (dialog.value === "palette") return <Palette close={close} />;
  if (dialog.value === "alerts") return <Alerts close={close} />;
  if (dialog.value === "report") return <Report close={close} />;
  if (dialog.value === "group" && answered.value) return <AnswerTogether key={answered.value} incident={answered.value} close={close} />;
  if (dialog.value === "give_back" && open.value) return <GiveBack conversation={open.value} close={close} />;
  if (dialog.value === "resolve" && open.value) return <Resolve conversation={open.value} close={close} />;
  if (dialog.value === "snooze" && open.value) return <Snooze conversation={open.value} close={close} />;
  if (dialog.value === "transfer" && open.value) return <Transfer conversation={open.value} close={close} />;
  return null;
}
