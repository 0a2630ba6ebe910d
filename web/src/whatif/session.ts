import { Refused } from "./api";
import type {
  About, Answer, Costing, Costs, Desk, Effect, FullScenario, MeasureType, Position, Problem, Scenario, ScenarioCosts, Thing,
} from "./api";
import { asksWhat, draftOf, editOf, emptyDraft, isArea, isLine, measureOf, squareAround, type Draft, type Tool } from "./draft";

export interface State {
  about: About | null;
  scenarios: Scenario[];
  current: FullScenario | null;
  draft: Draft | null;
  /** what the draft would change of the scenario */
  step: Effect | null;
  /** what the scenario is against the study as it is */
  whole: Effect | null;
  milliseconds: number | null;
  notes: string[];
  /** what the draft costs, where that is known */
  costs: Costs | null;
  types: MeasureType[];
  /** what the whole scenario costs, where the server tells it */
  bill: ScenarioCosts | null;
  busy: boolean;
  /** the draft is being tried: what is told of it is of an earlier state */
  trying: boolean;
  /** why the draft cannot be made */
  wrong: Problem | null;
  /** why something else did not work */
  problem: Problem | null;
}

interface Left {
  scenario: string;
  draft: Draft | null;
}

const UNTOLD = { step: null, milliseconds: null, notes: [] };
const NOTHING = { ...UNTOLD, wrong: null };
const GONE: Problem = { status: 404, what: "there is no such scenario", where: [], expected: "", fix: "" };
const PARK_M2 = 10_000;
const AROUND_M = 80;

/** One person's what-if: scenarios, the draft in hand, and the answers; views and map listen to it. */
export class Session {
  state: State = {
    about: null,
    scenarios: [],
    current: null,
    draft: null,
    whole: null,
    busy: true,
    trying: false,
    problem: null,
    costs: null,
    types: [],
    bill: null,
    ...NOTHING,
  };
  readonly #desk: Desk;
  readonly #key: string;
  readonly #listeners = new Set<() => void>();
  readonly #firstName: (n: number) => string;
  #priced = "";
  /** counts what was taken in hand and pointed at: what was asked before is not answered any more */
  #hand = 0;
  #looked = 0;
  /** unfinished work on another scenario than the one opened by its link */
  #aside: Left | null = null;
  #underWay = false;
  #again = false;

  /** `study`: what unfinished work is kept under; `firstName`: of a scenario nobody has named. */
  constructor(desk: Desk, study: string, firstName: (n: number) => string) {
    this.#desk = desk;
    this.#key = `nahraum-whatif:${study}`;
    this.#firstName = firstName;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #set(change: Partial<State>): void {
    this.state = { ...this.state, ...change };
    this.#store();
    for (const listener of this.#listeners) listener();
  }

  /** Runs something that asks the server; what goes wrong is told, not thrown. */
  async #doing(work: () => Promise<void>): Promise<boolean> {
    this.#set({ busy: true, problem: null });
    try {
      await work();
      return true;
    } catch (wrong) {
      if (!(wrong instanceof Refused)) throw wrong;
      this.#set({ problem: wrong.problem });
      return false;
    } finally {
      this.#set({ busy: false });
    }
  }

  /** Opens the scenario of the address line, else the one last worked on, with what was unfinished there. */
  async start(wanted: string): Promise<void> {
    const left = this.#left();
    await this.#doing(async () => {
      const types = this.#desk.types().catch((): MeasureType[] => []);
      const [about, scenarios] = await Promise.all([this.#desk.about(), this.#desk.listed()]);
      const isThere = (id: string): boolean => scenarios.some((one) => one.id === id);
      const known = [wanted, left.scenario].find(isThere);
      const newest = [...scenarios].sort((a, b) => b.changed.localeCompare(a.changed))[0]?.id;
      this.state = { ...this.state, about, scenarios, types: await types };
      const id = known ?? newest;
      const isHere = !left.scenario || left.scenario === id;
      this.#aside = left.draft && (isHere || isThere(left.scenario)) ? left : null;
      if (id) await this.#load(id);
      if (isHere) this.#restore();
      if (wanted && id !== wanted) throw new Refused(GONE); // another one is open; that is told
    });
    if (this.state.draft) void this.#attempt();
  }

