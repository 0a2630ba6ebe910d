"""scipy: nearest of each category from all nodes by one Dijkstra with many sources per category. INPUT F|C"""

import sys

import numpy as np
import scipy.sparse as sp
from common import checksum, graph, tell, timed
from scipy.sparse.csgraph import dijkstra

found = graph(*sys.argv[1:3])
a, b, w, n = found["a"], found["b"], found["w"].astype(float), len(found["x"])
seeds = [found["place"][found["category"] == one] for one in range(found["category"].max() + 1)]
matrix = timed("graph", lambda: sp.csr_matrix((np.tile(w, 2), (np.append(a, b), np.append(b, a))), (n, n)))
matrix.sort_indices()
dijkstra(matrix[:9, :9], indices=[0], min_only=True)
answer = timed("search", lambda: np.array([dijkstra(matrix, indices=one, min_only=True) for one in seeds]), repeats=3)
tell("scipy", "numpy", checksum=checksum(np.where(np.isinf(answer), -1, answer)))
