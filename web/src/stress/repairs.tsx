import { useEffect, useState } from "preact/hooks";
import type { CityMap } from "../map/citymap";
import { plan as planOf } from "../plan/api";
import { Section, Wide } from "../views/parts";
import type { Repair } from "./api";
import { componentName } from "./figures";
import type { Shown } from "./view";

const FIRST = 8;
const KINDS = ["several", "line", "green", "supply"] as const;

/** Which measure of a plan would repair most on the day, each for itself. */
export function Repairs({ test, day, city, isOffice, say }: Shown) {
  const places = usePlaces(isOffice ? test.ask.plan : "");
  const title = say.t("stress.repairs");
  const rows = day.repairs.filter((one) => KINDS.some((kind) => one[`${kind}_persons`] !== 0));
  const most = rows[0];
  const first = rows.slice(0, FIRST);
  useEffect(() => {
    void city?.planned(
      first.flatMap(({ site_id, number }) => {
        const coordinates = places.get(site_id);
        return coordinates
          ? [{ type: "Feature" as const, properties: { number }, geometry: { type: "Point" as const, coordinates } }]
          : [];
      }),
    );
    return () => void city?.planned([]);
  }, [city, places, day]);
  return (
    <Section title={title}>
      {!test.ask.plan && <p class="soft">{say.t(isOffice ? "stress.noPlan" : "stress.noPlanHere")}</p>}
      {test.ask.plan && rows.length === 0 && <p>{say.t("stress.noRepairs", { plan: test.ask.plan })}</p>}
      {most && (
        <>
          <p>
            {most.several_persons > 0
              ? say.t("stress.mostRepairs", {
                  name: `${most.number} ${most.label}`,
                  n: say.number(most.several_persons),
                  plan: test.ask.plan,
                })
              : say.t("stress.noSeveral", { plan: test.ask.plan })}
          </p>
          <Wide label={title} hint={say.t("table.wide")}>
            <table class="counts whatif-table">
              <caption class="visually-hidden">{title}</caption>
              <thead>
                <tr>
                  <th scope="col">{say.t("planner.measure")}</th>
                  {KINDS.map((kind) => (
                    <th key={kind} scope="col" class="number wraps">
                      {componentName(test, kind, say)}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {first.map((one) => (
                  <tr key={one.site_id}>
                    <th scope="row">
                      <b>{one.number}</b> <Name one={one} at={places.get(one.site_id)} city={city} />
                      <small>{one.quarter}</small>
                    </th>
                    {KINDS.map((kind) => (
                      <td key={kind} class="number">
                        {say.number(one[`${kind}_persons`])}
                      </td>
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
          </Wide>
        </>
      )}
      <p class="soft">{say.t("stress.repairsWhy")}</p>
    </Section>
  );
}

/** A measure by its name; where its place is known, a click goes there. */
function Name({ one, at, city }: { one: Repair; at: Point | undefined; city: CityMap | null }) {
  if (!at || !city) return <>{one.label}</>;
  return (
    <button type="button" class="whatif-open" onClick={() => void city.goTo(at)}>
      {one.label}
    </button>
  );
}

type Point = [number, number];
const NOWHERE = new Map<string, Point>();

/** Where the measures of a plan are, by site; nowhere as long as that is not known, or the plan is gone. */
function usePlaces(name: string): Map<string, Point> {
  const [places, setPlaces] = useState(NOWHERE);
  useEffect(() => {
    let isWanted = true;
    setPlaces(NOWHERE);
    if (name) {
      planOf(name).then(
        (plan) => isWanted && setPlaces(new Map(plan.measures.map((one) => [one.site_id, one.point]))),
        () => undefined,
      );
    }
    return () => {
      isWanted = false;
    };
  }, [name]);
  return places;
}
