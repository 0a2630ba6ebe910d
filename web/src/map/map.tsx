import { useEffect, useRef, useState } from "preact/hooks";
import type { Dataset } from "../data/load";
import type { Speech } from "../i18n";
import type { Selection, View } from "../state";
import { titleOf } from "../subject";
import { blankLabel, type Theme } from "../themes";
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
}

/** The map with its buttons, the cross for the keyboard, the note at the pointer and the attribution. */
export function MapView({ data, view, theme, say, follow, choose }: Props) {
  const holder = useRef<HTMLDivElement>(null);
  const city = useRef<CityMap | null>(null);
  const latest = useRef({ view, choose });
  latest.current = { view, choose };
  const [pointed, setPointed] = useState<Pointed | null>(null);
  const [notice, setNotice] = useState("");

  const take = (row: number | null): void => {
    const { view: now, choose: tell } = latest.current;
    const id = row === null ? undefined : data[now.level].table.ids[row];
    tell(id === undefined ? null : { level: now.level, id });
  };

  useEffect(() => {
    if (!holder.current) return;
    const made = new CityMap(holder.current, data, { choose: take, point: setPointed });
    city.current = made;
    const watch = new ResizeObserver(() => made.resize());
    watch.observe(holder.current);
    return () => {
      watch.disconnect();
      made.remove();
    };
  }, [data]);

  useEffect(() => void city.current?.paint(view.level, theme), [view.level, theme]);
  useEffect(() => void city.current?.overlays(view.overlays), [view.overlays]);
  useEffect(() => void city.current?.select(view.selection, follow), [view.selection]);
  useEffect(() => {
    const canvas = holder.current?.querySelector("canvas");
    canvas?.setAttribute("aria-label", say.t("map.label"));
    canvas?.setAttribute("aria-describedby", "map-hint");
  }, [say]);

  const keyed = (event: KeyboardEvent): void => {
    if (event.key !== "Enter" || !(event.target instanceof HTMLCanvasElement)) return;
    const row = city.current?.chooseCentre() ?? null;
    setNotice(row === null ? say.t("map.nothing") : "");
    if (row !== null) take(row);
  };

  return (
    <section class="map" aria-label={say.t("map.label")}>
      <div class="map-canvas" ref={holder} onKeyDown={keyed} data-level={view.level} data-theme={view.theme} />
      <div class="map-cross" aria-hidden="true" />
      <p id="map-hint" class="map-hint">
        {say.t("map.hint")}
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
