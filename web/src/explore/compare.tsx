import { useEffect, useState } from "preact/hooks";
import type { Dataset } from "../data/load";
import type { Indicator } from "../data/schema";
import type { Speech } from "../i18n";
import type { Selection, View } from "../state";
import { isHeld } from "../themes";
import { rangeText, SHARE_UNIT, valueText } from "../values";
import { Wide } from "../views/parts";
import { changeText, type OtherRun } from "./runs";
import { Runs } from "./runsview";

interface Props {
  data: Dataset;
  view: View;
  say: Speech;
  set: (change: Partial<View>) => void;
  mark: (ids: string[], move?: boolean) => void;
  choose: (selection: Selection) => void;
  other: OtherRun | null;
  setOther: (other: OtherRun | null) => void;
}

type Part = "quarters" | "runs";

/** Two quarters side by side, or two runs of the same place. */
export function Compare(props: Props) {
  const { say, mark } = props;
  const [part, setPart] = useState<Part>(props.other ? "runs" : "quarters");
  useEffect(() => {
    if (part === "runs") mark([]);
  }, [part]);
  return (
    <section class="panel" id="results" aria-label={say.t("chapter.compare")} tabIndex={-1}>
      <div class="panel-body" tabIndex={0} role="group" aria-label={say.t("chapter.compare")}>
        <h2>{say.t("compare.title")}</h2>
        <div class="segments" role="group" aria-label={say.t("compare.what")}>
          {(["quarters", "runs"] as const).map((name) => (
            <button key={name} type="button" aria-pressed={part === name} onClick={() => setPart(name)}>
              {say.t(`compare.${name}`)}
            </button>
          ))}
        </div>
        {part === "quarters" ? <Pair {...props} /> : <Runs {...props} />}
      </div>
    </section>
  );
}

function Pair({ data, view, say, set, mark }: Props) {
  const { table } = data.quarters;
  const [a, b] = view.pair;
  const both = [a, b].filter((id) => table.row(id) !== undefined);
  useEffect(() => mark(both, both.length === 2), [a, b]);
  const order = new Intl.Collator(say.language, { numeric: true });
  const options = table
    .rows()
    .map((row) => ({ id: table.ids[row] ?? "", name: table.text("name", row) || (table.ids[row] ?? "") }))
    .sort((x, y) => order.compare(x.name, y.name) || order.compare(x.id, y.id));
  const choice = (at: 0 | 1) => (
    <label>
      {say.t(at === 0 ? "compare.first" : "compare.second")}
      <select
        id={`compare-${at}`}
        value={view.pair[at]}
        onChange={(event) => {
          const id = event.currentTarget.value;
          set({ pair: at === 0 ? [id, b] : [a, id], level: "quarters" });
        }}
      >
        <option value="">{say.t("compare.choose")}</option>
        {options.map((one) => (
          <option key={one.id} value={one.id} disabled={view.pair[1 - at] === one.id}>
            {one.name}
          </option>
        ))}
      </select>
    </label>
  );
  const [x, y] = [table.row(a), table.row(b)];
  return (
    <>
      <p>{say.t("compare.intro")}</p>
      <div class="filters two">
        {choice(0)}
        {choice(1)}
      </div>
      {x !== undefined && y !== undefined ? (
        <Side data={data} x={x} y={y} say={say} />
      ) : (
        <p class="empty">{say.t("compare.empty")}</p>
      )}
    </>
  );
}

interface Line {
  key: string;
  label: string;
  group: string;
  texts: [string, string];
  /** with sign; '' where it cannot be told */
  change: string;
}

