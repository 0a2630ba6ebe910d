import { useState } from "preact/hooks";
import { folded } from "../explore/folded";
import { Section } from "../views/parts";
import type { FormProps } from "./form";
import { usePlanner } from "./use";

const MANY = 12;

/** Which quarters come first, and how much of the money at least: from the list, on the map, or by status. */
export function Priority({ planner, say }: FormProps) {
  const { draft, about, faults, picking } = usePlanner(planner);
  const [text, setText] = useState("");
  if (!about) return null;
  const asked = folded(text);
  const fits = about.quarters.filter(
    (one) => draft.priority.includes(one.quarter_id) || (asked && folded(one.name).includes(asked)),
  );
  const shown = about.quarters.length <= MANY ? about.quarters : fits;
  const hasAny = draft.byStatus || draft.priority.length > 0;
  return (
    <Section title={say.t("planner.priority")}>
      <p class="soft">{say.t("planner.priorityWhy")}</p>
      <div class="planner-actions">
        {about.has_status && (
          <button
            type="button"
            aria-pressed={draft.byStatus}
            onClick={() => planner.change({ byStatus: !draft.byStatus, priority: [] })}
          >
            {say.t("planner.byStatus")}
          </button>
        )}
        <button type="button" aria-pressed={picking === "quarters"} onClick={() => planner.pick("quarters")}>
          {say.t("planner.pickQuarters")}
        </button>
        {hasAny && (
          <button type="button" onClick={() => planner.change({ priority: [], byStatus: false })}>
            {say.t("planner.noPriority")}
          </button>
        )}
      </div>
      {picking === "quarters" && <p role="status">{say.t("planner.pickQuartersHow")}</p>}
      {about.quarters.length > MANY && (
        <label class="planner-field">
          <span>{say.t("planner.findQuarter")}</span>
          <input type="search" value={text} onInput={(event) => setText(event.currentTarget.value)} />
        </label>
      )}
      {shown.length > 0 && (
        <ul class="planner-list">
          {shown.map((one) => (
            <li key={one.quarter_id}>
              <label class="planner-check">
                <input
                  type="checkbox"
                  checked={draft.priority.includes(one.quarter_id)}
                  onChange={() => planner.quarter(one.quarter_id)}
                />
                <span>{one.name || one.quarter_id}</span>
              </label>
            </li>
          ))}
        </ul>
      )}
      {hasAny && (
        <div class="planner-field">
          <label for="planner-share">{say.t("planner.share")}</label>
          <input
            id="planner-share"
            inputMode="numeric"
            value={draft.share}
            aria-invalid={faults.includes("share")}
            onInput={(event) => planner.change({ share: event.currentTarget.value })}
          />
          {faults.includes("share") && <small class="planner-fault">{say.t("planner.fault.share")}</small>}
        </div>
      )}
    </Section>
  );
}
