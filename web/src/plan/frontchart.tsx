import { useRef, useState } from "preact/hooks";
import { ticks } from "../explore/scatter";
import type { Speech } from "../i18n";
import { bareText } from "./amounts";
import type { Front, FrontPoint } from "./api";

const [WIDTH, HEIGHT] = [460, 300];
const ROOM = { left: 64, right: 18, top: 14, bottom: 46 };
const SHADES = 5;

interface Props {
  front: Front;
  point: string;
  say: Speech;
  choose: (point: string) => void;
}

/** Each plan as a point: the first objective upwards, the second across, the third as the size of the point.
 *
 *  The points are one group of radio buttons: arrow keys go from plan to plan. The table beside it says the same. */
export function FrontChart({ front, point, say, choose }: Props) {
  const [over, setOver] = useState("");
  const group = useRef<SVGGElement>(null);
  const [up, across, third] = front.objectives;
  if (!up || !across || front.points.length === 0) return null;
  const points = front.points.filter((one) => one.values[up.name] != null && one.values[across.name] != null);
  const x = scale(
    points.map((one) => one.values[across.name] ?? 0),
    ROOM.left,
    WIDTH - ROOM.right,
  );
  const y = scale(
    points.map((one) => one.values[up.name] ?? 0),
    HEIGHT - ROOM.bottom,
    ROOM.top,
  );
  const size = sizes(points.map((one) => (third ? (one.values[third.name] ?? 0) : 0)));
  const turn = (event: KeyboardEvent): void => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    const at = points.findIndex((one) => one.point === point);
    const ends = { Home: 0, End: points.length - 1 }[event.key];
    const next = ends ?? (step === undefined ? -1 : (at + step + points.length) % points.length);
    const to = points[next];
    if (!to) return;
    event.preventDefault();
    choose(to.point);
    group.current?.querySelector<SVGElement>(`[data-point="${CSS.escape(to.point)}"]`)?.focus();
  };
  const shown = points.find((one) => one.point === (over || point));
  const text = (one: FrontPoint): string =>
    `${one.point}: ${front.objectives.map((told) => `${told.label} ${bareText(one.values[told.name], told.unit, say)}`).join(", ")}`;
  const axis = (one: Front["objectives"][number], [more, less]: [string, string]): string =>
    `${one.label} ${one.better === "higher" ? more : less}`;
  return (
    <figure class="chart planner-front">
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        role="group"
        aria-label={say.t("planner.frontChart", { n: points.length })}
      >
        <g aria-hidden="true">
          {y.ticks.map((value) => (
            <g key={value}>
              <line class="grid" x1={ROOM.left} x2={WIDTH - ROOM.right} y1={y.of(value)} y2={y.of(value)} />
              <text class="tick" x={ROOM.left - 8} y={y.of(value) + 4} text-anchor="end">
                {short(value, up.unit, say)}
              </text>
            </g>
          ))}
          {x.ticks.map((value) => (
            <text key={value} class="tick" x={x.of(value)} y={HEIGHT - ROOM.bottom + 18} text-anchor="middle">
              {short(value, across.unit, say)}
            </text>
          ))}
          <text class="axis-name" x={WIDTH - ROOM.right} y={HEIGHT - 8} text-anchor="end">
            {axis(across, ["↑", "↓"])}
          </text>
          <text class="axis-name" transform={`translate(12 ${ROOM.top}) rotate(-90)`} text-anchor="end">
            {axis(up, ["→", "←"]) /* turned with the text: up and down */}
          </text>
        </g>
        <g
          ref={group}
          role="radiogroup"
          aria-label={say.t("planner.frontChart", { n: points.length })}
          onKeyDown={turn}
        >
          {[...points]
            .map((one, at) => ({ one, radius: size[at] ?? 7 }))
            .sort((a, b) => b.radius - a.radius || (a.one.point < b.one.point ? -1 : 1))
            .map(({ one, radius }) => (
              <g
                key={one.point}
                data-point={one.point}
                role="radio"
                aria-checked={one.point === point}
                aria-label={text(one)}
                tabindex={
                  one.point === point || (!points.some((other) => other.point === point) && one === points[0]) ? 0 : -1
                }
                class={`front-point ${one.point === point ? "chosen" : ""} ${one.knee ? "knee" : ""}`}
                transform={`translate(${x.of(one.values[across.name] ?? 0).toFixed(1)} ${y.of(one.values[up.name] ?? 0).toFixed(1)})`}
                onClick={() => choose(one.point)}
                onMouseEnter={() => setOver(one.point)}
                onMouseLeave={() => setOver("")}
              >
                <circle class="front-reach" r="16" />
                <circle class="front-dot" r={radius} />
                {one.point === point && (
                  <text class="dot-name" y={-radius - 6} text-anchor="middle" aria-hidden="true">
                    {one.point}
                  </text>
                )}
              </g>
            ))}
        </g>
      </svg>
      <figcaption>
        {shown && <strong>{text(shown)}</strong>}{" "}
        {third && <span class="soft">{say.t("planner.frontSize", { name: third.label })}</span>}
      </figcaption>
    </figure>
  );
}

/** From values to the screen, with some air at both ends. */
function scale(values: number[], from: number, to: number): { of: (value: number) => number; ticks: number[] } {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const air = (most - least || Math.abs(most) || 1) * 0.08;
  const [low, high] = [least - air, most + air];
  return {
    of: (value) => from + ((value - low) / (high - low)) * (to - from),
    ticks: ticks(Math.max(low, least >= 0 ? 0 : low), high, 5),
  };
}

function sizes(values: number[]): number[] {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return values.map((value) => (high > low ? 5 + Math.round(((value - low) / (high - low)) * SHADES * 1.4) : 7));
}

/** A number on an axis: millions and thousands of euros by their letter. */
function short(value: number, unit: string, say: Speech): string {
  if (!unit.toLowerCase().startsWith("eur")) return say.plain(value);
  if (Math.abs(value) >= 1e6) return say.t("planner.millionEuro", { n: say.plain(value / 1e6) });
  return say.t("whatif.euro", { n: say.number(value) });
}
