import type { Dataset } from "../data/load";
import type { Table } from "../data/table";
import type { Speech } from "../i18n";
import type { Selection } from "../state";
import { quarterName, titleOf } from "../subject";
import { heldColumns, isHeld } from "../themes";
import { serviceName } from "./prerequisite";

interface Props {
  data: Dataset;
  say: Speech;
  choose: (selection: Selection | null) => void;
}

/** The prerequisites of a combination such as "green+supply" in words. */
export function combinationText(data: Dataset, combination: string, say: Speech): string {
  const ids = combination.split(/[^a-z_]+/).filter(Boolean);
  const names = data.study.prerequisites.filter((one) => ids.includes(one.id)).map((one) => say.pick(one.label));
  return names.length > 0 ? say.list(names) : combination;
}

/** Whether nothing but the place of a location is told. */
const isClosed = (table: Table, row: number): boolean =>
  heldColumns(table, row).includes("all") || (!table.text("combination", row) && isHeld(table, "combination", row));

/** What a location lacks, or that this is not published. */
function missingText(data: Dataset, row: number, say: Speech): string {
  const { table } = data.locations;
  if (isClosed(table, row)) return say.t("legend.held");
  const combination = table.text("combination", row);
  return combination ? say.t("locations.missing", { what: combinationText(data, combination, say) }) : "";
}

function facts(data: Dataset, row: number, say: Speech): string[] {
  const { table } = data.locations;
  const [residents, hectares] = [table.number("residents", row), table.number("hectares", row)];
  const stability = table.number("stability", row);
  return [
    residents !== null
      ? say.t("locations.residents", { n: say.number(residents) })
      : isHeld(table, "residents", row) && !isClosed(table, row)
        ? say.t("locations.residents", { n: say.t("value.held") })
        : "",
    hectares === null ? "" : say.t("locations.hectares", { n: say.number(hectares, hectares < 10 ? 1 : 0) }),
    stability === null ? "" : say.t("locations.stability", { share: say.share(stability) }),
  ].filter(Boolean);
}

/** All locations, the largest first; settlements below the minimum stand apart but are not dropped. */
export function Locations({ data, say, choose }: Props) {
  const { table } = data.locations;
  const minimum = data.study.parameters["locations.settlement_minimum_residents"]?.value;
  const rows = table
    .rows()
    .sort((a, b) => (table.number("residents", b) ?? -1) - (table.number("residents", a) ?? -1) || a - b);
  const [known, held] = [rows.filter((row) => !isClosed(table, row)), rows.filter((row) => isClosed(table, row))];
  const small = known.filter((row) => table.value("settlement", row) === true || table.number("settlement", row) === 1);
  const large = known.filter((row) => !small.includes(row));
  const list = (some: number[]) => (
    <ol class="cards">
      {some.map((row) => (
        <li key={row}>
          <button type="button" class="card" onClick={() => choose({ level: "locations", id: table.ids[row] ?? "" })}>
            <strong>{titleOf(data, { level: "locations", id: table.ids[row] ?? "" }, say)}</strong>
            <span>{facts(data, row, say).join(" · ")}</span>
            <span class="soft">{missingText(data, row, say)}</span>
          </button>
        </li>
      ))}
    </ol>
  );
  return (
    <>
      <p>{say.t("locations.intro", { k: data.study.lacks_needed })}</p>
      {rows.length === 0 && <p class="notice">{say.t("locations.none")}</p>}
      {large.length > 0 && list(large)}
      {small.length > 0 && (
        <section class="section">
          <h3>{say.t("locations.small", { n: typeof minimum === "number" ? say.number(minimum) : "300" })}</h3>
          {list(small)}
        </section>
      )}
      {held.length > 0 && (
        <section class="section">
          <h3>{say.t("locations.held")}</h3>
          {list(held)}
        </section>
      )}
    </>
  );
}

/** One location: who lives there, what is lacking, and where the nearest of it is. */
export function LocationDetail({ data, id, say, choose }: Props & { id: string }) {
  const { table } = data.locations;
  const row = table.row(id);
  if (row === undefined) return null;
  const quarters = table
    .text("quarter_ids", row)
    .split(/[\s,;+]+/)
    .filter((one) => data.quarters.table.row(one) !== undefined);
  return (
    <>
      <section class="verdict">
        <p>
          <strong>{missingText(data, row, say)}</strong>
        </p>
        <p>{facts(data, row, say).join(" · ")}</p>
        {table.number("stability", row) !== null && <p class="soft">{say.t("locations.stabilityWhy")}</p>}
      </section>
      {!isClosed(table, row) && <NearestMissing data={data} id={id} say={say} />}
      {quarters.length > 0 && (
        <section class="section">
          <h3>{say.t("locations.quarters")}</h3>
          <p class="onward">
            {quarters.map((quarter) => (
              <button key={quarter} type="button" onClick={() => choose({ level: "quarters", id: quarter })}>
                {quarterName(data, quarter)}
              </button>
            ))}
          </p>
        </section>
      )}
    </>
  );
}

function NearestMissing({ data, id, say }: { data: Dataset; id: string; say: Speech }) {
  const rows = data.study.location_services.filter((one) => one["location_id"] === id);
  if (rows.length === 0) return null;
  return (
    <section class="section">
      <h3>{say.t("locations.nearest")}</h3>
      <table class="services">
        <thead>
          <tr>
            <th scope="col">{say.t("locations.nearestService")}</th>
            <th scope="col">{say.t("locations.nearestName")}</th>
            <th scope="col" class="number">
              {say.t("locations.distance")}
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((one) => {
            const distance = typeof one["distance_m"] === "number" ? one["distance_m"] : null;
            return (
              <tr key={String(one["service"])}>
                <th scope="row">{serviceName(data, String(one["service"]), say)}</th>
                <td>{String(one["nearest_name"] || "") || say.t(one["suppressed"] ? "legend.held" : one["nearest_id"] ? "why.unnamed" : "why.noPlace")}</td>
                <td class="number">
                  {distance === null && one["suppressed"] ? say.t("value.held") : say.metres(distance)}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}
