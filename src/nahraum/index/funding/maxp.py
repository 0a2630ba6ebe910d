"""Neighbourhoods where a city has none: as many regions as the floor allows, each alike inside (max-p)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from nahraum.errors import InputError
from nahraum.frames import to_micro
from nahraum.index.funding.borders import neighbour_lists
from nahraum.index.funding.units import Borders, Flags, Units, notes_table
from nahraum.index.people import Floats, Int64

_HOT, _COLD = 3.0, 0.003
_LEAST_STEPS = 500_000


@dataclass(frozen=True)
class Regions:
    """Result of max-p.

    region         id of the region of each unit, by unit_id: that of its lowest unit; '' on islands below the floor
    n_regions      how many
    bound          more cannot be: residents of each connected part ÷ floor, rounded down
    heterogeneity  sum over pairs of units of a region of the absolute differences of their (standardised) values
    notes          code, count, text_de, text_en
    """

    region: pd.Series
    n_regions: int
    bound: int
    heterogeneity: float
    notes: pd.DataFrame


def max_p(
    units: Units, table: pd.DataFrame, floor: float, *, seed: int = 0, trials: int = 60, rounds: int = 12,
    standardise: bool = True,
) -> Regions:  # fmt: skip
    """As many contiguous regions with at least `floor` residents as possible; of those the most alike inside.

    Parameters
        table : indexed by unit_id: `residents`, and columns that shall be alike inside a region (none: size only).
        floor : least residents of a region. [persons]
        trials : spanning trees tried; rounds : steps of annealing per unit, in hundreds (0: none).
        standardise : whether columns are divided by their standard deviation first.

    Returns
        `Regions`; units of a connected part with fewer residents than the floor have no region.

    Raises
        InputError where the table does not fit the units, holds missing or negative residents, or columns that
        are not known everywhere.

    Notes
        Duque, Anselin and Rey (2012): first the number of regions, then the heterogeneity. The number is found by
        cutting random spanning trees from their leaves, which is best possible for each tree; the heterogeneity by
        annealing with moves and exchanges that keep floor and contiguity.

    References
        Duque, J. C., Anselin, L., Rey, S. J. (2012). The max-p-regions problem. Journal of Regional Science 52.
    """
    size, values = _checked(units, table, floor, standardise=standardise)
    label = regions_of(units.borders, size, values, round(floor * 1e6), seed=seed, trials=trials, rounds=rounds)
    parts = _parts(units.borders, len(units))
    people = np.bincount(parts, weights=size / 1e6)
    bound = int(np.floor(people / floor + 1e-9).sum())
    first = pd.Series(units.ids).groupby(label).min()
    names = pd.Series(label).map(first).where(label >= 0, "").to_numpy(dtype=object)
    lost = int((label < 0).sum())
    n = int(label.max()) + 1 if len(label) else 0
    notes = [("max_p_regions", n, f"{n} Gebiete, mehr als {bound} sind bei {floor:g} Einwohnern nicht möglich.",
              f"{n} regions, more than {bound} are not possible with {floor:g} residents each.")]  # fmt: skip
    if lost:
        notes.append(("max_p_islands", lost, f"{lost} Einheiten auf Inseln mit zu wenigen Einwohnern ohne Gebiet.",
                      f"{lost} units on islands with too few residents without a region."))  # fmt: skip
    return Regions(
        region=pd.Series(names, index=pd.Index(units.ids, name="unit_id"), name="region"),
        n_regions=n, bound=bound, heterogeneity=_heterogeneity(label, values), notes=notes_table(notes),
    )  # fmt: skip


def regions_of(
    borders: Borders, size: Int64, values: Floats, floor: int, *, seed: int, trials: int, rounds: int
) -> Int64:
    """Number of the region of each unit (-1: none), regions numbered by their lowest unit.

    Parameters
        size : whole numbers; values : one row per unit, already on one scale.
    """
    from nahraum.index.funding import maxp_kernels as kernels
    from nahraum.index.funding.lots import lots

    n = len(size)
    net = _open_net(borders, n)
    rng = lots(seed)
    best, most, least = np.full(n, -1, dtype=np.int64), -1, np.inf
    above, order, label = (np.empty(n, dtype=np.int64) for _ in range(3))
    for _ in range(trials if n else 0):
        kernels.tree(*net, above, order, rng)
        number = kernels.cut(above, order, size, floor, label)
        if number < most:
            continue
        spread = kernels.heterogeneity(label, values)
        if number > most or spread < least:
            best, most, least = label.copy(), number, spread
    if most > 1 and values.shape[1] and rounds > 0:
        typical = float(np.abs(values - np.median(values, axis=0)).sum(axis=1).mean()) or 1.0
        hot, steps = _HOT * typical * n / most, max(rounds * 100 * n, _LEAST_STEPS)
        best = kernels.anneal(best, net, size, floor, values, steps, hot, _COLD * hot, rng)
    return _by_lowest(best)


def _open_net(borders: Borders, n: int) -> tuple[Int64, Int64]:
    start, other, _, is_open = neighbour_lists(borders, n)
    one = np.repeat(np.arange(n), np.diff(start))[is_open]
    kept = np.zeros(n + 1, dtype=np.int64)
    np.cumsum(np.bincount(one, minlength=n), out=kept[1:])
    return kept, other[is_open]


def _by_lowest(label: Int64) -> Int64:
    known = np.flatnonzero(label >= 0)
    found, first = np.unique(label[known], return_index=True)
    rank = np.full(len(label) + 1, -1, dtype=np.int64)
    rank[found[np.argsort(first, kind="stable")]] = np.arange(len(found))
    return np.where(label >= 0, rank[label], -1)


def _parts(borders: Borders, n: int) -> Int64:
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    use: Flags = borders.is_open
    one, other = borders.first[use], borders.second[use]
    links = coo_array((np.ones(len(one), dtype=np.int8), (one, other)), shape=(n, n))
    return np.asarray(connected_components(links, directed=False)[1], dtype=np.int64)


def _heterogeneity(label: Int64, values: Floats) -> float:
    from nahraum.index.funding import maxp_kernels as kernels

    return float(kernels.heterogeneity(label, values)) if len(label) else 0.0


def _checked(units: Units, table: pd.DataFrame, floor: float, *, standardise: bool) -> tuple[Int64, Floats]:
    problems = []
    if "residents" not in table.columns:
        problems.append("column 'residents' is missing")
    if table.index.has_duplicates or set(table.index) != set(units.ids.tolist()):
        problems.append(f"{len(table)} rows, {len(units)} units: not the same ids, each once")
    if not floor > 0:
        problems.append(f"floor = {floor!r} is not above 0")
    if not problems:
        numbers = table.reindex(pd.Index(units.ids)).to_numpy(dtype=float)
        if not np.isfinite(numbers).all():
            problems.append(f"{int((~np.isfinite(numbers)).any(axis=1).sum())} units have values that are not known")
        if (table["residents"] < 0).any():
            problems.append("residents are negative")
    if problems:
        raise InputError(
            "regions cannot be formed", where=problems,
            expected="one row per unit, indexed by unit_id: residents from 0 on and known values",
            fix="leave units with unknown values to a class of their own, or fill them visibly first",
        )  # fmt: skip
    known = table.reindex(pd.Index(units.ids))
    values = known.drop(columns="residents").to_numpy(dtype=np.float64)
    if standardise and values.size:
        spread = values.std(axis=0)
        values = values / np.where(spread > 0, spread, 1.0)
    return to_micro(known["residents"].to_numpy()), np.ascontiguousarray(values.reshape(len(known), -1))
