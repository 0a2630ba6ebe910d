import type { Dataset } from "../data/load";
import { several } from "../values";

export interface RankedCell {
  id: string;
  kind: string;
  /** null where only the class is told */
  share: number | null;
  residents: number;
}

const ORDER = ["lacking", "undetermined", "not_lacking"];

/** The cells of a quarter where most is lacking; the way to cells without a mouse. */
export function worstCells(data: Dataset, quarter: string, limit = 8): RankedCell[] {
  const { table } = data.cells;
  const k = data.study.lacks_needed;
  const found: (RankedCell & { lacks: number; coarse: number })[] = [];
  for (const row of table.rows()) {
    if (table.text("quarter_id", row) !== quarter) continue;
    const { low, middle } = several(table, row, k);
    const lacks = data.study.prerequisites.map((one) => table.number(`lacks_${one.id}_share`, row) ?? 0);
    found.push({
      id: table.ids[row] ?? "",
      kind: table.text("class", row) || "undetermined",
      share: middle ?? low,
      coarse: table.number("several_share", row) ?? -1,
      lacks: lacks.reduce((sum, one) => sum + one, 0),
      residents: table.number("residents", row) ?? 0,
    });
  }
  const place = (one: RankedCell): number => ORDER.indexOf(one.kind);
  found.sort(
    (a, b) =>
      place(a) - place(b) ||
      (b.share ?? -1) - (a.share ?? -1) ||
      b.coarse - a.coarse ||
      b.lacks - a.lacks ||
      b.residents - a.residents ||
      (a.id < b.id ? -1 : 1),
  );
  return found.slice(0, limit);
}
