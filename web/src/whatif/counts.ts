import type { Speech } from "../i18n";
import type { Count } from "./api";

/** A count as a number, for sorting and drawing; what is held back counts nothing. */
export function countOf(count: Count | undefined): number {
  if (count === undefined) return 0;
  if (typeof count === "number") return count;
  return "about" in count ? count.about : 0;
}

/** Persons as one reads them: whole, "about 120", "fewer than 3". */
export function countText(count: Count | undefined, say: Speech): string {
  if (count === undefined) return say.t("value.none");
  if (typeof count !== "number")
    return "about" in count
      ? say.t("whatif.about", { n: say.number(count.about) })
      : say.t("whatif.fewer", { n: say.number(count.fewer_than) });
  if (count > 0 && count < 0.5) return say.t("whatif.underOne");
  return say.number(count);
}
