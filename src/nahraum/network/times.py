"""What an edge costs a walking profile: the way itself, slope, steps, kerbs, and waiting at crossings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from nahraum.network.graph import Costs, Int64
from nahraum.network.lengths import geodesic_dm
from nahraum.network.profiles import Profile, Terms, crossing_ds, profile_counts, profile_terms
from nahraum.network.segments import Segments
from nahraum.network.slope import Slopes
from nahraum.parameters import Parameters
from nahraum.sources.elevation import Elevation


@dataclass(frozen=True)
class Walker:
    """A profile on the ways and nodes of one extract."""

    ways: pd.DataFrame
    nodes: pd.DataFrame
    profile: Profile
    terms: Terms
    slopes: Slopes | None

    @staticmethod
    def of(
        ways: pd.DataFrame,
        nodes: pd.DataFrame,
        profile: Profile,
        parameters: Parameters,
        elevation: Elevation | None = None,
    ) -> Walker:
        """The profile's rules looked up for each way and node; heights taken where there are some."""
        slopes = None if elevation is None else Slopes.of(nodes, elevation, parameters.number("slope.steepest_share"))
        return Walker(ways, nodes, profile, profile_terms(ways, nodes, profile), slopes)

    def is_open(self, segments: Segments) -> npt.NDArray[np.bool_]:
        """Which segments the profile can use."""
        return np.asarray(self.terms.closed[segments.row] == 0)

    def counts(self, segments: Segments) -> dict[str, int]:
        """What of the walkable ways is closed to the profile, and how much is mapped at all."""
        lon, lat = self.nodes["lon"].to_numpy(), self.nodes["lat"].to_numpy()
        length = geodesic_dm(lon, lat, np.stack([segments.first, segments.second]))
        counts = profile_counts(self.ways, self.nodes, self.terms, (segments.row.astype(np.int64), length))
        return counts if self.slopes is None else counts | self.slopes.counts(segments)

    def costs(self, ends: Int64, row: Int64, length: Int64, flights: npt.NDArray[np.bool_]) -> Costs:
        """Time along each edge from its first to its second node and back, at least 1. [ds]

        Parameters
            ends, row, length : nodes and way of each edge, as rows of the extract, and its length. [-, -, dm]
            flights : whether the edge carries the delay of its flight of steps.
        """
        level = length * self.profile.pace
        ahead, back = level, level
        if self.slopes is not None:
            carried = (self.ways["bridge"] | self.ways["tunnel"]).to_numpy(dtype=bool)[row]
            up, down = self.slopes.factors(ends, length, carried)
            ahead, back = level * up, level * down
        first, second = crossing_ds(self.terms, self.profile, ends, row)
        delay = first + second + np.where(flights, self.terms.flight_ds[row], 0)
        return _whole(ahead) + delay, _whole(back) + delay


def _whole(time: npt.NDArray[np.floating[Any]]) -> Int64:
    return np.asarray(np.maximum(np.rint(time), 1), dtype=np.int64)
