import type { Study } from "../data/schema";
import type { Speech } from "../i18n";
import { breaksFor, quarterTheme } from "../office/theme";
import { told } from "../office/text";
import type { Theme } from "../themes";
import type { Lab } from "./api";
import { placesOf } from "./view";

/** Limits of classes of persons in tens. */
const PERSONS = [
  { most: 50, limits: [10, 20, 30, 40] },
  { most: 250, limits: [10, 50, 100, 150] },
  { most: 1000, limits: [10, 100, 200, 400] },
  { most: Number.POSITIVE_INFINITY, limits: [10, 250, 500, 1000] },
];

/** What the map shows of a lab: who lives crowded today, or whom a concept would relieve. */
export function themeOfMap(lab: Lab, concept: string, study: Study, say: Speech): Theme {
  const chosen = lab.concepts.find((one) => one.id === concept);
  const places = chosen ? placesOf(lab, concept) : [];
  if (!chosen || places.length === 0) return today(lab, study, say);
  const middle = new Map(
    places.map((one) => [
      one.quarter_id,
      one.persons_low === null || one.persons_high === null ? null : (one.persons_low + one.persons_high) / 2,
    ]),
  );
  const most = Math.max(0, ...[...middle.values()].map((one) => one ?? 0));
  const isTaken = places[0]?.case === "taken";
  return quarterTheme(
    {
      id: `lab:${concept}`,
      title: told(chosen, "label", say),
      unit: say.t(isTaken ? "lab.mapTaken" : "lab.mapExpected", { years: lab.years }),
      limits: PERSONS.find((one) => most <= one.most)?.limits ?? [],
      text: (value) => say.number(value),
      isNeutral: true,
      of: (quarter) => middle.get(quarter) ?? "suppressed",
    },
    study,
    say,
  );
}

function today(lab: Lab, study: Study, say: Speech): Theme {
  const shares = new Map(lab.quarters.map((one) => [one.quarter_id, one.crowded_share]));
  return quarterTheme(
    {
      id: "lab:today",
      title: say.t("lab.crowdedToday"),
      unit: say.t("legend.residents"),
      limits: breaksFor(Math.max(0, ...lab.quarters.map((one) => one.crowded_share ?? 0))),
      text: (value) => say.share(value),
      of: (quarter) => shares.get(quarter) ?? "suppressed",
    },
    study,
    say,
  );
}
