import type { Speech } from "../i18n";
import { useFirstFocus } from "../views/focus";
import { useStore } from "./use";
import type { Chapter } from "./watch";

interface Props {
  chapter: Chapter;
  say: Speech;
  /** the question was put after all */
  begun?: () => void;
}

/** Asks once before a result takes the place of another one of its name. */
export function Taken(props: Props) {
  const { clash } = useStore(props.chapter);
  return clash && <Sure {...props} name={clash.asked.name ?? ""} />;
}

function Sure({ chapter, say, begun, name }: Props & { name: string }) {
  const { busy } = useStore(chapter);
  const first = useFirstFocus<HTMLButtonElement>();
  const replace = async (): Promise<void> => {
    if (!(await chapter.replace())) return;
    begun?.();
    lookAt(".planner-job");
  };
  return (
    <div class="whatif-naming planner-taken" role="group" aria-label={say.t("planner.replace")}>
      <p>{say.t("planner.replaceSure", { name })}</p>
      <button type="button" disabled={busy} onClick={() => void replace()}>
        {say.t("planner.replace")}
      </button>
      <button type="button" class="primary" ref={first} onClick={() => chapter.keepOther()}>
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
