import type { FileEntry, Sure } from "../office/bench";
import { Watch, type Watched } from "../office/watch";
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

export interface State extends Watched<api.Asked> {
  part: Part;
  about: api.About | null;
  sites: api.Site[];
  plans: api.Entry[];
  fronts: api.FrontEntry[];
  plan: api.Plan | null;
  files: FileEntry[];
  front: api.Front | null;
  frontFiles: FileEntry[];
  /** the chosen plan of the front */
  point: string;
  /** number of the measure that was pointed at */
  measure: string;
  draft: Draft;
  faults: Fault[];
  picking: Picking;
  edit: Edit | null;
  /** what is asked once more before it is done to the open plan, or front */
  sure: Sure;
  /** the yearly amounts of a question that the form cannot hold */
  dropped: number[];
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
  sure: "",
  busy: true,
  wrong: null,
  clash: null,
  dropped: [],
  silent: null,
  problem: null,
};

/** The state of the planning. */
export abstract class Planned extends Watch<api.Asked, State> {
  constructor() {
    super(FIRST);
  }
}

export const toggled = (all: string[], one: string): string[] =>
  all.includes(one) ? all.filter((other) => other !== one) : [...all, one];
