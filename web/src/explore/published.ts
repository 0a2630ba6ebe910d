import { useEffect, useState } from "preact/hooks";
import { loadChapters } from "../data/load";
import type { Chapter } from "../state";
import { served } from "../whatif/served";

/** Which chapters with results of their own there are; null as long as that is not known. */
export function useOffered(): Chapter[] | null {
  const [offered, setOffered] = useState<Chapter[] | null>(inOffice);
  useEffect(() => {
    void loadChapters().then((told) => setOffered([...new Set([...(inOffice() ?? []), ...told.map(chapterOf)])]));
  }, []);
  return offered;
}

const chapterOf = (name: string): Chapter => (name === "housing" ? "lab" : "stress");

/** Those that the office's server makes. */
function inOffice(): Chapter[] | null {
  const own = served();
  const made = [own?.stress && "stress", own?.lab && "lab"].filter((one) => one === "stress" || one === "lab");
  return made.length > 0 ? made : null;
}
