import type { Map as MapLibre } from "maplibre-gl";

/** Colours of the ground by night, by layer; what is not listed stays as by day. */
const DUSK: Record<string, Record<string, string | number>> = {
  paper: { "background-color": "#161b22" },
  works: { "fill-color": "#1c222b" },
  wood: { "fill-color": "#1a2a1f" },
  green: { "fill-color": "#1f2c22" },
  building: { "fill-color": "#262c35", "fill-outline-color": "#333b46" },
  "building-line": { "line-color": "#c3ccd8" },
  water: { "fill-color": "#1d3a52", "fill-outline-color": "#2c5273" },
  "water-line": { "line-color": "#2c5273" },
  "road-casing": { "line-color": "#0d1116" },
  "road-major-casing": { "line-color": "#0d1116" },
  "motorway-casing": { "line-color": "#0d1116" },
  service: { "line-color": "#434b57" },
  road: { "line-color": "#4a5361" },
  "road-major": { "line-color": "#5d6878" },
  motorway: { "line-color": "#77705c" },
  path: { "line-color": "#77808d" },
  rail: { "line-color": "#8b94a1" },
  "rail-ties": { "line-color": "#161b22" },
  "border-casing": { "line-color": "#12161c" },
  border: { "line-color": "#c9b3e0" },
  "cells-line": { "line-color": "#161b22" },
  "quarters-line": { "line-color": "#e6edf5" },
  "greens-line": { "line-color": "#8fd08f" },
  "locations-casing": { "line-color": "#12161c" },
  "locations-line": { "line-color": "#e0a6ec" },
  "marked-casing": { "line-color": "#12161c" },
  "marked-line": { "line-color": "#8ec5ff" },
  "planned-area": { "fill-color": "#8ec5ff" },
  "planned-line": { "line-color": "#8ec5ff" },
  "planned-points": { "circle-color": "#8ec5ff", "circle-stroke-color": "#12161c" },
  "planned-names": { "text-color": "#ffffff", "text-halo-color": "#12161c" },
  "chosen-casing": { "line-color": "#12161c" },
  "chosen-line": { "line-color": "#8ec5ff" },
  "road-names": { "text-color": "#dfe5ec", "text-halo-color": "#161b22" },
  "town-names": { "text-color": "#dfe5ec", "text-halo-color": "#161b22" },
  "municipality-names": { "text-color": "#e2d2f2", "text-halo-color": "#161b22" },
  "quarter-names": { "text-color": "#ffffff", "text-halo-color": "rgba(18,22,28,0.9)" },
  "green-names": { "text-color": "#bfe6bb", "text-halo-color": "#161b22" },
  "place-names": { "text-color": "#e6edf5", "text-halo-color": "#161b22" },
};

interface Turn {
  layer: string;
  property: never;
  day: never;
  dusk: never;
}

const days = new WeakMap<MapLibre, Map<string, unknown>>();

/** Every property that differs between day and night, with both values; those of the day are read once. */
export function night(map: MapLibre): Turn[] {
  const known = days.get(map) ?? new Map<string, unknown>();
  days.set(map, known);
  return Object.entries(DUSK).flatMap(([layer, properties]) =>
    Object.entries(properties).map(([name, dusk]) => {
      const key = `${layer}/${name}`;
      if (!known.has(key)) known.set(key, map.getPaintProperty(layer, name as never));
      return { layer, property: name, day: known.get(key), dusk } as unknown as Turn;
    }),
  );
}
