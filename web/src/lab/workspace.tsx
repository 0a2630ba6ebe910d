import "../styles/whatif.css";
import "../styles/planner.css";
import "../styles/office.css";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Dataset } from "../data/load";
import type { Speech } from "../i18n";
import { Bench, type Source } from "../office/bench";
import { Jobs } from "../office/jobs";
import { Refusal } from "../office/refusal";
import { Shelf } from "../office/shelf";
import { told } from "../office/text";
import { useBench } from "../office/use";
import type { Selection } from "../state";
import type { Theme } from "../themes";
import { office, type About, type Lab } from "./api";
import { Form } from "./form";
import { Requirements } from "./requirements";
import { Result } from "./result";
import { themeOfMap } from "./theme";

export interface Props {
  data: Dataset;
  say: Speech;
  /** the lab that everybody may see; null in the office, which has its own */
  published: Lab | null;
  selection: Selection | null;
  /** what the address line says: name of the lab and concept */
  link: string;
  linked: (link: string) => void;
  choose: (selection: Selection | null) => void;
  paint: (theme: Theme | null) => void;
}

/** A lab that is on the map of everybody: read, and nothing else. */
const shelfOf = (lab: Lab): Source<About, Lab> => ({
  kind: "housing",
  entries: () => Promise.resolve([{ name: "published", title: lab.study, made: lab.reference_date }]),
  result: () => Promise.resolve(lab),
});

/** The housing lab beside the map: what concepts could do, what of it is to be expected, what it costs, what to ask of
 *  those who build; in the office also trying them. */
export function Workspace({ data, say, published, selection, link, linked, choose, paint }: Props) {
  const bench = useMemo(() => new Bench(published ? shelfOf(published) : office), [published]);
  const { part, about, result: lab, name, entries, loaded, busy, problem } = useBench(bench);
  const [wantedName = "", wantedConcept = ""] = link.split(".");
  const [concept, setConcept] = useState(wantedConcept);
  const own = useRef("");
  useEffect(() => {
    void bench.start(wantedName);
    return () => bench.close();
  }, [bench]);
  useEffect(() => {
    if (!lab) return;
    own.current = [published ? "" : name, concept].join(".");
    linked(own.current);
  }, [lab, concept]);
  useEffect(() => {
    // the address line was changed from outside
    if (!lab || !link || link === own.current) return;
    setConcept(wantedConcept);
    if (wantedName && wantedName !== name) void bench.open(wantedName);
  }, [link]);
  useEffect(() => {
    paint(lab && part !== "ask" ? themeOfMap(lab, concept, data.study, say) : null);
    return () => paint(null);
  }, [lab, concept, part, data.study, say]);
  const parts = ["result", "requirements", ...(bench.source.begin ? ["ask"] : [])];
  const shown = lab ? { data, lab, concept, selection, say, choose, turn: setConcept } : null;
  const requirements = lab?.requirements ?? about?.requirements;
  return (
    <section
      class="panel whatif planner office"
      id="results"
      aria-label={say.t("chapter.lab")}
      aria-busy={busy}
      tabIndex={-1}
    >
      <div class="panel-body" tabIndex={0} role="group" aria-label={say.t("chapter.lab")}>
        <h2>{say.t("lab.title")}</h2>
        <p class="notice">{lab ? told(lab, "statement", say) : say.t("office.synthetic")}</p>
        <div class="segments planner-parts" role="group" aria-label={say.t("lab.parts")}>
          {parts.map((one) => (
            <button
              key={one}
              id={`lab-${one}-part`}
              type="button"
              aria-pressed={part === one}
              onClick={() => bench.turn(one)}
            >
              {say.word("lab.part", one)}
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
            <Form bench={bench} about={about} lab={lab} study={data.study.name} say={say} />
          </div>
        )}
        {part === "result" && loaded && !shown && entries.length === 0 && <p class="empty">{say.t("lab.none")}</p>}
        {part === "result" && loaded && !shown && entries.length > 0 && (
          <Shelf bench={bench} say={say} label={say.t("lab.which")} publishSure="" />
        )}
        {part === "result" && shown && <Result {...shown} bench={bench} />}
        {part === "requirements" && requirements && (
          <Requirements bench={bench} requirements={requirements} concepts={lab?.concepts ?? about?.concepts ?? []} say={say} />
        )}
      </div>
    </section>
  );
}
