"""Points on the edges of a network: what attaching gives and every search begins with."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from nahraum.network.graph import Int64, Network

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
        import pandas as pd  # slow to import, and searches do without

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
