import { useState } from "preact/hooks";
import { useInSight } from "../office/sight";
import { people, told as inWords } from "../office/text";
import { Figure, Section, Wide } from "../views/parts";
import { placesOf, type Shown } from "./view";

const FIRST = 10;

/** Who lives crowded today by quarter, and whom the chosen concept would relieve there. */
export function Quarters({ data, lab, concept, selection, say, choose }: Shown) {
  const [all, setAll] = useState(false);
  const rows = lab.quarters
    .filter((one) => one.status === "ok")
    .sort(
      (a, b) => (b.crowded_persons_low ?? -1) - (a.crowded_persons_low ?? -1) || (a.quarter_id < b.quarter_id ? -1 : 1),
    );
  const held = data.quarters.table.length - rows.length;
  const relieved = new Map(
    lab.by_quarter
      .filter((one) => one.concept_id === concept)
      .sort((a, b) => (a.case < b.case ? -1 : 1)) // taken after expected: it is the one that stays
      .map((one) => [one.quarter_id, one]),
  );
  const title = say.t("lab.quarters");
  const chosen = selection?.level === "quarters" ? selection.id : "";
  return (
    <Section title={title}>
      <Wide label={title} hint={say.t("table.wide")}>
        <table class="counts whatif-table">
          <caption class="visually-hidden">{title}</caption>
          <thead>
            <tr>
              <th scope="col">{say.t("quarters.name")}</th>
              <th scope="col" class="number">
                {say.t("lab.crowdedShort")}
              </th>
              <th scope="col" class="number">
                {say.t("stress.share")}
              </th>
              <th scope="col" class="number">
                {say.t("lab.families")}
              </th>
              {relieved.size > 0 && (
                <th scope="col" class="number wraps">
                  {say.t("lab.relievedShort")}
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {rows
              .filter((one, at) => all || at < FIRST || one.quarter_id === chosen)
              .map((one) => {
                const told = relieved.get(one.quarter_id);
                return (
                  <tr key={one.quarter_id} class={one.quarter_id === chosen ? "chosen" : ""}>
                    <th scope="row">
                      <button
                        type="button"
                        class="whatif-open"
                        onClick={() => choose({ level: "quarters", id: one.quarter_id })}
                      >
                        {one.name || one.quarter_id}
                      </button>
                    </th>
                    <td class="number">{people(one.crowded_persons_low, one.crowded_persons_high, say)}</td>
                    <td class="number">{say.share(one.crowded_share)}</td>
                    <td class="number">{people(one.crowded_family_persons_low, one.crowded_family_persons_high, say)}</td>
                    {relieved.size > 0 && <td class="number">{people(told?.persons_low, told?.persons_high, say)}</td>}
                  </tr>
                );
              })}
          </tbody>
        </table>
      </Wide>
      {rows.length > FIRST && (
        <button type="button" class="plain" onClick={() => setAll(!all)}>
          {all ? say.t("whatif.fewQuarters") : say.t("whatif.allQuarters", { n: rows.length })}
        </button>
      )}
      <p class="soft">
        {held > 0 && say.t("office.heldQuarters", { n: say.number(held), least: say.number(lab.minimum_households) })}{" "}
        {say.t("lab.quartersWhy")}
      </p>
    </Section>
  );
}

/** The quarter chosen on the map or in a table: who lives crowded there, and whom the chosen concept would relieve. */
export function OneQuarter({ data, lab, concept, selection, say, choose }: Shown) {
  const sight = useInSight<HTMLElement>(selection?.id ?? "", "nearest");
  if (selection?.level !== "quarters") return null;
  const row = data.quarters.table.row(selection.id);
  if (row === undefined) return null;
  const title = data.quarters.table.text("name", row) || selection.id;
  const here = lab.quarters.find((one) => one.quarter_id === selection.id && one.status === "ok");
  const there = placesOf(lab, concept).find((one) => one.quarter_id === selection.id);
  const chosen = lab.concepts.find((one) => one.id === concept);
  return (
    <section class="section office-one" aria-label={title} ref={sight}>
      <div class="planner-row">
        <h3>{title}</h3>
        <button type="button" onClick={() => choose(null)}>
          {say.t("office.close")}
        </button>
      </div>
      {!here && <p>{say.t("office.heldQuarter", { least: say.number(lab.minimum_households) })}</p>}
      {here && (
        <dl class="figures">
          <Figure
            label={say.t("lab.crowded")}
            value={people(here.crowded_persons_low, here.crowded_persons_high, say)}
            note={say.t("lab.crowdedOf", { n: say.number(here.persons) })}
          />
          <Figure
            label={say.t("lab.inFamilies")}
            value={people(here.crowded_family_persons_low, here.crowded_family_persons_high, say)}
          />
          {chosen && there && (
            <Figure
              label={inWords(chosen, "label", say)}
              value={people(there.persons_low, there.persons_high, say)}
              note={say.t(there.case === "taken" ? "lab.mapTaken" : "lab.mapExpected", { years: lab.years })}
            />
          )}
        </dl>
      )}
    </section>
  );
}
