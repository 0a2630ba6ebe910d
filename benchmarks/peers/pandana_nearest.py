"""pandana: nearest of each category within 5 km from all nodes. INPUT F|C"""

import sys

import numpy as np
import pandana
import pandas as pd
from common import checksum, graph, tell, timed

LIMIT_DM = 50_000
found = graph(*sys.argv[1:3])
x, y = pd.Series(found["x"]), pd.Series(found["y"])
ends, weights = (pd.Series(found["a"]), pd.Series(found["b"])), pd.DataFrame({"w": found["w"].astype(float)})
network = timed("prepare", lambda: pandana.Network(x, y, *ends, weights))
categories = range(found["category"].max() + 1)


def attach() -> None:
    for one in categories:
        nodes = found["place"][found["category"] == one]
        network.set_pois(str(one), LIMIT_DM, 1, x.iloc[nodes], y.iloc[nodes])


def nearest() -> np.ndarray:
    tables = [network.nearest_pois(LIMIT_DM, str(one), num_pois=1) for one in categories]
    return np.array([table[1].to_numpy() for table in tables])


timed("attach", attach)
answer = timed("search", nearest)
tell("pandana", mark=checksum(answer))
