"""How many lacks meet in one person: Alkire-Foster counting with an absolute k, as intervals where unknown.

`unit_sums` counts people per unit (the residents of a cell, or those of them in one quarter); every later table
is a sum of units. Three of the four lacks are known per address, the internet offer as a share per cell: within
the cell it is open whom the missing offer meets, hence the lower and the upper bound; spread evenly
(independence) it gives the central value. docs/decisions/counting.md derives the formulas.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from nahraum.index.bounds import count_distribution
from nahraum.index.people import APART, LACKS, SHARED, Floats, Int64, People, share_of, sum_micro
from nahraum.tables import PREREQUISITES

N_LACKS = len(PREREQUISITES)
KS = tuple(range(1, N_LACKS + 1))
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class _Known:
    """How much of each group's lacks is certain."""

    none: Floats  # shares with an unknown lack taken as absent
    all: Floats  # shares with an unknown lack taken as present
    sure: Int64  # lacks known to be there
    open: Int64  # lacks known as a share
    unknown: Int64  # lacks not known


def _known(lacks: Floats) -> _Known:
    unknown = np.isnan(lacks)
    none = np.where(unknown, 0.0, lacks)
    return _Known(
        none=none,
        all=np.where(unknown, 1.0, lacks),
        sure=(none == 1.0).sum(axis=1),
        open=((none > 0.0) & (none < 1.0)).sum(axis=1),
        unknown=unknown.sum(axis=1),
    )


def several_determined(lacks: Floats, k: int) -> Bools:
    """Whether "at least k lacks" does not depend on what is unknown: lacks >= k, or lacks + unknown < k."""
    known = _known(lacks)
    return np.asarray((known.unknown == 0) | (known.sure >= k) | (known.sure + known.open + known.unknown < k))


def _count_determined(known: _Known, k: int) -> Bools:
    return np.asarray((known.unknown == 0) | (known.sure + known.open + known.unknown < k))


@dataclass(frozen=True)
class _Levels:
    """What is known of each unit, in millionths of a person: the shared lack only of the cell it is part of."""

    people: Int64  # by their number of other lacks (0..d-1), one column each
    elsewhere: Int64  # people of the same cell in other units
    mass: Int64  # people of the cell, here and elsewhere, without the shared one's offer


def _levels(shares: Floats, micro: Int64, unit: Int64, whole: Int64) -> _Levels:
    """Levels per unit; `whole` is the cell (0..) of each unit."""
    others = np.rint(np.delete(shares, SHARED, axis=1).sum(axis=1)).astype(np.int64)
    people = np.zeros((len(whole), N_LACKS), dtype=np.int64)
    np.add.at(people, (unit, others), micro)
    n_whole = int(whole.max(initial=-1)) + 1
    in_cell = sum_micro(people.sum(axis=1), whole, n_whole)
    without = sum_micro(share_of(micro, shares[:, SHARED]), whole[unit], n_whole)
    return _Levels(people, elsewhere=in_cell[whole] - people.sum(axis=1), mass=without[whole])


def _headcount_bound(levels: _Levels, k: int, *, upper: bool) -> Int64:
    """Fewest or most people with at least k lacks, over all ways to hand out the shared lack in the cell."""
    pivotal = levels.people[:, k - 1]
    rest = levels.people.sum(axis=1) - pivotal + levels.elsewhere
    met = np.minimum(levels.mass, pivotal) if upper else np.maximum(0, levels.mass - rest)
    return np.asarray(levels.people[:, k:].sum(axis=1) + met)


def _count_bound(levels: _Levels, k: int, *, upper: bool) -> Int64:
    """Fewest or most lacks of people with at least k lacks: a lack gains k at the cutoff, 1 above, 0 below."""
    pivotal, above = levels.people[:, k - 1], levels.people[:, k:].sum(axis=1)
    base = (levels.people[:, k:] * np.arange(k, N_LACKS)).sum(axis=1)
    if upper:
        at_cutoff = np.minimum(levels.mass, pivotal)
        beyond = np.minimum(levels.mass - at_cutoff, above)
    else:
        placed = np.maximum(0, levels.mass - levels.elsewhere - levels.people[:, : k - 1].sum(axis=1))
        beyond = np.minimum(placed, above)
        at_cutoff = placed - beyond
    return np.asarray(base + k * at_cutoff + beyond)


def _tail(chance: Floats, k: int) -> tuple[Floats, Floats]:
    """P(count >= k) and E[count; count >= k] of each row of a distribution."""
    counts = np.arange(chance.shape[1])
    return chance[:, k:].sum(axis=1), (chance[:, k:] * counts[k:]).sum(axis=1)


