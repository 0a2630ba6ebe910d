import { Map as MapLibre, ScaleControl, setWorkerUrl, type MapMouseEvent } from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url";
import type { FeatureCollection, Position } from "geojson";
import type { Dataset, Layer, Level } from "../data/load";
import type { Overlay, Selection } from "../state";
import type { Theme } from "../themes";
import { PATTERNS } from "./patterns";
import { BLANKS, mapStyle } from "./style";

setWorkerUrl(workerUrl);

export interface Pointed {
  row: number;
  x: number;
  y: number;
}

export interface Listeners {
  choose: (row: number | null) => void;
  point: (at: Pointed | null) => void;
}

type Box = [number, number, number, number];
const LAYERS_OF: Record<Overlay, string[]> = {
  locations: ["locations-casing", "locations-line"],
  places: ["places", "place-names"],
  greens: ["greens-line", "entrances", "green-names"],
};
const EMPTY: FeatureCollection = { type: "FeatureCollection", features: [] };

function boxOf(coordinates: unknown, box: Box = [180, 90, -180, -90]): Box {
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
  readonly #ready: Promise<void>;
  #level: Level = "cells";

  constructor(container: HTMLElement, data: Dataset, listeners: Listeners) {
    this.#data = data;
    this.#map = new MapLibre({
      container,
      style: mapStyle(),
      bounds: data.study.bounds,
      fitBoundsOptions: { padding: this.#padding(container) },
      attributionControl: false,
      dragRotate: false,
      pitchWithRotate: false,
      touchPitch: false,
      maxZoom: 18,
    });
    this.#map.touchZoomRotate.disableRotation();
    this.#map.keyboard.disableRotation();
    this.#map.addControl(new ScaleControl({ maxWidth: 120 }), "bottom-right");
    this.#ready = new Promise((resolve) => this.#map.once("load", () => resolve(this.#fill())));
    this.#map.on("idle", () => this.#tell("idle"));
    this.#listen(listeners);
  }

  /** Colours every area of a level by a theme. */
  async paint(level: Level, theme: Theme): Promise<void> {
    await this.#ready;
    this.#tell("busy");
    this.#level = level;
    const layer = this.#data[level];
    for (const row of layer.table.rows()) {
      const paint = theme.paint(layer.table, row);
      this.#map.setFeatureState({ source: level, id: row }, { color: paint.color, blank: paint.blank ?? "" });
    }
    for (const each of ["cells", "quarters"] as const) {
      const names = [`${each}-fill`, ...BLANKS.map((kind) => `${each}-${kind}`)];
      this.#show([...names, ...(each === "cells" ? ["cells-line"] : [])], each === level);
    }
    this.#map.triggerRepaint();
  }

  async overlays(shown: Overlay[]): Promise<void> {
    await this.#ready;
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

  whole(): void {
    this.#go(this.#data.study.bounds, 16);
  }

  zoom(by: number): void {
    this.#map.zoomTo(this.#map.getZoom() + by);
  }

  resize(): void {
    this.#map.resize();
  }

  /** The area in the middle of what is visible: how the keyboard points. */
  chooseCentre(): number | null {
    const { clientWidth, clientHeight } = this.#map.getContainer();
    return this.#rowAt([clientWidth / 2, clientHeight / 2]);
  }

  remove(): void {
    this.#map.remove();
  }

  #fill(): void {
    for (const [name, picture] of Object.entries(PATTERNS)) this.#map.addImage(name, picture, { pixelRatio: 2 });
    this.#source("cells", this.#data.cells.geometry);
    this.#source("quarters", this.#data.quarters.geometry);
    this.#source("locations", this.#data.locations.geometry);
    this.#source("quarter-names", nameFeatures(this.#data.quarters));
  }

  #source(name: string, data: FeatureCollection): void {
    const source = this.#map.getSource(name);
    if (source && "setData" in source) (source as { setData: (data: FeatureCollection) => void }).setData(data);
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

  #listen({ choose, point }: Listeners): void {
    const at = (event: MapMouseEvent): number | null => this.#rowAt([event.point.x, event.point.y]);
    this.#map.on("click", (event) => choose(at(event)));
    this.#map.on("mousemove", (event) => {
      const row = at(event);
      this.#map.getCanvas().style.cursor = row === null ? "" : "pointer";
      point(row === null ? null : { row, x: event.point.x, y: event.point.y });
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
