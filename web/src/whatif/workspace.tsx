import "../styles/whatif.css";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Dataset } from "../data/load";
import type { Speech } from "../i18n";
import type { CityMap } from "../map/citymap";
import { api, type Effect } from "./api";
import { Bill } from "./bill";
import { Compare } from "./compare";
import { CostView } from "./cost";
import { countText } from "./counts";
import { asksWhat, TOOLS } from "./draft";
import { DraftForm, Wrong } from "./draftform";
import { Board } from "./draw";
import { Edits } from "./edits";
import { EffectView, Summary } from "./effect";
import { BrowserDesk } from "./public";
import { Scenarios } from "./scenarios";
import { served } from "./served";
import { Session } from "./session";
import { Tools } from "./tools";
import { useSession } from "./use";

export interface Props {
  data: Dataset;
  say: Speech;
  city: CityMap | null;
  /** the scenario of the address line, and what to do when it is another one */
  scenario: string;
  opened: (scenario: string) => void;
}

/** What-if beside the map: scenario, measures, the one in hand, and who gains. */
export function Workspace({ data, say, city, scenario, opened }: Props) {
  const words = useRef(say);
  words.current = say;
  const isOffice = served()?.role === "planner";
  const session = useMemo(() => {
    const desk = isOffice ? api : new BrowserDesk(data.study.name, nothingOf(data));
    return new Session(desk, data.study.name, (n) => words.current.t("whatif.nameOf", { n }));
  }, []);
  const board = useBoard(session, data, city);
  const { current, draft, step, whole, problem, busy, trying, milliseconds } = useSession(session);
  const [comparing, setComparing] = useState(false);

  useEffect(() => void session.start(scenario), [session]);
  useEffect(() => {
    if (current ? current.id !== scenario : session.state.about) opened(current?.id ?? "");
  }, [current?.id]);
  useEffect(() => {
    if (scenario && current && scenario !== current.id) void session.open(scenario);
  }, [scenario]);
  useShortcuts(session);

  const effect = draft ? step : whole;
  return (
    <section class="panel whatif" id="results" aria-label={say.t("chapter.whatif")} tabIndex={-1}>
      <div class="panel-body">
        <h2>{say.t("whatif.title")}</h2>
        {!draft && (current?.n_done ?? 0) === 0 && <p class="soft">{say.t("whatif.intro")}</p>}
        {problem && (
          <Wrong problem={problem} say={say}>
            {(problem.status === 409 || problem.status === 0) && (
              <button
                type="button"
                onClick={() => void (current ? session.open(current.id) : session.start(scenario))}
              >
                {say.t("whatif.again")}
              </button>
            )}
          </Wrong>
        )}
        <Scenarios session={session} say={say} compare={() => setComparing(true)} />
        {comparing ? (
          <Compare data={data} session={session} say={say} close={() => setComparing(false)} />
        ) : (
          <>
            <Tools session={session} say={say} offered={isOffice ? TOOLS : TOOLS.filter((tool) => asksWhat(tool).length === 0)} />
            <DraftForm data={data} session={session} say={say} middle={() => board.current?.centre() ?? null} />
            {effect && (
              <section class="section whatif-effect" aria-labelledby="whatif-effect" aria-busy={trying || busy} data-milliseconds={milliseconds}>
                <h3 id="whatif-effect">{say.t(draft && isOffice ? "whatif.effectDraft" : "whatif.effectWhole")}</h3>
                <CostView session={session} say={say} />
                <EffectView data={data} effect={effect} say={say} />
                {isOffice && <BubbleLegend say={say} k={effect.lacks_needed} />}
                <p class="soft">{say.t(isOffice ? "whatif.office" : "whatif.public")}</p>
              </section>
            )}
            {isOffice && !draft && <Bill data={data} session={session} say={say} />}
            <Edits data={data} session={session} say={say} show={(place) => city?.centre(place, 14.5)} />
          </>
        )}
        {busy && !current && <p role="status">{say.t("whatif.counting")}</p>}
        <Announced session={session} say={say} />
      </div>
      {!comparing && effect && <Summary effect={effect} title={say.t(draft && isOffice ? "whatif.sumDraft" : "whatif.sumWhole")} say={say} />}
    </section>
  );
}

/** The effect of nothing at all. */
function nothingOf(data: Dataset): Effect {
  const ids = data.study.prerequisites.map((one) => [one.id, { no_longer_lacking: 0, now_lacking: 0 }] as const);
  const residents = { relieved: 0, newly_lacking: 0, prerequisites: Object.fromEntries(ids) };
  return { lacks_needed: data.study.lacks_needed, n_addresses: 0, residents, quarters: [] };
}

/** The drawing board on the map, as long as the chapter is open. */
function useBoard(session: Session, data: Dataset, city: CityMap | null) {
  const board = useRef<Board | null>(null);
  useEffect(() => {
    if (!city) return;
    let wanted = true;
    const stop = session.subscribe(() => (city.quiet = session.state.draft !== null));
    city.quiet = session.state.draft !== null;
    void city.ready.then(() => {
      if (wanted) board.current = new Board(city.map, session, data.cells);
    });
    return () => {
      wanted = false;
      stop();
      city.quiet = false;
      board.current?.remove();
      board.current = null;
    };
  }, [city, session]);
  return board;
}

/** Ctrl+Z, Ctrl+Y, Escape; not while somebody types. */
function useShortcuts(session: Session): void {
  useEffect(() => {
    const keyed = (event: KeyboardEvent): void => {
      const typing = event.target instanceof Element && event.target.matches("input:not([type=radio],[type=checkbox]), textarea, select");
      const key = event.key.toLowerCase();
      if (document.querySelector("dialog[open]")) return;
      if (event.key === "Escape" && session.state.draft && !event.defaultPrevented && !typing) {
        void session.take(null);
        event.preventDefault();
      }
      if (typing || !(event.ctrlKey || event.metaKey) || (key !== "z" && key !== "y")) return;
      event.preventDefault();
      void session.step(key === "y" || event.shiftKey ? "redo" : "undo");
    };
    addEventListener("keydown", keyed);
    return () => removeEventListener("keydown", keyed);
  }, [session]);
}

/** What the effect says, for those who hear it: once the hand rests. */
function Announced({ session, say }: { session: Session; say: Speech }) {
  const { draft, step, whole } = useSession(session);
  const [text, setText] = useState("");
  const effect = draft ? step : whole;
  useEffect(() => {
    const timer = setTimeout(() => {
      if (!effect) return setText("");
      const { relieved, newly_lacking } = effect.residents;
      const values = { relieved: countText(relieved, say), lacking: countText(newly_lacking, say), k: effect.lacks_needed };
      setText(say.t(draft ? "whatif.saidDraft" : "whatif.saidWhole", values));
    }, 700);
    return () => clearTimeout(timer);
  }, [effect, say]);
  return (
    <p class="visually-hidden" role="status" id="whatif-said">
      {text}
    </p>
  );
}

function BubbleLegend({ say, k }: { say: Speech; k: number }) {
  return (
    <ul class="whatif-legend" aria-label={say.t("whatif.onMap")}>
      {(["gain", "some", "loss"] as const).map((kind) => (
        <li key={kind}>
          <span class={`whatif-dot ${kind}`} aria-hidden="true" />
          {say.t(`whatif.dot.${kind}`, { k })}
        </li>
      ))}
    </ul>
  );
}
