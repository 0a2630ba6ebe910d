import { useState } from "preact/hooks";
import { folded } from "../explore/folded";
import type { Speech } from "../i18n";
import { euro } from "../office/amounts";
import type { Site } from "./api";

const SHOWN = 8;

interface Props {
  sites: Site[];
  /** names of quarters by id */
  quarters: Map<string, string>;
  label: string;
  say: Speech;
  take: (id: string) => void;
}

/** Looking for a site by name, kind or quarter: the way without the map. */
export function Finder({ sites, quarters, label, say, take }: Props) {
  const [text, setText] = useState("");
  const words = folded(text).split(" ").filter(Boolean);
  const fits = words.length === 0 ? [] : sites.filter((one) => fit(one, quarters, words));
  const best = [...fits].sort((a, b) => (b.relieved ?? 0) - (a.relieved ?? 0) || (a.site_id < b.site_id ? -1 : 1));
  return (
    <div class="planner-finder">
      <label class="planner-field">
        <span>{label}</span>
        <input type="search" autocomplete="off" value={text} onInput={(event) => setText(event.currentTarget.value)} />
      </label>
      <p class="visually-hidden" role="status">
        {words.length > 0 ? say.t("planner.found", { n: fits.length }) : ""}
      </p>
      {words.length > 0 && fits.length === 0 && <p class="soft">{say.t("planner.foundNone")}</p>}
      <ul class="planner-list">
        {best.slice(0, SHOWN).map((one) => (
          <li key={one.site_id}>
            <button type="button" class="planner-hit" onClick={() => take(one.site_id)}>
              <span>{one.name || one.label}</span>
              <small>
                {[
                  one.name ? one.label : "",
                  quarters.get(one.quarter_id),
                  euro(one.cost_eur, say),
                  one.relieved === null ? "" : say.t("planner.alone", { n: say.number(one.relieved) }),
                ]
                  .filter(Boolean)
                  .join(" · ")}
              </small>
            </button>
          </li>
        ))}
      </ul>
      {fits.length > SHOWN && <p class="soft">{say.t("planner.foundMore", { n: fits.length - SHOWN })}</p>}
    </div>
  );
}

function fit(site: Site, quarters: Map<string, string>, words: string[]): boolean {
  const text = folded(`${site.name} ${site.label} ${quarters.get(site.quarter_id) ?? ""} ${site.site_id}`);
  return words.every((one) => text.includes(one));
}
