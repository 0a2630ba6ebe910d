import { ChosenQuarter, QuarterTable, type Column } from "../office/quarters";
import type { QuarterTold } from "./api";
import { componentName, drawnText, personsText, SEVERAL, shareText } from "./figures";
import { WithRange } from "./range";
import type { Shown } from "./view";

/** All quarters by the component that the map shows, the normal day beside it. */
export function Quarters(shown: Shown) {
  const { test, day, normal, component, say } = shown;
  const beside = normal && normal.id !== day.id ? normal : null;
  const normally = new Map(beside?.quarters.map((one) => [one.quarter_id, one.figures[component]]));
  const columns: Column<QuarterTold>[] = [
    { title: say.t("stress.residents"), cell: (one) => say.number(one.residents) },
    { title: say.t("stress.thisDay"), cell: (one) => <WithRange figure={one.figures[component]} say={say} /> },
  ];
  if (beside) {
    columns.push({
      title: say.t("stress.normalDay"),
      cell: (one) => shareText(normally.get(one.quarter_id), say),
    });
  }
  return (
    <QuarterTable
      {...shown}
      title={say.t("stress.quarters", { name: componentName(test, component, say) })}
      rows={ordered(day.quarters, component)}
      columns={columns}
      least={test.minimum_households}
      why={say.t("office.signs")}
    />
  );
}

/** Most first, then by name; what is not told comes last. */
export function ordered(quarters: QuarterTold[], component: string): QuarterTold[] {
  const share = (one: QuarterTold): number => one.figures[component]?.share ?? one.figures[component]?.low ?? -1;
  return [...quarters].sort((a, b) => share(b) - share(a) || (a.quarter_id < b.quarter_id ? -1 : 1));
}

/** The chosen quarter: every component, the whole study and the normal day beside it. */
export function OneQuarter(shown: Shown) {
  const { test, day, normal, say } = shown;
  const normally = normal && normal.id !== day.id ? normal.quarters : [];
  return (
    <ChosenQuarter {...shown} rows={day.quarters} least={test.minimum_households}>
      {(told, title) => {
        const several = told.figures[SEVERAL];
        const beside = normally.find((one) => one.quarter_id === told.quarter_id);
        return (
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
                      <WithRange figure={told.figures[id]} say={say} />
                    </td>
                    {beside && <td class="number">{shareText(beside.figures[id], say)}</td>}
                    <td class="number">{shareText(day.whole.figures[id], say)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </>
        );
      }}
    </ChosenQuarter>
  );
}
