import "../styles/whatif.css";
import "../styles/planner.css";
import { useEffect, useMemo, useState } from "preact/hooks";
import type { Dataset } from "../data/load";
import type { Speech } from "../i18n";
import type { CityMap } from "../map/citymap";
import { useFirstFocus } from "../views/focus";
import { euro } from "./amounts";
import { Board } from "./board";
import { ByHand, HandSummary } from "./byhand";
import { Compare } from "./compare";
import { Form } from "./form";
import { FrontView } from "./front";
import { Jobs } from "./jobs";
import { Refusal } from "./refusal";
import { Result } from "./result";
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
  const { part, plan, about, problem, silent, edit, busy } = usePlanner(planner);
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
        {silent && (
          <Refusal problem={silent} say={say}>
            <p>{say.t("planner.silent")}</p>
          </Refusal>
        )}
        <Jobs planner={planner} say={say} />
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
  const { plans, plan, busy } = usePlanner(planner);
  const [asked, setAsked] = useState<"" | "remove" | "publish">("");
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
          <button type="button" aria-pressed={entry?.published ?? false} onClick={() => setAsked("publish")}>
            {say.t(entry?.published ? "planner.published" : "planner.publish")}
          </button>
          <button type="button" onClick={() => setAsked("remove")}>
            {say.t("planner.remove")}
          </button>
        </div>
      )}
      {plan && asked && (
        <Sure
          key={asked}
          asked={asked}
          published={entry?.published ?? false}
          name={plan.name}
          say={say}
          done={() => setAsked("")}
          act={() => (asked === "remove" ? planner.remove(plan.name) : planner.publish(plan.name, !entry?.published))}
        />
      )}
      {plan && <Result data={data} planner={planner} say={say} city={city} />}
    </>
  );
}

interface SureProps {
  asked: "remove" | "publish";
  published: boolean;
  name: string;
  say: Speech;
  done: () => void;
  act: () => Promise<void>;
}

/** Asks once more before something leaves the office, or is gone. */
function Sure({ asked, published, name, say, done, act }: SureProps) {
  const [question, answer] = {
    remove: ["planner.removeSure", "whatif.removeYes"] as const,
    publish: published
      ? (["planner.unpublishSure", "planner.unpublishYes"] as const)
      : (["planner.publishSure", "planner.publishYes"] as const),
  }[asked];
  const first = useFirstFocus<HTMLButtonElement>();
  const [toAct, toStay] = asked === "remove" ? [undefined, first] : [first, undefined];
  return (
    <div
      class="whatif-naming"
      role="group"
      aria-label={say.t(asked === "remove" ? "planner.remove" : "planner.publish")}
    >
      <p>{say.t(question, { name })}</p>
      <button type="button" class="primary" ref={toAct} onClick={() => void act().then(done)}>
        {say.t(answer)}
      </button>
      <button type="button" ref={toStay} onClick={done}>
        {say.t("whatif.cancel")}
      </button>
    </div>
  );
}

function Fronts({ data, planner, say }: PartProps) {
  const { fronts, front, busy } = usePlanner(planner);
  const [isAsked, setAsked] = useState(false);
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
          <button type="button" onClick={() => setAsked(true)}>
            {say.t("planner.remove")}
          </button>
        </div>
      )}
      {front && isAsked && (
        <Sure
          asked="remove"
          published={false}
          name={front.name}
          say={say}
          done={() => setAsked(false)}
          act={() => planner.removeFront(front.name)}
        />
      )}
      <FrontView planner={planner} say={say} language={data.study.language} />
    </>
  );
}
