import type { Dataset } from "../data/load";
import type { Speech } from "../i18n";
import { people } from "../office/text";
import type { Selection } from "../state";
import type { Case, Concept, Lab, Placed } from "./api";

/** What every part of a finished lab needs. */
export interface Shown {
  data: Dataset;
  lab: Lab;
  /** the concept that is looked at; '' for who lives crowded today */
  concept: string;
  selection: Selection | null;
  say: Speech;
  choose: (selection: Selection | null) => void;
  /** another concept on the map and in its sheet */
  turn: (concept: string) => void;
}

export const EXPECTED = ["expected_low", "expected_mid", "expected_high"];
export const POSSIBLE = ["potential_rooms", "potential_near", "potential_rent"];

export const caseOf = (concept: Concept, name: string): Case | undefined =>
  concept.cases?.find((one) => one.case === name);

/** Whether it takes people out of crowded homes; the others give places to work or to keep apart, or tell how to build. */
export const relieves = (concept: Concept): boolean => !["design", "desk", "isolation"].includes(concept.effect);

/** Whom it relieves in a case. */
export const personsOf = (one: Case | undefined, say: Speech): string =>
  people(one?.persons_low, one?.persons_high, say);

/** Who is to be expected: from the low reading at low participation to the high one at high. */
export function expectedOf(concept: Concept, say: Speech): string {
  const [low, high] = [caseOf(concept, "expected_low"), caseOf(concept, "expected_high")];
  return people(low?.persons_low, high?.persons_high, say);
}

/** The case that cost, ground and map are of: what was tried, else what is expected at middle participation. */
export const toldCase = (concept: Concept): Case | undefined =>
  caseOf(concept, "taken") ?? caseOf(concept, "expected_mid");

/** Where it relieves people, most first. */
export function placesOf(lab: Lab, id: string): Placed[] {
  const mine = lab.by_quarter.filter((one) => one.concept_id === id);
  const name = mine.some((one) => one.case === "taken") ? "taken" : "expected_mid";
  return mine
    .filter((one) => one.case === name)
    .sort((a, b) => (b.persons_high ?? -1) - (a.persons_high ?? -1) || (a.quarter_id < b.quarter_id ? -1 : 1));
}

/** Numbers of units: below ten with a digit. */
export function unitsText(value: number | null | undefined, say: Speech): string {
  if (value == null) return say.t("value.none");
  return say.number(value, value !== 0 && Math.abs(value) < 10 && !Number.isInteger(value) ? 1 : 0);
}
