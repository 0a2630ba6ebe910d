import { Refused } from "../whatif/api";
import type { Problem } from "../whatif/api";
import type * as api from "./api";
import { EMPTY, type Draft, type Fault } from "./draft";

export type Part = "ask" | "plan" | "front" | "compare";
export type Picking = "" | "quarters" | "must" | "mustNot";

/** A plan that somebody changes by hand: its sites, and what they would bring together. */
export interface Edit {
  /** the plan it began as */
  from: string;
  chosen: string[];
  trial: api.Trial | null;
  /** the trial is of an earlier choice */
  stale: boolean;
  wrong: Problem | null;
  /** the job that makes a plan of just this choice */
  sent: string;
}

/** A question that was not begun, because something has its name already. */
export interface Clash {
  kind: api.JobKind;
  asked: api.Asked;
}

export interface State {
  part: Part;
  about: api.About | null;
  sites: api.Site[];
  jobs: api.Job[];
  plans: api.Entry[];
  fronts: api.FrontEntry[];
  plan: api.Plan | null;
  files: api.FileEntry[];
  front: api.Front | null;
  frontFiles: api.FileEntry[];
  /** the chosen plan of the front */
  point: string;
  /** number of the measure that was pointed at */
  measure: string;
  draft: Draft;
  faults: Fault[];
  picking: Picking;
  edit: Edit | null;
  busy: boolean;
  /** why the question was refused */
  wrong: Problem | null;
  clash: Clash | null;
  /** the yearly amounts of a question that the form cannot hold */
  dropped: number[];
  /** why nothing is heard of the jobs */
  silent: Problem | null;
  /** why something else did not work */
  problem: Problem | null;
}

const FIRST: State = {
  part: "ask",
  about: null,
  sites: [],
  jobs: [],
  plans: [],
  fronts: [],
  plan: null,
  files: [],
  front: null,
  frontFiles: [],
  point: "",
  measure: "",
  draft: EMPTY,
  faults: [],
  picking: "",
  edit: null,
  busy: true,
  wrong: null,
  clash: null,
  dropped: [],
  silent: null,
  problem: null,
};

/** The state of the planning; views and map listen to it. */
export class Store {
  state: State = FIRST;
  readonly #listeners = new Set<() => void>();

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  protected set(change: Partial<State>): void {
    this.state = { ...this.state, ...change };
    for (const listener of this.#listeners) listener();
  }

  protected async doing(work: () => Promise<void>): Promise<boolean> {
    this.set({ busy: true, problem: null });
    try {
      await work();
      return true;
    } catch (wrong) {
      if (!(wrong instanceof Refused)) throw wrong;
      this.set({ problem: wrong.problem });
      return false;
    } finally {
      this.set({ busy: false });
    }
  }
}

export const toggled = (all: string[], one: string): string[] =>
  all.includes(one) ? all.filter((other) => other !== one) : [...all, one];
