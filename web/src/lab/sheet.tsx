import type { ComponentChildren } from "preact";
import type { Speech } from "../i18n";
import { euro } from "../office/amounts";
import { useInSight } from "../office/sight";
import { people, told } from "../office/text";
import { refocus } from "../views/focus";
import { Figure, Wide } from "../views/parts";
import type { Concept, Lab } from "./api";
import { caseOf, EXPECTED, personsOf, placesOf, POSSIBLE, relieves, toldCase, unitsText, type Shown } from "./view";

/** The sheet of a concept: possible and expected apart, cost beside new build, law, requirements, where, from which source. */
export function Sheet({ lab, concept: id, say, choose, turn }: Shown) {
  const sight = useInSight<HTMLElement>(id, "start");
  const concept = lab.concepts.find((one) => one.id === id);
  if (!concept) return <p class="soft">{say.t("lab.chooseConcept")}</p>;
  const legal = say.language === "de" ? concept.legal_de : concept.legal_en;
  const needs = lab.requirements.filter((one) => concept.requirements.includes(one.id));
  const close = (): void => {
    turn("");
    refocus();
  };
  return (
    <section class="section office-one" aria-label={told(concept, "label", say)} ref={sight}>
      <div class="planner-row">
        <h3>{told(concept, "label", say)}</h3>
        <button type="button" onClick={close}>
          {say.t("office.close")}
        </button>
      </div>
      <p>{told(concept, "note", say)}</p>
      {relieves(concept) && <Possible concept={concept} say={say} />}
      {concept.effect !== "design" && <Expected lab={lab} concept={concept} say={say} />}
      {concept.effect !== "design" && <Cost concept={concept} say={say} />}
      <dl class="office-facts">
        {legal.length > 0 && (
          <Fact name={say.t("lab.legal")}>
            <ul class="bullets">
              {legal.map((one) => (
                <li key={one}>{one}</li>
              ))}
            </ul>
          </Fact>
        )}
        {needs.length > 0 && (
          <Fact name={say.t("lab.needs")}>
            <ul class="bullets">
              {needs.map((one) => (
                <li key={one.id}>
                  {told(one, "label", say)}{" "}
                  <small>
                    {say.t("lab.atLeast", { n: say.plain(one.least) })} {told(one, "unit", say)}
                  </small>
                </li>
              ))}
            </ul>
          </Fact>
        )}
        {told(concept, "uptake_source", say) && (
          <Fact name={say.t("lab.uptake")}>
            {told(concept, "uptake_source", say)} <small>({told(concept, "uptake_evidence", say)})</small>
          </Fact>
        )}
        <Fact name={say.t("lab.source")}>
          {told(concept, "source", say)}{" "}
          <small>
            ({told(concept, "evidence", say)}, {say.date(concept.date)})
          </small>
        </Fact>
      </dl>
      <Places lab={lab} concept={concept} say={say} choose={choose} />
    </section>
  );
}

