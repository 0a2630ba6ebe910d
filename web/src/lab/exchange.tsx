import { Section } from "../views/parts";
import { told } from "../office/text";
import { caseOf, expectedOf, personsOf, type Shown } from "./view";

/** Rings and chains of exchanges: how many people they could reach step by step, and how few are to be expected. */
export function Exchange({ lab, say, turn }: Shown) {
  const exchange = lab.concepts.find((one) => one.effect === "exchange");
  if (!exchange || !caseOf(exchange, "potential_rooms")) return null;
  const steps = ["potential_rooms", "potential_near", "potential_rent"]
    .map((name) => ({ name: say.word("lab.ring", name), value: personsOf(caseOf(exchange, name), say) }))
    .concat({ name: say.t("lab.expectedIn", { years: lab.years, lead: say.plain(exchange.lead_years ?? 0) }), value: expectedOf(exchange, say) });
  const title = say.t("lab.exchange");
  return (
    <Section title={title}>
      <p>{say.t("lab.exchangeWhy")}</p>
      <table class="counts whatif-table">
        <caption class="visually-hidden">{title}</caption>
        <thead>
          <tr>
            <th scope="col">{say.t("lab.if")}</th>
            <th scope="col" class="number">
              {say.t("lab.people")}
            </th>
          </tr>
        </thead>
        <tbody>
          {steps.map((one, at) => (
            <tr key={one.name} class={at === steps.length - 1 ? "office-last" : ""}>
              <th scope="row">{one.name}</th>
              <td class="number">{one.value}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p class="soft">{told(exchange, "uptake_source", say)}</p>
      <p>
        <button type="button" class="plain" onClick={() => turn(exchange.id)}>
          {say.t("lab.sheetOf", { name: told(exchange, "label", say) })}
        </button>
      </p>
    </Section>
  );
}
