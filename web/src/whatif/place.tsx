import { useState } from "preact/hooks";
import type { Dataset } from "../data/load";
import type { Speech } from "../i18n";
import { pointOf, Refused, type Position } from "./api";
import { shifted, type Draft } from "./draft";
import type { Session } from "./session";

interface Props {
  data: Dataset;
  session: Session;
  draft: Draft;
  say: Speech;
  middle: () => Position | null;
}

const STEP_M = 10;
const SIDES = [
  ["west", "←", -STEP_M, 0],
  ["north", "↑", 0, STEP_M],
  ["south", "↓", 0, -STEP_M],
  ["east", "→", STEP_M, 0],
] as const;

/** Putting and moving a measure without a mouse: the cross of the map, coordinates, a quarter, steps of ten metres. */
export function Place({ data, session, draft, say, middle }: Props) {
  const [text, setText] = useState("");
  const [told, setTold] = useState("");
  const atMiddle = (): void => {
    const place = middle();
    if (place) void session.point(place);
  };
  const atText = async (): Promise<void> => {
    setTold("");
    try {
      const place = await placeOf(data, text);
      if (place) await session.point(place);
      else setTold(say.t("whatif.placeUnknown"));
    } catch (wrong) {
      if (!(wrong instanceof Refused)) throw wrong;
      setTold(say.t("whatif.placeUnknown"));
    }
  };
  const movable = draft.points.length > 0 && draft.tool !== "remove" && draft.tool !== "capacity";
  return (
    <details class="whatif-place">
      <summary>{say.t("whatif.place")}</summary>
      <div class="whatif-row">
        <button type="button" onClick={atMiddle}>
          {say.t("whatif.middle")}
        </button>
      </div>
      <div class="whatif-row">
        <label for="whatif-at">{say.t("whatif.at")}</label>
        <input
          id="whatif-at"
          value={text}
          list="whatif-quarters"
          placeholder="49,44 7,77"
          aria-describedby="whatif-at-hint"
          onInput={(event) => setText(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== "Enter") return;
            event.preventDefault();
            void atText();
          }}
        />
        <datalist id="whatif-quarters">
          {data.quarters.table.rows().map((row) => (
            <option key={row} value={data.quarters.table.text("name", row)} />
          ))}
        </datalist>
        <button type="button" onClick={() => void atText()}>
          {say.t("whatif.put")}
        </button>
      </div>
      <p id="whatif-at-hint" class="soft">
        {say.t("whatif.atHint", { crs: session.state.about?.crs ?? "" })}
      </p>
      <p role="status">{told}</p>
      {movable && (
        <div class="whatif-nudge" role="group" aria-label={say.t("whatif.nudge", { n: STEP_M })}>
          {SIDES.map(([name, sign, east, north]) => (
            <button
              key={name}
              type="button"
              aria-label={say.t(`whatif.nudge.${name}`, { n: STEP_M })}
              onClick={() => session.change({ points: shifted(draft.points, east, north) })}
            >
              <span aria-hidden="true">{sign}</span>
            </button>
          ))}
          <span class="soft">{say.t("whatif.nudge", { n: STEP_M })}</span>
        </div>
      )}
    </details>
  );
}

/** A place by what somebody typed: latitude and longitude, metres of the study's CRS, or the name of a quarter. */
async function placeOf(data: Dataset, text: string): Promise<Position | null> {
  const { table, points } = data.quarters;
  const named = table.rows().find((row) => table.text("name", row).toLowerCase() === text.trim().toLowerCase());
  if (named !== undefined) return points[named] ?? null;
  const numbers = text.trim().split(/[;\s]+/).filter(Boolean);
  const parts = numbers.length === 2 ? numbers : text.split(/,\s+|,(?=-?\d+\.)/);
  const [a, b] = parts.map((part) => Number(part.trim().replace(/,$/, "").replace(",", ".")));
  if (parts.length !== 2 || a === undefined || b === undefined || !Number.isFinite(a) || !Number.isFinite(b)) return null;
  if (Math.abs(a) <= 90 && Math.abs(b) <= 180) return [b, a];
  return pointOf(a, b);
}
