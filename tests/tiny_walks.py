"""Hand-made networks, extracts and areas for the tests of network and access."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from nahraum.network import Network, network_of_edges
from nahraum.tables import SERVICES

CRS = "EPSG:25832"
ORIGIN = (500_000.0, 5_500_000.0)
WAY_TEXTS = (
    "surface", "incline", "width", "wheelchair", "smoothness", "tracktype", "step_count", "ramp", "ramp_wheelchair",
    "ramp_stroller",
)  # fmt: skip
NODE_TEXTS = ("barrier", "kerb", "crossing", "wheelchair")


def net(nodes: dict[int, tuple[float, float]], edges: list[tuple[int, ...]]) -> Network:
    """A network of nodes (id: x, y in metres) and edges (node, node, way id[, length in dm])."""
    ids = np.array(sorted(nodes), dtype=np.int64)
    place = {node: at for at, node in enumerate(ids.tolist())}
    x, y = (np.array([nodes[node][axis] for node in ids.tolist()], dtype=float) for axis in (0, 1))
    rows = []
    for a, b, way, *length in edges:
        straight = round(10 * float(np.hypot(nodes[a][0] - nodes[b][0], nodes[a][1] - nodes[b][1])))
        rows.append((place[a], place[b], length[0] if length else straight, way))
    columns = tuple(np.array(column, dtype=np.int64) for column in zip(*rows, strict=True))
    return network_of_edges((ids, x, y), columns)  # type: ignore[arg-type]


def street(n: int = 11, step_m: float = 100.0) -> Network:
    """One straight street along y = 0 with a node every 100 m: ids 0, 1, 2, …, way 1."""
    return net({i: (i * step_m, 0.0) for i in range(n)}, [(i, i + 1, 1) for i in range(n - 1)])


def points(**places: tuple[float, float]) -> pd.DataFrame:
    """Points by id, in the order given."""
    xy = list(places.values())
    return pd.DataFrame(
        {"id": list(places), "x_m": [float(p[0]) for p in xy], "y_m": [float(p[1]) for p in xy]}
    ).astype({"id": object, "x_m": float, "y_m": float})


def extract(
    nodes: dict[int, tuple[float, float]],
    ways: list[dict[str, Any]],
    impassable: tuple[int, ...] = (),
    on_nodes: dict[int, dict[str, str]] | None = None,
) -> SimpleNamespace:
    """What `build_network` reads of an OSM extract.

    Ways are dicts with way_id, nodes and whatever else differs from a plain footway; `on_nodes` are tags by node.
    """
    usual: dict[str, Any] = {"part": 0, "walkable": True, "highway": "footway", "steps": False, "bridge": False}
    usual |= {"tunnel": False, "foot_oneway": 0}
    usual |= dict.fromkeys(WAY_TEXTS, "")
    flat: list[int] = []
    rows = []
    for way in ways:
        own = {name: value for name, value in way.items() if name != "nodes"}
        rows.append(usual | own | {"first": len(flat), "n_nodes": len(way["nodes"])})
        flat += way["nodes"]
    ids = list(nodes)
    table = pd.DataFrame(
        {
            "node_id": ids,
            "lon": [nodes[i][0] for i in ids],
            "lat": [nodes[i][1] for i in ids],
            "passable": [i not in impassable for i in ids],
            **{name: [(on_nodes or {}).get(i, {}).get(name, "") for i in ids] for name in NODE_TEXTS},
        }
    )
    return SimpleNamespace(
        ways=pd.DataFrame(rows, columns=["way_id", "first", "n_nodes", *usual]),
        way_nodes=np.array(flat, dtype=np.int64),
        nodes=table,
    )


def area(
    addresses: dict[str, tuple[float, float, float]],
    facilities: list[tuple[str, str, float, float]] = (),  # type: ignore[assignment]
    greens: dict[str, shapely.Polygon] | None = None,
    entrances: list[tuple[str, float, float, str]] = (),  # type: ignore[assignment]
    *,
    edge: tuple[str, ...] = (),
    outside: tuple[str, ...] = (),
    categories: dict[str, tuple[str, str]] | None = None,
    barriers: list[tuple[str, shapely.LineString]] = (),  # type: ignore[assignment]
) -> Any:
    """An area as `access.measure` sees it.

    addresses: id → x, y, residents; facilities: id, category, x, y; entrances: green id, x, y, kind;
    categories: category → status, reason (others are ok).
    """
    greens = greens or {}
    said = dict.fromkeys(SERVICES, ("ok", "complete")) | (categories or {})
    xyz = np.array(list(addresses.values()), dtype=float).reshape(-1, 3)
    table = pd.DataFrame(
        {
            "address_id": list(addresses),
            "x_m": xyz[:, 0],
            "y_m": xyz[:, 1],
            "residents": xyz[:, 2],
            "edge": [name in edge for name in addresses],
            "quarter_id": "q",
            "inside": [name not in outside for name in addresses],
        }
    )
    return SimpleNamespace(
        crs=CRS,
        addresses=table,
        facilities=pd.DataFrame(list(facilities), columns=["facility_id", "category", "x_m", "y_m"]).assign(
            name="", status="ok"
        ),
        categories=pd.DataFrame(
            {"category": list(said), "status": [s for s, _ in said.values()], "reason": [r for _, r in said.values()]}
        ),
        greens=gpd.GeoDataFrame(
            {
                "green_id": list(greens),
                "name": "",
                "area_m2": np.array([shape.area for shape in greens.values()], dtype=float),
            },
            geometry=gpd.GeoSeries(list(greens.values()), crs=CRS),
            crs=CRS,
        ),
        green_entrances=pd.DataFrame(
            [(f"{g}#{number}", g, x, y, kind) for number, (g, x, y, kind) in enumerate(entrances)],
            columns=["entrance_id", "green_id", "x_m", "y_m", "kind"],
        ),
        barriers=gpd.GeoDataFrame(
            {"line_id": [f"b{n}" for n in range(len(barriers))], "kind": [kind for kind, _ in barriers]},
            geometry=gpd.GeoSeries([line for _, line in barriers], crs=CRS),
            crs=CRS,
        ),
    )
