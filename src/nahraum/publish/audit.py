"""The differencing audit: what published areas of several kinds tell together about the few persons between them.

Cells, quarters, districts, locations and drawn areas lie over one another. The attacker knows how they overlap and how
many persons each published one has; every sum and difference of them is a statement about the pieces into which all
of them together cut the city. A piece with 1..k-1 persons must not be bounded below k.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from nahraum.errors import NahraumError
from nahraum.publish.attacker import TOLERANCE, Numbers, intervals, possible

Ids = npt.NDArray[np.object_]
_COLUMNS = ("piece", "persons", "low", "high", "areas")


@dataclass(frozen=True)
class Zones:
    """One kind of areas, as published.

    name : what they are called (cells, quarters, …).
    zone_of : the area in which each base unit lies, "" for none.
    spans : for each area whose persons are published, the least and the most that the figure may stand for.
    """

    name: str
    zone_of: Ids
    spans: Mapping[str, tuple[float, float]]


@dataclass(frozen=True)
class _Pieces:
    """The pieces that all kinds of areas together make of the base units, with the sums that are published."""

    persons: Numbers
    zones: pd.DataFrame
    published: list[tuple[str, str, npt.NDArray[np.int64]]]


def exact(values: pd.Series) -> dict[str, tuple[float, float]]:
    """Spans of figures that are published as they are; what is NaN is not published."""
    return {str(zone): (float(value), float(value)) for zone, value in values.items() if value == value}


def rounded(values: pd.Series, step: float) -> dict[str, tuple[float, float]]:
    """Spans of figures that are published as multiples of a step."""
    half = step / 2
    return {str(z): (max(0.0, float(v) - half), float(v) + half) for z, v in values.items() if v == v}


def _pieces(systems: Sequence[Zones], persons: Numbers) -> _Pieces:
    lying = pd.DataFrame({system.name: pd.Series(system.zone_of).astype(str) for system in systems})
    names = list(lying.columns)
    added = lying.assign(persons=persons).groupby(names, sort=True, as_index=False)["persons"].sum()
    inhabited = added[added["persons"] > TOLERANCE].reset_index(drop=True)
    published = []
    for system in systems:
        rows = inhabited.groupby(system.name, sort=True).indices
        published += [(system.name, str(z), np.asarray(rows[z], np.int64)) for z in rows if z and z in system.spans]
    return _Pieces(inhabited["persons"].to_numpy(np.float64), inhabited[names], published)


def differences(systems: Sequence[Zones], persons: npt.ArrayLike, minimum: int) -> pd.DataFrame:
    """Pieces of 1..k-1 persons that follow from the published areas.

    Parameters
        systems : every kind of areas that is published, on the same base units.
        persons : of each base unit.
        minimum : k.

    Returns
        piece (number), persons, low and high as an attacker finds them, areas that it lies in. Empty where nothing
        can be worked out.

    Notes
        All differences of unions at once: piece by piece the largest number that agrees with every published figure,
        by linear programming. A union of pieces with fewer than k persons would bound each of them below k, so that
        single pieces are enough. Figures published exactly leave parts of the city that know nothing of one another.
    """
    from scipy.sparse import csr_matrix

    pieces = _pieces(systems, np.asarray(persons, dtype=np.float64))
    n, sums = len(pieces.persons), pieces.published
    span_of = {system.name: system.spans for system in systems}
    triples = [(row, column) for row, (_, _, columns) in enumerate(sums) for column in columns]
    rows = np.array([row for row, _ in triples] + list(range(len(sums))), dtype=np.int64)
    columns = np.array([column for _, column in triples] + list(range(n, n + len(sums))), dtype=np.int64)
    signs = np.concatenate([np.ones(len(triples)), -np.ones(len(sums))])
    relations = csr_matrix((signs, (rows, columns)), shape=(len(sums), n + len(sums)))
    truth = np.concatenate([pieces.persons, [pieces.persons[c].sum() for _, _, c in sums]])
    spans = np.array([span_of[name][zone] for name, zone, _ in sums], dtype=np.float64).reshape(-1, 2)
    top = 2.0 * pieces.persons.sum() + minimum
    low = np.concatenate([np.zeros(n), np.minimum(spans[:, 0], truth[n:])])
    high = np.concatenate([np.full(n, top), np.maximum(spans[:, 1], truth[n:])])
    small = np.flatnonzero(pieces.persons < minimum - TOLERANCE).astype(np.int64)
    need = np.full(len(truth), float(minimum))
    least, most = possible(relations, (low, high), truth, targets=small, need=need)
    found = small[most[small] < minimum - TOLERANCE]
    least, most = intervals(relations, low, high, targets=found) if len(found) else (least, most)
    found = found[most[found] < minimum - TOLERANCE]
    return pd.DataFrame(
        {
            "piece": found, "persons": pieces.persons[found], "low": least[found], "high": most[found],
            "areas": [_named(pieces.zones.iloc[at]) for at in found],
        },
        columns=list(_COLUMNS),
    )  # fmt: skip


def _named(row: pd.Series) -> str:
    return "; ".join(f"{name} {zone or '–'}" for name, zone in row.items())


def refuse_differences(found: pd.DataFrame, minimum: int) -> None:
    """An error where published areas tell of fewer than k persons, which names the areas.

    Raises
        NahraumError in four parts.
    """
    if not len(found):
        return
    raise NahraumError(
        f"{len(found)} parts of areas with fewer than {minimum} persons follow from what is published together",
        where=[f"{row.areas}: between {row.low:g} and {row.high:g} persons" for row in found.head(3).itertuples()],
        expected=f"nobody, or {minimum} persons and more, between the borders of two kinds of areas",
        fix="draw the borders along those of the other areas, publish one kind of areas only, or hold a row back",
    )


def held_areas(
    systems: Sequence[Zones], persons: npt.ArrayLike, minimum: int, *, may_go: Sequence[str]
) -> dict[str, frozenset[str]]:
    """Areas whose persons must be held back so that no small piece follows from the others.

    Parameters
        may_go : kinds of areas of which some may be held back, the least important first.

    Returns
        areas to hold back by kind. The smallest area of the least important kind around a piece goes first.

    Raises
        NahraumError where pieces remain that only areas of the other kinds tell.
    """
    persons = np.asarray(persons, dtype=np.float64)
    may_go = [name for name in may_go if name in {system.name for system in systems}]
    open_now = {system.name: dict(system.spans) for system in systems}
    size = {s.name: pd.Series(persons).groupby(pd.Series(s.zone_of).astype(str)).sum() for s in systems}
    gone: dict[str, set[str]] = {name: set() for name in may_go}
    while True:
        shown = [Zones(system.name, system.zone_of, open_now[system.name]) for system in systems]
        found, lying = differences(shown, persons, minimum), _pieces(shown, persons).zones
        if not len(found):
            return {name: frozenset(zones) for name, zones in gone.items() if zones}
        before = sum(map(len, gone.values()))
        for at in found["piece"]:
            row = lying.iloc[int(at)]
            around = [(name, row[name]) for name in may_go if row[name] in open_now[name]]
            if around and not any(row[name] in gone[name] for name in may_go):
                name, zone = around[0]
                gone[name].add(zone)
                del open_now[name][zone]
        if sum(map(len, gone.values())) == before and not _beside(found, lying, open_now, gone, (may_go, size)):
            refuse_differences(found, minimum)


def _beside(
    found: pd.DataFrame,
    lying: pd.DataFrame,
    open_now: dict[str, dict[str, tuple[float, float]]],
    gone: dict[str, set[str]],
    how: tuple[Sequence[str], Mapping[str, pd.Series]],
) -> bool:
    """Holds back the smallest open area that lies in one larger area with the first piece; False without one."""
    may_go, size = how
    row = lying.iloc[int(found["piece"].iloc[0])]
    for name in may_go:
        with_it = np.zeros(len(lying), dtype=np.bool_)
        for other in lying.columns:
            if other != name and row[other]:
                with_it |= (lying[other] == row[other]).to_numpy()
        near = sorted({z for z in lying.loc[with_it, name] if z in open_now[name]}, key=lambda z: (size[name][z], z))
        if near:
            gone[name].add(near[0])
            del open_now[name][near[0]]
            return True
    return False
