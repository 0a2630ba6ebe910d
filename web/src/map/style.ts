import type { ExpressionSpecification, LayerSpecification, SourceSpecification, StyleSpecification } from "maplibre-gl";
import type { FeatureCollection } from "geojson";
import fontUrl from "@fontsource/noto-sans/files/noto-sans-latin-600-normal.woff2?url";
import type { Dataset } from "../data/load";
import { GROUND_SOURCE, groundLayers, groundNames, municipalityNames, wayLayers } from "./ground";

const FONT = "Noto Sans SemiBold";
const EMPTY: FeatureCollection = { type: "FeatureCollection", features: [] };

const grow = (near: number, far: number): ExpressionSpecification => [
  "interpolate",
  ["exponential", 1.6],
  ["zoom"],
  11,
  near,
  17,
  far,
];

const hidden = { layout: { visibility: "none" as const } };
const cells = { source: "cells", "source-layer": "cells" };

/** The coloured areas of a level, and the hatching over the few that have no value: quarters by feature state … */
const quarterAreas = (): LayerSpecification[] => [
  {
    id: "quarters-fill",
    type: "fill",
    source: "quarters",
    ...hidden,
    paint: { "fill-color": ["to-color", ["feature-state", "color"], "#d9d9d9"], "fill-opacity": 0.78 },
  },
  { id: "quarters-hatch", type: "fill", source: "quarters-blank", ...hidden, paint: { "fill-pattern": ["get", "blank"] } },
];

/** … and cells by their tiles. */
const cellAreas = (): LayerSpecification[] => [
  {
    id: "cells-fill",
    type: "fill",
    ...cells,
    ...hidden,
    paint: { "fill-color": ["to-color", ["get", "color"]], "fill-opacity": 0.78 },
  },
  {
    id: "cells-hatch",
    type: "fill",
    ...cells,
    ...hidden,
    filter: ["has", "blank"],
    paint: { "fill-pattern": ["get", "blank"] },
  },
];

/** A line with a white one below it around what a source holds. */
const around = (source: string, wide: number, narrow: number): LayerSpecification[] => [
  { id: `${source}-casing`, type: "line", source, ...hidden, paint: { "line-color": "#ffffff", "line-width": wide } },
  { id: `${source}-line`, type: "line", source, ...hidden, paint: { "line-color": "#0b3d91", "line-width": narrow } },
];

function outlines(): LayerSpecification[] {
  return [
    {
      id: "cells-line",
      type: "line",
      ...cells,
      minzoom: 13,
      layout: { visibility: "none" },
      paint: { "line-color": "#ffffff", "line-width": 0.6, "line-opacity": 0.7 },
    },
    {
      id: "quarters-line",
      type: "line",
      source: "quarters",
      paint: { "line-color": "#2d3b4f", "line-width": grow(0.8, 2), "line-opacity": 0.75 },
    },
    {
      id: "greens-line",
      type: "line",
      source: "greens",
      layout: { visibility: "none" },
      paint: { "line-color": "#2f6b2f", "line-width": grow(1.2, 3) },
    },
    {
      id: "locations-casing",
      type: "line",
      source: "locations",
      layout: { visibility: "none" },
      paint: { "line-color": "#ffffff", "line-width": grow(3.4, 7), "line-opacity": 0.9 },
    },
    {
      id: "locations-line",
      type: "line",
      source: "locations",
      layout: { visibility: "none" },
      paint: { "line-color": "#5b1f66", "line-width": grow(1.8, 3.6) },
    },
    {
      id: "planned-area",
      type: "fill",
      source: "planned",
      ...hidden,
      filter: ["==", ["geometry-type"], "Polygon"],
      paint: { "fill-color": "#0b3d91", "fill-opacity": 0.35 },
    },
    {
      id: "planned-line",
      type: "line",
      source: "planned",
      ...hidden,
      filter: ["!=", ["geometry-type"], "Point"],
      paint: { "line-color": "#0b3d91", "line-width": 2.4 },
    },
    ...around("marked", 5, 2.4),
    ...around("chosen", 7, 3.4),
  ];
}

