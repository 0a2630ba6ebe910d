import type { Speech } from "../i18n";
import type { Figure } from "./api";
import { openText, shareText } from "./figures";

/** A share, and what the data leave open around it. */
export function WithRange({ figure, say }: { figure: Figure | undefined; say: Speech }) {
  const range = openText(figure, say);
  return (
    <>
      {shareText(figure, say)}
      {range && <small class="span">{range}</small>}
    </>
  );
}
