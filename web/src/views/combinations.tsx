import type { Dataset } from "../data/load";
import type { Row } from "../data/schema";
import type { Speech } from "../i18n";
import { Bar, Wide } from "./parts";

const isLacking = (value: unknown): boolean => value === 1 || value === true;
const isUnknown = (value: unknown): boolean => value === null || value === undefined || value === "";
const isHeld = (row: Row): boolean => Boolean(row["suppressed"]);

/** A share that the rounded tables give as nothing although people are in it is "below one per cent". */
const someOf = (row: Row, share: number | null): number | null =>
  share === 0 && typeof row["residents"] === "number" && row["residents"] > 0 ? 0.001 : share;

/** Rows with people in them: full combinations, and what is known of the others, told one by one where possible. */
function rowsOf({ prerequisites, combinations, partly_known: partly }: Dataset["study"]): Row[] {
  const full = combinations.filter((row) => !prerequisites.some((one) => isUnknown(row[one.id])));
  const rest = combinations.filter((row) => !full.includes(row));
  const number = (row: Row): number => (typeof row["residents"] === "number" ? row["residents"] : -1);
  const told = [...full, ...(partly.length > 0 ? partly : rest)].filter((row) => number(row) > 0 || isHeld(row));
  return told.sort((a, b) => number(b) - number(a));
}

/** The combinations of lacks with the people in them, most people first; chart and table in one. */
export function Combinations({ data, say }: { data: Dataset; say: Speech }) {
  const { prerequisites } = data.study;
  const ids = prerequisites.map((one) => one.id);
  const number = (row: Row, name: string): number | null =>
    typeof row[name] === "number" ? (row[name] as number) : null;
  const rows = rowsOf(data.study);
  const largest = Math.max(0.01, ...rows.map((row) => number(row, "share") ?? 0));
  const what = (row: Row): string => {
    if (ids.every((id) => isUnknown(row[id]))) return say.t("combinations.undetermined");
    const lacking = prerequisites.filter((one) => isLacking(row[one.id])).map((one) => say.pick(one.label));
    const open = prerequisites.filter((one) => isUnknown(row[one.id])).map((one) => say.pick(one.label));
    if (lacking.length === ids.length) return say.t("combinations.everything");
    const sure = lacking.length === 0 ? say.t("combinations.nothing") : say.list(lacking);
    return open.length === 0 ? sure : say.t("combinations.open", { sure, open: say.list(open) });
  };
  const figure = (row: Row, name: string, text: (value: number | null) => string): string =>
    number(row, name) === null && isHeld(row) ? say.t("value.held") : text(number(row, name));
  return (
    <>
      <p>{say.t("combinations.intro")}</p>
      <Wide label={say.t("combinations.caption")} hint={say.t("table.wide")}>
      <table class="combinations">
        <caption>{say.t("combinations.caption")}</caption>
        <thead>
          <tr>
            <th scope="col">{say.t("combinations.missing")}</th>
            <th scope="col" class="number">
              {say.t("combinations.residents")}
            </th>
            <th scope="col" class="number">
              {say.t("combinations.share")}
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row, at) => (
            <tr key={at}>
              <th scope="row">
                <span class="combination">
                  <span class="dots" aria-hidden="true">
                    {ids.map((id) => (
                      <span key={id} class={isUnknown(row[id]) ? "dot open" : isLacking(row[id]) ? "dot on" : "dot"}>
                        {isUnknown(row[id]) ? "?" : ""}
                      </span>
                    ))}
                  </span>
                  <span>{what(row)}</span>
                  <Bar middle={(number(row, "share") ?? 0) / largest} />
                </span>
              </th>
              <td class="number">{figure(row, "residents", (value) => say.number(value))}</td>
              <td class="number">{figure(row, "share", (value) => say.share(someOf(row, value)))}</td>
            </tr>
          ))}
        </tbody>
      </table>
      </Wide>
      <p class="soft">{say.t("combinations.signs")}</p>
    </>
  );
}
