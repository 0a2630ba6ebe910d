import type { Speech } from "../i18n";
import { euro } from "../office/amounts";
import type { Money, Persons } from "./api";

/** From the low to the high estimate, where both are known. */
export function span(cost: Money, say: Speech): string {
  const { low_eur: low, high_eur: high } = cost;
  if (low === null || high === null || low === high) return "";
  return `${euro(low, say)} – ${euro(high, say)}`;
}

/** Persons as a number; nothing known is 0 in sums. */
export const personsOf = (told: Persons | undefined): number => told?.exact ?? told?.about ?? 0;

export function personsText(told: Persons | undefined, say: Speech): string {
  if (!told || Object.keys(told).length === 0) return say.t("value.none");
  if (told.fewer_than !== undefined) return say.t("plan.fewer", { n: told.fewer_than });
  const value = personsOf(told);
  return value > 0 && value < 0.5 ? say.t("whatif.underOne") : say.number(value);
}

/** A number with its unit as the model has it. */
export function unitText(value: number | null | undefined, unit: string, say: Speech): string {
  if (value === null || value === undefined) return say.t("value.none");
  if (unit.toLowerCase().startsWith("eur")) return euro(value, say);
  if (unit.startsWith("person") || unit === "residents") return say.number(value);
  if (unit === "share") return say.share(value, 1);
  return `${say.plain(Math.round(value * 100) / 100)}\u00a0${say.word("planner.unit", unit)}`.trim();
}

/** The same in a table or sentence that names the figure already: no unit but of money and ground. */
export const bareText = (value: number | null | undefined, unit: string, say: Speech): string =>
  unitText(value, unit === "dwellings" ? "persons" : unit, say);
