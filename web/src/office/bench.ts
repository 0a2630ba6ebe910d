import { LONGEST, freeName } from "../plan/names";
import type { Job } from "../plan/api";
import { Refused, type Problem } from "../whatif/api";

/** A finished result in the list of all. */
export interface Entry {
  name: string;
  title?: string;
  made: string;
  published?: boolean;
}

export interface FileEntry {
  name: string;
  bytes: number;
}

/** Where a chapter finds its results; without `begin` it only reads. */
export interface Source<About, Result> {
  /** what the jobs of the chapter are called */
  kind: string;
  about?: () => Promise<About>;
  entries: () => Promise<Entry[]>;
  result: (name: string) => Promise<Result>;
  files?: (name: string) => Promise<FileEntry[]>;
  jobs?: () => Promise<Job[]>;
  begin?: (ask: Asked) => Promise<Job>;
  cancel?: (id: string) => Promise<void>;
  remove?: (name: string) => Promise<void>;
  publish?: (name: string, published: boolean) => Promise<unknown>;
}

export type Asked = { name: string; replace?: boolean } & Record<string, unknown>;

/** What can be done to a result that is asked about first. */
export type Sure = "" | "remove" | "publish";

export interface State<About, Result> {
  part: string;
  about: About | null;
  entries: Entry[];
  /** null: not asked yet, or none */
  result: Result | null;
  /** name of the result that is open */
  name: string;
  files: FileEntry[];
  /** what is asked once more before it is done to the open result */
  sure: Sure;
  jobs: Job[];
  /** a question that was not begun, because something has its name already */
  clash: Asked | null;
  /** the first answers have come */
  loaded: boolean;
  busy: boolean;
  /** why the question was refused */
  wrong: Problem | null;
  /** why nothing is heard of the jobs */
  silent: Problem | null;
  /** why something else did not work */
  problem: Problem | null;
}

/** jobs begun on this page whose result was not opened yet; they outlive the chapter that is left meanwhile */
const MINE = new Set<string>();
const NOTHING = { result: null, name: "", files: [], sure: "" as const };

export const isOpen = (job: Job): boolean => job.state === "waiting" || job.state === "running";
const EVERY_MS = 1000;
const MOST_MS = 30_000;
/** so many answers may fail before it is told, and the server asked less often */
const FAILURES_UNTOLD = 1;

/** The finished results of a chapter, and the jobs that make them. */
export class Bench<About, Result> {
  state: State<About, Result> = {
    part: "result",
    about: null,
    entries: [],
    result: null,
    name: "",
    files: [],
    sure: "",
    jobs: [],
    clash: null,
    loaded: false,
    busy: true,
    wrong: null,
    silent: null,
    problem: null,
  };
  readonly source: Source<About, Result>;
  readonly #listeners = new Set<() => void>();
  #timer = 0;
  #closed = false;
  #failures = 0;
  #wanted = "";
  /** how often a result was asked for: only the last answer counts */
  #asked = 0;

  constructor(source: Source<About, Result>) {
    this.source = source;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #set(change: Partial<State<About, Result>>): void {
    this.state = { ...this.state, ...change };
    for (const listener of this.#listeners) listener();
  }

  async #doing(work: () => Promise<void>): Promise<void> {
    this.#set({ busy: true, problem: null });
    try {
      await work();
    } catch (wrong) {
      if (!(wrong instanceof Refused)) throw wrong;
      this.#set({ problem: wrong.problem });
    } finally {
      this.#set({ busy: false });
    }
  }

  /** What can be asked, what was made, what is under way; opens what was made for this page meanwhile, else the result
   *  of the address line, else the newest. */
  async start(wanted: string): Promise<void> {
    this.#closed = false;
    this.#wanted = wanted;
    let isTold = false;
    await this.#doing(async () => {
      const { about, entries, jobs } = this.source;
      const [told, made, known] = await Promise.all([about?.() ?? null, entries(), jobs?.() ?? []]);
      this.#set({ about: told, entries: made, jobs: known });
      isTold = true;
      const own = resultOf(known.find((one) => one.state === "done" && !this.#closed && MINE.delete(one.id)));
      const found = [own, wanted].flatMap((name) => made.find((one) => one.name === name) ?? [])[0] ?? newest(made);
      if (found) await this.#load(found.name);
      else if (this.source.begin) this.#set({ part: "ask" });
    });
    this.#set({ loaded: isTold });
    this.#watch();
  }

