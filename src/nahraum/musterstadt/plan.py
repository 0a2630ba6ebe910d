"""The layout plan of the synthetic city: which use, character and quarter every 100 m cell has.

The plan starts from a hand-drawn old core (core.txt), the same at every size, which holds all decoys. Larger
cities grow rectangular quarters around it. A place in the plan is `(column, row)` of the INSPIRE grid counted
from the core's origin; `Plan.at` turns it into array indices.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import resources

import numpy as np
import numpy.typing as npt

from nahraum.errors import InputError
from nahraum.musterstadt.characters import CHARACTERS, INDEX, NAMES, plain
from nahraum.musterstadt.slots import Slot, Village, choose_slots, choose_villages, mean_density

FIELD, HOME, PARK, FAR_GATE, PRIVATE, SCHOOL, WORKS, RAIL, RIVER, SQUARE = range(10)
BUILT = (HOME, PARK, SCHOOL, WORKS, SQUARE)
CORE_WEST, CORE_EAST, CORE_SOUTH, CORE_NORTH = -10, 10, -5, 6
RAIL_ROW, RIVER_COLUMN, CROSSING = 0, -6, -4
MARGIN_CELLS = 17
SLANT = 0.028  # the grid stands slanted against the meridians; the box in degrees has to fit inside
ORIGIN_M = (4_200_000, 3_165_000)
MINIMUM_RESIDENTS, MAXIMUM_RESIDENTS = 1_000, 5_000_000
PARK_INSET_M, POCKET_INSET_M = 18.0, 10.0

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Quarter:
    """One quarter: its id with leading zero, its name and what it looks like."""

    id: str
    name: str
    character: int
    district: str


@dataclass(frozen=True)
class Green:
    """One rectangle of whole cells laid out as green; `kind` says how one gets in.

    open: from all sides; pocket: fenced with gates in the middle of its streets; far_gate: one gate on the far
    side; private: nobody; verge: a strip too small to count.
    """

    name: str
    kind: str
    i0: int
    j0: int
    i1: int
    j1: int

    @property
    def public(self) -> bool:
        """Whether the public may walk in."""
        return self.kind != "private"

    @property
    def inset_m(self) -> float:
        """Distance between street axis and edge. [m]"""
        return POCKET_INSET_M if self.kind == "pocket" else PARK_INSET_M


@dataclass(frozen=True)
class Site:
    """Which municipality the plan is of, and where the origin of its core lies in EPSG:3035. [m]

    prefix : before the numbers of quarters and stops, which are counted within a municipality.
    """

    name: str
    ags: str
    east_m: int
    north_m: int
    prefix: str = ""


MUSTERSTADT = Site(NAMES["city"], "05999000", *ORIGIN_M)


@dataclass(frozen=True)
class Plan:
    """Cells of the whole extent; arrays are indexed [column, row] from the lower-left corner."""

    seed: int
    residents: int
    west: int
    south: int
    use: Ints
    character: Ints
    quarter: Ints
    density: Floats
    quarters: tuple[Quarter, ...]
    greens: tuple[Green, ...]
    slots: tuple[Slot, ...]
    villages: tuple[Village, ...]
    site: Site = MUSTERSTADT

    @property
    def shape(self) -> tuple[int, int]:
        """Columns and rows."""
        return self.use.shape[0], self.use.shape[1]

    @property
    def origin_m(self) -> tuple[int, int]:
        """Lower-left corner of the extent in EPSG:3035. [m]"""
        return self.site.east_m + 100 * self.west, self.site.north_m + 100 * self.south

    def at(self, column: int, row: int) -> tuple[int, int]:
        """Array indices of a place counted from the core's origin."""
        return column - self.west, row - self.south

    def in_core(self, i: Ints, j: Ints) -> npt.NDArray[np.bool_]:
        """Which cells belong to the hand-drawn core."""
        x, y = i + self.west, j + self.south
        return np.asarray((x >= CORE_WEST) & (x < CORE_EAST) & (y >= CORE_SOUTH) & (y < CORE_NORTH))

    def rng(self, topic: int) -> np.random.Generator:
        """Random numbers of one topic, the same for the same seed whatever else is drawn."""
        return np.random.default_rng([self.seed, self.residents, topic])

    def name_of_character(self, quarter: Quarter) -> str:
        """German label of what a quarter looks like."""
        return CHARACTERS[quarter.character].label


def _core_rows() -> list[str]:
    text = (resources.files(__package__) / "core.txt").read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


_CORE_USE = {".": FIELD, "P": PARK, "Q": PARK, "X": FAR_GATE, "F": PRIVATE, "s": SCHOOL, "w": WORKS}
_CORE_USE |= {"=": RAIL, "~": RIVER, "m": SQUARE}
CORE_LETTERS = "AGLENRH"


