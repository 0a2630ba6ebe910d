import { about, CRS, Refused, released } from "./api";
import type { Answer, Desk, Document, Effect, FullScenario, Problem, Scenario, ScenarioCosts } from "./api";

/** as many as the server takes at once (web/planning.py) */
const MOST_EDITS = 20;

const refused = (what: string, status = 422): Refused =>
  new Refused({ status, what, where: [], expected: "", fix: "" } satisfies Problem);

/** What-if outside the office: scenarios stay in this browser, answers come by quarter and rounded. */
export class BrowserDesk implements Desk {
  readonly #key: string;
  readonly #nothing: Effect;

  /** `nothing`: the effect of a scenario without edits. */
  constructor(study: string, nothing: Effect) {
    this.#key = `nahraum-own:${study}`;
    this.#nothing = nothing;
  }

  about = about;
  types = async () => [];
  costs = async () => Promise.reject(refused("no costs here", 404));
  around = async () => [];

  async listed(): Promise<Scenario[]> {
    return this.#read();
  }

  async create(name: string, log?: unknown): Promise<FullScenario> {
    const now = new Date().toISOString();
    const id = Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(16).padStart(2, "0")).join("");
    const edits = log === undefined ? [] : editsOf(log);
    await this.#of(edits); // what the server refuses is not stored
    return this.#write({ id, name, made: now, changed: now, version: 0, n_done: 0, n_undone: 0, n_edits: 0, edits, undone: [] });
  }

  async get(id: string): Promise<FullScenario> {
    const found = this.#entries(id);
    return { ...found, edits: standing(found.edits) };
  }

  /** A scenario as it is stored: with the entries that put an edit in the place of another. */
  #entries(id: string): FullScenario {
    const found = this.#read().find((one) => one.id === id);
    if (!found) throw refused("there is no such scenario", 404);
    return found;
  }

  previewAt = async (id: string, position: number, edit: Document): Promise<Answer> => {
    const scenario = await this.get(id);
    const began = performance.now();
    const effect = await this.#of(scenario.edits.map((one, at) => (at === position ? edit : one)));
    return { scenario, effect, edit, notes: [], milliseconds: performance.now() - began };
  };

  replace = async (id: string, replaces: number, edit: Document | null): Promise<unknown> => {
    const stored = this.#entries(id);
    const edits = [...stored.edits, { kind: REPLACED, replaces, edit }];
    await this.#of(standing(edits)); // what the server refuses is not kept
    return this.#write({ ...stored, edits, undone: [] });
  };

  scenarioCosts = async (): Promise<ScenarioCosts> => Promise.reject(refused("no costs here", 404));

  async rename(id: string, name: string): Promise<FullScenario> {
    return this.#write({ ...this.#entries(id), name });
  }

  async remove(id: string): Promise<void> {
    this.#store(this.#read().filter((one) => one.id !== id));
  }

  async duplicate(id: string, name: string): Promise<FullScenario> {
    return this.create(name, await this.log(id));
  }

  async log(id: string): Promise<unknown> {
    const { edits } = await this.get(id);
    return { format: "nahraum-edits", format_version: 1, crs: CRS, edits };
  }

  async effect(id: string): Promise<{ effect: Effect }> {
    return { effect: await this.#of((await this.get(id)).edits) };
  }

  async preview(id: string, edit: Document): Promise<Answer> {
    const scenario = await this.get(id);
    const began = performance.now();
    const effect = await this.#of([...scenario.edits, edit]);
    return { scenario, effect, edit, notes: [], milliseconds: performance.now() - began };
  }

  async keep(id: string, edit: Document): Promise<unknown> {
    const { edits, ...rest } = this.#entries(id);
    await this.#of(standing([...edits, edit])); // what the server refuses is not kept
    return this.#write({ ...rest, edits: [...edits, edit], undone: [] });
  }

  async step(id: string, way: "undo" | "redo"): Promise<unknown> {
    const { edits, undone, ...rest } = this.#entries(id);
    const all = [...edits, ...undone];
    const n = edits.length + (way === "undo" ? -1 : 1);
    return this.#write({ ...rest, edits: all.slice(0, n), undone: all.slice(n) });
  }

  async #of(edits: Document[]): Promise<Effect> {
    return edits.length ? released(edits) : this.#nothing;
  }

  #read(): FullScenario[] {
    try {
      return JSON.parse(localStorage.getItem(this.#key) ?? "[]") as FullScenario[];
    } catch {
      return [];
    }
  }

  #store(all: FullScenario[]): void {
    try {
      localStorage.setItem(this.#key, JSON.stringify(all));
    } catch {
      throw refused("this browser stores nothing", 507);
    }
  }

  #write(one: FullScenario): FullScenario {
    const { edits, undone } = one;
    const now = new Date().toISOString();
    const counted = { ...one, changed: now, version: one.version + 1, n_done: edits.length, n_undone: undone.length, n_edits: standing(edits).length };
    this.#store([...this.#read().filter((other) => other.id !== one.id), counted]);
    return counted;
  }
}

/** an entry that puts an edit (or none) in the place of another; so it can be undone like any other */
const REPLACED = "replaced";

/** The edits that some entries amount to. */
function standing(entries: Document[]): Document[] {
  const found: Document[] = [];
  for (const entry of entries) {
    const edit = entry["edit"] as Document | null;
    if (entry.kind !== REPLACED) found.push(entry);
    else found.splice(Number(entry["replaces"]), 1, ...(edit ? [edit] : []));
  }
  return found;
}

const isDocument = (edit: unknown): boolean =>
  typeof edit === "object" && edit !== null && typeof (edit as { kind?: unknown }).kind === "string";

function editsOf(log: unknown): Document[] {
  const { format, crs, edits } = log as { format?: unknown; crs?: unknown; edits?: unknown };
  if (format !== "nahraum-edits" || !Array.isArray(edits)) throw refused("this is no log of edits");
  if (crs !== CRS) throw refused("the edits were drawn in another CRS");
  if (!edits.every(isDocument)) throw refused("this is no log of edits");
  if (edits.length > MOST_EDITS) throw refused("too many edits");
  return edits as Document[];
}
