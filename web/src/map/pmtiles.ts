/** PMTiles 3 (docs of Protomaps): tiles in one file of the site, asked for by the places of their bytes. */

interface Entry {
  id: number;
  run: number;
  length: number;
  offset: number;
}

interface Header {
  root: [number, number];
  leaves: number;
  tiles: number;
}

/** header and root directory lie in the first bytes */
const FIRST = 16_384;
const MOST_LEVELS = 3;

/** The number of a tile: all zooms before, then along the Hilbert curve. */
export function tileId(zoom: number, x: number, y: number): number {
  let number = (4 ** zoom - 1) / 3;
  for (let side = 2 ** (zoom - 1); side >= 1; side /= 2) {
    const [right, lower] = [x >= side ? 1 : 0, y >= side ? 1 : 0];
    number += side * side * ((3 * right) ^ lower);
    [x, y] = [x % side, y % side];
    if (!lower) [x, y] = right ? [side - 1 - y, side - 1 - x] : [y, x];
  }
  return number;
}

async function unpacked(body: ArrayBuffer): Promise<ArrayBuffer> {
  const stream = new Blob([body]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).arrayBuffer();
}

function entriesOf(body: ArrayBuffer): Entry[] {
  const bytes = new Uint8Array(body);
  let at = 0;
  const next = (): number => {
    let [value, factor, byte] = [0, 1, 128];
    while (byte >= 128) {
      byte = bytes[at++] ?? 0;
      value += (byte % 128) * factor;
      factor *= 128;
    }
    return value;
  };
  const entries: Entry[] = Array.from({ length: next() }, () => ({ id: 0, run: 0, length: 0, offset: 0 }));
  let id = 0;
  for (const entry of entries) entry.id = id += next();
  for (const entry of entries) entry.run = next();
  for (const entry of entries) entry.length = next();
  entries.forEach((entry, n) => {
    const told = next();
    const before = entries[n - 1];
    entry.offset = told === 0 && before ? before.offset + before.length : told - 1;
  });
  return entries;
}

/** The entry that holds a tile, or leads to it. */
function entryOf(entries: Entry[], id: number): Entry | null {
  let [low, high] = [0, entries.length - 1];
  while (low <= high) {
    const middle = (low + high) >> 1;
    if ((entries[middle]?.id ?? 0) <= id) low = middle + 1;
    else high = middle - 1;
  }
  const found = entries[high];
  return found && (found.run === 0 || id < found.id + found.run) ? found : null;
}

/** An archive at an address; servers that know no ranges hand it over whole, once. */
export class Archive {
  readonly #address: string;
  #whole: ArrayBuffer | null = null;
  #opened: Promise<Header> | null = null;
  readonly #known = new Map<number, Promise<Entry[]>>();

  constructor(address: string) {
    this.#address = address;
  }

  /** Where tiles and directories lie. */
  open(): Promise<Header> {
    return (this.#opened ??= this.#header().catch((error: unknown) => {
      this.#opened = null; // asked again with the next tile
      throw error;
    }));
  }

  /** A tile as it was encoded; null where nothing is drawn. */
  async tile(zoom: number, x: number, y: number): Promise<ArrayBuffer | null> {
    const header = await this.open();
    const id = tileId(zoom, x, y);
    let place = header.root;
    for (let level = 0; level < MOST_LEVELS; level++) {
      const entry = entryOf(await this.#directory(place), id);
      if (!entry) return null;
      if (entry.run > 0) return unpacked(await this.#bytes(header.tiles + entry.offset, entry.length));
      place = [header.leaves + entry.offset, entry.length];
    }
    return null;
  }

  async #header(): Promise<Header> {
    const head = new DataView(await this.#bytes(0, FIRST));
    const number = (at: number): number => Number(head.getBigUint64(at, true));
    return { root: [number(8), number(16)], leaves: number(40), tiles: number(56) };
  }

  #directory([offset, length]: [number, number]): Promise<Entry[]> {
    const known = this.#known.get(offset) ?? this.#bytes(offset, length).then(unpacked).then(entriesOf);
    this.#known.set(offset, known);
    return known;
  }

  async #bytes(offset: number, length: number): Promise<ArrayBuffer> {
    if (this.#whole) return this.#whole.slice(offset, offset + length);
    const answer = await fetch(this.#address, { headers: { Range: `bytes=${offset}-${offset + length - 1}` } });
    if (!answer.ok) throw new Error(`${this.#address}: ${answer.status} ${answer.statusText}`);
    const body = await answer.arrayBuffer();
    if (answer.status === 206) return body;
    this.#whole = body;
    return body.slice(offset, offset + length);
  }
}
