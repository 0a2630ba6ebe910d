import { useEffect, useState } from "preact/hooks";
import type { Dataset } from "../data/load";
import type { Speech } from "../i18n";
import { euro } from "../office/amounts";
import { Refusal } from "../office/refusal";
import { problemOf } from "../office/store";
import { Section, Wide } from "../views/parts";
import type { Problem } from "../whatif/api";
import { personsOf, personsText } from "./amounts";
import * as api from "./api";
import type { Planner } from "./session";
import { toggled } from "./store";
import { usePlanner } from "./use";

const MOST = 4;

interface Props {
  data: Dataset;
  planner: Planner;
  say: Speech;
}

/** Several plans side by side: figures, quarters, and which measures they share. */
export function Compare({ data, planner, say }: Props) {
  const { plans, plan } = usePlanner(planner);
  const first = [plan?.name, ...plans.map((one) => one.name)].filter((one): one is string => Boolean(one));
  const [names, setNames] = useState<string[]>(() => [...new Set(first)].slice(0, 2));
  const { found, problem } = useLoaded(names);
  return (
    <>
      <fieldset class="planner-kinds">
        <legend>{say.t("planner.compareWhich", { n: MOST })}</legend>
        {plans.map((one) => (
          <label key={one.name} class="planner-check">
            <input
              type="checkbox"
              checked={names.includes(one.name)}
              disabled={!names.includes(one.name) && names.length >= MOST}
              onChange={() => setNames(toggled(names, one.name))}
            />
            <span>{one.name}</span>
          </label>
        ))}
      </fieldset>
      {problem && <Refusal problem={problem} say={say} />}
      {names.length < 2 && <p class="soft">{say.t("planner.compareTwo")}</p>}
      {found.length > 1 && <Sides data={data} plans={found} say={say} />}
    </>
  );
}

/** The plans of these names, as far as they have come. */
function useLoaded(names: string[]): { found: api.Plan[]; problem: Problem | null } {
  const [known, setKnown] = useState<Map<string, api.Plan>>(new Map());
  const [problem, setProblem] = useState<Problem | null>(null);
  useEffect(() => {
    let wanted = true;
    setProblem(null);
    const missing = names.filter((one) => !known.has(one));
    Promise.all(missing.map((one) => api.plan(one))).then(
      (told) => {
        if (wanted && told.length > 0)
          setKnown((old) => new Map([...old, ...told.map((one, at) => [missing[at] ?? one.name, one] as const)]));
      },
      (wrong: unknown) => wanted && setProblem(problemOf(wrong)),
    );
    return () => void (wanted = false);
  }, [names.join()]);
  return { found: names.flatMap((one) => known.get(one) ?? []), problem };
}

interface Line {
  name: string;
  cells: string[];
}

function Sides({ data, plans, say }: { data: Dataset; plans: api.Plan[]; say: Speech }) {
  const line = (name: string, of: (plan: api.Plan) => string): Line => ({ name, cells: plans.map(of) });
  const k = data.study.lacks_needed;
  const share = (plan: api.Plan): string => {
    const told = plan.outcome.measures?.find((one) => one.measure === "h");
    return told ? say.share(told.after, 1) : say.t("value.none");
  };
  const lines = [
    line(say.t("plan.relieved", { k }), (one) => personsText(one.outcome.people_relieved, say)),
    line(say.t("planner.lacksRemoved"), (one) => personsText(one.outcome.lacks_removed, say)),
    line(say.t("planner.share.h", { k }), share),
    line(say.t("plan.cost"), (one) => euro(one.solution.cost_eur, say)),
    line(say.t("planner.budget"), (one) => euro(one.ask.budget_eur, say)),
    line(say.t("planner.goal"), (one) => say.word("planner.goal", one.ask.weighting)),
    line(say.t("planner.priorityShort"), (one) =>
      one.ask.by_status ? say.t("planner.byStatus") : say.number(one.ask.priority.length),
    ),
    line(say.t("plan.measures"), (one) => say.number(one.measures.length)),
    line(say.t("plan.proof"), (one) => say.word("plan.status", one.solution.status)),
    ...data.study.prerequisites.map((entry) =>
      line(say.t("planner.gainOf", { name: say.name(entry.label) }), (one) =>
        personsText(one.outcome.by_prerequisite?.find((told) => told.id === entry.id)?.gain, say),
      ),
    ),
  ];
  return (
    <>
      <Lines title={say.t("planner.compareFigures")} plans={plans} lines={lines} say={say} />
      <Lines title={say.t("planner.compareQuarters")} plans={plans} lines={byQuarter(plans, say)} say={say} />
      <Lines title={say.t("planner.compareMeasures")} plans={plans} lines={byMeasure(plans, say)} say={say} />
      <p class="soft">{say.t("planner.compareWhy")}</p>
    </>
  );
}

function byQuarter(plans: api.Plan[], say: Speech): Line[] {
  const names = new Map(
    plans.flatMap((plan) => (plan.outcome.by_quarter ?? []).map((one) => [one.quarter_id, one.name] as const)),
  );
  const of = (plan: api.Plan, id: string): api.Persons | undefined =>
    plan.outcome.by_quarter?.find((one) => one.quarter_id === id)?.relieved;
  return [...names]
    .filter(([id]) => plans.some((plan) => personsOf(of(plan, id)) > 0))
    .map(([id, name]) => ({
      name: name || id,
      cells: plans.map((plan) => personsText(of(plan, id) ?? { exact: 0 }, say)),
    }))
    .sort((a, b) => a.name.localeCompare(b.name, say.language));
}

/** Which measure stands in which plan; what all have comes first. */
function byMeasure(plans: api.Plan[], say: Speech): Line[] {
  const names = new Map(
    plans.flatMap((plan) => plan.measures.map((one) => [one.site_id, one.name || one.label] as const)),
  );
  const has = (plan: api.Plan, id: string): boolean => plan.measures.some((one) => one.site_id === id);
  const n = (id: string): number => plans.filter((plan) => has(plan, id)).length;
  return [...names]
    .sort(([a, one], [b, other]) => n(b) - n(a) || one.localeCompare(other, say.language) || (a < b ? -1 : 1))
    .map(([id, name]) => ({ name, cells: plans.map((plan) => say.t(has(plan, id) ? "planner.in" : "planner.out")) }));
}

function Lines({ title, plans, lines, say }: { title: string; plans: api.Plan[]; lines: Line[]; say: Speech }) {
  return (
    <Section title={title}>
      <Wide label={title} hint={say.t("table.wide")}>
        <table class="counts whatif-table planner-sides">
          <caption class="visually-hidden">{title}</caption>
          <thead>
            <tr>
              <td />
              {plans.map((one) => (
                <th key={one.name} scope="col" class="number">
                  {one.name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {lines.map((one, at) => (
              <tr key={`${at}${one.name}`}>
                <th scope="row">{one.name}</th>
                {one.cells.map((cell, n) => (
                  <td key={plans[n]?.name} class="number">
                    {cell}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </Wide>
    </Section>
  );
}
