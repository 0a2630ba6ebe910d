import { useMemo } from "preact/hooks";
import type { Dataset } from "../data/load";
import type { Indicator, Row } from "../data/schema";
import type { Speech } from "../i18n";
import type { View } from "../state";
import { blankLabel, type Theme } from "../themes";
import { valueText } from "../values";
import { Section } from "../views/parts";
import { onMap } from "./palettes";

interface Props {
  data: Dataset;
  view: View;
  theme: Theme;
  say: Speech;
}

const figure = (row: Row, name: string): number | null => (typeof row[name] === "number" ? (row[name] as number) : null);
const word = (row: Row, name: string): string => (typeof row[name] === "string" ? (row[name] as string) : "");

/** How what the map shows is spread over people, and how unequal it is along the status of quarters. */
export function Spread({ data, view, theme, say }: Props) {
  return (
    <>
      <Histogram data={data} view={view} theme={theme} say={say} />
      <Fifths data={data} say={say} />
      <Inequality data={data} say={say} />
    </>
  );
}

interface Step {
  label: string;
  color: string;
  blank: string;
  residents: number;
  areas: number;
  /** whether the residents of none of its areas are public */
  hidden: boolean;
}

/** The classes of the legend with the residents of the areas that they paint: released numbers, added up. */
function stepsOf({ data, view, theme, say }: Props): Step[] {
  const { table } = data[view.level];
  const steps = theme.bins.map((bin) => ({ label: bin.label, color: bin.color, blank: "", residents: 0, areas: 0, told: 0 }));
  const blanks = theme.blanks.map((kind) => ({
    label: blankLabel(kind, view.level, data.study, say),
    color: data.study.palette.unknown,
    blank: kind as string,
    residents: 0,
    areas: 0,
    told: 0,
  }));
  for (const row of table.rows()) {
    const paint = theme.paint(table, row);
    const step = paint.blank === null ? steps[paint.bin] : blanks.find((one) => one.blank === paint.blank);
    if (!step) continue;
    step.areas += 1;
    const residents = table.number("residents", row);
    step.residents += residents ?? 0;
    step.told += residents === null ? 0 : 1;
  }
  const shown = [...steps, ...blanks.filter((one) => one.areas > 0)];
  return shown.map((one) => ({ ...one, hidden: one.areas > 0 && one.told === 0 }));
}

