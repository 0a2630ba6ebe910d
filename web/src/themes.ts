import type { Indicator, Palette, Study } from "./data/schema";
import type { Level } from "./data/load";
import type { Table } from "./data/table";
import type { Speech } from "./i18n";
import { classText, limitText, several, SHARE_UNIT } from "./values";

/** Why an area carries no colour of the scale. */
export type Blank = "missing" | "suppressed" | "undetermined" | "edge";

export interface Paint {
  color: string;
  /** number of the class, -1 for none */
  bin: number;
  blank: Blank | null;
}

export interface Bin {
  color: string;
  label: string;
}

/** One way to colour the areas of a level. */
export interface Theme {
  id: string;
  title: string;
  /** what the numbers in the legend count */
  unit: string;
  bins: Bin[];
  /** the threshold lies before this class; -1 for none */
  thresholdBefore: number;
  thresholdLabel: string;
  blanks: Blank[];
  /** levels on which it can be shown; empty for all */
  levels: Level[];
  /** at which end of the classes most is lacking */
  worst: "first" | "last";
  paint: (table: Table, row: number) => Paint;
}

// by number of classes on that side of the threshold, from the worst to the best value: places in the sequential
// palette on the lacking side, blues on the other
const SHORT = [[2], [3, 1], [4, 2, 1], [4, 3, 2, 1]];
const ENOUGH = [["#7fb3d5"], ["#c6dff0", "#5f9bc6"], ["#d3e6f3", "#8fbfdf", "#4a86b8"]];
const SHARE_BREAKS = [0.2, 0.4, 0.6, 0.8];

const binOf = (value: number, breaks: number[]): number => breaks.filter((limit) => value >= limit).length;

const blank = (kind: Blank, palette: Palette): Paint => ({ color: palette.unknown, bin: -1, blank: kind });

/** Names of the columns that were held back in a row; "all" for everything but the class. */
export const heldColumns = (table: Table, row: number): string[] =>
  table.text("suppressed", row).split(/[\s,;]+/).filter(Boolean);

/** Whether a value that is not there was held back to protect people. */
export function isHeld(table: Table, column: string, row: number): boolean {
  const held = heldColumns(table, row);
  const stem = column.replace(/_(share|distance_m)$/, "");
  const told = [column, stem].some((name) => table.text(`${name}_status`, row) === "suppressed");
  return told || held.includes("all") || held.includes(column);
}

/** Whether an area lies so near the edge of the data that nothing about it was judged. */
export function isEdge(table: Table, row: number, study: Study): boolean {
  return study.prerequisites.every((one) => table.text(`lacks_${one.id}_status`, row) === "edge");
}

function blankOf(palette: Palette, table: Table, column: string, row: number): Paint {
  if (isHeld(table, column, row)) return blank("suppressed", palette);
  const status = table.text(`${column}_status`, row) || table.text(`${column.replace(/_share$/, "")}_status`, row);
  return blank(status === "edge" ? "edge" : "missing", palette);
}

/** What a blank area means, by the level on which it stands. */
export function blankLabel(kind: Blank, level: Level, study: Study, say: Speech): string {
  if (kind !== "suppressed") return say.t(`legend.${kind}`);
  return level === "cells" ? say.t("legend.suppressed", { n: study.minimum_residents_cell }) : say.t("legend.held");
}

function shareTheme(id: string, title: string, column: string, palette: Palette, say: Speech): Theme {
  const bins = palette.sequential.map((color, bin) => ({
    color,
    label: binLabel(bin, SHARE_BREAKS, (v) => say.share(v), say),
  }));
  return {
    id,
    title,
    unit: say.t("legend.residents"),
    bins,
    thresholdBefore: -1,
    thresholdLabel: "",
    blanks: ["edge", "missing", "suppressed"],
    levels: [],
    worst: "last",
    paint: (table, row) => {
      const value = table.number(column, row);
      if (value === null) return blankOf(palette, table, column, row);
      const bin = binOf(value, SHARE_BREAKS);
      return { color: palette.sequential[bin] ?? palette.unknown, bin, blank: null };
    },
  };
}

function binLabel(bin: number, breaks: number[], text: (value: number) => string, say: Speech, whole = false): string {
  const [from, to] = [breaks[bin - 1], breaks[bin]];
  if (whole && to === (from ?? 0) + 1) return text(from ?? 0);
  if (from === undefined) return say.t("legend.below", { to: to === undefined ? "" : text(to) });
  if (to === undefined) return say.t("legend.above", { from: text(from) });
  return say.t("legend.between", { from: text(from), to: text(to) });
}

function classTheme(study: Study, say: Speech): Theme {
  const k = study.lacks_needed;
  const kinds = ["lacking", "not_lacking"] as const;
  const colour = (kind: string): string => study.palette.classes[kind] ?? study.palette.unknown;
  const bins = kinds.map((kind) => ({ color: colour(kind), label: say.t(`class.${kind}`, { k }) }));
  return {
    id: "several",
    title: say.t("theme.several.cells", { k }),
    unit: "",
    bins,
    thresholdBefore: -1,
    thresholdLabel: "",
    blanks: ["undetermined", "edge", "suppressed"],
    levels: [],
    worst: "first",
    paint: (table, row) => {
      const told = table.text("class", row);
      const bin = kinds.findIndex((kind) => kind === told);
      if (bin < 0 && isEdge(table, row, study)) return blank("edge", study.palette);
      if (bin < 0 && told === "" && isHeld(table, "class", row)) return blank("suppressed", study.palette);
      if (bin < 0) return blank("undetermined", study.palette);
      return { color: bins[bin]?.color ?? study.palette.unknown, bin, blank: null };
    },
  };
}

