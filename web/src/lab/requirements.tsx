import type { Speech } from "../i18n";
import type { Bench } from "../office/bench";
import { Files } from "../office/shelf";
import { told } from "../office/text";
import { useBench } from "../office/use";
import { Section, Wide } from "../views/parts";
import { fileAddress, type About, type Concept, type Lab, type Requirement } from "./api";
import { Design } from "./design";

interface Props {
  bench: Bench<About, Lab>;
  requirements: Requirement[];
  concepts: Concept[];
  say: Speech;
}

const BRIEF = ["brief.pdf", "brief.docx", "brief.xlsx", "criteria.csv", "rooms_example.csv"];

/** What to ask of those who build: a matrix of criteria, its papers, and a design held against it. */
export function Requirements({ bench, requirements, concepts, say }: Props) {
  const { files, name, about, result } = useBench(bench);
  const brief = files.filter((one) => BRIEF.includes(one.name));
  const title = say.t("lab.requirements");
  return (
    <>
      <p>{say.t("lab.requirementsWhy")}</p>
      {brief.length > 0 && (
        <Section title={say.t("lab.brief")}>
          <Files
            files={brief}
            address={(file) => fileAddress(name, file)}
            words="lab.file"
            why={say.t("office.filesWhy")}
            say={say}
          />
        </Section>
      )}
      {brief.length === 0 && bench.source.begin && <p class="soft">{say.t("lab.noBrief")}</p>}
      <Section title={title}>
        <Wide label={title} hint={say.t("table.wide")}>
          <table class="counts office-rules">
            <caption class="visually-hidden">{title}</caption>
            <thead>
              <tr>
                <th scope="col">{say.t("lab.requirement")}</th>
                <th scope="col">{say.t("lab.least")}</th>
                <th scope="col">{say.t("lab.serves")}</th>
                <th scope="col" class="number">
                  {say.t("lab.weight")}
                </th>
                <th scope="col">{say.t("stress.source")}</th>
              </tr>
            </thead>
            <tbody>
              {requirements.map((one) => (
                <tr key={one.id}>
                  <th scope="row">
                    {told(one, "label", say)}
                    <details class="planner-more">
                      <summary>{say.t("lab.nConcepts", { n: conceptsOf(one, concepts, say).length })}</summary>
                      <small>{say.list(conceptsOf(one, concepts, say))}</small>
                    </details>
                  </th>
                  <td>
                    {say.plain(one.least)} {told(one, "unit", say)}
                  </td>
                  <td>{told(one, "of", say)}</td>
                  <td class="number">{say.plain(one.weight)}</td>
                  <td>
                    {told(one, "source", say)}
                    <small class="span">
                      {say.date(one.date)} · {told(one, "evidence", say)}
                    </small>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </Wide>
      </Section>
      <Design about={about} kept={result?.design ?? null} say={say} />
    </>
  );
}

const conceptsOf = (one: Requirement, concepts: Concept[], say: Speech): string[] =>
  concepts.filter((concept) => concept.requirements.includes(one.id)).map((concept) => told(concept, "label", say));
