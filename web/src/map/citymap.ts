import { Map as MapLibre, prewarm, ScaleControl, setWorkerUrl, type GeoJSONSource, type MapMouseEvent } from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url";
import type { Feature, FeatureCollection, Position } from "geojson";
import { drawn, type Dataset, type DrawnName, type Layer, type Level } from "../data/load";
import type { Camera, Overlay, Selection } from "../state";
import type { Theme } from "../themes";
import { CellTiles } from "./celltiles";
import { openGround } from "./ground";
import { patterns } from "./patterns";
import { spareFirstPictures } from "./sparing";
import { night } from "./night";
import { mapStyle } from "./style";

setWorkerUrl(workerUrl);

/** Starts what a map needs, before there is one. */
export function warmUp(): void {
  prewarm();
  openGround();
}

export interface Pointed {
  row: number;
  x: number;
  y: number;
}

export interface Listeners {
  choose: (row: number | null) => void;
  point: (at: Pointed | null) => void;
  /** after the map was moved by hand or by a button */
  moved: (camera: Camera) => void;
}

type Box = [number, number, number, number];
const LAYERS_OF: Record<Overlay, string[]> = {
  locations: ["locations-casing", "locations-line"],
  places: ["places", "place-names"],
  greens: ["greens-line", "entrances", "green-names"],
};
const FILES_OF: Record<Overlay, DrawnName[]> = { locations: [], places: ["places"], greens: ["greens", "entrances"] };
/** Layers of sources that are mostly empty: shown while there is something in them, or every tile of nothing is asked for. */
const LAYERS_WITH: Record<string, string[]> = {
  marked: ["marked-casing", "marked-line"],
  chosen: ["chosen-casing", "chosen-line"],
  planned: ["planned-area", "planned-line", "planned-points", "planned-names"],
};
const STILL = matchMedia("(prefers-reduced-motion: reduce)");
const EMPTY: FeatureCollection = { type: "FeatureCollection", features: [] };
const EMPTY_BOX: Box = [180, 90, -180, -90];

function boxOf(coordinates: unknown, box: Box = EMPTY_BOX): Box {
  if (!Array.isArray(coordinates)) return box;
  if (typeof coordinates[0] !== "number") return coordinates.reduce((all: Box, part) => boxOf(part, all), box);
  const [x = 0, y = 0] = coordinates as Position;
  return [Math.min(box[0], x), Math.min(box[1], y), Math.max(box[2], x), Math.max(box[3], y)];
}

function nameFeatures(quarters: Layer): FeatureCollection {
  const features = quarters.table.rows().map((row) => ({
    type: "Feature" as const,
    properties: { name: quarters.table.text("name", row) },
    geometry: { type: "Point" as const, coordinates: quarters.points[row] ?? [0, 0] },
  }));
  return { type: "FeatureCollection", features };
}

/** MapLibre behind the few verbs that the views need. */
export class CityMap {
  readonly #map: MapLibre;
  readonly #data: Dataset;
  readonly #cells: CellTiles;
  readonly #ready: Promise<void>;
  readonly #fetched = new Set<DrawnName>();
  #level: Level = "cells";
  /** while somebody draws: the pointer belongs to the drawing */
  quiet = false;

