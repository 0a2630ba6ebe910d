import { useState } from "preact/hooks";
import { people } from "../office/text";
import { Section, Wide } from "../views/parts";
import type { Shown } from "./view";

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
