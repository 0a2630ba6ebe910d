import { Refused, type Problem } from "../whatif/api";
import * as api from "./api";
import { draftOf, droppedYears, firstDraft, frontAsk, planAsk, type Draft, type Fault } from "./draft";
import { Hand } from "./hand";
import { freeName } from "./names";
import { toggled, type Part, type Picking } from "./store";

const isOpen = (job: api.Job): boolean => job.state === "waiting" || job.state === "running";
const EVERY_MS = 1000;
const MOST_MS = 30_000;
/** so many answers may fail before it is told, and the server asked less often */
const FAILURES_UNTOLD = 1;

/** One person's planning: the form, jobs under way, finished plans, one of them changed by hand. */
export class Planner extends Hand {
  readonly #key: string;
  #timer = 0;
  #closed = false;
  #failures = 0;
  /** jobs begun here: their result is opened when they are done */
  readonly #mine = new Set<string>();

  /** `study`: what an unfinished form is kept under. */
  constructor(study: string) {
    super(`nahraum-plan-hand:${study}`);
    this.#key = `nahraum-plan:${study}`;
  }

  /** What can be asked, what was made, what is under way; opens the plan of the address line. */
  async start(wanted: string): Promise<void> {
    this.#closed = false;
    const isTold = await this.doing(async () => {
      const [about, plans, fronts, jobs] = await Promise.all([api.about(), api.plans(), api.fronts(), api.jobs()]);
      this.set({ about, plans, fronts, jobs });
      if (about.ready) this.#offer(about);
      const found = plans.find((one) => one.name === wanted);
      if (found) await this.show(found.name);
    });
    if (isTold && this.state.part !== "ask") this.turn(this.state.part); // chosen before it was known what there is
    this.#watch();
  }

  /** The form as it was left, else as the study proposes it. */
  #offer(about: api.About): void {
    const { plans, fronts } = this.state;
    this.set({ about, draft: this.#named({ ...firstDraft(about), ...this.#left() }, plans, fronts) });
    void this.#sites();
  }

  /** Prepares sites and effects once more. */
  async prepare(): Promise<void> {
    await this.doing(async () => {
      await api.begin("prepare", {});
      this.set({ about: await api.about() });
    });
    this.#watch();
  }

  /** Stops asking the server. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  async #sites(): Promise<void> {
    if (this.state.sites.length > 0 || !this.state.about?.ready) return;
    const sites = await api.sites().catch((): api.Site[] => []);
    this.set({ sites });
  }

  /** With a name that nothing has yet. */
  #named(draft: Draft, plans: api.Entry[], fronts: { name: string }[]): Draft {
    const taken = [...plans, ...fronts].map((one) => one.name);
    if (draft.name) return { ...draft, name: freeName(draft.name, taken) };
    let n = 1;
    while (taken.includes(`plan-${n}`)) n += 1;
    return { ...draft, name: `plan-${n}` };
  }

  /** The wanted name, or one like it that no plan, front or job has. */
  free(wanted: string): string {
    const { plans, fronts, jobs } = this.state;
    return freeName(wanted, [...plans, ...fronts, ...jobs.filter(isOpen)].map((one) => one.name));
  }

  turn(part: Part): void {
    const { plan, front, plans, fronts } = this.state;
    this.set({ part, picking: "", problem: null, clash: null });
    const newest = [...plans].sort((a, b) => b.made.localeCompare(a.made))[0];
    if (part === "plan" && !plan && newest) void this.open(newest.name);
    if (part === "front" && !front && fronts[0]) void this.weigh(fronts[0].name);
  }

