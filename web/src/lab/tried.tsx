import { euro } from "../office/amounts";
import { people, told } from "../office/text";
import { Section, Wide } from "../views/parts";
import { caseOf, expectedOf, personsOf, unitsText, type Shown } from "./view";

/** What somebody asked to try: beside what is to be expected, and all at once. */
export function Tried({ lab, say }: Shown) {
  const tried = lab.concepts.filter((one) => caseOf(one, "taken"));
  if (tried.length === 0) return null;
  const both = lab.together;
  const title = say.t("lab.tried");
  return (
    <Section title={title}>
      <Wide label={title} hint={say.t("table.wide")}>
        <table class="counts whatif-table">
          <caption class="visually-hidden">{title}</caption>
          <thead>
            <tr>
              <th scope="col">{say.t("lab.concept")}</th>
              <th scope="col" class="number wraps">
                {say.t("lab.perYear")}
              </th>
              <th scope="col" class="number wraps">
                {say.t("lab.inYears", { years: lab.years })}
              </th>
              <th scope="col" class="number wraps">
                {say.t("lab.people")}
              </th>
              <th scope="col" class="number wraps">
                {say.t("lab.expected")}
              </th>
              <th scope="col" class="number">
                {say.t("planner.cost")}
              </th>
            </tr>
          </thead>
          <tbody>
            {tried.map((one) => {
              const taken = caseOf(one, "taken");
              const most = caseOf(one, "expected_high")?.units ?? null;
              const isBeyond = taken?.units != null && most !== null && taken.units > most;
              return (
                <tr key={one.id}>
                  <th scope="row">
                    {told(one, "label", say)}
                    {isBeyond && <small>{say.t("lab.beyond", { most: unitsText(most, say) })}</small>}
                  </th>
                  <td class="number">{unitsText(lab.ask.take[one.id], say)}</td>
                  <td class="number">{unitsText(taken?.units, say)}</td>
                  <td class="number">{personsOf(taken, say)}</td>
                  <td class="number">{expectedOf(one, say)}</td>
                  <td class="number">{euro(taken?.cost_mid_eur, say)}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </Wide>
      {both && (
        <p>
          {say.t("lab.together", {
            persons: people(both["persons_low"], both["persons_high"], say),
            crowded: people(both["crowded_persons_low"], both["crowded_persons_high"], say),
            families: people(both["family_persons_low"], both["family_persons_high"], say),
          })}
        </p>
      )}
    </Section>
  );
}
