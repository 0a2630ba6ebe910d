"""The coarse plan: which quarters grow around the old core, how dense, with which centre and which park."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from nahraum.musterstadt.characters import CHARACTERS, INDEX, NAMES

CORE_HOMES = 60
HOME_SHARE = 0.82
AMPLE_M2_PER_RESIDENT = 8.5

# shares of characters by distance from the centre (inner, middle, outer third of the radius)
_RINGS: tuple[dict[str, float], ...] = (
    {"perimeter_block": 0.55, "row_estate": 0.20, "new_build": 0.15, "tower_estate": 0.10},
    {"perimeter_block": 0.15, "row_estate": 0.28, "garden_suburb": 0.22, "tower_estate": 0.15, "new_build": 0.10,
     "detached": 0.10},
    {"detached": 0.38, "garden_suburb": 0.22, "tower_estate": 0.14, "new_build": 0.10, "row_estate": 0.10,
     "village": 0.06},
)  # fmt: skip
_DISTRICTS = ("Ost", "Nordost", "Nord", "Nordwest", "West", "Südwest", "Süd", "Südost")


@dataclass(frozen=True)
class Slot:
    """One generic quarter: the rectangle of cells, counted from the core's origin, and its programme.

    level: 2 = all services, 1 = a food shop only, 0 = none; park: width and height in cells, or None.
    """

    x0: int
    y0: int
    x1: int
    y1: int
    radius: float
    character: int
    name: str
    district: str
    level: int
    park: tuple[int, int] | None
    park_name: str
    schools: int = 0

    @property
    def cells(self) -> int:
        """Number of cells."""
        return (self.x1 - self.x0) * (self.y1 - self.y0)


@dataclass(frozen=True)
class Village:
    """A village outside the city with its green."""

    x0: int
    y0: int
    x1: int
    y1: int
    green: tuple[int, int]
    name: str
    district: str


def mean_density(residents: int) -> float:
    """Residents per inhabited cell: small towns are loose, large cities dense. [persons per cell]"""
    size = np.log10(residents)
    return float(np.interp(size, [3.0, 3.7, 4.3, 5.0, 6.0, 6.7], [15.5, 28.0, 40.0, 50.0, 65.0, 80.0]))


def slot_size(residents: int) -> int:
    """Edge of a generic quarter. [cells]"""
    return int(np.interp(residents, [5_000, 20_000, 100_000, 1_000_000], [5, 6, 7, 8]))


def _parts(low: int, high: int, size: int) -> list[tuple[int, int]]:
    number = max(1, round((high - low) / size))
    edges = np.linspace(low, high, number + 1).round().astype(int)
    return [(int(a), int(b)) for a, b in pairwise(edges)]


def axis_parts(low: int, split: int, high: int, size: int, beyond: int) -> list[tuple[int, int]]:
    """Stretches of one axis: the core's, cut at its corridor, and `beyond` more on either side."""
    parts = [(low - size * (k + 1), low - size * k) for k in range(beyond)][::-1]
    parts += _parts(low, split, size) + _parts(split + 1, high, size)
    return parts + [(high + size * k, high + size * (k + 1)) for k in range(beyond)]


def _candidates(residents: int, core: tuple[int, int, int, int], corridors: tuple[int, int]) -> list[Slot]:
    size = slot_size(residents)
    wanted = residents / (HOME_SHARE * mean_density(residents) * size * size)
    beyond = int(np.ceil(np.sqrt(wanted) * 0.75)) + 2
    columns = axis_parts(core[0], corridors[0], core[2], size, beyond)
    rows = axis_parts(core[1], corridors[1], core[3], size, beyond)
    found = []
    for x0, x1 in columns:
        for y0, y1 in rows:
            if x0 >= core[0] and x1 <= core[2] and y0 >= core[1] and y1 <= core[3]:
                continue
            radius = float(np.hypot((x0 + x1) / 2, (y0 + y1) / 2 - 1.0))
            found.append(Slot(x0, y0, x1, y1, radius, 0, "", "", 0, None, ""))
    return found