  constructor(container: HTMLElement, data: Dataset, listeners: Listeners, camera: Camera | null) {
    this.#data = data;
    this.#cells = new CellTiles(data.cells);
    const whole = { bounds: data.study.bounds, fitBoundsOptions: { padding: this.#padding(container) } };
    this.#map = new MapLibre({
      container,
      style: mapStyle(data, this.#cells.source, nameFeatures(data.quarters)),
      validateStyle: false, // it is ours
      ...(camera ? { center: [camera[0], camera[1]], zoom: camera[2] } : whole),
      attributionControl: false,
      fadeDuration: STILL.matches ? 0 : 300,
      dragRotate: false,
      pitchWithRotate: false,
      touchPitch: false,
      maxZoom: 18,
    });
    spareFirstPictures(this.#map);
    this.#map.touchZoomRotate.disableRotation();
    this.#map.keyboard.disableRotation();
    this.#map.addControl(new ScaleControl({ maxWidth: 120 }), "bottom-right");
    // not only once the background is drawn: what is over it comes with it
    this.#ready = new Promise((resolve) => this.#map.once("style.load", () => resolve(this.#fill())));
    for (const begun of ["dataloading", "movestart"] as const) this.#map.on(begun, () => this.#tell("busy"));
    this.#map.on("sourcedata", ({ sourceId }) => void (sourceId === "cells" && this.#cells.renew(this.#map)));
    this.#map.on("idle", () => (this.#cells.renew(this.#map) ? this.#map.triggerRepaint() : this.#tell("idle")));
    this.#listen(listeners);
  }

  /** The map itself, for drawing on it (whatif/draw.ts) once it is `ready`. */
  get map(): MapLibre {
    return this.#map;
  }

  get ready(): Promise<void> {
    return this.#ready;
  }

  /** Colours every area of a level by a theme. */
  async paint(level: Level, theme: Theme): Promise<void> {
    await this.#ready;
    this.#tell("busy");
    this.#level = level;
    if (level === "quarters") this.#paintQuarters(theme);
    else {
      this.#cells.paint(theme);
      this.#cells.renew(this.#map);
    }
    for (const each of ["cells", "quarters"] as const) {
      this.#show([`${each}-fill`, `${each}-hatch`, ...(each === "cells" ? ["cells-line"] : [])], each === level);
    }
    this.#map.triggerRepaint();
  }

  #paintQuarters(theme: Theme): void {
    const { table, geometry } = this.#data.quarters;
    const blank: Feature[] = [];
    for (const row of table.rows()) {
      const paint = theme.paint(table, row);
      this.#map.setFeatureState({ source: "quarters", id: row }, { color: paint.color });
      const shape = paint.blank === null ? undefined : geometry.features[row]?.geometry;
      if (shape) blank.push({ type: "Feature", properties: { blank: paint.blank }, geometry: shape });
    }
    this.#source("quarters-blank", { type: "FeatureCollection", features: blank });
  }

  async overlays(shown: Overlay[]): Promise<void> {
    await this.#ready;
    for (const name of shown.flatMap((one) => FILES_OF[one])) this.#fetch(name);
    for (const [name, layers] of Object.entries(LAYERS_OF)) this.#show(layers, shown.includes(name as Overlay));
  }

  /** Draws a line around what is chosen; moves there if asked to. */
  async select(selection: Selection | null, move: boolean): Promise<void> {
    await this.#ready;
    const layer = selection ? this.#data[selection.level] : null;
    const row = selection && layer ? layer.table.row(selection.id) : undefined;
    const feature = row === undefined ? undefined : layer?.geometry.features[row];
    this.#source("chosen", feature ? { type: "FeatureCollection", features: [feature] } : EMPTY);
    if (feature && move && "coordinates" in feature.geometry) {
      this.#go(boxOf(feature.geometry.coordinates), selection?.level === "cells" ? 15 : 16);
    }
  }

  /** Draws a line around several areas of a level; an empty list takes it away. */
  async mark(level: Level, ids: string[]): Promise<void> {
    await this.#ready;
    const { table, geometry } = this.#data[level];
    const features = ids.flatMap((id) => geometry.features[table.row(id) ?? -1] ?? []);
    this.#source("marked", { type: "FeatureCollection", features });
  }

  /** Draws the measures of a plan; an empty list takes them away. */
  async planned(features: Feature[]): Promise<void> {
    await this.#ready;
    this.#source("planned", { type: "FeatureCollection", features });
  }

  /** Moves to a point without choosing anything. */
  async goTo(point: [number, number], zoom = 16): Promise<void> {
    await this.#ready;
    this.#map.flyTo({ center: point, zoom, duration: 600, padding: this.#padding(this.#map.getContainer()) });
  }

  /** Brings a point under the cross. */
  centre(point: [number, number], zoom = 15): void {
    const padding = { top: 0, bottom: 0, left: 0, right: 0 };
    this.#map.easeTo({ center: point, zoom: Math.max(this.#map.getZoom(), zoom), padding, duration: 400 });
  }

  /** Moves so that all areas of a list are in sight. */
  async show(level: Level, ids: string[]): Promise<void> {
    await this.#ready;
    const { table, geometry } = this.#data[level];
    const shapes = ids.flatMap((id) => geometry.features[table.row(id) ?? -1]?.geometry ?? []);
    const box = shapes.reduce((all: Box, one) => ("coordinates" in one ? boxOf(one.coordinates, all) : all), EMPTY_BOX);
    if (shapes.length > 0) this.#go(box, 16);
  }

  /** The ground by day or by night. */
  async ground(dark: boolean): Promise<void> {
    await this.#ready;
    for (const { layer, property, day, dusk } of night(this.#map)) {
      this.#map.setPaintProperty(layer, property, dark ? dusk : day);
    }
    for (const [name, picture] of patterns(dark)) this.#map.updateImage(name, picture);
  }

  /** Longitude and latitude of the middle of the map. */
  middle(): [number, number] {
    const { lng, lat } = this.#map.getCenter();
    return [lng, lat];
  }

  whole(): void {
    this.#go(this.#data.study.bounds, 16);
  }

  zoom(by: number): void {
    this.#map.zoomTo(this.#map.getZoom() + by);
  }

  /** The area in the middle of what is visible: how the keyboard points. */
  chooseCentre(): number | null {
    const { clientWidth, clientHeight } = this.#map.getContainer();
    return this.#rowAt([clientWidth / 2, clientHeight / 2]);
  }

  remove(): void {
    this.#map.remove();
    this.#cells.remove();
  }

  #fill(): void {
    for (const [name, picture] of patterns(false)) this.#map.addImage(name, picture, { pixelRatio: 2 });
  }

  /** A layer that only the map draws, once it is first shown. */
  #fetch(name: DrawnName): void {
    if (this.#fetched.has(name)) return;
    this.#fetched.add(name);
    this.#source(name, drawn(name));
  }

  #source(name: string, data: FeatureCollection | string): void {
    const source = this.#map.getSource(name);
    if (source && "setData" in source) (source as GeoJSONSource).setData(data);
    if (typeof data !== "string") this.#show(LAYERS_WITH[name] ?? [], data.features.length > 0);
  }

