import { useState } from "preact/hooks";
import type { Dataset } from "../data/load";
import type { Speech } from "../i18n";
import type { Selection, View } from "../state";
import { themeOf } from "../themes";
import { rangeText } from "../values";
import { Section } from "../views/parts";
import { changeOf, changeText, figureOf, readRun, UnfitFiles, unlike, type OtherRun, type Unlike } from "./runs";

interface Props {
  data: Dataset;
  view: View;
  say: Speech;
  set: (change: Partial<View>) => void;
  choose: (selection: Selection) => void;
  other: OtherRun | null;
  setOther: (other: OtherRun | null) => void;
}

/** This run held against another one of the same place: the difference first, then where it comes from. */
export function Runs(props: Props) {
  const { data, say, other, setOther, set } = props;
  const [fault, setFault] = useState("");
  const picked = async (files: File[]): Promise<void> => {
    try {
      setOther(await readRun(files, data));
      set({ level: "quarters" });
      setFault("");
    } catch (error) {
      setOther(null);
      setFault(say.t(`runs.fault.${error instanceof UnfitFiles ? error.reason : "unreadable"}`));
    }
  };
  return (
    <>
      <p>{say.t("runs.intro")}</p>
      <label class="file">
        <span>{say.t("runs.files")}</span>
        <input
          id="run-files"
          type="file"
          multiple
          accept=".json,application/json"
          onChange={(event) => void picked([...(event.currentTarget.files ?? [])])}
        />
      </label>
      <p class="soft">{say.t("runs.private")}</p>
      {fault && (
        <p class="notice warning" role="alert">
          {fault}
        </p>
      )}
      {other && <Differences {...props} other={other} />}
    </>
  );
}

function Differences({ data, view, say, choose, other }: Props & { other: OtherRun }) {
  const { table } = data.quarters;
  const figure = figureOf(view.theme, data.study);
  const title = themeOf(view.theme, "quarters", data.study, say).title;
  const rows = table
    .rows()
    .map((row) => ({ row, change: changeOf(data, other, row, figure.column) }))
    .filter((one): one is { row: number; change: number } => one.change !== null)
    .sort((a, b) => Math.abs(b.change) - Math.abs(a.change) || a.row - b.row);
  const [here, there] = [table.ids.length, other.quarters.ids.length];
  const shared = table.ids.filter((id) => other.quarters.row(id) !== undefined).length;
  const text = (from: Dataset["quarters"]["table"], row: number): string => {
    const value = from.number(figure.column, row);
    return figure.share ? rangeText(null, value, null, say) : say.number(value, figure.decimals);
  };
  return (
    <>
      <h3>
        {say.t("runs.between", {
          before: say.date(other.study.reference_date),
          now: say.date(data.study.reference_date),
        })}
      </h3>
      <Whole data={data} other={other} say={say} />
      <Section title={title}>
        <p class="soft">
          {say.t("runs.shared", { n: say.number(shared), here: say.number(here), there: say.number(there) })}{" "}
          {say.t("runs.choose")}
        </p>
        {rows.length === 0 && <p class="empty">{say.t("runs.nothing")}</p>}
        <table class="runs">
          <caption class="visually-hidden">{title}</caption>
          <thead>
            <tr>
              <th scope="col">{say.t("quarters.name")}</th>
              <th scope="col" class="number">{say.t("compare.change")}</th>
              <th scope="col" class="number">{say.t("runs.before")}</th>
              <th scope="col" class="number">{say.t("runs.now")}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ row, change }) => (
              <tr key={row}>
                <th scope="row">
                  <button type="button" class="plain" onClick={() => choose({ level: "quarters", id: table.ids[row] ?? "" })}>
                    {table.text("name", row) || table.ids[row]}
                  </button>
                </th>
                <td class="number">
                  <strong>{changeText(figure, change, say)}</strong>
                </td>
                <td class="number">{text(other.quarters, other.quarters.row(table.ids[row] ?? "") ?? -1)}</td>
                <td class="number">{text(table, row)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Section>
      <Reasons data={data} other={other} say={say} />
    </>
  );
}

/** The municipality as a whole, before and now. */
function Whole({ data, other, say }: { data: Dataset; other: OtherRun; say: Speech }) {
  const { study } = data;
  const columns = [
    [`several_k${study.lacks_needed}_share`, say.t("theme.several.quarters", { k: study.lacks_needed })],
    ...study.prerequisites.map((one) => [`lacks_${one.id}_share`, say.t("theme.lacks", { name: say.name(one.label) })]),
  ] as [string, string][];
  const at = (row: Record<string, unknown>, name: string): number | null =>
    typeof row[name] === "number" ? (row[name] as number) : null;
  const text = (row: Record<string, unknown>, name: string): string =>
    rangeText(at(row, `${name}_min`), at(row, name), at(row, `${name}_max`), say);
  return (
    <table>
      <caption>{say.t("runs.whole")}</caption>
      <thead>
        <tr>
          <th scope="col">{say.t("compare.figure")}</th>
          <th scope="col" class="number">{say.t("compare.change")}</th>
          <th scope="col" class="number">{say.t("runs.before")}</th>
          <th scope="col" class="number">{say.t("runs.now")}</th>
        </tr>
      </thead>
      <tbody>
        {columns.map(([column, label]) => {
          const [now, before] = [at(study.municipality, column), at(other.study.municipality, column)];
          const change = now === null || before === null ? null : now - before;
          return (
            <tr key={column}>
              <th scope="row">{label}</th>
              <td class="number">
                <strong>{changeText({ column, share: true, decimals: 0, lack: 1 }, change, say)}</strong>
              </td>
              <td class="number">{text(other.study.municipality, column)}</td>
              <td class="number">{text(study.municipality, column)}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

/** A change of numbers is not a change of the town where data or method are others. */
function Reasons({ data, other, say }: { data: Dataset; other: OtherRun; say: Speech }) {
  const found = unlike(data.study, other.study, say);
  return (
    <Section title={say.t("runs.why")}>
      <p>{say.t("runs.whyText")}</p>
      <Differing title={say.t("runs.method")} none={say.t("runs.sameMethod")} rows={found.method} say={say} />
      <Differing title={say.t("runs.data")} none={say.t("runs.sameData")} rows={found.data} say={say} />
    </Section>
  );
}

function Differing({ title, none, rows, say }: { title: string; none: string; rows: Unlike[]; say: Speech }) {
  return (
    <>
      <h4>{title}</h4>
      {rows.length === 0 ? (
        <p class="soft">{none}</p>
      ) : (
        <ul class="notes">
          {rows.map((one) => (
            <li key={one.what}>
              {one.what}: {say.t("runs.fromTo", { before: one.before, now: one.now })}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
