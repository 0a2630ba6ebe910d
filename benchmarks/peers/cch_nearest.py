"""routingkit-cch: nearest of each category from all nodes; order and customisation reported apart. INPUT F|C"""

import sys

import numpy as np
import routingkit_cch as rk
from common import checksum, graph, tell, timed

METRES_PER_DEGREE = 111_000.0
found = graph(*sys.argv[1:3])
a, b, w, n = found["a"], found["b"], found["w"], len(found["x"])
seeds = [found["place"][found["category"] == one] for one in range(found["category"].max() + 1)]
tail, head, weights = np.append(a, b).tolist(), np.append(b, a).tolist(), np.tile(w, 2).tolist()
north, east = (found["y"] / METRES_PER_DEGREE).tolist(), (found["x"] / METRES_PER_DEGREE).tolist()
order = timed("order", lambda: rk.compute_order_inertial(n, tail, head, north, east))
hierarchy = timed("hierarchy", lambda: rk.CCH(order, tail, head, False))
metric = timed("customise", lambda: rk.CCHMetric(hierarchy, weights))
query = timed("pin", lambda: rk.CCHOneToMany(metric, list(range(n))))
starts = [[(node, 0) for node in one.tolist()] for one in seeds]
answer = timed("search", lambda: [query.distances_from_multi(one) for one in starts], repeats=3)
whole = np.array([[-1 if cost is None else cost for cost in row] for row in answer])
tell("routingkit-cch", checksum=checksum(whole))
