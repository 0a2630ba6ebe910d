import type { Dataset } from "../data/load";
import type { Speech } from "../i18n";
import type { CityMap } from "../map/citymap";
import type { Selection } from "../state";
import type { Scenario, StressTest } from "./api";
import { ROOMS, SEVERAL } from "./figures";

/** What every part of a finished test needs. */
export interface Shown {
  data: Dataset;
  test: StressTest;
  /** the day that is looked at, and the open one beside it */
  day: Scenario;
  normal: Scenario | null;
  /** what the map shows and the tables are ordered by */
  component: string;
  selection: Selection | null;
  city: CityMap | null;
  /** whether plans can be looked up */
  isOffice: boolean;
  say: Speech;
  choose: (selection: Selection | null) => void;
  /** another component on the map */
  turn: (component: string) => void;
}

/** The open day of a test, where it was asked for. */
export const normalOf = (test: StressTest): Scenario | null =>
  test.scenarios.find((one) => one.id === test.normal_day) ?? null;

/** The day of the address line, else the one on which most fails. */
export const dayOf = (test: StressTest, wanted: string): Scenario | undefined =>
  test.scenarios.find((one) => one.id === wanted) ??
  test.scenarios.find((one) => one.id === test.hardest) ??
  test.scenarios[0];

/** What is looked at: what was chosen, as long as the day (or the rooms of the study) has it; else the whole. */
export function figureOf(test: StressTest, day: Scenario, isRooms: boolean, chosen: string): string {
  const known = isRooms ? ROOMS.filter((one) => test.mismatch?.whole.figures[one]) : [...day.known, SEVERAL];
  return known.includes(chosen) ? chosen : ((isRooms ? known[0] : undefined) ?? SEVERAL);
}
