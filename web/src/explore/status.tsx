import { useState } from "preact/hooks";
import type { Dataset } from "../data/load";
import type { Row } from "../data/schema";
import type { Speech } from "../i18n";
import type { Selection, View } from "../state";
import { rangeText } from "../values";
import { Section, Wide } from "../views/parts";
import { Scatter, type Dot } from "./scatter";

interface Props {
  data: Dataset;
  view: View;
  say: Speech;
  choose: (selection: Selection) => void;
  mark: (ids: string[]) => void;
  set: (change: Partial<View>) => void;
}

const figure = (row: Row, name: string): number | null => (typeof row[name] === "number" ? (row[name] as number) : null);
const word = (row: Row, name: string): string => (typeof row[name] === "string" ? (row[name] as string) : "");

/** Status of the quarters held against what people there lack: two things, never one sum. */
export function Status(props: Props) {
  const { data, say } = props;
  const { matrix } = data.social;
  const known = data.quarters.table.rows().some((row) => data.quarters.table.number("status_index", row) !== null);
  if (matrix.length === 0 && !known) return <Without say={say} />;
  return (
    <>
      <p>{say.t("status2.intro")}</p>
      {matrix.length > 0 && <Matrix {...props} />}
      {matrix.length === 0 && <p class="notice">{say.t("status2.noClasses")}</p>}
      {known && <Plot {...props} />}
    </>
  );
}

function Without({ say }: { say: Speech }) {
  return (
    <section class="empty">
      <h3>{say.t("status2.noneTitle")}</h3>
      <p>{say.t("status2.none")}</p>
    </section>
  );
}

interface Column {
  id: string;
  label: string;
  theme: string;
}

function columnsOf(data: Dataset, say: Speech): Column[] {
  const k = data.study.lacks_needed;
  return [
    { id: "several", label: say.t("quarters.several", { k }), theme: "several" },
    ...data.study.prerequisites.map((one) => ({
      id: `lacks_${one.id}`,
      label: say.name(one.short),
      theme: `lacks:${one.id}`,
    })),
  ];
}