function quarterTheme(study: Study, say: Speech): Theme {
  const k = study.lacks_needed;
  const title = say.t("theme.several.quarters", { k });
  const theme = shareTheme("several", title, `several_k${k}_share`, study.palette, say);
  const paint = (table: Table, row: number): Paint => {
    const { low, middle, high } = several(table, row, k);
    if (middle === null && low === null && isEdge(table, row, study)) return blank("edge", study.palette);
    const open = low !== null && high !== null && binOf(low, SHARE_BREAKS) !== binOf(high, SHARE_BREAKS);
    return open && middle === null ? blank("undetermined", study.palette) : theme.paint(table, row);
  };
  return { ...theme, blanks: ["undetermined", "edge", "missing", "suppressed"], paint };
}

/** Colours of the classes: brown on the lacking side of the threshold, teal on the other. */
function colours(indicator: Indicator, palette: Palette): string[] {
  const { breaks, threshold, better } = indicator;
  const at = threshold ? breaks.indexOf(threshold.value) : -1;
  if (at < 0) {
    const steps = Array.from({ length: breaks.length + 1 }, (_, bin) =>
      Math.round((bin * (palette.sequential.length - 1)) / breaks.length),
    );
    const scale = better ? palette.sequential : palette.neutral;
    const rising = steps.map((step) => scale[step] ?? palette.unknown);
    return better === "higher" ? rising.reverse() : rising;
  }
  const [left, right] = [at + 1, breaks.length - at];
  const [short, enough] = better === "lower" ? [right, left] : [left, right];
  const worst = (SHORT[short - 1] ?? []).map((at) => palette.sequential[at] ?? palette.unknown);
  const rising = [...worst, ...((palette.enough ?? ENOUGH)[enough - 1] ?? [])];
  return better === "lower" ? rising.reverse() : rising;
}

/** What the numbers of a legend count, and how those of an area came about. */
function unitText(indicator: Indicator, say: Speech): string {
  if (indicator.unit.en === SHARE_UNIT) {
    if (!indicator.theme) return "";
    return say.t(
      indicator.of === "age" ? "legend.ofAge" : indicator.of === "places" ? "legend.ofPlaces" : "legend.residents",
    );
  }
  const unit = indicator.letters > 0 ? say.t("legend.letters") : say.pick(indicator.unit);
  return [unit, say.word("summed", indicator.summed || "none")].filter((part) => part && part !== "none").join(", ");
}

function indicatorTheme(indicator: Indicator, palette: Palette, say: Speech): Theme {
  const colour = colours(indicator, palette);
  const name = say.name(indicator.label);
  const whole = indicator.decimals === 0 && indicator.breaks.every(Number.isInteger);
  const limit = (value: number): string =>
    indicator.unit.en === SHARE_UNIT ? say.shareLimit(value) : say.plain(value);
  const at = indicator.threshold ? indicator.breaks.indexOf(indicator.threshold.value) : -1;
  return {
    id: `indicator:${indicator.id}`,
    title: name,
    unit: unitText(indicator, say),
    bins: Array.from({ length: indicator.breaks.length + 1 }, (_, bin) => ({
      color: colour[bin] ?? palette.unknown,
      // every class has a colour of its own
      label: indicator.letters
        ? classText(indicator.letters, indicator.breaks[bin - 1] ?? (indicator.breaks[0] ?? 1) - 1, say)
        : binLabel(bin, indicator.breaks, limit, say, whole),
    })),
    thresholdBefore: at < 0 ? -1 : at + 1,
    thresholdLabel: indicator.threshold
      ? say.t("legend.threshold", { value: limitText(indicator, indicator.threshold.value, say) })
      : "",
    blanks: ["edge", "missing", "suppressed"],
    levels: indicator.levels,
    worst: indicator.better === "higher" ? "first" : "last",
    paint: (table, row) => {
      const value = table.number(indicator.id, row);
      if (value === null) return blankOf(palette, table, indicator.id, row);
      const bin = binOf(value, indicator.breaks);
      return { color: colour[bin] ?? palette.unknown, bin, blank: null };
    },
  };
}

/** The theme of an id: "several", "lacks:<prerequisite>" or "indicator:<id>"; the first one if the id is unknown. */
export function themeOf(id: string, level: Level, study: Study, say: Speech): Theme {
  const [kind, name] = id.split(":");
  const prerequisite = study.prerequisites.find((one) => one.id === name);
  const lack = study.indicators.find((one) => kind === "lacks" && one.id === `lacks_${name}`);
  if (lack) {
    const title = prerequisite ? say.t("theme.lacks", { name: say.name(prerequisite.label) }) : say.name(lack.label);
    return shareTheme(id, title, `${lack.id}_share`, study.palette, say);
  }
  const indicator = study.indicators.find((one) => kind === "indicator" && one.id === name);
  if (indicator) return indicatorTheme(indicator, study.palette, say);
  return level === "cells" ? classTheme(study, say) : quarterTheme(study, say);
}

/** Whether an id names something that can be shown. */
export function isTheme(id: string, study: Study): boolean {
  const [kind, name] = id.split(":");
  if (kind === "lacks") return study.indicators.some((one) => one.id === `lacks_${name}`);
  return id === "several" || (kind === "indicator" && study.indicators.some((one) => one.id === name));
}

/** Indicators that can be drawn: numbers that the table of a level holds. */
export function drawable(study: Study): Indicator[] {
  const main = study.prerequisites.map((one) => `lacks_${one.id}`);
  return study.indicators.filter(
    (one) => one.levels.length > 0 && (one.kind === "lack" ? !main.includes(one.id) : one.breaks.length > 0),
  );
}
