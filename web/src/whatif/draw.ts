import type { GeoJSONSource, LayerSpecification, Map as MapLibre, MapMouseEvent, MapTouchEvent } from "maplibre-gl";
import type { Feature, FeatureCollection, Geometry } from "geojson";
import type { Document, Effect, Position } from "./api";
import type { Layer } from "../data/load";
import { countOf } from "./counts";
import { isArea, isLine, middleOf, type Draft } from "./draft";
import type { Session } from "./session";

const FONT = "Noto Sans SemiBold";
const INK = { gain: "#0a6a94", loss: "#b23c09", kept: "#0b3d91", draft: "#b5125f", paper: "#ffffff" };
const EMPTY: FeatureCollection = { type: "FeatureCollection", features: [] };
const SOURCES = ["whatif-cells", "whatif-kept", "whatif-draft", "whatif-handles"] as const;
const HANDLES = ["whatif-handle", "whatif-edge", "whatif-middle"];
const NEAR = 15;

type Pressed = MapMouseEvent | MapTouchEvent;

const feature = (geometry: Geometry, properties: Record<string, unknown> = {}): Feature => ({
  type: "Feature",
  properties,
  geometry,
});
const collection = (features: Feature[]): FeatureCollection => ({ type: "FeatureCollection", features });
const pointAt = (coordinates: Position): Geometry => ({ type: "Point", coordinates });
const closedRing = (ring: Position[]): Geometry => ({ type: "Polygon", coordinates: [[...ring, ring[0] ?? [0, 0]]] });

/** A cell's bubble: as large as the number of people. */
const radius = (people: number): number => Math.min(4 + 1.7 * Math.sqrt(people), 30);

function bubbles(effect: Effect | null, centre: (cell: string) => Position | null): FeatureCollection {
  const features = (effect?.cells ?? []).flatMap((cell) => {
    const place = centre(cell.cell_id);
    if (!place) return [];
    const [gain, loss] = [countOf(cell.relieved), countOf(cell.newly_lacking)];
    const some = Object.values(cell.prerequisites);
    const better = some.reduce((sum, one) => sum + countOf(one.no_longer_lacking) - countOf(one.now_lacking), 0);
    const whole = gain > 0 || loss > 0;
    const net = whole ? gain - loss : better;
    const people = Math.round(Math.abs(net));
    const size = whole ? radius(Math.abs(net)) : 4;
    const colour = net >= 0 ? INK.gain : INK.loss;
    const label = whole && people > 0 && size > 9 ? `${net > 0 ? "+" : "−"}${people}` : "";
    return [feature(pointAt(place), { size, colour, fill: whole ? colour : INK.paper, label })];
  });
  return collection(features);
}

/** Where an edit lies, as far as it says so itself. */
export function geometryOf(edit: Document): Geometry | null {
  const { x_m: x, y_m: y, points, outline } = edit;
  if (Array.isArray(outline) && outline.length > 2) return closedRing(outline as Position[]);
  if (Array.isArray(points) && points.length > 1) return { type: "LineString", coordinates: points as Position[] };
  return typeof x === "number" && typeof y === "number" ? pointAt([x, y]) : null;
}

/** The point at which an edit is named. */
export function placeOf(edit: Document): Position | null {
  const geometry = geometryOf(edit);
  if (geometry?.type === "Point") return geometry.coordinates as Position;
  if (geometry?.type === "Polygon") return middleOf((geometry.coordinates[0] ?? []).slice(1) as Position[]);
  if (geometry?.type === "LineString") return middleOf(geometry.coordinates as Position[]);
  return null;
}

/** The measures that are kept; the one in hand is drawn by its draft. */
function kept(edits: Document[], inHand: number | null): FeatureCollection {
  const features = edits.flatMap((edit, at) => {
    const [geometry, place] = [geometryOf(edit), placeOf(edit)];
    if (!geometry || !place || at === inHand) return [];
    const badge = feature(pointAt(place), { number: String(at + 1) });
    return geometry.type === "Point" ? [badge] : [feature(geometry), badge];
  });
  return collection(features);
}

function drafted(draft: Draft, cells: Layer): FeatureCollection {
  if (draft.tool === "fibre") {
    const rows = draft.cells.map((id) => cells.table.row(id));
    return collection(rows.flatMap((row) => (row === undefined ? [] : (cells.geometry.features[row] ?? []))));
  }
  const { points, tool, target } = draft;
  const old = target && tool === "move" && Number.isFinite(target.x_m) ? [[target.x_m, target.y_m] as Position] : [];
  if (isArea(tool) && points.length > 2) return collection([feature(closedRing(points))]);
  const line = isLine(tool) ? points : [...old, ...points];
  return line.length > 1 ? collection([feature({ type: "LineString", coordinates: line })]) : EMPTY;
}

