import * as api from "./api";
import { Store } from "./store";

/** Finished plans and trade-offs: opened, published, deleted, looked at. */
export class Shelf extends Store {
  async open(name: string): Promise<void> {
    await this.doing(() => this.show(name));
  }

  protected async show(name: string): Promise<void> {
    const [plan, files] = await Promise.all([api.plan(name), api.files(name)]);
    this.set({ plan, files, part: "plan", edit: null, measure: "", picking: "" });
  }

  async remove(name: string): Promise<void> {
    await this.doing(async () => {
      await api.removePlan(name);
      const plans = await api.plans();
      this.set({ plans, plan: null, files: [], edit: null });
    });
  }

  /** Shows the plan to everybody on the map, or takes it off. */
  async publish(name: string, published: boolean): Promise<void> {
    await this.doing(async () => {
      await api.publish(name, published);
      this.set({ plans: await api.plans() });
    });
  }

  async removeFront(name: string): Promise<void> {
    await this.doing(async () => {
      await api.removeFront(name);
      this.set({ fronts: await api.fronts(), front: null, frontFiles: [], point: "" });
    });
  }

  async weigh(name: string): Promise<void> {
    await this.doing(() => this.showFront(name));
  }

  protected async showFront(name: string): Promise<void> {
    const [front, frontFiles] = await Promise.all([api.front(name), api.frontFiles(name)]);
    const first = front.points.find((one) => one.knee) ?? front.points[0];
    this.set({ front, frontFiles, point: first?.point ?? "", part: "front", picking: "" });
  }

  choosePoint(point: string): void {
    this.set({ point });
  }

  chooseMeasure(number: string): void {
    this.set({ measure: number });
  }
}
