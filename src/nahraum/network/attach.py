"""Addresses and places on the network: attached to edges, not to nodes."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from nahraum.errors import InputError
from nahraum.network.graph import Int64, Network
from nahraum.network.legs import Foot, Ways, crosses_barrier, free_foot, nearest_foot, no_foot

ATTACHMENT_STATUSES = ("ok", "other_component", "unreachable")


@dataclass(frozen=True)
class Attachment:
    """Points on edges, sorted by id.

    `edge` is -1 where no way is near enough; `offset_dm` is counted from the edge's first node; `leg_dm` is the
    straight way from the point to the edge. `status`: ok (main component), other_component, unreachable.
    """

    id: npt.NDArray[np.object_]
    edge: Int64
    offset_dm: Int64
    leg_dm: Int64
    status: npt.NDArray[np.object_]

    def take(self, mask: npt.NDArray[np.bool_ | np.int64]) -> Attachment:
        """Only the points where the mask holds, or at these positions."""
        return Attachment(self.id[mask], self.edge[mask], self.offset_dm[mask], self.leg_dm[mask], self.status[mask])

    def of(self, ids: npt.NDArray[np.object_]) -> Attachment:
        """Only the points with these ids."""
        return self.take(np.asarray(pd.Index(self.id, dtype=object).isin(ids)))

    def attached(self) -> Attachment:
        """Only the points that meet a way."""
        return self.take(self.edge >= 0)

    def components(self, network: Network) -> frozenset[int]:
        """Connected parts of the network that hold at least one of the points."""
        return frozenset(np.unique(network.component[network.edge_from[self.edge[self.edge >= 0]]]).tolist())

    def counts(self) -> dict[str, int]:
        """How many points have which status."""
        return {status: int((self.status == status).sum()) for status in ATTACHMENT_STATUSES}


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

    Raises
        InputError where an id repeats or a coordinate is no number.

    Notes
        Legs are compared in whole decimetres; ties go to the lowest way id, then the lowest node id.
    """
    points = _checked(points).sort_values("id", kind="stable")
    x_m, y_m = points["x_m"].to_numpy(dtype=np.float64), points["y_m"].to_numpy(dtype=np.float64)
    label = network.component[network.edge_from]
    main = Ways.of(network, np.flatnonzero(label == 0))
    foot = nearest_foot(main, x_m, y_m, maximum_leg_m)
    if small is not None:
        chosen = nearest_foot(
            Ways.of(network, np.flatnonzero(_qualified(network, small)[label])), x_m, y_m, maximum_leg_m
        )
        serves = (chosen.edge >= 0) & (foot.edge >= 0) & (chosen.leg_dm * small.factor <= foot.leg_dm)
        foot = chosen.where(serves, foot)
    if (foot.edge < 0).any():
        others = Ways.of(network, np.flatnonzero(label != 0))
        foot = foot.where(foot.edge >= 0, nearest_foot(others, x_m, y_m, maximum_leg_m))
    if barriers is not None and len(barriers):
        foot = _around(main, foot, (x_m, y_m), (maximum_leg_m, across), shapely.STRtree(barriers))
    status = np.full(len(points), "ok", dtype=object)
    status[(foot.edge >= 0) & (label[foot.edge] != 0)] = "other_component"
    status[foot.edge < 0] = "unreachable"
    return Attachment(points["id"].to_numpy(dtype=object), foot.edge, foot.offset_dm, foot.leg_dm, status)


def _checked(points: pd.DataFrame) -> pd.DataFrame:
    repeated = points["id"][points["id"].duplicated()]
    if len(repeated):
        raise InputError("points cannot be attached to the network", where=f"id repeats: {repeated.iloc[0]!r}")
    if not np.isfinite(points[["x_m", "y_m"]].to_numpy(dtype=np.float64)).all():
        raise InputError("points cannot be attached to the network", where="a coordinate is no finite number")
    return points


def _qualified(network: Network, small: SmallComponents) -> npt.NDArray[np.bool_]:
    """For each connected part whether it may serve a point besides the main one."""
    qualified = network.component_length_dm() >= round(small.minimum_length_m * 10)
    if small.served is not None:
        qualified &= np.isin(np.arange(len(qualified)), sorted(small.served))
    qualified[:1] = False
    return qualified


def _around(
    main: Ways,
    foot: Foot,
    points: tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]],
    rule: tuple[float, bool],
    barriers: shapely.STRtree,
) -> Foot:
    """The same feet, but legs that cross a barrier replaced by the nearest leg that does not."""
    (x_m, y_m), (maximum_leg_m, across) = points, rule
    bad = np.flatnonzero(crosses_barrier(main.network, foot, x_m, y_m, barriers))
    if not len(bad):
        return foot
    free = free_foot(main, x_m[bad], y_m[bad], maximum_leg_m, barriers)
    other = no_foot(len(x_m))
    other.edge[bad], other.offset_dm[bad], other.leg_dm[bad] = free.edge, free.offset_dm, free.leg_dm
    replace = np.zeros(len(x_m), dtype=bool)
    replace[bad] = (free.edge >= 0) | (not across)
    return other.where(replace, foot)
