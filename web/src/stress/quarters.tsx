import { useState } from "preact/hooks";
import { useInSight } from "../office/sight";
import { Section, Wide } from "../views/parts";
import type { QuarterTold } from "./api";
import { componentName, drawnText, openText, personsText, SEVERAL, shareText } from "./figures";
import type { Shown } from "./view";

const FIRST = 10;

/** All quarters by the component that the map shows, the normal day beside it; a click shows one on the map. */
export function Quarters({ data, test, day, normal, component, selection, say, choose }: Shown) {
  const [all, setAll] = useState(false);
  const beside = normal && normal.id !== day.id ? normal : null;
  const normally = new Map(beside?.quarters.map((one) => [one.quarter_id, one.figures[component]]));
  const rows = ordered(day.quarters, component);
  const held = data.quarters.table.length - rows.length;
  const name = componentName(test, component, say);
  const title = say.t("stress.quarters", { name });
  return (
    <Section title={title}>
      <Wide label={title} hint={say.t("table.wide")}>
        <table class="counts whatif-table">
          <caption class="visually-hidden">{title}</caption>
          <thead>
            <tr>
              <th scope="col">{say.t("quarters.name")}</th>
              <th scope="col" class="number">
                {say.t("stress.residents")}
              </th>
              <th scope="col" class="number">
                {say.t("stress.thisDay")}
              </th>
              {beside && (
                <th scope="col" class="number">
                  {say.t("stress.normalDay")}
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {(all ? rows : rows.slice(0, FIRST)).map((one) => {
              const figure = one.figures[component];
              return (
                <tr key={one.quarter_id} class={selection?.id === one.quarter_id ? "chosen" : ""}>
                  <th scope="row">
                    <button
                      type="button"
                      class="whatif-open"
                      onClick={() => choose({ level: "quarters", id: one.quarter_id })}
                    >
                      {one.name || one.quarter_id}
                    </button>
                  </th>
                  <td class="number">{say.number(one.residents)}</td>
                  <td class="number">
                    {shareText(figure, say)}
                    {openText(figure, say) && <small class="span">{openText(figure, say)}</small>}
                  </td>
                  {beside && <td class="number">{shareText(normally.get(one.quarter_id), say)}</td>}
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
        {held > 0 && say.t("office.heldQuarters", { n: say.number(held), least: say.number(test.minimum_households) })}{" "}
        {say.t("office.signs")}
      </p>
    </Section>
  );
}

/** Most first, then by name; what is not told comes last. */
export function ordered(quarters: QuarterTold[], component: string): QuarterTold[] {
  const share = (one: QuarterTold): number => one.figures[component]?.share ?? one.figures[component]?.low ?? -1;
  return [...quarters].sort((a, b) => share(b) - share(a) || (a.quarter_id < b.quarter_id ? -1 : 1));
}

/** The quarter chosen on the map or in the table: every component, the whole study and the normal day beside it. */
export function OneQuarter({ test, day, normal, selection, data, say, choose }: Shown) {
  const sight = useInSight<HTMLElement>(selection?.id ?? "", "nearest");
  if (selection?.level !== "quarters") return null;
  const row = data.quarters.table.row(selection.id);
  if (row === undefined) return null;
  const title = data.quarters.table.text("name", row) || selection.id;
  const told = day.quarters.find((one) => one.quarter_id === selection.id);
  const beside = normal && normal.id !== day.id ? normal.quarters.find((one) => one.quarter_id === selection.id) : null;
  const several = told?.figures[SEVERAL];
  return (
    <section class="section office-one" aria-label={title} ref={sight}>
      <div class="planner-row">
        <h3>{title}</h3>
        <button type="button" onClick={() => choose(null)}>
          {say.t("office.close")}
        </button>
      </div>
      {!told && <p>{say.t("office.heldQuarter", { least: say.number(test.minimum_households) })}</p>}
      {told && (
        <>
          <p>
            {say.t("stress.oneQuarter", {
              k: test.components_needed,
              persons: personsText(several, say),
              of: say.number(told.residents),
            })}{" "}
            {drawnText(several, say) && say.t("stress.drawnTo", { range: drawnText(several, say) })}
          </p>
          <table class="counts whatif-table">
            <caption class="visually-hidden">{title}</caption>
            <thead>
              <tr>
                <th scope="col">{say.t("stress.component")}</th>
                <th scope="col" class="number">
                  {say.t("stress.here")}
                </th>
                {beside && (
                  <th scope="col" class="number">
                    {say.t("stress.normalDay")}
                  </th>
                )}
                <th scope="col" class="number">
                  {say.t("stress.wholeStudy")}
                </th>
              </tr>
            </thead>
            <tbody>
              {[...day.known, SEVERAL].map((id) => (
                <tr key={id}>
                  <th scope="row">{componentName(test, id, say)}</th>
                  <td class="number">
                    {shareText(told.figures[id], say)}
                    {openText(told.figures[id], say) && <small class="span">{openText(told.figures[id], say)}</small>}
                  </td>
                  {beside && <td class="number">{shareText(beside.figures[id], say)}</td>}
                  <td class="number">{shareText(day.whole.figures[id], say)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </>
      )}
    </section>
  );
}
