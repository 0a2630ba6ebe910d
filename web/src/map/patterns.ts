/** Small pictures for areas without a value, drawn as pixels so that no file and no inline image is needed. */

export interface Picture {
  width: number;
  height: number;
  data: Uint8ClampedArray;
}

type Inside = (x: number, y: number) => boolean;
const SIZE = 16;
type Ink = [number, number, number];
const DAY: Ink = [92, 101, 116];
const NIGHT: Ink = [170, 180, 193];

function picture(inside: Inside, strength: number, ink: Ink): Picture {
  const data = new Uint8ClampedArray(SIZE * SIZE * 4);
  for (let y = 0; y < SIZE; y++) {
    for (let x = 0; x < SIZE; x++) {
      data.set([...ink, inside(x, y) ? strength : 0], (y * SIZE + x) * 4);
    }
  }
  return { width: SIZE, height: SIZE, data };
}

const SHAPES: Record<"undetermined" | "edge" | "missing" | "suppressed", [Inside, number]> = {
  undetermined: [(x, y) => (x + y) % 8 < 2, 140],
  edge: [(_, y) => y % 8 < 1, 150],
  missing: [(x, y) => (x + y) % 16 < 1, 130],
  suppressed: [(x, y) => (x - 4) % 8 < 2 && (x - 4) % 8 >= 0 && y % 8 < 2, 200],
};

/** All pictures by name, by day or by night. */
export const patterns = (dark: boolean): [string, Picture][] =>
  Object.entries(SHAPES).map(([name, [inside, strength]]) => [name, picture(inside, strength, dark ? NIGHT : DAY)]);
