// The addresses of docs/howto/serve.md that concern the housing lab; only released figures come from them.

import type { Asked, Entry, FileEntry, Source } from "../office/bench";
import { begin, jobsOf } from "../office/job";
import type { Worded } from "../stress/api";
import { ask } from "../whatif/api";

type Maybe = number | null;

/** What a concept does under one reading: possible (potential_…), to be expected (expected_…), or as tried (taken). */
export interface Case {
  case: string;
  persons_low: Maybe;
  persons_high: Maybe;
  family_persons_low: Maybe;
  family_persons_high: Maybe;
  units: Maybe;
  places: Maybe;
  gained_m2: Maybe;
  gained_rooms?: Maybe;
  moves: Maybe;
  cost_low_eur: Maybe;
  cost_mid_eur: Maybe;
  cost_high_eur: Maybe;
  cost_per_person_eur: Maybe;
  new_build_per_person_eur: Maybe;
  land_m2: Maybe;
  new_build_land_m2?: Maybe;
  carbon_t: Maybe;
  new_build_carbon_t?: Maybe;
}

export interface Levels {
  low: Maybe;
  mid: Maybe;
  high: Maybe;
}

export type Concept = {
  id: string;
  /** design: tells how to build; desk and isolation: places; the others relieve people */
  effect: string;
  moves: boolean;
  requirements: string[];
  evidence: string;
  date: string;
  uptake: Levels;
  uptake_evidence: string;
  cost_eur: Levels;
  price_year: Maybe;
  cost_evidence: string;
  lead_years: Maybe;
  m2: Maybe;
  m2_per_person: [Maybe, Maybe];
  verify_locally: boolean;
  legal_de: string[];
  legal_en: string[];
  cases?: Case[];
} & Worded<"label" | "note" | "unit" | "evidence" | "source" | "uptake_source" | "uptake_evidence" | "cost_source" | "cost_evidence">;

export type Requirement = {
  id: string;
  least: number;
  of: string;
  weight: number;
  date: string;
  evidence: string;
  concepts?: string[];
} & Worded<"label" | "unit" | "of" | "source" | "evidence">;

export interface Checked {
  name: string;
  n_dwellings: number;
  n_rooms: number;
  score: Maybe;
  requirements: ({
    requirement_id: string;
    value: Maybe;
    least: number;
    /** null: does not apply */
    met: boolean | null;
    of: string;
    weight: number;
  } & Worded<"label" | "unit">)[];
  stress_de?: string;
  stress_en?: string;
}

export interface QuarterTold {
  quarter_id: string;
  name: string;
  households: Maybe;
  persons: Maybe;
  crowded_persons_low: Maybe;
  crowded_persons_high: Maybe;
  crowded_family_persons_low: Maybe;
  crowded_family_persons_high: Maybe;
  crowded_share: Maybe;
  status: string;
}

export interface Placed {
  concept_id: string;
  case: string;
  quarter_id: string;
  name: string;
  persons_low: Maybe;
  persons_high: Maybe;
  status: string;
}

export interface Portfolio {
  budget_eur: number;
  cost_eur: number;
  chosen: { concept_id: string; units: number; cost_eur: number; persons: Maybe }[];
  status: string;
  gap: Maybe;
  recomputed: Record<"persons_low" | "persons_high" | "persons_low_rent" | "persons_high_rent", Maybe>;
  left_out: ({ concept_id: string } & Worded<"why">)[];
}

/** A finished lab (`nahraum-housing`). */
export type Lab = {
  study: string;
  reference_date: string;
  verify: boolean;
  attribution: string;
  years: number;
  minimum_households: number;
  ask: { take: Record<string, number>; budget_eur: Maybe; brief: boolean; draws: Maybe; design: string | null };
  notes: ({ key: string; about: string } & Worded<"text">)[];
  whole: Record<string, Maybe>;
  quarters: QuarterTold[];
  concepts: Concept[];
  by_quarter: Placed[];
  together: Record<string, Maybe> | null;
  stability: {
    concept_id: string;
    n_draws: number;
    positive_share: Maybe;
    persons_low: Maybe;
    persons_high: Maybe;
    stable: boolean;
  }[];
  portfolio: Portfolio | null;
  requirements: Requirement[];
  design: Checked | null;
} & Worded<"statement">;

/** What can be asked of this study. */
export interface About {
  missing: string[];
  open: string[];
  name: string;
  draws: number;
  most_draws: number;
  years: number;
  minimum_households: number;
  concepts: Concept[];
  requirements: Requirement[];
  room_list: { columns: string[]; example: string };
}

export interface LabEntry extends Entry {
  outdated: boolean;
}

const of = (name: string): string => `/housing/results/${encodeURIComponent(name)}`;

/** The planner's results; all of them are read, made, published and deleted. */
export const office: Source<About, Lab> = {
  kind: "housing",
  about: () => ask<About>("/housing"),
  entries: () => ask<LabEntry[]>("/housing/results"),
  result: (name) => ask<Lab>(of(name)),
  files: (name) => ask<FileEntry[]>(`${of(name)}/files`),
  jobs: () => jobsOf("housing"),
  begin: (asked: Asked) => begin("housing", asked),
  remove: (name) => ask<void>(of(name), "DELETE"),
  publish: (name, published) => ask<LabEntry>(`${of(name)}/published`, "PUT", { published }),
};

export const fileAddress = (name: string, file: string): string =>
  new URL(`./api${of(name)}/files/${encodeURIComponent(file)}`, document.baseURI).href;

/** Holds a list of rooms against the requirements; nothing is kept. */
export const checked = (name: string, csv: string): Promise<Checked> =>
  ask<Checked>("/housing/design", "POST", { name, csv });
