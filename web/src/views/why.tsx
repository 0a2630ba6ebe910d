import { useEffect, useRef } from "preact/hooks";
import type { Dataset, Level } from "../data/load";
import type { Study } from "../data/schema";
import { onMap } from "../explore/palettes";
import type { Speech } from "../i18n";
import type { Selection } from "../state";
import { quarterName, titleOf } from "../subject";
import { heldColumns, isEdge, isHeld } from "../themes";
import { several, rangeText } from "../values";
import { LocationDetail } from "./location";
import { Bar } from "./parts";
import { Further } from "./further";
import { Prerequisite } from "./prerequisite";
import { worstCells } from "./ranking";

interface Props {
  data: Dataset;
  chosen: Selection;
  say: Speech;
  choose: (selection: Selection | null) => void;
  /** counts up when the selection came from a list, a table or the keyboard: then the reading place moves here */
  attention: number;
}

/** Why something is lacking in the chosen cell, quarter or location. */
export function Why({ data, chosen, say, choose, attention }: Props) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (attention > 0) heading.current?.focus();
  }, [attention]);
  const kind = chosen.level === "cells" ? "why.cell" : chosen.level === "quarters" ? "why.quarter" : "why.location";
  return (
    <article class="why" data-subject={`${chosen.level}/${chosen.id}`}>
      <header class="why-head">
        <p class="why-kind">{say.t(kind)}</p>
        <h2 ref={heading} tabIndex={-1}>
          {titleOf(data, chosen, say)}
        </h2>
        <button type="button" class="close" onClick={() => choose(null)} aria-label={say.t("why.back")}>
          ×
        </button>
      </header>
      {chosen.level === "locations" ? (
        <LocationDetail data={data} id={chosen.id} say={say} choose={choose} />
      ) : (
        <Area data={data} level={chosen.level} id={chosen.id} say={say} choose={choose} />
      )}
    </article>
  );
}

interface AreaProps {
  data: Dataset;
  level: Level;
  id: string;
  say: Speech;
  choose: (selection: Selection | null) => void;
}

function Area({ data, level, id, say, choose }: AreaProps) {
  const { study } = data;
  const { table } = data[level];
  const row = table.row(id);
  if (row === undefined) return null;
  const held = heldColumns(table, row);
  const closed = held.includes("all");
  return (
    <>
      <Verdict data={data} level={level} row={row} say={say} />
      {closed && level === "cells" && (
        <p class="notice">{say.t("why.suppressed", { n: study.minimum_residents_cell })}</p>
      )}
      {closed && level !== "cells" && <p class="notice">{say.t("why.heldAll")}</p>}
      {!closed && held.length > 0 && <Held names={heldNames(study, held, say)} say={say} />}
      {!closed && level === "quarters" && <p class="soft">{say.t("why.mean")}</p>}
      {!closed &&
        study.prerequisites.map((one) => (
          <Prerequisite key={one.id} data={data} level={level} row={row} prerequisite={one} say={say} />
        ))}
      {!closed && <Further data={data} level={level} row={row} say={say} />}
      <Onward data={data} level={level} row={row} say={say} choose={choose} />
    </>
  );
}

/** More names than this are folded away. */
const MOST_NAMES = 4;

/** That some figures are not published, and which. */
function Held({ names, say }: { names: string[]; say: Speech }) {
  if (names.length <= MOST_NAMES) return <p class="notice">{say.t("why.held", { names: say.list(names) })}</p>;
  return (
    <div class="notice">
      <p>{say.t("why.heldMany", { n: names.length })}</p>
      <details class="how">
        <summary>{say.t("why.heldWhich")}</summary>
        <ul class="bullets">
          {names.map((name) => (
            <li key={name}>{name}</li>
          ))}
        </ul>
      </details>
    </div>
  );
}

/** What was held back, in words, each once; columns that nobody sees here count as "other figures". */
function heldNames(study: Study, columns: string[], say: Speech): string[] {
  const named = columns.map((column) => {
    const own = study.indicators.find((one) => [one.id, `${one.id}_share`, `${one.id}_completeness`].includes(column));
    if (own) return say.pick(own.label);
    const name = say.word("held", column);
    if (name !== column) return name;
    return column.startsWith("several") ? say.t("held.several", { k: study.lacks_needed }) : say.t("held.other");
  });
  return [...new Set(named)];
}

