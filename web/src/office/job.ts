// The addresses of docs/howto/serve.md that concern jobs, whatever they make.

import { ask, type Problem } from "../whatif/api";

export type JobKind = "plan" | "front" | "prepare" | "stress" | "housing";
export type JobState = "waiting" | "running" | "done" | "failed" | "cancelled";

export interface Trail {
  seconds: number;
  incumbent: number | null;
  bound: number | null;
}

export interface Job {
  id: string;
  kind: JobKind;
  name: string;
  state: JobState;
  /** how many are before it */
  place: number;
  stage: string;
  seconds: number;
  limit_seconds: number | null;
  incumbent: number | null;
  bound: number | null;
  gap: number | null;
  unit: string;
  /** of a front: plans found, of how many at most */
  n_plans?: number | null;
  of_plans?: number | null;
  trail: Trail[];
  error: Problem | null;
  /** name of what was made */
  result?: string | null;
}

export const isOpen = (job: Job): boolean => job.state === "waiting" || job.state === "running";

/** What a job made. */
export const resultOf = (job: Job | undefined): string => job?.result || job?.name || "";

/** The jobs of some kinds, the newest first; those of other chapters stand there. */
export const jobsOf = async (...kinds: JobKind[]): Promise<Job[]> =>
  (await ask<Job[]>("/jobs")).filter((one) => kinds.includes(one.kind));

export const begin = (kind: JobKind, asked: object): Promise<Job> => ask<Job>("/jobs", "POST", { kind, ask: asked });

export const cancel = (id: string): Promise<void> => ask<void>(`/jobs/${encodeURIComponent(id)}`, "DELETE");
