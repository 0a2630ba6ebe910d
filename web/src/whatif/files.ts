import type { Speech } from "../i18n";
import type { Count, Effect } from "./api";
import { countOf, countText } from "./counts";

/** A text as a file of the browser. */
export function saved(text: string, name: string, type = "text/csv;charset=utf-8"): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** A text cell that no spreadsheet takes for a formula. */
const cell = (value: string | number): string => {
  const text = String(value);
  const safe = typeof value === "string" && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[";\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};

/** The effect by quarter as CSV (semicolon, UTF-8 with BOM, as spreadsheets in Germany open it). [persons, shares]
 *
 *  What is held back stands as "fewer than 3", never as 0. */
export function sheetOf(effect: Effect, say: Speech): string {
  const ids = Object.keys(effect.residents.prerequisites);
  const share = `several_k${effect.lacks_needed}_share`;
  const head = ["quarter_id", "name", "relieved", "newly_lacking", "share_before", "share_after"];
  const parts = ids.flatMap((id) => [`${id}_no_longer_lacking`, `${id}_now_lacking`]);
  const number = (value: number | null | undefined): string =>
    value === null || value === undefined
      ? ""
      : say.language === "de"
        ? String(value).replace(".", ",")
        : String(value);
  const persons = (count: Count | undefined): string =>
    typeof count === "object" && "fewer_than" in count ? countText(count, say) : number(countOf(count));
  const rows = effect.quarters.map((one) => [
    one.quarter_id,
    one.name,
    persons(one.relieved),
    persons(one.newly_lacking),
    number(one.before?.[share]),
    number(one.after?.[share]),
    ...ids.flatMap((id) => [
      persons(one.prerequisites[id]?.no_longer_lacking),
      persons(one.prerequisites[id]?.now_lacking),
    ]),
  ]);
  return `\ufeff${[[...head, ...parts], ...rows].map((row) => row.map(cell).join(";")).join("\r\n")}\r\n`;
}
