import type { Feature, FeatureCollection } from "geojson";
import type { GeoJSONSource, LayerSpecification, Map as MapLibre, MapMouseEvent } from "maplibre-gl";
import type { Dataset } from "../data/load";
import type { Site } from "./api";
import type { Planner } from "./session";
import type { State } from "./store";

const FONT = "Noto Sans SemiBold";
const INK = {
  chosen: "#0b3d91",
  added: "#b5125f",
  not: "#6b1f1f",
  site: "#3d4654",
  helps: "#ffd24a",
  paper: "#ffffff",
};
const EMPTY: FeatureCollection = { type: "FeatureCollection", features: [] };
const SOURCES = ["plan-quarters", "plan-shapes", "plan-sites", "plan-points"] as const;
/** how far from a point a click, or the cross, still means it. [pixels] */
const NEAR_PX = 14;

type Kind = "chosen" | "added" | "dropped" | "not";

/** Draws sites, measures and priority quarters on the map, and takes what the pointer chooses among them. */
export class Board {
  readonly #map: MapLibre;
  readonly #planner: Planner;
  readonly #data: Dataset;
  readonly #stop: (() => void)[] = [];
  #shown: State | null = null;

  constructor(map: MapLibre, planner: Planner, data: Dataset) {
    this.#map = map;
    this.#planner = planner;
    this.#data = data;
    this.#lay();
    this.#listen();
    this.#stop.push(planner.subscribe(() => this.draw()));
    this.draw();
  }

  #lay(): void {
    if (this.#map.getSource(SOURCES[0])) return;
    this.#shown = null;
    for (const name of SOURCES) this.#map.addSource(name, { type: "geojson", data: EMPTY });
    for (const layer of layers()) this.#map.addLayer(layer);
  }

  /** The map as the planning is now; nothing is sent to it that it shows already. */
  draw(): void {
    const { state } = this.#planner;
    const old = this.#shown;
    const same = (...names: (keyof State)[]): boolean =>
      old !== null && names.every((name) => old[name] === state[name]);
    if (same("part", "draft", "sites", "plan", "edit", "front", "point", "picking", "measure")) return;
    this.#shown = state;
    this.#fill("plan-quarters", this.#quarters(state));
    this.#fill("plan-sites", collection(showsSites(state) ? state.sites.map((one) => dot(one)) : []));
    this.#fill("plan-points", collection(points(state)));
    this.#fill("plan-shapes", collection(shapes(state)));
    this.#map.getCanvas().style.cursor = state.picking ? "crosshair" : "";
  }

