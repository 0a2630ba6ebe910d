// The addresses of docs/howto/serve.md that concern the stress test; only released figures come from them.

import type { Asked, Entry, FileEntry, Source } from "../office/bench";
import { begin, jobsOf } from "../office/job";
import { ask } from "../whatif/api";

/** A text of the server in both languages, by its beginning: label_de, label_en. */
export type Worded<Name extends string> = Record<`${Name}_de` | `${Name}_en`, string>;

export type Component = { id: string } & Worded<"label"> & Worded<"long">;

export type Activity = { who: string; what: string; chance: number; of: string; date: string; evidence: string } & Worded<
  "who" | "what" | "source" | "evidence"
>;

export type Rule = { name: string; unit: string; date: string; evidence: string } & Worded<
  "name" | "value" | "source" | "evidence"
>;

export type ReadyScenario = {
  id: string;
  begin: string | null;
  end: string | null;
  heat: boolean;
  /** the open day that stands beside the others */
  normal_day: boolean;
  activities: Activity[];
  rules: Rule[];
} & Worded<"label" | "note">;

/** Share of people for whom something fails. `low` to `high`: what the data leave open; `drawn_…`: how far draws scatter. */
export interface Figure {
  share: number | null;
  low: number | null;
  high: number | null;
  drawn_low: number | null;
  drawn_high: number | null;
  completeness?: number | null;
  persons: number | null;
  persons_low: number | null;
  persons_high: number | null;
  status: "ok" | "held_back" | "unknown";
}

export type Figures = Record<string, Figure>;

export interface Told {
  residents: number | null;
  figures: Figures;
}

export interface QuarterTold extends Told {
  quarter_id: string;
  name: string;
}

export type GroupTold = Told & { group: string } & Worded<"label">;

export interface Repair {
  site_id: string;
  number: string;
  label: string;
  quarter: string;
  several_persons: number;
  line_persons: number;
  green_persons: number;
  supply_persons: number;
}

export type Scenario = ReadyScenario & {
  /** components with data */
  known: string[];
  whole: Told;
  quarters: QuarterTold[];
  groups: GroupTold[];
  repairs: Repair[];
  choices: ({ choice: string; several_share: number | null } & Worded<"label">)[];
};

export interface Mismatch {
  whole: Told;
  quarters: QuarterTold[];
  groups: GroupTold[];
  ages: GroupTold[];
}

export interface Parameter {
  id: string;
  value: unknown;
  unit: string;
  source: string;
  date: string;
  evidence: string;
  note: string;
}

/** A finished stress test (`nahraum-stress`, version 2). */
export type StressTest = {
  study: string;
  reference_date: string;
  verify: boolean;
  attribution: string;
  open: string[];
  components_needed: number;
  minimum_households: number;
  components: Component[];
  hardest: string;
  normal_day: string | null;
  ask: { scenarios: string[]; plan: string; draws: number; choices: boolean };
  scenarios: Scenario[];
  incidence: { scenario: string; period: string; n_areas: number; rho: number | null; p_value: number | null }[];
  mismatch: Mismatch | null;
  parameters: Parameter[];
} & Worded<"statement">;

/** What can be asked of this study. */
export interface About {
  missing: string[];
  open: string[];
  name: string;
  draws: number;
  most_draws: number;
  components_needed: number;
  minimum_households: number;
  plans: { name: string; title: string }[];
  components: Component[];
  scenarios: ReadyScenario[];
}

export interface TestEntry extends Entry {
  scenarios: string[];
  plan: string;
  outdated: boolean;
}

const of = (name: string): string => `/stress/results/${encodeURIComponent(name)}`;

/** The planner's results; all of them are read, made, published and deleted. */
export const office: Source<About, StressTest> = {
  kind: "stress",
  about: () => ask<About>("/stress"),
  entries: () => ask<TestEntry[]>("/stress/results"),
  result: (name) => ask<StressTest>(of(name)),
  files: (name) => ask<FileEntry[]>(`${of(name)}/files`),
  jobs: () => jobsOf("stress"),
  begin: (asked: Asked) => begin("stress", asked),
  remove: (name) => ask<void>(of(name), "DELETE"),
  publish: (name, published) => ask<TestEntry>(`${of(name)}/published`, "PUT", { published }),
};

export const fileAddress = (name: string, file: string): string =>
  new URL(`./api${of(name)}/files/${encodeURIComponent(file)}`, document.baseURI).href;