function Histogram(props: Props) {
  const { data, view, theme, say } = props;
  const steps = useMemo(() => stepsOf(props), [data, view.level, theme, say]);
  const total = steps.reduce((sum, one) => sum + one.residents, 0);
  const largest = Math.max(1, ...steps.map((one) => one.residents));
  const title = say.t("spread.people", { what: theme.title });
  // "of residents" continues the title; here it would begin a sentence
  const isOf = [say.t("legend.residents"), say.t("legend.ofAge")].includes(theme.unit);
  const unit = isOf || !theme.unit ? "" : say.t("spread.in", { unit: theme.unit });
  return (
    <section class="section plain-section">
      <h3>{title}</h3>
      <p class="soft">
        {unit && `${unit} `}
        {say.t(`spread.unit.${view.level}`)} {say.t("spread.change")}
      </p>
      <table class="columns">
        <caption class="visually-hidden">{title}</caption>
        <thead>
          <tr>
            <th scope="col">{say.t("spread.class")}</th>
            <th scope="col" class="number">
              {say.t("overview.residents")}
            </th>
            <th scope="col" class="number">
              {say.t("combinations.share")}
            </th>
          </tr>
        </thead>
        <tbody>
          {steps.map((one) => (
            <tr key={one.label}>
              <th scope="row">
                {one.label}
                <span class="column" aria-hidden="true">
                  <span
                    class={one.blank ? `swatch-${one.blank}` : ""}
                    style={{ width: `${(100 * one.residents) / largest}%`, backgroundColor: onMap(one.color) }}
                  />
                </span>
              </th>
              <td class="number">{one.hidden ? say.t("value.held") : say.number(one.residents)}</td>
              <td class="number">
                {one.hidden ? say.t("value.held") : total > 0 ? say.share(one.residents / total) : say.t("value.none")}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p class="soft">{say.t("spread.sum", { n: say.number(total) })}</p>
    </section>
  );
}

const FIFTHS = [1, 2, 3, 4, 5];

/** Means of the fifths of residents, from the quarters of the lowest status to those of the highest. */
function Fifths({ data, say }: Pick<Props, "data" | "say">) {
  const rows = data.social.fifths.filter((row) => FIFTHS.some((at) => figure(row, `fifth_${at}`) !== null));
  if (rows.length === 0) return null;
  const byStatus = rows.some((row) => row["ordered_by"] === "status");
  return (
    <Section title={say.t("spread.fifths")}>
      <p class="soft">{say.t(byStatus ? "spread.fifthsStatus" : "spread.fifthsSelf")}</p>
      <ul class="fifths">
        {rows.map((row) => (
          <Fifth key={word(row, "indicator")} data={data} row={row} say={say} />
        ))}
      </ul>
    </Section>
  );
}

/** The entry of a column such as several_share or lacks_green_share. */
function entryOf(data: Dataset, column: string): Indicator | undefined {
  const { indicators } = data.study;
  return indicators.find((one) => one.id === column) ?? indicators.find((one) => `${one.id}_share` === column);
}

function nameOf(data: Dataset, column: string, say: Speech): string {
  if (column === "several_share") return say.t("theme.several.quarters", { k: data.study.lacks_needed });
  const entry = entryOf(data, column);
  return entry ? say.name(entry.label) : column;
}

function textOf(data: Dataset, column: string, value: number | null, say: Speech): string {
  const entry = entryOf(data, column);
  if (!entry || column.endsWith("_share")) return say.share(value);
  return valueText({ ...entry, kind: "mean" }, value, say);
}

function Fifth({ data, row, say }: Pick<Props, "data" | "say"> & { row: Row }) {
  const column = word(row, "indicator");
  const values = FIFTHS.map((at) => figure(row, `fifth_${at}`));
  const largest = Math.max(...values.map((value) => value ?? 0), 1e-9);
  const status = word(row, "ordered_by") === "status";
  const title = nameOf(data, column, say);
  return (
    <li>
      <h4>{title}</h4>
      <table class="fifth-bars">
        <caption class="visually-hidden">{title}</caption>
        <tbody>
          {values.map((value, at) => (
            <tr key={at}>
              <th scope="row">{say.t(status ? `spread.fifth.${at + 1}` as "spread.fifth.1" : "spread.fifthAt", { n: at + 1 })}</th>
              <td class="bar-cell" aria-hidden="true">
                <span class="column">
                  <span class={`step-${at}`} style={{ width: `${(100 * (value ?? 0)) / largest}%` }} />
                </span>
              </td>
              <td class="number">{textOf(data, column, value, say)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {word(row, `text_${say.language}`) && <p class="soft">{word(row, `text_${say.language}`)}</p>}
      {word(row, `note_${say.language}`) && <p class="soft">{word(row, `note_${say.language}`)}</p>}
    </li>
  );
}

const MEASURES = ["gini", "theil", "mld", "palma", "atkinson_0.5", "atkinson_1"];

/** Measures of inequality of what is an amount; one table, a line each. */
function Inequality({ data, say }: Pick<Props, "data" | "say">) {
  const { inequality } = data.social;
  const columns = [...new Set(inequality.map((row) => word(row, "indicator")))];
  const measures = MEASURES.filter((name) => inequality.some((row) => row["measure"] === name));
  if (columns.length === 0) return <p class="soft">{say.t("spread.none")}</p>;
  const at = (column: string, name: string): number | null => {
    const row = inequality.find((one) => one["indicator"] === column && one["measure"] === name);
    return row ? figure(row, "value") : null;
  };
  return (
    <Section title={say.t("spread.inequality")}>
      <p class="soft">{say.t("spread.inequalityHint")}</p>
      <table>
        <caption class="visually-hidden">{say.t("spread.inequality")}</caption>
        <thead>
          <tr>
            <th scope="col">{say.t("spread.measure")}</th>
            {columns.map((column) => (
              <th key={column} scope="col" class="number wraps">
                {nameOf(data, column, say)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {measures.map((name) => (
            <tr key={name}>
              <th scope="row">
                {say.word("spread.measure", name)}
                <small>{say.word("spread.why", name)}</small>
              </th>
              {columns.map((column) => (
                <td key={column} class="number">
                  {say.number(at(column, name), 2)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  );
}
