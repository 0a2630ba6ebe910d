import { addProtocol, type Map as MapLibre, type SourceSpecification } from "maplibre-gl";
import type { Layer } from "../data/load";
import type { Theme } from "../themes";
import { Bytes } from "./bytes";

/**
 * The cells as vector tiles (Mapbox Vector Tile 2.1), made in the page whenever the map asks for one. A tile names the
 * colour of each cell and what stands over it, so a theme is a new set of tiles: the map's worker takes them as they
 * are, without slicing shapes, and the page keeps no state by cell.
 */

const PROTOCOL = "cells";
const EXTENT = 8192; // what MapLibre calculates with
const RIM = 64; // lines of cells beside a tile reach into it
const ENDS = 8; // two numbers for each of four corners
const [COLOUR, BLANK] = [0, 1]; // places of the keys
/** tiles of higher zooms are drawn from these, exact to half a pixel */
const LAST_ZOOM = 15;
const sets = new Map<string, CellTiles>();
let made = 0;

addProtocol(PROTOCOL, ({ url }) => {
  const [name = "", zoom, x, y] = url.replace(`${PROTOCOL}://`, "").split("/");
  return Promise.resolve({ data: sets.get(name)?.tile(Number(zoom), Number(x), Number(y)) ?? new ArrayBuffer(0) });
});

/** Longitudes and latitudes in the unit square of the world, y down. */
function unit(corners: ArrayLike<number>): Float64Array {
  const found = new Float64Array(corners.length);
  for (let at = 0; at < found.length; at += 2) {
    found[at] = (corners[at] ?? 0) / 360 + 0.5;
    found[at + 1] = 0.5 - Math.asinh(Math.tan(((corners[at + 1] ?? 0) * Math.PI) / 180)) / (2 * Math.PI);
  }
  return found;
}

export class CellTiles {
  readonly #name = String(++made);
  readonly #layer: Layer;
  readonly #corners: Float64Array;
  /** per cell: places of its colour and of what stands over it in `#values`, the latter -1 for nothing */
  readonly #colour: Int32Array;
  readonly #blank: Int32Array;
  #values: string[] = [];
  /** whether the map has tiles, and whether they are of the theme before */
  #isTaken = false;
  #isOld = false;
  readonly #square = new Int32Array(ENDS);
  readonly #feature = new Bytes();
  readonly #part = new Bytes();

  constructor(layer: Layer) {
    this.#layer = layer;
    this.#corners = unit(layer.corners ?? []);
    this.#colour = new Int32Array(layer.table.length);
    this.#blank = new Int32Array(layer.table.length).fill(-1);
    sets.set(this.#name, this);
  }

  get source(): SourceSpecification {
    return { type: "vector", tiles: [`${PROTOCOL}://${this.#name}/{z}/{x}/{y}`], minzoom: 0, maxzoom: LAST_ZOOM };
  }

  remove(): void {
    sets.delete(this.#name);
  }

  /** Colours every cell by a theme; tiles that are made from now on show it, and `renew` has them made. */
  paint(theme: Theme): void {
    const places = new Map<string, number>();
    const place = (value: string): number => {
      const known = places.get(value) ?? places.size;
      places.set(value, known);
      return known;
    };
    for (let row = 0; row < this.#colour.length; row++) {
      const { color, blank } = theme.paint(this.#layer.table, row);
      this.#colour[row] = place(color);
      this.#blank[row] = blank === null ? -1 : place(blank);
    }
    this.#values = [...places.keys()];
    this.#isOld = this.#isTaken;
  }

  /**
   * Has the map take all tiles anew where they are of the theme before; whether they were. Not while one is on its way:
   * the map would read it again as it was, or have two of it under way, of which the older one may come last.
   */
  renew(map: Pick<MapLibre, "isSourceLoaded" | "refreshTiles">): boolean {
    if (!this.#isOld) return false;
    if (map.isSourceLoaded("cells")) {
      this.#isOld = false;
      map.refreshTiles("cells");
    }
    return true;
  }

  /** One tile with the layer `cells`: the row as id, `color`, and `blank` where a cell has no value. */
  tile(zoom: number, x: number, y: number): ArrayBuffer {
    this.#isTaken = true;
    const cells = new Bytes();
    for (let row = 0; row < this.#colour.length; row++) {
      if (this.#touches(row, EXTENT * 2 ** zoom, x * EXTENT, y * EXTENT)) this.#add(cells, row);
    }
    if (cells.length === 0) return new ArrayBuffer(0);
    const layer = new Bytes().value(15, 2).text(1, "cells").raw(cells.written).text(3, "color").text(3, "blank");
    for (const value of this.#values) layer.field(4, this.#part.clear().text(1, value).written);
    layer.value(5, EXTENT);
    return new Bytes().field(3, layer.written).written.slice().buffer;
  }

  /** Puts a cell into the units of a tile; whether it reaches into it. It stays whole: the map cuts it at the rim. */
  #touches(row: number, size: number, left: number, top: number): boolean {
    let [west, north, east, south] = [Infinity, Infinity, -Infinity, -Infinity];
    for (let at = 0; at < ENDS; at += 2) {
      const x = Math.round((this.#corners[row * ENDS + at] ?? 0) * size - left);
      const y = Math.round((this.#corners[row * ENDS + at + 1] ?? 0) * size - top);
      this.#square[at] = x;
      this.#square[at + 1] = y;
      west = Math.min(west, x);
      east = Math.max(east, x);
      north = Math.min(north, y);
      south = Math.max(south, y);
    }
    return west < EXTENT + RIM && east > -RIM && north < EXTENT + RIM && south > -RIM;
  }

  #add(cells: Bytes, row: number): void {
    const feature = this.#feature.clear().value(1, row).value(3, 3);
    const tags = this.#part.clear().number(COLOUR).number(this.#colour[row] ?? 0);
    const blank = this.#blank[row] ?? -1;
    if (blank >= 0) tags.number(BLANK).number(blank);
    feature.field(2, tags.written);
    const path = this.#part.clear().number(8 + 1); // move to the first corner
    this.#square.forEach((to, at) => {
      if (at === 2) path.number((ENDS / 2 - 1) * 8 + 2); // lines to the others
      path.step(to - (at < 2 ? 0 : (this.#square[at - 2] ?? 0)));
    });
    path.number(8 + 7); // and back
    cells.field(2, feature.field(4, path.written).written);
  }
}
