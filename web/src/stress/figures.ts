import type { Speech } from "../i18n";
import { FEW, plainly, told } from "../office/text";
import { rangeText } from "../values";
import type { Figure, StressTest } from "./api";

/** What is counted over all components. */
export const SEVERAL = "several";

/** Figures of rooms against people, in the order of the tables. */
export const ROOMS = [
  "overcrowded",
  "overcrowded_counted",
  "single_in_one_room",
  "underoccupied",
  "below_adequate",
  "rent_high_assumed",
  "rent_overburden_assumed",
];

/** A share as it is printed; the range alone where no value in it is likelier; why there is none where it is not told. */
export function shareText(one: Figure | undefined, say: Speech, decimals = 0): string {
  if (!one || one.status === "unknown") return say.t("value.none");
  if (one.share !== null) return say.share(one.share, decimals);
  if (one.low !== null && one.high !== null) return rangeText(one.low, null, one.high, say);
  return one.status === "held_back" ? say.t("value.held") : say.t("value.none");
}

/** What the data leave open around a likely value; '' where that is nothing on paper. */
export function openText(one: Figure | undefined, say: Speech): string {
  if (!one || one.share === null || one.low === null || one.high === null) return "";
  return say.share(one.low) === say.share(one.high) ? "" : rangeText(one.low, null, one.high, say);
}

/** How far draws scatter; '' without draws. */
export function drawnText(one: Figure | undefined, say: Speech): string {
  if (!one || one.drawn_low === null || one.drawn_high === null) return "";
  return rangeText(one.drawn_low, null, one.drawn_high, say);
}

/** Persons in tens. */
export function personsText(one: Figure | undefined, say: Speech): string {
  if (!one || one.persons === null) return say.t("value.none");
  return one.persons === 0 && (one.share ?? 0) > 0 ? say.t("office.under", { n: FEW }) : say.number(one.persons);
}

/** The largest share of a component in any quarter of any day: what the classes of the map must hold. */
export function largest(test: StressTest, component: string): number {
  const days = ROOMS.includes(component) ? [test.mismatch] : test.scenarios;
  const shares = days.flatMap((day) => day?.quarters.map((one) => one.figures[component]?.share ?? 0) ?? []);
  return Math.max(0, ...shares);
}

/** What a component is called. */
export function componentName(test: StressTest, id: string, say: Speech): string {
  const found = test.components.find((one) => one.id === id);
  const text = found ? plainly(told(found, "label", say)) : id;
  return text.charAt(0).toLocaleUpperCase(say.language) + text.slice(1);
}
