"""cityseer: nearest place and counts within radii at some nodes, edges as lines. question.npz -> answer.npz"""

import sys
import warnings
from importlib.metadata import version

import geopandas as gpd
import numpy as np
import shapely
from cityseer import config, rustalgos
from cityseer.metrics import layers

warnings.filterwarnings("ignore")
config.QUIET_MODE = True
asked = np.load(sys.argv[1])
x, y, places, radii = asked["x"], asked["y"], asked["places"], asked["radii_m"].tolist()
live = np.zeros(len(x), dtype=bool)
live[asked["origins"]] = True
network = rustalgos.graph.NetworkStructure()
for node, (east, north, one) in enumerate(zip(x.tolist(), y.tolist(), live.tolist(), strict=True)):
    network.add_street_node(node, east, north, one, 1.0)
low, high = asked["low"], asked["high"]
# lengths are geodesic, the lines are drawn on the map: the factor makes each line as long as its edge
straight = np.hypot(x[low] - x[high], y[low] - y[high])
factor = asked["length_m"] / np.maximum(straight, 1e-3)
xs, ys = x.tolist(), y.tolist()
for a, b, more in zip(low.tolist(), high.tolist(), factor.tolist(), strict=True):
    for one, other in ((a, b), (b, a)):
        line = f"LINESTRING({xs[one]!r} {ys[one]!r}, {xs[other]!r} {ys[other]!r})"
        network.add_street_edge(one, other, 0, one, other, line, more)
network.build_edge_rtree()
network.validate()
nodes = gpd.GeoDataFrame({"live": live}, geometry=shapely.points(x, y), crs=int(asked["crs"]))
data = gpd.GeoDataFrame({"kind": ["place"] * len(places)}, geometry=shapely.points(x[places], y[places]), crs=nodes.crs)
found = layers.compute_accessibilities(
    data, "kind", ["place"], nodes, network, max_netw_assign_dist=20.0, distances=radii
)
at = asked["origins"]
nearest = found[f"cc_place_nearest_max_{max(radii)}"].to_numpy()[at]
counts = np.stack([found[f"cc_place_{radius}_nw"].to_numpy()[at] for radius in radii], axis=1)
np.savez(sys.argv[2], nearest=nearest, counts=counts, version=version("cityseer"))