  #quarters(state: State): FeatureCollection {
    if (state.part !== "ask") return EMPTY;
    const { table, geometry } = this.#data.quarters;
    return collection(state.draft.priority.flatMap((id) => geometry.features[table.row(id) ?? -1] ?? []));
  }

  remove(): void {
    for (const stop of this.#stop) stop();
    for (const layer of layers()) if (this.#map.getLayer(layer.id)) this.#map.removeLayer(layer.id);
    for (const name of SOURCES) if (this.#map.getSource(name)) this.#map.removeSource(name);
    this.#map.getCanvas().style.cursor = "";
  }

  #fill(name: string, data: FeatureCollection): void {
    (this.#map.getSource(name) as GeoJSONSource | undefined)?.setData(data);
  }

  #listen(): void {
    const on = (name: string, act: (event: never) => void): void => {
      this.#map.on(name as never, act as never);
      this.#stop.push(() => this.#map.off(name as never, act as never));
    };
    on("click", (event: MapMouseEvent) => this.#take(event.point.x, event.point.y));
    on("mousemove", (event: MapMouseEvent) => {
      const over = this.#at(event.point.x, event.point.y);
      this.#map.getCanvas().style.cursor = over ? "pointer" : this.#planner.state.picking ? "crosshair" : "";
    });
    on("styledata", () => {
      this.#lay();
      this.draw();
    });
    const canvas = this.#map.getCanvas();
    const keyed = (event: KeyboardEvent): void => {
      const { clientWidth, clientHeight } = this.#map.getContainer();
      if (event.key === "Enter") this.#take(clientWidth / 2, clientHeight / 2);
    };
    canvas.addEventListener("keydown", keyed);
    this.#stop.push(() => canvas.removeEventListener("keydown", keyed));
  }

  /** The nearest site or measure at a place of the screen. */
  #at(x: number, y: number): Record<string, string> | null {
    const box: [[number, number], [number, number]] = [
      [x - NEAR_PX, y - NEAR_PX],
      [x + NEAR_PX, y + NEAR_PX],
    ];
    const wanted = ["plan-points", "plan-sites-helping", "plan-sites"].filter((id) => this.#map.getLayer(id));
    const found = this.#map.queryRenderedFeatures(box, { layers: wanted });
    const far = (one: Feature): number => {
      if (one.geometry.type !== "Point") return Number.POSITIVE_INFINITY;
      const at = this.#map.project(one.geometry.coordinates as [number, number]);
      return (at.x - x) ** 2 + (at.y - y) ** 2;
    };
    const rank = (one: (typeof found)[number]): number => wanted.indexOf(one.layer.id);
    const best = found.sort((a, b) => far(a) - far(b) || rank(a) - rank(b))[0];
    return (best?.properties as Record<string, string> | undefined) ?? null;
  }

  /** What a place of the screen means in the part that is open. */
  #take(x: number, y: number): void {
    const { picking, edit, part } = this.#planner.state;
    if (picking === "quarters") {
      const quarter = this.#quarterAt(x, y);
      if (quarter) this.#planner.quarter(quarter);
      return;
    }
    const found = this.#at(x, y);
    const site = found?.["site_id"] ?? "";
    if (!found) return;
    if (picking && site) this.#planner.site(site, picking);
    else if (part === "plan" && edit && site) this.#planner.toggle(site);
    else if (part === "plan" && found["number"]) this.#planner.chooseMeasure(found["number"]);
  }

  #quarterAt(x: number, y: number): string | null {
    const { lng, lat } = this.#map.unproject([x, y]);
    const { table, geometry } = this.#data.quarters;
    const row = geometry.features.findIndex(({ geometry: shape }) => {
      const parts =
        shape.type === "Polygon" ? [shape.coordinates] : shape.type === "MultiPolygon" ? shape.coordinates : [];
      return parts.some((rings) => rings.reduce((inside, ring) => inside !== encloses(ring, lng, lat), false));
    });
    return row < 0 ? null : (table.ids[row] ?? null);
  }
}

const collection = (features: Feature[]): FeatureCollection => ({ type: "FeatureCollection", features });

const dot = (one: Site): Feature => ({
  type: "Feature",
  properties: { site_id: one.site_id, helps: (one.relieved ?? 0) >= 1 ? 1 : 0 },
  geometry: { type: "Point", coordinates: one.point },
});

const mark = (site: string, at: [number, number], kind: Kind, label: string, chosen = false): Feature => ({
  type: "Feature",
  properties: { site_id: site, number: label, kind, over: chosen ? 1 : 0 },
  geometry: { type: "Point", coordinates: at },
});

const showsSites = (state: State): boolean =>
  (state.part === "plan" && state.edit !== null) ||
  (state.part === "ask" && (state.picking === "must" || state.picking === "mustNot"));

