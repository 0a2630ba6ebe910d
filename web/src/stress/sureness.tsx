import { told } from "../office/text";
import { Section } from "../views/parts";
import { drawnText, openText, SEVERAL, shareText } from "./figures";
import type { Shown } from "./view";

/** How sure it is: three kinds of doubt, never merged; and the observed cases beside it. */
export function Sureness({ test, day, say }: Shown) {
  const several = day.whole.figures[SEVERAL];
  const [open, drawn] = [openText(several, say), drawnText(several, say)];
  return (
    <Section title={say.t("stress.sure")}>
      <dl class="office-doubts">
        <div>
          <dt>{say.t("stress.doubtOpen")}</dt>
          <dd>{open || (several?.share == null ? shareText(several, say) : say.t("stress.nothingOpen"))}</dd>
        </div>
        <div>
          <dt>{say.t("stress.doubtDrawn")}</dt>
          <dd>{drawn || say.t("stress.notDrawn")}</dd>
        </div>
      </dl>
      {day.choices.length > 0 && (
        <table class="counts whatif-table">
          <caption>{say.t("stress.doubtChoices", { k: test.components_needed })}</caption>
          <thead>
            <tr>
              <th scope="col">{say.t("stress.assumption")}</th>
              <th scope="col" class="number">
                {say.t("stress.share")}
              </th>
            </tr>
          </thead>
          <tbody>
            {day.choices.map((one) => (
              <tr key={one.choice}>
                <th scope="row">{told(one, "label", say) || one.choice}</th>
                <td class="number">{say.share(one.several_share)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <Incidence test={test} say={say} />
      <ul class="bullets soft">
        <li>{say.t("stress.limitHouseholds")}</li>
        <li>{say.t("stress.limitRates")}</li>
        <li>{say.t("stress.limitChance")}</li>
      </ul>
    </Section>
  );
}

function Incidence({ test, say }: Pick<Shown, "test" | "say">) {
  if (test.incidence.length === 0) return null;
  const day = test.scenarios.find((one) => one.id === test.incidence[0]?.scenario);
  return (
    <details class="planner-more">
      <summary>{say.t("stress.cases")}</summary>
      <p>{say.t("stress.casesWhy", { day: day ? told(day, "label", say) : "" })}</p>
      <table class="counts whatif-table">
        <caption class="visually-hidden">{say.t("stress.cases")}</caption>
        <thead>
          <tr>
            <th scope="col">{say.t("stress.wave")}</th>
            <th scope="col" class="number">
              {say.t("stress.areas")}
            </th>
            <th scope="col" class="number">
              {say.t("stress.rho")}
            </th>
            <th scope="col" class="number">
              p
            </th>
          </tr>
        </thead>
        <tbody>
          {test.incidence.map((one) => (
            <tr key={one.period}>
              <th scope="row">{one.period}</th>
              <td class="number">{say.number(one.n_areas)}</td>
              <td class="number">{say.number(one.rho, 2)}</td>
              <td class="number">{say.number(one.p_value, 2)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}
