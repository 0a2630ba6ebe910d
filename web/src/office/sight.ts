import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";

/** An element that comes into sight when what it tells of changes; not when the page is opened. */
export function useInSight<T extends HTMLElement>(about: string, block: ScrollLogicalPosition): RefObject<T | null> {
  const seen = useRef(about);
  const one = useRef<T>(null);
  useEffect(() => {
    if (about && about !== seen.current) one.current?.scrollIntoView({ block });
    seen.current = about;
  }, [about]);
  return one;
}
