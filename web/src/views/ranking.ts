import type { Dataset } from "../data/load";
import { several } from "../values";

export interface RankedCell {
  id: string;
  share: number;
  residents: number;
}

/** The cells of a quarter where most residents lack several prerequisites; the way to cells without a mouse. */
export function worstCells(data: Dataset, quarter: string, limit = 8): RankedCell[] {
  const { table } = data.cells;
  const k = data.study.lacks_needed;
  const found: RankedCell[] = [];
  for (const row of table.rows()) {
    if (table.text("quarter_id", row) !== quarter) continue;
    const { low, middle } = several(table, row, k);
    const share = middle ?? low;
    if (share === null) continue;
    found.push({ id: table.ids[row] ?? "", share, residents: table.number("residents", row) ?? 0 });
  }
  found.sort((a, b) => b.share - a.share || b.residents - a.residents || (a.id < b.id ? -1 : 1));
  return found.slice(0, limit);
}
