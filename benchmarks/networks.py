"""Inputs of the benchmarks: walking networks of real towns as arrays, places, origins; the same stitched to millions.

    python benchmarks/networks.py heidelberg            # or las_palmas, oldenburg, kaiserslautern, lauf
    python benchmarks/networks.py heidelberg 11x11      # 11 columns and 11 rows of it: 20.9 million nodes

Graph F has every OpenStreetMap node of the largest connected part. In graph C chains of nodes of degree 2 are one
edge, nodes with an origin or a place stay: the costs among these are the same, so C is the peers' best case. Nodes
stand in order of a Hilbert curve. Places: 20 categories of 8 to n/150 random nodes. Origins: one node in each 100 m
cell that has a node (or in cells of another size, which is then said). Lengths in whole decimetres.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import harness

N_CATEGORIES = 20
SEED = 1
SEAM_BANDS = 40
GAP_M = 50.0
WAY_BITS = 36  # above every way id of the source
GRAPH = ("x", "y", "a", "b", "w", "way")
TOWNS = {
    "heidelberg": ("heidelberg/heidelberg.test.pbf", "EPSG:25832"),
    "las_palmas": ("las_palmas/example_las_palmas_2023_osm_20230221.pbf", "EPSG:32628"),
    "oldenburg": ("oldenburg/02-UrbanInfrastructure.osm.pbf", "EPSG:25832"),
    "kaiserslautern": ("kaiserslautern/kaiserslautern.osm.gz", "EPSG:25832"),
    "lauf": ("lauf/lauf-200115.osm.pbf", "EPSG:25832"),
}


def source(town: str) -> tuple[Path, str]:
    """The town's file under NAHRAUM_DATA (default ../shared/data beside the repository) and its metric CRS."""
    folder = Path(os.environ.get("NAHRAUM_DATA", harness.HERE.parents[1] / "shared" / "data"))
    name, crs = TOWNS[town]
    return folder / name, crs


def prepared(town: str, tiles: str = "1x1", *, cell_m: int = 100, rebuild: bool = False) -> Path:
    """Path of the arrays; made by a process of its own where they are not there yet."""
    path = harness.CACHE / "inputs" / f"{town}_{tiles}_{cell_m}m.npz"
    if rebuild or not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        print(f"input {path.name}", flush=True)
        subprocess.run([sys.executable, __file__, town, tiles, str(cell_m), str(path)], check=True)
    return path


def town_graph(town: str) -> dict[str, Any]:
    """Graph F of a town: x, y [m], a, b (nodes of each edge, once per pair), w [dm], way (id), in Hilbert order."""
    import numpy as np

    from nahraum.network import build_network
    from nahraum.sources.osm import read_osm

    path, crs = source(town)
    network = build_network(read_osm(path), crs=crs)
    main = np.flatnonzero(network.component[network.edge_from] == 0)
    low = np.minimum(network.edge_from, network.edge_to)[main]
    high = np.maximum(network.edge_from, network.edge_to)[main]
    length = network.edge_length_dm[main]
    order = np.lexsort((length, high, low))
    first = order[np.append(True, (np.diff(low[order]) != 0) | (np.diff(high[order]) != 0))]
    node, ends = np.unique(np.concatenate([low[first], high[first]]), return_inverse=True)
    return hilbert_ordered({
        "x": network.x_m[node], "y": network.y_m[node], "a": ends[: len(first)], "b": ends[len(first) :],
        "w": length[first], "way": network.edge_way_id[main][first],
    })  # fmt: skip


def hilbert_ordered(graph: dict[str, Any]) -> dict[str, Any]:
    """The same graph with nodes numbered along a Hilbert curve, edges by their first node."""
    import numpy as np

    x, y = graph["x"], graph["y"]
    order = np.argsort(hilbert(x - x.min(), y - y.min()), kind="stable")
    place = np.empty(len(order), dtype=np.int32)
    place[order] = np.arange(len(order), dtype=np.int32)
    a, b = place[graph["a"]], place[graph["b"]]
    low, high = np.minimum(a, b), np.maximum(a, b)
    edges = np.argsort(low.astype(np.int64) << 32 | high)
    w, way = np.asarray(graph["w"], dtype=np.int32)[edges], np.asarray(graph["way"], dtype=np.int64)[edges]
    return {"x": x[order], "y": y[order], "a": low[edges], "b": high[edges], "w": w, "way": way}


def hilbert(x: Any, y: Any, *, bits: int = 16) -> Any:
    """Position of points on a Hilbert curve over their common square, by quadrants from the largest to the smallest."""
    import numpy as np

    side = max(float(x.max()), float(y.max()), 1e-9)
    u, v = (np.minimum(part / side * (1 << bits), (1 << bits) - 1).astype(np.int64) for part in (x, y))
    position = np.zeros(len(u), dtype=np.int64)
    for bit in range(bits - 1, -1, -1):
        right, upper = u >> bit & 1, v >> bit & 1
        position = position << 2 | (3 * right) ^ upper
        low = (1 << bit) - 1
        u, v = u & low, v & low
        turned = upper == 0  # both lower quadrants are transposed, the right one from its far corner
        far = turned & (right == 1)
        u, v = np.where(far, low - u, u), np.where(far, low - v, v)
        u, v = np.where(turned, v, u), np.where(turned, u, v)
    return position