  /** The form with other values. */
  change(values: Partial<Draft>): void {
    const draft = { ...this.state.draft, ...values };
    const dropped = values.yearly === undefined ? this.state.dropped : [];
    this.set({ draft, dropped, faults: this.state.faults.length ? this.#faults(draft) : [], wrong: null, clash: null });
    this.#store();
  }

  #faults(draft: Draft): Fault[] {
    const { about } = this.state;
    if (!about) return [];
    return draft.kind === "plan" ? planAsk(draft, about).faults : frontAsk(draft, about).faults;
  }

  /** The form as the study proposes it. */
  clear(): void {
    const { about, plans, fronts } = this.state;
    const draft = about && this.#named(firstDraft(about), plans, fronts);
    if (draft) this.set({ draft, faults: [], wrong: null, clash: null, dropped: [] });
    this.#store();
  }

  pick(picking: Picking): void {
    this.set({ picking: this.state.picking === picking ? "" : picking });
  }

  /** A quarter with priority or without. */
  quarter(id: string): void {
    this.change({ priority: toggled(this.state.draft.priority, id), byStatus: false });
  }

  /** A site that must be chosen, must not, or is as it was. */
  site(id: string, wish: "must" | "mustNot"): void {
    const { draft } = this.state;
    const other = wish === "must" ? "mustNot" : "must";
    this.change({ [wish]: toggled(draft[wish], id), [other]: draft[other].filter((one) => one !== id) });
  }

  /** Gives the question to the server, which answers with a job. */
  async begin(): Promise<boolean> {
    const { draft, about } = this.state;
    if (!about) return false;
    const { ask, faults } = draft.kind === "plan" ? planAsk(draft, about) : frontAsk(draft, about);
    this.set({ faults, wrong: null, picking: "" });
    return faults.length === 0 && this.send(draft.kind, ask);
  }

  protected async send(kind: api.JobKind, asked: api.Asked): Promise<boolean> {
    this.set({ busy: true, wrong: null, clash: null });
    try {
      const job = await api.begin(kind, asked);
      this.#mine.add(job.id);
      const { edit, jobs } = this.state;
      const isInHand = edit !== null && "sites" in asked && asked.sites === edit.chosen;
      this.set({
        jobs: [job, ...jobs.filter((one) => one.id !== job.id)],
        edit: isInHand ? { ...edit, sent: job.id } : edit,
      });
      this.#watch();
      return true;
    } catch (wrong) {
      if (!(wrong instanceof Refused)) throw wrong;
      const isTaken = wrong.problem.status === 409 && wrong.problem.error === "NameTakenError" && !asked.replace;
      this.set(isTaken ? { clash: { kind, asked } } : { wrong: wrong.problem });
      return false;
    } finally {
      this.set({ busy: false });
    }
  }

  /** The question whose name was taken, in the place of what has the name; false where it is refused. */
  async replace(): Promise<boolean> {
    const { clash } = this.state;
    return clash !== null && this.send(clash.kind, { ...clash.asked, replace: true });
  }

  /** The question whose name was taken is not put. */
  keepOther(): void {
    this.set({ clash: null });
  }

  async cancel(id: string): Promise<void> {
    await this.doing(async () => {
      await api.cancel(id);
      this.set({ jobs: await api.jobs() });
    });
  }

  /** Asks after the jobs as long as one is open. */
  #watch(): void {
    clearTimeout(this.#timer);
    const { jobs, about } = this.state;
    const isPreparing = about !== null && !about.ready && about.error === null;
    if (this.#closed || !(jobs.some(isOpen) || isPreparing)) return;
    const wait = Math.min(MOST_MS, EVERY_MS * 2 ** Math.max(0, this.#failures - FAILURES_UNTOLD));
    this.#timer = window.setTimeout(() => void this.#look(), wait);
  }

  async #look(): Promise<void> {
    const before = new Map(this.state.jobs.map((one) => [one.id, one.state]));
    const problems: Problem[] = [];
    const failed = (wrong: unknown): null => {
      if (!(wrong instanceof Refused)) throw wrong;
      problems.push(wrong.problem);
      return null;
    };
    const jobs = await api.jobs().catch(failed);
    const about = this.state.about?.ready ? null : await api.about().catch(failed);
    if (this.#closed) return;
    this.#failures = problems[0] ? this.#failures + 1 : 0;
    this.set({ silent: this.#failures > FAILURES_UNTOLD ? (problems[0] ?? null) : null });
    if (about) this.set({ about });
    if (about?.ready) this.#offer(about);
    if (jobs) {
      this.set({ jobs });
      const ended = jobs.filter((one) => one.state === "done" && before.get(one.id) !== "done");
      if (ended.length > 0) await this.#ended(ended);
    }
    this.#watch();
  }

  async #ended(jobs: api.Job[]): Promise<void> {
    await this.doing(async () => {
      const [plans, fronts] = await Promise.all([api.plans(), api.fronts()]);
      this.set({ plans, fronts, draft: this.#named(this.state.draft, plans, fronts) });
      const mine = jobs.find((one) => this.#mine.has(one.id));
      const { edit, part } = this.state;
      if (part === "plan" && edit && edit.sent !== mine?.id) return;
      const name = mine?.result ?? mine?.name ?? "";
      if (mine?.kind === "plan") await this.show(name);
      if (mine?.kind === "front") await this.showFront(name);
      if (edit && edit.sent === mine?.id) this.forget(edit.from);
    });
  }

  /** The question of a plan in the form again, to be put otherwise. */
  async askAgain(name: string): Promise<void> {
    await this.doing(async () => {
      const asked = await api.asked(name);
      const { about, plans, fronts } = this.state;
      const draft = about && this.#named(draftOf(asked, about), plans, fronts);
      if (draft) this.set({ part: "ask", draft, dropped: droppedYears(asked), faults: [], wrong: null, clash: null });
      this.#store();
    });
  }

  #store(): void {
    try {
      localStorage.setItem(this.#key, JSON.stringify(this.state.draft));
    } catch {
      // a browser that stores nothing: the form lasts as long as the page
    }
  }

  #left(): Partial<Draft> {
    try {
      return JSON.parse(localStorage.getItem(this.#key) ?? "{}") as Partial<Draft>;
    } catch {
      return {};
    }
  }
}
