import { useStore } from "../office/use";
import type { Planner } from "./session";
import type { State } from "./store";

/** The planner's state; the view is drawn again when it changes. */
export const usePlanner = (planner: Planner): State => useStore(planner);
