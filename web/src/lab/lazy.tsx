import { usePart, usePublished, Waiting } from "../office/lazy";
import { served } from "../whatif/served";
import type { Lab } from "./api";
import type { Props } from "./workspace";

/** The housing lab, loaded when somebody opens it: the office's own, elsewhere the one that is published. */
export function HousingLab(props: Omit<Props, "published">) {
  const isOffice = served()?.lab === true;
  const { part: Workspace, note } = usePart<Props>(() => import("./workspace").then((module) => module.Workspace));
  const published = usePublished<Lab>("housing", isOffice);
  if (!Workspace || !(isOffice || published.result)) return <Waiting note={note || published.note} say={props.say} />;
  return <Workspace {...props} published={published.result} />;
}
