"""Which origins reach which groups of places, and at what cost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from nahraum.access.blocks import grouped
from nahraum.network.graph import Int64

if TYPE_CHECKING:
    import pandas as pd

Ids = npt.NDArray[np.object_]
Int32 = npt.NDArray[np.int32]


@dataclass(frozen=True)
class Pairs:
    """Pairs sorted by origin, then group; those of origin i are `start[i]:start[i + 1]`. Ids are sorted.

    `group` are positions in `group_ids`, `cost` is in the unit of the network (dm for straight lines).
    """

    origin_ids: Ids
    group_ids: Ids
    start: Int64
    group: Int32
    cost: Int32

    @property
    def origin(self) -> Int64:
        """Position of the origin of each pair."""
        return np.repeat(np.arange(len(self.origin_ids)), np.diff(self.start))

    def within(self, limit: int) -> Pairs:
        """Only the pairs within a shorter limit."""
        return self.only(self.cost <= limit)

    def only(self, mask: npt.NDArray[np.bool_]) -> Pairs:
        """Only the pairs where the mask holds; all ids stay."""
        start = np.concatenate([[0], np.cumsum(mask)])[self.start]
        return Pairs(self.origin_ids, self.group_ids, start, self.group[mask], self.cost[mask])

    def table(self) -> pd.DataFrame:
        """Columns `origin_id`, `group_id`, `cost`."""
        import pandas as pd  # slow to import, and searches do without

        table = pd.DataFrame(
            {"origin_id": self.origin_ids[self.origin], "group_id": self.group_ids[self.group], "cost": self.cost}
        )
        return table.astype({"origin_id": "str", "group_id": "str", "cost": "int64"})


def pairs_of(origin_ids: Ids, group_ids: Ids, found: tuple[npt.ArrayLike, npt.ArrayLike, npt.ArrayLike]) -> Pairs:
    """Pairs found in any order (positions of origin and group, cost), each once."""
    origin, group, cost = (np.ascontiguousarray(part, dtype=np.int32) for part in found)
    _, group, origin, cost = grouped(group, len(group_ids), origin, cost)
    start, _, group, cost = grouped(origin, len(origin_ids), group, cost)
    return Pairs(origin_ids, group_ids, start, group, cost)
