import type { Dataset } from "../data/load";
import type { Parameter, Scalar, Study, TableFile } from "../data/schema";
import { Table } from "../data/table";
import type { Speech } from "../i18n";
import { themeOf, type Paint, type Theme } from "../themes";
import { SHARE_UNIT } from "../values";

/** Another run of the same place: what its folder map/data says. */
export interface OtherRun {
  study: Study;
  quarters: Table;
}

/** What a reader of files has to be told when they do not fit. */
export class UnfitFiles extends Error {
  readonly reason: "missing" | "unreadable" | "strangers";

  constructor(reason: "missing" | "unreadable" | "strangers") {
    super(reason);
    this.reason = reason;
  }
}

const LARGEST_FILE = 200_000_000;

/** The run whose study.json and quarters.json were chosen; they are read here and sent nowhere. */
export async function readRun(files: File[], data: Dataset): Promise<OtherRun> {
  const [study, quarters] = ["study.json", "quarters.json"].map((name) => files.find((file) => file.name === name));
  if (!study || !quarters) throw new UnfitFiles("missing");
  const told = (await parsed(study)) as Partial<Study>;
  const file = (await parsed(quarters)) as Partial<TableFile>;
  const fits =
    typeof told.name === "string" && told.municipality && told.parameters && Array.isArray(file.ids) && file.columns;
  if (!fits) throw new UnfitFiles("unreadable");
  const table = new Table(file as TableFile);
  if (!data.quarters.table.ids.some((id) => table.row(id) !== undefined)) throw new UnfitFiles("strangers");
  return { study: told as Study, quarters: table };
}

async function parsed(file: File): Promise<unknown> {
  if (file.size > LARGEST_FILE) throw new UnfitFiles("unreadable");
  try {
    const found: unknown = JSON.parse(await file.text());
    if (typeof found === "object" && found !== null) return found;
  } catch {
    // told below in the reader's words
  }
  throw new UnfitFiles("unreadable");
}

export interface Figure {
  column: string;
  /** whether the numbers are shares, told in percentage points */
  share: boolean;
  decimals: number;
  /** whether more of it is more lack: 1, less is: -1, neither: 0 */
  lack: 1 | -1 | 0;
}

/** The column that a theme of quarters shows. */
export function figureOf(theme: string, study: Study): Figure {
  const [kind, name] = theme.split(":");
  const one = study.indicators.find((entry) => entry.id === name);
  if (kind === "lacks") return { column: `lacks_${name}_share`, share: true, decimals: 0, lack: 1 };
  if (kind !== "indicator" || !one) {
    return { column: `several_k${study.lacks_needed}_share`, share: true, decimals: 0, lack: 1 };
  }
  const lack = one.better === "higher" ? -1 : one.better === "lower" ? 1 : 0;
  return { column: one.id, share: one.unit.en === SHARE_UNIT, decimals: one.decimals, lack };
}

/** This run minus the other in one quarter: null where either does not tell the number. */
export function changeOf(data: Dataset, other: OtherRun, row: number, column: string): number | null {
  const { table } = data.quarters;
  const there = other.quarters.row(table.ids[row] ?? "");
  const [now, before] = [table.number(column, row), there === undefined ? null : other.quarters.number(column, there)];
  return now === null || before === null ? null : now - before;
}

/** A difference with its sign: shares in percentage points. */
export function changeText(figure: Figure, value: number | null, say: Speech): string {
  if (value === null) return say.t("value.none");
  const number = figure.share ? say.number(Math.abs(value) * 100) : say.number(Math.abs(value), figure.decimals);
  const sign = /^[0.,]+$/.test(number) ? "±" : value > 0 ? "+" : "−";
  return figure.share ? `${sign}${number}\u00a0${say.t(number === "1" ? "runs.point" : "runs.points")}` : `${sign}${number}`;
}

const MORE = ["#f0b27a", "#b9572c"];
const LESS = ["#9cc4de", "#2f6f9f"];
const SAME = "#f1f1ee";

/** Limits between much less, less, as good as nothing, more, much more. */
function limits(figure: Figure, changes: number[]): [number, number] {
  if (figure.share) return [0.01, 0.1];
  const largest = Math.max(...changes.map(Math.abs), 1e-9);
  const far = Number((largest / 2).toPrecision(1));
  return [far / 10, far];
}

/** Quarters coloured by what has changed between two runs. */
export function changeTheme(id: string, data: Dataset, other: OtherRun, say: Speech): Theme {
  const { study } = data;
  const figure = figureOf(id, study);
  const own = themeOf(id, "quarters", study, say);
  const changes = data.quarters.table.rows().flatMap((row) => changeOf(data, other, row, figure.column) ?? []);
  const [near, far] = limits(figure, changes);
  const [up, down] = figure.lack < 0 ? [LESS, MORE] : [MORE, LESS];
  const colours = [down[1], down[0], SAME, up[0], up[1]].map((one) => one ?? SAME);
  const text = (value: number): string => changeText({ ...figure, decimals: figure.decimals + 1 }, value, say);
  const labels = [
    say.t("legend.below", { to: text(-far) }),
    say.t("legend.between", { from: text(-far), to: text(-near) }),
    say.t("runs.same"),
    say.t("legend.between", { from: text(near), to: text(far) }),
    say.t("legend.above", { from: text(far) }),
  ];
  const paint = (_: Table, row: number): Paint => {
    const change = changeOf(data, other, row, figure.column);
    if (change === null) return { color: study.palette.unknown, bin: -1, blank: "missing" };
    const bin = [-far, -near, near, far].filter((limit) => change >= limit).length;
    return { color: colours[bin] ?? SAME, bin, blank: null };
  };
  return {
    ...own,
    title: say.t("runs.theme", { what: own.title, date: say.date(other.study.reference_date) }),
    bins: colours.map((color, at) => ({ color, label: labels[at] ?? "" })),
    thresholdBefore: -1,
    blanks: ["missing"],
    levels: ["quarters"],
    paint,
  };
}

export interface Unlike {
  what: string;
  before: string;
  now: string;
}

const plain = (value: Scalar | Scalar[]): string => (Array.isArray(value) ? value.join(", ") : String(value ?? ""));

/** What differs between two runs beside the town: method (thresholds, version) and data (sources, days). */
export function unlike(study: Study, other: Study, say: Speech): { method: Unlike[]; data: Unlike[] } {
  const label = (one: Parameter): string => say.pick(one.label).replace(/\s*\{value\}\s*/, " … ") || one.id;
  const ids = [...new Set([...Object.keys(study.parameters), ...Object.keys(other.parameters)])].sort();
  const method = ids.flatMap((id): Unlike[] => {
    const [now, before] = [study.parameters[id], other.parameters[id]];
    if (!now || !before || plain(now.value) === plain(before.value)) return [];
    return [{ what: label(now), before: plain(before.value), now: plain(now.value) }];
  });
  if (study.version !== other.version) method.push({ what: "nahraum", before: other.version, now: study.version });
  const sources = study.sources.flatMap((source): Unlike[] => {
    const before = other.sources?.find((one) => one.name === source.name);
    const told = (one: { reference_date: string; file: string }): string =>
      one.reference_date ? say.date(one.reference_date) : one.file;
    if (!before) return [{ what: say.name(source.label), before: say.t("value.none"), now: told(source) }];
    if (told(before) === told(source)) return [];
    return [{ what: say.name(source.label), before: told(before), now: told(source) }];
  });
  return { method, data: sources };
}
