import type { FunctionComponent } from "preact";
import { useEffect, useState } from "preact/hooks";
import { loadChapter } from "../data/load";
import type { Speech } from "../i18n";

const NOTES = { "": "planner.loading", none: "office.nothingPublished", failed: "office.failed" } as const;

interface Part<Props> {
  part: FunctionComponent<Props> | null;
  /** what is told as long as there is nothing else to see: that it is on its way, or why there is nothing */
  note: keyof typeof NOTES;
}

/** The code of a chapter, fetched when somebody opens it. */
export function usePart<Props>(load: () => Promise<FunctionComponent<Props>>): Part<Props> {
  const [part, setPart] = useState<FunctionComponent<Props> | null>(null);
  const [note, setNote] = useState<Part<Props>["note"]>("");
  useEffect(() => {
    load().then(
      (found) => setPart(() => found),
      () => setNote("failed"),
    );
  }, []);
  return { part, note };
}

/** What is published of a chapter, fetched when somebody opens it outside the office, which has its own. */
export function usePublished<Result>(
  name: "stress" | "housing",
  isOffice: boolean,
): { result: Result | null; note: keyof typeof NOTES } {
  const [result, setResult] = useState<Result | null>(null);
  const [note, setNote] = useState<keyof typeof NOTES>("");
  useEffect(() => {
    if (isOffice) return;
    loadChapter<Result>(name).then(
      (found) => {
        setResult(found);
        if (!found) setNote("none");
      },
      () => setNote("failed"),
    );
  }, []);
  return { result, note };
}

/** The place of a chapter that is not there yet. */
export function Waiting({ note, say }: { note: keyof typeof NOTES; say: Speech }) {
  return (
    <section class="panel" id="results" tabIndex={-1}>
      <p class="panel-body" role="status">
        {say.t(NOTES[note])}
      </p>
    </section>
  );
}
