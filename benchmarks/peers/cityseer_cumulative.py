"""cityseer: compute_accessibilities for 20 categories and 5 distances, origins alone are live. INPUT F|C [PARQUET]"""

import sys
import warnings

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from cityseer import config, rustalgos
from cityseer.metrics import layers
from common import RADII_M, checksum, graph, tell, timed, write_counts

REACH_M = 50.0
CRS = 25832
warnings.filterwarnings("ignore")
config.QUIET_MODE = True
found = graph(*sys.argv[1:3])
x, y, origin = found["x"], found["y"], found["origin"]
live = np.zeros(len(x), dtype=bool)
live[origin] = True


def build() -> rustalgos.graph.NetworkStructure:
    network = rustalgos.graph.NetworkStructure()
    xs, ys = x.tolist(), y.tolist()
    for node, one in enumerate(live.tolist()):
        network.add_street_node(node, xs[node], ys[node], one, 1.0)
    straight = np.maximum(np.hypot(x[found["a"]] - x[found["b"]], y[found["a"]] - y[found["b"]]), 1e-3)
    factors = np.maximum(found["w"] / 10 / straight, 1e-6).tolist()
    for a, b, factor in zip(found["a"].tolist(), found["b"].tolist(), factors, strict=True):
        there = f"LINESTRING({xs[a]!r} {ys[a]!r}, {xs[b]!r} {ys[b]!r})"
        back = f"LINESTRING({xs[b]!r} {ys[b]!r}, {xs[a]!r} {ys[a]!r})"
        network.add_street_edge(a, b, 0, a, b, there, factor)
        network.add_street_edge(b, a, 0, b, a, back, factor)
    network.build_edge_rtree()
    network.validate()
    return network


network = timed("build", build)
keys = [str(one) for one in range(found["category"].max() + 1)]
nodes = gpd.GeoDataFrame({"live": live}, geometry=shapely.points(x, y), crs=CRS)
points = shapely.points(x[found["place"]], y[found["place"]])
data = gpd.GeoDataFrame({"kind": found["category"].astype(str)}, geometry=points, crs=CRS)
result = timed(
    "search",
    lambda: layers.compute_accessibilities(
        data, "kind", keys, nodes, network, max_netw_assign_dist=REACH_M, distances=list(RADII_M)
    ),
)
counts = np.stack([[result[f"cc_{key}_{radius}_nw"].to_numpy()[origin] for radius in RADII_M] for key in keys])
answer = np.nan_to_num(pd.DataFrame(counts.reshape(-1, len(origin)).T).to_numpy()).reshape(len(origin), len(keys), -1)
if len(sys.argv) > 3:
    write_counts(sys.argv[3], answer)
tell("cityseer", checksum="", counted=int(answer.sum()), mark=checksum(answer))
