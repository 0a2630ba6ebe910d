import type { Dataset, Level } from "../data/load";
import type { Indicator, Study } from "../data/schema";
import type { Speech } from "../i18n";
import { Value } from "./prerequisite";

interface Props {
  data: Dataset;
  level: Level;
  row: number;
  say: Speech;
}

/** Everything else that is known of an area, by theme; closed until somebody asks. */
export function Further({ data, level, row, say }: Props) {
  const { table } = data[level];
  const themes = data.study.themes
    .map((theme) => ({ theme, own: ofTheme(data.study, theme.id).filter((one) => table.has(one.id)) }))
    .filter(({ own }) => own.length > 0);
  if (themes.length === 0) return null;
  return (
    <section class="further">
      <h3>{say.t("why.further")}</h3>
      {themes.map(({ theme, own }) => (
        <details key={theme.id} data-theme={theme.id}>
          <summary>
            {say.name(theme.label)} <span class="soft">{own.length}</span>
          </summary>
          <dl class="values">
            {own.map((one) => (
              <Value key={one.id} data={data} level={level} row={row} indicator={one} say={say} />
            ))}
          </dl>
        </details>
      ))}
    </section>
  );
}

function ofTheme(study: Study, theme: string): Indicator[] {
  return study.indicators.filter((one) => one.theme === theme);
}
