/** How the customer's mood went, message by message: a small plot, and the same as a table. */
import { t } from "../shared/i18n.ts";
import { clock, full } from "../shared/time.ts";
import { get } from "../staff/api.ts";
import { useResource } from "../staff/load.ts";
import { Badge, Failure, type Tone } from "../staff/parts.tsx";
import { room } from "./desk.ts";
import { Part } from "./part.tsx";

export type MoodWord = "calm" | "uneasy" | "annoyed" | "angry";
export interface MoodAt {
  position: number;
  at: string;
  /** 0 is calm, 1 as angry as can be. */
  value: number;
  word: MoodWord;
  evidence: string[];
}

const WIDTH = 312;
const HEIGHT = 56;
const EDGE = 6;
export const MOOD_TONES: Record<MoodWord, Tone> = { calm: "good", uneasy: "plain", annoyed: "warn", angry: "bad" };

export function Mood({ conversation }: { conversation: string }) {
  const last = room.value?.events.findLast((event) => event.kind === "customer.said")?.position ?? 0;
  const read = useResource(last ? `${conversation} ${last}` : null, (signal) => get<MoodAt[]>(`/api/console/conversations/${encodeURIComponent(conversation)}/mood`, signal));
  if (read.error !== null) return <Part title={t("console.mood")}><Failure error={read.error} retry={read.reload} /></Part>;
  return read.data?.length ? <MoodPart marks={read.data} /> : null;
}

export function MoodPart({ marks }: { marks: readonly MoodAt[] }) {
  const [first, last] = [marks[0], marks.at(-1)];
  if (!first || !last) return null;
  return (
    <Part title={t("console.mood")}>
      <p><Badge tone={MOOD_TONES[last.word]}>{t("console.mood.now", { word: t(`console.mood.${last.word}`) })}</Badge></p>
      {marks.length > 1 && <Plot marks={marks} label={t("console.mood.plot", { first: t(`console.mood.${first.word}`), last: t(`console.mood.${last.word}`) })} />}
      <table class="hidden">
        <caption>{t("console.mood")}</caption>
        <thead><tr><th scope="col">{t("console.mood.when")}</th><th scope="col">{t("console.mood")}</th><th scope="col">{t("console.mood.shows")}</th></tr></thead>
        <tbody>
          {marks.map((mark) => (
            <tr key={mark.position}><th scope="row"><time dateTime={mark.at}>{clock(mark.at)}</time></th><td>{t(`console.mood.${mark.word}`)}</td><td dir="auto">{mark.evidence.join(" · ")}</td></tr>
          ))}
        </tbody>
      </table>
    </Part>
  );
}

/** Where each mark stands: calm at the bottom. */
export function points(marks: readonly MoodAt[]): { x: number; y: number; mark: MoodAt }[] {
  const step = (WIDTH - 2 * EDGE) / Math.max(1, marks.length - 1);
  return marks.map((mark, n) => ({ x: EDGE + n * step, y: HEIGHT - EDGE - mark.value * (HEIGHT - 2 * EDGE), mark }));
}

function Plot({ marks, label }: { marks: readonly MoodAt[]; label: string }) {
  const at = points(marks);
  return (
    <svg class="mood-plot" role="img" aria-label={label} viewBox={`0 0 ${WIDTH} ${HEIGHT}`}>
      {[0, 0.5, 1].map((level) => <line key={level} class="mood-grid" x1={0} x2={WIDTH} y1={EDGE + level * (HEIGHT - 2 * EDGE)} y2={EDGE + level * (HEIGHT - 2 * EDGE)} />)}
      <polyline class="mood-line" points={at.map(({ x, y }) => `${x.toFixed(1)},${y.toFixed(1)}`).join(" ")} />
      {at.map(({ x, y, mark }) => <circle key={mark.position} class={`mood-mark mood-${mark.word}`} cx={x} cy={y} r={3.5}><title>{`${full(mark.at)}: ${t(`console.mood.${mark.word}`)}`}</title></circle>)}
    </svg>
  );
}
