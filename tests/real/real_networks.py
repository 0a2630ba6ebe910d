"""Walking networks of the real towns, each read once per process."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

from nahraum.network import Attachment, Network, build_network
from nahraum.sources.osm import read_osm

TOWNS = {
    "lauf": ("lauf/lauf-200115.osm.pbf", "EPSG:25832"),
    "las_palmas": ("las_palmas/example_las_palmas_2023_osm_20230221.pbf", "EPSG:32628"),
    "heidelberg": ("heidelberg/heidelberg.test.pbf", "EPSG:25832"),
    "kaiserslautern": ("kaiserslautern/kaiserslautern.osm.gz", "EPSG:25832"),
    "oldenburg": ("oldenburg/02-UrbanInfrastructure.osm.pbf", "EPSG:25832"),
}


class Town(NamedTuple):
    """A town's extract, its CRS, and its network by length (both directions alike) and by walking time."""

    extract: Path
    crs: str
    lengths: Network
    times: Network


@cache
def town(folder: Path, name: str) -> Town:
    """Lengths are what every other library understands; times are those of an older person: stairs and kerbs count."""
    file, crs = TOWNS[name]
    osm = read_osm(folder / file)
    network = build_network(osm, crs=crs)
    lengths = network.with_costs(network.edge_length_dm, network.edge_length_dm, unit="dm", pace=1.0)
    return Town(folder / file, crs, lengths, build_network(osm, crs=crs, profile="older_person"))


def at_nodes(network: Network, nodes: np.ndarray, prefix: str) -> Attachment:
    """Points that stand on nodes: at the end of one of their edges, without a leg; ids in order of the nodes."""
    edge = np.full(network.n_nodes, -1)
    for ends in (network.edge_to, network.edge_from):
        edge[ends] = np.arange(network.n_edges)
    edge = edge[nodes]
    offset = np.where(network.edge_from[edge] == nodes, 0, network.edge_length_dm[edge])
    ids = np.array([f"{prefix}{number:06d}" for number in range(len(nodes))], dtype=object)
    return Attachment(ids, edge, offset, np.zeros(len(nodes), dtype=np.int64), np.full(len(nodes), "ok", dtype=object))


def main_nodes(network: Network, rng: np.random.Generator, n: int) -> np.ndarray:
    """Some nodes of the main component that share their place with no other."""
    place = np.stack([network.x_m, network.y_m], axis=1)
    _, first, number = np.unique(place, axis=0, return_index=True, return_counts=True)
    return np.sort(rng.choice(first[(number == 1) & (network.component[first] == 0)], n, replace=False))
