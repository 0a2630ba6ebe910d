import { addProtocol, type ExpressionSpecification, type LayerSpecification, type SourceSpecification } from "maplibre-gl";
import { address } from "../data/load";
import { Archive } from "./pmtiles";

/** The background of the map: the study's own vector tiles (publish/vectortiles), drawn below and over the colours. */

const PROTOCOL = "nahraum";
const ZOOMS = { minzoom: 6, maxzoom: 14 };
const archives = new Map<string, Archive>();

function archive(): Archive {
  const file = address("base.pmtiles");
  const known = archives.get(file) ?? new Archive(file);
  archives.set(file, known);
  return known;
}

addProtocol(PROTOCOL, async ({ url }) => {
  const [zoom = 0, x = 0, y = 0] = url.replace(`${PROTOCOL}://`, "").split("/").map(Number);
  return { data: (await archive().tile(zoom, x, y)) ?? new ArrayBuffer(0) };
});

/** Asks where the tiles lie, before the first one is needed. */
export const openGround = (): void => void archive().open().catch(() => undefined);

export const GROUND_SOURCE: SourceSpecification = { type: "vector", tiles: [`${PROTOCOL}://{z}/{x}/{y}`], ...ZOOMS };

export const kindIs = (...kinds: string[]): ExpressionSpecification => ["in", ["get", "kind"], ["literal", kinds]];

/** Widths by zoom, steadily growing on the screen. */
export const grow = (...stops: [zoom: number, width: number][]): ExpressionSpecification =>
  ["interpolate", ["exponential", 1.5], ["zoom"], ...stops.flat()] as ExpressionSpecification;

const of = (layer: string): { source: string; "source-layer": string } => ({ source: "base", "source-layer": layer });

/** What lies below the colours. */
export function groundLayers(): LayerSpecification[] {
  const land = (id: string, color: string, minzoom = 0): LayerSpecification => ({
    id,
    type: "fill",
    ...of("land"),
    minzoom,
    filter: kindIs(id),
    paint: { "fill-color": color },
  });
  return [
    { id: "paper", type: "background", paint: { "background-color": "#f6f6f3" } },
    land("works", "#ecebe7", 11),
    land("wood", "#d3e2c5"),
    land("green", "#dfe9d2"),
    {
      id: "building",
      type: "fill",
      ...of("buildings"),
      minzoom: 13,
      paint: {
        "fill-color": "#dcd8d0",
        "fill-opacity": ["interpolate", ["linear"], ["zoom"], 13, 0.4, 14.5, 1],
        "fill-outline-color": "#cbc5ba",
      },
    },
  ];
}

/** Water, streets and rails lie over the colours, so that one sees where one is. */
export function wayLayers(): LayerSpecification[] {
  const line = (id: string, kind: string, paint: object, rest: object = {}): LayerSpecification =>
    ({
      id,
      type: "line",
      ...of("lines"),
      filter: kindIs(kind),
      layout: { "line-cap": "round", "line-join": "round" },
      paint,
      ...rest,
    }) as LayerSpecification;
  return [
    {
      id: "water",
      type: "fill",
      ...of("land"),
      filter: kindIs("water"),
      paint: { "fill-color": "#8fb1c8", "fill-outline-color": "#6f98b3" },
    },
    line("water-line", "water", { "line-color": "#7ba3bf", "line-width": grow([10, 0.6], [17, 4]) }),
    building(),
    line("path", "path", {
      "line-color": "#8d929c",
      "line-width": grow([14, 0.6], [18, 2]),
      "line-dasharray": [2, 2],
      "line-opacity": 0.6,
    }, { layout: {} }),
    line("service", "service", {
      "line-color": "#ffffff",
      "line-width": grow([14, 0.6], [18, 5]),
      "line-opacity": 0.75,
    }),
    line("road-casing", "road", {
      "line-color": "#9aa0aa",
      "line-width": grow([12, 0.9], [15, 4.2], [18, 13]),
      "line-opacity": 0.5,
    }, { minzoom: 12 }),
    line("road-major-casing", "road_major", {
      "line-color": "#858c98",
      "line-width": grow([9, 1], [13, 4], [18, 20]),
      "line-opacity": 0.6,
    }),
    line("motorway-casing", "motorway", {
      "line-color": "#7d8592",
      "line-width": grow([6, 1.2], [13, 5.4], [18, 24]),
      "line-opacity": 0.7,
    }),
    line("road", "road", {
      "line-color": "#ffffff",
      "line-width": grow([11, 0.3], [15, 3], [18, 11]),
      "line-opacity": 0.9,
    }),
    line("road-major", "road_major", { "line-color": "#ffffff", "line-width": grow([9, 0.5], [13, 2.8], [18, 17]) }),
    line("motorway", "motorway", { "line-color": "#fdf3df", "line-width": grow([6, 0.6], [13, 3.8], [18, 21]) }),
    line("rail", "rail", { "line-color": "#5c6574", "line-width": grow([8, 0.6], [13, 1.6], [17, 2.6]) }, { layout: {} }),
    line("rail-ties", "rail", {
      "line-color": "#ffffff",
      "line-width": grow([12, 0.6], [17, 1.6]),
      "line-dasharray": [4, 4],
    }, { minzoom: 12, layout: {} }),
    line("border-casing", "border", { "line-color": "#ffffff", "line-width": grow([8, 2.2], [14, 4]), "line-opacity": 0.7 }),
    line("border", "border", {
      "line-color": "#6a5a7d",
      "line-width": grow([8, 0.9], [14, 1.8]),
      "line-dasharray": [5, 2, 1, 2],
    }, { layout: {} }),
  ];
}