function labels(): LayerSpecification[] {
  return [
    {
      id: "entrances",
      type: "circle",
      source: "entrances",
      minzoom: 13,
      layout: { visibility: "none" },
      paint: {
        "circle-radius": grow(1.5, 5),
        "circle-stroke-color": "#2f6b2f",
        "circle-stroke-width": 1.6,
        "circle-color": "#ffffff",
      },
    },
    {
      id: "green-names",
      type: "symbol",
      source: "greens",
      minzoom: 14.5,
      layout: {
        visibility: "none",
        "text-field": ["coalesce", ["get", "name"], ""],
        "text-font": [FONT],
        "text-size": 11,
        "text-max-width": 8,
      },
      paint: { "text-color": "#22551f", "text-halo-color": "#ffffff", "text-halo-width": 1.6 },
    },
    {
      id: "places",
      type: "circle",
      source: "places",
      layout: { visibility: "none" },
      paint: {
        "circle-radius": grow(3, 7),
        // a stop with few departures is there, but does not count: drawn hollow
        "circle-stroke-color": ["match", ["get", "category"], "stop_rare", "#20344d", "#ffffff"],
        "circle-stroke-width": 1.5,
        "circle-color": ["match", ["get", "category"], "stop_rare", "#ffffff", "#20344d"],
      },
    },
    {
      id: "place-names",
      type: "symbol",
      source: "places",
      minzoom: 15,
      layout: {
        visibility: "none",
        "text-field": ["concat", ["get", "name"], "\n", ["coalesce", ["get", "frequency"], ""]],
        "text-font": [FONT],
        "text-size": 11,
        "text-anchor": "top",
        "text-offset": [0, 0.7],
        "text-max-width": 8,
      },
      paint: { "text-color": "#20344d", "text-halo-color": "#ffffff", "text-halo-width": 1.6 },
    },
    {
      id: "planned-points",
      type: "circle",
      source: "planned",
      ...hidden,
      filter: ["==", ["geometry-type"], "Point"],
      paint: {
        "circle-radius": grow(7, 11),
        "circle-color": "#0b3d91",
        "circle-stroke-color": "#ffffff",
        "circle-stroke-width": 2,
      },
    },
    {
      id: "planned-names",
      type: "symbol",
      source: "planned",
      filter: ["==", ["geometry-type"], "Point"],
      layout: {
        visibility: "none",
        "text-field": ["get", "number"],
        "text-font": [FONT],
        "text-size": 11,
        "text-anchor": "top",
        "text-offset": [0, 0.9],
        "text-padding": 0,
      },
      paint: { "text-color": "#0b2a63", "text-halo-color": "#ffffff", "text-halo-width": 2 },
    },
    {
      id: "quarter-names",
      type: "symbol",
      source: "quarter-names",
      maxzoom: 15.5,
      layout: {
        "text-field": ["get", "name"],
        "text-font": [FONT],
        "text-max-width": 8,
        "text-padding": 6,
        "text-size": ["interpolate", ["linear"], ["zoom"], 11, 11, 15, 15],
      },
      paint: { "text-color": "#1c2430", "text-halo-color": "rgba(255,255,255,0.92)", "text-halo-width": 1.8 },
    },
  ];
}

/**
 * The whole style. No glyph server and no sprite: the font is a file of the site, patterns are added at run time.
 * What the map shows at first is in it, so that it is read once; the rest comes when it is first shown.
 */
export function mapStyle(data: Dataset, cells: SourceSpecification, names: FeatureCollection): StyleSpecification {
  const own = (held = EMPTY): { type: "geojson"; data: FeatureCollection } => ({ type: "geojson", data: held });
  const taken = names.features.map((one) => String(one.properties?.["name"])); // the study writes them itself
  return {
    version: 8,
    "font-faces": { [FONT]: new URL(fontUrl, document.baseURI).href },
    sources: {
      base: GROUND_SOURCE,
      cells,
      quarters: own(data.quarters.geometry),
      locations: own(data.locations.geometry),
      "quarter-names": own(names),
      "quarters-blank": own(),
      places: own(),
      greens: own(),
      entrances: own(),
      marked: own(),
      planned: own(),
      chosen: own(),
    },
    layers: [
      ...groundLayers(),
      ...quarterAreas(),
      ...cellAreas(),
      ...wayLayers(),
      ...outlines(),
      ...groundNames(FONT, taken),
      ...labels(),
      municipalityNames(FONT, taken),
    ],
  } as StyleSpecification;
}
