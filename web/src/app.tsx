import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Dataset } from "./data/load";
import { About } from "./explore/about";
import { AppearanceChoice, useAppearance } from "./explore/appearance";
import { Chapters } from "./explore/chapters";
import { Compare } from "./explore/compare";
import { painted } from "./explore/palettes";
import { PlanView } from "./explore/plan";
import { useOffered } from "./explore/published";
import { CopyLink } from "./explore/copylink";
import { ReportError } from "./explore/report";
import { changeTheme, type OtherRun } from "./explore/runs";
import { Search, type Found } from "./explore/search";
import { MyStreet } from "./explore/street";
import { Tour } from "./explore/tour";
import { speech } from "./i18n";
import type { CityMap } from "./map/citymap";
import { MapView, type Marked } from "./map/map";
import { HousingLab } from "./lab/lazy";
import { COLOURING, hashOf, initialView, STACKED, type Chapter, type Selection, type Tab, type View } from "./state";
import { bareTheme } from "./office/theme";
import { Planning } from "./plan/lazy";
import { Stress } from "./stress/lazy";
import { titleOf } from "./subject";
import { isTheme, themeOf, type Paint, type Theme } from "./themes";
import { Controls } from "./views/controls";
import { refocus } from "./views/focus";
import { Panel } from "./views/panel";
import { LanguageSwitch } from "./views/parts";
import { WhatIf } from "./whatif/lazy";
import { served } from "./whatif/served";

const NOTHING: Marked = { level: "quarters", ids: [], follow: false };