def _bounds(slots: list[Slot], villages: list[Village]) -> tuple[int, int, int, int]:
    boxes = [(CORE_WEST, CORE_SOUTH, CORE_EAST, CORE_NORTH)]
    boxes += [(s.x0, s.y0, s.x1, s.y1) for s in slots] + [(v.x0, v.y0, v.x1, v.y1) for v in villages]
    low, high = np.min([b[:2] for b in boxes], axis=0), np.max([b[2:] for b in boxes], axis=0)
    margin = MARGIN_CELLS + int(np.ceil(SLANT * (high - low).max() / (1 - 2 * SLANT)))
    low, high = low - margin, high + margin
    return int(low[0]), int(low[1]), int(high[0]), int(high[1])


class _Draft:
    """Arrays while the plan is drawn; `Plan` freezes them."""

    def __init__(self, west: int, south: int, east: int, north: int) -> None:
        shape = (east - west, north - south)
        self.west, self.south = west, south
        self.use = np.full(shape, FIELD, dtype=np.int64)
        self.character = np.full(shape, -1, dtype=np.int64)
        self.quarter = np.full(shape, -1, dtype=np.int64)
        self.density = np.zeros(shape)
        self.greens: list[Green] = []

    def box(self, x0: int, y0: int, x1: int, y1: int) -> tuple[slice, slice]:
        return slice(x0 - self.west, x1 - self.west), slice(y0 - self.south, y1 - self.south)

    def green(self, name: str, kind: str, x0: int, y0: int, x1: int, y1: int) -> None:
        i0, j0 = x0 - self.west, y0 - self.south
        self.greens.append(Green(name, kind, i0, j0, i0 + x1 - x0, j0 + y1 - y0))


def _draw_core(draft: _Draft) -> None:
    draft.use[:, RAIL_ROW - draft.south] = RAIL
    draft.use[RIVER_COLUMN - draft.west, :] = RIVER
    for down, line in enumerate(_core_rows()):
        for right, letter in enumerate(line):
            i, j = CORE_WEST + right - draft.west, CORE_NORTH - 1 - down - draft.south
            if letter in CORE_LETTERS:
                number = CORE_LETTERS.index(letter)
                draft.use[i, j], draft.quarter[i, j] = HOME, number
                draft.character[i, j] = INDEX[NAMES["core"][letter][1]]
            else:
                draft.use[i, j] = _CORE_USE[letter]
    _fill_core_quarters(draft)
    draft.green("Stadtpark", "open", -5, 4, -2, 6)
    draft.green("Lindenanger", "pocket", 2, 5, 3, 6)
    draft.green("Werderpark", "pocket", -9, 2, -8, 3)
    draft.green("Heckenpark", "far_gate", 6, -3, 8, 0)
    draft.green("Werkspark", "private", 2, -4, 4, -3)
    draft.green("Bahngrün", "verge", 1, 0, 3, 1)


def _fill_core_quarters(draft: _Draft) -> None:
    """Cells of the core without homes belong to the quarter of the nearest home on the same side of the railway."""
    x = np.arange(draft.use.shape[0]) + draft.west
    y = np.arange(draft.use.shape[1]) + draft.south
    home_i, home_j = np.nonzero(draft.use == HOME)
    for i, j in np.argwhere((draft.quarter < 0) & np.isin(draft.use, (PARK, SCHOOL, WORKS, SQUARE, FAR_GATE, PRIVATE))):
        same = (y[home_j] > RAIL_ROW) == (y[j] > RAIL_ROW)
        same &= (x[home_i] > RIVER_COLUMN) == (x[i] > RIVER_COLUMN)
        far = np.where(same, (home_i - i) ** 2 + (home_j - j) ** 2, 10**9)
        nearest = int(np.argmin(far))
        draft.quarter[i, j] = draft.quarter[home_i[nearest], home_j[nearest]]
        draft.character[i, j] = draft.character[home_i[nearest], home_j[nearest]]


def _draw_slot(draft: _Draft, slot: Slot, number: int, rng: np.random.Generator) -> None:
    area = draft.box(slot.x0, slot.y0, slot.x1, slot.y1)
    draft.quarter[area], draft.character[area] = number, slot.character
    draft.use[area] = np.where(rng.random(draft.use[area].shape) < 0.03, WORKS, HOME)
    if slot.park:
        width, height = slot.park
        x = int(rng.integers(slot.x0 + 1, max(slot.x0 + 2, slot.x1 - width)))
        y = int(rng.integers(slot.y0 + 1, max(slot.y0 + 2, slot.y1 - height)))
        draft.use[draft.box(x, y, x + width, y + height)] = PARK
        draft.green(slot.park_name, "pocket" if slot.park == (1, 1) else "open", x, y, x + width, y + height)
    _draw_schools(draft, slot)


def _draw_schools(draft: _Draft, slot: Slot) -> None:
    """School grounds near the middle of a quarter, well apart from each other."""
    homes = np.argwhere(draft.use[draft.box(slot.x0, slot.y0, slot.x1, slot.y1)] == HOME)
    middle = np.array([(slot.x1 - slot.x0) / 2 - 0.5, (slot.y1 - slot.y0) / 2 - 0.5])
    order = np.argsort(((homes - middle) ** 2).sum(axis=1), kind="stable")
    chosen: list[npt.NDArray[np.int64]] = []
    for place in order[3:]:
        here = homes[place]
        if len(chosen) < slot.schools and all(np.abs(here - other).max() >= 3 for other in chosen):
            chosen.append(here)
            draft.use[slot.x0 - draft.west + here[0], slot.y0 - draft.south + here[1]] = SCHOOL


