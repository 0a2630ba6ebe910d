import type { Dataset } from "../data/load";
import type { Speech } from "../i18n";
import { valueText } from "../values";
import type { Values } from "./api";

export interface ValueRow {
  id: string;
  name: string;
  before: string;
  after: string;
}

/** The values of a quarter that read differently before and after, in the order of the catalogue. */
export function valuesOf(data: Dataset, before: Values, after: Values, say: Speech): ValueRow[] {
  const { study } = data;
  const rows: ValueRow[] = [];
  const add = (id: string, name: string, text: (value: number | null) => string): void => {
    const [old, now] = [text(before[id] ?? null), text(after[id] ?? null)];
    if (id in after && old !== now) rows.push({ id, name, before: old, after: now });
  };
  add("residents_judged", say.t("whatif.residents"), (v) => say.number(v));
  for (const k of [1, 2, 3, 4])
    add(`several_k${k}_share`, say.t("whatif.severalShare", { k }), (v) => say.share(v, 1));
  for (const one of study.prerequisites)
    add(`lacks_${one.id}_share`, say.t("whatif.lacksShare", { name: say.name(one.label) }), (v) => say.share(v, 1));
  for (const one of study.indicators) {
    if (one.kind === "lack" || !(one.id in after)) continue;
    add(one.id, say.name(one.label), (v) => valueText(one, v === null ? null : rounded(v, one.decimals), say));
  }
  return rows;
}

const rounded = (value: number, decimals: number): number => Number(value.toFixed(Math.max(decimals, 1)));
