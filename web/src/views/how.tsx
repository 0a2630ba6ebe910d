import type { Dataset, Level } from "../data/load";
import type { Indicator, Parameter, Prerequisite } from "../data/schema";
import type { Speech } from "../i18n";
import { SHARE_UNIT, valueText } from "../values";

interface Props {
  data: Dataset;
  prerequisite: Prerequisite;
  indicators: Indicator[];
  level: Level;
  row: number;
  say: Speech;
}

/** Formula, source, limits, thresholds with their evidence, and the data behind a prerequisite; folded away. */
export function How({ data, prerequisite, indicators, level, row, say }: Props) {
  const { study } = data;
  const lack = study.indicators.filter((one) => one.prerequisite === prerequisite.id && one.kind === "lack");
  const parameters = prerequisite.parameters.flatMap((id) => study.parameters[id] ?? []);
  const sources = study.sources.filter((source) => prerequisite.sources.includes(source.name));
  return (
    <details class="how">
      <summary>{say.t("why.how")}</summary>
      {[...lack, ...indicators].map((one) => (
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
      {sources.length > 0 && <h4>{say.t("why.data")}</h4>}
      <ul>
        {sources.map((source) => (
          <li key={source.name + source.file}>
            {say.name(source.label)}: {source.attribution || source.file}. {say.t("quality.scale")}:{" "}
            {say.pick(source.scale) || say.t("quality.notStated")}. {say.t("quality.date")}:{" "}
            {source.reference_date ? say.date(source.reference_date) : say.t("quality.notStated")}.
          </li>
        ))}
      </ul>
    </details>
  );
}

export function Entry({ indicator, value, say }: { indicator: Indicator; value: number | null; say: Speech }) {
  const sentence =
    value === null ? "" : say.pick(indicator.sentence).replace("{value}", valueText(indicator, value, say));
  return (
    <section class="entry">
      <h4>{say.name(indicator.label)}</h4>
      {sentence && <p>{sentence}</p>}
      {say.pick(indicator.formula) && (
        <p>
          <b>{say.t("why.formula")}:</b> {say.pick(indicator.formula)}
        </p>
      )}
      {indicator.source && (
        <p>
          <b>{say.t("why.basis")}:</b> {indicator.source} ({say.word("evidence", indicator.evidence)})
        </p>
      )}
      {say.pick(indicator.limits) && (
        <p>
          <b>{say.t("why.limits")}:</b> {say.pick(indicator.limits)}
        </p>
      )}
    </section>
  );
}

/** A parameter as one line: value, source, date, how well it is supported; by its id where it has no words. */
export function ParameterLine({ parameter, say }: { parameter: Parameter; say: Speech }) {
  const label = parameterLabel(parameter, say);
  return (
    <>
      {label ? <b title={parameter.id}>{label}</b> : <Named parameter={parameter} say={say} />}. {parameter.source},{" "}
      {say.date(parameter.date)} (
      {say.word("evidence", parameter.overridden_in_study ? "overridden" : parameter.evidence)})
    </>
  );
}

function Named({ parameter, say }: { parameter: Parameter; say: Speech }) {
  return (
    <>
      <span class="mono">{parameter.id}</span> = <b>{parameterValue(parameter, say)}</b>
    </>
  );
}

/** A parameter in words with its value, empty where the report has none for it. */
function parameterLabel(parameter: Parameter, say: Speech): string {
  const { id, value, label } = parameter;
  if (typeof value !== "number") return "";
  const isShare = id.includes("share") || id.includes("ratio");
  return say.pick(label).replace("{value}", isShare ? say.share(value) : say.plain(value));
}

export function parameterValue({ value, unit }: Parameter, say: Speech): string {
  const text = (one: unknown): string => (typeof one === "number" ? say.plain(one) : String(one));
  const values = Array.isArray(value) ? value.map(text).join(", ") : text(value);
  return unit && unit !== SHARE_UNIT ? `${values} ${unit}` : values;
}
