import { useState } from "preact/hooks";
import type { Dataset } from "../data/load";
import type { Speech } from "../i18n";
import type { CityMap } from "../map/citymap";
import { euro } from "../office/amounts";
import { Figure, Section, Wide } from "../views/parts";
import { personsOf, personsText, unitText } from "./amounts";
import type { Plan } from "./api";
import { Funding } from "./funding";
import { Measures } from "./measures";
import type { Planner } from "./session";
import { Sureness } from "./sureness";
import { usePlanner } from "./use";

export interface ResultProps {
  data: Dataset;
  planner: Planner;
  say: Speech;
  city: CityMap | null;
}

/** A finished plan: what it brings, its measures, for whom, who pays, what binds, how sure it is. */
export function Result({ data, planner, say, city }: ResultProps) {
  const { plan } = usePlanner(planner);
  if (!plan) return null;
  return (
    <>
      <Head data={data} plan={plan} say={say} />
      {plan.warnings.map((text) => (
        <p key={text} class="notice warning" lang={data.study.language}>
          {text}
        </p>
      ))}
      <Gains data={data} plan={plan} say={say} />
      <Measures data={data} plan={plan} planner={planner} say={say} city={city} />
      <Quarters plan={plan} say={say} />
      <Funding planner={planner} plan={plan} say={say} />
      <Next plan={plan} say={say} />
      <Used plan={plan} say={say} />
      <Sureness plan={plan} say={say} />
    </>
  );
}

function Head({ data, plan, say }: Pick<ResultProps, "data" | "say"> & { plan: Plan }) {
  const { solution, outcome, ask } = plan;
  const gap = solution.gap === null ? "" : say.t("plan.gap", { gap: say.share(solution.gap, 2) });
  return (
    <dl class="figures">
      <Figure
        label={say.t("plan.relieved", { k: plan.study.lacks_needed })}
        value={personsText(outcome.people_relieved, say)}
        note={say.t("plan.relievedWhy")}
      />
      <Figure
        label={say.t("plan.cost")}
        value={euro(solution.cost_eur, say)}
        note={ask.budget_eur === null ? "" : say.t("plan.budget", { budget: euro(ask.budget_eur, say) })}
      />
      <Figure
        label={say.t("planner.lacksRemoved")}
        value={personsText(outcome.lacks_removed, say)}
        note={
          solution.agrees
            ? say.t("planner.agrees")
            : say.t("planner.disagrees", { by: say.share(solution.deviation, 1) })
        }
      />
      <Figure label={say.t("plan.proof")} value={say.word("plan.status", solution.status)} note={gap} />
      <Figure
        label={say.t("plan.measures")}
        value={say.number(plan.measures.length)}
        note={say.t("planner.fromSites", { n: say.number(solution.n_sites), types: solution.n_types })}
      />
      {outcome.worst_fifth_gain != null && (
        <Figure
          label={say.t("planner.worstFifth")}
          value={say.number(outcome.worst_fifth_gain, 2)}
          note={say.t("planner.worstFifthWhy")}
        />
      )}
      <Shares data={data} plan={plan} say={say} />
    </dl>
  );
}

/** The share of residents with several lacks, before and after. */
function Shares({ plan, say }: Pick<ResultProps, "data" | "say"> & { plan: Plan }) {
  const told = plan.outcome.measures?.find((one) => one.measure === "h");
  if (!told) return null;
  const text = `${say.share(told.before, 1)} → ${say.share(told.after, 1)}`;
  return (
    <Figure
      label={say.t("planner.share.h", { k: plan.study.lacks_needed })}
      value={text}
      note={say.t("planner.share.hWhy")}
    />
  );
}

