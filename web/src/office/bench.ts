import { isOpen, resultOf, type Job, type JobKind } from "./job";
import { freeName, LONGEST } from "./names";
import { isGone } from "./store";
import { ofOthers, Watch, type Watched } from "./watch";

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
  kind: JobKind;
  about?: () => Promise<About>;
  entries: () => Promise<Entry[]>;
  result: (name: string) => Promise<Result>;
  files?: (name: string) => Promise<FileEntry[]>;
  jobs?: () => Promise<Job[]>;
  begin?: (ask: Asked) => Promise<Job>;
  remove?: (name: string) => Promise<void>;
  publish?: (name: string, published: boolean) => Promise<unknown>;
}

export type Asked = { name: string; replace?: boolean } & Record<string, unknown>;

/** What can be done to a result that is asked about first. */
export type Sure = "" | "remove" | "publish";

export interface State<About, Result> extends Watched<Asked> {
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
  /** the first answers have come */
  loaded: boolean;
}

const NOTHING = { result: null, name: "", files: [], sure: "" as const };
const FIRST = {
  ...NOTHING,
  part: "result",
  about: null,
  entries: [],
  jobs: [],
  clash: null,
  loaded: false,
  busy: true,
  wrong: null,
  silent: null,
  problem: null,
};

/** The finished results of a chapter, and the jobs that make them. */
export class Bench<About, Result> extends Watch<Asked, State<About, Result>> {
  readonly source: Source<About, Result>;
  #wanted = "";
  /** how often a result was asked for: only the last answer counts */
  #asked = 0;

  constructor(source: Source<About, Result>) {
    super(FIRST);
    this.source = source;
  }

  /** What can be asked, what was made, what is under way; opens what was made for this page meanwhile, else the result
   *  of the address line, else the newest. */
  async start(wanted: string): Promise<void> {
    this.closed = false;
    this.#wanted = wanted;
    let isTold = false;
    await this.doing(async () => {
      const { about, entries } = this.source;
      const [told, made, known] = await Promise.all([about?.() ?? null, entries(), this.now()]);
      this.set({ about: told, entries: made, jobs: known });
      isTold = true;
      const own = resultOf(this.mine(known));
      const found = [own, wanted].flatMap((name) => made.find((one) => one.name === name) ?? [])[0] ?? newest(made);
      if (found) await this.#load(found.name);
      else if (this.source.begin) this.set({ part: "ask" });
    });
    this.set({ loaded: isTold });
    this.watch();
  }

  protected async now(): Promise<Job[]> {
    return (await this.source.jobs?.()) ?? [];
  }

  protected give(_: JobKind, asked: Asked): Promise<Job> {
    const { begin } = this.source;
    return begin ? begin(asked) : Promise.reject(new Error("nothing can be asked for here"));
  }

  /** Another part; where the first answers did not come, they are asked for again. */
  turn(part: string): void {
    this.set({ part, problem: null, clash: null });
    if (!this.state.loaded && !this.state.busy) void this.start(this.#wanted);
  }

  async open(name: string): Promise<void> {
    await this.doing(() => this.#known(() => this.#show(name)));
  }

  /** Does something with a result; where it is gone meanwhile, so it is from the list. */
  async #known(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (wrong) {
      if (isGone(wrong)) {
        const entries = await this.source.entries();
        this.set({ entries, ...(entries.some((one) => one.name === this.state.name) ? {} : NOTHING) });
      }
      throw wrong;
    }
  }

  async #show(name: string): Promise<void> {
    await this.#load(name);
    if (this.state.part === "ask") this.set({ part: "result" });
  }

  async #load(name: string): Promise<void> {
    this.#asked += 1;
    const turn = this.#asked;
    const [result, files] = await Promise.all([this.source.result(name), this.source.files?.(name) ?? []]);
    if (turn === this.#asked) this.set({ result, files, name, sure: "" });
  }

  /** Asks about the open result; where another one is opened meanwhile, it is not asked any more. */
  ask(sure: Sure): void {
    this.set({ sure });
  }

  async remove(name: string): Promise<void> {
    await this.doing(async () => {
      await this.source.remove?.(name).catch((wrong: unknown) => {
        if (!isGone(wrong)) throw wrong;
      });
      const entries = await this.source.entries();
      this.set({ entries, ...NOTHING });
      const next = newest(entries);
      if (next) await this.#show(next.name);
      else this.set({ part: "ask" });
    });
  }

  /** Shows the result to everybody, or takes it back. */
  async publish(name: string, published: boolean): Promise<void> {
    await this.doing(() =>
      this.#known(async () => {
        await this.source.publish?.(name, published);
        this.set({ entries: await this.source.entries() });
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
    return (await this.put(this.source.kind, asked)) !== null;
  }

  /** Opens what was made for this page, else what others made where that is looked at. */
  protected async ended(jobs: Job[]): Promise<void> {
    this.set({ entries: await this.source.entries() });
    const { result, name } = this.state;
    const next = this.mine(jobs) ?? ofOthers(jobs, result === null ? null : name);
    if (next) await this.#show(resultOf(next));
  }
}

const newest = (entries: Entry[]): Entry | undefined =>
  [...entries].sort((a, b) => b.made.localeCompare(a.made) || a.name.localeCompare(b.name))[0];
