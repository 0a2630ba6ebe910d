import type { Dataset } from "./data/load";
import type { Speech } from "./i18n";
import type { Selection } from "./state";

/** What a chosen area is called. */
export function titleOf(data: Dataset, chosen: Selection, say: Speech): string {
  const table = data[chosen.level].table;
  const row = table.row(chosen.id);
  if (row === undefined) return chosen.id;
  if (chosen.level !== "cells") {
    const unnamed = chosen.level === "locations" ? say.t("locations.unnamed") : chosen.id;
    return table.text("name", row) || unnamed;
  }
  const quarter = quarterName(data, table.text("quarter_id", row));
  return quarter ? say.t("why.cellName", { quarter }) : say.t("why.cell");
}

export function quarterName(data: Dataset, id: string): string {
  const row = data.quarters.table.row(id);
  return row === undefined ? "" : data.quarters.table.text("name", row) || id;
}
