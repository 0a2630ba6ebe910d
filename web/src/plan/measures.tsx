import { useEffect } from "preact/hooks";
import type { Dataset } from "../data/load";
import type { Speech } from "../i18n";
import type { CityMap } from "../map/citymap";
import { euro } from "../office/amounts";
import { Section } from "../views/parts";
import { personsOf, personsText, span } from "./amounts";
import type { Measure, Plan } from "./api";
import type { Planner } from "./session";
import { usePlanner } from "./use";

interface Props {
  data: Dataset;
  plan: Plan;
  planner: Planner;
  say: Speech;
  city: CityMap | null;
}

/** The measures of a plan: what, where, when, for how much, for whom; a click shows them on the map. */
export function Measures({ data, plan, planner, say, city }: Props) {
  const { measure } = usePlanner(planner);
  useEffect(() => {
    if (!measure) return;
    document.querySelector(`[data-measure="${CSS.escape(measure)}"]`)?.scrollIntoView({ block: "nearest" });
  }, [measure]);
  const show = (one: Measure): void => {
    planner.chooseMeasure(one.number);
    void city?.goTo(one.point);
  };
  return (
    <Section title={say.t("plan.list")}>
      {plan.measures.length === 0 && <p class="soft">{say.t("planner.noMeasures")}</p>}
      <ol class="planner-measures">
        {plan.measures.map((one) => (
          <li key={one.number} data-measure={one.number} class={one.number === measure ? "over" : ""}>
            <button
              type="button"
              class="planner-measure"
              aria-pressed={one.number === measure}
              onClick={() => show(one)}
            >
              <b class="whatif-badge">{one.number}</b>
              <span>
                {one.name || one.label}
                <small>{besides(one)}</small>
              </span>
            </button>
            <Facts data={data} one={one} say={say} />
            <details class="planner-more">
              <summary>{say.t("planner.why")}</summary>
              <p>{one.reason}</p>
              {one.programme && <p>{say.t("planner.paidFrom", { name: one.programme })}</p>}
              <p class="soft">{say.t("planner.costFrom", { source: one.cost_source })}</p>
            </details>
          </li>
        ))}
      </ol>
      <p class="soft">{say.t("plan.alone")}</p>
    </Section>
  );
}

/** Kind, quarter and years, as far as the name does not say them. */
function besides(one: Measure): string {
  const kind = one.name && !one.name.startsWith(one.label) ? one.label : "";
  const years = one.start_year === null || one.ready_year === null ? "" : `${one.start_year}–${one.ready_year}`;
  return [kind, one.name.endsWith(one.quarter) ? "" : one.quarter, years].filter(Boolean).join(" · ");
}

function Facts({ data, one, say }: { data: Dataset; one: Measure; say: Speech }) {
  const gains = data.study.prerequisites.flatMap((entry) => {
    const gain = one.effect.prerequisites[entry.id]?.gain;
    return personsOf(gain) >= 0.5 ? [`${say.name(entry.label)} ${personsText(gain, say)}`] : [];
  });
  return (
    <dl class="planner-facts">
      <div>
        <dt>{say.t("planner.cost")}</dt>
        <dd>
          {euro(one.cost.mid_eur, say)}
          <small>{span(one.cost, say)}</small>
          {one.verify && <small class="check">{say.t("why.verify")}</small>}
        </dd>
      </div>
      <div>
        <dt>{say.t("planner.gainsAlone")}</dt>
        <dd>{gains.length > 0 ? gains.map((text) => <span key={text}>{text}</span>) : say.t("planner.nobodyAlone")}</dd>
      </div>
      <div>
        <dt>{say.t("plan.helped")}</dt>
        <dd>
          {personsText(one.effect.relieved, say)}
          {one.chosen_share !== null && (
            <small>{say.t("planner.inVariants", { share: say.share(one.chosen_share) })}</small>
          )}
        </dd>
      </div>
    </dl>
  );
}
