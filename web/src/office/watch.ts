import type { Problem } from "../whatif/api";
import { cancel, isOpen, resultOf, type Job, type JobKind } from "./job";
import { problemOf, Store, type Told } from "./store";

/** A question for a job; with `replace` its result takes the place of what has its name. */
export interface Question {
  name?: string;
  replace?: boolean;
}

/** What a chapter tells of the jobs that make its results. */
export interface Watched<Asked> extends Told {
  jobs: Job[];
  /** a question that was not begun, because something has its name already */
  clash: { kind: JobKind; asked: Asked } | null;
  /** why the question was refused */
  wrong: Problem | null;
  /** why nothing is heard of the jobs */
  silent: Problem | null;
}

/** What the parts of the page need of such a chapter. */
export interface Chapter {
  readonly state: Watched<Question>;
  subscribe: (listener: () => void) => () => void;
  cancel: (id: string) => Promise<void>;
  replace: () => Promise<boolean>;
  keepOther: () => void;
}

const KEY = "nahraum-jobs";
/** jobs begun in this window whose result was not opened yet; they outlive the chapter that is left, and a reload */
const MINE = new Set<string>(left());
const EVERY_MS = 1000;
const MOST_MS = 30_000;
/** so many answers may fail before it is told, and the server asked less often */
const FAILURES_UNTOLD = 1;

/** A chapter whose results are made by jobs of the server: puts questions, asks after them, opens what they made. */
export abstract class Watch<Asked extends Question, State extends Watched<Asked>> extends Store<State> {
  protected closed = false;
  #timer = 0;
  #failures = 0;

  /** The jobs of the chapter as the server has them now. */
  protected abstract now(): Promise<Job[]>;

  /** Gives a question to the server. */
  protected abstract give(kind: JobKind, asked: Asked): Promise<Job>;

  /** What is done about jobs that have just ended well. */
  protected abstract ended(jobs: Job[]): Promise<void>;

  /** What else is asked as long as something is waited for. */
  protected async besides(): Promise<void> {}

  protected isWaiting(): boolean {
    return this.state.jobs.some(isOpen);
  }

  /** Stops asking the server. */
  close(): void {
    this.closed = true;
    clearTimeout(this.#timer);
  }

  /** Of some jobs the newest one that was begun in this window, is done and was not opened yet; from now on it was. */
  protected mine(jobs: Job[]): Job | undefined {
    const found = jobs.filter((one) => one.state === "done" && !this.closed && MINE.delete(one.id));
    keep();
    return found[0];
  }

  /** Gives the question to the server, which answers with a job; null where it is refused. */
  protected async put(kind: JobKind, asked: Asked): Promise<Job | null> {
    this.#tell({ busy: true, wrong: null, clash: null });
    try {
      const job = await this.give(kind, asked);
      MINE.add(job.id);
      keep();
      this.#tell({ jobs: [job, ...this.state.jobs.filter((one) => one.id !== job.id)] });
      this.watch();
      return job;
    } catch (wrong) {
      const problem = problemOf(wrong);
      const isTaken = problem.error === "NameTakenError" && !asked.replace;
      this.#tell(isTaken ? { clash: { kind, asked } } : { wrong: problem });
      return null;
    } finally {
      this.#tell({ busy: false });
    }
  }

  /** The question whose name was taken, in the place of what has the name; false where it is refused. */
  async replace(): Promise<boolean> {
    const { clash } = this.state;
    return clash !== null && (await this.put(clash.kind, { ...clash.asked, replace: true })) !== null;
  }

  /** The question whose name was taken is not put. */
  keepOther(): void {
    this.#tell({ clash: null });
  }

  /** Cancels a job that is open; takes one that is over off the list. */
  async cancel(id: string): Promise<void> {
    await this.doing(async () => {
      await cancel(id);
      this.#tell({ jobs: await this.now() });
    });
  }

  /** Asks after the jobs as long as one is open. */
  protected watch(): void {
    clearTimeout(this.#timer);
    if (this.closed || !this.isWaiting()) return;
    const wait = Math.min(MOST_MS, EVERY_MS * 2 ** Math.max(0, this.#failures - FAILURES_UNTOLD));
    this.#timer = window.setTimeout(() => void this.#look(), wait);
  }

  async #look(): Promise<void> {
    const before = new Map(this.state.jobs.map((one) => [one.id, one.state]));
    const problems: Problem[] = [];
    const failed = (wrong: unknown): null => {
      problems.push(problemOf(wrong));
      return null;
    };
    const jobs = await this.now().catch(failed);
    if (!this.closed) await this.besides().catch(failed);
    if (this.closed) return;
    this.#failures = problems[0] ? this.#failures + 1 : 0;
    this.#tell({ silent: this.#failures > FAILURES_UNTOLD ? (problems[0] ?? null) : null, ...(jobs ? { jobs } : {}) });
    const ended = (jobs ?? []).filter((one) => one.state === "done" && before.get(one.id) !== "done");
    if (ended.length > 0) await this.doing(() => this.ended(ended));
    this.watch();
  }

  #tell(change: Partial<Watched<Asked>>): void {
    this.set(change as Partial<State>);
  }
}

/** Of some jobs of others the one whose result is opened: where nothing is open, or it has taken that one's place. */
export const ofOthers = (jobs: Job[], open: string | null): Job | undefined =>
  jobs.find((one) => open === null || resultOf(one) === open);

function left(): string[] {
  try {
    return JSON.parse(sessionStorage.getItem(KEY) ?? "[]") as string[];
  } catch {
    return [];
  }
}

function keep(): void {
  try {
    sessionStorage.setItem(KEY, JSON.stringify([...MINE]));
  } catch {
    // a browser that stores nothing: they last as long as the page
  }
}
