/** How well a colour can be told from the two grounds of the chat. */

/** The surfaces of the panel, light and dark: see `shared/theme.css`. */
export const SURFACES = { light: [255, 255, 255], dark: [28, 29, 28] } as const;
/** What text needs (WCAG 2.2, 1.4.3). */
export const ENOUGH = 4.5;

type Rgb = readonly [number, number, number];

/** Relative luminance, as WCAG defines it. */
function luminance(colour: Rgb): number {
  const [red, green, blue] = colour.map((part) => {
    const s = part / 255;
    return s <= 0.04045 ? s / 12.92 : ((s + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * (red ?? 0) + 0.7152 * (green ?? 0) + 0.0722 * (blue ?? 0);
}

/** From 1, the same, to 21, black on white. */
export function contrast(one: Rgb, other: Rgb): number {
  const [low = 0, high = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

/** What a browser draws for a colour as CSS writes it; null for what is none. */
export function rgbOf(colour: string): Rgb | null {
  if (!CSS.supports("color", colour)) return null;
  const context = Object.assign(document.createElement("canvas"), { width: 1, height: 1 }).getContext("2d");
  if (!context) return null;
  context.fillStyle = colour;
  context.fillRect(0, 0, 1, 1);
  const [red = 0, green = 0, blue = 0] = context.getImageData(0, 0, 1, 1).data;
  return [red, green, blue];
}
