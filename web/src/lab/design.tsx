import { useRef, useState } from "preact/hooks";
import type { Speech } from "../i18n";
import { Refusal } from "../office/refusal";
import { told } from "../office/text";
import { Section, Wide } from "../views/parts";
import { Refused, type Problem } from "../whatif/api";
import { checked, type About, type Checked } from "./api";

interface Props {
  /** null where nothing can be asked: then only what was kept is shown */
  about: About | null;
  kept: Checked | null;
  say: Speech;
}

/** A list of rooms held against the requirements: the one of the lab, or a file that is tried at once and not kept. */
export function Design({ about, kept, say }: Props) {
  const [tried, setTried] = useState<Checked | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const file = useRef<HTMLInputElement>(null);
  const shown = tried ?? kept;
  const take = async (): Promise<void> => {
    const one = file.current?.files?.[0];
    if (!one) return;
    setProblem(null);
    setTried(null);
    try {
      setTried(await checked(one.name.replace(/\.csv$/i, ""), await one.text()));
    } catch (wrong) {
      if (!(wrong instanceof Refused)) throw wrong;
      setProblem(wrong.problem);
    }
  };
  if (!about && !kept) return null;
  return (
    <Section title={say.t("lab.design")}>
      {about && (
        <>
          <p>{say.t("lab.designWhy")}</p>
          <label class="file">
            {say.t("lab.designFile")}
            <input
              ref={file}
              id="lab-design"
              type="file"
              accept=".csv,text/csv"
              onClick={(event) => (event.currentTarget.value = "")} // the same file, mended, is another one
              onChange={() => void take()}
            />
          </label>
          <details class="planner-more">
            <summary>{say.t("lab.designExample")}</summary>
            <pre class="office-example" tabIndex={0}>
              {about.room_list.example}
            </pre>
          </details>
        </>
      )}
      {problem && <Refusal problem={problem} say={say} />}
      {shown && <Scores one={shown} say={say} />}
    </Section>
  );
}

/** Of each requirement whether the design meets it. */
export function Scores({ one, say }: { one: Checked; say: Speech }) {
  const title = say.t("lab.designOf", { name: one.name });
  const answer = (met: boolean | null): string => say.t(met === null ? "lab.applies" : met ? "lab.met" : "lab.unmet");
  return (
    <>
      <p role="status">
        {say.t("lab.designLead", { n: one.n_dwellings, rooms: one.n_rooms, score: say.share(one.score) })}
      </p>
      {told(one, "stress", say) && <p>{told(one, "stress", say)}</p>}
      <Wide label={title} hint={say.t("table.wide")}>
        <table class="counts whatif-table">
          <caption>{title}</caption>
          <thead>
            <tr>
              <th scope="col">{say.t("lab.requirement")}</th>
              <th scope="col" class="number">
                {say.t("lab.designHas")}
              </th>
              <th scope="col" class="number">
                {say.t("lab.least")}
              </th>
              <th scope="col">{say.t("lab.isMet")}</th>
            </tr>
          </thead>
          <tbody>
            {one.requirements.map((row) => (
              <tr key={row.requirement_id}>
                <th scope="row">
                  {told(row, "label", say)}
                  <small>{told(row, "unit", say)}</small>
                </th>
                <td class="number">{row.value === null ? say.t("value.none") : say.plain(row.value)}</td>
                <td class="number">{say.plain(row.least)}</td>
                <td>{answer(row.met)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Wide>
    </>
  );
}
