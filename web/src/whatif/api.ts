// The addresses of docs/howto/serve.md. Coordinates are longitude and latitude here; the server turns them.

export const CRS = "OGC:CRS84";

export type Position = [number, number];
export type Document = { kind: string } & Record<string, unknown>;

export interface Scenario {
  id: string;
  name: string;
  made: string;
  changed: string;
  /** counts the changes; sent along so that nobody edits on top of somebody else's edit */
  version: number;
  n_done: number;
  n_undone: number;
  /** measures: a change that put one in the place of another is none */
  n_edits: number;
}

export interface FullScenario extends Scenario {
  edits: Document[];
  undone: Document[];
}

/** Persons: exact in the office, rounded or "fewer than" outside. */
export type Count = number | { about: number } | { fewer_than: number };

export interface Flow {
  relieved: Count;
  newly_lacking: Count;
  prerequisites: Record<string, { no_longer_lacking: Count; now_lacking: Count }>;
}

export type Values = Record<string, number | null>;

export interface QuarterEffect extends Flow {
  quarter_id: string;
  name: string;
  before?: Values;
  after?: Values;
}

export interface Group extends Flow {
  /** '' for quarters without a class */
  status: string;
  label_de: string;
  label_en: string;
}

export interface Range {
  low: number | null;
  mid: number | null;
  high: number | null;
}

/** A type of the catalogue of measures, or so much of it, with its cost (measures/); null is not known. [euro] */
export interface Cost {
  type_id: string;
  label_de: string;
  label_en: string;
  quantity: number;
  unit: string;
  cost_eur: Range;
  running_eur_per_year: Range;
  price_year: number | null;
  verify_locally: boolean;
  source_de: string;
  source_en: string;
}

export interface MeasureType extends Cost {
  effect: string;
  options: { category?: string; minimum_m2?: number; maximum_m2?: number };
}

export interface Costs {
  measures: Cost[];
  verify_locally: boolean;
  funding?: {
    measures: { rule_set: string; programme: string; reason_de: string; reason_en: string }[];
    grant_eur: number | null;
    municipality_eur: number | null;
    grant_share: number | null;
    verify_locally: boolean;
  };
}

export interface Effect {
  lacks_needed: number;
  status_groups?: Group[];
  newcomers?: { residents: number; lacking: number };
  n_addresses?: number;
  residents: Flow;
  total?: { before: Values; after: Values };
  quarters: QuarterEffect[];
  cells?: (Flow & { cell_id: string })[];
}

export interface Answer {
  scenario: Scenario;
  effect: Effect;
  edit: Document;
  notes: string[];
  milliseconds: number;
}

/** Something on the ground that an edit can name. */
export interface Thing {
  what: "facility" | "entrance" | "green" | "way" | "barrier";
  id: string;
  kind: string;
  name: string;
  x_m: number;
  y_m: number;
  distance_m: number;
  green_id: string;
  /** of a green, as it counts [m²] */
  area_m2: number | null;
}

export interface About {
  crs: string;
  extent: [number, number, number, number];
  kinds: string[];
  categories: string[];
  quarters: { quarter_id: string; name: string }[];
  /** kinds of barriers that the study heeds */
  barriers: string[];
}

/** What a scenario costs, edit by edit (workflow/ of the server). */
export interface ScenarioCosts {
  edits: {
    position: number;
    kind: string;
    type_id: string;
    choices: string[];
    quantity: number | null;
    unit: string;
    cost_eur: Range | null;
    verify_locally: boolean;
    note: string;
  }[];
  total: { cost_eur: Range; running_eur_per_year: Range };
  not_costed: number;
  verify_locally: boolean;
  price_year: number | null;
  funding: Costs["funding"] | null;
}

/** Which type of the catalogue an edit is, and how much of it, by its position. */
export interface Costing {
  types?: Record<string, string>;
  quantities?: Record<string, number>;
}

/** The four parts of every failure (web/problems.py); status 0 where nobody answered. */
export interface Problem {
  status: number;
  /** kind of the error */
  error?: string;
  what: string;
  where: string[];
  expected: string;
  fix: string;
  /** the same in German, where the server knows it */
  german?: Pick<Problem, "what" | "where" | "expected" | "fix"> | null;
}

export class Refused extends Error {
  constructor(readonly problem: Problem) {
    super(problem.what);
  }
}

const address = (path: string): string => new URL(`./api${path}`, document.baseURI).href;

