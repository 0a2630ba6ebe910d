// The addresses of docs/howto/serve.md that make plans; planner role only, exact numbers.

import type { FeatureCollection, Geometry } from "geojson";
import type { Text } from "../data/schema";
import type { FileEntry } from "../office/bench";
import type { Job } from "../office/job";
import { ask, type Problem } from "../whatif/api";

export type Level = "low_eur" | "mid_eur" | "high_eur";
export type Money = Record<Level, number | null>;
/** In the office: exact. [persons] */
export interface Persons {
  exact?: number;
  about?: number;
  fewer_than?: number;
}

export interface TypeOffer {
  type_id: string;
  label: Text;
  n_sites: number;
  /** whether its costs are known: without them it cannot be chosen */
  has_cost: boolean;
  verify: boolean;
}

export interface LimitOffer {
  name: string;
  unit: string;
  kind: "most" | "least";
}

export interface ObjectiveOffer {
  name: string;
  label: Text;
  unit: string;
  better: "higher" | "lower";
}

/** What a plan of this study can be asked for; nothing but `job` and `error` until the server is ready. */
export interface About {
  ready: boolean;
  /** how sites and effects are being prepared, and why that failed */
  job: Job | null;
  error: Problem | null;
  lacks_needed?: number;
  goals: string[];
  has_status: boolean;
  quarters: { quarter_id: string; name: string; status?: string }[];
  types: TypeOffer[];
  limits: LimitOffer[];
  programmes: { name: string; label: string }[];
  objectives: ObjectiveOffer[];
  purses: Record<string, number>;
  defaults?: {
    budget_eur: number | null;
    years: number;
    yearly_eur?: number | null;
    priority: string[];
    priority_share: number;
    limits?: Record<string, number>;
  };
}

export interface Site {
  site_id: string;
  type_id: string;
  label: string;
  name: string;
  quarter_id: string;
  cost_eur: number | null;
  relieved: number | null;
  verify: boolean;
  must: boolean;
  /** sites that cannot be built beside it */
  excludes?: string[];
  point: [number, number];
}

/** The question for a plan; what is not given is taken from the study, or does not bind. */
export interface PlanAsk {
  name: string;
  budget_eur?: number;
  yearly_eur?: number[];
  years?: number;
  weights: string;
  priority: string[];
  priority_share?: number;
  must: string[];
  must_not: string[];
  types: string[];
  limit: Record<string, number>;
  variants: boolean;
}

/** A plan put together by hand: just these sites; all else as that plan was asked for. */
export interface HandAsk {
  name: string;
  sites: string[];
  against?: string;
  budget_eur?: number;
}

/** The question for plans between which only values decide. `null` of a limit: as it is today. */
export interface FrontAsk {
  name: string;
  objectives: string[];
  least: Record<string, number | null>;
  points?: number;
  budget_eur?: number;
  must: string[];
  must_not: string[];
  types: string[];
}

/** A finished plan in the list of all. */
export interface Entry {
  name: string;
  title: string;
  made: string;
  weighting: string;
  budget_eur: number | null;
  cost_eur: number;
  n_measures: number;
  people_relieved: number | null;
  lacks_removed: number | null;
  status: string;
  gap: number | null;
  published: boolean;
  by_hand?: boolean;
}

export interface Flow {
  relieved: Persons;
  newly_lacking: Persons;
}

export interface Measure {
  number: string;
  site_id: string;
  type_id: string;
  label: string;
  name: string;
  quarter_id: string;
  quarter: string;
  programme: string;
  cost: Money;
  verify: boolean;
  cost_source: string;
  start_year: number | null;
  ready_year: number | null;
  reason: string;
  effect: Flow & { prerequisites: Record<string, { gain: Persons; lose: Persons }> };
  chosen_share: number | null;
  must: boolean;
  geometry: Geometry;
  point: [number, number];
}

export interface Variant {
  level: string;
  k: number;
  weights: string;
  status: string;
  gap: number | null;
  n_sites: number;
  same: number | null;
  reason: string;
}

export interface LimitUse {
  name: string;
  label: string;
  used: number | null;
  allowed: number | null;
  slack: number | null;
  unit: string;
  binding?: boolean;
  price?: number | null;
}

