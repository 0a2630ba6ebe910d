import { useRef, useState } from "preact/hooks";

/** A form that survives a reload; what is named in `fresh` begins anew. */
export function useKept<Draft extends object>(
  key: string,
  first: () => Draft,
  fresh: (keyof Draft)[],
): [Draft, (change: Partial<Draft>) => void] {
  const [draft, setDraft] = useState<Draft>(() => ({ ...first(), ...left<Draft>(key) }));
  const now = useRef(draft);
  const set = (change: Partial<Draft>): void => {
    now.current = { ...now.current, ...change };
    setDraft(now.current);
    const told = Object.entries(now.current).filter(([name]) => !fresh.includes(name as keyof Draft));
    try {
      localStorage.setItem(key, JSON.stringify(Object.fromEntries(told)));
    } catch {
      // a browser that stores nothing: the form lasts as long as the page
    }
  };
  return [draft, set];
}

function left<Draft>(key: string): Partial<Draft> {
  try {
    return JSON.parse(localStorage.getItem(key) ?? "{}") as Partial<Draft>;
  } catch {
    return {};
  }
}

/** As many as were asked for; below none stands for those of the study. */
export const drawsOf = (asked: number | null | undefined, about: { draws: number }): number =>
  asked == null || asked < 0 ? about.draws : asked;
