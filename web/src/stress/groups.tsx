import { told } from "../office/text";
import { Section, Wide } from "../views/parts";
import { componentName, SEVERAL, shareText } from "./figures";
import { WithRange } from "./range";
import type { Shown } from "./view";

/** The chosen component and the counting index by kind of household. */
export function Groups({ test, day, normal, component, say }: Shown) {
  if (day.groups.length === 0) return null;
  const beside = normal && normal.id !== day.id ? normal : null;
  const title = say.t("stress.groups");
  const columns = component === SEVERAL ? [SEVERAL] : [component, SEVERAL];
  const normally = new Map(beside?.groups.map((one) => [one.group, one.figures[component]]));
  return (
    <Section title={title}>
      <Wide label={title} hint={say.t("table.wide")}>
        <table class="counts whatif-table">
          <caption class="visually-hidden">{title}</caption>
          <thead>
            <tr>
              <th scope="col">{say.t("stress.household")}</th>
              <th scope="col" class="number">
                {say.t("stress.residents")}
              </th>
              {columns.map((one) => (
                <th key={one} scope="col" class="number wraps">
                  {componentName(test, one, say)}
                </th>
              ))}
              {beside && (
                <th scope="col" class="number wraps">
                  {say.t("stress.normally", { name: componentName(test, component, say) })}
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {day.groups.map((one) => (
              <tr key={one.group}>
                <th scope="row">{told(one, "label", say)}</th>
                <td class="number">{say.number(one.residents)}</td>
                {columns.map((name) => (
                  <td key={name} class="number">
                    <WithRange figure={one.figures[name]} say={say} />
                  </td>
                ))}
                {beside && <td class="number">{shareText(normally.get(one.group), say)}</td>}
              </tr>
            ))}
          </tbody>
        </table>
      </Wide>
    </Section>
  );
}
