import type { Speech } from "../i18n";

/** A text that comes in both languages (`label_de`, `label_en`), in that of the page. */
export function told(one: object, name: string, say: Speech): string {
  const texts = one as Record<string, unknown>;
  const found = texts[`${name}_${say.language}`] || texts[`${name}_en`] || texts[`${name}_de`];
  return typeof found === "string" ? found : "";
}

/** The same without the soft hyphens that narrow tables on paper need. */
export const plainly = (text: string): string => text.replaceAll("\u00ad", "");

/** Below so many, persons are not told: they are rounded to it. */
export const FEW = 10;

/** Persons in tens: "under 10" for few and for none, as on paper; a range where the ends differ. */
export function people(low: number | null | undefined, high: number | null | undefined, say: Speech): string {
  if (low == null || high == null) return say.t("value.none");
  const [from, to] = [Math.min(low, high), Math.max(low, high)];
  if (to === 0) return say.t("office.under", { n: FEW });
  return from === to ? say.number(from) : `${say.number(from)}–${say.number(to)}`;
}

/** How long a bar is that stands for a value, beside the longest. */
export const percent = (value: number, most: number): string =>
  `${Math.round(Math.min(1, Math.max(0, value / most)) * 1000) / 10}%`;
