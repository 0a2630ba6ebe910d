import type { Map as MapLibre } from "maplibre-gl";

/** Longest time without a picture while the first one is made. [ms] */
const PATIENCE = 500;

/**
 * Draws a new map once it is whole, or twice a second while it is not. Without a graphics card the page waits for every
 * picture, and a picture for each tile that arrives holds up those that are still to come. A map that somebody moves
 * is drawn at once.
 */
export function spareFirstPictures(map: MapLibre): void {
  const { painter } = map;
  const draw = painter.render.bind(painter);
  let [drawn, waiting] = [performance.now(), 0];
  painter.render = (...given) => {
    const left = PATIENCE - (performance.now() - drawn);
    if ((map.loaded() && !map._placementDirty) || map.isMoving() || left <= 0) {
      draw(...given);
      drawn = performance.now();
    } else waiting ||= window.setTimeout(() => ((waiting = 0), map.triggerRepaint()), left);
  };
  const end = (): void => {
    clearTimeout(waiting);
    painter.render = draw;
  };
  map.once("idle", end);
  map.once("remove", end);
}