  async open(id: string): Promise<void> {
    await this.#doing(async () => {
      await this.#load(id);
      this.#set({ ...NOTHING });
      if (this.#aside?.scenario === id) this.#restore();
    });
    if (this.state.draft) void this.#attempt();
  }

  /** Takes unfinished work in hand again, if nothing else is. */
  #restore(): void {
    const draft = this.state.draft ?? this.#aside?.draft ?? null;
    this.#aside = null;
    this.#set({ draft });
  }

  async #load(id: string): Promise<void> {
    let untold: unknown = null; // a scenario whose effect is refused can still be seen, changed and deleted
    const effect = this.#desk.effect(id).catch((wrong: unknown) => void (untold = wrong));
    const [current, told, scenarios] = await Promise.all([this.#desk.get(id), effect, this.#desk.listed()]);
    this.#set({ current, whole: told?.effect ?? null, scenarios, bill: null });
    void this.cost();
    if (untold) throw untold;
  }

  /** Opens what was just made; the draft in hand is tried there anew. */
  async #opened(made: () => Promise<FullScenario>): Promise<boolean> {
    const isMade = await this.#doing(async () => {
      await this.#load((await made()).id);
      this.#set({ ...NOTHING });
    });
    if (this.state.draft) void this.#attempt();
    return isMade;
  }

  async create(name: string, log?: unknown): Promise<boolean> {
    return this.#opened(() => this.#desk.create(name, log));
  }

  async rename(name: string): Promise<boolean> {
    const id = this.state.current?.id;
    return id ? this.#doing(async () => this.#load((await this.#desk.rename(id, name)).id)) : false;
  }

  async duplicate(name: string): Promise<boolean> {
    const id = this.state.current?.id;
    return id ? this.#opened(() => this.#desk.duplicate(id, name)) : false;
  }

  async remove(): Promise<boolean> {
    const id = this.state.current?.id;
    if (!id) return false;
    return this.#doing(async () => {
      await this.#desk.remove(id);
      const scenarios = await this.#desk.listed();
      this.#set({ scenarios, current: null, whole: null, draft: null, ...NOTHING });
      const next = scenarios[scenarios.length - 1];
      if (next) await this.#load(next.id);
    });
  }

  /** A tool in hand, or none; what was being drawn is put away. */
  async take(tool: Tool | null): Promise<void> {
    const category = this.state.draft?.category;
    this.#priced = "";
    this.#hand += 1;
    this.#set({ draft: tool && emptyDraft(tool, category), costs: null, ...NOTHING });
    if (tool && !this.state.current) await this.create(this.#firstName(this.state.scenarios.length + 1));
  }

  /** A kept measure in hand again, to be drawn otherwise. */
  reshape(position: number): void {
    const edit = this.state.current?.edits[position];
    const draft = edit ? draftOf(edit, position) : null;
    if (!draft) return;
    this.#priced = "";
    this.#hand += 1;
    this.#set({ draft, costs: null, ...NOTHING });
  }

  /** Takes a kept measure out of the list. */
  async takeOut(position: number): Promise<boolean> {
    const { current } = this.state;
    if (!current) return false;
    return this.#doing(async () => {
      await this.#desk.replace(current.id, position, null, current.version);
      this.#hand += 1;
      this.#set({ draft: null, ...NOTHING });
      await this.#load(current.id);
    });
  }

  /** What the scenario costs; `told`: what a measure is counted as, or how much of it there is. */
  async cost(told?: Costing): Promise<void> {
    const id = this.state.current?.id;
    if (!id) return;
    const bill = await this.#desk.scenarioCosts(id, told).catch(() => null); // a figure more, never a reason to stop
    if (id === this.state.current?.id) this.#set({ bill });
  }

  /** The draft with other values, tried at once. */
  change(values: Partial<Draft>): void {
    const { draft } = this.state;
    if (!draft) return;
    this.#set({ draft: { ...draft, ...values } });
    void this.#attempt();
  }

  /** A place was pointed at with the tool in hand. */
  async point(at: Position): Promise<void> {
    const { draft } = this.state;
    if (!draft) return;
    const again = draft.tool === "remove" || draft.tool === "capacity";
    if (asksWhat(draft.tool).length > 0 && (again || !draft.target)) return this.#look(draft, at);
    if (isLine(draft.tool)) return this.change({ points: [...draft.points, at] });
    if (isArea(draft.tool)) return this.change({ points: squareAround(at, PARK_M2), closed: [] });
    this.change({ points: [at] });
  }

  async #look(draft: Draft, at: Position): Promise<void> {
    const id = this.state.current?.id;
    if (!id) return;
    const [hand, looked] = [this.#hand, ++this.#looked];
    await this.#doing(async () => {
      const wanted = asksWhat(draft.tool);
      const found = (await this.#desk.around(id, at, AROUND_M)).filter((one) => wanted.includes(one.what));
      const { draft: now, current } = this.state;
      // put away, or pointed elsewhere meanwhile
      if (!now || hand !== this.#hand || looked !== this.#looked || current?.id !== id) return;
      const problem = found.length ? null : { status: 1, what: "nothing here", where: [], expected: "", fix: "" };
      this.#set({ wrong: problem, step: null });
      this.choose(now, found, found[0] ?? null, at);
    });
  }

  /** What the draft is about, of several things. */
  choose(draft: Draft, choices: Thing[], target: Thing | null, at?: Position): void {
    const place: Position[] = target ? [[target.x_m, target.y_m]] : [];
    const points = draft.tool === "entrance" && at && target ? [at] : place;
    const area = draft.tool === "capacity" && target ? Math.round(target.area_m2 ?? 0) || null : draft.area;
    this.#set({ draft: { ...draft, choices, target, points, area } });
    void this.#attempt();
  }

  /** Tries the draft: at most one request under way, and after it the newest state of the draft. */
  async #attempt(): Promise<void> {
    if (this.#underWay) {
      this.#again = true;
      return;
    }
    this.#underWay = true;
    this.#set({ trying: true });
    try {
      do {
        this.#again = false;
        await this.#ask();
      } while (this.#again);
    } finally {
      this.#underWay = false;
      this.#set({ trying: false });
    }
  }

  async #ask(): Promise<void> {
    const { draft, current } = this.state;
    const edit = draft && editOf(draft);
    if (!draft || !current || !edit) {
      if (!edit && this.state.step) this.#set(UNTOLD);
      return;
    }
    const hand = this.#hand;
    const isMeant = (): boolean => hand === this.#hand && current.id === this.state.current?.id;
    try {
      const { kept } = draft;
      const answer = await (kept === null
        ? this.#desk.preview(current.id, edit)
        : this.#desk.previewAt(current.id, kept, edit));
      if (isMeant()) this.#told(draft.tool, answer);
    } catch (wrong) {
      if (!(wrong instanceof Refused)) throw wrong;
      if (isMeant() && this.state.draft) this.#set({ ...UNTOLD, wrong: wrong.problem });
    }
  }

  #told(tool: Tool, answer: Answer): void {
    if (this.state.draft?.tool !== tool || !editOf(this.state.draft)) return;
    const { effect: step, milliseconds, notes } = answer;
    this.#set({ step, milliseconds, notes, wrong: null });
    void this.#price();
  }

  /** What the draft costs; asked again only where its type or its quantity is another one. */
  async #price(): Promise<void> {
    const { draft, types } = this.state;
    const measure = draft && measureOf(draft, types);
    const key = measure ? `${measure.type_id}:${measure.quantity}` : "";
    if (key === this.#priced) return;
    this.#priced = key;
    if (!measure) return this.#set({ costs: null });
    const costs = await this.#desk.costs([measure]).catch(() => null); // a figure more, never a reason to stop
    if (key === this.#priced) this.#set({ costs });
  }

  /** Makes the draft part of the scenario. */
  async keep(): Promise<boolean> {
    const { draft, current } = this.state;
    const edit = draft && editOf(draft);
    if (!edit || !current) return false;
    return this.#doing(async () => {
      if (draft.kept === null) await this.#desk.keep(current.id, edit, current.version);
      else await this.#desk.replace(current.id, draft.kept, edit, current.version);
      this.#set({ draft: null, ...NOTHING });
      await this.#load(current.id);
    });
  }

  async step(way: "undo" | "redo"): Promise<boolean> {
    const { current, busy } = this.state;
    if (!current || busy || (way === "undo" ? current.n_done : current.n_undone) === 0) return false;
    return this.#doing(async () => {
      await this.#desk.step(current.id, way, current.version);
      await this.#load(current.id);
      if (this.state.draft) void this.#attempt();
    });
  }

  /** The effects of some scenarios, each against the study as it is. */
  async effects(ids: string[]): Promise<Effect[]> {
    return Promise.all(ids.map(async (id) => (await this.#desk.effect(id)).effect));
  }

  /** The log of the scenario as a file holds it. */
  async log(): Promise<unknown> {
    const id = this.state.current?.id;
    return id ? this.#desk.log(id) : null;
  }

  fail(problem: Problem | null): void {
    this.#set({ problem });
  }

  #store(): void {
    try {
      const { current, draft } = this.state;
      if (draft) this.#aside = null;
      const left: Left = this.#aside ?? { scenario: current?.id ?? "", draft };
      if (this.state.about) localStorage.setItem(this.#key, JSON.stringify(left));
    } catch {
      // a browser that stores nothing: the work lasts as long as the page
    }
  }

  #left(): Left {
    try {
      const left = JSON.parse(localStorage.getItem(this.#key) ?? "{}") as Partial<Left>;
      return { scenario: left.scenario ?? "", draft: left.draft ? { ...emptyDraft(left.draft.tool), ...left.draft } : null };
    } catch {
      return { scenario: "", draft: null };
    }
  }
}
