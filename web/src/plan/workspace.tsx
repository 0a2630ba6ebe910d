import "../styles/whatif.css";
import "../styles/planner.css";
import { useEffect, useMemo } from "preact/hooks";
import type { Dataset } from "../data/load";
import type { Speech } from "../i18n";
import type { CityMap } from "../map/citymap";
import { euro } from "../office/amounts";
import { Jobs } from "../office/jobs";
import { Refusal } from "../office/refusal";
import { Sure } from "../office/shelf";
import { refocus } from "../views/focus";
import { Board } from "./board";
import { ByHand, HandSummary } from "./byhand";
import { Compare } from "./compare";
import { Form } from "./form";
import { FrontView } from "./front";
import { Result } from "./result";
import { Found } from "./search";
import { Planner } from "./session";
import type { Part } from "./store";
import { usePlanner } from "./use";

export interface Props {
  data: Dataset;
  say: Speech;
  city: CityMap | null;
  /** the plan of the address line, and what to do when it is another one */
  plan: string;
  opened: (plan: string) => void;
}

const PARTS: Part[] = ["ask", "plan", "front", "compare"];

/** Planning beside the map: ask, wait, look, change by hand, weigh, compare. */
export function Workspace({ data, say, city, plan: wanted, opened }: Props) {
  const planner = useMemo(() => new Planner(data.study.name), []);
  const { part, plan, about, problem, edit, busy } = usePlanner(planner);
  useEffect(() => {
    void planner.start(wanted);
    return () => planner.close();
  }, [planner]);
  useEffect(() => opened(part === "plan" && plan ? plan.name : ""), [part, plan?.name]);
  useEffect(() => {
    if (wanted && plan && wanted !== plan.name) void planner.open(wanted);
  }, [wanted]);
  useBoard(planner, data, city);
  return (
    <section class="panel whatif planner" id="results" aria-label={say.t("chapter.plan")} tabIndex={-1}>
      <div class="panel-body">
        <h2>{say.t("planner.title")}</h2>
        <div class="segments planner-parts" role="group" aria-label={say.t("planner.parts")}>
          {PARTS.map((one) => (
            <button
              key={one}
              id={`planner-${one}-part`}
              type="button"
              aria-pressed={part === one}
              onClick={() => planner.turn(one)}
            >
              {say.t(`planner.part.${one}`)}
            </button>
          ))}
        </div>
        {problem && <Refusal problem={problem} say={say} />}
        <Jobs chapter={planner} say={say} more={(job) => <Found job={job} say={say} />} />
        {about?.error && (
          <Refusal problem={about.error} say={say}>
            <button type="button" onClick={() => void planner.prepare()}>
              {say.t("planner.prepareAgain")}
            </button>
          </Refusal>
        )}
        {part === "ask" && about && !about.ready && !about.error && <p class="soft">{say.t("planner.notReady")}</p>}
        {part === "ask" && about?.ready && <Form planner={planner} say={say} />}
        {part === "plan" && !edit && <Plans data={data} planner={planner} say={say} city={city} />}
        {part === "plan" && edit && <ByHand data={data} planner={planner} say={say} city={city} />}
        {part === "front" && <Fronts data={data} planner={planner} say={say} />}
        {part === "compare" && <Compare data={data} planner={planner} say={say} />}
        {busy && !about && <p role="status">{say.t("planner.loading")}</p>}
        <p class="soft">{say.t("whatif.office")}</p>
      </div>
      {part === "plan" && edit && <HandSummary planner={planner} say={say} />}
    </section>
  );
}

/** Sites and measures on the map, as long as the chapter is open. */
function useBoard(planner: Planner, data: Dataset, city: CityMap | null): void {
  useEffect(() => {
    if (!city) return;
    let board: Board | null = null;
    let isWanted = true;
    city.quiet = true;
    void city.ready.then(() => {
      if (isWanted) board = new Board(city.map, planner, data);
    });
    return () => {
      isWanted = false;
      city.quiet = false;
      board?.remove();
    };
  }, [city, planner]);
}

interface PartProps {
  data: Dataset;
  planner: Planner;
  say: Speech;
}

