import { amountOf, written } from "../office/amounts";
import type { About, FrontAsk, PlanAsk } from "./api";

/** The form as somebody left it: texts as typed, so that nothing jumps while one types. */
export interface Draft {
  kind: "plan" | "front";
  name: string;
  budget: string;
  years: string;
  yearly: string;
  weights: string;
  byStatus: boolean;
  priority: string[];
  /** per cent of the money at least in the priority quarters */
  share: string;
  /** types that are left out */
  without: string[];
  must: string[];
  mustNot: string[];
  limits: { name: string; amount: string }[];
  variants: boolean;
  objectives: string[];
  least: { name: string; amount: string }[];
  points: string;
}

export const EMPTY: Draft = {
  kind: "plan",
  name: "",
  budget: "",
  years: "",
  yearly: "",
  weights: "utilitarian",
  byStatus: false,
  priority: [],
  share: "",
  without: [],
  must: [],
  mustNot: [],
  limits: [],
  variants: true,
  objectives: ["people_lacking_green", "dwellings", "cost"],
  least: [],
  points: "",
};

export const STATUS = "status";

/** The form before anybody wrote into it: what the study says. */
export function firstDraft({ defaults }: About): Draft {
  if (!defaults) return EMPTY;
  const byStatus = defaults.priority.join() === STATUS;
  return {
    ...EMPTY,
    budget: defaults.budget_eur === null ? "" : written(defaults.budget_eur),
    years: defaults.years ? String(defaults.years) : "",
    byStatus,
    priority: byStatus ? [] : defaults.priority,
    yearly: defaults.yearly_eur == null ? "" : written(defaults.yearly_eur),
    share: String(Math.round(defaults.priority_share * 100)),
  };
}

/** The amounts of single years that the form cannot hold: it has one for all. */
export const droppedYears = (asked: Partial<PlanAsk>): number[] =>
  new Set(asked.yearly_eur).size > 1 ? (asked.yearly_eur ?? []) : [];

/** The form that asks what a plan was asked for. */
export function draftOf(asked: Partial<PlanAsk>, about: About): Draft {
  const first = firstDraft(about);
  const text = (value: number | null | undefined): string => (value == null ? "" : written(value));
  const yearly = droppedYears(asked).length > 0 ? [] : (asked.yearly_eur ?? []);
  const byStatus = asked.priority?.join() === STATUS;
  const types = asked.types ?? [];
  return {
    ...first,
    budget: text(asked.budget_eur),
    years: String(asked.years || (yearly.length > 1 ? yearly.length : "")),
    yearly: text(yearly[0]),
    weights: asked.weights ?? first.weights,
    byStatus,
    priority: byStatus ? [] : (asked.priority ?? []),
    share: asked.priority_share == null ? first.share : String(Math.round(asked.priority_share * 100)),
    without: types.length > 0 ? about.types.map((one) => one.type_id).filter((one) => !types.includes(one)) : [],
    must: asked.must ?? [],
    mustNot: asked.must_not ?? [],
    limits: Object.entries(asked.limit ?? {}).map(([name, amount]) => ({ name, amount: written(amount) })),
    variants: asked.variants ?? true,
  };
}

/** What the form gets wrong, by the key of its text (i18n `planner.wrong.`). */
export type Fault =
  | "name"
  | "budget"
  | "years"
  | "yearly"
  | "share"
  | "types"
  | "limit"
  | "objectives"
  | "points"
  | "both";

/** A positive amount, undefined where nothing is written; notes the fault else. */
function positive(text: string, fault: Fault, faults: Fault[]): number | undefined {
  const value = amountOf(text);
  if (value === null || value <= 0) faults.push(fault);
  return value === null || Number.isNaN(value) ? undefined : value;
}

function whole(text: string, fault: Fault, faults: Fault[]): number | undefined {
  const value = positive(text, fault, faults);
  if (value !== undefined && !Number.isInteger(value)) faults.push(fault);
  return value;
}

/** The kinds that may be chosen; none named means all. A kind without known cost or sites is never named. */
function typesOf(draft: Draft, about: About, faults: Fault[]): string[] {
  const usable = about.types.filter((one) => one.has_cost && one.n_sites > 0).map((one) => one.type_id);
  const left = usable.filter((one) => !draft.without.includes(one));
  if (left.length === usable.length) return [];
  if (left.length === 0) faults.push("types");
  return left;
}

/** What is asked with this form, and what is wrong with it. */
export function planAsk(draft: Draft, about: About): { ask: PlanAsk; faults: Fault[] } {
  const faults: Fault[] = named(draft);
  const budget = positive(draft.budget, "budget", faults);
  const yearly = positive(draft.yearly, "yearly", faults);
  const years = whole(draft.years, "years", faults);
  if (budget === undefined && yearly === undefined && !faults.includes("budget")) faults.push("budget");
  const share = amountOf(draft.share);
  const hasPriority = draft.byStatus || draft.priority.length > 0;
  if (hasPriority && (share === null || share > 100)) faults.push("share");
  const ask: PlanAsk = {
    name: draft.name.trim(),
    weights: draft.weights,
    priority: draft.byStatus ? [STATUS] : draft.priority,
    must: draft.must,
    must_not: draft.mustNot,
    types: typesOf(draft, about, faults),
    limit: amounts(draft.limits, faults) as Record<string, number>,
    variants: draft.variants,
    ...(budget === undefined ? {} : { budget_eur: budget }),
    ...(yearly === undefined ? {} : { yearly_eur: [yearly] }),
    ...(years === undefined ? {} : { years }),
    ...(hasPriority && share !== null && !Number.isNaN(share) ? { priority_share: share / 100 } : {}),
  };
  return { ask, faults: [...new Set(faults)] };
}

export function frontAsk(draft: Draft, about: About): { ask: FrontAsk; faults: Fault[] } {
  const faults: Fault[] = named(draft);
  const objectives = draft.objectives.filter(Boolean);
  if (objectives.length < 2 || new Set(objectives).size < objectives.length) faults.push("objectives");
  const budget = positive(draft.budget, "budget", faults);
  const points = whole(draft.points, "points", faults);
  const ask: FrontAsk = {
    name: draft.name.trim(),
    objectives,
    least: amounts(draft.least, faults, true),
    must: draft.must,
    must_not: draft.mustNot,
    types: typesOf(draft, about, faults),
    ...(budget === undefined ? {} : { budget_eur: budget }),
    ...(points === undefined ? {} : { points }),
  };
  return { ask, faults: [...new Set(faults)] };
}

function named(draft: Draft): Fault[] {
  const faults: Fault[] = /[\p{L}\p{N}]/u.test(draft.name) ? [] : ["name"];
  if (draft.must.some((one) => draft.mustNot.includes(one))) faults.push("both");
  return faults;
}

/** Limits by name; an empty amount is "as today" where that is meant. */
function amounts(rows: Draft["limits"], faults: Fault[], today = false): Record<string, number | null> {
  const told = rows.filter((one) => one.name);
  const found = told.map(({ name, amount }): [string, number | null] => {
    const value = amountOf(amount);
    const isToday = today && value !== null && Number.isNaN(value);
    if (!isToday && (value === null || Number.isNaN(value))) faults.push("limit");
    return [name, isToday || value === null ? null : value];
  });
  if (new Set(told.map((one) => one.name)).size < told.length) faults.push("limit");
  return Object.fromEntries(found);
}
