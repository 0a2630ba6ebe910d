import { useState } from "preact/hooks";
import type { Speech } from "../i18n";
import { euro } from "../office/amounts";
import { Section } from "../views/parts";
import type { Site } from "./api";
import { Finder } from "./finder";
import type { FormProps } from "./form";
import { usePlanner } from "./use";

const WISHES = ["must", "mustNot"] as const;

/** Sites that must be chosen, or must not: from the map or by looking for them. */
export function Wishes({ planner, say }: FormProps) {
  const { draft, sites, about, picking } = usePlanner(planner);
  const [opened] = useState(() => draft.must.length + draft.mustNot.length > 0);
  const known = new Map(sites.map((one) => [one.site_id, one]));
  const quarters = new Map((about?.quarters ?? []).map((one) => [one.quarter_id, one.name]));
  const n = draft.must.length + draft.mustNot.length;
  return (
    <Section title={say.t("planner.wishes")}>
      <details class="planner-more" open={opened}>
        <summary>
          {n > 0
            ? say.t("planner.wishesN", { must: draft.must.length, not: draft.mustNot.length })
            : say.t("planner.wishesNone")}
        </summary>
        {WISHES.map((wish) => (
          <div key={wish} class="planner-wish">
            <h4>{say.t(`planner.${wish}`)}</h4>
            <ul class="planner-list">
              {draft[wish].map((id) => (
                <li key={id} class="planner-row">
                  <span>{siteText(known.get(id), id, say)}</span>
                  <button
                    type="button"
                    aria-label={say.t("planner.dropWish", { name: known.get(id)?.name ?? id })}
                    onClick={() => planner.site(id, wish)}
                  >
                    ×
                  </button>
                </li>
              ))}
            </ul>
            <button type="button" aria-pressed={picking === wish} onClick={() => planner.pick(wish)}>
              {say.t("planner.pickSites")}
            </button>
            {picking === wish && <p role="status">{say.t("planner.pickSitesHow")}</p>}
            <Finder
              sites={sites.filter((one) => !draft[wish].includes(one.site_id))}
              quarters={quarters}
              label={say.t(`planner.find.${wish}`)}
              say={say}
              take={(id) => planner.site(id, wish)}
            />
          </div>
        ))}
      </details>
    </Section>
  );
}

export function siteText(site: Site | undefined, id: string, say: Speech): string {
  return site ? `${site.name || site.label} (${euro(site.cost_eur, say)})` : id;
}
