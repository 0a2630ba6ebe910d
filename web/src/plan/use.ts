import { useEffect, useState } from "preact/hooks";
import type { Planner } from "./session";
import type { State } from "./store";

/** The planner's state; the view is drawn again when it changes. */
export function usePlanner(planner: Planner): State {
  const [state, setState] = useState(planner.state);
  useEffect(() => {
    setState(planner.state);
    return planner.subscribe(() => setState(planner.state));
  }, [planner]);
  return state;
}
