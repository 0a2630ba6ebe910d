import { Refused } from "../whatif/api";
import * as api from "./api";
import { Shelf } from "./shelf";
import { toggled } from "./store";

/** Plans put together by hand: sites in and out, tried at once, kept under a name of their own. */
export abstract class Hand extends Shelf {
  #trying = false;
  #again = false;

  /** Gives a question to the server; false where it is refused. */
  protected abstract send(kind: api.JobKind, asked: Parameters<typeof api.begin>[1]): Promise<boolean>;

  /** A plan of the front worked out with all its papers: just its sites. */
  async workOut(name: string): Promise<boolean> {
    const { front, point } = this.state;
    const chosen = front?.points.find((one) => one.point === point);
    return chosen ? this.send("plan", { name, sites: chosen.sites }) : false;
  }

  /** Begins to change the open plan by hand. */
  editPlan(): void {
    const { plan } = this.state;
    if (!plan) return;
    const chosen = plan.measures.map((one) => one.site_id);
    this.set({ edit: { from: plan.name, chosen, trial: null, wrong: null }, picking: "" });
    void this.#attempt();
  }

  stopEditing(): void {
    this.set({ edit: null });
  }

  /** A site in or out of the plan in hand. */
  toggle(id: string): void {
    const { edit } = this.state;
    if (!edit) return;
    this.set({ edit: { ...edit, chosen: toggled(edit.chosen, id) } });
    void this.#attempt();
  }

  /** As the plan was. */
  reset(): void {
    if (this.state.edit) this.editPlan();
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
      if (isMeant() && this.state.edit) this.set({ edit: { ...this.state.edit, trial, wrong: null } });
    } catch (wrong) {
      if (!(wrong instanceof Refused)) throw wrong;
      if (isMeant() && this.state.edit) this.set({ edit: { ...this.state.edit, wrong: wrong.problem } });
    }
  }

  /** Keeps the plan in hand under a name of its own. */
  async keep(name: string): Promise<boolean> {
    const { edit, plan } = this.state;
    if (!edit || !plan) return false;
    const isBegun = await this.send("plan", { name, sites: edit.chosen, against: edit.from });
    if (isBegun) this.set({ edit: null });
    return isBegun;
  }
}
