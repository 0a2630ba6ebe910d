import type { Study } from "../data/schema";
import type { Speech } from "../i18n";
import { breaksFor, quarterTheme } from "../office/theme";
import { told } from "../office/text";
import type { Blank, Theme } from "../themes";
import type { Figure, Scenario, StressTest } from "./api";
import { componentName, largest, ROOMS } from "./figures";

/** What the map shows of a test: a component on a day, or rooms against people, which are the same on every day. */
export function themeOfMap(test: StressTest, day: Scenario, figure: string, study: Study, say: Speech): Theme {
  const isRooms = ROOMS.includes(figure);
  const quarters = (isRooms ? test.mismatch?.quarters : day.quarters) ?? [];
  const figures = new Map(quarters.map((one) => [one.quarter_id, one.figures[figure]]));
  const name = isRooms ? say.word("rooms", figure) : componentName(test, figure, say);
  return quarterTheme(
    {
      id: `stress:${isRooms ? "" : day.id}:${figure}`,
      title: isRooms ? name : `${name} \u2013 ${told(day, "label", say)}`,
      unit: say.t("legend.residents"),
      limits: breaksFor(largest(test, figure)),
      text: (value) => say.share(value),
      isNeutral: figure === "underoccupied",
      of: (quarter) => valueOf(figures.get(quarter)),
    },
    study,
    say,
  );
}

/** Of a figure: its share, or why it has none. */
export function valueOf(figure: Figure | undefined): number | Blank {
  if (!figure) return "suppressed";
  if (figure.share !== null) return figure.share;
  if (figure.low !== null) return "undetermined";
  return figure.status === "held_back" ? "suppressed" : "missing";
}
