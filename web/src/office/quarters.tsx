import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { Dataset } from "../data/load";
import type { Speech } from "../i18n";
import type { Selection } from "../state";
import { Section, Wide } from "../views/parts";
import { useInSight } from "./sight";

const FIRST = 10;

interface Quarter {
  quarter_id: string;
  name: string;
}

/** What quarters are shown with, whatever is told of them. */
export interface Ground {
  data: Dataset;
  selection: Selection | null;
  choose: (selection: Selection | null) => void;
  say: Speech;
}

export interface Column<Row> {
  title: string;
  wraps?: boolean;
  cell: (row: Row) => ComponentChildren;
}

interface TableProps<Row> extends Ground {
  title: string;
  rows: Row[];
  columns: Column<Row>[];
  /** households that a quarter needs to be told */
  least: number;
  /** what is said below */
  why: string;
}

/** Quarters with a figure or more each, the first of them until all are asked for; a click shows one on the map. */
export function QuarterTable<Row extends Quarter>(props: TableProps<Row>) {
  const { data, selection, choose, say, title, rows, columns, least, why } = props;
  const [all, setAll] = useState(false);
  const held = data.quarters.table.length - rows.length;
  const chosen = selection?.level === "quarters" ? selection.id : "";
  return (
    <Section title={title}>
      <Wide label={title} hint={say.t("table.wide")}>
        <table class="counts whatif-table">
          <caption class="visually-hidden">{title}</caption>
          <thead>
            <tr>
              <th scope="col">{say.t("quarters.name")}</th>
              {columns.map((one) => (
                <th key={one.title} scope="col" class={one.wraps ? "number wraps" : "number"}>
                  {one.title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows
              .filter((one, at) => all || at < FIRST || one.quarter_id === chosen)
              .map((one) => (
                <tr key={one.quarter_id} class={one.quarter_id === chosen ? "chosen" : ""}>
                  <th scope="row">
                    <button
                      type="button"
                      class="whatif-open"
                      onClick={() => choose({ level: "quarters", id: one.quarter_id })}
                    >
                      {one.name || one.quarter_id}
                    </button>
                  </th>
                  {columns.map((column) => (
                    <td key={column.title} class="number">
                      {column.cell(one)}
                    </td>
                  ))}
                </tr>
              ))}
          </tbody>
        </table>
      </Wide>
      {rows.length > FIRST && (
        <button type="button" class="plain" onClick={() => setAll(!all)}>
          {all ? say.t("whatif.fewQuarters") : say.t("whatif.allQuarters", { n: rows.length })}
        </button>
      )}
      <p class="soft">
        {held > 0 && say.t("office.heldQuarters", { n: say.number(held), least: say.number(least) })} {why}
      </p>
    </Section>
  );
}

interface OneProps<Row> extends Ground {
  rows: Row[];
  least: number;
  /** what is told of the chosen one */
  children: (row: Row, title: string) => ComponentChildren;
}

/** The quarter chosen on the map or in a table; that nothing is told of it, where that is so. */
export function ChosenQuarter<Row extends Quarter>({ data, selection, choose, say, rows, least, children }: OneProps<Row>) {
  const sight = useInSight<HTMLElement>(selection?.id ?? "", "nearest");
  if (selection?.level !== "quarters") return null;
  const row = data.quarters.table.row(selection.id);
  if (row === undefined) return null;
  const title = data.quarters.table.text("name", row) || selection.id;
  const told = rows.find((one) => one.quarter_id === selection.id);
  return (
    <section class="section office-one" aria-label={title} ref={sight}>
      <div class="planner-row">
        <h3>{title}</h3>
        <button type="button" onClick={() => choose(null)}>
          {say.t("office.close")}
        </button>
      </div>
      {told ? children(told, title) : <p>{say.t("office.heldQuarter", { least: say.number(least) })}</p>}
    </section>
  );
}
