import { useMemo } from "preact/hooks";
import type { Dataset } from "../data/load";
import { onMap } from "../explore/palettes";
import type { Speech } from "../i18n";
import type { View } from "../state";
import { blankLabel, type Blank, type Theme } from "../themes";

interface Props {
  data: Dataset;
  view: View;
  theme: Theme;
  say: Speech;
}

/** Classes with their limits, the threshold between them, and what the hatched areas mean. */
export function Legend({ data, view, theme, say }: Props) {
  const table = data[view.level].table;
  const counts = useMemo(() => {
    const found = new Map<string, number>();
    for (const row of table.rows()) {
      const { bin, blank } = theme.paint(table, row);
      const key = blank ?? String(bin);
      found.set(key, (found.get(key) ?? 0) + 1);
    }
    return found;
  }, [table, theme]);
  const many = (key: string): string => say.number(counts.get(key) ?? 0);
  const blanks = theme.blanks.filter((kind) => counts.has(kind));
  return (
    <section class="legend" aria-label={say.t("legend.label")}>
      <h2>{theme.title}</h2>
      {theme.unit && <p class="legend-unit">{theme.unit}</p>}
      {theme.levels[0] && !theme.levels.includes(view.level) && (
        <p class="legend-unit">{say.t(`legend.only.${theme.levels[0]}`)}</p>
      )}
      {theme.bins.length > 0 && (
        <table>
          <thead>
            <tr>
              <th scope="col">
                <span class="visually-hidden">{say.t("legend.label")}</span>
              </th>
              <th scope="col">{say.t(`legend.${view.level}`)}</th>
            </tr>
          </thead>
          <tbody>
            {theme.bins.map((bin, at) => (
              <Row
                key={at}
                color={bin.color}
                label={bin.label}
                count={many(String(at))}
                mark={at === theme.thresholdBefore ? theme.thresholdLabel : ""}
              />
            ))}
            {blanks.map((kind) => (
              <Row key={kind} blank={kind} label={blankLabel(kind, view.level, data.study, say)} count={many(kind)} />
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

function Row({
  color,
  blank,
  label,
  count,
  mark,
}: {
  color?: string;
  blank?: Blank;
  label: string;
  count: string;
  mark?: string;
}) {
  return (
    <>
      {mark && (
        <tr class="legend-threshold">
          <td colSpan={2}>{mark}</td>
        </tr>
      )}
      <tr>
        <th scope="row">
          <span
            class={`swatch ${blank ? `swatch-${blank}` : ""}`}
            style={color ? { backgroundColor: onMap(color) } : undefined}
            aria-hidden="true"
          />
          {label}
        </th>
        <td>{count}</td>
      </tr>
    </>
  );
}