/** What the page reads of the exact plan.json (docs/reference/plan-json.md). */
export interface Plan {
  name: string;
  title: string;
  study: { lacks_needed: number };
  ask: {
    budget_eur: number | null;
    yearly_eur: number[];
    weighting: string;
    priority: string[];
    by_status: boolean;
    priority_share: number;
    must: string[];
    must_not: string[];
    types: string[];
    by_hand?: boolean;
  };
  solution: {
    status: string;
    value: number | null;
    bound: number | null;
    gap: number | null;
    unit: string;
    cost_eur: number;
    predicted: number | null;
    recomputed: number | null;
    deviation: number | null;
    agrees: boolean;
    n_sites: number;
    n_types: number;
  };
  measures: Measure[];
  outcome: {
    lacks_removed?: Persons;
    people_relieved?: Persons;
    depth?: number | null;
    worst_fifth_gain?: number | null;
    lowest_status_gain?: number | null;
    near_threshold_share?: number | null;
    near_flag?: boolean;
    by_prerequisite?: { id: string; gain: Persons; lose: Persons }[];
    by_quarter?: (Flow & { quarter_id: string; name: string; residents: number })[];
    by_status?: (Flow & { name: string; residents: number })[];
    measures?: { measure: string; before: number | null; after: number | null }[];
  };
  limits: LimitUse[];
  next_money: { eur: number; gain: number | null; most: number | null; unit?: string; names: string[] } | null;
  rules: { label: string; date: string; source: string };
  financing: { number: string; funder: string; basis: string; year: number; eur: number }[];
  running: { year: number; running_eur: number; invest_eur: number }[];
  variants: Variant[];
  warnings: string[];
}

export interface FrontPoint {
  point: string;
  values: Record<string, number | null>;
  exact: boolean;
  gap: number | null;
  knee: boolean;
  double: boolean | null;
  sites: string[];
  measures: { type_id: string; label: string; n: number; cost_eur: number; verify: boolean }[];
}

export interface Front {
  name: string;
  title: string;
  objectives: { name: string; label: string; unit: string; better: "higher" | "lower" }[];
  points: FrontPoint[];
  complete: boolean;
  exact: boolean;
  double: { exists: boolean; text: string } | null;
  warnings: string[];
}

/** A set of sites put together by hand, computed in full but not stored; null where they cannot stand together. */
export interface Trial {
  cost_eur: number | null;
  running_eur?: number | null;
  relieved: number | null;
  newly_lacking: number | null;
  lacks_removed: number | null;
  by_prerequisite: { id: string; gain: number; lose: number }[];
  by_quarter: { quarter_id: string; name: string; relieved: number; newly_lacking: number }[];
  by_status?: { name: string; relieved: number; newly_lacking: number }[];
  /** what the goal counts, and the same of the plan it is held against */
  value: number | null;
  best_value: number | null;
  loss: number | null;
  loss_share: number | null;
  unit: string;
  /** what keeps the set from being a plan: two sites in one place, a limit, unknown costs */
  problems: string[];
  limits: (LimitUse & { kept?: boolean })[];
  milliseconds: number;
}

const of = (name: string): string => encodeURIComponent(name);

export const about = (): Promise<About> => ask<About>("/planning");

export async function sites(): Promise<Site[]> {
  const told = await ask<FeatureCollection>("/planning/sites");
  return told.features.flatMap((one) =>
    one.geometry.type === "Point"
      ? [{ ...(one.properties as Omit<Site, "point">), point: one.geometry.coordinates as [number, number] }]
      : [],
  );
}

/** What a job is asked for; with `replace` it takes the place of what has its name. */
export type Asked = (PlanAsk | FrontAsk | HandAsk | { name?: never }) & { replace?: boolean };

export const plans = (): Promise<Entry[]> => ask<Entry[]>("/plans");
export const plan = (name: string): Promise<Plan> => ask<Plan>(`/plans/${of(name)}`);
export const asked = (name: string): Promise<Partial<PlanAsk>> => ask<Partial<PlanAsk>>(`/plans/${of(name)}/ask`);
export const publish = (name: string, published: boolean): Promise<Entry> =>
  ask<Entry>(`/plans/${of(name)}/published`, "PUT", { published });
export const removePlan = (name: string): Promise<void> => ask<void>(`/plans/${of(name)}`, "DELETE");
export const files = (name: string): Promise<FileEntry[]> => ask<FileEntry[]>(`/plans/${of(name)}/files`);
export const fileAddress = (kind: "plans" | "fronts", name: string, file: string): string =>
  new URL(`./api/${kind}/${of(name)}/files/${of(file)}`, document.baseURI).href;
export const attempt = (chosen: string[], against: string): Promise<Trial> =>
  ask<Trial>("/plans/try", "POST", { sites: chosen, against });

export interface FrontEntry {
  name: string;
  title: string;
}

export const fronts = (): Promise<FrontEntry[]> => ask<FrontEntry[]>("/fronts");
export const removeFront = (name: string): Promise<void> => ask<void>(`/fronts/${of(name)}`, "DELETE");
export const front = (name: string): Promise<Front> => ask<Front>(`/fronts/${of(name)}`);
export const frontFiles = (name: string): Promise<FileEntry[]> => ask<FileEntry[]>(`/fronts/${of(name)}/files`);
