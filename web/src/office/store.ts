import { Refused, type Problem } from "../whatif/api";

/** What every chapter of the office tells: whether it waits for the server, and why something did not work. */
export interface Told {
  busy: boolean;
  problem: Problem | null;
}

/** The state of a chapter; views and map listen to it. */
export class Store<State extends Told> {
  state: State;
  readonly #listeners = new Set<() => void>();

  constructor(first: State) {
    this.state = first;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  protected set(change: Partial<State>): void {
    this.state = { ...this.state, ...change };
    for (const listener of this.#listeners) listener();
  }

  /** Whether it was done; a refusal is told. */
  protected async doing(work: () => Promise<void>): Promise<boolean> {
    this.#tell({ busy: true, problem: null });
    try {
      await work();
      return true;
    } catch (wrong) {
      this.#tell({ problem: problemOf(wrong) });
      return false;
    } finally {
      this.#tell({ busy: false });
    }
  }

  #tell(change: Partial<Told>): void {
    this.set(change as Partial<State>);
  }
}

/** Why the server refused something; other errors go on. */
export function problemOf(wrong: unknown): Problem {
  if (!(wrong instanceof Refused)) throw wrong;
  return wrong.problem;
}

/** Whether what was asked for is not there any more. */
export const isGone = (wrong: unknown): boolean => wrong instanceof Refused && wrong.problem.status === 404;
