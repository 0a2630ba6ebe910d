import { useState } from "preact/hooks";
import type { Dataset } from "../data/load";
import type { Table } from "../data/table";
import type { Speech } from "../i18n";
import type { Selection } from "../state";
import { isHeld } from "../themes";
import { severalText } from "./controls";
import { Wide } from "./parts";

interface Props {
  data: Dataset;
  say: Speech;
  chosen: Selection | null;
  choose: (selection: Selection) => void;
}

interface Head {
  key: string;
  label: string;
  /** null sorts last whatever the direction */
  value: (row: number) => number | string | null;
  text: (row: number) => string;
}

function heads(data: Dataset, say: Speech): Head[] {
  const { table } = data.quarters;
  const k = data.study.lacks_needed;
  const name = (row: number): string => table.text("name", row) || (table.ids[row] ?? "");
  const heldOr = (column: string, row: number, text: string): string =>
    table.number(column, row) === null && isHeld(table, column, row) ? say.t("value.held") : text;
  const share = (id: string, label: string): Head => ({
    key: id,
    label,
    value: (row) => table.number(`lacks_${id}_share`, row),
    text: (row) => heldOr(`lacks_${id}_share`, row, say.share(table.number(`lacks_${id}_share`, row))),
  });
  const middle = (row: number): number | null => middleOf(table, `several_k${k}_share`, row);
  return [
    { key: "name", label: say.t("quarters.name"), value: name, text: name },
    {
      key: "residents",
      label: say.t("overview.residents"),
      value: (row) => table.number("residents", row),
      text: (row) => say.number(table.number("residents", row)),
    },
    {
      key: "several",
      label: say.t("quarters.several", { k }),
      value: middle,
      text: (row) => heldOr(`several_k${k}_share`, row, severalText(data, "quarters", row, say)),
    },
    ...data.study.prerequisites.map((one) => share(one.id, say.name(one.short))),
  ];
}

/** Quarters in which somebody lives, as far as is told. */
const inhabited = (data: Dataset): number[] =>
  data.quarters.table.rows().filter((row) => data.quarters.table.number("residents", row) !== 0);

/** A number that may only be known as an interval, for putting rows in order. */
function middleOf(table: Table, name: string, row: number): number | null {
  const [low, middle, high] = ["_min", "", "_max"].map((end) => table.number(`${name}${end}`, row));
  return middle ?? (typeof low === "number" && typeof high === "number" ? (low + high) / 2 : null);
}

/** Rows in order; where the column does not tell them apart by M0, then by residents, the larger first. */
function sorted(rows: number[], head: Head, falling: boolean, language: string, table: Table): number[] {
  const order = new Intl.Collator(language, { numeric: true });
  const tie = (a: number, b: number): number =>
    (middleOf(table, "m0", b) ?? -1) - (middleOf(table, "m0", a) ?? -1) ||
    (table.number("residents", b) ?? -1) - (table.number("residents", a) ?? -1) ||
    a - b;
  return [...rows].sort((a, b) => {
    const [x, y] = [head.value(a), head.value(b)];
    if (x === null || y === null) return x === y ? tie(a, b) : x === null ? 1 : -1;
    const by = typeof x === "string" || typeof y === "string" ? order.compare(String(x), String(y)) : x - y;
    return (falling ? -by : by) || tie(a, b);
  });
}

/** The table of quarters: the same as the map, for everybody who does not read maps; sorts by every column. */
export function Quarters({ data, say, chosen, choose }: Props) {
  const [order, setOrder] = useState({ key: "several", falling: true });
  const columns = heads(data, say);
  const head = columns.find((one) => one.key === order.key) ?? columns[0];
  if (!head) return null;
  const rows = sorted(inhabited(data), head, order.falling, say.language, data.quarters.table);
  const turn = (key: string): void => setOrder({ key, falling: key === order.key ? !order.falling : key !== "name" });
  const caption = say.t("quarters.caption");
  return (
    <>
      <p>
        <strong>{caption}.</strong> <span class="soft">{say.t("quarters.sortHint")}</span>
      </p>
      <Wide label={caption} hint={say.t("table.wide")}>
        <table class="quarters">
          <caption class="visually-hidden">{caption}</caption>
          <thead>
            <tr>
              {columns.map((one) => (
                <th
                  key={one.key}
                  scope="col"
                  aria-sort={one.key !== order.key ? "none" : order.falling ? "descending" : "ascending"}
                >
                  <button type="button" onClick={() => turn(one.key)}>
                    {one.label}
                    <span class="arrow" aria-hidden="true">
                      {one.key !== order.key ? "" : order.falling ? "▼" : "▲"}
                    </span>
                  </button>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <Row key={row} data={data} row={row} columns={columns} say={say} chosen={chosen} choose={choose} />
            ))}
          </tbody>
        </table>
      </Wide>
      <p class="soft">
        {say.t("quarters.signs")} {say.t("quarters.comparable")}
      </p>
    </>
  );
}

function Row({ data, row, columns, say, chosen, choose }: Props & { row: number; columns: Head[] }) {
  const id = data.quarters.table.ids[row] ?? "";
  const current = chosen?.level === "quarters" && chosen.id === id;
  const name = columns[0]?.text(row) ?? id;
  return (
    <tr class={current ? "chosen" : ""} data-quarter={id}>
      <th scope="row">
        <button
          type="button"
          aria-current={current ? "true" : undefined}
          aria-label={say.t("quarters.show", { name })}
          onClick={() => choose({ level: "quarters", id })}
        >
          {name}
        </button>
      </th>
      {columns.slice(1).map((column) => {
        const value = column.value(row);
        const heat =
          column.key !== "residents" && typeof value === "number" ? Math.min(4, Math.floor(value * 5)) : null;
        return (
          <td key={column.key} class={heat === null ? "" : `heat heat-${heat}`}>
            {column.text(row)}
          </td>
        );
      })}
    </tr>
  );
}
