import type { Speech } from "../i18n";
import { euro } from "../office/amounts";
import type { FileEntry } from "../office/bench";
import { Files } from "../office/shelf";
import { Section, Wide } from "../views/parts";
import { fileAddress, type Plan } from "./api";
import type { Planner } from "./session";
import { usePlanner } from "./use";

const FUNDERS = ["bund", "land", "eu", "municipality", "private", "other"];

interface Props {
  planner: Planner;
  plan: Plan;
  say: Speech;
}

/** Costs and financing: measure by funder, money by year, and the papers to take along. */
export function Funding({ planner, plan, say }: Props) {
  const { files } = usePlanner(planner);
  const rows = plan.financing.filter((one) => one.basis === "programme");
  const funders = FUNDERS.filter((name) => rows.some((one) => one.funder === name && one.eur > 0));
  return (
    <Section title={say.t("planner.kuf")}>
      {rows.length > 0 && <Matrix plan={plan} rows={rows} funders={funders} say={say} />}
      <Years plan={plan} say={say} />
      <p class="soft">
        {say.t("plan.fundersWhy")}{" "}
        {plan.rules.label && say.t("planner.rules", { label: plan.rules.label, date: say.date(plan.rules.date) })}
      </p>
      <Papers files={files} kind="plans" name={plan.name} say={say} />
    </Section>
  );
}

function Matrix({ plan, rows, funders, say }: { plan: Plan; rows: Plan["financing"]; funders: string[]; say: Speech }) {
  const sum = (number: string | null, funder: string | null): number =>
    rows
      .filter((one) => (number === null || one.number === number) && (funder === null || one.funder === funder))
      .reduce((total, one) => total + one.eur, 0);
  const total = sum(null, null);
  const share = (eur: number): string => (eur === 0 ? "–" : euro(eur, say));
  return (
    <Wide label={say.t("planner.kufTable")} hint={say.t("table.wide")}>
      <table class="counts whatif-table planner-kuf">
        <caption>{say.t("planner.kufTable")}</caption>
        <thead>
          <tr>
            <th scope="col">{say.t("planner.measure")}</th>
            <th scope="col" class="number">
              {say.t("planner.total")}
            </th>
            {funders.map((one) => (
              <th key={one} scope="col" class="number">
                {say.word("plan.funder", one)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {plan.measures.map((one) => (
            <tr key={one.number}>
              <th scope="row">
                <b>{one.number}</b> <small>{one.name || one.label}</small>
              </th>
              <td class="number">{euro(sum(one.number, null), say)}</td>
              {funders.map((funder) => (
                <td key={funder} class="number">
                  {share(sum(one.number, funder))}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">{say.t("planner.total")}</th>
            <td class="number">{euro(total, say)}</td>
            {funders.map((funder) => (
              <td key={funder} class="number">
                {euro(sum(null, funder), say)} <small>{total > 0 ? say.share(sum(null, funder) / total) : ""}</small>
              </td>
            ))}
          </tr>
        </tfoot>
      </table>
    </Wide>
  );
}

function Years({ plan, say }: { plan: Plan; say: Speech }) {
  if (plan.running.length === 0) return null;
  return (
    <table class="counts whatif-table">
      <caption>{say.t("planner.byYear")}</caption>
      <thead>
        <tr>
          <th scope="col">{say.t("planner.year")}</th>
          <th scope="col" class="number">
            {say.t("planner.invest")}
          </th>
          <th scope="col" class="number">
            {say.t("planner.running")}
          </th>
        </tr>
      </thead>
      <tbody>
        {plan.running.map((one) => (
          <tr key={one.year}>
            <th scope="row">{one.year}</th>
            <td class="number">{euro(one.invest_eur, say)}</td>
            <td class="number">{euro(one.running_eur, say)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const ORDER = [
  "kuf.xlsx",
  "measure_sheets.pdf",
  "measure_sheets.docx",
  "application.pdf",
  "application.docx",
  "emo.csv",
  "plan.gpkg",
  "front.pdf",
  "front.docx",
  "front.csv",
];

interface PapersProps {
  files: FileEntry[];
  kind: "plans" | "fronts";
  name: string;
  say: Speech;
}

/** The papers of a plan or a front, to take along. */
export function Papers({ files, kind, name, say }: PapersProps) {
  if (files.length === 0) return null;
  return (
    <>
      <h4>{say.t("planner.files")}</h4>
      <Files
        files={files}
        address={(file) => fileAddress(kind, name, file)}
        words="planner.file"
        order={ORDER}
        why={say.t("planner.filesWhy")}
        say={say}
      />
    </>
  );
}
