import { useEffect, useRef } from "preact/hooks";
import type { Speech } from "../i18n";
import { CHAPTERS, COLOURING, type Chapter } from "../state";
import { served } from "../whatif/served";

interface Props {
  chapter: Chapter;
  say: Speech;
  /** whether a plan is published, or any can be made */
  planned: boolean;
  /** chapters with results of their own that there are */
  offered: Chapter[];
  open: (chapter: Chapter) => void;
}

/** What the page can be opened for, in its head. */
export function Chapters({ chapter, say, planned, offered, open }: Props) {
  const isThere = (name: Chapter): boolean =>
    (name !== "whatif" || served()?.whatIf === true) &&
    (name !== "plan" || planned) &&
    (!COLOURING.includes(name) || offered.includes(name));
  const row = useRef<HTMLElement>(null);
  const shown = CHAPTERS.filter(isThere);
  useEffect(() => bringIntoRow(row.current), [chapter, say.language, shown.join()]);
  return (
    <nav class="chapters" aria-label={say.t("chapter.label")} ref={row}>
      {shown.map((name) => (
        <button
          key={name}
          id={`chapter-${name}`}
          type="button"
          aria-current={chapter === name ? "page" : undefined}
          onClick={() => open(name)}
        >
          {say.t(`chapter.${name}`)}
        </button>
      ))}
    </nav>
  );
}

/** On a phone the row is longer than the page is wide: the open chapter is in the middle of it. The page stays put. */
function bringIntoRow(row: HTMLElement | null): void {
  const open = row?.querySelector("[aria-current]")?.getBoundingClientRect();
  if (!row || !open) return;
  const middle = row.getBoundingClientRect().left + row.clientWidth / 2;
  row.scrollLeft += open.left + open.width / 2 - middle;
}
