import type { Dataset, Level } from "../data/load";
import type { Speech } from "../i18n";
import { parameterNumber } from "../values";

interface Asked {
  data: Dataset;
  level: Level;
  row: number;
  prerequisite: string;
  say: Speech;
}

/** What would make the prerequisite met, with this study's thresholds. */
export function liftText({ data, level, row, prerequisite, say }: Asked): string {
  const { study } = data;
  const of = (id: string, unit = ""): string => {
    const value = parameterNumber(study, id);
    return value === null ? say.t("value.none") : `${say.plain(value)}${unit}`;
  };
  const standard = `green_standards.${String(study.parameters["green.standard"]?.value ?? "")}`;
  const area = parameterNumber(study, `${standard}.minimum_area_m2`);
  if (prerequisite === "living_space") {
    return say.t("lift.living_space", { minimum: of("living_space.minimum_m2_per_resident", "\u00a0m²") });
  }
  if (prerequisite === "green") {
    return say.t("lift.green", {
      area: area === null ? say.t("value.none") : `${say.plain(area / 10_000)}\u00a0ha`,
      distance: of(`${standard}.maximum_distance_m`, "\u00a0m"),
      capacity: of(`${standard}.minimum_m2_per_resident`, "\u00a0m²"),
    });
  }
  if (prerequisite === "internet") return say.t("lift.internet", { speed: of("internet.required_mbit_s") });
  const needed = say.t("lift.supply", {
    distance: of("supply.maximum_distance_m", "\u00a0m"),
    services: of("supply.services_needed"),
  });
  const narrow = level === "cells" ? narrowlyMissed(data, row, say) : "";
  return narrow ? `${needed} ${say.t("lift.supplyNearest", { names: narrow })}` : needed;
}

/** Services beyond the limit, nearest first: where a new place or a shorter way helps soonest. */
function narrowlyMissed(data: Dataset, row: number, say: Speech): string {
  const limit = parameterNumber(data.study, "supply.maximum_distance_m");
  if (limit === null) return "";
  const missed = data.study.services
    .map((service) => ({ service, distance: data.cells.table.number(`${service.id}_distance_m`, row) }))
    .filter(
      (one): one is { service: (typeof data.study.services)[number]; distance: number } =>
        one.distance !== null && one.distance > limit,
    )
    .sort((a, b) => a.distance - b.distance);
  return say.list(
    missed.slice(0, 2).map(({ service, distance }) => `${say.pick(service.label)} (${say.metres(distance)})`),
  );
}
