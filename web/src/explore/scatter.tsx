import { useState } from "preact/hooks";
import type { Speech } from "../i18n";

export interface Dot {
  id: string;
  name: string;
  x: number;
  y: number;
  /** residents: the area of the dot */
  size: number;
  text: string;
}

interface Props {
  dots: Dot[];
  label: string;
  across: string;
  upwards: string;
  say: Speech;
  choose: (id: string) => void;
}

const [WIDTH, HEIGHT] = [460, 300];
const ROOM = { left: 46, right: 12, top: 12, bottom: 42 };

/** Round steps over a range, about as many as asked for. */
export function ticks(low: number, high: number, many = 5): number[] {
  const span = high - low || 1;
  const raw = span / many;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 2.5, 5, 10].map((one) => one * power).find((one) => one >= raw * 0.999) ?? raw;
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, at) => Number(((first + at) * step).toPrecision(12)));
}

/** Dots by two values; a click chooses one. A picture for the eyes: the table beside it is for everybody. */
export function Scatter({ dots, label, across, upwards, say, choose }: Props) {
  const [over, setOver] = useState<Dot | null>(null);
  const xs = dots.map((dot) => dot.x);
  const [low, high] = [Math.min(-0.5, ...xs), Math.max(0.5, ...xs)];
  const top = Math.max(0.1, ...dots.map((dot) => dot.y)) * 1.06;
  const largest = Math.max(1, ...dots.map((dot) => dot.size));
  const pad = (high - low) * 0.05;
  const x = (value: number): number =>
    ROOM.left + ((value - low + pad) / (high - low + 2 * pad)) * (WIDTH - ROOM.left - ROOM.right);
  const y = (value: number): number => HEIGHT - ROOM.bottom - (value / top) * (HEIGHT - ROOM.top - ROOM.bottom);
  const radius = (dot: Dot): number => 3 + 9 * Math.sqrt(dot.size / largest);
  return (
    <div class="chart" role="img" aria-label={label}>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true">
        {ticks(0, top).map((value) => (
          <g key={value}>
            <line class="grid" x1={ROOM.left} x2={WIDTH - ROOM.right} y1={y(value)} y2={y(value)} />
            <text class="tick" x={ROOM.left - 6} y={y(value) + 4} text-anchor="end">
              {say.share(value)}
            </text>
          </g>
        ))}
        {ticks(low, high).map((value) => (
          <text key={value} class="tick" x={x(value)} y={HEIGHT - ROOM.bottom + 16} text-anchor="middle">
            {say.plain(value)}
          </text>
        ))}
        <line class="axis" x1={x(0)} x2={x(0)} y1={ROOM.top} y2={HEIGHT - ROOM.bottom} />
        <text class="axis-name" x={WIDTH - ROOM.right} y={HEIGHT - 6} text-anchor="end">
          {across}
        </text>
        {[...dots]
          .sort((a, b) => b.size - a.size || (a.id < b.id ? -1 : 1))
          .map((dot) => (
            <circle
              key={dot.id}
              data-id={dot.id}
              class={over?.id === dot.id ? "dot-mark over" : "dot-mark"}
              cx={x(dot.x)}
              cy={y(dot.y)}
              r={radius(dot)}
              onMouseEnter={() => setOver(dot)}
              onMouseLeave={() => setOver(null)}
              onClick={() => choose(dot.id)}
            />
          ))}
        {over && (
          <text
            class="dot-name"
            x={Math.min(WIDTH - 150, Math.max(60, x(over.x)))}
            y={Math.max(14, y(over.y) - radius(over) - 5)}
            text-anchor="middle"
          >
            {over.name}: {over.text}
          </text>
        )}
      </svg>
      <p class="chart-side" aria-hidden="true">
        {upwards}
      </p>
    </div>
  );
}
