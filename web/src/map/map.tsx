import { useEffect, useRef, useState } from "preact/hooks";
import type { Dataset, Level } from "../data/load";
import type { Key, Speech } from "../i18n";
import { COLOURING, type Camera, type Selection, type View } from "../state";
import { titleOf } from "../subject";
import { blankLabel, type Theme } from "../themes";
import { served } from "../whatif/served";
import { Attribution } from "./attribution";
import { CityMap, type Pointed } from "./citymap";

interface Props {
  data: Dataset;
  view: View;
  theme: Theme;
  say: Speech;
  /** whether the map should move to what is chosen (not when it was clicked on the map itself) */
  follow: boolean;
  choose: (selection: Selection | null) => void;
  /** areas with a line around them, beside the one that is chosen */
  marked: Marked;
  dark: boolean;
  moved: (camera: Camera) => void;
  /** hands the map to whom it concerns */
  made?: (city: CityMap | null) => void;
}

/** What the keyboard does on the map in a chapter. */
const hintOf = (view: View): Key =>
  view.chapter === "whatif"
    ? "whatif.mapHint"
    : view.chapter === "plan" && served()?.plan
      ? "planner.mapHint"
      : COLOURING.includes(view.chapter)
        ? "stress.mapHint"
        : "map.hint";

export interface Marked {
  level: Level;
  ids: string[];
  /** whether the map should move there */
  follow: boolean;
}

/** The map with its buttons, the cross for the keyboard, the note at the pointer and the attribution. */
export function MapView({ data, view, theme, say, follow, choose, marked, dark, moved, made: tell }: Props) {
  const holder = useRef<HTMLDivElement>(null);
  const city = useRef<CityMap | null>(null);
  const latest = useRef({ view, choose, moved });
  latest.current = { view, choose, moved };
  const [pointed, setPointed] = useState<Pointed | null>(null);
  const [notice, setNotice] = useState("");

  const take = (row: number | null): void => {
    const { view: now, choose: chosen } = latest.current;
    const id = row === null ? undefined : data[now.level].table.ids[row];
    chosen(id === undefined ? null : { level: now.level, id });
  };

  useEffect(() => {
    if (!holder.current) return;
    const listeners = { choose: take, point: setPointed, moved: (at: Camera) => latest.current.moved(at) };
    const made = new CityMap(holder.current, data, listeners, view.camera);
    city.current = made;
    tell?.(made);
    return () => {
      tell?.(null);
      made.remove();
    };
  }, [data]);

  useEffect(() => void city.current?.paint(view.level, theme), [view.level, theme]);
  useEffect(() => void city.current?.overlays(view.overlays), [view.overlays]);
  useEffect(() => void city.current?.select(view.selection, follow), [view.selection]);
  useEffect(() => void city.current?.ground(dark), [dark]);
  useEffect(() => {
    void city.current?.mark(marked.level, marked.ids);
    if (marked.follow && marked.ids.length > 0) void city.current?.show(marked.level, marked.ids);
  }, [marked]);
  useEffect(() => {
    const canvas = holder.current?.querySelector("canvas");
    canvas?.setAttribute("aria-label", say.t("map.canvas"));
    canvas?.setAttribute("aria-describedby", "map-hint");
  }, [say]);

  const keyed = (event: KeyboardEvent): void => {
    if (event.key !== "Enter" || !(event.target instanceof HTMLCanvasElement) || city.current?.quiet) return;
    const row = city.current?.chooseCentre() ?? null;
    setNotice(row === null ? say.t("map.nothing") : "");
    if (row !== null) take(row);
  };

  return (
    <section class="map" aria-label={say.t("map.label")}>
      <div class="map-canvas" ref={holder} onKeyDown={keyed} data-level={view.level} data-theme={view.theme} />
      <div class="map-cross" aria-hidden="true" />
      <p id="map-hint" class="map-hint">
        {say.t(hintOf(view))}
      </p>
      <p class="visually-hidden" role="status">
        {notice}
      </p>
      {pointed && <Note data={data} view={view} theme={theme} say={say} at={pointed} />}
      <div class="map-buttons">
        <button type="button" onClick={() => city.current?.zoom(1)} aria-label={say.t("map.zoomIn")}>
          +
        </button>
        <button type="button" onClick={() => city.current?.zoom(-1)} aria-label={say.t("map.zoomOut")}>
          −
        </button>
        <button type="button" onClick={() => city.current?.whole()} aria-label={say.t("map.whole")}>
          ⤢
        </button>
      </div>
      <Attribution data={data} say={say} />
    </section>
  );
}

/** Name and class of the area under the pointer; the panel says the same to everybody else. */
function Note({ data, view, theme, say, at }: Pick<Props, "data" | "view" | "theme" | "say"> & { at: Pointed }) {
  const table = data[view.level].table;
  const paint = theme.paint(table, at.row);
  const id = table.ids[at.row] ?? "";
  const label =
    paint.blank === null ? (theme.bins[paint.bin]?.label ?? "") : blankLabel(paint.blank, view.level, data.study, say);
  return (
    <div class="map-note" style={{ left: `${at.x}px`, top: `${at.y}px` }} aria-hidden="true">
      <strong>{titleOf(data, { level: view.level, id }, say)}</strong>
      <span>{label}</span>
    </div>
  );
}
