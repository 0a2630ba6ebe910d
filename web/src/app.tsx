import { useEffect, useMemo, useState } from "preact/hooks";
import type { Dataset } from "./data/load";
import { speech } from "./i18n";
import { MapView } from "./map/map";
import { hashOf, initialView, STACKED, type Selection, type Tab, type View } from "./state";
import { titleOf } from "./subject";
import { isTheme, themeOf } from "./themes";
import { Controls } from "./views/controls";
import { Panel } from "./views/panel";
import { LanguageSwitch } from "./views/parts";

/** The whole page: head, map with its card, results. */
export function App({ data }: { data: Dataset }) {
  const { study } = data;
  const [view, setView] = useState<View>(() => opened(data));
  const [follow, setFollow] = useState(true);
  const [attention, setAttention] = useState(0);
  const say = useMemo(() => speech(view.language), [view.language]);
  const theme = useMemo(() => themeOf(view.theme, view.level, study, say), [view.theme, view.level, study, say]);
  const set = (change: Partial<View>): void => setView((old) => ({ ...old, ...change }));

  useEffect(() => {
    document.documentElement.lang = view.language;
    document.title = `${study.name} – ${say.t("app.topic")} | nahraum`;
    history.replaceState(null, "", hashOf(view));
  }, [view, say, study]);

  useEffect(() => {
    const readdressed = (): void => {
      setFollow(true);
      setView(opened(data));
    };
    addEventListener("hashchange", readdressed);
    return () => removeEventListener("hashchange", readdressed);
  }, [study]);

  const fromMap = (selection: Selection | null): void => {
    setFollow(false);
    set({ selection });
    if (selection && STACKED.matches) document.getElementById("results")?.scrollIntoView();
  };
  const fromPanel = (selection: Selection | null): void => {
    setFollow(true);
    setAttention((count) => count + 1);
    const level = selection && selection.level !== "locations" ? { level: selection.level } : {};
    set({ selection, ...level });
    if (!selection) requestAnimationFrame(() => document.getElementById(`tab-${view.tab}`)?.focus());
  };
  useEffect(() => {
    const escaped = (event: KeyboardEvent): void => {
      if (event.key === "Escape" && view.selection) fromPanel(null);
    };
    addEventListener("keydown", escaped);
    return () => removeEventListener("keydown", escaped);
  });

  return (
    <>
      <a class="skip" href="#results" onClick={skip}>
        {say.t("app.skip")}
      </a>
      <header class="head">
        <p class="brand">nahraum</p>
        <div class="head-title">
          <h1>{study.name}</h1>
          <p>
            {say.t("app.topic")} · {say.t("app.state", { date: say.date(study.reference_date) })}
            {say.pick(study.population_days) && ` · ${say.pick(study.population_days)}`}
          </p>
        </div>
        <LanguageSwitch language={view.language} say={say} set={(language) => set({ language })} />
      </header>
      <main class="stage">
        <div class="view">
          <Controls data={data} view={view} theme={theme} say={say} set={set} />
          <MapView data={data} view={view} theme={theme} say={say} follow={follow} choose={fromMap} />
        </div>
        <Panel
          data={data}
          view={view}
          say={say}
          attention={attention}
          choose={fromPanel}
          setTab={(tab: Tab) => set({ tab, selection: null })}
        />
      </main>
      <p class="visually-hidden" role="status" id="chosen">
        {view.selection ? say.t("map.chosen", { name: titleOf(data, view.selection, say) }) : ""}
      </p>
    </>
  );
}

/** The view of the address line; what it names and the data do not hold is left out. */
function opened(data: Dataset): View {
  const view = initialView(location.hash, data.study.language);
  const { selection } = view;
  const lost = selection !== null && data[selection.level].table.row(selection.id) === undefined;
  return {
    ...view,
    theme: isTheme(view.theme, data.study) ? view.theme : "several",
    selection: lost ? null : selection,
    tab: lost ? "overview" : view.tab,
  };
}

/** The address line belongs to the view, so skipping moves the focus by hand. */
function skip(event: Event): void {
  event.preventDefault();
  document.getElementById("results")?.focus();
}
