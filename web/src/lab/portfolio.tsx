import { euro } from "../office/amounts";
import { people, told } from "../office/text";
import { Section, Wide } from "../views/parts";
import type { Lab } from "./api";
import { unitsText, type Shown } from "./view";

/** Which concepts a budget would fund: units, cost, people; what was proven; what was left out and why. */
export function PortfolioView({ lab, say }: Shown) {
  const { portfolio } = lab;
  if (!portfolio) return null;
  const title = say.t("lab.portfolio", { budget: euro(portfolio.budget_eur, say) });
  const again = portfolio.recomputed;
  const isRented = again.persons_low_rent !== null && again.persons_high_rent !== null;
  return (
    <Section title={title}>
      <Wide label={title} hint={say.t("table.wide")}>
        <table class="counts planner-kuf">
          <caption class="visually-hidden">{title}</caption>
          <thead>
            <tr>
              <th scope="col">{say.t("lab.concept")}</th>
              <th scope="col" class="number">
                {say.t("lab.units")}
              </th>
              <th scope="col" class="number">
                {say.t("planner.cost")}
              </th>
              <th scope="col" class="number">
                {say.t("lab.people")}
              </th>
            </tr>
          </thead>
          <tbody>
            {portfolio.chosen.map((one) => (
              <tr key={one.concept_id}>
                <th scope="row">{nameOf(lab, one.concept_id, say)}</th>
                <td class="number">{unitsText(one.units, say)}</td>
                <td class="number">{euro(one.cost_eur, say)}</td>
                <td class="number">{people(one.persons, one.persons, say)}</td>
              </tr>
            ))}
          </tbody>
          <tfoot>
            <tr>
              <th scope="row">{say.t("lab.allAtOnce")}</th>
              <td />
              <td class="number">{euro(portfolio.cost_eur, say)}</td>
              <td class="number">{people(again.persons_low, again.persons_high, say)}</td>
            </tr>
          </tfoot>
        </table>
      </Wide>
      <p>
        {say.t(portfolio.status === "optimal" ? "lab.optimal" : "lab.feasible", { gap: say.share(portfolio.gap, 1) })}{" "}
        {isRented &&
          say.t("lab.withRent", { persons: people(again.persons_low_rent, again.persons_high_rent, say) })}
      </p>
      <p class="soft">{say.t("lab.portfolioWhy")}</p>
      {portfolio.left_out.length > 0 && (
        <details class="planner-more">
          <summary>{say.t("lab.leftOut")}</summary>
          <ul class="bullets">
            {portfolio.left_out.map((one) => (
              <li key={one.concept_id}>
                {nameOf(lab, one.concept_id, say)}: {told(one, "why", say)}
              </li>
            ))}
          </ul>
        </details>
      )}
    </Section>
  );
}

function nameOf(lab: Lab, id: string, say: Shown["say"]): string {
  const found = lab.concepts.find((one) => one.id === id);
  return found ? told(found, "label", say) : id;
}
