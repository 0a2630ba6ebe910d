"""What the rules of a day leave within reach: no way beyond its radius, nothing of what is closed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from nahraum.access import catchment
from nahraum.access.catchment import Weighted
from nahraum.access.decay import Decay
from nahraum.access.pairs import Pairs
from nahraum.errors import InputError
from nahraum.parameters import Parameters
from nahraum.stress.model import Scenario

if TYPE_CHECKING:
    from nahraum.stress.place import Near

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Shapes = npt.NDArray[np.object_]
_ALL = 2**31 - 1


@dataclass(frozen=True)
class Greens:
    """The greens near the addresses, for days that close some or set a radius.

    pairs : addresses and greens within the distance of the study's standard, in its metric. [dm] decay : of its
    competition. area_m2 : of each green (`pairs.group_ids`); cap_m2 : what one counts at most. closed_m2 : what of each
    is closed, by the kinds that a scenario closes.
    """

    pairs: Pairs
    decay: Decay
    area_m2: Floats
    cap_m2: float
    closed_m2: Mapping[tuple[str, ...], Floats]

    def open_m2(self, closed: tuple[str, ...]) -> Floats:
        """What of each green stays open. [m²]"""
        if not closed:
            return self.area_m2
        if closed not in self.closed_m2:
            raise InputError(
                "greens were prepared without what a scenario closes", where=", ".join(closed),
                expected="closed_m2 of these kinds", fix="near_homes with all scenarios",
            )  # fmt: skip
        return np.maximum(self.area_m2 - self.closed_m2[closed], 0.0)


def limit_dm(scenario: Scenario) -> int:
    """How far one may go, in whole decimetres; the largest number where there is no limit."""
    return _ALL if scenario.radius_m * 10 >= _ALL else int(scenario.radius_m * 10 + 1e-6)


def near_under(near: Near, scenario: Scenario, parameters: Parameters) -> Near:
    """What stands near the addresses when a day's radius and closures hold, as to green.

    Returns
        green_access, green_m2 never larger than without the rules; what is not known stays so.

    Raises
        InputError where a rule asks for greens that were not prepared.

    Notes
        How many share a green stays as on a day without a radius: whoever may not come any more makes no room, so that
        a stricter rule never lets fewer fail. A green of which less than stress.green_left_share stays open is closed.
    """
    if not scenario.limits_ways:
        return near
    if near.greens is None:
        raise InputError(
            f"scenario {scenario.id!r} sets a radius or closures, and the greens were not prepared",
            expected="Near with greens", fix="near_homes with all scenarios",
        )  # fmt: skip
    greens, left = near.greens, parameters.number("stress.green_left_share")
    open_m2 = greens.open_m2(scenario.closed)
    stays = open_m2 >= np.maximum(left * greens.area_m2, 1e-9)
    supply = np.where(stays, np.minimum(open_m2, greens.cap_m2), 0.0)
    order = pd.Index(greens.pairs.origin_ids).get_indexer(pd.Index(near.addresses["address_id"]))
    people = np.zeros(len(greens.pairs.origin_ids))
    people[order[order >= 0]] = near.addresses["residents"].to_numpy(dtype=np.float64)[order >= 0]
    all_pairs = catchment.weighted(greens.pairs, greens.decay)
    ratio = catchment.supply_ratio(supply, catchment.demand_per_group(all_pairs, people))
    shared = catchment.supply_per_origin(reached(all_pairs, scenario), ratio)
    may_go = greens.pairs.only((greens.pairs.cost <= limit_dm(scenario)) & stays[greens.pairs.group])
    any_left = np.diff(may_go.start) > 0
    at, there = np.maximum(order, 0), order >= 0
    m2 = np.minimum(near.green_m2, np.where(there, shared[at], 0.0))
    access = np.where(np.isnan(near.green_access), np.nan, near.green_access * (there & any_left[at]))
    return replace(near, green_access=access, green_m2=m2)


def reached(pairs: Weighted, scenario: Scenario) -> Weighted:
    """The pairs within a day's radius; all of them where there is none."""
    mask = pairs.pairs.cost <= limit_dm(scenario)
    return pairs if mask.all() else Weighted(pairs.pairs.only(mask), pairs.weight[mask])


def within_radius(pairs: Pairs, scenario: Scenario) -> Bools:
    """Whether each origin has any place within a day's radius."""
    return np.asarray(np.diff(pairs.within(limit_dm(scenario)).start) > 0)


def closed_m2(greens: Shapes, kinds: npt.NDArray[np.object_], pieces: Shapes, closed: set[str]) -> Floats:
    """How much of each green is of kinds that are closed; what lies over another piece counts once. [m²]

    Parameters
        greens : polygons. kinds, pieces : mapped open spaces and what each is.
    """
    chosen = pieces[np.isin(kinds, sorted(closed))]
    found = np.zeros(len(greens))
    if not (len(chosen) and len(greens)):
        return found
    green, piece = shapely.STRtree(chosen).query(greens, predicate="intersects")
    order = np.lexsort((piece, green))
    green, piece = green[order], piece[order]
    starts = np.flatnonzero(np.diff(green, prepend=-1))
    for at, members in zip(green[starts], np.split(piece, starts[1:]), strict=True):
        found[at] = shapely.area(shapely.intersection(greens[at], shapely.union_all(chosen[members])))
    return found
