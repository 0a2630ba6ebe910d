import { people, told } from "../office/text";
import { Section, Wide } from "../views/parts";
import type { Shown } from "./view";

/** Whether the expected effect is above nothing in nearly all draws of the households. */
export function Stability({ lab, say }: Shown) {
  const first = lab.stability[0];
  const title = say.t("lab.sure");
  if (!first) {
    return (
      <Section title={title}>
        <p class="soft">{say.t("stress.notDrawn")}</p>
      </Section>
    );
  }
  const sign = (one: (typeof lab.stability)[number]): string =>
    say.t(one.positive_share === 0 ? "lab.signNone" : one.stable ? "lab.signStable" : "lab.signOpen");
  return (
    <Section title={title}>
      <p class="soft">{say.t("lab.sureWhy", { n: first.n_draws })}</p>
      <Wide label={title} hint={say.t("table.wide")}>
        <table class="counts whatif-table">
          <caption class="visually-hidden">{title}</caption>
          <thead>
            <tr>
              <th scope="col">{say.t("lab.concept")}</th>
              <th scope="col" class="number">
                {say.t("lab.people")}
              </th>
              <th scope="col">{say.t("lab.sign")}</th>
            </tr>
          </thead>
          <tbody>
            {lab.stability.map((one) => {
              const concept = lab.concepts.find((other) => other.id === one.concept_id);
              return (
                <tr key={one.concept_id}>
                  <th scope="row">{concept ? told(concept, "label", say) : one.concept_id}</th>
                  <td class="number">{people(one.persons_low, one.persons_high, say)}</td>
                  <td>{sign(one)}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </Wide>
    </Section>
  );
}
