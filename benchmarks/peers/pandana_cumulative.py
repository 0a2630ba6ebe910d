"""pandana used as well as it can be: one precompute to the largest radius, then 20 x 5 aggregates. INPUT F|C"""

import sys

import numpy as np
import pandana
import pandas as pd
from common import RADII_M, checksum, graph, tell, timed

found = graph(*sys.argv[1:3])
ends, weights = (pd.Series(found["a"]), pd.Series(found["b"])), pd.DataFrame({"w": found["w"].astype(float)})
network = timed("build", lambda: pandana.Network(pd.Series(found["x"]), pd.Series(found["y"]), *ends, weights))
timed("precompute", lambda: network.precompute(10 * max(RADII_M)))


def cumulative() -> np.ndarray:
    counts = np.zeros((len(found["origin"]), found["category"].max() + 1, len(RADII_M)))
    for category in range(counts.shape[1]):
        nodes = pd.Series(found["place"][found["category"] == category])
        network.set(nodes, variable=pd.Series(np.ones(len(nodes))), name="places")
        for at, radius in enumerate(RADII_M):
            sums = network.aggregate(10 * radius, type="sum", decay="flat", name="places")
            counts[:, category, at] = sums.to_numpy()[found["origin"]]
    return counts


answer = timed("search", cumulative)
tell("pandana", checksum=checksum(answer), counted=int(answer.sum()))
