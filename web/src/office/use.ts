import { useEffect, useState } from "preact/hooks";
import type { Bench, State as OfBench } from "./bench";

interface Listened<State> {
  state: State;
  subscribe: (listener: () => void) => () => void;
}

/** The state of a chapter; the view is drawn again when it changes. */
export function useStore<State>(store: Listened<State>): State {
  const [state, setState] = useState(store.state);
  useEffect(() => {
    setState(store.state);
    return store.subscribe(() => setState(store.state));
  }, [store]);
  return state;
}

export const useBench = <About, Result>(bench: Bench<About, Result>): OfBench<About, Result> => useStore(bench);