function lines(data: Dataset, x: number, y: number, say: Speech): Line[] {
  const { table } = data.quarters;
  const { study } = data;
  const k = study.lacks_needed;
  const shares = (column: string, row: number): string => {
    const [low, middle, high] = ["_min", "", "_max"].map((end) => table.number(`${column}${end}`, row));
    if (middle === null && low === null && isHeld(table, column, row)) return say.t("value.held");
    return rangeText(low ?? null, middle ?? null, high ?? null, say);
  };
  const minus = (column: string): number | null => {
    const [one, two] = [table.number(column, x), table.number(column, y)];
    return one === null || two === null ? null : two - one;
  };
  const change = (column: string, share: boolean, decimals: number): string => {
    const value = minus(column);
    return value === null ? "" : changeText({ column, share, decimals, lack: 0 }, value, say);
  };
  const share = (column: string, label: string): Line => ({
    key: column,
    label,
    group: say.t("compare.lacks"),
    texts: [shares(column, x), shares(column, y)],
    change: change(column, true, 0),
  });
  const people = (row: number): string =>
    table.number("residents", row) === null && isHeld(table, "residents", row)
      ? say.t("value.held")
      : say.number(table.number("residents", row));
  const value = (one: Indicator): Line => ({
    key: one.id,
    label: say.name(one.label),
    group: groupOf(data, one, say),
    texts: [x, y].map((row) =>
      table.number(one.id, row) === null && isHeld(table, one.id, row)
        ? say.t("value.held")
        : valueText(one, table.number(one.id, row), say),
    ) as [string, string],
    change: one.letters > 0 ? "" : change(one.id, one.unit.en === SHARE_UNIT, one.decimals),
  });
  const told = (one: Indicator): boolean =>
    one.kind !== "lack" && one.levels.includes("quarters") && [x, y].some((row) => table.number(one.id, row) !== null);
  const values = study.indicators.filter(told).map(value);
  return [
    { key: "residents", label: say.t("combinations.residents"), group: say.t("compare.people"), texts: [people(x), people(y)], change: "" },
    share(`several_k${k}_share`, say.t("theme.several.cells", { k })),
    ...study.prerequisites.map((one) => share(`lacks_${one.id}_share`, say.name(one.label))),
    ...values.sort((p, q) => order(data, p.key) - order(data, q.key)),
  ];
}

const order = (data: Dataset, id: string): number => {
  const one = data.study.indicators.find((entry) => entry.id === id);
  const main = data.study.prerequisites.findIndex((entry) => entry.id === one?.prerequisite);
  if (main >= 0) return main;
  return 10 + data.study.themes.findIndex((entry) => entry.id === one?.theme);
};

function groupOf(data: Dataset, one: Indicator, say: Speech): string {
  const main = data.study.prerequisites.find((entry) => entry.id === one.prerequisite);
  const theme = data.study.themes.find((entry) => entry.id === one.theme);
  return main ? say.name(main.label) : theme ? say.name(theme.label) : say.t("compare.index");
}

function Side({ data, x, y, say }: { data: Dataset; x: number; y: number; say: Speech }) {
  const { table } = data.quarters;
  const names = [x, y].map((row) => table.text("name", row) || (table.ids[row] ?? ""));
  const rows = lines(data, x, y, say);
  const groups = [...new Set(rows.map((one) => one.group))];
  const same = table.text("known_dimensions", x) === table.text("known_dimensions", y);
  const overlap = ranksOverlap(data, x, y);
  return (
    <>
      {!same && <p class="notice">{say.t("compare.unlike")}</p>}
      {overlap !== null && <p class="notice">{say.t(overlap ? "compare.overlap" : "compare.apart")}</p>}
      <Wide label={say.t("compare.title")} hint={say.t("table.wide")}>
        <table class="pair">
          <caption class="visually-hidden">{say.t("compare.title")}</caption>
          <thead>
            <tr>
              <th scope="col">{say.t("compare.figure")}</th>
              <th scope="col" class="number">{names[0]}</th>
              <th scope="col" class="number">{names[1]}</th>
              <th scope="col" class="number">{say.t("compare.change")}</th>
            </tr>
          </thead>
          {groups.map((group) => (
            <tbody key={group}>
              <tr class="group">
                <th scope="colgroup" colSpan={4}>
                  {group}
                </th>
              </tr>
              {rows
                .filter((one) => one.group === group)
                .map((one) => (
                  <tr key={one.key} data-key={one.key}>
                    <th scope="row">{one.label}</th>
                    <td class="number">{one.texts[0]}</td>
                    <td class="number">{one.texts[1]}</td>
                    <td class="number">{one.change || say.t("value.none")}</td>
                  </tr>
                ))}
            </tbody>
          ))}
        </table>
      </Wide>
      <p class="soft">{say.t("compare.signs")}</p>
    </>
  );
}

/** Whether the ranks of two quarters overlap over all variants; null where there are none. */
function ranksOverlap(data: Dataset, x: number, y: number): boolean | null {
  const { table } = data.quarters;
  const ends = [x, y].map((row) => [table.number("rank_min", row), table.number("rank_max", row)] as const);
  const [first, second] = ends;
  if (!first || !second || first[0] === null || second[0] === null || first[1] === null || second[1] === null) return null;
  return first[0] <= second[1] && second[0] <= first[1];
}