function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** What would be possible if everybody took part whom the concept suits. */
function Possible({ concept, say }: { concept: Concept; say: Speech }) {
  const cases = POSSIBLE.flatMap((name) => caseOf(concept, name) ?? []).filter(
    (one) => concept.moves || one.case === "potential_rooms",
  );
  const isRing = concept.effect === "exchange";
  return (
    <table class="counts whatif-table">
      <caption>{say.t(concept.moves ? "lab.possibleChain" : "lab.possibleWhy")}</caption>
      <thead>
        <tr>
          <th scope="col">{say.t("lab.if")}</th>
          <th scope="col" class="number">
            {say.t("lab.people")}
          </th>
          <th scope="col" class="number">
            {say.t("lab.families")}
          </th>
          {concept.moves && (
            <th scope="col" class="number">
              {say.t("lab.moves")}
            </th>
          )}
        </tr>
      </thead>
      <tbody>
        {cases.map((one) => (
          <tr key={one.case}>
            <th scope="row">{say.word(isRing ? "lab.ring" : "lab.case", one.case)}</th>
            <td class="number">{personsOf(one, say)}</td>
            <td class="number">{people(one.family_persons_low, one.family_persons_high, say)}</td>
            {concept.moves && <td class="number">{unitsText(one.moves, say)}</td>}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** What is to be expected at the stated participation, and what was tried. */
function Expected({ lab, concept, say }: { lab: Lab; concept: Concept; say: Speech }) {
  const names = [...EXPECTED, "taken", "taken_with_chains"];
  const cases = names.flatMap((name) => caseOf(concept, name) ?? []);
  const isPlaces = !relieves(concept);
  return (
    <table class="counts whatif-table">
      <caption>{say.t("lab.expectedIn", { years: lab.years, lead: say.plain(concept.lead_years ?? 0) })}</caption>
      <thead>
        <tr>
          <th scope="col">{say.t("lab.participation")}</th>
          <th scope="col" class="number">
            {told(concept, "unit", say) || say.t("lab.units")}
          </th>
          <th scope="col" class="number">
            {say.t(isPlaces ? "lab.places" : "lab.people")}
          </th>
          <th scope="col" class="number">
            {say.t("planner.cost")}
          </th>
        </tr>
      </thead>
      <tbody>
        {cases.map((one) => (
          <tr key={one.case}>
            <th scope="row">{say.word("lab.case", one.case)}</th>
            <td class="number">{unitsText(one.units, say)}</td>
            <td class="number">{isPlaces ? unitsText(one.places, say) : personsOf(one, say)}</td>
            <td class="number">{euro(one.cost_mid_eur, say)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Per unit and per person relieved, beside new build; land and embodied carbon where sourced. */
function Cost({ concept, say }: { concept: Concept; say: Speech }) {
  const one = toldCase(concept);
  const { low, mid, high } = concept.cost_eur;
  const range = low !== null && high !== null && low !== high ? `${euro(low, say)} – ${euro(high, say)}` : euro(mid, say);
  const facts = [
    { key: "gainedM2", value: one?.gained_m2, unit: "m²" },
    { key: "gainedRooms", value: one?.gained_rooms, unit: "" },
    { key: "land", value: one?.land_m2, unit: "m²", beside: one?.new_build_land_m2 },
    { key: "carbon", value: one?.carbon_t, unit: "t", beside: one?.new_build_carbon_t },
  ].filter((fact) => fact.value != null && fact.value !== 0);
  const amount = (value: number, unit: string): string => `${unitsText(value, say)}${unit && "\u00a0"}${unit}`;
  return (
    <>
      <dl class="figures">
        <Figure
          label={say.t("lab.perUnit")}
          value={range}
          note={[
            concept.price_year && mid !== null ? say.t("lab.prices", { year: concept.price_year }) : "",
            told(concept, "cost_source", say),
            told(concept, "cost_evidence", say) && `(${told(concept, "cost_evidence", say)})`,
          ]
            .filter(Boolean)
            .join(" ")}
        />
        {relieves(concept) && (
          <Figure
            label={say.t("lab.perPerson")}
            value={euro(one?.cost_per_person_eur, say)}
            note={say.t("lab.newBuild", { cost: euro(one?.new_build_per_person_eur, say) })}
          />
        )}
      </dl>
      {facts.length > 0 && (
        <ul class="bullets">
          {facts.map((fact) => (
            <li key={fact.key}>
              {say.word("lab", fact.key)}: {amount(fact.value ?? 0, fact.unit)}
              {fact.beside != null && ` (${say.t("lab.newBuild", { cost: amount(fact.beside, fact.unit) })})`}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

const FIRST = 8;

/** In which quarters it relieves people; the map shows the same. */
function Places({ lab, concept, say, choose }: { lab: Lab; concept: Concept } & Pick<Shown, "say" | "choose">) {
  const rows = placesOf(lab, concept.id).filter((one) => (one.persons_high ?? 0) > 0);
  if (rows.length === 0) return null;
  const title = say.t("lab.where");
  return (
    <Wide label={title} hint={say.t("table.wide")}>
      <table class="counts whatif-table">
        <caption>{title}</caption>
        <thead>
          <tr>
            <th scope="col">{say.t("quarters.name")}</th>
            <th scope="col" class="number">
              {say.t(rows[0]?.case === "taken" ? "lab.mapTaken" : "lab.mapExpected", { years: lab.years })}
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, FIRST).map((one) => (
            <tr key={one.quarter_id}>
              <th scope="row">
                <button
                  type="button"
                  class="whatif-open"
                  onClick={() => choose({ level: "quarters", id: one.quarter_id })}
                >
                  {one.name || one.quarter_id}
                </button>
              </th>
              <td class="number">{people(one.persons_low, one.persons_high, say)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Wide>
  );
}