/** Classes of status in rows, what is lacking in columns; a figure shows its quarters on the map. */
function Matrix({ data, say, mark, set, choose }: Props) {
  const [chosen, setChosen] = useState<{ name: string; column: Column } | null>(null);
  const { table } = data.quarters;
  const columns = columnsOf(data, say);
  const rows = data.social.matrix;
  const label = (row: Row): string => word(row, `class_${say.language}`);
  // quarters carry the name of their class in the language of the study
  const members = (row: Row): number[] => {
    const own = word(row, `class_${data.study.language}`);
    if (row["class"] === "all") return [];
    return table.rows().filter((at) => table.text("status_class", at) === (row["class"] === "none" ? "" : own));
  };
  const show = (row: Row, column: Column): void => {
    const again = chosen?.name === word(row, "class") && chosen.column.id === column.id;
    setChosen(again ? null : { name: word(row, "class"), column });
    mark(again ? [] : members(row).flatMap((at) => table.ids[at] ?? []));
    set({ theme: column.theme, level: "quarters" });
  };
  const current = rows.find((row) => word(row, "class") === chosen?.name);
  const pressed = (row: Row, column: Column): boolean => chosen?.name === row["class"] && chosen?.column.id === column.id;
  return (
    <section class="section plain-section">
      <h3>{say.t("status2.matrix")}</h3>
      <p class="soft">{say.t("status2.matrixHint")}</p>
      <Wide label={say.t("status2.matrix")} hint={say.t("table.wide")}>
        <table class="matrix">
          <caption class="visually-hidden">{say.t("status2.matrix")}</caption>
          <thead>
            <tr>
              <th scope="col">{say.t("status2.class")}</th>
              <th scope="col" class="number">
                {say.t("overview.residents")}
              </th>
              {columns.map((one) => (
                <th key={one.id} scope="col" class="number">
                  {one.label}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={word(row, "class")} data-class={word(row, "class")} class={row["class"] === "all" ? "total" : ""}>
                <th scope="row">
                  {label(row)}
                  {row["class"] !== "all" && (
                    <small>
                      {row["n_areas"] === 1
                        ? say.t("status2.area")
                        : say.t("status2.areas", { n: say.number(figure(row, "n_areas")) })}
                    </small>
                  )}
                </th>
                <td class="number">{held(row, "residents", say.number(figure(row, "residents")), say)}</td>
                {columns.map((one) => (
                  <td key={one.id} class={`number ${heat(figure(row, `${one.id}_share`))}`}>
                    {row["class"] === "all" || members(row).length === 0 ? (
                      held(row, `${one.id}_share`, say.share(figure(row, `${one.id}_share`)), say)
                    ) : (
                      <button
                        type="button"
                        aria-pressed={pressed(row, one)}
                        aria-label={say.t("status2.show", {
                          status: label(row),
                          what: one.label,
                          share: held(row, `${one.id}_share`, say.share(figure(row, `${one.id}_share`)), say),
                        })}
                        onClick={() => show(row, one)}
                      >
                        {held(row, `${one.id}_share`, say.share(figure(row, `${one.id}_share`)), say)}
                      </button>
                    )}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </Wide>
      <p class="soft">{say.t("status2.reading")}</p>
      {chosen && current && (
        <div class="members" role="group" aria-label={say.t("status2.members", { status: label(current) })}>
          <h4>{say.t("status2.members", { status: label(current) })}</h4>
          <Members data={data} rows={members(current)} column={chosen.column} say={say} choose={choose} />
        </div>
      )}
    </section>
  );
}

const heat = (share: number | null): string =>
  share === null ? "" : `heat heat-${Math.min(4, Math.floor(share * 5))}`;

function held(row: Row, name: string, text: string, say: Speech): string {
  const names = word(row, "suppressed").split(" ");
  return figure(row, name) === null && (names.includes(name) || names.includes("all")) ? say.t("value.held") : text;
}

function shareOf(data: Dataset, row: number, column: Column): [number | null, number | null, number | null] {
  const { table } = data.quarters;
  const k = data.study.lacks_needed;
  const name = column.id === "several" ? `several_k${k}_share` : `${column.id}_share`;
  return [table.number(`${name}_min`, row), table.number(name, row), table.number(`${name}_max`, row)];
}

function Members({ data, rows, column, say, choose }: Pick<Props, "data" | "say" | "choose"> & { rows: number[]; column: Column }) {
  const { table } = data.quarters;
  const told = rows
    .map((row) => ({ row, share: shareOf(data, row, column) }))
    .sort((a, b) => (b.share[1] ?? b.share[0] ?? -1) - (a.share[1] ?? a.share[0] ?? -1) || a.row - b.row);
  return (
    <ul class="links scroll" tabIndex={0} role="list" aria-label={column.label}>
      {told.map(({ row, share }) => (
        <li key={row}>
          <button type="button" onClick={() => choose({ level: "quarters", id: table.ids[row] ?? "" })}>
            <span>{table.text("name", row) || table.ids[row]}</span>
            <span>{rangeText(...share, say)}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}

/** Every quarter as a dot: status across, share upwards; the table of quarters says the same in figures. */
function Plot({ data, view, say, choose }: Props) {
  const { table } = data.quarters;
  const columns = columnsOf(data, say);
  const column = columns.find((one) => one.theme === view.theme) ?? columns[0];
  if (!column) return null;
  const dots: Dot[] = table.rows().flatMap((row) => {
    const [low, middle, high] = shareOf(data, row, column);
    const x = table.number("status_index", row);
    const y = middle ?? (low !== null && high !== null ? (low + high) / 2 : null);
    if (x === null || y === null) return [];
    const id = table.ids[row] ?? "";
    const name = table.text("name", row) || id;
    return [{ id, name, x, y, size: table.number("residents", row) ?? 0, text: rangeText(low, middle, high, say) }];
  });
  const title = say.t("status2.plot", { what: column.label });
  return (
    <Section title={title}>
      <p class="soft">{say.t("status2.plotHint", { n: say.number(dots.length), of: say.number(table.length) })}</p>
      <Scatter
        dots={dots}
        label={title}
        across={say.t("status2.across")}
        upwards={column.label}
        say={say}
        choose={(id) => choose({ level: "quarters", id })}
      />
      <details class="how">
        <summary>{say.t("chart.table")}</summary>
        <table>
          <caption class="visually-hidden">{title}</caption>
          <thead>
            <tr>
              <th scope="col">{say.t("quarters.name")}</th>
              <th scope="col" class="number">
                {say.t("status2.index")}
              </th>
              <th scope="col" class="number">
                {column.label}
              </th>
            </tr>
          </thead>
          <tbody>
            {[...dots]
              .sort((a, b) => b.x - a.x || (a.id < b.id ? -1 : 1))
              .map((dot) => (
                <tr key={dot.id}>
                  <th scope="row">{dot.name}</th>
                  <td class="number">{say.number(dot.x, 1)}</td>
                  <td class="number">{dot.text}</td>
                </tr>
              ))}
          </tbody>
        </table>
      </details>
    </Section>
  );
}
