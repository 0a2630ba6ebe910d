import { amountOf } from "../office/amounts";
import type { Asked } from "../office/bench";
import type { About } from "./api";

/** The form as typed. */
export interface Draft {
  name: string;
  /** units per year, by concept */
  take: Record<string, string>;
  budget: string;
  brief: boolean;
  draws: string;
  design: { name: string; csv: string } | null;
}

export type Fault = "name" | "take" | "budget" | "draws";

/** What is asked with the form, and what is wrong with it. */
export function ready(draft: Draft, about: About): { asked: Asked; faults: Fault[] } {
  const faults: Fault[] = /[\p{L}\p{N}]/u.test(draft.name) ? [] : ["name"];
  const take: Record<string, number> = {};
  for (const [id, text] of Object.entries(draft.take)) {
    const n = amountOf(text);
    if (n === null && !faults.includes("take")) faults.push("take");
    if (n !== null && n > 0) take[id] = n;
  }
  const budget = amountOf(draft.budget);
  if (budget === null || budget <= 0) faults.push("budget");
  const draws = Number(draft.draws.trim() || Number.NaN);
  if (!Number.isInteger(draws) || draws < 0 || draws > about.most_draws) faults.push("draws");
  const asked: Asked = {
    name: draft.name.trim(),
    take,
    brief: draft.brief,
    draws,
    ...(budget === null || Number.isNaN(budget) ? {} : { budget_eur: budget }),
    ...(draft.design ? { design: draft.design } : {}),
  };
  return { asked, faults };
}