/** What can be dragged: corners, the middles between them (a new corner), and the whole by its centre. */
function handles(draft: Draft): FeatureCollection {
  const { points, tool, closed } = draft;
  const corners = points.map((point, at) =>
    feature(pointAt(point), {
      at,
      role: isArea(tool) ? "edge" : "corner",
      open: isArea(tool) && !closed.includes(at) ? 1 : 0,
    }),
  );
  if (!isArea(tool) && !isLine(tool)) return collection(corners);
  const pairs = points.map((point, at) => [point, points[(at + 1) % points.length] ?? point, at] as const);
  const middles = (isArea(tool) ? pairs : pairs.slice(0, -1)).map(([a, b, at]) =>
    feature(pointAt(middleOf([a, b])), { at, role: "middle" }),
  );
  const whole = points.length > 2 && isArea(tool) ? [feature(pointAt(middleOf(points)), { at: 0, role: "whole" })] : [];
  return collection([...middles, ...corners, ...whole]);
}

function layers(): LayerSpecification[] {
  const role = (...names: string[]): LayerSpecification["filter" & keyof LayerSpecification] =>
    ["in", ["get", "role"], ["literal", names]] as never;
  return [
    {
      id: "whatif-cells",
      type: "circle",
      source: "whatif-cells",
      paint: {
        "circle-radius": ["interpolate", ["linear"], ["zoom"], 11, ["*", ["get", "size"], 0.45], 15, ["get", "size"]],
        "circle-color": ["get", "fill"],
        "circle-opacity": 0.88,
        "circle-stroke-color": ["get", "colour"],
        "circle-stroke-width": 2,
      },
    },
    {
      id: "whatif-cell-labels",
      type: "symbol",
      source: "whatif-cells",
      minzoom: 13.5,
      layout: { "text-field": ["get", "label"], "text-font": [FONT], "text-size": 11, "text-allow-overlap": true },
      paint: { "text-color": INK.paper, "text-halo-color": ["get", "colour"], "text-halo-width": 1 },
    },
    {
      id: "whatif-kept-fill",
      type: "fill",
      source: "whatif-kept",
      filter: ["==", ["geometry-type"], "Polygon"],
      paint: { "fill-color": INK.kept, "fill-opacity": 0.18 },
    },
    {
      // by night, too, a dark line has to stand out
      id: "whatif-kept-casing",
      type: "line",
      source: "whatif-kept",
      filter: ["!=", ["geometry-type"], "Point"],
      paint: { "line-color": INK.paper, "line-width": 5.5 },
    },
    {
      id: "whatif-kept-line",
      type: "line",
      source: "whatif-kept",
      filter: ["!=", ["geometry-type"], "Point"],
      paint: { "line-color": INK.kept, "line-width": 3 },
    },
    {
      id: "whatif-kept-badge",
      type: "circle",
      source: "whatif-kept",
      filter: ["==", ["geometry-type"], "Point"],
      paint: {
        "circle-radius": 11,
        "circle-color": INK.kept,
        "circle-stroke-color": INK.paper,
        "circle-stroke-width": 2.5,
      },
    },
    {
      id: "whatif-kept-number",
      type: "symbol",
      source: "whatif-kept",
      filter: ["==", ["geometry-type"], "Point"],
      layout: {
        "text-field": ["get", "number"],
        "text-font": [FONT],
        "text-size": 12,
        "text-allow-overlap": true,
        "text-ignore-placement": true,
      },
      paint: { "text-color": INK.paper },
    },
    {
      id: "whatif-draft-fill",
      type: "fill",
      source: "whatif-draft",
      filter: ["==", ["geometry-type"], "Polygon"],
      paint: { "fill-color": INK.draft, "fill-opacity": 0.18 },
    },
    {
      id: "whatif-draft-casing",
      type: "line",
      source: "whatif-draft",
      paint: { "line-color": INK.paper, "line-width": 6 },
    },
    {
      id: "whatif-draft-line",
      type: "line",
      source: "whatif-draft",
      paint: { "line-color": INK.draft, "line-width": 3, "line-dasharray": [2, 1] },
    },
    {
      id: "whatif-middle",
      type: "circle",
      source: "whatif-handles",
      filter: role("middle"),
      minzoom: NEAR,
      paint: {
        "circle-radius": 5,
        "circle-color": INK.paper,
        "circle-stroke-color": INK.draft,
        "circle-stroke-width": 1.5,
      },
    },
    {
      // the corners of a park are nearer to each other than a finger is wide where the map shows the whole city
      id: "whatif-edge",
      type: "circle",
      source: "whatif-handles",
      filter: role("edge"),
      minzoom: NEAR,
      paint: {
        "circle-radius": 8,
        "circle-color": ["match", ["get", "open"], 1, INK.paper, INK.draft],
        "circle-stroke-color": ["match", ["get", "open"], 1, INK.draft, INK.paper],
        "circle-stroke-width": 3,
      },
    },
    {
      id: "whatif-handle",
      type: "circle",
      source: "whatif-handles",
      filter: role("corner", "whole"),
      paint: {
        "circle-radius": ["match", ["get", "role"], "whole", 9, 8],
        "circle-color": ["match", ["get", "open"], 1, INK.paper, INK.draft],
        "circle-stroke-color": ["match", ["get", "open"], 1, INK.draft, INK.paper],
        "circle-stroke-width": 3,
      },
    },
  ] as LayerSpecification[];
}

