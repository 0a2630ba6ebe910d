import type { Dataset } from "../data/load";
import type { Row } from "../data/schema";
import type { Speech } from "../i18n";
import { Licence } from "../map/attribution";
import { ParameterLine } from "./how";
import { Section, Wide } from "./parts";
import { serviceName } from "./prerequisite";

interface Props {
  data: Dataset;
  say: Speech;
}

const number = (row: Row, name: string): number | null =>
  typeof row[name] === "number" ? (row[name] as number) : null;

/** What the result rests on: notes, sources with date and scale, completeness of places, thresholds with evidence. */
export function Quality({ data, say }: Props) {
  const { study } = data;
  return (
    <>
      <Section title={say.t("quality.notes")}>
        {study.notes.length === 0 && <p>{say.t("quality.noNotes")}</p>}
        <ul class="notes">
          {study.notes.map((note) => (
            <li key={note.code}>{say.pick(note.text)}</li>
          ))}
        </ul>
      </Section>
      <Sources data={data} say={say} />
      <Categories data={data} say={say} />
      <Parameters data={data} say={say} />
      <Section title={say.t("quality.method")}>
        <p>{say.t("quality.methodText")}</p>
        {study.note && <p>{study.note}</p>}
        <p class="soft">
          {say.t("quality.version", { version: study.version })}
          {study.contact && <> · {say.t("quality.contact", { contact: study.contact })}</>}
          {" · "}
          <a href="./licences.txt">{say.t("quality.software")}</a>
        </p>
      </Section>
    </>
  );
}

function Sources({ data, say }: Props) {
  return (
    <Section title={say.t("quality.sources")}>
      <ul class="sources">
        {data.study.sources.map((source) => (
          <li key={source.name + source.file}>
            <strong>{say.name(source.label)}</strong>
            <span>
              {source.attribution || source.file}
              {source.files > 1 && ` (${say.t("quality.files", { n: source.files })})`}
            </span>
            <span class="soft">
              {say.t("quality.licence")}:{" "}
              {source.licence ? (
                <Licence name={source.licence} address={source.licence_url} />
              ) : (
                say.t("quality.notStated")
              )}{" "}
              · {say.t("quality.date")}: {source.reference_date ? say.date(source.reference_date) : say.t("quality.notStated")}{" "}
              · {say.t("quality.scale")}: {say.pick(source.scale) || say.t("quality.notStated")}
            </span>
            {source.note && <span class="soft">{source.note}</span>}
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Categories({ data, say }: Props) {
  const title = say.t("quality.categories");
  return (
    <Section title={title}>
      <Wide label={title} hint={say.t("table.wide")}>
        <table class="counts">
          <thead>
            <tr>
              <th scope="col">{say.t("quality.category")}</th>
              <th scope="col" class="number">
                {say.t("quality.places")}
              </th>
              <th scope="col" class="number">
                {say.t("quality.expected")}
              </th>
              <th scope="col">{say.t("quality.judgement")}</th>
            </tr>
          </thead>
          <tbody>
            {data.study.categories.map((row) => (
              <tr key={String(row["category"])}>
                <th scope="row">{serviceName(data, String(row["category"]), say)}</th>
                <td class="number">{say.number(number(row, "n_places"))}</td>
                <td class="number">{say.number(number(row, "n_expected"))}</td>
                <td>{say.word("reason", String(row["reason"] ?? ""))}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Wide>
    </Section>
  );
}

/** Every threshold and assumption; long, so it is folded away. */
function Parameters({ data, say }: Props) {
  const title = say.t("quality.parameters");
  const known = Object.values(data.study.parameters);
  return (
    <Section title={title}>
      <details class="how">
        <summary>{say.t("quality.all", { n: known.length })}</summary>
        <ul>
          {known.map((one) => (
            <li key={one.id}>
              <ParameterLine parameter={one} say={say} />
            </li>
          ))}
        </ul>
      </details>
    </Section>
  );
}