/** Which finished plan is open, what can be done with it, and the plan itself. */
function Plans({ data, planner, say, city }: PartProps & { city: CityMap | null }) {
  const { plans, plan, busy, sure } = usePlanner(planner);
  const entry = plans.find((one) => one.name === plan?.name);
  if (plans.length === 0) return <p>{say.t("planner.noPlans")}</p>;
  return (
    <>
      <label class="planner-field">
        <span>{say.t("planner.which")}</span>
        <select
          id="planner-which"
          value={plan?.name ?? ""}
          disabled={busy}
          onChange={(event) => event.currentTarget.value && void planner.open(event.currentTarget.value)}
        >
          {!plan && <option value="">{say.t("planner.choose")}</option>}
          {plans.map((one) => (
            <option key={one.name} value={one.name}>
              {one.name} · {euro(one.cost_eur, say)}
              {one.by_hand ? ` · ${say.t("planner.byHand")}` : ""}
            </option>
          ))}
        </select>
      </label>
      {plan && (
        <div class="planner-actions">
          <button type="button" class="primary" onClick={() => planner.editPlan()}>
            {say.t("planner.handBegin")}
          </button>
          <button type="button" onClick={() => void planner.askAgain(plan.name)}>
            {say.t("planner.askAgain")}
          </button>
          <button type="button" aria-pressed={entry?.published ?? false} onClick={() => planner.sure("publish")}>
            {say.t(entry?.published ? "planner.published" : "planner.publish")}
          </button>
          <button type="button" onClick={() => planner.sure("remove")}>
            {say.t("planner.remove")}
          </button>
        </div>
      )}
      {plan && sure === "publish" && (
        <Sure
          question={say.t(entry?.published ? "planner.unpublishSure" : "planner.publishSure", { name: plan.name })}
          answer={say.t(entry?.published ? "planner.unpublishYes" : "planner.publishYes")}
          label={say.t("planner.publish")}
          say={say}
          act={() => planner.publish(plan.name, !entry?.published)}
          done={() => done(planner)}
        />
      )}
      {plan && sure === "remove" && (
        <Removal planner={planner} name={plan.name} say={say} act={() => planner.remove(plan.name)} />
      )}
      {plan && <Result data={data} planner={planner} say={say} city={city} />}
    </>
  );
}

/** The question is answered: the next Tab goes on from the panel where the button is gone. */
function done(planner: Planner): void {
  planner.sure("");
  refocus();
}

interface RemovalProps {
  planner: Planner;
  name: string;
  say: Speech;
  act: () => Promise<void>;
}

/** Asks once more before a plan or a trade-off is gone. */
function Removal({ planner, name, say, act }: RemovalProps) {
  return (
    <Sure
      question={say.t("planner.removeSure", { name })}
      answer={say.t("whatif.removeYes")}
      label={say.t("planner.remove")}
      isGrave
      say={say}
      act={act}
      done={() => done(planner)}
    />
  );
}

function Fronts({ data, planner, say }: PartProps) {
  const { fronts, front, busy, sure } = usePlanner(planner);
  if (fronts.length === 0) return <p>{say.t("planner.noFronts")}</p>;
  return (
    <>
      <label class="planner-field">
        <span>{say.t("planner.whichFront")}</span>
        <select
          value={front?.name ?? ""}
          disabled={busy}
          onChange={(event) => event.currentTarget.value && void planner.weigh(event.currentTarget.value)}
        >
          {!front && <option value="">{say.t("planner.choose")}</option>}
          {fronts.map((one) => (
            <option key={one.name} value={one.name}>
              {one.name}
            </option>
          ))}
        </select>
      </label>
      {front && (
        <div class="planner-actions">
          <button type="button" onClick={() => planner.sure("remove")}>
            {say.t("planner.remove")}
          </button>
        </div>
      )}
      {front && sure === "remove" && (
        <Removal planner={planner} name={front.name} say={say} act={() => planner.removeFront(front.name)} />
      )}
      <FrontView planner={planner} say={say} language={data.study.language} />
    </>
  );
}
