import { begin, isOpen, jobsOf, resultOf, type Job, type JobKind } from "../office/job";
import { freeName } from "../office/names";
import { ofOthers } from "../office/watch";
import * as api from "./api";
import { draftOf, droppedYears, firstDraft, frontAsk, planAsk, type Draft, type Fault } from "./draft";
import { Hand } from "./hand";
import { toggled, type Part, type Picking } from "./store";

/** One person's planning: the form, jobs under way, finished plans, one of them changed by hand. */
export class Planner extends Hand {
  readonly #key: string;

  /** `study`: what an unfinished form is kept under. */
  constructor(study: string) {
    super(`nahraum-plan-hand:${study}`);
    this.#key = `nahraum-plan:${study}`;
  }

  /** What can be asked, what was made, what is under way; opens what was made for this page meanwhile, else the plan of
   *  the address line. */
  async start(wanted: string): Promise<void> {
    this.closed = false;
    const isTold = await this.doing(async () => {
      const [about, plans, fronts, jobs] = await Promise.all([api.about(), api.plans(), api.fronts(), this.now()]);
      this.set({ about, plans, fronts, jobs });
      if (about.ready) this.#offer(about);
      const own = this.mine(jobs);
      const [plan, front] = [own?.kind === "front" ? wanted : resultOf(own) || wanted, resultOf(own)];
      if (own?.kind === "front" && fronts.some((one) => one.name === front)) await this.showFront(front);
      else if (plans.some((one) => one.name === plan)) await this.show(plan);
    });
    if (isTold && this.state.part !== "ask") this.turn(this.state.part); // chosen before it was known what there is
    this.watch();
  }

  /** The form as it was left, else as the study proposes it. */
  #offer(about: api.About): void {
    const { plans, fronts } = this.state;
    this.set({ about, draft: this.#named({ ...firstDraft(about), ...this.#left() }, plans, fronts) });
    void this.#sites();
  }

  protected now(): Promise<Job[]> {
    return jobsOf("plan", "front", "prepare");
  }

  protected give(kind: JobKind, asked: api.Asked): Promise<Job> {
    return begin(kind, asked);
  }

  /** Prepares sites and effects once more. */
  async prepare(): Promise<void> {
    await this.doing(async () => {
      await begin("prepare", {});
      this.set({ about: await api.about() });
    });
    this.watch();
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
    this.set({ part, picking: "", problem: null, clash: null, sure: "" });
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
    return faults.length === 0 && (await this.put(draft.kind, ask)) !== null;
  }

  protected override isWaiting(): boolean {
    const { about } = this.state;
    return super.isWaiting() || (about !== null && !about.ready && about.error === null);
  }

  /** Whether sites and effects are prepared by now. */
  protected override async besides(): Promise<void> {
    if (this.state.about?.ready) return;
    const about = await api.about();
    this.set({ about });
    if (about.ready) this.#offer(about);
  }

  /** Opens what was made for this page, else what others made in place of the open plan; a plan in hand stays. */
  protected async ended(jobs: Job[]): Promise<void> {
    await this.lists();
    const { plans, fronts, draft, edit, part, plan } = this.state;
    this.set({ draft: this.#named(draft, plans, fronts) });
    const mine = this.mine(jobs);
    if (part === "plan" && edit && edit.sent !== mine?.id) return;
    const others = part === "plan" ? ofOthers(jobs.filter((one) => one.kind === "plan"), plan?.name ?? null) : undefined;
    const next = mine ?? others;
    if (next?.kind === "plan") await this.show(resultOf(next));
    if (next?.kind === "front") await this.showFront(resultOf(next));
    if (edit && edit.sent === mine?.id) this.forget(edit.from);
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