def stitched(graph: dict[str, Any], columns: int, rows: int) -> dict[str, Any]:
    """Copies of a town side by side, joined along every seam between the outermost nodes of 40 bands."""
    import numpy as np

    x, y = graph["x"] - graph["x"].min(), graph["y"] - graph["y"].min()
    n, width, height = len(x), float(x.max()) + GAP_M, float(y.max()) + GAP_M
    seams = {"column": (*_seam(x, y), width, 0.0), "row": (*_seam(y, x), 0.0, height)}
    parts: dict[str, list[Any]] = {name: [] for name in GRAPH}
    for tile in range(columns * rows):
        column, row = divmod(tile, rows)
        for name, values in (("x", x + column * width), ("y", y + row * height), ("w", graph["w"])):
            parts[name].append(values)
        parts["way"].append(graph["way"] + (tile << WAY_BITS))
        parts["a"].append(graph["a"].astype(np.int64) + tile * n)
        parts["b"].append(graph["b"].astype(np.int64) + tile * n)
        for axis, before in (("column", tile - rows if column else -1), ("row", tile - 1 if row else -1)):
            last, first, dx, dy = seams[axis]
            if before >= 0:
                parts["a"].append(last + before * n)
                parts["b"].append(first + tile * n)
                parts["w"].append(np.rint(10 * np.hypot(x[first] + dx - x[last], y[first] + dy - y[last])))
                parts["way"].append(np.full(len(first), (tile << WAY_BITS) + (axis == "row")))
    return hilbert_ordered({name: np.concatenate(values) for name, values in parts.items()})


def _seam(across: Any, along: Any) -> tuple[Any, Any]:
    """In each of 40 bands along a seam the node farthest ahead and the one farthest back."""
    import numpy as np

    band = np.minimum(along / (along.max() + 1e-9) * SEAM_BANDS, SEAM_BANDS - 1).astype(np.int64)
    order = np.lexsort((across, band))
    start = np.flatnonzero(np.diff(band[order], prepend=-1))
    return order[np.append(start[1:], len(order)) - 1], order[start]


def with_points(graph: dict[str, Any], *, tiles: int, cell_m: int) -> dict[str, Any]:
    """The graph with origins, places and the places' categories."""
    import numpy as np

    rng = np.random.default_rng(SEED)
    n = len(graph["x"])
    counts = np.geomspace(8, n / tiles / 150, N_CATEGORIES).astype(np.int64) * tiles
    place = np.concatenate([np.sort(rng.choice(n, count, replace=False)) for count in counts]).astype(np.int32)
    cell = (graph["x"] // cell_m).astype(np.int64) << 32 | (graph["y"] // cell_m).astype(np.int64)
    origin = np.sort(np.unique(cell, return_index=True)[1]).astype(np.int32)
    category = np.repeat(np.arange(N_CATEGORIES, dtype=np.int32), counts)
    return graph | {"origin": origin, "place": place, "category": category}


def contracted(graph: dict[str, Any]) -> dict[str, Any]:
    """Graph C: chains of nodes of degree 2 without origin or place become single edges."""
    import numpy as np
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    a, b, w, n = graph["a"], graph["b"], graph["w"].astype(np.int64), len(graph["x"])
    stays = np.bincount(np.concatenate([a, b]), minlength=n) != 2
    stays[graph["origin"]] = stays[graph["place"]] = True
    inner = ~stays[a] & ~stays[b]
    links = coo_array((np.ones(int(inner.sum()), np.int8), (a[inner], b[inner])), shape=(n, n))
    n_parts, chain = connected_components(links, directed=False)
    chained = ~(stays[a] & stays[b])
    length = np.zeros(n_parts, dtype=np.int64)
    np.add.at(length, np.where(stays[a], chain[b], chain[a])[chained], w[chained])
    border = stays[a] != stays[b]
    end = np.where(stays[a], a, b)[border]
    owner = np.where(stays[a], chain[b], chain[a])[border]
    order = np.argsort(owner, kind="stable")
    first, second = end[order][::2], end[order][1::2]  # a chain has two ends
    both = stays[a] & stays[b]
    tail, head = np.concatenate([a[both], first]), np.concatenate([b[both], second])
    cost = np.concatenate([w[both], length[owner[order][::2]]])
    number = np.cumsum(stays, dtype=np.int32) - 1
    low, high = np.minimum(number[tail], number[head]), np.maximum(number[tail], number[head])
    order = np.lexsort((cost, high, low))
    low, high, cost = low[order], high[order], cost[order]
    keep = low != high
    keep[1:] &= (low[1:] != low[:-1]) | (high[1:] != high[:-1])
    return {
        "x": graph["x"][stays], "y": graph["y"][stays], "a": low[keep], "b": high[keep],
        "w": cost[keep].astype(np.int32), "origin": number[graph["origin"]], "place": number[graph["place"]],
    }  # fmt: skip


def write(town: str, tiles: str, cell_m: int, path: Path) -> None:
    """Builds one input and writes it whole."""
    import numpy as np

    columns, rows = (int(part) for part in tiles.split("x"))
    if columns * rows > 1:
        with np.load(prepared(town)) as stored:
            graph = stitched({name: stored[f"F_{name}"] for name in GRAPH}, columns, rows)
    else:
        graph = town_graph(town)
    graph = with_points(graph, tiles=columns * rows, cell_m=cell_m)
    arrays = {f"F_{name}": values for name, values in graph.items() if name != "category"}
    if columns * rows == 1:
        arrays |= {f"C_{name}": values for name, values in contracted(graph).items()}
    part = path.with_suffix(".part.npz")
    np.savez(part, category=graph["category"], **arrays)
    part.rename(path)
    sizes = {name: len(arrays[name]) for name in ("F_x", "F_a", "F_origin", "F_place", "C_x", "C_a") if name in arrays}
    print(f"{path.name}: {sizes}")


if __name__ == "__main__":
    given = [*sys.argv[1:], *("", "1x1", "100")[len(sys.argv[1:]) :]]
    if len(given) > 3:
        write(given[0], given[1], int(given[2]), Path(given[3]))
    else:
        print(prepared(given[0] or "heidelberg", given[1], cell_m=int(given[2]), rebuild=True))
