import type { Dataset } from "../data/load";
import type { Row } from "../data/schema";
import type { Speech } from "../i18n";
import { Bar } from "./parts";

const isLacking = (value: unknown): boolean => value === 1 || value === true;
const isCombination = (row: Row, ids: string[]): boolean =>
  ids.every((id) => row[id] !== null && row[id] !== undefined && row[id] !== "");

/** All 16 combinations of lacks with the people in them, most people first; chart and table in one. */
export function Combinations({ data, say }: { data: Dataset; say: Speech }) {
  const { prerequisites, combinations } = data.study;
  const ids = prerequisites.map((one) => one.id);
  const number = (row: Row, name: string): number | null =>
    typeof row[name] === "number" ? (row[name] as number) : null;
  const last = (row: Row): number => (isCombination(row, ids) ? 0 : 1);
  const rows = [...combinations].sort(
    (a, b) => last(a) - last(b) || (number(b, "share") ?? -1) - (number(a, "share") ?? -1),
  );
  const largest = Math.max(0.01, ...rows.map((row) => number(row, "share") ?? 0));
  const what = (row: Row): string => {
    if (!isCombination(row, ids)) return say.t("combinations.undetermined");
    const names = prerequisites.filter((one) => isLacking(row[one.id])).map((one) => say.pick(one.label));
    if (names.length === 0) return say.t("combinations.nothing");
    return names.length === ids.length ? say.t("combinations.everything") : say.list(names);
  };
  return (
    <>
      <p>{say.t("combinations.intro")}</p>
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
                      <span
                        key={id}
                        class={isCombination(row, ids) ? (isLacking(row[id]) ? "dot on" : "dot") : "dot open"}
                      />
                    ))}
                  </span>
                  <span>{what(row)}</span>
                  <Bar middle={(number(row, "share") ?? 0) / largest} />
                </span>
              </th>
              <td class="number">{say.number(number(row, "residents"))}</td>
              <td class="number">{say.share(number(row, "share"), 1)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
