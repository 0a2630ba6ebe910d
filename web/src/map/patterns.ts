/** Small pictures for areas without a value, drawn as pixels so that no file and no inline image is needed. */

export interface Picture {
  width: number;
  height: number;
  data: Uint8ClampedArray;
}

type Inside = (x: number, y: number) => boolean;
const SIZE = 16;
const INK: [number, number, number] = [92, 101, 116];

function picture(inside: Inside, strength: number): Picture {
  const data = new Uint8ClampedArray(SIZE * SIZE * 4);
  for (let y = 0; y < SIZE; y++) {
    for (let x = 0; x < SIZE; x++) {
      data.set([...INK, inside(x, y) ? strength : 0], (y * SIZE + x) * 4);
    }
  }
  return { width: SIZE, height: SIZE, data };
}

export const PATTERNS: Record<"undetermined" | "edge" | "missing" | "suppressed", Picture> = {
  undetermined: picture((x, y) => (x + y) % 8 < 2, 140),
  edge: picture((_, y) => y % 8 < 1, 150),
  missing: picture((x, y) => (x + y) % 16 < 1, 130),
  suppressed: picture((x, y) => (x - 4) % 8 < 2 && (x - 4) % 8 >= 0 && y % 8 < 2, 200),
};
