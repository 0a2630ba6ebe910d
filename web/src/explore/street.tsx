import { useEffect, useState } from "preact/hooks";
import { loadStreets, type Dataset } from "../data/load";
import type { Streets } from "../data/schema";
import type { Speech } from "../i18n";
import type { View } from "../state";
import { quarterName } from "../subject";
import { served } from "../whatif/served";
import { factsOf, type Fact } from "./facts";
import { Search } from "./search";
import { streetRow } from "./searchindex";

interface Props {
  data: Dataset;
  view: View;
  say: Speech;
  set: (change: Partial<View>) => void;
  mark: (ids: string[], move?: boolean, level?: "cells" | "quarters") => void;
}

interface Place {
  name: string;
  quarter: string;
  cells: number[];
}

/** A street, or the cell or quarter that was clicked. */
function placeOf(data: Dataset, streets: Streets | null, asked: string, say: Speech): Place | null {
  const [kind, ...rest] = asked.split("/");
  const id = rest.join("/");
  if (kind === "streets" && streets) {
    const row = streetRow(streets, asked);
    if (row === null) return null;
    return { name: streets.names[row] ?? "", quarter: streets.quarters[row] ?? "", cells: streets.cells[row] ?? [] };
  }
  if (kind === "cells") {
    const row = data.cells.table.row(id);
    if (row === undefined) return null;
    const quarter = data.cells.table.text("quarter_id", row);
    return { name: say.t("street.cell"), quarter, cells: [row] };
  }
  if (kind === "quarters" && data.quarters.table.row(id) !== undefined) {
    return { name: quarterName(data, id), quarter: id, cells: [] };
  }
  return null;
}

/** What is near a street: place facts only, in plain words, to read, to print, to put into another page. */
export function MyStreet({ data, view, say, set, mark }: Props) {
  const [streets, setStreets] = useState<Streets | null>(null);
  useEffect(() => void loadStreets().then(setStreets, () => setStreets(null)), []);
  const place = placeOf(data, streets, view.street, say);
  useEffect(() => {
    if (!place) return mark([]);
    const ids = place.cells.flatMap((row) => data.cells.table.ids[row] ?? []);
    if (ids.length > 0) mark(ids, view.street.startsWith("streets/"), "cells");
    else mark([place.quarter]);
  }, [view.street, streets]);
  return (
    <section class="panel" id="results" aria-label={say.t("chapter.street")} tabIndex={-1}>
      <div class="panel-body" tabIndex={0} role="group" aria-label={say.t("chapter.street")}>
        <h2>{say.t("chapter.street")}</h2>
        <Search
          id="street"
          data={data}
          say={say}
          kinds={["street", "quarter"]}
          label={say.t("street.label")}
          choose={(found) =>
            set({ street: found.street ?? (found.selection ? `quarters/${found.selection.id}` : "") })
          }
        />
        {place ? <Facts data={data} place={place} view={view} say={say} /> : <p class="empty">{say.t("street.empty")}</p>}
      </div>
    </section>
  );
}

function Facts({ data, place, view, say }: { data: Dataset; place: Place; view: View; say: Speech }) {
  const { groups, fallback } = factsOf(data, place.cells, place.quarter, say);
  const quarter = quarterName(data, place.quarter);
  return (
    <article class="street" aria-labelledby="street-name">
      <h3 id="street-name">
        {place.name}
        {quarter && quarter !== place.name && <small>{quarter}</small>}
      </h3>
      <p class="soft">
        {fallback ? say.t("street.fallback") : say.t(place.cells.length > 1 ? "street.cells" : "street.one", { n: say.number(place.cells.length) })}
        {place.cells.length > 1 && !view.embedded && ` ${say.t("street.pick")}`}
      </p>
      {groups.map((group) => (
        <section key={group.id} class="street-group" data-group={group.id}>
          <h4>{group.title}</h4>
          <ul>
            {group.facts.map((fact) => (
              <Line key={fact.id} fact={fact} />
            ))}
          </ul>
        </section>
      ))}
      <p class="soft">{say.t("street.note", { date: say.date(data.study.reference_date) })}</p>
      <p class="street-source soft">
        {data.study.name} · {say.t("map.attribution")}:{" "}
        {[...new Set(data.study.sources.map((one) => one.attribution).filter(Boolean))].join(" · ")}
      </p>
      <div class="street-actions">
        <button type="button" class="secondary" onClick={() => window.print()}>
          {say.t("street.print")}
        </button>
        {/* a server of "nahraum serve" is embedded only by sites that are named: --embed (web/guard.py) */}
        {!view.embedded && (served()?.embed ?? true) && <Embed view={view} say={say} />}
      </div>
    </article>
  );
}

function Line({ fact }: { fact: Fact }) {
  return (
    <li class={`fact fact-${fact.judgement}`} data-fact={fact.id}>
      <span class="fact-mark" aria-hidden="true">
        {fact.judgement === "met" ? "✓" : fact.judgement === "missed" ? "!" : fact.judgement === "part" ? "±" : "?"}
      </span>
      <p>
        <strong>{fact.title}</strong> {fact.text}{" "}
        <span class="soft">
          {fact.verdict}
          {fact.rule && ` (${fact.rule})`}
        </span>
      </p>
    </li>
  );
}

/** The address of this view, and the line that puts it into another page. */
function Embed({ view, say }: { view: View; say: Speech }) {
  const bare = `${location.origin}${location.pathname}#chapter=street&embedded=1&language=${view.language}`;
  const address = view.street ? `${bare}&street=${encodeURIComponent(view.street)}` : bare;
  return (
    <details class="how">
      <summary>{say.t("street.embed")}</summary>
      <p class="soft">{say.t("street.embedHint")}</p>
      <textarea
        readOnly
        rows={4}
        aria-label={say.t("street.embed")}
        value={`<iframe src="${address}" title="nahraum" width="100%" height="640"></iframe>`}
      />
    </details>
  );
}