/** The marks of the part that is open: wishes, measures, the plan in hand, the plan of the front. */
function points(state: State): Feature[] {
  const place = new Map(state.sites.map((one) => [one.site_id, one.point]));
  const of = (ids: string[], kind: Kind, label: (at: number) => string): Feature[] =>
    ids.flatMap((id, at) => {
      const point = place.get(id);
      return point ? [mark(id, point, kind, label(at))] : [];
    });
  const { part, draft, plan, edit, front, point } = state;
  if (part === "ask") return [...of(draft.must, "chosen", () => "+"), ...of(draft.mustNot, "not", () => "×")];
  if (part === "front")
    return of(front?.points.find((one) => one.point === point)?.sites ?? [], "chosen", (at) => `${at + 1}`);
  if (part !== "plan" || !plan) return [];
  const planned = plan.measures.map((one) =>
    mark(
      one.site_id,
      one.point,
      edit && !edit.chosen.includes(one.site_id) ? "dropped" : "chosen",
      one.number,
      one.number === state.measure,
    ),
  );
  const known = new Set(plan.measures.map((one) => one.site_id));
  const added = edit ? edit.chosen.filter((one) => !known.has(one)) : [];
  return [...planned, ...of(added, "added", () => "+")];
}

/** The ground that the measures of a plan take. */
function shapes({ part, plan, edit }: State): Feature[] {
  if (part !== "plan" || !plan) return [];
  return plan.measures
    .filter((one) => one.geometry.type !== "Point" && (!edit || edit.chosen.includes(one.site_id)))
    .map((one) => ({ type: "Feature", properties: {}, geometry: one.geometry }));
}

function layers(): LayerSpecification[] {
  const colour = ["match", ["get", "kind"], "added", INK.added, "not", INK.not, "dropped", INK.paper, INK.chosen];
  const rim = ["match", ["get", "kind"], "dropped", INK.chosen, INK.paper];
  const grown = (near: number, far: number): unknown[] => ["interpolate", ["linear"], ["zoom"], 11, near, 16, far];
  return [
    {
      id: "plan-quarters-casing",
      type: "line",
      source: "plan-quarters",
      paint: { "line-color": INK.paper, "line-width": 6 },
    },
    { id: "plan-quarters", type: "line", source: "plan-quarters", paint: { "line-color": INK.added, "line-width": 3 } },
    {
      id: "plan-fill",
      type: "fill",
      source: "plan-shapes",
      filter: ["==", ["geometry-type"], "Polygon"],
      paint: { "fill-color": INK.chosen, "fill-opacity": 0.3 },
    },
    { id: "plan-line", type: "line", source: "plan-shapes", paint: { "line-color": INK.chosen, "line-width": 2.4 } },
    ...[0, 1].map((helps) => ({
      id: helps ? "plan-sites-helping" : "plan-sites",
      type: "circle",
      source: "plan-sites",
      filter: ["==", ["get", "helps"], helps],
      paint: {
        "circle-radius": helps ? grown(3.6, 8) : grown(2, 5),
        "circle-color": helps ? INK.helps : INK.paper,
        "circle-stroke-color": INK.site,
        "circle-stroke-width": 1.5,
      },
    })),
    {
      id: "plan-points",
      type: "circle",
      source: "plan-points",
      paint: {
        "circle-radius": ["+", ["*", 3, ["get", "over"]], 10],
        "circle-color": colour,
        "circle-stroke-color": ["match", ["get", "over"], 1, INK.added, rim],
        "circle-stroke-width": ["match", ["get", "over"], 1, 4, 2],
      },
    },
    {
      id: "plan-names",
      type: "symbol",
      source: "plan-points",
      layout: {
        "text-field": ["get", "number"],
        "text-font": [FONT],
        "text-size": ["case", [">", ["length", ["get", "number"]], 2], 8.5, 12],
        "text-allow-overlap": true,
        "text-ignore-placement": true,
      },
      paint: { "text-color": ["match", ["get", "kind"], "dropped", INK.chosen, INK.paper] },
    },
  ] as LayerSpecification[];
}

const encloses = (ring: number[][], x: number, y: number): boolean =>
  ring.slice(1).reduce((inside, end, at) => {
    const [u = 0, v = 0] = end;
    const [s = 0, t = 0] = ring[at] ?? end;
    return v > y !== t > y && x < ((s - u) * (y - v)) / (t - v) + u ? !inside : inside;
  }, false);