  #show(layers: string[], visible: boolean): void {
    for (const layer of layers) this.#map.setLayoutProperty(layer, "visibility", visible ? "visible" : "none");
  }

  #tell(state: string): void {
    this.#map.getContainer().dataset["state"] = state;
  }

  #rowAt(point: [number, number]): number | null {
    const layer = `${this.#level}-fill`;
    if (!this.#map.getLayer(layer)) return null;
    const id = this.#map.queryRenderedFeatures(point, { layers: [layer] })[0]?.id;
    return typeof id === "number" ? id : null;
  }

  #listen({ choose, point, moved }: Listeners): void {
    this.#map.on("moveend", () => {
      const { lng, lat } = this.#map.getCenter();
      moved([Number(lng.toFixed(5)), Number(lat.toFixed(5)), Number(this.#map.getZoom().toFixed(2))]);
    });
    const at = (event: MapMouseEvent): number | null => this.#rowAt([event.point.x, event.point.y]);
    this.#map.on("click", (event) => choose(at(event)));
    this.#map.on("mousemove", (event) => {
      const row = at(event);
      if (!this.quiet) this.#map.getCanvas().style.cursor = row === null ? "" : "pointer";
      point(row === null || this.quiet ? null : { row, x: event.point.x, y: event.point.y });
    });
    this.#map.on("mouseout", () => point(null));
    this.#map.on("movestart", () => point(null));
  }

  #go(box: Box, maxZoom: number): void {
    this.#map.fitBounds(box, { padding: this.#padding(this.#map.getContainer()), maxZoom, duration: 600 });
  }

  /** Room for the card that lies over the map on wide screens, and for names that stand out over the outermost places. */
  #padding(container: HTMLElement): { top: number; bottom: number; left: number; right: number } {
    const wide = container.clientWidth > 560;
    return { top: 40, bottom: 48, left: wide ? 356 : 32, right: wide ? 72 : 32 };
  }
}
