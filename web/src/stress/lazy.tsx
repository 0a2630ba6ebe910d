import { usePart, usePublished, Waiting } from "../office/lazy";
import { served } from "../whatif/served";
import type { StressTest } from "./api";
import type { Props } from "./workspace";

/** The stress test, loaded when somebody opens it: the office's own, elsewhere the one that is published. */
export function Stress(props: Omit<Props, "published">) {
  const isOffice = served()?.stress === true;
  const { part: Workspace, note } = usePart<Props>(() => import("./workspace").then((module) => module.Workspace));
  const published = usePublished<StressTest>("stress", isOffice);
  if (!Workspace || !(isOffice || published.result)) return <Waiting note={note || published.note} say={props.say} />;
  return <Workspace {...props} published={published.result} />;
}
