import type { Sure } from "../office/bench";
import { isGone } from "../office/store";
import * as api from "./api";
import { Planned } from "./store";

const NO_PLAN = { plan: null, files: [], edit: null, sure: "" as const };
const NO_FRONT = { front: null, frontFiles: [], point: "", sure: "" as const };

/** Finished plans and trade-offs: opened, published, deleted, looked at. */
export abstract class Shelf extends Planned {
  /** how often a plan was asked for: only the last answer counts */
  #asked = 0;

  async open(name: string): Promise<void> {
    await this.doing(() => this.#known(() => this.show(name)));
  }

  protected async show(name: string): Promise<void> {
    this.#asked += 1;
    const turn = this.#asked;
    const [plan, files] = await Promise.all([api.plan(name), api.files(name)]);
    if (turn === this.#asked)
      this.set({ plan, files, part: "plan", edit: null, measure: "", picking: "", sure: "" });
  }

  /** All plans and trade-offs as they are now; what is open and gone is closed. */
  protected async lists(): Promise<void> {
    const [plans, fronts] = await Promise.all([api.plans(), api.fronts()]);
    const { plan, front } = this.state;
    this.set({
      plans,
      fronts,
      ...(plan && !plans.some((one) => one.name === plan.name) ? NO_PLAN : {}),
      ...(front && !fronts.some((one) => one.name === front.name) ? NO_FRONT : {}),
    });
  }

  /** Does something with a plan; where it is gone meanwhile, so it is from the list. */
  async #known(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (wrong) {
      if (isGone(wrong)) await this.lists();
      throw wrong;
    }
  }

  /** Asks about the open plan, or front; where another one is opened meanwhile, it is not asked any more. */
  sure(sure: Sure): void {
    this.set({ sure });
  }

  async remove(name: string): Promise<void> {
    await this.doing(async () => {
      await api.removePlan(name).catch(unlessGone);
      await this.lists();
    });
  }

  /** Shows the plan to everybody on the map, or takes it off. */
  async publish(name: string, published: boolean): Promise<void> {
    await this.doing(() =>
      this.#known(async () => {
        await api.publish(name, published);
        this.set({ plans: await api.plans() });
      }),
    );
  }

  async removeFront(name: string): Promise<void> {
    await this.doing(async () => {
      await api.removeFront(name).catch(unlessGone);
      await this.lists();
    });
  }

  async weigh(name: string): Promise<void> {
    await this.doing(() => this.#known(() => this.showFront(name)));
  }

  protected async showFront(name: string): Promise<void> {
    const [front, frontFiles] = await Promise.all([api.front(name), api.frontFiles(name)]);
    const first = front.points.find((one) => one.knee) ?? front.points[0];
    this.set({ front, frontFiles, point: first?.point ?? "", part: "front", picking: "", sure: "" });
  }

  choosePoint(point: string): void {
    this.set({ point });
  }

  chooseMeasure(number: string): void {
    this.set({ measure: number });
  }
}

function unlessGone(wrong: unknown): void {
  if (!isGone(wrong)) throw wrong;
}
