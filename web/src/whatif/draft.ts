import type { Document, Measure, MeasureType, Position, Thing } from "./api";

export const TOOLS = [
  "open", "move", "remove", "park", "capacity", "entrance", "path", "barrier", "dwellings", "fibre",
] as const;
export type Tool = (typeof TOOLS)[number];

/** The kind of edit that a tool needs the server to know. */
export const KIND: Record<Tool, string> = {
  open: "facility_added",
  move: "facility_moved",
  remove: "facility_closed",
  park: "green_added",
  entrance: "entrance_added",
  path: "footpath_added",
  barrier: "barrier_added",
  capacity: "capacity_changed",
  dwellings: "residents_added",
  fibre: "internet_offer_changed",
};

/** A measure that is being drawn and not yet kept. */
export interface Draft {
  tool: Tool;
  points: Position[];
  category: string;
  name: string;
  residents: number;
  /** corners of a park that are no entrance */
  closed: number[];
  /** what is moved, removed or entered */
  target: Thing | null;
  /** what lies where one clicked, to choose from */
  choices: Thing[];
  /** ids of the cells that get fibre */
  cells: string[];
  /** catalogue type whose cost is told; '' for the likeliest, NO_COST for none */
  measure: string;
  /** how much of it, where the drawing does not tell */
  quantity: number | null;
  /** kind of a barrier */
  barrier: string;
  /** usable area that a green is given; null for as it is [m²] */
  area: number | null;
  /** position of the kept edit that is being changed; null for a new one */
  kept: number | null;
  /** what the kept edit is called by, so that others still find it */
  own: Record<string, unknown>;
}

/** How many points a tool needs before it can be tried, and whether more can follow. */
const SHAPES: Record<Tool, { least: number; line: boolean }> = {
  open: { least: 1, line: false },
  move: { least: 1, line: false },
  remove: { least: 0, line: false },
  park: { least: 3, line: false },
  entrance: { least: 1, line: false },
  path: { least: 2, line: true },
  barrier: { least: 2, line: true },
  capacity: { least: 0, line: false },
  dwellings: { least: 1, line: false },
  fibre: { least: 0, line: false },
};

export const isLine = (tool: Tool): boolean => SHAPES[tool].line;
export const isArea = (tool: Tool): boolean => tool === "park";
/** Tools that first ask what is there. */
export const asksWhat = (tool: Tool): Thing["what"][] =>
  tool === "move"
    ? ["facility"]
    : tool === "entrance" || tool === "capacity"
      ? ["green"]
      : tool === "remove"
        ? ["facility", "entrance", "green", "way", "barrier"]
        : [];

export const emptyDraft = (tool: Tool, category = "food_full_range"): Draft => ({
  tool,
  points: [],
  category,
  name: "",
  residents: 100,
  closed: [],
  target: null,
  choices: [],
  cells: [],
  measure: "",
  quantity: null,
  barrier: "fence",
  area: null,
  kept: null,
  own: {},
});

/** The edit that a draft stands for; null as long as something is missing. */
export function editOf(draft: Draft): Document | null {
  const edit = drawnEdit(draft);
  return edit && { ...edit, ...draft.own };
}

function drawnEdit(draft: Draft): Document | null {
  const { tool, points, target } = draft;
  const [first] = points;
  if (points.length < SHAPES[tool].least) return null;
  if (asksWhat(tool).length > 0 && !target) return null;
  if (tool === "remove" && target) return removalOf(target);
  if (tool === "capacity" && target) return capacityOf(draft, target);
  if (tool === "fibre") return draft.cells.length ? { kind: KIND.fibre, cells: draft.cells, share: 1 } : null;
  if (!first) return null;
  const at = { x_m: first[0], y_m: first[1] };
  if (tool === "open") return { kind: "facility_added", category: draft.category, name: draft.name, ...at };
  if (tool === "move" && target) {
    const stays = draft.kept === null && first[0] === target.x_m && first[1] === target.y_m;
    return stays ? null : { kind: "facility_moved", facility_id: target.id, ...at };
  }
  if (tool === "park") {
    const entrances = points.filter((_, corner) => !draft.closed.includes(corner));
    return { kind: "green_added", outline: points, entrances, name: draft.name };
  }
  if (tool === "entrance" && target) return { kind: "entrance_added", green_id: target.id, ...at };
  if (tool === "path") return { kind: "footpath_added", points };
  if (tool === "barrier") return { kind: "barrier_added", points, barrier: draft.barrier };
  return draft.residents > 0 ? { kind: "residents_added", residents: draft.residents, ...at } : null;
}

const capacityOf = ({ area }: Draft, target: Thing): Document | null =>
  area === null || area < 1 || area === Math.round(target.area_m2 ?? 0)
    ? null
    : { kind: KIND.capacity, green_id: target.id, area_m2: area };

function removalOf(target: Thing): Document {
  if (target.what === "facility") return { kind: "facility_closed", facility_id: target.id };
  if (target.what === "entrance") return { kind: "entrance_removed", entrance_id: target.id };
  if (target.what === "green") return { kind: "green_removed", green_id: target.id };
  if (target.what === "way") return { kind: "footpath_removed", way_id: Number(target.id) };
  return { kind: "barrier_removed", line_id: target.id };
}

const DEGREE_M = 111_320;

/** Metres east and north of a place as a place. */
export function offset([lon, lat]: Position, east: number, north: number): Position {
  return [lon + east / (DEGREE_M * Math.cos((lat * Math.PI) / 180)), lat + north / DEGREE_M];
}

/** A square of that area around a place. [m²] */
export function squareAround(centre: Position, area: number): Position[] {
  const half = Math.sqrt(area) / 2;
  return [
    offset(centre, -half, half),
    offset(centre, half, half),
    offset(centre, half, -half),
    offset(centre, -half, -half),
  ];
}

