import type { Dataset } from "../data/load";
import type { Table } from "../data/table";
import type { Speech } from "../i18n";
import { heldColumns } from "../themes";
import { parameterNumber } from "../values";

export type Judgement = "met" | "missed" | "part" | "unknown";

/** One fact about a place, never about who lives there. */
export interface Fact {
  id: string;
  title: string;
  text: string;
  rule: string;
  judgement: Judgement;
  /** the judgement in plain words; empty where the text says it */
  verdict: string;
}

export interface Group {
  id: string;
  title: string;
  facts: Fact[];
}

interface Asked {
  data: Dataset;
  table: Table;
  rows: number[];
  say: Speech;
}

/** What is near these cells: green, supply, internet offer. Cells of which only the class is public tell nothing;
 *  where no cell tells anything the means of the quarter do (`fallback`). */
export function factsOf(data: Dataset, cells: number[], quarter: string, say: Speech): { groups: Group[]; fallback: boolean } {
  const open = cells.filter((row) => !heldColumns(data.cells.table, row).includes("all"));
  const row = data.quarters.table.row(quarter);
  const fallback = open.length === 0;
  const asked: Asked = fallback
    ? { data, table: data.quarters.table, rows: row === undefined ? [] : [row], say }
    : { data, table: data.cells.table, rows: open, say };
  const groups = [green(asked), supply(asked), internet(asked)];
  return { groups: groups.filter((group) => group.facts.length > 0), fallback };
}

const labelOf = ({ data, say }: Asked, id: string): string => {
  const one = data.study.prerequisites.find((entry) => entry.id === id);
  return one ? say.name(one.label) : id;
};

const numbers = ({ table, rows }: Asked, column: string): number[] =>
  rows.flatMap((row) => table.number(column, row) ?? []);

const names = ({ table, rows }: Asked, column: string): string[] =>
  [...new Set(rows.map((row) => table.text(column, row)).filter(Boolean))].sort();

const ends = (values: number[], text: (value: number) => string): string => {
  const [low, high] = [text(Math.min(...values)), text(Math.max(...values))];
  if (low === high) return low;
  const unit = /\D*$/.exec(low)?.[0] ?? "";
  return unit && high.endsWith(unit) ? `${low.slice(0, low.length - unit.length)}–${high}` : `${low}–${high}`;
};

/** Whether all, some or none of the values keep a limit; nothing is said where nothing is known. */
function judged(values: number[], limit: number | null, higher: boolean): Judgement {
  if (values.length === 0 || limit === null) return "unknown";
  const kept = values.filter((value) => (higher ? value >= limit : value <= limit)).length;
  return kept === values.length ? "met" : kept === 0 ? "missed" : "part";
}

/** A judgement in the words of what is judged: a way, or room. */
const verdict = (judgement: Judgement, what: "near" | "room", say: Speech): string =>
  judgement === "unknown" ? "" : say.t(`street.${what}.${judgement}`);

/** Speeds of an adult: the profile where the study read it, else the pace of the time budgets. */
const SPEEDS = ["walking_profiles.adult.speed_km_h", "walkers.budget_speed_km_h"];

/** Metres with the minutes of an adult who walks, where the study holds a walking speed. */
function walk({ data, say }: Asked, values: number[]): string {
  const speed = SPEEDS.map((id) => parameterNumber(data.study, id)).find((one) => one !== null) ?? null;
  const metres = ends(values, (value) => say.metres(value));
  if (speed === null) return say.t("street.onFoot", { metres });
  const minutes = ends(values, (value) => say.number(Math.max(1, Math.ceil(value / (speed * 1000) * 60))));
  return say.t("street.walk", { metres, minutes });
}

function distance(asked: Asked, id: string, title: string, limit: number | null): Fact[] {
  const { table, rows, say } = asked;
  const column = `${id}_distance_m`;
  if (!table.has(column)) return [];
  const values = numbers(asked, column);
  const found = names(asked, `${id}_nearest_name`);
  const unreachable = rows.filter((row) => table.text(`${column}_status`, row) === "unreachable");
  const edge = rows.length > 0 && rows.every((row) => table.text(`${column}_status`, row) === "edge");
  const unknown = say.t(edge ? "street.edge" : unreachable.length > 0 ? "street.noWay" : "street.unknownText");
  const named = found.length > 0 ? ` (${found.slice(0, 2).join(", ")}${found.length > 2 ? " …" : ""})` : "";
  // a home without a way is not near, whatever the others are
  const ways = values.length > 0 ? [...values, ...unreachable.map(() => Infinity)] : [];
  const judgement = judged(ways, limit, false);
  return [
    {
      id,
      title: `${title}:`,
      text: values.length > 0 ? `${walk(asked, values)}${named}.` : unknown,
      rule: limit === null || values.length === 0 ? "" : say.t("why.atMost", { value: say.metres(limit) }),
      judgement,
      verdict: verdict(judgement, "near", say),
    },
  ];
}

function green(asked: Asked): Group {
  const { data, say, table } = asked;
  const standard = `green_standards.${String(data.study.parameters["green.standard"]?.value ?? "")}`;
  const facts = distance(asked, "green", say.t("street.green"), parameterNumber(data.study, `${standard}.maximum_distance_m`));
  const limit = parameterNumber(data.study, `${standard}.minimum_m2_per_resident`);
  if (table.has("green_m2_per_resident")) {
    const values = numbers(asked, "green_m2_per_resident");
    const judgement = judged(values, limit, true);
    facts.push({
      id: "green_m2",
      title: `${say.t("street.greenRoom")}:`,
      text: values.length > 0 ? `${ends(values, (value) => `${say.number(value)}\u00a0m²`)}.` : say.t("street.unknownText"),
      rule: limit === null || values.length === 0 ? "" : say.t("why.atLeast", { value: `${say.plain(limit)}\u00a0m²` }),
      judgement,
      verdict: verdict(judgement, "room", say),
    });
  }
  return { id: "green", title: labelOf(asked, "green"), facts };
}

function supply(asked: Asked): Group {
  const { data, say } = asked;
  const limit = parameterNumber(data.study, "supply.maximum_distance_m");
  const facts = data.study.services.flatMap((one) => distance(asked, one.id, say.name(one.label), limit));
  return { id: "supply", title: labelOf(asked, "supply"), facts };
}

function internet(asked: Asked): Group {
  const { data, say, table } = asked;
  const speed = parameterNumber(data.study, "internet.required_mbit_s");
  const column = "internet_offer_share";
  if (!table.has(column) || speed === null) return { id: "internet", title: "", facts: [] };
  const values = numbers(asked, column);
  const all = values.length > 0 && values.every((value) => value >= 0.995);
  const none = values.length > 0 && values.every((value) => value <= 0);
  const text = all
    ? say.t("street.netAll")
    : none
      ? say.t("street.netNone")
      : values.length > 0
        ? say.t("street.netPart", { share: ends(values, (value) => say.share(value)) })
        : say.t("street.unknownText");
  const judgement: Judgement = values.length === 0 ? "unknown" : all ? "met" : none ? "missed" : "part";
  const fact = { id: "internet", title: `${say.t("why.speed", { speed })}:`, text, rule: "", judgement, verdict: "" };
  return { id: "internet", title: labelOf(asked, "internet"), facts: [fact] };
}
