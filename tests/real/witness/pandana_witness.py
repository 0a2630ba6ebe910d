"""pandana, contracted and with precompute: the nearest places and counts within radii. question.npz -> answer.npz"""

import sys

import numpy as np
import pandana
import pandas as pd

asked = np.load(sys.argv[1])
n_nodes, places, radii = int(asked["n_nodes"]), asked["places"], asked["radii"]
# Places are found by coordinates: each node gets a place of its own on a line, so that none is taken for another.
x, y = pd.Series(np.arange(n_nodes) * 10.0), pd.Series(np.zeros(n_nodes))
length = pd.DataFrame({"length": asked["length"].astype(float)})
network = pandana.Network(x, y, pd.Series(asked["low"]), pd.Series(asked["high"]), length)
limit, k = int(radii.max()), int(asked["k"])
network.precompute(limit)
network.set_pois("place", limit, k, pd.Series(x.to_numpy()[places]), pd.Series(y.to_numpy()[places]))
nearest = network.nearest_pois(limit, "place", num_pois=k).to_numpy()
network.set(pd.Series(places), variable=pd.Series(np.ones(len(places))), name="one")
counts = [network.aggregate(float(r) + 0.5, type="sum", decay="flat", name="one").to_numpy() for r in radii]
np.savez(sys.argv[2], nearest=nearest, counts=np.stack(counts, axis=1), version=pandana.__version__)
