import type { Indicator, Study } from "./data/schema";
import type { Table } from "./data/table";
import type { Speech } from "./i18n";

export const SHARE_UNIT = "share";

/** A value of an indicator with its unit, as a planner writes it. */
export function valueText(indicator: Indicator, value: number | null, say: Speech): string {
  if (value === null) return say.t("value.none");
  if (indicator.letters > 0) return classText(indicator.letters, value, say);
  if (indicator.unit.en === SHARE_UNIT) return say.share(value);
  if (indicator.kind !== "count") return withUnit(say.number(value, indicator.decimals), say.pick(indicator.unit));
  const text = withUnit(say.plain(value), say.pick(indicator.unit));
  return Number.isInteger(value) ? text : say.t("value.mean", { value: text });
}

/** The same with no more digits than the number has: for thresholds and class limits. */
export function limitText(indicator: Indicator, value: number, say: Speech): string {
  if (indicator.letters > 0) return classText(indicator.letters, value, say);
  if (indicator.unit.en === SHARE_UNIT) return say.share(value);
  return withUnit(say.plain(value), say.pick(indicator.unit));
}

/** A class by its letter: A for 1, B–C between two, in words where there is none. */
export function classText(letters: number, rank: number, say: Speech): string {
  const [low, high] = [Math.floor(rank), Math.ceil(rank)];
  if (low !== high) return `${classText(letters, low, say)}–${classText(letters, high, say)}`;
  return low >= 1 && low <= letters ? String.fromCharCode(64 + low) : say.t("value.noClass");
}

export const withUnit = (number: string, unit: string): string => (unit ? `${number}\u00a0${unit}` : number);

/** A share as one number, or as an interval where the ends differ on paper. */
export function rangeText(low: number | null, middle: number | null, high: number | null, say: Speech): string {
  if (low === null || high === null) return say.share(middle);
  const [from, to] = [say.share(low), say.share(high)];
  return from === to || high <= 0.005 ? to : `${say.number(low * 100)}–${to}`;
}

export interface Several {
  low: number | null;
  middle: number | null;
  high: number | null;
}

/** Share of residents with at least k lacks: bounds and central value; of cells only the share in fifths is published. */
export function several(table: Table, row: number, k: number): Several {
  const level = `several_k${k}_share`;
  const name = table.has(level) ? level : "several_share";
  return {
    low: table.number(`${name}_min`, row),
    middle: table.number(name, row),
    high: table.number(`${name}_max`, row),
  };
}

export function parameterNumber(study: Study, id: string): number | null {
  const value = study.parameters[id]?.value;
  return typeof value === "number" ? value : null;
}

/** Parameters that rest on knowledge rather than on a paper ask to be checked locally. */
export function asksForCheck(study: Study, ids: string[]): boolean {
  return ids.some((id) => study.parameters[id]?.evidence === "from_knowledge");
}