/** The whole page: head, map with its card, and beside it the panel of the chapter. */
export function App({ data: plain }: { data: Dataset }) {
  const { look, dark, change } = useAppearance();
  const data = useMemo(() => ({ ...plain, study: painted(plain.study, look.palette, dark) }), [plain, look.palette, dark]);
  const { study } = data;
  const [view, setView] = useState<View>(() => opened(plain));
  const [follow, setFollow] = useState(view.camera === null);
  const [attention, setAttention] = useState(0);
  const [marked, setMarked] = useState<Marked>(NOTHING);
  const [other, setOther] = useState<OtherRun | null>(null);
  const [touring, setTouring] = useState(false);
  const city = useRef<CityMap | null>(null);
  const [board, setBoard] = useState<CityMap | null>(null);
  const [own, setOwn] = useState<Theme | null>(null);
  const offered = useOffered();
  const say = useMemo(() => speech(view.language), [view.language]);
  const theme = useMemo(() => {
    if (other && view.chapter === "compare") return changeTheme(view.theme, data, other, say);
    if (COLOURING.includes(view.chapter)) return own ?? bareTheme(say.t(`chapter.${view.chapter}`));
    const usual = themeOf(view.theme, view.level, study, say);
    return view.chapter === "street" ? { ...usual, paint: unpainted } : usual;
  }, [view.theme, view.level, view.chapter, study, say, other, own]);
  const set = (next: Partial<View>): void => setView((old) => ({ ...old, ...next }));
  const mark = (ids: string[], move = true, level: Marked["level"] = "quarters"): void =>
    setMarked(ids.length > 0 ? { level, ids, follow: move } : NOTHING);

  useEffect(() => {
    document.documentElement.lang = view.language;
    document.title = `${study.name} – ${say.t("app.topic")} | nahraum`;
    history.replaceState(null, "", hashOf(view));
  }, [view, say, study]);

  useEffect(() => {
    const readdressed = (): void => {
      setFollow(true);
      setMarked(NOTHING);
      setView(opened(plain));
    };
    addEventListener("hashchange", readdressed);
    return () => removeEventListener("hashchange", readdressed);
  }, [plain]);

  useEffect(() => {
    // an address that names a chapter which is not there
    if (offered && COLOURING.includes(view.chapter) && !offered.includes(view.chapter)) set({ chapter: "explore" });
  }, [offered, view.chapter]);

  const layers = useMemo(() => layersOf(view), [view]);
  const isColouring = COLOURING.includes(view.chapter);
  const isPlanning = view.chapter === "plan" && served()?.plan === true;
  const isDrawing = view.chapter === "whatif" || isPlanning;
  const fromMap = (selection: Selection | null): void => {
    if (isDrawing) return; // whoever draws does not choose
    setFollow(false);
    if (view.chapter === "street") set({ street: selection ? `${selection.level}/${selection.id}` : "" });
    else if (view.chapter === "compare") set({ pair: nextPair(view.pair, plain, selection) });
    else set({ selection, chapter: isColouring ? view.chapter : "explore" });
    if (selection && STACKED.matches) document.getElementById("results")?.scrollIntoView();
  };
  const fromPanel = (selection: Selection | null): void => {
    setFollow(true);
    setAttention((count) => count + 1);
    const level = selection && selection.level !== "locations" ? { level: selection.level } : {};
    set({ selection, chapter: "explore", ...level });
    if (!selection) requestAnimationFrame(() => document.getElementById(`tab-${view.tab}`)?.focus());
  };
  const fromChapter = (selection: Selection | null): void => {
    setFollow(true);
    set({ selection });
    if (!selection) refocus();
  };
  const fromSearch = (found: Found): void => {
    if (isDrawing && found.point) return void city.current?.centre(found.point);
    if (isPlanning && found.selection) return void city.current?.show("quarters", [found.selection.id]);
    if (isDrawing) return;
    const quarter = found.selection?.level === "quarters" ? found.selection : null;
    if (quarter && view.chapter === "compare") return set({ pair: nextPair(view.pair, plain, quarter) });
    if (quarter && isColouring) return fromChapter(quarter);
    if (found.selection) return fromPanel(found.selection);
    if (found.street) set({ chapter: "street", street: found.street, selection: null });
    else if (found.point) {
      set({ overlays: [...new Set([...view.overlays, found.overlay ?? "places"])] });
      void city.current?.goTo(found.point);
    }
  };
  const turn = (chapter: Chapter): void => {
    setMarked(NOTHING);
    set({ chapter, selection: null, ...(BY_QUARTER.includes(chapter) ? { level: "quarters" as const } : {}) });
    const isRead = STACKED.matches && BELOW_THE_MAP.includes(chapter);
    if (isRead) requestAnimationFrame(() => document.getElementById("results")?.scrollIntoView());
  };
  useEffect(() => {
    const escaped = (event: KeyboardEvent): void => {
      if (event.key !== "Escape" || event.defaultPrevented || document.querySelector("dialog[open]")) return;
      if (view.selection) (isColouring ? fromChapter : fromPanel)(null);
    };
    addEventListener("keydown", escaped);
    return () => removeEventListener("keydown", escaped);
  });

  return (
    <>
      <a class="skip" href="#results" onClick={skip}>
        {say.t("app.skip")}
      </a>
      {!view.embedded && (
        <header class="head">
          <p class="brand">nahraum</p>
          <div class="head-title">
            <h1>{study.name}</h1>
            <p>
              <span class="topic">{say.t("app.topic")} · </span>
              {say.t("app.state", { date: say.date(study.reference_date) })}
              {say.pick(study.population_days) && ` · ${say.pick(study.population_days)}`}
            </p>
          </div>
          <Chapters chapter={view.chapter} say={say} planned={plain.plans.length > 0 || served()?.plan === true} offered={offered ?? []} open={turn} />
          <AppearanceChoice look={look} say={say} change={change} />
          <LanguageSwitch language={view.language} say={say} set={(language) => set({ language })} />
        </header>
      )}
      <main class={view.embedded ? "stage embedded" : "stage"}>
        <div class="view">
          <div class="over">
            {view.chapter !== "street" && <Search data={plain} say={say} choose={fromSearch} />}
            {view.chapter !== "street" && (
              <Controls data={data} view={view} theme={theme} say={say} set={set} changing={other !== null && view.chapter === "compare"} own={isColouring} />
            )}
          </div>
          <MapView
            data={plain}
            view={layers}
            theme={theme}
            say={say}
            follow={follow}
            choose={fromMap}
            marked={marked}
            dark={dark}
            moved={(camera) => set({ camera })}
            made={(made) => setBoard((city.current = made))}
          />
        </div>
        {view.chapter === "explore" && (
          <Panel
            data={data}
            view={view}
            theme={theme}
            say={say}
            attention={attention}
            choose={fromPanel}
            mark={mark}
            set={set}
            startTour={() => setTouring(true)}
            setTab={(tab: Tab) => {
              setMarked(NOTHING);
              set({ tab, selection: null });
            }}
          />
        )}
        {view.chapter === "compare" && (
          <Compare data={data} view={view} say={say} set={set} mark={mark} choose={fromPanel} other={other} setOther={setOther} />
        )}
        {view.chapter === "street" && <MyStreet data={data} view={view} say={say} set={set} mark={mark} />}
        {view.chapter === "whatif" && (
          <WhatIf data={data} say={say} city={board} scenario={view.scenario} opened={(scenario) => set({ scenario })} />
        )}
        {view.chapter === "plan" &&
          (isPlanning ? (
            <Planning data={data} say={say} city={board} plan={view.plan} opened={(plan) => set({ plan })} />
          ) : (
            <PlanView data={data} say={say} city={board} choose={fromPanel} />
          ))}
        {view.chapter === "stress" && (
          <Stress
            data={data}
            say={say}
            city={board}
            selection={view.selection}
            link={view.stress}
            linked={(stress) => set({ stress })}
            choose={fromChapter}
            paint={setOwn}
          />
        )}
        {view.chapter === "lab" && (
          <HousingLab
            data={data}
            say={say}
            selection={view.selection}
            link={view.lab}
            linked={(lab) => set({ lab })}
            choose={fromChapter}
            paint={setOwn}
          />
        )}
        {view.chapter === "about" && <About data={data} say={say} />}
      </main>
      {!view.embedded && (
        <footer class="foot">
          <CopyLink say={say} />
          <ReportError data={data} view={view} say={say} middle={() => city.current?.middle() ?? null} />
          <button type="button" class="plain" onClick={() => setTouring(true)}>
            {say.t("tour.open")}
          </button>
          <button type="button" class="plain" onClick={() => turn("about")}>
            {say.t("about.link")}
          </button>
        </footer>
      )}
      {touring && <Tour say={say} set={set} close={() => setTouring(false)} />}
      <p class="visually-hidden" role="status" id="chosen">
        {view.selection ? say.t("map.chosen", { name: titleOf(data, view.selection, say) }) : ""}
      </p>
    </>
  );
}

