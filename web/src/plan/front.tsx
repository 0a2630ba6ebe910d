import { useState } from "preact/hooks";
import type { Speech } from "../i18n";
import { euro } from "../office/amounts";
import { Refusal } from "../office/refusal";
import { lookAt, Taken } from "../office/taken";
import { Section, Wide } from "../views/parts";
import { bareText } from "./amounts";
import type { Front, FrontPoint } from "./api";
import { FrontChart } from "./frontchart";
import { Papers } from "./funding";
import type { Planner } from "./session";
import { usePlanner } from "./use";

interface Props {
  planner: Planner;
  say: Speech;
  language: string;
}

/** Plans between which only values decide: picture, table, and the chosen one on the map. */
export function FrontView({ planner, say, language }: Props) {
  const { front, frontFiles, point } = usePlanner(planner);
  if (!front) return null;
  const chosen = front.points.find((one) => one.point === point);
  return (
    <>
      <p class="soft">{say.t(front.complete ? "planner.frontComplete" : "planner.frontOpen")}</p>
      {front.warnings.map((text) => (
        <p key={text} class="notice warning" lang={language}>
          {text}
        </p>
      ))}
      <FrontChart front={front} point={point} say={say} choose={(one) => planner.choosePoint(one)} />
      {front.double && (
        <p class="notice" lang={language}>
          {front.double.text}
        </p>
      )}
      <Points front={front} planner={planner} say={say} point={point} />
      {chosen && <Contents point={chosen} planner={planner} say={say} language={language} />}
      <Papers files={frontFiles} kind="fronts" name={front.name} say={say} />
    </>
  );
}

function Points({ front, planner, say, point }: { front: Front; planner: Planner; say: Speech; point: string }) {
  return (
    <Section title={say.t("planner.frontTable")}>
      <Wide label={say.t("planner.frontTable")} hint={say.t("table.wide")}>
        <table class="counts whatif-table">
          <caption class="visually-hidden">{say.t("planner.frontTable")}</caption>
          <thead>
            <tr>
              <th scope="col">{say.t("planner.plan")}</th>
              {front.objectives.map((one) => (
                <th key={one.name} scope="col" class="number">
                  {one.label} <span aria-hidden="true">{one.better === "higher" ? "↑" : "↓"}</span>
                </th>
              ))}
              <th scope="col" class="number">
                {say.t("plan.measures")}
              </th>
            </tr>
          </thead>
          <tbody>
            {front.points.map((one) => (
              <tr key={one.point} class={one.point === point ? "chosen" : ""}>
                <th scope="row">
                  <button
                    type="button"
                    class="whatif-open"
                    aria-pressed={one.point === point}
                    onClick={() => planner.choosePoint(one.point)}
                  >
                    {one.point}
                  </button>
                  {one.knee && <em class="chosen-mark">{say.t("planner.knee")}</em>}
                  {one.double && <em class="chosen-mark">{say.t("planner.double")}</em>}
                  {!one.exact && <small>{say.t("planner.about", { gap: say.share(one.gap, 1) })}</small>}
                </th>
                {front.objectives.map((objective) => (
                  <td key={objective.name} class="number">
                    {bareText(one.values[objective.name], objective.unit, say)}
                  </td>
                ))}
                <td class="number">{one.sites.length}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Wide>
      <p class="soft">{say.t("planner.frontWhy")}</p>
    </Section>
  );
}

/** What the chosen plan builds; it can be worked out as a plan with all papers. */
function Contents({ point, planner, say, language }: Props & { point: FrontPoint }) {
  const { front, busy, wrong } = usePlanner(planner);
  const proposed = planner.free(`${front?.name ?? ""}-${point.point}`.toLowerCase());
  const [given, setGiven] = useState<string | null>(null);
  const name = given ?? proposed;
  const begun = (): void => {
    setGiven(null);
    lookAt(".planner-job");
  };
  const work = (event: Event): void => {
    event.preventDefault();
    if (name.trim()) void planner.workOut(name.trim()).then((isBegun) => isBegun && begun());
  };
  return (
    <Section title={say.t("planner.frontContents", { name: point.point })}>
      {point.measures.length === 0 ? (
        <p>{say.t("planner.frontNothing")}</p>
      ) : (
        <ul class="planner-bullets" lang={language}>
          {point.measures.map((one) => (
            <li key={one.type_id}>
              {one.n} × {one.label} <small>{euro(one.cost_eur, say)}</small>
              {one.verify && <small class="check">{say.t("why.verify")}</small>}
            </li>
          ))}
        </ul>
      )}
      {point.measures.length > 0 && (
        <form class="whatif-naming" onSubmit={work}>
          <label for="planner-work">{say.t("planner.workOut")}</label>
          <input
            id="planner-work"
            value={name}
            maxLength={40}
            required
            onInput={(event) => setGiven(event.currentTarget.value)}
          />
          <button type="submit" class="primary" disabled={busy}>
            {say.t("planner.workOutDo")}
          </button>
          {wrong && <Refusal problem={wrong} say={say} />}
          <Taken chapter={planner} say={say} begun={() => setGiven(null)} />
        </form>
      )}
    </Section>
  );
}
