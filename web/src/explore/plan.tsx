import { useEffect, useState } from "preact/hooks";
import type { Feature, FeatureCollection } from "geojson";
import { loadPlan, type Dataset } from "../data/load";
import type { Plan, PlanMeasure, Rounded } from "../data/schema";
import type { Speech } from "../i18n";
import type { CityMap } from "../map/citymap";
import type { Selection } from "../state";
import { Figure, Section, Wide } from "../views/parts";

interface Props {
  data: Dataset;
  say: Speech;
  city: CityMap | null;
  choose: (selection: Selection) => void;
}

interface Loaded {
  plan: Plan;
  shapes: FeatureCollection;
}

/** A plan that the office has released: which measures, where, for whom, at which cost, who pays. */
export function PlanView({ data, say, city, choose }: Props) {
  const [name, setName] = useState(data.plans[0]?.name ?? "");
  const [loaded, setLoaded] = useState<Loaded | null>(null);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    let current = true;
    setFailed(false);
    setLoaded(null);
    loadPlan(name).then(
      (found) => current && setLoaded(found),
      () => current && setFailed(true),
    );
    return () => {
      current = false;
    };
  }, [name]);
  useEffect(() => {
    void city?.planned(loaded ? featuresOf(loaded) : []);
    return () => void city?.planned([]);
  }, [loaded, city]);
  const entry = data.plans.find((one) => one.name === name);
  return (
    <section class="panel" id="results" aria-label={say.t("chapter.plan")} tabIndex={-1}>
      <div class="panel-body" tabIndex={0} role="group" aria-label={say.t("chapter.plan")}>
        <h2>{entry?.title ?? say.t("chapter.plan")}</h2>
        {data.plans.length > 1 && (
          <label class="file">
            {say.t("plan.which")}
            <select value={name} onChange={(event) => setName(event.currentTarget.value)}>
              {data.plans.map((one) => (
                <option key={one.name} value={one.name}>
                  {one.title}
                </option>
              ))}
            </select>
          </label>
        )}
        <p class="notice">{entry?.notice}</p>
        {failed && (
          <p class="notice warning" role="alert">
            {say.t("plan.failed")}
          </p>
        )}
        {loaded && <Contents data={data} plan={loaded.plan} say={say} city={city} choose={choose} />}
      </div>
    </section>
  );
}

/** Shapes of the measures, and a point with the number of each. */
function featuresOf({ plan, shapes }: Loaded): Feature[] {
  const areas = shapes.features.filter((one) => one.geometry && one.geometry.type !== "Point");
  const points = plan.measures.map((one) => ({
    type: "Feature" as const,
    properties: { number: one.number },
    geometry: { type: "Point" as const, coordinates: one.point },
  }));
  return [...areas, ...points];
}

/** A count as it was released: "about 860", "fewer than 3". */
export function roundedText(count: Rounded, say: Speech): string {
  if (!count) return say.t("value.none");
  if ("about" in count) return say.t("plan.about", { n: say.number(count.about) });
  return "fewer_than" in count ? say.t("plan.fewer", { n: count.fewer_than }) : say.t("value.none");
}

const euros = (value: number | null, say: Speech): string =>
  value === null ? say.t("value.none") : `${say.number(Math.round(value / 1000) * 1000)}\u00a0€`;

/** From the low to the high estimate, or the one of them that is known. */
function span(low: number | null, high: number | null, say: Speech): string {
  if (low !== null && high !== null) return `${euros(low, say)} – ${euros(high, say)}`;
  if (low !== null) return say.t("plan.from", { low: euros(low, say) });
  return high === null ? "" : say.t("plan.upTo", { high: euros(high, say) });
}

function Contents({ data, plan, say, city, choose }: Omit<Props, "city"> & { plan: Plan; city: CityMap | null }) {
  const { outcome, solution } = plan;
  return (
    <>
      <dl class="figures">
        <Figure
          label={say.t("plan.cost")}
          value={euros(solution.cost_eur, say)}
          note={say.t("plan.budget", { budget: euros(plan.ask.budget_eur, say) })}
        />
        <Figure
          label={say.t("plan.relieved", { k: data.study.lacks_needed })}
          value={roundedText(outcome.people_relieved, say)}
          note={say.t("plan.relievedWhy")}
        />
        <Figure label={say.t("plan.measures")} value={say.number(plan.measures.length)} note={say.t("plan.sites", { n: say.number(solution.n_sites) })} />
        <Figure
          label={say.t("plan.proof")}
          value={say.word("plan.status", solution.status)}
          note={solution.gap === null ? "" : say.t("plan.gap", { gap: say.share(solution.gap, 2) })}
        />
      </dl>
      {plan.warnings.map((text) => (
        <p key={text} class="notice warning">
          {text}
        </p>
      ))}
      <Gains data={data} plan={plan} say={say} />
      <Measures plan={plan} say={say} city={city} />
      <Funders plan={plan} say={say} />
      <ByQuarter data={data} plan={plan} say={say} choose={choose} />
    </>
  );
}

