import type { Speech } from "../i18n";
import { plainly, told } from "../office/text";
import { Section, Wide } from "../views/parts";
import type { Parameter, ReadyScenario } from "./api";
import { componentName, SEVERAL } from "./figures";
import { basis } from "./rules";
import type { Shown } from "./view";

/** Parameters by the beginning of their ids, for each component. */
const PARAMETERS: Record<string, string[]> = {
  line: ["stress.mbit.", "stress.usable_line_share", "stress.line_quantile", "stress.upload_by_download"],
  green: ["stress.green_m2_per_visitor", "stress.heat_visits_factor", "stress.shaded_share", "green."],
  supply: ["stress.shop_", "stress.sales_"],
  heat: ["stress.heat_building_years"],
  several: ["stress.components_needed"],
};

/** Why: how the chosen component is judged, and the dated assumptions of the day that it rests on. */
export function Basis({ test, day, component, say }: Shown) {
  const name = componentName(test, component, say);
  const long = test.components.find((one) => one.id === component);
  const known = PARAMETERS[component] ?? [];
  const parameters = test.parameters.filter((one) => known.some((start) => one.id.startsWith(start)));
  return (
    <Section title={say.t("stress.why", { name })}>
      {component === SEVERAL ? (
        <p>{say.t("stress.severalWhy", { k: test.components_needed })}</p>
      ) : (
        <p>{long ? plainly(told(long, "long", say)) : ""}</p>
      )}
      <p class="soft">{say.t("stress.chance")}</p>
      <details class="planner-more">
        <summary>{say.t("stress.rules", { day: told(day, "label", say) })}</summary>
        <Rules scenario={day} component={component} say={say} />
        {parameters.length > 0 && <Parameters parameters={parameters} say={say} />}
      </details>
    </Section>
  );
}

/** Who does what and how likely, and which rules hold: each with source, date and evidence. */
export function Rules({ scenario, component, say }: { scenario: ReadyScenario; component: string; say: Speech }) {
  const { activities, rules } = basis(scenario, component);
  const label = say.t("stress.rules", { day: told(scenario, "label", say) });
  if (activities.length + rules.length === 0) return <p class="soft">{say.t("stress.noRules")}</p>;
  return (
    <Wide label={label} hint={say.t("table.wide")}>
      <table class="counts office-rules">
        <caption class="visually-hidden">{label}</caption>
        <thead>
          <tr>
            <th scope="col">{say.t("stress.rule")}</th>
            <th scope="col" class="number">
              {say.t("stress.value")}
            </th>
            <th scope="col">{say.t("stress.source")}</th>
          </tr>
        </thead>
        <tbody>
          {activities.map((one) => (
            <tr key={`${one.who}${one.what}`}>
              <th scope="row">
                {told(one, "who", say)}: {told(one, "what", say)}
              </th>
              <td class="number">{say.share(one.chance)}</td>
              <Source one={one} say={say} />
            </tr>
          ))}
          {rules.map((one) => (
            <tr key={one.name}>
              <th scope="row">{told(one, "name", say)}</th>
              <td class="number">{told(one, "value", say)}</td>
              <Source one={one} say={say} />
            </tr>
          ))}
        </tbody>
      </table>
    </Wide>
  );
}

function Source({ one, say }: { one: { date: string; evidence: string }; say: Speech }) {
  return (
    <td>
      {told(one, "source", say)}
      <small class="span">
        {say.date(one.date)} · {told(one, "evidence", say)}
      </small>
    </td>
  );
}

function Parameters({ parameters, say }: { parameters: Parameter[]; say: Speech }) {
  return (
    <Wide label={say.t("stress.parameters")} hint={say.t("table.wide")}>
      <table class="counts office-rules">
        <caption>{say.t("stress.parameters")}</caption>
        <thead>
          <tr>
            <th scope="col">{say.t("stress.parameter")}</th>
            <th scope="col" class="number">
              {say.t("stress.value")}
            </th>
            <th scope="col">{say.t("stress.source")}</th>
          </tr>
        </thead>
        <tbody>
          {parameters.map((one) => (
            <tr key={one.id}>
              <th scope="row">
                {say.word("parameter", one.id)}
                <small>
                  <code>{one.id}</code>
                </small>
              </th>
              <td class="number">{plainValue(one.value, say)}</td>
              <td>
                <span lang="en">{one.source}</span>
                <small class="span">
                  {say.date(one.date)} · {say.word("evidence", one.evidence)}
                </small>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Wide>
  );
}

/** A value of a parameter: a number, two beside each other, low to high, which of what follows from which. */
export function plainValue(value: unknown, say: Speech): string {
  if (typeof value === "number") return say.plain(value);
  if (Array.isArray(value) && value.every(Array.isArray)) {
    return value.map((one: unknown[]) => one.map((part) => plainValue(part, say)).join("\u00a0→\u00a0")).join("; ");
  }
  if (Array.isArray(value)) return value.map((one) => plainValue(one, say)).join(value.length > 2 ? " – " : " / ");
  if (typeof value === "string") return value.replace("_to_", "–").replaceAll("_", " ");
  if (value !== null && typeof value === "object") {
    return Object.entries(value)
      .map(([key, one]) => `${key}: ${plainValue(one, say)}`)
      .join("; ");
  }
  return String(value ?? "");
}
