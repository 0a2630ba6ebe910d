import { useEffect, useState } from "preact/hooks";
import type { Bench, State } from "./bench";

/** The state of a bench; the view is drawn again when it changes. */
export function useBench<About, Result>(bench: Bench<About, Result>): State<About, Result> {
  const [state, setState] = useState(bench.state);
  useEffect(() => {
    setState(bench.state);
    return bench.subscribe(() => setState(bench.state));
  }, [bench]);
  return state;
}
