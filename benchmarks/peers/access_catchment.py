"""scipy for the pairs (one bounded Dijkstra per facility), then two_stage_fca of `access`. INPUT F|C"""

import logging
import sys
import warnings

import access
import numpy as np
import pandas as pd
import scipy.sparse as sp
from common import catchment_input, checksum, graph, tell, timed
from scipy.sparse.csgraph import dijkstra

LIMIT_DM, AT_A_TIME = 15_000, 64
warnings.filterwarnings("ignore")
logging.disable(logging.CRITICAL)
found = graph(*sys.argv[1:3])
facility, supply, residents = catchment_input(found)
a, b, w, n, origin = found["a"], found["b"], found["w"].astype(float), len(found["x"]), found["origin"]
matrix = timed("graph", lambda: sp.csr_matrix((np.tile(w, 2), (np.append(a, b), np.append(b, a))), (n, n)))


def pairs() -> pd.DataFrame:
    parts = []
    for first in range(0, len(facility), AT_A_TIME):
        costs = dijkstra(matrix, indices=facility[first : first + AT_A_TIME], limit=LIMIT_DM)[:, origin]
        row, cell = np.nonzero(np.isfinite(costs))
        parts.append(pd.DataFrame({"cell": cell, "facility": row + first, "cost": costs[row, cell] / 10}))
    return pd.concat(parts, ignore_index=True)


def catchment(costs: pd.DataFrame) -> np.ndarray:
    asked = access.Access(
        demand_df=pd.DataFrame({"id": np.arange(len(origin)), "residents": residents}), demand_index="id",
        demand_value="residents", supply_df=pd.DataFrame({"id": np.arange(len(facility)), "supply": supply}),
        supply_index="id", supply_value="supply", cost_df=costs, cost_origin="cell", cost_dest="facility",
        cost_name="cost",
    )  # fmt: skip
    told = asked.two_stage_fca(
        name="fca", cost="cost", supply_values=["supply"], max_cost=LIMIT_DM / 10, normalize=False
    )
    return told.iloc[:, -1].reindex(np.arange(len(origin))).fillna(0).to_numpy()


costs = timed("routing", pairs)
answer = timed("competition", lambda: catchment(costs))
tell("access", "scipy", "pandas", checksum=checksum(answer * 1e6), pairs=len(costs), served=int((answer > 0).sum()))
