import { useState } from "preact/hooks";
import type { Dataset } from "../data/load";
import type { Table } from "../data/table";
import { Cells } from "../explore/celltable";
import { folded } from "../explore/folded";
import { Ranking } from "../explore/rankchart";
import { saveCsv } from "../explore/save";
import type { Speech } from "../i18n";
import type { Selection, View } from "../state";
import { isHeld, type Theme } from "../themes";
import { valueText } from "../values";
import { severalText } from "./controls";
import { Wide } from "./parts";

interface Props {
  data: Dataset;
  view: View;
  theme: Theme;
  say: Speech;
  chosen: Selection | null;
  choose: (selection: Selection) => void;
}

type Part = "quarters" | "cells" | "ranking";
const PARTS: Part[] = ["quarters", "cells", "ranking"];

interface Head {
  key: string;
  label: string;
  /** null sorts last whatever the direction */
  value: (row: number) => number | string | null;
  text: (row: number) => string;
}

function heads(data: Dataset, theme: Theme, say: Speech): Head[] {
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
    ...further(data, theme, say),
  ];
}

/** The indicator that the map shows, where it is none of the columns. */
function further(data: Dataset, theme: Theme, say: Speech): Head[] {
  const { table } = data.quarters;
  const one = data.study.indicators.find((entry) => `indicator:${entry.id}` === theme.id);
  if (!one || !table.has(one.id)) return [];
  const value = (row: number): number | null => table.number(one.id, row);
  const text = (row: number): string =>
    value(row) === null && isHeld(table, one.id, row) ? say.t("value.held") : valueText(one, value(row), say);
  return [{ key: "shown", label: say.name(one.label), value, text }];
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

/** The areas as lists: the same as the map, for everybody who does not read maps. */
export function Quarters(props: Props) {
  const { say } = props;
  const [part, setPart] = useState<Part>("quarters");
  return (
    <>
      <div class="segments" role="group" aria-label={say.t("table.part")}>
        {PARTS.map((name) => (
          <button key={name} type="button" aria-pressed={part === name} onClick={() => setPart(name)}>
            {say.t(`table.${name}`)}
          </button>
        ))}
      </div>
      {part === "quarters" && <QuarterTable {...props} />}
      {part === "cells" && <Cells {...props} />}
      {part === "ranking" && <Ranking {...props} />}
    </>
  );
}

/** Least shares that the table can be cut to. */
const LEAST = [0, 0.2, 0.4, 0.6];

/** The table of quarters: sorts by every column, can be cut to names and to those where most is lacking. */
function QuarterTable({ data, theme, say, chosen, choose }: Props) {
  const [order, setOrder] = useState({ key: "several", falling: true });
  const [wanted, setWanted] = useState({ name: "", least: 0 });
  const columns = heads(data, theme, say);
  const head = columns.find((one) => one.key === order.key) ?? columns[0];
  if (!head) return null;
  const all = sorted(inhabited(data), head, order.falling, say.language, data.quarters.table);
  const middle = columns[2];
  const rows = all.filter((row) => {
    const share = middle?.value(row);
    const named = folded(columns[0]?.text(row) ?? "").includes(folded(wanted.name));
    return named && (wanted.least === 0 || (typeof share === "number" && share >= wanted.least));
  });
  const turn = (key: string): void => setOrder({ key, falling: key === order.key ? !order.falling : key !== "name" });
  const caption = say.t("quarters.caption");
  return (
    <>
      <p>
        <strong>{caption}.</strong> <span class="soft">{say.t("quarters.sortHint")}</span>
      </p>
      <div class="filters">
        <label>
          {say.t("table.name")}
          <input
            type="search"
            value={wanted.name}
            onInput={(event) => setWanted({ ...wanted, name: event.currentTarget.value })}
          />
        </label>
        <label>
          {say.t("quarters.several", { k: data.study.lacks_needed })}
          <select
            value={String(wanted.least)}
            onChange={(event) => setWanted({ ...wanted, least: Number(event.currentTarget.value) })}
          >
            {LEAST.map((share) => (
              <option key={share} value={String(share)}>
                {share === 0 ? say.t("table.any") : say.t("table.least", { share: say.share(share) })}
              </option>
            ))}
          </select>
        </label>
        <p class="soft" role="status">
          {say.t("table.count", { n: say.number(rows.length), of: say.number(all.length) })}
        </p>
      </div>
      {rows.length === 0 && <p class="empty">{say.t("table.empty")}</p>}
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
      <button
        type="button"
        class="secondary"
        onClick={() => {
          const table = rows.map((row) => columns.map((one) => one.text(row)));
          saveCsv("quartiere.csv", [columns.map((one) => one.label), ...table]);
        }}
      >
        {say.t("table.save")}
      </button>
      <p class="soft">
        {say.t("quarters.signs")} {say.t("quarters.comparable")}
      </p>
    </>
  );
}

type RowProps = Pick<Props, "data" | "say" | "chosen" | "choose"> & { row: number; columns: Head[] };

function Row({ data, row, columns, say, chosen, choose }: RowProps) {
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
          column.key !== "residents" && column.key !== "shown" && typeof value === "number" ? Math.min(4, Math.floor(value * 5)) : null;
        return (
          <td key={column.key} class={heat === null ? "" : `heat heat-${heat}`}>
            {column.text(row)}
          </td>
        );
      })}
    </tr>
  );
}