function Gains({ data, plan, say }: Pick<Props, "data" | "say"> & { plan: Plan }) {
  return (
    <Section title={say.t("plan.gains")}>
      <table>
        <caption class="visually-hidden">{say.t("plan.gains")}</caption>
        <thead>
          <tr>
            <th scope="col">{say.t("plan.prerequisite")}</th>
            <th scope="col" class="number">{say.t("plan.gain")}</th>
            <th scope="col" class="number">{say.t("plan.lose")}</th>
          </tr>
        </thead>
        <tbody>
          {plan.outcome.by_prerequisite.map((one) => {
            const known = data.study.prerequisites.find((entry) => entry.id === one.id);
            return (
              <tr key={one.id}>
                <th scope="row">{known ? say.name(known.label) : one.id}</th>
                <td class="number">{roundedText(one.gain, say)}</td>
                <td class="number">{roundedText(one.lose, say)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </Section>
  );
}

function Measures({ plan, say, city }: { plan: Plan; say: Speech; city: CityMap | null }) {
  const years = (one: PlanMeasure): string =>
    one.start_year === null || one.ready_year === null ? say.t("value.none") : `${one.start_year}–${one.ready_year}`;
  return (
    <Section title={say.t("plan.list")}>
      <Wide label={say.t("plan.list")} hint={say.t("table.wide")}>
        <table class="measures">
          <caption class="visually-hidden">{say.t("plan.list")}</caption>
          <thead>
            <tr>
              <th scope="col">{say.t("plan.measure")}</th>
              <th scope="col" class="number">{say.t("plan.costs")}</th>
              <th scope="col" class="number">{say.t("plan.helped")}</th>
            </tr>
          </thead>
          <tbody>
            {plan.measures.map((one) => (
              <tr key={one.number} data-measure={one.number}>
                <th scope="row">
                  <button type="button" class="plain" onClick={() => void city?.goTo(one.point)}>
                    <b>{one.number}</b> {one.label}
                  </button>
                  <small>{[one.name, one.quarter, years(one)].filter((text) => text && text !== one.label).join(" · ")}</small>
                  <small>{one.reason}</small>
                </th>
                <td class="number">
                  {euros(one.cost.mid_eur, say)}
                  <small class="span">{span(one.cost.low_eur, one.cost.high_eur, say)}</small>
                  {one.verify && <small class="span check">{say.t("why.verify")}</small>}
                </td>
                <td class="number">{roundedText(one.effect.relieved, say)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Wide>
      <p class="soft">{say.t("plan.alone")}</p>
    </Section>
  );
}

/** Who pays, over all programme years: sums of the published table of costs and financing. */
function Funders({ plan, say }: { plan: Plan; say: Speech }) {
  const rows = plan.financing.filter((one) => one.basis === "programme");
  const sums = new Map<string, number>();
  for (const one of rows) sums.set(one.funder, (sums.get(one.funder) ?? 0) + one.eur);
  const total = [...sums.values()].reduce((sum, one) => sum + one, 0);
  if (total <= 0) return null;
  return (
    <Section title={say.t("plan.funders")}>
      <table>
        <caption class="visually-hidden">{say.t("plan.funders")}</caption>
        <tbody>
          {[...sums].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([funder, sum]) => (
            <tr key={funder}>
              <th scope="row">{say.word("plan.funder", funder)}</th>
              <td class="number">{euros(sum, say)}</td>
              <td class="number">{say.share(sum / total)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p class="soft">{say.t("plan.fundersWhy")}</p>
    </Section>
  );
}

function ByQuarter({ data, plan, say, choose }: Pick<Props, "data" | "say" | "choose"> & { plan: Plan }) {
  const rows = plan.outcome.by_quarter.filter((one) => one.relieved && "about" in one.relieved && one.relieved.about > 0);
  if (rows.length === 0) return null;
  const about = (count: Rounded): number => (count && "about" in count ? count.about : 0);
  return (
    <Section title={say.t("plan.quarters")}>
      <ul class="links">
        {[...rows].sort((a, b) => about(b.relieved) - about(a.relieved) || (a.quarter_id < b.quarter_id ? -1 : 1)).map((one) => (
          <li key={one.quarter_id}>
            <button
              type="button"
              disabled={data.quarters.table.row(one.quarter_id) === undefined}
              onClick={() => choose({ level: "quarters", id: one.quarter_id })}
            >
              <span>{one.name || one.quarter_id}</span>
              <span>{roundedText(one.relieved, say)}</span>
            </button>
          </li>
        ))}
      </ul>
    </Section>
  );
}
