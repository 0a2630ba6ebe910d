"""pyrosm: the walking network with nodes and edges. WARM_FILE FILE; the warm file is read first, untimed."""

import contextlib
import io
import sys

from common import tell, timed
from pyrosm import OSM


def walk(path: str):
    with contextlib.redirect_stdout(io.StringIO()):
        return OSM(path).get_network("walking", nodes=True)


warm, path = sys.argv[1:3]
walk(warm)
nodes, edges = timed("graph", lambda: walk(path))
tell("pyrosm", "geopandas", nodes=len(nodes), edges=len(edges), km=round(float(edges["length"].sum()) / 1000))