const BY_QUARTER: Chapter[] = ["compare", ...COLOURING];
/** Chapters that begin with something to read or to fill in: on a phone it stands below the map. */
const BELOW_THE_MAP: Chapter[] = ["compare", "street", "about"];

const unpainted = (): Paint => ({ color: "rgba(0, 0, 0, 0)", bin: -1, blank: null });

/** What lies on the map: in "my street" the places and greens that its facts speak of. */
const layersOf = (view: View): View =>
  view.chapter === "street"
    ? { ...view, level: "cells", overlays: STREET_LAYERS }
    : COLOURING.includes(view.chapter)
      ? { ...view, level: "quarters", overlays: view.overlays.filter((one) => one !== "locations") }
      : view;
const STREET_LAYERS: View["overlays"] = ["places", "greens"];

/** The view of the address line; what it names and the data do not hold is left out. */
function opened(data: Dataset): View {
  const view = initialView(location.hash, data.study.language);
  const { selection } = view;
  if (view.chapter === "plan" && data.plans.length === 0 && !served()?.plan) view.chapter = "explore";
  const lost = selection !== null && data[selection.level].table.row(selection.id) === undefined;
  return {
    ...view,
    chapter: view.chapter === "whatif" && !served()?.whatIf ? "explore" : view.chapter,
    theme: isTheme(view.theme, data.study) ? view.theme : "several",
    level: BY_QUARTER.includes(view.chapter) ? "quarters" : view.level,
    pair: view.pair.map((id) => (data.quarters.table.row(id) === undefined ? "" : id)) as [string, string],
    selection: lost ? null : selection,
    tab: lost ? "overview" : view.tab,
  };
}

/** A click on the map while two quarters are compared: it fills the empty place, else the second. */
function nextPair(pair: [string, string], data: Dataset, selection: Selection | null): [string, string] {
  if (!selection || selection.level !== "quarters" || data.quarters.table.row(selection.id) === undefined) return pair;
  if (pair.includes(selection.id)) return pair;
  return pair[0] ? [pair[0], selection.id] : [selection.id, pair[1]];
}

/** The address line belongs to the view, so skipping moves the focus by hand. */
function skip(event: Event): void {
  event.preventDefault();
  document.getElementById("results")?.focus();
}
