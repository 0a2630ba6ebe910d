import { loadDrawn, loadStreets, type Dataset } from "../data/load";
import type { Streets } from "../data/schema";
import type { Overlay, Selection } from "../state";
import { quarterName } from "../subject";
import { folded } from "./folded";

export type Kind = "street" | "quarter" | "location" | "place" | "green";

/** Something that has a name and a place in this study. */
export interface Found {
  kind: Kind;
  name: string;
  /** the quarter it lies in, or what kind of place it is */
  beside: string;
  key: string;
  selection?: Selection;
  street?: string;
  point?: [number, number];
  overlay?: Overlay;
}

/** Everything that can be looked for, from the study's own files. */
export async function searchIndex(data: Dataset, category: (id: string) => string): Promise<Found[]> {
  const [streets, places, greens] = await Promise.all([loadStreets(), loadDrawn("places"), loadDrawn("greens")]);
  const found: Found[] = [];
  for (const level of ["quarters", "locations"] as const) {
    const { table } = data[level];
    for (const row of table.rows()) {
      const [name, id] = [table.text("name", row), table.ids[row] ?? ""];
      const kind = level === "quarters" ? "quarter" : "location";
      if (name) found.push(entry(kind, name, "", { selection: { level, id } }));
    }
  }
  streets.names.forEach((name, at) => {
    const beside = quarterName(data, streets.quarters[at] ?? "");
    const point: [number, number] = [streets.points[2 * at] ?? 0, streets.points[2 * at + 1] ?? 0];
    found.push(entry("street", name, beside, { street: streetKey(name, streets.quarters[at] ?? ""), point }));
  });
  for (const { properties, geometry } of places.features) {
    const name = String(properties?.["name"] ?? "");
    if (!name || geometry.type !== "Point") continue;
    const point = geometry.coordinates as [number, number];
    found.push(entry("place", name, category(String(properties?.["category"] ?? "")), { point, overlay: "places" }));
  }
  for (const { properties, geometry } of greens.features) {
    const name = String(properties?.["name"] ?? "");
    if (!name || !("coordinates" in geometry)) continue;
    found.push(entry("green", name, "", { point: first(geometry.coordinates), overlay: "greens" }));
  }
  return found;
}

/** A street in links: by its quarter and name, which a later run keeps; its row it does not. */
export const streetKey = (name: string, quarter: string): string => `streets/${encodeURIComponent(quarter)}/${name}`;

/** The row of a street of a link; where it runs through its quarter no more, the only one of its name, else null. */
export function streetRow(streets: Streets, key: string): number | null {
  const row = streets.names.findIndex((name, at) => streetKey(name, streets.quarters[at] ?? "") === key);
  if (row >= 0) return row;
  const asked = key.split("/").slice(2).join("/");
  const same = streets.names.flatMap((name, at) => (name === asked ? [at] : []));
  return same.length === 1 ? (same[0] ?? null) : null;
}

const entry = (kind: Kind, name: string, beside: string, rest: Partial<Found>): Found => ({
  kind,
  name,
  beside,
  key: folded(name),
  ...rest,
});

const first = (coordinates: unknown): [number, number] =>
  Array.isArray(coordinates) && typeof coordinates[0] === "number"
    ? (coordinates as [number, number])
    : first(Array.isArray(coordinates) ? coordinates[0] : [0, 0]);

const ORDER: Kind[] = ["street", "quarter", "location", "place", "green"];

/** What fits a text; where nothing does, what fits it without a house number and without a town behind a comma. */
export function matches(index: Found[], text: string, kinds: Kind[] = ORDER, limit = 8): Found[] {
  const [street = ""] = text.split(",");
  for (const asked of new Set([text, withoutNumber(text), withoutNumber(street)])) {
    const found = fitting(index, folded(asked), kinds, limit);
    if (found.length > 0) return found;
  }
  return [];
}

/** Best first: names that begin with it, then words that do, then those that hold it, at last written in one word. */
function fitting(index: Found[], asked: string, kinds: Kind[], limit: number): Found[] {
  if (asked.length < 2) return [];
  const bare = asked.replaceAll(" ", "");
  const fit = (key: string): number =>
    key.startsWith(asked) ? 0
    : ` ${key}`.includes(` ${asked}`) ? 1
    : key.includes(asked) ? 2
    : key.replaceAll(" ", "").includes(bare) ? 3
    : 9;
  return index
    .filter((one) => kinds.includes(one.kind))
    .map((one) => ({ one, fit: fit(one.key) }))
    .filter(({ fit }) => fit < 9)
    .sort(
      (a, b) =>
        a.fit - b.fit ||
        ORDER.indexOf(a.one.kind) - ORDER.indexOf(b.one.kind) ||
        a.one.key.length - b.one.key.length ||
        (`${a.one.key} ${a.one.beside}` < `${b.one.key} ${b.one.beside}` ? -1 : 1),
    )
    .slice(0, limit)
    .map(({ one }) => one);
}

// "12", "12 a", "12-14", and a postcode with its town behind it
const NUMBER = /[\s,]+\d+\s*[a-z]?(\s*[-–/+]\s*\d+\s*[a-z]?)?([\s,]+\d{5}\b.*)?\s*$/i;

/** An address without its house number: the study knows streets. */
const withoutNumber = (text: string): string => text.replace(NUMBER, "");

/** Whether a number was left out to find these. */
export const isCut = (found: Found[], text: string): boolean =>
  /\s\d/.test(text) && found.length > 0 && !found.some((one) => one.key.includes(folded(text)));