/** Area inside a ring, near enough for a label; the server has the last word. [m²] */
export function areaOf(ring: Position[]): number {
  const [x0, y0] = ring[0] ?? [0, 0];
  const wide = DEGREE_M * Math.cos((y0 * Math.PI) / 180);
  const flat = ring.map(([x, y]) => [(x - x0) * wide, (y - y0) * DEGREE_M] as const);
  return Math.abs(
    flat.reduce((sum, [x, y], at) => {
      const [u = 0, v = 0] = flat[(at + 1) % flat.length] ?? [];
      return sum + x * v - u * y;
    }, 0) / 2,
  );
}

/** Length of a line. [m] */
export function lengthOf(line: Position[]): number {
  return line.slice(1).reduce((sum, [x, y], at) => {
    const [u, v] = line[at] ?? [x, y];
    return sum + Math.hypot((x - u) * DEGREE_M * Math.cos((y * Math.PI) / 180), (y - v) * DEGREE_M);
  }, 0);
}

export const shifted = (points: Position[], east: number, north: number): Position[] =>
  points.map((point) => offset(point, east, north));

export const middleOf = (points: Position[]): Position => {
  const sum = points.reduce<Position>(([x, y], [u, v]) => [x + u, y + v], [0, 0]);
  return [sum[0] / points.length, sum[1] / points.length];
};

const IDS = ["facility_id", "green_id", "entrance_id", "way_id", "line_id", "address_id"];
/** Values of an edit that its drawing says anew. */
const TARGETS: Record<string, string> = {
  facility_moved: "facility_id",
  entrance_added: "green_id",
  capacity_changed: "green_id",
};

/** A kept edit in hand again, to be drawn otherwise; null for one that can only be taken out. */
export function draftOf(edit: Document, kept: number): Draft | null {
  const tool = TOOLS.find((one) => KIND[one] === edit.kind);
  const { x_m: x, y_m: y, points, outline, entrances, joins, cells, area_m2: area } = edit as Record<string, unknown>;
  if (!tool || tool === "remove" || (Array.isArray(joins) && joins.length > 0)) return null;
  if (tool === "fibre" && edit["share"] !== 1) return null;
  const place = typeof x === "number" && typeof y === "number" ? [[x, y] as Position] : [];
  const drawn = [outline, points].find((one): one is Position[] => Array.isArray(one)) ?? place;
  if (drawn.length < SHAPES[tool].least) return null;
  const doors = ((entrances ?? []) as Position[]).map(String);
  const closed = isArea(tool) ? drawn.flatMap((corner, at) => (doors.includes(String(corner)) ? [] : [at])) : [];
  if (isArea(tool) && (drawn.length - closed.length !== doors.length || area != null)) return null;
  const target = TARGETS[edit.kind] ?? "";
  const ids = IDS.filter((name) => name !== target && edit[name]).map((name) => [name, edit[name]] as const);
  return {
    ...emptyDraft(tool),
    points: drawn,
    closed,
    kept,
    own: Object.fromEntries(ids),
    target: target ? gone(String(edit[target]), target === "facility_id" ? "facility" : "green") : null,
    category: String(edit["category"] ?? "food_full_range"),
    name: String(edit["name"] ?? ""),
    residents: Number(edit["residents"] ?? 100),
    barrier: String(edit["barrier"] ?? "fence"),
    area: tool === "capacity" ? Number(area) : null,
    cells: (cells ?? []) as string[],
  };
}

/** Something of which only the id is known. */
const gone = (id: string, what: Thing["what"]): Thing => ({
  what, id, kind: "", name: "", x_m: NaN, y_m: NaN, distance_m: 0, green_id: "", area_m2: null,
});

const EFFECTS: Partial<Record<Tool, string>> = {
  open: "facility",
  park: "new_green",
  entrance: "green_entrance",
  path: "footpath",
  dwellings: "dwellings",
  fibre: "internet",
};
export const NO_COST = "-";

/** The types of the catalogue that a draft can be, the likeliest first. */
export function typesFor(draft: Draft, types: MeasureType[]): MeasureType[] {
  const area = isArea(draft.tool) ? areaOf(draft.points) : 0;
  const fits = ({ options }: MeasureType): boolean =>
    (options.category ?? draft.category) === draft.category &&
    area >= (options.minimum_m2 ?? 0) &&
    area <= (options.maximum_m2 ?? Infinity);
  return types.filter((one) => one.effect === EFFECTS[draft.tool] && (draft.tool !== "open" || fits(one))).sort(
    (a, b) => Number(fits(b)) - Number(fits(a)),
  );
}

/** The type whose cost is told: the one chosen, else the likeliest. */
export function typeOf(draft: Draft, types: MeasureType[]): MeasureType | null {
  const known = typesFor(draft, types);
  return draft.measure === NO_COST ? null : (known.find((one) => one.type_id === draft.measure) ?? known[0] ?? null);
}

/** Units that the drawing itself tells. */
export const isDrawn = (unit: string): boolean => unit === "m2" || unit === "m" || unit === "site";

/** How much of its type the draft is; null where that is not known or no cost is wanted. */
export function measureOf(draft: Draft, types: MeasureType[]): Measure | null {
  const type = editOf(draft) && typeOf(draft, types);
  if (!type) return null;
  const drawn = { m2: areaOf(draft.points), m: lengthOf(draft.points), site: 1 }[type.unit];
  const quantity = drawn === undefined ? draft.quantity : Math.round(drawn);
  return quantity && quantity > 0 ? { type_id: type.type_id, quantity } : null;
}
