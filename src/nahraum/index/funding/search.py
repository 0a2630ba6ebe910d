"""From a task to areas: starts, joined must-haves, one proposal after the other, the ladder of sizes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from nahraum.errors import InputError
from nahraum.index.funding.borders import neighbour_lists
from nahraum.index.funding.limits import Limits, Task
from nahraum.index.funding.units import Flags
from nahraum.index.people import Floats, Int64

Marks = npt.NDArray[np.uint8]
_RIM_SHARE = 0.2


@dataclass(frozen=True)
class Ground:
    """What the kernels need of the units, made once for all runs; see `kernels`."""

    net: tuple[Int64, Int64, Int64, Flags, Int64]
    rim: Marks
    fixed: Marks
    may: Marks


@dataclass(frozen=True)
class Effort:
    """How long is searched (starts per proposal, times it is broken open), and what is worth naming.

    minimum_recall : least share of the city's need; minimum_lift : least share in need, in times that of the city.
    """

    starts: int
    shakes: int
    candidates: int
    minimum_recall: float
    minimum_lift: float


@dataclass(frozen=True)
class Found:
    """One area: its units (0, 1), how far it misses a limit (0: kept), its objective."""

    inside: Marks
    missed: float
    objective: float


def ground_of(task: Task) -> Ground:
    """The task's units as the kernels take them, with must-haves joined to one piece.

    Raises
        InputError where must-haves are parted by barriers or units that must not be taken, or where joining them
        breaks a limit.
    """
    units, borders = task.units, task.units.borders
    net = (*neighbour_lists(borders, len(units)), units.outer_mm)
    shared = np.zeros(len(units), dtype=np.int64)
    np.add.at(shared, borders.first, borders.shared_mm)
    np.add.at(shared, borders.second, borders.shared_mm)
    free = units.outer_mm - shared
    rim = free > (units.outer_mm * _RIM_SHARE if units.gap_m else 1000)
    fixed = np.zeros(len(units), dtype=np.uint8)
    fixed[_joined(task, net)] = 1
    return Ground(net, rim.astype(np.uint8), fixed, task.allowed.astype(np.uint8))


def _joined(task: Task, net: tuple[Int64, Int64, Int64, Flags, Int64]) -> Int64:
    """The must-haves and the least ground that joins them, one after the other the nearest."""
    if len(task.must) < 2:
        return task.must
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import dijkstra

    start, other, _, is_open, _ = net
    one = np.repeat(np.arange(len(task.units)), np.diff(start))
    use = is_open & task.allowed[one] & task.allowed[other]
    cost = task.ground_cm2[other[use]] / 1e8 + 1e-6
    graph = csr_array((cost, (one[use], other[use])), shape=(len(task.units),) * 2)
    taken, rest = [int(task.must[0])], [int(unit) for unit in task.must[1:]]
    while rest:
        far, before, _ = dijkstra(graph, indices=taken, return_predecessors=True, min_only=True)
        near = min(rest, key=lambda unit: (far[unit], unit))
        if not np.isfinite(far[near]):
            raise InputError(
                "must-haves cannot be joined to one area",
                where=f"{task.units.ids[near]!r} is parted from {task.units.ids[taken[0]]!r}",
                expected="must-haves on one side of rail, motorway and water, not surrounded by what must not be taken",
                fix='declare a crossing (action "crossing" in [sources.funding_edits]), or plan two areas',
            )
        while near not in taken:
            taken.append(near)
            near = int(before[near])
        rest = [unit for unit in rest if unit not in taken]
    return _kept(task, np.array(sorted(taken), dtype=np.int64))


def _kept(task: Task, joined: Int64) -> Int64:
    people, ground = task.residents[joined].sum() / 1e6, task.ground_cm2[joined].sum() / 1e8
    limits = task.limits
    if people > limits.maximum_residents or ground > limits.maximum_hectares:
        raise InputError(
            "must-haves and the ground between them exceed the limits",
            where=f"{people:.0f} residents on {ground:.1f} ha in {len(joined)} units",
            expected=f"at most {limits.maximum_residents:g} residents and {limits.maximum_hectares:g} ha",
            fix="plan two areas, or change [parameters] funding_areas.maximum_*",
        )
    return joined


def values_of(task: Task, people: Floats) -> Int64:
    """Columns of the kernels for one number of people in need per unit. [see `kernels`]"""
    micro = np.rint(people * 1e6).astype(np.int64)
    need = np.rint(people * task.weight * 1e6).astype(np.int64)
    columns = [task.residents, task.judged, micro, need, task.ground_cm2, task.units.outer_mm]
    return np.ascontiguousarray(np.column_stack(columns).astype(np.int64))


def starts_of(ground: Ground, values: Int64, may: Marks, count: int) -> Int64:
    """Units to start from: highest need per hectare with the open neighbours; first those that are no neighbours.

    Ties go to the lower unit.
    """
    start, other, _, is_open, _ = ground.net
    one = np.repeat(np.arange(len(values)), np.diff(start))
    use = is_open & (may[other] > 0)
    need, area = values[:, 3].copy(), values[:, 4].copy()
    np.add.at(need, one[use], values[other[use], 3])
    np.add.at(area, one[use], values[other[use], 4])
    density = need / np.maximum(area, 1)
    wanted = np.flatnonzero((may > 0) & (values[:, 3] > 0))
    apart: list[int] = []
    beside: list[int] = []
    near = np.zeros(len(values), dtype=bool)
    for unit in wanted[np.argsort(-density[wanted], kind="stable")].tolist():
        if len(apart) >= count:
            break
        (beside if near[unit] else apart).append(unit)
        if not near[unit]:
            rows = slice(start[unit], start[unit + 1])
            near[other[rows][is_open[rows]]] = True
    return np.array((apart + beside)[:count], dtype=np.int64)


def one_area(
    ground: Ground, values: Int64, limits: Limits, *, may: Marks, starts: Int64, shakes: int, seed: int,
    fixed: Marks | None = None, warm: Marks | None = None,
) -> Found | None:  # fmt: skip
    """The best area from these starts (and from a `warm` one that is improved); None where nothing may be taken."""
    from nahraum.index.funding import kernels

    nothing = np.zeros_like(may)
    held, first = (nothing if marks is None else marks for marks in (fixed, warm))
    if not len(starts) and not first.any():
        return None
    inside, missed, objective = kernels.search(
        starts, may, held, first, ground.rim, ground.net, values, limits.packed(), shakes, seed
    )
    return None if objective < 0 else Found(inside, float(missed), float(objective))


def proposals(
    ground: Ground, values: Int64, limits: Limits, effort: Effort, *, seed: int, seeds: Sequence[int] = (),
    warm: Sequence[Marks] = (),
) -> list[Found]:  # fmt: skip
    """Areas that do not overlap, the best first; must-haves lie in the first.

    Parameters
        seeds : units to start from, before those of highest need density.
        warm : areas of an earlier search, improved for these values beside the new ones.

    Notes
        An area that misses a limit is no proposal; nor is one with too little of the city's need, or with a share in
        need like that of the city. The next one is looked for without the ground of those before.
    """
    may, fixed = ground.may.copy(), ground.fixed
    found: list[Found] = []
    for number in range(effort.candidates):
        held = fixed if number == 0 and fixed.any() else None
        given = np.array([unit for unit in seeds if may[unit]], dtype=np.int64)
        starts = np.concatenate([given, starts_of(ground, values, may, effort.starts)])
        if held is not None:
            starts = np.flatnonzero(fixed)[:1].astype(np.int64)
        known = warm[number] * may if number < len(warm) and held is None else None
        area = one_area(
            ground, values, limits, may=may, starts=starts, shakes=effort.shakes, seed=seed + number, fixed=held,
            warm=known,
        )  # fmt: skip
        if area is None or area.missed > 0:
            break
        if held is None and not _worth_naming(values, area, effort):
            break
        found.append(area)
        may[area.inside > 0] = 0
    return found


def _worth_naming(values: Int64, area: Found, effort: Effort) -> bool:
    """Whether enough of the city's need lies in an area, and more densely than in the city.

    Where most of the city is in need no area can have so many times its share: half of the way to all is enough.
    """
    whole, part = values.sum(axis=0), values[area.inside > 0].sum(axis=0)
    if whole[3] <= 0 or part[1] <= 0 or part[3] < effort.minimum_recall * whole[3]:
        return False
    share, city = part[2] / part[1], whole[2] / whole[1]
    return bool(share >= min(effort.minimum_lift * city, (1 + city) / 2) - 1e-12)


def ladder(
    ground: Ground, values: Int64, limits: Limits, effort: Effort, *, sizes: Sequence[float], fill: float, seed: int
) -> list[tuple[float, Found]]:
    """The best single area of each size; sizes without one are left out."""
    found: list[tuple[float, Found]] = []
    held = ground.fixed if ground.fixed.any() else None
    starts = starts_of(ground, values, ground.may, effort.starts)
    if held is not None:
        starts = np.flatnonzero(ground.fixed)[:1].astype(np.int64)
    for size in sorted(float(size) for size in sizes):
        step = limits.of_size(size, fill)
        if held is not None and values[held > 0, 0].sum() > size * 1e6:
            continue
        area = one_area(
            ground, values, step, may=ground.may, starts=starts, shakes=effort.shakes, seed=seed, fixed=held
        )
        if area is not None and area.missed <= 0:
            found.append((size, area))
    return found
