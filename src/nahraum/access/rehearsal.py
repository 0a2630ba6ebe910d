"""Every search once, on a street of three nodes: whoever calls this has all kernels compiled."""

from __future__ import annotations

import numpy as np
import pandas as pd

from nahraum.access import reach
from nahraum.access.engine import Engine
from nahraum.network import Attachment, attach_points, network_of_edges

_NARROW, _WIDE = 100, 50_000  # limits whose costs fit 16 bits, and need 32


def rehearse() -> None:
    """Runs all searches, in both widths of numbers."""
    nodes = (np.arange(3), np.arange(3) * 10.0, np.zeros(3))
    edges = (np.array([0, 1]), np.array([1, 2]), np.array([100, 100]), np.array([1, 1]))
    street = network_of_edges(nodes, edges)
    attach_points(street, pd.DataFrame({"id": ["a"], "x_m": [5.0], "y_m": [1.0]}), maximum_leg_m=9.0)
    engine = Engine.of(street)
    Engine.of(street.with_costs(street.edge_forward, street.edge_backward + 1, unit="dm", pace=1.0))
    none = np.zeros(2, dtype=np.int64)
    points = Attachment(np.array(["a", "b"], dtype=object), np.array([0, 1]), none, none, np.array(["ok"] * 2, object))
    reach.nearest(engine, points, {"place": points}, limit=_WIDE)
    reach.nearest_k(engine, points, points, k=2, limit=_WIDE)
    reach.distances(engine, points, [points])
    for limit in (_NARROW, _WIDE):
        reach.pairs(engine, points, points, limit=limit)
        reach.reachable(
            engine, points, points, category=np.zeros(2, np.int32), amount=np.ones(2, np.int64), limits=[limit]
        )
