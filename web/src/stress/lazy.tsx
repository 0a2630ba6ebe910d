import { usePart } from "../office/lazy";
import { served } from "../whatif/served";
import type { StressTest } from "./api";
import type { Props } from "./workspace";

/** The stress test, loaded when somebody opens it: the office's own, elsewhere the one that is published. */
export function Stress(props: Omit<Props, "published">) {
  const isOffice = served()?.stress === true;
  const { part, result, note } = usePart<Props, StressTest>("stress", isOffice, props.say, () =>
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