def bound_sums(people: People, unit: Int64, whole: Int64, *, ks: Sequence[int] = KS) -> dict[str, Int64]:
    """The columns `h<k>_min|_max` and `m<k>_min|_max` of `unit_sums`. [millionths of a person]

    Parameters
        unit : number of the unit of each group; whole : number of the cell of each unit, in which the missing
            offer may meet anybody. A unit that is a cell of its own has the bounds of that cell.
    """
    columns: dict[str, Int64] = {}
    known = _known(people.lacks)
    low = _levels(known.none, people.micro, unit, whole)
    high = _levels(known.all, people.micro, unit, whole)
    for k in ks:
        columns[f"h{k}_min"] = _headcount_bound(low, k, upper=False)
        columns[f"h{k}_max"] = _headcount_bound(high, k, upper=True)
        columns[f"m{k}_min"] = _count_bound(low, k, upper=False)
        columns[f"m{k}_max"] = _count_bound(high, k, upper=True)
    return columns


def _central_columns(people: People, known: _Known, unit: Int64, n: int, ks: Sequence[int]) -> dict[str, Int64]:
    columns: dict[str, Int64] = {}
    chance = count_distribution(known.none)
    for k in ks:
        several, count = _tail(chance, k)
        h, m = share_of(people.micro, several), share_of(people.micro, count)
        h_sure, m_sure = several_determined(people.lacks, k), _count_determined(known, k)
        columns[f"h{k}_known"] = sum_micro(h, unit, n)
        columns[f"m{k}_known"] = sum_micro(m, unit, n)
        columns[f"h{k}"] = sum_micro(h * h_sure, unit, n)
        columns[f"m{k}"] = sum_micro(m * h_sure, unit, n)
        columns[f"h{k}_determined"] = sum_micro(people.micro * h_sure, unit, n)
        columns[f"m{k}_determined"] = sum_micro(people.micro * m_sure, unit, n)
    return columns


def _censored_columns(people: People, known: _Known, unit: Int64, n: int, ks: Sequence[int]) -> dict[str, Int64]:
    columns: dict[str, Int64] = {}
    for j, name in enumerate(PREREQUISITES):
        others = count_distribution(np.delete(known.none, j, axis=1))
        for k in ks:
            both = share_of(people.micro, known.none[:, j] * _tail(others, k - 1)[0])
            columns[f"censored{k}_{name}"] = sum_micro(both, unit, n)
    return columns


def unit_sums(
    people: People, unit: Int64, n: int, *, ks: Sequence[int] = KS, parts: bool = True, whole: Int64 | None = None
) -> pd.DataFrame:
    """People per unit, counted in every way the index needs. [millionths of a person]

    Parameters
        people : groups of people; unit : number (0..n-1) of the unit each group belongs to.
        ks : the cutoffs to count for; parts : whether to count by prerequisite, too (`censored...`).
        whole : number of the cell that each unit is a part of; by default a unit is a whole cell.

    Returns
        One row per unit, whole numbers that may be added up over units in any order:
        `judged`; `known_<lack>`, `lacks_<...>` per lack; per k `h<k>_min|_max` people with at least k lacks,
        `h<k>` the same (independence) among the `h<k>_determined` whose class no unknown can change,
        `h<k>_known` with unknown lacks left out; `m<k>...` the number of lacks of the same people,
        `m<k>_determined` those for whom it is certain; `censored<k>_<prerequisite>` people with this lack and
        at least k known lacks.
    """
    return pd.DataFrame(unit_columns(people, unit, n, ks=ks, parts=parts, whole=whole))


def unit_columns(
    people: People, unit: Int64, n: int, *, ks: Sequence[int] = KS, parts: bool = True, whole: Int64 | None = None
) -> dict[str, Int64]:
    """The columns of `unit_sums`, for those who need no table."""
    columns: dict[str, Int64] = {"judged": sum_micro(people.micro, unit, n)}
    every = np.column_stack([people.lacks, people.apart])
    for j, name in enumerate((*LACKS, *APART)):
        columns[f"known_{name}"] = sum_micro(people.micro * ~np.isnan(every[:, j]), unit, n)
        columns[name] = sum_micro(share_of(people.micro, every[:, j]), unit, n)
    known = _known(people.lacks)
    columns |= bound_sums(people, unit, np.arange(n) if whole is None else whole, ks=ks)
    columns |= _central_columns(people, known, unit, n, ks)
    if parts:
        columns |= _censored_columns(people, known, unit, n, ks)
    return columns


Sums = pd.DataFrame | Mapping[str, Int64]
"""Columns of `unit_sums`, as a table or by name."""


