import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";

/** An element that gets the focus when it comes, and not again when it is drawn anew. */
export function useFirstFocus<T extends HTMLElement>(): RefObject<T | null> {
  const first = useRef<T>(null);
  useEffect(() => first.current?.focus(), []);
  return first;
}

/** The panel gets the focus where the element that had it is gone: the next Tab goes on from there. */
export function refocus(): void {
  requestAnimationFrame(() => {
    if (document.activeElement === document.body) document.getElementById("results")?.focus({ preventScroll: true });
  });
}
