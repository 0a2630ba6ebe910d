import { usePart } from "../office/lazy";
import { served } from "../whatif/served";
import type { Lab } from "./api";
import type { Props } from "./workspace";

/** The housing lab, loaded when somebody opens it: the office's own, elsewhere the one that is published. */
export function HousingLab(props: Omit<Props, "published">) {
  const isOffice = served()?.lab === true;
  const { part, result, note } = usePart<Props, Lab>("housing", isOffice, props.say, () =>
    import("./workspace").then((module) => module.Workspace),
  );
  const Workspace = part;
  if (Workspace && (isOffice || result)) return <Workspace {...props} published={result} />;
  return (
    <section class="panel" id="results" tabIndex={-1}>
      <p class="panel-body" role="status">
        {note}
      </p>
    </section>
  );
}