  /** Stops asking the server. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  /** Another part; where the first answers did not come, they are asked for again. */
  turn(part: string): void {
    this.#set({ part, problem: null, clash: null });
    if (!this.state.loaded && !this.state.busy) void this.start(this.#wanted);
  }

  async open(name: string): Promise<void> {
    await this.#doing(() => this.#known(() => this.#show(name)));
  }

  /** Does something with a result; where it is gone meanwhile, so it is from the list. */
  async #known(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (wrong) {
      if (isGone(wrong)) {
        const entries = await this.source.entries();
        this.#set({ entries, ...(entries.some((one) => one.name === this.state.name) ? {} : NOTHING) });
      }
      throw wrong;
    }
  }

  async #show(name: string): Promise<void> {
    await this.#load(name);
    if (this.state.part === "ask") this.#set({ part: "result" });
  }

  async #load(name: string): Promise<void> {
    this.#asked += 1;
    const turn = this.#asked;
    const [result, files] = await Promise.all([this.source.result(name), this.source.files?.(name) ?? []]);
    if (turn === this.#asked) this.#set({ result, files, name, sure: "" });
  }

  /** Asks about the open result; where another one is opened meanwhile, it is not asked any more. */
  ask(sure: Sure): void {
    this.#set({ sure });
  }

  async remove(name: string): Promise<void> {
    await this.#doing(async () => {
      await this.source.remove?.(name).catch((wrong: unknown) => {
        if (!isGone(wrong)) throw wrong;
      });
      const entries = await this.source.entries();
      this.#set({ entries, ...NOTHING });
      const next = newest(entries);
      if (next) await this.#show(next.name);
      else this.#set({ part: "ask" });
    });
  }

  /** Shows the result to everybody, or takes it back. */
  async publish(name: string, published: boolean): Promise<void> {
    await this.#doing(() =>
      this.#known(async () => {
        await this.source.publish?.(name, published);
        this.#set({ entries: await this.source.entries() });
      }),
    );
  }

  /** The wanted name, or one like it that no result and no job has. */
  free(wanted: string): string {
    const { entries, jobs } = this.state;
    return freeName(wanted.slice(0, LONGEST), [...entries, ...jobs.filter(isOpen)].map((one) => one.name));
  }

  /** Gives the question to the server, which answers with a job; false where it is refused. */
  async begin(asked: Asked): Promise<boolean> {
    const { begin } = this.source;
    if (!begin) return false;
    this.#set({ busy: true, wrong: null, clash: null });
    try {
      const job = await begin(asked);
      MINE.add(job.id);
      this.#set({ jobs: [job, ...this.state.jobs.filter((one) => one.id !== job.id)] });
      this.#watch();
      return true;
    } catch (wrong) {
      if (!(wrong instanceof Refused)) throw wrong;
      const isTaken = wrong.problem.error === "NameTakenError" && !asked.replace;
      this.#set(isTaken ? { clash: asked } : { wrong: wrong.problem });
      return false;
    } finally {
      this.#set({ busy: false });
    }
  }

  /** The question whose name was taken, in the place of what has the name. */
  async replace(): Promise<boolean> {
    const { clash } = this.state;
    return clash !== null && this.begin({ ...clash, replace: true });
  }

  keepOther(): void {
    this.#set({ clash: null });
  }

  async cancel(id: string): Promise<void> {
    await this.#doing(async () => {
      await this.source.cancel?.(id);
      this.#set({ jobs: (await this.source.jobs?.()) ?? [] });
    });
  }

  /** Asks after the jobs as long as one is open. */
  #watch(): void {
    clearTimeout(this.#timer);
    if (this.#closed || !this.state.jobs.some(isOpen)) return;
    const wait = Math.min(MOST_MS, EVERY_MS * 2 ** Math.max(0, this.#failures - FAILURES_UNTOLD));
    this.#timer = window.setTimeout(() => void this.#look(), wait);
  }

  async #look(): Promise<void> {
    const before = new Map(this.state.jobs.map((one) => [one.id, one.state]));
    const problems: Problem[] = [];
    const jobs = await this.source.jobs?.().catch((wrong: unknown) => {
      if (!(wrong instanceof Refused)) throw wrong;
      problems.push(wrong.problem);
      return null;
    });
    if (this.#closed) return;
    this.#failures = problems[0] ? this.#failures + 1 : 0;
    const silent = this.#failures > FAILURES_UNTOLD ? (problems[0] ?? null) : null;
    this.#set({ silent, ...(jobs ? { jobs } : {}) });
    const ended = (jobs ?? []).filter((one) => one.state === "done" && before.get(one.id) !== "done");
    if (ended.length > 0) await this.#ended(ended);
    this.#watch();
  }

  /** Opens what was made for this page; what others made, where nothing is open, or their result has taken its place. */
  async #ended(jobs: Job[]): Promise<void> {
    await this.#doing(async () => {
      this.#set({ entries: await this.source.entries() });
      const { result, name } = this.state;
      const mine = jobs.find((one) => MINE.delete(one.id));
      const next = mine ?? jobs.find((one) => result === null || resultOf(one) === name);
      if (next) await this.#show(resultOf(next));
    });
  }
}

const isGone = (wrong: unknown): boolean => wrong instanceof Refused && wrong.problem.status === 404;

const resultOf = (job: Job | undefined): string => job?.result || job?.name || "";

const newest = (entries: Entry[]): Entry | undefined =>
  [...entries].sort((a, b) => b.made.localeCompare(a.made) || a.name.localeCompare(b.name))[0];
