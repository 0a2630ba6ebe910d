import type { Dataset } from "../data/load";
import type { Speech } from "../i18n";
import { isHeld } from "../themes";
import { parameterNumber } from "../values";
import { Status } from "./parts";

/** The five services: the nearest of each by name, the way there, and whether that is near enough. */
export function Services({ data, row, say }: { data: Dataset; row: number; say: Speech }) {
  const { study, cells } = data;
  const limit = parameterNumber(study, "supply.maximum_distance_m");
  return (
    <table class="services">
      <caption>{say.t("why.nearest")}</caption>
      <thead class="visually-hidden">
        <tr>
          <th scope="col">{say.t("locations.nearestService")}</th>
          <th scope="col">{say.t("locations.nearestName")}</th>
          <th scope="col">{say.t("locations.distance")}</th>
        </tr>
      </thead>
      <tbody>
        {study.services.map((service) => {
          const column = `${service.id}_distance_m`;
          const distance = cells.table.number(column, row);
          const held = distance === null && isHeld(cells.table, column, row);
          const status = held ? "suppressed" : cells.table.text(`${column}_status`, row);
          const near = distance !== null && limit !== null && distance <= limit;
          const name = cells.table.text(`${service.id}_nearest_name`, row);
          const somewhere = cells.table.text(`${service.id}_nearest_id`, row) || distance !== null;
          return (
            <tr key={service.id} class={distance === null ? "open" : near ? "near" : "far"}>
              <th scope="row">{say.name(service.label)}</th>
              <td>
                {name || <span class="soft">{held ? "" : say.t(somewhere ? "why.unnamed" : "why.noPlace")}</span>}{" "}
                <Status status={status} say={say} />
              </td>
              <td>
                {held ? say.t("value.held") : say.metres(distance)}
                {distance !== null && <span class="reach">{say.t(near ? "why.within" : "why.beyond")}</span>}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
