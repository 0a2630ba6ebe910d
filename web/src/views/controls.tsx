import { useState } from "preact/hooks";
import type { Dataset, Level } from "../data/load";
import type { Indicator } from "../data/schema";
import type { Speech } from "../i18n";
import { STACKED, type Overlay, type View } from "../state";
import { drawable, type Theme } from "../themes";
import { rangeText, several } from "../values";
import { Legend } from "./legend";

interface Props {
  data: Dataset;
  view: View;
  theme: Theme;
  say: Speech;
  set: (change: Partial<View>) => void;
  /** whether differences between two runs are shown: by quarter only */
  changing?: boolean;
  /** whether a chapter says what is shown: then nothing is chosen here */
  own?: boolean;
}

/** The card that says what the map shows: theme, areas, further layers, legend. */
export function Controls({ data, view, theme, say, set, changing, own }: Props) {
  // as it was when the page was opened: a person who opens or closes it has the last word
  const [wide] = useState(() => !STACKED.matches);
  return (
    <section class="controls" aria-label={say.t("controls.label")}>
      {!own && (
        <details open={wide}>
          <summary>{say.t("controls.label")}</summary>
          <Themes data={data} view={view} say={say} set={set} />
          {!changing && <Levels view={view} say={say} set={set} />}
        </details>
      )}
      <Legend data={data} view={view} theme={theme} say={say} />
      <details open={wide}>
        <summary>{say.t("controls.overlays")}</summary>
        <Overlays view={view} say={say} set={set} own={own} />
      </details>
    </section>
  );
}

function Themes({ data, view, say, set }: Omit<Props, "theme" | "changing" | "own">) {
  const { study } = data;
  const k = study.lacks_needed;
  const row = study.municipality;
  const number = (name: string): number | null => (typeof row[name] === "number" ? (row[name] as number) : null);
  const h = `several_k${k}_share`;
  const entries = [
    {
      id: "several",
      name: say.t("controls.several"),
      share: rangeText(number(`${h}_min`), number(h), number(`${h}_max`), say),
    },
    ...study.prerequisites.map((one) => ({
      id: `lacks:${one.id}`,
      name: say.name(one.label),
      share: say.share(number(`lacks_${one.id}_share`)),
    })),
  ];
  return (
    <fieldset class="themes">
      <legend>{say.t("controls.theme")}</legend>
      {entries.map((entry) => (
        <label key={entry.id} class="theme">
          <input
            type="radio"
            name="theme"
            value={entry.id}
            checked={view.theme === entry.id}
            onChange={() => set({ theme: entry.id })}
          />
          <span>{entry.name}</span>
          <span class="theme-share">{entry.share}</span>
        </label>
      ))}
      <IndicatorChoice data={data} view={view} say={say} set={set} />
    </fieldset>
  );
}

function IndicatorChoice({ data, view, say, set }: Omit<Props, "theme" | "changing" | "own">) {
  const { study } = data;
  const known = drawable(study);
  const main = ["several", ...study.prerequisites.map((one) => `lacks:${one.id}`)];
  const chosen = main.includes(view.theme) ? "" : view.theme;
  const rest = known.filter((one) => !one.theme && !study.prerequisites.some((p) => p.id === one.prerequisite));
  const option = (one: Indicator) => (
    <option key={one.id} value={themeId(one)}>
      {say.name(one.label)}
    </option>
  );
  // an indicator of one level only takes the map to that level
  const choose = (theme: string): void => {
    const levels = known.find((one) => themeId(one) === theme)?.levels ?? [];
    set({ theme, level: levels.includes(view.level) ? view.level : (levels[0] ?? view.level) });
  };
  const themes = study.themes.filter((theme) => known.some((one) => one.theme === theme.id));
  return (
    <div class="choice">
      <label for="indicator">{say.t("controls.indicator")}</label>
      <select
        id="indicator"
        value={chosen}
        class={chosen ? "chosen" : ""}
        onChange={(event) => event.currentTarget.value && choose(event.currentTarget.value)}
      >
        <option value="">{say.t("controls.choose")}</option>
        {study.prerequisites.map((one) => (
          <optgroup key={one.id} label={say.name(one.label)}>
            {known.filter((indicator) => indicator.prerequisite === one.id).map(option)}
          </optgroup>
        ))}
        {rest.map(option)}
        {themes.map((theme) => (
          <optgroup key={`theme-${theme.id}`} label={say.name(theme.label)}>
            {known.filter((indicator) => indicator.theme === theme.id).map(option)}
          </optgroup>
        ))}
      </select>
    </div>
  );
}

const themeId = (one: Indicator): string =>
  one.kind === "lack" ? one.id.replace("lacks_", "lacks:") : `indicator:${one.id}`;

function Levels({ view, say, set }: Pick<Props, "view" | "say" | "set">) {
  const levels: Level[] = ["cells", "quarters"];
  return (
    <div class="segments" role="group" aria-label={say.t("controls.level")}>
      {levels.map((level) => (
        <button key={level} type="button" aria-pressed={view.level === level} onClick={() => set({ level })}>
          {say.t(`level.${level}`)}
        </button>
      ))}
    </div>
  );
}

function Overlays({ view, say, set, own }: Pick<Props, "view" | "say" | "set" | "own">) {
  // locations are made of the four prerequisites: beside results of a chapter of its own they are none of them
  const known: Overlay[] = own ? ["greens", "places"] : ["locations", "greens", "places"];
  const toggled = (name: Overlay): Overlay[] =>
    view.overlays.includes(name) ? view.overlays.filter((one) => one !== name) : [...view.overlays, name];
  return (
    <fieldset class="overlays">
      <legend class="visually-hidden">{say.t("controls.overlays")}</legend>
      {known.map((name) => (
        <label key={name}>
          <input
            type="checkbox"
            checked={view.overlays.includes(name)}
            onChange={() => set({ overlays: toggled(name) })}
          />
          <span class={`mark mark-${name}`} aria-hidden="true" />
          <span>{say.t(`overlay.${name}`)}</span>
        </label>
      ))}
    </fieldset>
  );
}

export const severalText = (data: Dataset, level: Level, row: number, say: Speech): string => {
  const { low, middle, high } = several(data[level].table, row, data.study.lacks_needed);
  return rangeText(low, middle, high, say);
};
