import type { Speech } from "../i18n";
import { lookAt } from "../plan/taken";
import { useFirstFocus } from "../views/focus";
import type { Bench } from "./bench";
import { useBench } from "./use";

interface Props<About, Result> {
  bench: Bench<About, Result>;
  name: string;
  say: Speech;
}

/** Asks once before a result takes the place of another one of its name. */
export function Clash<About, Result>({ bench, name, say }: Props<About, Result>) {
  const { busy } = useBench(bench);
  const first = useFirstFocus<HTMLButtonElement>();
  const replace = (): void => void bench.replace().then((isBegun) => isBegun && lookAt(".planner-job"));
  return (
    <div class="whatif-naming planner-taken" role="group" aria-label={say.t("planner.replace")}>
      <p>{say.t("planner.replaceSure", { name })}</p>
      <button type="button" disabled={busy} onClick={replace}>
        {say.t("planner.replace")}
      </button>
      <button type="button" class="primary" ref={first} onClick={() => bench.keepOther()}>
        {say.t("planner.otherName")}
      </button>
    </div>
  );
}
