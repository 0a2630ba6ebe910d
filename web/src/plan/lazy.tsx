import { usePart, Waiting } from "../office/lazy";
import type { Props } from "./workspace";

/** Planning, loaded when somebody opens it: only the office's server offers it. */
export function Planning(props: Props) {
  const { part: Workspace, note } = usePart<Props>(() => import("./workspace").then((module) => module.Workspace));
  return Workspace ? <Workspace {...props} /> : <Waiting note={note} say={props.say} />;
}
