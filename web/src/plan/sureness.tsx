import type { Speech } from "../i18n";
import { Bar, Section, Wide } from "../views/parts";
import type { Plan } from "./api";

const FIRM = 0.999;
const LIKELY = 0.5;

/** How far the choice rests on assumptions: in how many variants each measure is chosen again. */
export function Sureness({ plan, say }: { plan: Plan; say: Speech }) {
  const known = plan.measures.filter((one) => one.chosen_share !== null);
  if (known.length === 0) {
    return (
      <Section title={say.t("planner.sure")}>
        <p class="soft">{say.t("planner.sureNone")}</p>
      </Section>
    );
  }
  const of = (from: number, below: number): number =>
    known.filter((one) => (one.chosen_share ?? 0) >= from && (one.chosen_share ?? 0) < below).length;
  const groups = [
    { key: "firm", n: of(FIRM, 2) },
    { key: "likely", n: of(LIKELY, FIRM) },
    { key: "open", n: of(0, LIKELY) },
  ] as const;
  return (
    <Section title={say.t("planner.sure")}>
      <p class="soft">{say.t("planner.sureWhy", { n: plan.variants.length })}</p>
      <ul class="planner-sure">
        {groups.map((one) => (
          <li key={one.key}>
            <span>{say.t(`planner.sure.${one.key}`)}</span>
            <Bar middle={one.n / known.length} />
            <b>{one.n === 1 ? say.t("planner.oneMeasure") : say.t("planner.nMeasures", { n: one.n })}</b>
          </li>
        ))}
      </ul>
      {plan.variants.length > 0 && (
        <details class="planner-more">
          <summary>{say.t("planner.variantTable")}</summary>
          <Wide label={say.t("planner.variantTable")} hint={say.t("table.wide")}>
            <table class="counts whatif-table">
              <caption class="visually-hidden">{say.t("planner.variantTable")}</caption>
              <thead>
                <tr>
                  <th scope="col">{say.t("planner.variantCost")}</th>
                  <th scope="col" class="number">
                    {say.t("planner.variantK")}
                  </th>
                  <th scope="col">{say.t("planner.goal")}</th>
                  <th scope="col" class="number">
                    {say.t("plan.measures")}
                  </th>
                  <th scope="col" class="number">
                    {say.t("planner.same")}
                  </th>
                </tr>
              </thead>
              <tbody>
                {plan.variants.map((one) => (
                  <tr key={`${one.level}${one.k}${one.weights}`}>
                    <th scope="row">{say.word("planner.level", one.level)}</th>
                    <td class="number">{one.k}</td>
                    <td>{say.word("planner.goal", one.weights)}</td>
                    <td class="number">{one.reason ? "" : say.number(one.n_sites)}</td>
                    <td class="number">
                      {one.reason || one.same === null ? say.t("planner.variantOpen") : say.share(one.same)}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </Wide>
        </details>
      )}
    </Section>
  );
}