function Verdict({ data, level, row, say }: Omit<AreaProps, "id" | "choose"> & { row: number }) {
  const { table } = data[level];
  const k = data.study.lacks_needed;
  const told = level === "cells" ? table.text("class", row) || "undetermined" : "";
  const kind = told === "undetermined" && isEdge(table, row, data.study) ? "edge" : told;
  const blank = kind === "undetermined" || kind === "edge";
  const share = several(table, row, k);
  const residents = table.number("residents", row);
  const known = share.middle !== null || share.low !== null;
  return (
    <section class="verdict">
      {kind && (
        <p class={`class class-${kind}`}>
          <span
            class={`swatch ${blank ? `swatch-${kind}` : ""}`}
            style={blank ? undefined : { backgroundColor: onMap(data.study.palette.classes[kind] ?? "#d9d9d9") }}
            aria-hidden="true"
          />
          <strong>{say.word("class", kind).replace("{k}", String(k))}</strong>
        </p>
      )}
      {kind && <p>{say.word("class", `${kind}.why`).replace("{k}", String(k))}</p>}
      {known && (
        <>
          <p class="verdict-share">{severalSentence(share, k, say)}</p>
          <Bar low={share.low} middle={share.middle} high={share.high} />
        </>
      )}
      {residents !== null && <p class="soft">{say.t("why.residents", { n: say.number(residents) })}</p>}
      {residents === null && !isHeld(table, "class", row) && isHeld(table, "residents", row) && (
        <p class="soft">{say.t("why.residents", { n: say.t("value.held") })}</p>
      )}
      {level === "quarters" && <Robustness data={data} row={row} say={say} />}
      {level === "cells" && <p class="soft mono">{table.ids[row]}</p>}
    </section>
  );
}

function severalSentence({ low, middle, high }: ReturnType<typeof several>, k: number, say: Speech): string {
  const range = rangeText(low, middle, high, say);
  const sharp = rangeText(null, middle, null, say);
  if (middle === null || range === sharp) return say.t("why.severalShare", { share: range, k });
  return `${say.t("why.severalShare", { share: sharp, k })} (${say.t("why.interval", { low: say.share(low), high: say.share(high) })})`;
}

function Robustness({ data, row, say }: { data: Dataset; row: number; say: Speech }) {
  const table = data.quarters.table;
  const share = table.number("in_target_share", row);
  const [from, to] = [table.number("rank_min", row), table.number("rank_max", row)];
  if (share === null && from === null) return null;
  return (
    <p class="soft">
      {share !== null && say.t("why.robust", { share: say.share(share) })}{" "}
      {from !== null &&
        to !== null &&
        say.t(from === to ? "why.rankOne" : "why.rank", { from: say.number(from), to: say.number(to) })}
    </p>
  );
}

/** From a cell to its quarter and location, from a quarter to its cells. */
function Onward({ data, level, row, say, choose }: Omit<AreaProps, "id"> & { row: number }) {
  const { table } = data[level];
  if (level === "cells") {
    const quarter = table.text("quarter_id", row);
    const location = table.text("location_id", row);
    return (
      <p class="onward">
        {quarter && data.quarters.table.row(quarter) !== undefined && (
          <button type="button" onClick={() => choose({ level: "quarters", id: quarter })}>
            {say.t("why.openQuarter", { name: quarterName(data, quarter) })}
          </button>
        )}
        {location && data.locations.table.row(location) !== undefined && (
          <button type="button" onClick={() => choose({ level: "locations", id: location })}>
            {say.t("why.openLocation", { name: titleOf(data, { level: "locations", id: location }, say) })}
          </button>
        )}
      </p>
    );
  }
  const cells = worstCells(data, table.ids[row] ?? "");
  if (cells.length === 0) return null;
  return (
    <section class="section">
      <h3>{say.t("why.cellsOf")}</h3>
      <ul class="links">
        {cells.map((cell, at) => (
          <li key={cell.id}>
            <button
              type="button"
              title={cell.id.replace(/^CRS3035RES/, "")}
              onClick={() => choose({ level: "cells", id: cell.id })}
            >
              <span>{say.t("why.cellNumber", { n: at + 1 })}</span>
              <span>
                {cell.share === null
                  ? say.word("class", cell.kind).replace("{k}", String(data.study.lacks_needed))
                  : say.share(cell.share)}
              </span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
