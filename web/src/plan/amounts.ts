import type { Speech } from "../i18n";
import type { Money, Persons } from "./api";
import { amountOf } from "./draft";

/** Euros to the hundred; from a million on to the thousand. */
export function euro(value: number | null | undefined, say: Speech): string {
  if (value === null || value === undefined) return say.t("planner.unknownCost");
  const step = Math.abs(value) >= 1e6 ? 1000 : 100;
  return say.t("whatif.euro", { n: say.number(Math.round(value / step) * step) }).replace(" ", "\u00a0");
}

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

/** Seconds as minutes and seconds. */
export function duration(seconds: number, say: Speech): string {
  const whole = Math.max(0, Math.round(seconds));
  const [m, s] = [Math.floor(whole / 60), whole % 60];
  return m > 0 ? say.t("planner.minutes", { m, s: String(s).padStart(2, "0") }) : say.t("planner.seconds", { s });
}

/** What an amount was understood as. */
export function echo(text: string, say: Speech, isMoney = true): string {
  const value = amountOf(text);
  if (value === null) return say.t("planner.notUnderstood");
  if (Number.isNaN(value)) return "";
  return `= ${isMoney ? say.t("whatif.euro", { n: say.plain(value) }) : say.plain(value)}`;
}
