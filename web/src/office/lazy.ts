import type { FunctionComponent } from "preact";
import { useEffect, useState } from "preact/hooks";
import { loadChapter } from "../data/load";
import type { Speech } from "../i18n";

interface Part<Props, Result> {
  part: FunctionComponent<Props> | null;
  /** what is published; null in the office, and as long as it is on its way */
  result: Result | null;
  /** why there is nothing to see yet, or at all */
  note: string;
}

const NOTES = { "": "planner.loading", none: "office.nothingPublished", failed: "office.failed" } as const;

/** The code of a chapter and, outside the office, what is published of it: both fetched when somebody opens it. */
export function usePart<Props, Result>(
  name: "stress" | "housing",
  isOffice: boolean,
  say: Speech,
  load: () => Promise<FunctionComponent<Props>>,
): Part<Props, Result> {
  const [part, setPart] = useState<FunctionComponent<Props> | null>(null);
  const [result, setResult] = useState<Result | null>(null);
  const [state, setState] = useState<"" | "none" | "failed">("");
  useEffect(() => {
    load().then(
      (found) => setPart(() => found),
      () => setState("failed"),
    );
    if (isOffice) return;
    loadChapter<Result>(name).then(
      (found) => {
        setResult(found);
        if (!found) setState("none");
      },
      () => setState("failed"),
    );
  }, []);
  return { part, result, note: say.t(NOTES[state]) };
}
