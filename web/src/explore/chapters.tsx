import type { Speech } from "../i18n";
import { CHAPTERS, type Chapter } from "../state";
import { served } from "../whatif/served";

interface Props {
  chapter: Chapter;
  say: Speech;
  /** whether a plan is published */
  planned: boolean;
  open: (chapter: Chapter) => void;
}

/** What the page can be opened for, in its head. */
export function Chapters({ chapter, say, planned, open }: Props) {
  return (
    <nav class="chapters" aria-label={say.t("chapter.label")}>
      {CHAPTERS.filter((name) => (name !== "whatif" || served()?.whatIf) && (name !== "plan" || planned)).map((name) => (
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
