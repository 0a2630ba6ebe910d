"""Addresses and places on the network: attached to edges, not to nodes."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from nahraum.errors import InputError
from nahraum.network.attachment import Attachment
from nahraum.network.graph import Network
from nahraum.network.legs import Barriers, Foot, Points, Ways, crosses_barrier, free_foot, no_foot


@dataclass(frozen=True)
class SmallComponents:
    """When a small connected part of the network serves a point, although it leads nowhere else.

    Its ways measure at least `minimum_length_m`, its leg is at least `factor` times shorter than the one to
    the main component, and – where `served` is given – it is one of these (those with places on them).
    """

    minimum_length_m: float
    factor: float
    served: AbstractSet[int] | None = None


def attach_points(
    network: Network,
    points: pd.DataFrame,
    *,
    maximum_leg_m: float,
    small: SmallComponents | None = None,
    barriers: npt.NDArray[np.object_] | None = None,
    across: bool = True,
) -> Attachment:
    """Each point on the nearest way of the main component, or of a small one that really serves it.

    Parameters
        points : `id` (unique), `x_m`, `y_m` in the network's CRS.
        maximum_leg_m : farther away from every way counts as not attached. [m]
        small : rule for small components; without it they serve only points that have no main way near.
        barriers : lines in the network's CRS that a leg should not cross.
        across : whether a leg may cross a barrier where no other way is near enough.

    Returns
        Every point, sorted by id; all are `unreachable` on a network without edges.

    Raises
        InputError where an id repeats or a coordinate is no finite number, or the longest leg is negative or none.

    Notes
        Legs are compared in whole decimetres; ties go to the lowest way id, then the lowest node id.
    """
    points = _checked(points, maximum_leg_m).sort_values("id", kind="stable")
    xy = np.array(points["x_m"], dtype=np.float64), np.array(points["y_m"], dtype=np.float64)
    ways, kinds = Ways.of(network), _kinds(network, small)
    foot, serving, other = ways.nearest(xy, kinds, maximum_leg_m)
    if small is not None:
        serves = (serving.edge >= 0) & (foot.edge >= 0) & (serving.leg_dm * small.factor <= foot.leg_dm)
        foot = serving.where(serves, foot)
    foot = foot.where(foot.edge >= 0, other)
    if barriers is not None and len(barriers):
        foot = _around(ways, foot, xy, (maximum_leg_m, across), Barriers.of(barriers, xy, maximum_leg_m))
    status = np.full(len(points), "ok", dtype=object)
    held = np.flatnonzero(foot.edge >= 0)
    status[held[network.component[network.edge_from[foot.edge[held]]] != 0]] = "other_component"
    status[foot.edge < 0] = "unreachable"
    return Attachment(points["id"].to_numpy(dtype=object), foot.edge, foot.offset_dm, foot.leg_dm, status)


def _checked(points: pd.DataFrame, maximum_leg_m: float) -> pd.DataFrame:
    if not 0 <= maximum_leg_m < np.inf:
        raise InputError("the longest leg must be a number of metres from 0 on", where=f"{maximum_leg_m}")
    repeated = points["id"][points["id"].duplicated()]
    if len(repeated):
        raise InputError("points cannot be attached to the network", where=f"id repeats: {repeated.iloc[0]!r}")
    if not np.isfinite(points[["x_m", "y_m"]].to_numpy(dtype=np.float64)).all():
        raise InputError("points cannot be attached to the network", where="a coordinate is no finite number")
    return points


def _kinds(network: Network, small: SmallComponents | None) -> npt.NDArray[np.int8]:
    """For each connected part: 0 the main one, 1 one that may serve a point besides it, 2 another."""
    length = network.component_length_dm()
    kinds = np.full(max(len(length), int(network.component.max(initial=0)) + 1), 2, dtype=np.int8)
    if small is not None:
        kinds[: len(length)][length >= round(small.minimum_length_m * 10)] = 1
        if small.served is not None:
            kinds[(kinds == 1) & ~np.isin(np.arange(len(kinds)), sorted(small.served))] = 2
    kinds[0] = 0
    return kinds


def _around(ways: Ways, foot: Foot, points: Points, rule: tuple[float, bool], barriers: Barriers) -> Foot:
    """The same feet, but legs that cross a barrier replaced by the nearest leg to the main part that does not."""
    (x_m, y_m), (maximum_leg_m, across), network = points, rule, ways.network
    bad = np.flatnonzero(crosses_barrier(network, foot, points, barriers))
    if not len(bad):
        return foot
    main = network.component[network.edge_from] == 0
    free = free_foot(ways, (x_m[bad], y_m[bad]), main, maximum_leg_m, barriers)
    other = no_foot(len(x_m))
    other.edge[bad], other.offset_dm[bad], other.leg_dm[bad] = free.edge, free.offset_dm, free.leg_dm
    replace = np.zeros(len(x_m), dtype=bool)
    replace[bad] = (free.edge >= 0) | (not across)
    return other.where(replace, foot)
