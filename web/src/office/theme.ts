import type { Study } from "../data/schema";
import type { Table } from "../data/table";
import type { Speech } from "../i18n";
import type { Blank, Paint, Theme } from "../themes";

/** Limits of five classes, finer where all shares are small. */
const BREAKS = [
  { most: 0.1, limits: [0.02, 0.04, 0.06, 0.08] },
  { most: 0.25, limits: [0.05, 0.1, 0.15, 0.2] },
  { most: 0.5, limits: [0.1, 0.2, 0.3, 0.4] },
  { most: Number.POSITIVE_INFINITY, limits: [0.2, 0.4, 0.6, 0.8] },
];

/** Limits of the classes for shares up to a largest one. */
export const breaksFor = (largest: number): number[] => BREAKS.find((one) => largest <= one.most)?.limits ?? [];

const binOf = (value: number, limits: number[]): number => limits.filter((limit) => value >= limit).length;

interface Shown {
  id: string;
  title: string;
  unit: string;
  /** limits of the classes, and how one is written */
  limits: number[];
  text: (value: number) => string;
  /** neither end is the better one */
  isNeutral?: boolean;
  /** of a quarter: its value, or why it has none */
  of: (quarter: string) => number | Blank;
}

/** Quarters coloured by a number of a result of the office. */
export function quarterTheme({ id, title, unit, limits, text, isNeutral, of }: Shown, study: Study, say: Speech): Theme {
  const { sequential, neutral, unknown } = study.palette;
  const colours = isNeutral ? neutral : sequential;
  const label = (bin: number): string => {
    const [from, to] = [limits[bin - 1], limits[bin]];
    if (from === undefined) return say.t("legend.below", { to: to === undefined ? "" : text(to) });
    if (to === undefined) return say.t("legend.above", { from: text(from) });
    return say.t("legend.between", { from: text(from), to: text(to) });
  };
  const paint = (table: Table, row: number): Paint => {
    const value = of(table.ids[row] ?? "");
    if (typeof value !== "number") return { color: unknown, bin: -1, blank: value };
    const bin = binOf(value, limits);
    return { color: colours[bin] ?? unknown, bin, blank: null };
  };
  return {
    id,
    title,
    unit,
    bins: colours.map((color, bin) => ({ color, label: label(bin) })),
    thresholdBefore: -1,
    thresholdLabel: "",
    blanks: ["undetermined", "missing", "suppressed"],
    levels: ["quarters"],
    worst: "last",
    paint,
  };
}

/** A map without colours, as long as there is nothing to show. */
export function bareTheme(title: string): Theme {
  return {
    id: "bare",
    title,
    unit: "",
    bins: [],
    thresholdBefore: -1,
    thresholdLabel: "",
    blanks: [],
    levels: [],
    worst: "last",
    paint: () => ({ color: "rgba(0, 0, 0, 0)", bin: -1, blank: null }),
  };
}