/** What the server answers at an address; throws `Refused` with the four parts of its problem. */
export async function ask<T>(path: string, method = "GET", body?: unknown): Promise<T> {
  let answer: Response;
  try {
    answer = await fetch(address(path), {
      method,
      headers: { "X-Nahraum": "1", ...(body === undefined ? {} : { "Content-Type": "application/json" }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  } catch {
    throw new Refused({ status: 0, what: "", where: [], expected: "", fix: "" });
  }
  if (answer.status === 204) return undefined as T;
  const told: unknown = await answer.json().catch(() => ({}));
  if (answer.ok) return told as T;
  const { error = "", what = "", where = [], expected = "", fix = "", german = null } = told as Partial<Problem>;
  throw new Refused({ status: answer.status, error, what, where, expected, fix, german });
}

export interface Measure {
  type_id: string;
  quantity: number;
}

const of = (id: string): string => `/scenarios/${encodeURIComponent(id)}`;

/** What a session asks: the server's scenarios, or those of this browser (public.ts). */
export interface Desk {
  about: () => Promise<About>;
  listed: () => Promise<Scenario[]>;
  create: (name: string, log?: unknown) => Promise<FullScenario>;
  get: (id: string) => Promise<FullScenario>;
  rename: (id: string, name: string) => Promise<FullScenario>;
  remove: (id: string) => Promise<void>;
  duplicate: (id: string, name: string) => Promise<FullScenario>;
  log: (id: string) => Promise<unknown>;
  effect: (id: string) => Promise<{ effect: Effect }>;
  preview: (id: string, edit: Document) => Promise<Answer>;
  keep: (id: string, edit: Document, version: number) => Promise<unknown>;
  step: (id: string, way: "undo" | "redo", version: number) => Promise<unknown>;
  around: (id: string, at: Position, within: number) => Promise<Thing[]>;
  types: () => Promise<MeasureType[]>;
  costs: (measures: Measure[]) => Promise<Costs>;
  /** another edit in the place of a kept one, only tried */
  previewAt: (id: string, position: number, edit: Document) => Promise<Answer>;
  /** another edit in the place of a kept one; null takes it out */
  replace: (id: string, position: number, edit: Document | null, version: number) => Promise<unknown>;
  scenarioCosts: (id: string, told?: Costing) => Promise<ScenarioCosts>;
}

export const pointOf = async (x: number, y: number): Promise<Position> =>
  (await ask<{ point: Position }>(`/whatif/point?x=${x}&y=${y}`)).point;

export const about = (): Promise<About> => ask<About>("/whatif");

/** What some edits together would change, as told outside the office. */
export const released = (edits: Document[]): Promise<Effect> => ask<Effect>("/whatif", "POST", { edits, crs: CRS });

export const api: Desk = {
  about,
  listed: () => ask<Scenario[]>("/scenarios"),
  create: (name: string, log?: unknown) => ask<FullScenario>("/scenarios", "POST", log ? { name, log } : { name }),
  get: (id: string) => ask<FullScenario>(`${of(id)}?crs=${CRS}`),
  rename: (id: string, name: string) => ask<FullScenario>(of(id), "PATCH", { name }),
  remove: (id: string) => ask<void>(of(id), "DELETE"),
  duplicate: (id: string, name: string) => ask<FullScenario>(`${of(id)}/duplicate`, "POST", { name }),
  log: (id: string) => ask<unknown>(`${of(id)}/log`),
  effect: (id: string) => ask<{ effect: Effect }>(`${of(id)}/effect`),
  preview: (id: string, edit: Document) => ask<Answer>(`${of(id)}/preview`, "POST", { edit, crs: CRS }),
  types: () => ask<MeasureType[]>("/measures"),
  costs: (measures: Measure[]) => ask<Costs>("/costs", "POST", { measures }),
  keep: (id: string, edit: Document, version: number) =>
    ask<Answer>(`${of(id)}/edits`, "POST", { edit, crs: CRS, version }),
  previewAt: (id: string, position: number, edit: Document) =>
    ask<Answer>(`${of(id)}/edits/${position}/preview`, "POST", { edit, crs: CRS }),
  replace: (id: string, position: number, edit: Document | null, version: number) =>
    edit
      ? ask<Answer>(`${of(id)}/edits/${position}`, "PUT", { edit, crs: CRS, version })
      : ask<Answer>(`${of(id)}/edits/${position}?version=${version}`, "DELETE"),
  scenarioCosts: (id: string, told?: Costing) =>
    told ? ask<ScenarioCosts>(`${of(id)}/costs`, "POST", told) : ask<ScenarioCosts>(`${of(id)}/costs`),
  step: (id: string, way: "undo" | "redo", version: number) => ask<Answer>(`${of(id)}/${way}`, "POST", { version }),
  around: (id: string, [x, y]: Position, within: number) =>
    ask<Thing[]>(`${of(id)}/around?x=${x}&y=${y}&crs=${CRS}&within_m=${within}`),
};
