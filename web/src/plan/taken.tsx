import type { Speech } from "../i18n";
import { useFirstFocus } from "../views/focus";
import type { Planner } from "./session";
import { usePlanner } from "./use";

interface Props {
  planner: Planner;
  say: Speech;
  /** the question was put after all */
  begun?: () => void;
}

/** Asks once before a plan takes the place of another one of its name. */
export function Taken({ planner, say, begun }: Props) {
  const { clash } = usePlanner(planner);
  return clash && <Question planner={planner} say={say} begun={begun} name={clash.asked.name ?? ""} />;
}

function Question({ planner, say, begun, name }: Props & { name: string }) {
  const { busy } = usePlanner(planner);
  const first = useFirstFocus<HTMLButtonElement>();
  const replace = (): void => void planner.replace().then((isBegun) => isBegun && begun?.());
  return (
    <div class="whatif-naming planner-taken" role="group" aria-label={say.t("planner.replace")}>
      <p>{say.t("planner.replaceSure", { name })}</p>
      <button type="button" disabled={busy} onClick={replace}>
        {say.t("planner.replace")}
      </button>
      <button type="button" class="primary" ref={first} onClick={() => planner.keepOther()}>
        {say.t("planner.otherName")}
      </button>
    </div>
  );
}

/** Brings the job just begun, or what keeps it from being begun, before the eyes. */
export function lookAt(selector: string): void {
  requestAnimationFrame(() => {
    const next = document.querySelector<HTMLElement>(selector);
    next?.focus();
    next?.scrollIntoView({ block: "nearest" });
  });
}
