import { percent, told } from "../office/text";
import { Section } from "../views/parts";
import type { Concept } from "./api";
import { caseOf, expectedOf, personsOf, relieves, unitsText, type Shown } from "./view";

/** Every concept: what is possible and what is to be expected, side by side and never in one sum; a click opens its sheet. */
export function Concepts({ lab, concept, say, turn }: Shown) {
  const title = say.t("lab.concepts");
  const most = Math.max(1, lab.whole["crowded_persons_high"] ?? 1);
  const first = lab.concepts.filter(relieves);
  const rest = lab.concepts.filter((one) => !relieves(one));
  const name = (one: Concept) => (
    <button type="button" class="whatif-open" aria-pressed={one.id === concept} onClick={() => turn(one.id)}>
      {told(one, "label", say)}
    </button>
  );
  return (
    <Section title={title}>
      <p>{say.t("lab.conceptsWhy", { years: lab.years })}</p>
      <div class="planner-actions">
        <button type="button" aria-pressed={concept === ""} onClick={() => turn("")}>
          {say.t("lab.showToday")}
        </button>
      </div>
      <table class="counts office-bars">
        <caption class="visually-hidden">{title}</caption>
        <thead>
          <tr>
            <th scope="col">{say.t("lab.concept")}</th>
            <th scope="col" class="number">
              {say.t("lab.possible")}
            </th>
            <th scope="col" class="number">
              {say.t("lab.expected")}
            </th>
          </tr>
        </thead>
        <tbody>
          {first.map((one) => (
            <tr key={one.id} class={one.id === concept ? "chosen" : ""}>
              <th scope="row">
                {name(one)}
                {one.verify_locally && <small class="check">{say.t("why.verify")}</small>}
                <Bars
                  possible={caseOf(one, "potential_rooms")?.persons_high ?? null}
                  expected={caseOf(one, "expected_high")?.persons_high ?? null}
                  most={most}
                />
              </th>
              <td class="number">{personsOf(caseOf(one, "potential_rooms"), say)}</td>
              <td class="number">{expectedOf(one, say)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p class="office-key" aria-hidden="true">
        <span class="office-sample possible" /> {say.t("lab.possible")}
        <span class="office-sample now" /> {say.t("lab.expected")}
      </p>
      {rest.length > 0 && (
        <table class="counts">
          <caption>{say.t("lab.others")}</caption>
          <thead>
            <tr>
              <th scope="col">{say.t("lab.concept")}</th>
              <th scope="col" class="number">
                {say.t("lab.places")}
              </th>
            </tr>
          </thead>
          <tbody>
            {rest.map((one) => (
              <tr key={one.id} class={one.id === concept ? "chosen" : ""}>
                <th scope="row">{name(one)}</th>
                <td class="number">
                  {one.effect === "design"
                    ? say.t("lab.howToBuild")
                    : unitsText(caseOf(one, "expected_mid")?.places, say)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Section>
  );
}

/** Of all who live crowded: how many it could relieve, and how many are to be expected. */
function Bars({ possible, expected, most }: { possible: number | null; expected: number | null; most: number }) {
  if (possible === null && expected === null) return null;
  return (
    <span class="office-bar" aria-hidden="true">
      <span class="office-track">
        {possible !== null && <span class="possible" style={{ width: percent(possible, most) }} />}
      </span>
      <span class="office-track">
        {expected !== null && <span class="now" style={{ width: percent(expected, most) }} />}
      </span>
    </span>
  );
}
