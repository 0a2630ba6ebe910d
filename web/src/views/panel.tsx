import { useEffect, useRef } from "preact/hooks";
import type { Dataset } from "../data/load";
import type { Speech } from "../i18n";
import { Spread } from "../explore/spread";
import { Status } from "../explore/status";
import { Invitation } from "../explore/tour";
import { TABS, type Selection, type Tab, type View } from "../state";
import type { Theme } from "../themes";
import { Combinations } from "./combinations";
import { Locations } from "./location";
import { Overview } from "./overview";
import { Quality } from "./quality";
import { Quarters } from "./quarters";
import { Why } from "./why";

interface Props {
  data: Dataset;
  view: View;
  theme: Theme;
  say: Speech;
  attention: number;
  choose: (selection: Selection | null) => void;
  /** draws a line around quarters on the map */
  mark: (ids: string[]) => void;
  set: (change: Partial<View>) => void;
  setTab: (tab: Tab) => void;
  startTour: () => void;
}

/** Results beside the map: either the reasons for what is chosen, or one of the tabs. */
export function Panel(props: Props) {
  const { data, view, say, attention, choose, setTab } = props;
  return (
    <section class="panel" id="results" aria-label={say.t("tab.label")} tabIndex={-1}>
      <Tabs tab={view.tab} say={say} setTab={setTab} open={view.selection === null} />
      {view.selection && (
        <div class="panel-body">
          <Why data={data} chosen={view.selection} say={say} choose={choose} attention={attention} />
        </div>
      )}
      <div
        class="panel-body"
        role="tabpanel"
        id={`panel-${view.tab}`}
        aria-labelledby={`tab-${view.tab}`}
        hidden={view.selection !== null}
        tabIndex={0}
      >
        <Content {...props} />
      </div>
    </section>
  );
}

function Content({ data, view, theme, say, choose, mark, set, startTour }: Props) {
  if (view.tab === "quarters") {
    return <Quarters data={data} view={view} theme={theme} say={say} chosen={view.selection} choose={choose} />;
  }
  if (view.tab === "status") return <Status data={data} view={view} say={say} choose={choose} mark={mark} set={set} />;
  if (view.tab === "spread") return <Spread data={data} view={view} theme={theme} say={say} />;
  if (view.tab === "locations") return <Locations data={data} say={say} choose={choose} />;
  if (view.tab === "combinations") return <Combinations data={data} say={say} />;
  if (view.tab === "quality") return <Quality data={data} say={say} />;
  return (
    <>
      <Invitation say={say} start={startTour} />
      <Overview data={data} say={say} />
    </>
  );
}

/** Tabs by the usual pattern: one stop for the Tab key, arrows move between them. */
function Tabs({ tab, say, setTab, open }: { tab: Tab; say: Speech; setTab: (tab: Tab) => void; open: boolean }) {
  const bar = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const [line, one] = [bar.current, bar.current?.querySelector<HTMLElement>(`#tab-${tab}`)];
    if (line && one) line.scrollLeft = one.offsetLeft - (line.clientWidth - one.clientWidth) / 2;
  }, [tab]);
  const keyed = (event: KeyboardEvent): void => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const to =
      event.key === "Home"
        ? 0
        : event.key === "End"
          ? TABS.length - 1
          : step && (TABS.indexOf(tab) + step + TABS.length) % TABS.length;
    const next = typeof to === "number" ? TABS[to] : undefined;
    if (!next) return;
    event.preventDefault();
    setTab(next);
    bar.current?.querySelector<HTMLElement>(`#tab-${next}`)?.focus();
  };
  return (
    <div class="tabs" role="tablist" aria-label={say.t("tab.label")} ref={bar} onKeyDown={keyed}>
      {TABS.map((name) => (
        <button
          key={name}
          id={`tab-${name}`}
          type="button"
          role="tab"
          aria-selected={open && tab === name}
          aria-controls={tab === name ? `panel-${name}` : undefined}
          tabIndex={tab === name ? 0 : -1}
          onClick={() => setTab(name)}
        >
          {say.t(`tab.${name}`)}
        </button>
      ))}
    </div>
  );
}