def _ratio(top: npt.ArrayLike, bottom: npt.ArrayLike) -> Floats:
    over, below = np.asarray(top, dtype=np.float64), np.asarray(bottom, dtype=np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        values = over / below
    return np.where(below > 0, values, np.nan)


def _central(sums: Sums, measure: str, k: int, *, within: tuple[Floats, Floats], enough: float) -> Floats:
    """Headcount (h) or number of lacks (m) among the people whose class is determined, per person.

    At least what is known of everybody, and within the bounds; NaN where too few are determined.
    """
    name = f"{measure}{k}"
    per = N_LACKS if measure == "m" else 1
    among = _ratio(sums[name], sums[f"h{k}_determined"]) / per
    known = _ratio(sums[f"{name}_known"], sums["judged"]) / per
    shown = _ratio(sums[f"{name}_determined"], sums["judged"]) >= enough
    return np.where(shown, np.clip(np.fmax(among, known), *within), np.nan)


def several_share(sums: pd.DataFrame, k: int, *, enough: float) -> pd.DataFrame:
    """Headcount H: share of judged residents with at least k lacks. [share]

    Parameters
        sums : as `unit_sums`, of any units or sums of them.
        enough : the central value is given where at least this share of residents is determined.

    Returns
        `min`, `central`, `max`, `completeness`; NaN where nobody is judged.

    References
        Alkire, S. & Foster, J. (2011). Counting and multidimensional poverty measurement.
        10.1016/j.jpubeco.2010.11.006
    """
    return pd.DataFrame(several_columns(sums, k, enough=enough), index=sums.index)


def several_columns(sums: Sums, k: int, *, enough: float) -> dict[str, Floats]:
    """The columns of `several_share`, for those who need no table."""
    low, high = _ratio(sums[f"h{k}_min"], sums["judged"]), _ratio(sums[f"h{k}_max"], sums["judged"])
    return {
        "min": low,
        "central": _central(sums, "h", k, within=(low, high), enough=enough),
        "max": high,
        "completeness": _ratio(sums[f"h{k}_determined"], sums["judged"]),
    }


def several_known_share(sums: pd.DataFrame, k: int) -> pd.Series:
    """Share of judged residents with at least k known lacks: at least so many, whatever is unknown. [share]

    Notes
        The figure for comparing places over the same known prerequisites. The internet offer is spread
        evenly within a cell (independence).
    """
    return pd.Series(_ratio(sums[f"h{k}_known"], sums["judged"]), index=sums.index, name="several_known_share")


def m0(sums: pd.DataFrame, k: int, *, enough: float) -> pd.DataFrame:
    """Adjusted headcount M0 = H x A: lacks of people with at least k, per judged resident and of four. [share]

    Returns
        `min`, `central`, `max`; NaN where nobody is judged. The central value is that of the people behind the
        central H (so that M0 = H x A), where the number of lacks is certain for enough of them.
    """
    low = _ratio(sums[f"m{k}_min"], sums["judged"]) / N_LACKS
    high = _ratio(sums[f"m{k}_max"], sums["judged"]) / N_LACKS
    central = _central(sums, "m", k, within=(low, high), enough=enough)
    return pd.DataFrame({"min": low, "central": central, "max": high}, index=sums.index)


def a(sums: pd.DataFrame, k: int, *, enough: float) -> pd.DataFrame:
    """Intensity A = M0 / H: mean share of the four lacks among people with at least k. [share]

    Returns
        `min`, `central`, `max`; NaN where nobody can have k lacks. The interval is safe, not the narrowest:
        it lets H and M0 take their extremes at once.
    """
    heads, counts = several_share(sums, k, enough=enough), m0(sums, k, enough=enough)
    possible = (heads["max"] > 0).to_numpy()
    low = np.fmax(k / N_LACKS, _ratio(counts["min"], heads["max"]))
    high = np.fmin(1.0, _ratio(counts["max"], heads["min"]))
    exact = (heads["min"] == heads["max"]) & (counts["min"] == counts["max"])
    central = np.clip(_ratio(counts["central"], heads["central"]), low, high)
    table = {"min": np.where(exact, central, low), "central": central, "max": np.where(exact, central, high)}
    return pd.DataFrame(table, index=sums.index).where(np.repeat(possible[:, None], 3, axis=1))


def censored_share(sums: pd.DataFrame, k: int) -> pd.DataFrame:
    """Censored headcounts: share of judged residents with this lack and at least k known lacks. [share]"""
    table = {name: _ratio(sums[f"censored{k}_{name}"], sums["judged"]) for name in PREREQUISITES}
    return pd.DataFrame(table, index=sums.index)


def contribution(sums: pd.DataFrame, k: int) -> pd.DataFrame:
    """Share of each prerequisite in M0 over the known lacks; adds up to 1, NaN where M0 is 0. [share]"""
    censored = sums[[f"censored{k}_{name}" for name in PREREQUISITES]]
    total = censored.sum(axis=1)
    table = {name: _ratio(sums[f"censored{k}_{name}"], total) for name in PREREQUISITES}
    return pd.DataFrame(table, index=sums.index)


def classify(low: npt.ArrayLike, high: npt.ArrayLike, *, majority: float) -> npt.NDArray[np.object_]:
    """Class of a place: `lacking` where at least the majority has k lacks for sure, `not_lacking` where it
    cannot have them, else `undetermined` (also where nobody is judged)."""
    least, most = np.asarray(low, dtype=np.float64), np.asarray(high, dtype=np.float64)
    words = np.select([least >= majority, most < majority], ["lacking", "not_lacking"], "undetermined")
    return np.asarray(words.astype(object))
