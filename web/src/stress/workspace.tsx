import "../styles/whatif.css";
import "../styles/planner.css";
import "../styles/office.css";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Dataset } from "../data/load";
import type { Speech } from "../i18n";
import type { CityMap } from "../map/citymap";
import { Bench, type Source } from "../office/bench";
import { Jobs } from "../office/jobs";
import { Refusal } from "../office/refusal";
import { Shelf } from "../office/shelf";
import { told } from "../office/text";
import { useBench } from "../office/use";
import type { Selection } from "../state";
import type { Theme } from "../themes";
import { office, type About, type StressTest } from "./api";
import { ROOMS, SEVERAL } from "./figures";
import { Form } from "./form";
import { Result } from "./result";
import { Rooms } from "./rooms";
import { themeOfMap } from "./theme";
import { dayOf, figureOf, normalOf } from "./view";

export interface Props {
  data: Dataset;
  say: Speech;
  /** the test that everybody may see; null in the office, which has its own */
  published: StressTest | null;
  selection: Selection | null;
  city: CityMap | null;
  /** what the address line says: name of the test, day and component */
  link: string;
  linked: (link: string) => void;
  choose: (selection: Selection | null) => void;
  paint: (theme: Theme | null) => void;
}

/** A test that is on the map of everybody: read, and nothing else. */
const shelfOf = (test: StressTest): Source<About, StressTest> => ({
  kind: "stress",
  entries: () => Promise.resolve([{ name: "published", title: test.study, made: test.reference_date }]),
  result: () => Promise.resolve(test),
});

/** The stress test beside the map: what fails on which day, for whom and why; in the office also asking for one. */
export function Workspace(props: Props) {
  const { data, say, published, selection, city, link, linked, choose, paint } = props;
  const bench = useMemo(() => new Bench(published ? shelfOf(published) : office), [published]);
  const { part, about, result: test, name, entries, loaded, busy, problem } = useBench(bench);
  const [wantedName = "", wantedDay = "", wantedComponent = ""] = link.split(".");
  const [scenario, setScenario] = useState(wantedDay);
  const [component, setComponent] = useState(wantedComponent || SEVERAL);
  const own = useRef("");
  useEffect(() => {
    if (ROOMS.includes(wantedComponent)) bench.turn("rooms");
    void bench.start(wantedName);
    return () => bench.close();
  }, [bench]);
  const day = test ? dayOf(test, scenario) : undefined;
  const isRooms = part === "rooms";
  const figure = test && day ? figureOf(test, day, isRooms, component) : component;
  useEffect(() => {
    if (!test || !day) return;
    own.current = [published ? "" : name, day.id, figure].join(".");
    linked(own.current);
  }, [test, day?.id, figure]);
  useEffect(() => {
    // the address line was changed from outside
    if (!test || !link || link === own.current) return;
    setScenario(wantedDay);
    setComponent(wantedComponent || SEVERAL);
    const wantsRooms = ROOMS.includes(wantedComponent);
    if (wantsRooms !== isRooms && part !== "ask") bench.turn(wantsRooms ? "rooms" : "result");
    if (wantedName && wantedName !== name) void bench.open(wantedName);
  }, [link]);
  useEffect(() => {
    const shown = test && day && part !== "ask" ? themeOfMap(test, day, figure, data.study, say) : null;
    paint(shown);
    return () => paint(null);
  }, [test, day, figure, part, data.study, say]);
  const parts = ["result", "rooms", ...(bench.source.begin ? ["ask"] : [])];
  const normal = test ? normalOf(test) : null;
  const isOffice = published === null;
  const shown =
    test && day
      ? { data, test, day, normal, component: figure, selection, city, isOffice, say, choose, turn: setComponent }
      : null;
  return (
    <section
      class="panel whatif planner office"
      id="results"
      aria-label={say.t("chapter.stress")}
      aria-busy={busy}
      tabIndex={-1}
    >
      <div class="panel-body" tabIndex={0} role="group" aria-label={say.t("chapter.stress")}>
        <h2>{say.t("stress.title")}</h2>
        <p class="notice">{test ? told(test, "statement", say) : say.t("office.synthetic")}</p>
        <div class="segments planner-parts" role="group" aria-label={say.t("stress.parts")}>
          {parts.map((one) => (
            <button
              key={one}
              id={`stress-${one}-part`}
              type="button"
              aria-pressed={part === one}
              onClick={() => bench.turn(one)}
            >
              {say.word("stress.part", one)}
            </button>
          ))}
        </div>
        {problem && (
          <Refusal problem={problem} say={say}>
            {!loaded && (
              <button type="button" onClick={() => bench.turn(part)}>
                {say.t("office.again")}
              </button>
            )}
          </Refusal>
        )}
        <Jobs chapter={bench} say={say} />
        {!loaded && busy && <p role="status">{say.t("planner.loading")}</p>}
        {loaded && about && (
          <div hidden={part !== "ask"}>
            <Form bench={bench} about={about} test={test} study={data.study.name} say={say} />
          </div>
        )}
        {part !== "ask" && loaded && !shown && entries.length === 0 && <p class="empty">{say.t("stress.none")}</p>}
        {part !== "ask" && loaded && !shown && entries.length > 0 && (
          <Shelf bench={bench} say={say} label={say.t("stress.which")} publishSure="" />
        )}
        {part === "result" && shown && <Result {...shown} bench={bench} setDay={setScenario} />}
        {part === "rooms" && shown && <Rooms {...shown} />}
      </div>
    </section>
  );
}