function Gains({ data, plan, say }: Pick<ResultProps, "data" | "say"> & { plan: Plan }) {
  const groups = plan.outcome.by_status ?? [];
  return (
    <Section title={say.t("plan.gains")}>
      <table class="counts whatif-table">
        <caption class="visually-hidden">{say.t("plan.gains")}</caption>
        <thead>
          <tr>
            <th scope="col">{say.t("plan.prerequisite")}</th>
            <th scope="col" class="number">
              {say.t("plan.gain")}
            </th>
            <th scope="col" class="number">
              {say.t("plan.lose")}
            </th>
          </tr>
        </thead>
        <tbody>
          {(plan.outcome.by_prerequisite ?? []).map((one) => {
            const known = data.study.prerequisites.find((entry) => entry.id === one.id);
            return (
              <tr key={one.id}>
                <th scope="row">{known ? say.name(known.label) : one.id}</th>
                <td class="number">{personsText(one.gain, say)}</td>
                <td class="number">{personsText(one.lose, say)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {groups.length > 0 && (
        <table class="counts whatif-table">
          <caption>{say.t("planner.byStatusGroup", { k: plan.study.lacks_needed })}</caption>
          <thead>
            <tr>
              <th scope="col">{say.t("whatif.status")}</th>
              <th scope="col" class="number">
                {say.t("planner.residents")}
              </th>
              <th scope="col" class="number">
                {say.t("planner.relieved")}
              </th>
              <th scope="col" class="number">
                {say.t("planner.shareOf")}
              </th>
            </tr>
          </thead>
          <tbody>
            {groups.map((one) => (
              <tr key={one.name}>
                <th scope="row">{one.name || say.t("whatif.noStatus")}</th>
                <td class="number">{say.number(one.residents)}</td>
                <td class="number">{personsText(one.relieved, say)}</td>
                <td class="number">
                  {one.residents > 0 ? say.share(personsOf(one.relieved) / one.residents, 1) : say.t("value.none")}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Section>
  );
}

const FIRST = 8;

function Quarters({ plan, say }: Pick<ResultProps, "say"> & { plan: Plan }) {
  const [all, setAll] = useState(false);
  const told = plan.outcome.by_quarter ?? [];
  const rows = [...told].sort(
    (a, b) => personsOf(b.relieved) - personsOf(a.relieved) || (a.quarter_id < b.quarter_id ? -1 : 1),
  );
  if (rows.length === 0) return null;
  return (
    <Section title={say.t("plan.quarters")}>
      <Wide label={say.t("plan.quarters")} hint={say.t("table.wide")}>
        <table class="counts whatif-table">
          <caption class="visually-hidden">{say.t("plan.quarters")}</caption>
          <thead>
            <tr>
              <th scope="col">{say.t("quarters.name")}</th>
              <th scope="col" class="number">
                {say.t("planner.residents")}
              </th>
              <th scope="col" class="number">
                {say.t("planner.relieved")}
              </th>
              <th scope="col" class="number">
                {say.t("planner.newly")}
              </th>
            </tr>
          </thead>
          <tbody>
            {(all ? rows : rows.slice(0, FIRST)).map((one) => (
              <tr key={one.quarter_id}>
                <th scope="row">
                  {one.name || one.quarter_id}
                  {plan.ask.priority.includes(one.quarter_id) && <em class="chosen-mark">{say.t("planner.first")}</em>}
                </th>
                <td class="number">{say.number(one.residents)}</td>
                <td class="number">{personsText(one.relieved, say)}</td>
                <td class="number">{personsText(one.newly_lacking, say)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Wide>
      {rows.length > FIRST && (
        <button type="button" class="plain" onClick={() => setAll(!all)}>
          {all ? say.t("whatif.fewQuarters") : say.t("whatif.allQuarters", { n: rows.length })}
        </button>
      )}
    </Section>
  );
}

/** What some more money would buy. */
function Next({ plan, say }: Pick<ResultProps, "say"> & { plan: Plan }) {
  const more = plan.next_money;
  if (!more) return null;
  return (
    <Section title={say.t("planner.next")}>
      <p>
        {say.t(more.gain ? "planner.nextText" : "planner.nextNothing", {
          eur: euro(more.eur, say),
          gain: unitText(more.gain, more.unit ?? plan.solution.unit, say),
          most: unitText(more.most, more.unit ?? plan.solution.unit, say),
        })}
      </p>
      {more.names.length > 0 && (
        <ul class="planner-bullets">
          {more.names.map((one) => (
            <li key={one}>{one}</li>
          ))}
        </ul>
      )}
    </Section>
  );
}

/** Of each limit: how much is used, and what is left. */
function Used({ plan, say }: Pick<ResultProps, "say"> & { plan: Plan }) {
  if (plan.limits.length === 0) return null;
  return (
    <Section title={say.t("planner.slack")}>
      <Wide label={say.t("planner.slack")} hint={say.t("table.wide")}>
        <table class="counts whatif-table">
          <caption class="visually-hidden">{say.t("planner.slack")}</caption>
          <thead>
            <tr>
              <th scope="col">{say.t("planner.limitName")}</th>
              <th scope="col" class="number">
                {say.t("planner.used")}
              </th>
              <th scope="col" class="number">
                {say.t("planner.allowed")}
              </th>
              <th scope="col" class="number">
                {say.t("planner.left")}
              </th>
            </tr>
          </thead>
          <tbody>
            {plan.limits.map((one) => (
              <tr key={one.name}>
                <th scope="row">
                  {one.label}
                  {one.binding && <em class="chosen-mark">{say.t("planner.binds")}</em>}
                </th>
                <td class="number">{unitText(one.used, one.unit, say)}</td>
                <td class="number">{unitText(one.allowed, one.unit, say)}</td>
                <td class="number">{unitText(one.slack, one.unit, say)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Wide>
    </Section>
  );
}