/** Outlines of houses over the colours of the cells: where people live within them. */
function building(): LayerSpecification {
  return {
    id: "building-line",
    type: "line",
    ...of("buildings"),
    minzoom: 14.5,
    paint: {
      "line-color": "#5c6574",
      "line-width": grow([14.5, 0.3], [18, 1]),
      "line-opacity": ["interpolate", ["linear"], ["zoom"], 14.5, 0.15, 16, 0.5],
    },
  };
}

/** Names of streets, villages and towns; `taken` are written by the study itself already. */
export function groundNames(font: string, taken: string[]): LayerSpecification[] {
  const halo = { "text-halo-color": "#ffffff", "text-halo-width": 1.6 };
  return [
    {
      id: "road-names",
      type: "symbol",
      ...of("lines"),
      minzoom: 13.5,
      filter: ["step", ["zoom"], kindIs("road_major", "motorway"), 14.5, kindIs("road_major", "road", "motorway"), 16.2,
        kindIs("road_major", "road", "motorway", "path", "service")],
      layout: {
        "symbol-placement": "line",
        "text-field": ["coalesce", ["get", "name"], ""],
        "text-font": [font],
        "text-size": ["interpolate", ["linear"], ["zoom"], 14, 10.5, 18, 13],
        "text-max-angle": 35,
        "symbol-spacing": 320,
      },
      paint: { "text-color": "#4a5565", ...halo },
    },
    {
      id: "town-names",
      type: "symbol",
      ...of("names"),
      filter: ["all", ["!", ["in", ["get", "name"], ["literal", taken]]], ["step", ["zoom"], kindIs("city", "town"), 10.5,
        kindIs("city", "town", "village"), 12.5, kindIs("city", "town", "village", "hamlet"), 15.5, kindIs("village", "hamlet")]],
      layout: {
        "text-field": ["get", "name"],
        "text-font": [font],
        "text-size": ["interpolate", ["linear"], ["zoom"], 8, ["match", ["get", "kind"], ["city", "town"], 13, 10.5], 14,
          ["match", ["get", "kind"], ["city", "town"], 18, 12.5]],
        "text-max-width": 8,
        "text-padding": 6,
        "symbol-sort-key": ["match", ["get", "kind"], "city", 0, "town", 1, "village", 2, 3],
      },
      paint: { "text-color": "#39424f", ...halo },
    },
  ];
}

/** Names of the municipalities of a county; the last layer, so that no quarter takes their place. */
export function municipalityNames(font: string, taken: string[]): LayerSpecification {
  return {
    id: "municipality-names",
    type: "symbol",
    ...of("names"),
    maxzoom: 14.5,
    filter: ["all", kindIs("municipality"), ["!", ["in", ["get", "name"], ["literal", taken]]]],
    layout: {
      "text-field": ["get", "name"],
      "text-font": [font],
      "text-size": ["interpolate", ["linear"], ["zoom"], 7, 10.5, 13, 17],
      "text-max-width": 8,
      "text-padding": 4,
    },
    paint: { "text-color": "#463757", "text-halo-color": "#ffffff", "text-halo-width": 2 },
  };
}