def _draw_village(draft: _Draft, village: Village, number: int) -> None:
    area = draft.box(village.x0, village.y0, village.x1, village.y1)
    draft.use[area], draft.quarter[area], draft.character[area] = HOME, number, INDEX["village"]
    x, y = village.green
    draft.use[draft.box(x, y, x + 1, y + 1)] = PARK
    draft.green(f"Dorfanger {village.name}", "pocket", x, y, x + 1, y + 1)


def _fray(draft: _Draft, rng: np.random.Generator) -> None:
    """Some cells at the outskirts stay fields, so that the city has no straight edge."""
    wide = np.pad(draft.use == FIELD, 1)
    open_sides = wide[:-2, 1:-1].astype(int) + wide[2:, 1:-1] + wide[1:-1, :-2] + wide[1:-1, 2:]
    edge = (draft.use == HOME) & (open_sides > 0) & (rng.random(draft.use.shape) < 0.13 * open_sides)
    edge[draft.box(CORE_WEST, CORE_SOUTH, CORE_EAST, CORE_NORTH)] = False
    edge[draft.character == INDEX["village"]] = False
    draft.use[edge] = FIELD


def _density(draft: _Draft, slots: list[Slot], plan_residents: int, rng: np.random.Generator) -> None:
    """Relative residents per cell: character, distance from the centre, and chance."""
    base = np.array([c.density for c in CHARACTERS])
    x = np.arange(draft.use.shape[0])[:, None] + draft.west
    y = np.arange(draft.use.shape[1])[None, :] + draft.south
    reach = max((s.radius for s in slots), default=12.0) + 1.0
    centre = np.clip(1.35 - 0.75 * np.hypot(x, y - 1.0) / reach, 0.6, 1.35) if slots else np.ones((1, 1))
    chance = rng.uniform(0.85, 1.15, draft.use.shape)
    homes = draft.use == HOME
    draft.density[homes] = (base[draft.character] * centre * chance)[homes]
    if plan_residents > 60_000:
        in_core = draft.box(CORE_WEST, CORE_SOUTH, CORE_EAST, CORE_NORTH)
        cap = 85.0 / mean_density(plan_residents)
        draft.density[in_core] = np.minimum(draft.density[in_core], cap)


def build_plan(residents: int, seed: int, site: Site = MUSTERSTADT) -> Plan:
    """The plan of a city of about so many residents.

    Raises
        InputError where the size is outside 1,000 to 5,000,000.
    """
    if not MINIMUM_RESIDENTS <= residents <= MAXIMUM_RESIDENTS:
        raise InputError(
            f"a Musterstadt of {residents} residents cannot be laid out",
            expected=f"{MINIMUM_RESIDENTS} to {MAXIMUM_RESIDENTS} residents",
        )
    rng = np.random.default_rng([seed, residents, 1])
    core = (CORE_WEST, CORE_SOUTH, CORE_EAST, CORE_NORTH)
    slots = choose_slots(residents, core, (RIVER_COLUMN, RAIL_ROW), rng)
    villages = choose_villages(residents, slots, core, rng)
    draft = _Draft(*_bounds(slots, villages))
    _draw_core(draft)
    quarters = [
        Quarter("", NAMES["core"][letter][0], INDEX[NAMES["core"][letter][1]], "Mitte") for letter in CORE_LETTERS
    ]
    for slot in slots:
        _draw_slot(draft, slot, len(quarters), rng)
        quarters.append(Quarter("", slot.name, slot.character, slot.district))
    for village in villages:
        _draw_village(draft, village, len(quarters))
        quarters.append(Quarter("", village.name, INDEX["village"], village.district))
    _fray(draft, rng)
    _density(draft, slots, residents, rng)
    return Plan(
        seed, residents, draft.west, draft.south, draft.use, draft.character, draft.quarter, draft.density,
        _numbered(quarters, site.prefix), tuple(draft.greens), tuple(slots), tuple(villages), site,
    )  # fmt: skip


def _numbered(quarters: list[Quarter], prefix: str) -> tuple[Quarter, ...]:
    """Quarters with ids as statistical offices give them: district and running number, with leading zero."""
    districts = sorted({q.district for q in quarters}, key=lambda name: (name != "Mitte", plain(name)))
    counts = dict.fromkeys(districts, 0)
    numbered = []
    for quarter in quarters:
        counts[quarter.district] += 1
        text = f"{prefix}{districts.index(quarter.district) + 1:02d}{counts[quarter.district]:03d}"
        numbered.append(Quarter(text, quarter.name, quarter.character, quarter.district))
    return tuple(numbered)
