import type { FeatureCollection, Geometry, Polygon } from "geojson";
import type { Plan, PlanEntry, Social, Streets, Study, TableFile } from "./schema";
import { Table } from "./table";

export type { Level } from "./schema";

export interface Layer {
  table: Table;
  /** cells only: longitude and latitude of the four corners, eight numbers a row */
  corners?: number[];
  /** the feature id of each geometry is the row number of the table */
  geometry: FeatureCollection;
  /** lon, lat of a point inside each row's geometry */
  points: [number, number][];
}

export interface Dataset {
  study: Study;
  cells: Layer;
  quarters: Layer;
  locations: Layer;
  social: Social;
  plans: PlanEntry[];
}

export type DrawnName = "places" | "greens" | "entrances";

/** Addresses of the layers that only the map draws. */
export const drawn = (name: DrawnName): string => address(`${name}.geojson`);

export const address = (name: string): string => new URL(`./data/${name}`, document.baseURI).href;

async function json<T>(name: string): Promise<T> {
  const answer = await fetch(address(name));
  if (!answer.ok) throw new Error(`${name}: ${answer.status} ${answer.statusText}`);
  return (await answer.json()) as T;
}

function squares(file: TableFile): FeatureCollection {
  const corners = file.corners ?? [];
  const features = file.ids.map((_, row) => {
    const ring = [0, 2, 4, 6, 0].map((at) => [corners[row * 8 + at] ?? 0, corners[row * 8 + at + 1] ?? 0]);
    const geometry: Polygon = { type: "Polygon", coordinates: [ring] };
    return { type: "Feature" as const, id: row, properties: {}, geometry };
  });
  return { type: "FeatureCollection", features };
}

function centres(file: TableFile): [number, number][] {
  const corners = file.corners ?? [];
  const mean = (row: number, axis: number): number =>
    [0, 2, 4, 6].reduce((sum, at) => sum + (corners[row * 8 + at + axis] ?? 0), 0) / 4;
  return file.ids.map((_, row) => [mean(row, 0), mean(row, 1)]);
}

function numbered(file: TableFile, areas: FeatureCollection): FeatureCollection {
  const byId = new Map(areas.features.map((area) => [String(area.properties?.["id"]), area.geometry]));
  const empty: Geometry = { type: "GeometryCollection", geometries: [] };
  const features = file.ids.map((id, row) => ({
    type: "Feature" as const,
    id: row,
    properties: {},
    geometry: byId.get(id) ?? empty,
  }));
  return { type: "FeatureCollection", features };
}

async function areas(name: "quarters" | "locations"): Promise<Layer> {
  const [file, shapes] = await Promise.all([
    json<TableFile>(`${name}.json`),
    json<FeatureCollection>(`${name}.geojson`),
  ]);
  const labels = file.labels ?? [];
  return {
    table: new Table(file),
    geometry: numbered(file, shapes),
    points: file.ids.map((_, row) => [labels[row * 2] ?? 0, labels[row * 2 + 1] ?? 0]),
  };
}

async function cellLayer(): Promise<Layer> {
  const file = await json<TableFile>("cells.json");
  let shapes: FeatureCollection | null = null; // the map draws the corners; few ask for a shape
  return {
    table: new Table(file),
    corners: file.corners ?? [],
    points: centres(file),
    get geometry() {
      return (shapes ??= squares(file));
    },
  };
}

/** Everything but the drawing layers, which the map loads by itself. */
export async function loadDataset(): Promise<Dataset> {
  const [study, cells, quarters, locations, social, { plans }] = await Promise.all([
    json<Study>("study.json"),
    cellLayer(),
    areas("quarters"),
    areas("locations"),
    json<Social>("social.json"),
    json<{ plans: PlanEntry[] }>("plans.json"),
  ]);
  return { study, cells, quarters, locations, social, plans };
}

let streets: Promise<Streets> | null = null;

/** The streets, fetched when somebody first looks for one. */
export function loadStreets(): Promise<Streets> {
  streets ??= json<Streets>("streets.json").catch((error: unknown) => {
    streets = null;
    throw error;
  });
  return streets;
}

/** A released plan and the shapes of its measures. */
export async function loadPlan(name: string): Promise<{ plan: Plan; shapes: FeatureCollection }> {
  const folder = `plans/${encodeURIComponent(name)}`;
  const [plan, shapes] = await Promise.all([
    json<Plan>(`${folder}/plan.json`),
    json<FeatureCollection>(`${folder}/measures.geojson`),
  ]);
  return { plan, shapes };
}

/** Which chapters have a released result: none on maps that were made before there were any. */
export const loadChapters = (): Promise<string[]> =>
  json<{ chapters: string[] }>("chapters.json").then(
    (told) => told.chapters,
    () => [],
  );

/** The released result of a chapter; null where there is none any more. */
export const loadChapter = async <T>(name: "stress" | "housing"): Promise<T | null> =>
  (await json<{ result: T | null }>(`${name}.json`)).result;

/** Places, greens: names and where they are, for the search. */
export const loadDrawn = (name: "places" | "greens"): Promise<FeatureCollection> =>
  json<FeatureCollection>(`${name}.geojson`);
