import type { Job, JobKind } from "../office/job";
import { problemOf } from "../office/store";
import * as api from "./api";
import { Shelf } from "./shelf";
import { toggled } from "./store";

/** A plan as it was left in the middle of a change by hand. */
interface Left {
  planned: string[];
  chosen: string[];
}

/** Plans put together by hand: sites in and out, tried at once, kept under a name of their own. */
export abstract class Hand extends Shelf {
  #trying = false;
  #again = false;
  readonly #handKey: string;
  readonly #left: Map<string, Left>;

  /** `handKey`: what changes by hand are kept under. */
  constructor(handKey: string) {
    super();
    this.#handKey = handKey;
    this.#left = leftUnder(handKey);
  }

  /** A plan of the front worked out with all its papers: just its sites, for just their cost. */
  async workOut(name: string): Promise<boolean> {
    const { front, point } = this.state;
    const chosen = front?.points.find((one) => one.point === point);
    if (!chosen) return false;
    const cents = chosen.measures.reduce((sum, one) => sum + Math.round(one.cost_eur * 100), 0);
    return this.#send({ name, sites: chosen.sites, budget_eur: Math.ceil(cents / 100) });
  }

  /** Begins to change the open plan by hand, or goes on where the change was left. */
  editPlan(): void {
    const { plan } = this.state;
    if (!plan) return;
    const planned = plan.measures.map((one) => one.site_id);
    const left = this.#left.get(plan.name);
    const chosen = left && left.planned.join() === planned.join() ? left.chosen : planned;
    this.set({
      edit: { from: plan.name, chosen, trial: null, stale: true, wrong: null, sent: "" },
      picking: "",
      wrong: null,
      clash: null,
    });
    void this.#attempt();
  }

  stopEditing(): void {
    this.set({ edit: null, wrong: null, clash: null });
  }

  /** A site in or out of the plan in hand. */
  toggle(id: string): void {
    const { edit, plan } = this.state;
    if (!edit || !plan) return;
    const chosen = toggled(edit.chosen, id);
    this.set({ edit: { ...edit, chosen, stale: true, sent: "" }, clash: null });
    this.#left.set(edit.from, { planned: plan.measures.map((one) => one.site_id), chosen });
    this.#store();
    void this.#attempt();
  }

  /** As the plan was. */
  reset(): void {
    const { edit } = this.state;
    if (!edit) return;
    this.forget(edit.from);
    this.editPlan();
  }

  /** Keeps no change of a plan any longer. */
  protected forget(plan: string): void {
    this.#left.delete(plan);
    this.#store();
  }

  #store(): void {
    try {
      localStorage.setItem(this.#handKey, JSON.stringify([...this.#left]));
    } catch {
      // a browser that stores nothing: the change lasts as long as the page
    }
  }

  /** Tries the sites in hand: one request at a time, and after it the newest state. */
  async #attempt(): Promise<void> {
    this.#again = this.#trying;
    if (this.#trying) return;
    this.#trying = true;
    try {
      do {
        this.#again = false;
        await this.#ask();
      } while (this.#again);
    } finally {
      this.#trying = false;
    }
  }

  async #ask(): Promise<void> {
    const { edit } = this.state;
    if (!edit) return;
    const isMeant = (): boolean => this.state.edit?.from === edit.from;
    try {
      const trial = await api.attempt(edit.chosen, edit.from);
      const now = this.state.edit;
      if (isMeant() && now) this.set({ edit: { ...now, trial, stale: now.chosen !== edit.chosen, wrong: null } });
    } catch (wrong) {
      const problem = problemOf(wrong);
      if (isMeant() && this.state.edit) this.set({ edit: { ...this.state.edit, wrong: problem } });
    }
  }

  /** Asks for the plan in hand under a name of its own; it stays in hand until that plan is there. */
  async keep(name: string): Promise<boolean> {
    const { edit, plan } = this.state;
    if (!edit || !plan) return false;
    return this.#send({ name, sites: edit.chosen, against: edit.from });
  }

  async #send(asked: api.HandAsk): Promise<boolean> {
    return (await this.put("plan", asked)) !== null;
  }

  /** Notes the job that makes a plan of the sites in hand. */
  protected override async put(kind: JobKind, asked: api.Asked): Promise<Job | null> {
    const job = await super.put(kind, asked);
    const { edit } = this.state;
    if (job && edit && "sites" in asked && asked.sites === edit.chosen) this.set({ edit: { ...edit, sent: job.id } });
    return job;
  }
}

/** The changes kept under a key; none where the browser keeps nothing. */
function leftUnder(key: string): Map<string, Left> {
  try {
    return new Map(JSON.parse(localStorage.getItem(key) ?? "[]") as [string, Left][]);
  } catch {
    return new Map();
  }
}