/** Draws scenario, draft and effect on the map and takes what the pointer does to the draft. */
export class Board {
  readonly #map: MapLibre;
  readonly #session: Session;
  readonly #cells: Layer;
  readonly #stop: (() => void)[] = [];
  #drag: { at: number; role: string; last: Position } | null = null;
  #shown: unknown[] = [];

  constructor(map: MapLibre, session: Session, cells: Layer) {
    this.#map = map;
    this.#session = session;
    this.#cells = cells;
    this.#lay();
    this.#listen();
    this.#stop.push(session.subscribe(() => this.draw()));
    this.draw();
  }

  /** Sources and layers; again where the map was given another style. */
  #lay(): void {
    if (this.#map.getSource(SOURCES[0])) return;
    this.#shown = [];
    for (const name of SOURCES) this.#map.addSource(name, { type: "geojson", data: EMPTY });
    for (const layer of layers()) this.#map.addLayer(layer);
  }

  /** The map as the session is now; nothing is sent to it that it shows already. */
  draw(): void {
    const { current, draft, step, whole } = this.#session.state;
    const effect = draft && (step || draft.points.length > 0) ? step : whole;
    const shown = [effect, draft?.kept ?? null, draft, current];
    const differs = shown.map((one, at) => one !== this.#shown[at] || this.#shown.length === 0);
    this.#shown = shown;
    if (differs[0]) this.#fill("whatif-cells", bubbles(effect, (cell) => this.#placeOf(cell)));
    if (differs[1] || differs[3]) this.#fill("whatif-kept", kept(current?.edits ?? [], draft?.kept ?? null));
    if (differs[2]) {
      this.#fill("whatif-draft", draft ? drafted(draft, this.#cells) : EMPTY);
      this.#fill("whatif-handles", draft && isMovable(draft) ? handles(draft) : draft ? marked(draft) : EMPTY);
      this.#map.getCanvas().style.cursor = draft ? "crosshair" : "";
    }
  }

  #placeOf(cell: string): Position | null {
    const row = this.#cells.table.row(cell);
    return row === undefined ? null : (this.#cells.points[row] ?? null);
  }

  /** The tool in hand at a place: a cell is chosen or let go, anything else is set there. */
  #point(place: Position): void {
    const { draft } = this.#session.state;
    if (draft?.tool !== "fibre") return void this.#session.point(place);
    const row = cellAt(this.#cells, place);
    const id = row === null ? "" : (this.#cells.table.ids[row] ?? "");
    if (!id) return;
    const cells = draft.cells.includes(id) ? draft.cells.filter((one) => one !== id) : [...draft.cells, id];
    this.#session.change({ cells });
  }

  /** Points with the cross in the middle of the map: how the keyboard draws. */
  pointAtCentre(): void {
    this.#point(this.centre());
  }

  /** What lies under the cross; the map's own centre may lie aside, where a card covers it. */
  centre(): Position {
    const { clientWidth, clientHeight } = this.#map.getContainer();
    const { lng, lat } = this.#map.unproject([clientWidth / 2, clientHeight / 2]);
    return [lng, lat];
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
    on("click", (event: MapMouseEvent) => {
      if (!this.#session.state.draft) this.#takeUp(event);
      else if (!this.#handleAt(event)) this.#point(at(event));
    });
    on("styledata", () => {
      this.#lay();
      this.draw();
    });
    const canvas = this.#map.getCanvas();
    const keyed = (event: KeyboardEvent): void => {
      if (event.key === "Enter" && this.#session.state.draft) this.pointAtCentre();
    };
    canvas.addEventListener("keydown", keyed);
    this.#stop.push(() => canvas.removeEventListener("keydown", keyed));
    for (const down of ["mousedown", "touchstart"]) on(down, (event: Pressed) => this.#grab(event));
    on("mousemove", (event: MapMouseEvent) => {
      if (event.originalEvent.buttons === 0) this.#let(); // let go where nobody told
      this.#pull(event);
    });
    on("touchmove", (event: Pressed) => this.#pull(event));
    const release = (): void => this.#let();
    // of the window: the hand may have left the map
    for (const up of ["mouseup", "touchend", "touchcancel", "blur"]) {
      addEventListener(up, release);
      this.#stop.push(() => removeEventListener(up, release));
    }
  }

  /** A click on the number of a kept measure takes it in hand again. */
  #takeUp(event: MapMouseEvent): void {
    const found = this.#map.queryRenderedFeatures(event.point, { layers: ["whatif-kept-badge"] })[0];
    if (found) this.#session.reshape(Number(found.properties["number"]) - 1);
  }

  #handleAt(event: Pressed): { at: number; role: string } | null {
    const { x, y } = event.point;
    const box: [[number, number], [number, number]] = [
      [x - 6, y - 6],
      [x + 6, y + 6],
    ];
    const found = this.#map.queryRenderedFeatures(box, { layers: HANDLES.filter((id) => this.#map.getLayer(id)) });
    const rank = ["corner", "edge", "whole", "middle"];
    const best = found.sort((a, b) => rank.indexOf(a.properties["role"]) - rank.indexOf(b.properties["role"]))[0];
    return best ? { at: Number(best.properties["at"]), role: String(best.properties["role"]) } : null;
  }

  #grab(event: Pressed): void {
    const { draft } = this.#session.state;
    if (!draft || !isMovable(draft) || ("points" in event && event.points.length > 1)) return;
    const handle = this.#handleAt(event);
    if (!handle) return;
    event.preventDefault(); // the map stays where it is
    const here = at(event);
    this.#drag = { ...handle, last: here };
    if (handle.role === "middle") {
      const points = [...draft.points];
      points.splice(handle.at + 1, 0, here);
      const closed = draft.closed.map((corner) => (corner > handle.at ? corner + 1 : corner));
      this.#drag = { at: handle.at + 1, role: "edge", last: here };
      this.#session.change({ points, closed: isArea(draft.tool) ? [...closed, handle.at + 1] : closed });
    }
  }

  #pull(event: Pressed): void {
    const [drag, { draft }] = [this.#drag, this.#session.state];
    if (!drag || !draft) return;
    const here = at(event);
    const by: Position = [here[0] - drag.last[0], here[1] - drag.last[1]];
    drag.last = here;
    const points = draft.points.map((point, n): Position => {
      if (drag.role === "whole") return [point[0] + by[0], point[1] + by[1]];
      return n === drag.at ? here : point;
    });
    this.#session.change({ points });
  }

  #let(): void {
    this.#drag = null;
  }
}

/** Whether a draft has points of its own, and not only what it is about. */
const isMovable = ({ tool }: Draft): boolean => tool !== "remove" && tool !== "capacity";

const at = (event: Pressed): Position => [event.lngLat.lng, event.lngLat.lat];

/** A mark on what is to be taken away. */
function marked(draft: Draft): FeatureCollection {
  const [place] = draft.points;
  return place ? collection([feature(pointAt(place), { at: 0, role: "corner", open: 1 })]) : EMPTY;
}

/** The cell in which a place lies. */
function cellAt(cells: Layer, [x, y]: Position): number | null {
  const near = cells.points.findIndex(([lon, lat], row) => {
    if (Math.abs(lat - y) > 0.002 || Math.abs(lon - x) > 0.004) return false;
    const shape = cells.geometry.features[row]?.geometry;
    return shape?.type === "Polygon" && encloses((shape.coordinates[0] ?? []) as Position[], x, y);
  });
  return near < 0 ? null : near;
}

const encloses = (ring: Position[], x: number, y: number): boolean =>
  ring.slice(1).reduce((inside, [u, v], n) => {
    const [s, t] = ring[n] ?? [u, v];
    return v > y !== t > y && x < ((s - u) * (y - v)) / (t - v) + u ? !inside : inside;
  }, false);