def _programme(slot: Slot, rank: float, density: float, rng: np.random.Generator) -> Slot:
    """Character, centre and park of one quarter; `rank` is its distance from the centre, 0..1."""
    ring = _RINGS[min(2, int(rank * 3))]
    character = INDEX[str(rng.choice(list(ring), p=list(ring.values())))]
    level = int(rng.choice([2, 1, 0], p=[0.45, 0.20, 0.35] if rank < 0.6 else [0.34, 0.18, 0.48]))
    choice = rng.random()
    here = density * CHARACTERS[character].density * float(np.clip(1.35 - 0.75 * rank, 0.6, 1.35))
    park: tuple[int, int] | None = None
    if choice < 0.58:
        for park in ((2, 2), (3, 2), (3, 3), (4, 3)):
            reached = (park[0] + 9.0) * (park[1] + 9.0) - 40.0 - park[0] * park[1]
            area = (100 * park[0] - 36) * (100 * park[1] - 36)
            if area >= 1.3 * AMPLE_M2_PER_RESIDENT * reached * HOME_SHARE * here:
                break
    elif choice < 0.72 and here > 38.0:
        park = (1, 1)
    width, height = slot.x1 - slot.x0, slot.y1 - slot.y0
    if park and (park[0] > width - 2 or park[1] > height - 2):
        park = (2, 2) if min(width, height) >= 4 else None
    angle = np.arctan2((slot.y0 + slot.y1) / 2 - 1.0, (slot.x0 + slot.x1) / 2)
    district = _DISTRICTS[round(float(angle) / (np.pi / 4)) % 8] if rank > 0.35 else "Mitte"
    return replace(slot, character=character, level=level, park=park, district=district)


def _named(slots: list[Slot], rng: np.random.Generator) -> list[Slot]:
    """Each quarter gets a name of its own: typical ones first, then built from syllables."""
    pools = {c: list(rng.permutation(names)) for c, names in NAMES["quarters"].items() if c in INDEX}
    heads, tails = NAMES["quarters"]["heads"], NAMES["quarters"]["tails"]
    built = [f"{heads[k // len(tails)]}{tails[k % len(tails)]}" for k in range(len(heads) * len(tails))]
    built = list(rng.permutation(built))
    parks = NAMES["places"]["parks"]
    named: list[Slot] = []
    for slot in slots:
        pool = pools.get(CHARACTERS[slot.character].id) or built
        name = str(pool.pop()) if pool else f"Siedlung {len(named) + 1}"
        kind = str(rng.choice(NAMES["places"]["pockets"] if slot.park == (1, 1) else parks))
        named.append(replace(slot, name=name, park_name=f"{kind} {name}" if slot.park else ""))
    return named


def _enough_centres(slots: list[Slot]) -> list[Slot]:
    """At least a third of the quarters, and the first of all, have a centre with all services."""
    full = [s.level == 2 for s in slots]
    full[0] = True
    for number in range(0, len(slots), 2):
        if sum(full) * 3 < len(slots):
            full[number] = True
    return [replace(s, level=2 if is_full else s.level) for s, is_full in zip(slots, full, strict=True)]


def _with_schools(slots: list[Slot], residents: int) -> list[Slot]:
    wanted, full = int(np.ceil(0.20 * residents / 1000)), [s for s in slots if s.level == 2]
    each = max(1, int(np.ceil(wanted / len(full))))
    return [replace(s, schools=each if s.level == 2 else 0) for s in slots]


def choose_slots(
    residents: int, core: tuple[int, int, int, int], corridors: tuple[int, int], rng: np.random.Generator
) -> list[Slot]:
    """As many quarters around the core as the residents need, nearest first."""
    density = mean_density(residents)
    open_residents = residents - (CORE_HOMES + 5) * density
    if open_residents <= 0:
        return []
    candidates = _candidates(residents, core, corridors)
    radius = np.array([s.radius for s in candidates]) + rng.uniform(0.0, 0.5 * slot_size(residents), len(candidates))
    order = np.argsort(radius, kind="stable")
    cells = np.cumsum([candidates[k].cells for k in order]) * HOME_SHARE * density
    number = min(len(order), int(np.searchsorted(cells, open_residents)) + 1)
    chosen = [candidates[k] for k in order[:number]]
    reach = max(s.radius for s in chosen) + 1.0
    slots = _named([_programme(s, s.radius / reach, density, rng) for s in chosen], rng)
    return _with_schools(_enough_centres(slots), residents)


def choose_villages(
    residents: int, slots: list[Slot], core: tuple[int, int, int, int], rng: np.random.Generator
) -> list[Village]:
    """Villages a good kilometre outside the city, on the roads that leave it."""
    names = list(rng.permutation(NAMES["quarters"]["outlying"]))
    east = max([s.x1 for s in slots if s.y0 <= 4 <= s.y1] + [6])
    west = min([s.x0 for s in slots if s.y0 <= 4 <= s.y1] + [core[0]])
    north = max([s.y1 for s in slots if s.x0 <= 1 <= s.x1] + [core[3]])
    gap = 11
    villages = [Village(east + gap, 3, east + gap + 3, 5, (east + gap + 1, 4), str(names[0]), "Ost")]
    if residents >= 15_000:
        villages.append(Village(west - gap - 3, 3, west - gap, 5, (west - gap - 2, 4), str(names[1]), "West"))
    if residents >= 100_000:
        villages.append(Village(0, north + gap, 2, north + gap + 3, (0, north + gap + 1), str(names[2]), "Nord"))
    return villages
