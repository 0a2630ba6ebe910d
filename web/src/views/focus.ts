import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";

/** An element that gets the focus when it comes, and not again when it is drawn anew. */
export function useFirstFocus<T extends HTMLElement>(): RefObject<T | null> {
  const first = useRef<T>(null);
  useEffect(() => first.current?.focus(), []);
  return first;
}
