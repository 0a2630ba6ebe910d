import type { Speech } from "../i18n";
import type { Count } from "./api";

/** A count as a number, for sorting and drawing; what is held back counts nothing. */
export function countOf(count: Count | undefined): number {
  if (count === undefined) return 0;
  if (typeof count === "number") return count;
  return "about" in count ? count.about : 0;
}

const isNothing = (count: Count | undefined): boolean => count === undefined || count === 0;
const isHeld = (count: Count | undefined): boolean => typeof count === "object" && "fewer_than" in count;

/** Some counts less others, in words and as a number; null where one of them is held back. */
export class Net {
  readonly value: number | null;
  readonly isNothing: boolean;
  readonly isAbout: boolean;

  constructor(
    readonly more: Count | undefined,
    readonly less: Count | undefined = 0,
  ) {
    const both = [more, less];
    this.value = both.some(isHeld) ? null : countOf(more) - countOf(less);
    this.isNothing = both.every(isNothing);
    this.isAbout = both.some((count) => typeof count === "object");
  }

  text(say: Speech): string {
    if (isNothing(this.less)) return countText(this.more ?? 0, say);
    if (!this.isAbout) return say.number(this.value);
    return `${isNothing(this.more) ? "" : `${countText(this.more, say)} `}− ${countText(this.less, say)}`;
  }
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
