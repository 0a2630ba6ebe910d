import { useState } from "preact/hooks";
import type { Dataset, Level } from "../data/load";
import type { Indicator, Study } from "../data/schema";
import type { Speech } from "../i18n";
import { Entry, ParameterLine } from "./how";
import { Check } from "./parts";
import { Value } from "./prerequisite";

interface Props {
  data: Dataset;
  level: Level;
  row: number;
  say: Speech;
}

/** Everything else that is known of an area, by theme; closed until somebody asks. */
export function Further({ data, level, row, say }: Props) {
  const themes = data.study.themes
    .map((theme) => ({ theme, own: ofTheme(data.study, theme.id).filter((one) => one.levels.includes(level)) }))
    .filter(({ own }) => own.length > 0);
  if (themes.length === 0) return null;
  return (
    <section class="further section">
      <h3>{say.t("why.further")}</h3>
      <p class="soft">{say.t("further.intro")}</p>
      <div class="further-themes">
        {themes.map(({ theme, own }) => (
          <Theme key={theme.id} id={theme.id} name={say.name(theme.label)} own={own} {...{ data, level, row, say }} />
        ))}
      </div>
    </section>
  );
}

function Theme({ id, name, own, data, level, row, say }: Props & { id: string; name: string; own: Indicator[] }) {
  const [open, setOpen] = useState(false);
  return (
    <details data-theme={id} open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        {name} <span class="soft">{own.length === 1 ? say.t("further.one") : say.t("further.count", { n: own.length })}</span>
      </summary>
      {open && (
        <>
          <dl class="values">
            {own.map((one) => (
              <Value key={one.id} data={data} level={level} row={row} indicator={one} say={say} />
            ))}
          </dl>
          <Basis data={data} level={level} row={row} own={own} say={say} />
        </>
      )}
    </details>
  );
}

/** Formula, source, limits and assumptions of a theme, folded away once more. */
function Basis({ data, level, row, own, say }: Props & { own: Indicator[] }) {
  const { study } = data;
  const ids = [...new Set(own.flatMap((one) => one.parameters))];
  const parameters = ids.flatMap((id) => study.parameters[id] ?? []);
  return (
    <>
      <Check study={study} ids={ids} say={say} />
      <details class="how">
        <summary>{say.t("why.how")}</summary>
        {own.map((one) => (
          <Entry key={one.id} indicator={one} value={data[level].table.number(one.id, row)} say={say} />
        ))}
        {parameters.length > 0 && <h4>{say.t("why.parameters")}</h4>}
        <ul>
          {parameters.map((one) => (
            <li key={one.id}>
              <ParameterLine parameter={one} say={say} />
            </li>
          ))}
        </ul>
      </details>
    </>
  );
}

function ofTheme(study: Study, theme: string): Indicator[] {
  return study.indicators.filter((one) => one.theme === theme);
}
