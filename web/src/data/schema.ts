// What publish/mapsite.py writes. docs/explanation/map.md describes the same in words.

export type Language = "de" | "en";
export type Text = Record<Language, string>;
export type Level = "cells" | "quarters";
export type Scalar = number | string | boolean | null;

export interface Threshold {
  parameter: string;
  value: number;
}

export interface Indicator {
  id: string;
  label: Text;
  unit: Text;
  kind: string;
  prerequisite: string;
  theme: string;
  /** how values of addresses become one of an area: mean, median, share; zone: computed per area; "" for the four */
  summed: string;
  /** of what a share is one: residents, places, or residents of an age */
  of: string;
  /** how many classes the numbers stand for (1 is A); 0 for a plain number */
  letters: number;
  /** tables that hold it */
  levels: Level[];
  geographies: string[];
  formula: Text;
  sentence: Text;
  limits: Text;
  source: string;
  evidence: string;
  better: string;
  decimals: number;
  parameters: string[];
  threshold: Threshold | null;
  breaks: number[];
}

export interface Prerequisite {
  id: string;
  label: Text;
  short: Text;
  sources: string[];
  parameters: string[];
}

export interface Service {
  id: string;
  label: Text;
}

export interface Parameter {
  id: string;
  value: Scalar | Scalar[];
  unit: string;
  source: string;
  date: string;
  evidence: string;
  note: string;
  overridden_in_study: boolean;
  /** in words, the value left open as {value}; empty where there are none */
  label: Text;
}

export interface Source {
  name: string;
  label: Text;
  file: string;
  licence: string;
  licence_url: string;
  attribution: string;
  reference_date: string;
  scale: Text;
  note: string;
  /** how many files belong to it */
  files: number;
}

/** Colours shared with report and GeoPackage (publish/palette.py). */
export interface Palette {
  classes: Record<string, string>;
  /** from little to much lack */
  sequential: string[];
  /** from low to high, where neither end is the better one */
  neutral: string[];
  unknown: string;
  /** beyond the threshold, by number of classes on that side; the blues of themes.ts where it is not given */
  enough?: string[][];
  services: Record<string, string>;
}

export type Row = Record<string, Scalar>;

export interface Study {
  format_version: number;
  name: string;
  reference_date: string;
  /** of which days the residents are, where a register overrides the census; '' else */
  population_days: Text;
  language: Language;
  note: string;
  contact: string;
  version: string;
  bounds: [number, number, number, number];
  lacks_needed: number;
  minimum_residents_cell: number;
  palette: Palette;
  prerequisites: Prerequisite[];
  themes: { id: string; label: Text }[];
  services: Service[];
  indicators: Indicator[];
  parameters: Record<string, Parameter>;
  sources: Source[];
  municipality: Row;
  combinations: Row[];
  /** combinations of which a part is unknown (null) */
  partly_known: Row[];
  discriminating: Row[];
  variants: Row[];
  categories: Row[];
  location_services: Row[];
  notes: { code: string; count: number; text: Text }[];
}

/** A column: numbers as they are, texts by their code, or one value for all rows. */
export type Column = (number | null)[] | { values: string[]; codes: number[] } | { all: Scalar };

export interface TableFile {
  ids: string[];
  columns: Record<string, Column>;
  /** cells only: lon, lat of the four corners, eight numbers a row */
  corners?: number[];
  /** quarters and locations: lon, lat of a point inside, two numbers a row */
  labels?: number[];
}

/** social.json: what the social-space analysis has released, row by row as in its tables; empty lists without one. */
export interface Social {
  matrix: Row[];
  fifths: Row[];
  inequality: Row[];
}

/** plans.json: the plans that `nahraum plan` has released for the map. */
export interface PlanEntry {
  name: string;
  title: string;
  n_measures: number;
  cost_eur: number;
  notice: string;
}

/** A released count of people: rounded to ten, or fewer than k. */
export type Rounded = { about: number } | { fewer_than: number } | null;

/** What the page reads of plan.json. */
export interface Plan {
  title: string;
  language: Language;
  solution: { status: string; gap: number | null; cost_eur: number; n_sites: number };
  ask: { budget_eur: number };
  outcome: {
    lacks_removed: Rounded;
    people_relieved: Rounded;
    by_prerequisite: { id: string; gain: Rounded; lose: Rounded }[];
    by_quarter: { quarter_id: string; name: string; relieved: Rounded; newly_lacking: Rounded }[];
  };
  measures: PlanMeasure[];
  financing: { number: string; funder: string; basis: string; year: number; eur: number }[];
  warnings: string[];
}

export interface PlanMeasure {
  number: string;
  label: string;
  name: string;
  quarter: string;
  cost: { low_eur: number | null; mid_eur: number | null; high_eur: number | null };
  verify: boolean;
  start_year: number | null;
  ready_year: number | null;
  reason: string;
  effect: { relieved: Rounded };
  point: [number, number];
}

/** streets.json: names of streets, the quarter they lie in, and where: by column. */
export interface Streets {
  names: string[];
  quarters: string[];
  /** longitude, latitude of a point on the street, two numbers a street */
  points: number[];
  /** row numbers of the cells it runs through */
  cells: number[][];
}
