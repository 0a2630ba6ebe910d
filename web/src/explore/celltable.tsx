import { useMemo, useState } from "preact/hooks";
import type { Dataset } from "../data/load";
import type { Speech } from "../i18n";
import type { Selection } from "../state";
import { quarterName } from "../subject";
import { blankLabel, type Theme } from "../themes";
import { folded } from "./folded";

interface Props {
  data: Dataset;
  theme: Theme;
  say: Speech;
  chosen: Selection | null;
  choose: (selection: Selection) => void;
}

const PAGE = 100;

interface Line {
  row: number;
  id: string;
  quarter: string;
  residents: number | null;
  place: number;
  label: string;
}

/** The cells with the class that the map gives them, those where most is lacking first: the map as a list. */
export function Cells({ data, theme, say, chosen, choose }: Props) {
  const [wanted, setWanted] = useState("");
  const [shown, setShown] = useState(PAGE);
  const [kind, setKind] = useState("");
  const lines = useMemo(() => linesOf(data, theme, say), [data, theme, say]);
  const kinds = [...new Map(lines.map((one) => [one.label, one.place])).keys()];
  const found = lines.filter((one) => folded(one.quarter).includes(folded(wanted)) && (kind === "" || one.label === kind));
  const caption = say.t("table.cellsOf", { what: theme.title });
  return (
    <>
      <p>
        <strong>{caption}</strong>
      </p>
      <div class="filters">
        <label>
          {say.t("quarters.name")}
          <input type="search" value={wanted} onInput={(event) => setWanted(event.currentTarget.value)} />
        </label>
        <label>
          {say.t("spread.class")}
          <select value={kind} onChange={(event) => setKind(event.currentTarget.value)}>
            <option value="">{say.t("table.any")}</option>
            {kinds.map((label) => (
              <option key={label} value={label}>
                {label}
              </option>
            ))}
          </select>
        </label>
        <p class="soft" role="status">
          {say.t("table.countCells", { n: say.number(found.length), of: say.number(lines.length) })}
        </p>
      </div>
      {found.length === 0 && <p class="empty">{say.t("table.empty")}</p>}
      <table class="cells">
        <caption class="visually-hidden">{caption}</caption>
        <thead>
          <tr>
            <th scope="col">{say.t("table.cell")}</th>
            <th scope="col">{say.t("spread.class")}</th>
            <th scope="col" class="number">
              {say.t("overview.residents")}
            </th>
          </tr>
        </thead>
        <tbody>
          {found.slice(0, shown).map((one) => (
            <tr key={one.id} class={chosen?.id === one.id ? "chosen" : ""}>
              <th scope="row">
                <button type="button" class="plain" onClick={() => choose({ level: "cells", id: one.id })}>
                  {one.quarter || say.t("why.cell")}
                  <small class="mono">{one.id.replace(/^CRS3035RES100m/, "")}</small>
                </button>
              </th>
              <td>{one.label}</td>
              <td class="number">{one.residents === null ? say.t("value.held") : say.number(one.residents)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {found.length > shown && (
        <button type="button" class="secondary" onClick={() => setShown(shown + PAGE)}>
          {say.t("table.more", { n: say.number(Math.min(PAGE, found.length - shown)) })}
        </button>
      )}
    </>
  );
}

/** Classes in the order of the legend, the side of lack first; within a class by quarter, then by id. */
function linesOf(data: Dataset, theme: Theme, say: Speech): Line[] {
  const { table } = data.cells;
  const order = new Intl.Collator(say.language, { numeric: true });
  const lines = table.rows().map((row): Line => {
    const { bin, blank } = theme.paint(table, row);
    return {
      row,
      id: table.ids[row] ?? "",
      quarter: quarterName(data, table.text("quarter_id", row)),
      residents: table.number("residents", row),
      place: blank === null ? bin : theme.bins.length + theme.blanks.indexOf(blank),
      label: blank === null ? (theme.bins[bin]?.label ?? "") : blankLabel(blank, "cells", data.study, say),
    };
  });
  const first = theme.worst === "last" ? -1 : 1;
  const rank = (one: Line): number => (one.place < theme.bins.length ? first * one.place : 1000 + one.place);
  return lines.sort((a, b) => rank(a) - rank(b) || order.compare(a.quarter, b.quarter) || (a.id < b.id ? -1 : 1));
}
