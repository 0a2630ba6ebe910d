"""Tables of ways and of their nodes, for the walking network; and the gates."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from nahraum.sources.osm import tags as meaning
from nahraum.sources.osm.raw import Raw, RawWays, Tags, slices
from nahraum.sources.osm.rings import runs

CRS = "EPSG:4326"
Int64 = npt.NDArray[np.int64]

_TEXTS = ("name", "surface", "incline", "width", "wheelchair", "lit")


def way_tags(raw: Raw) -> dict[int, Tags]:
    """Tags of all ways of interest for walking, by row: `highway=*`, platforms, and rings of squares.

    The outer and inner rings of a multipolygon square carry no tags; people walk along them, too.
    """
    found = {
        row: tags
        for row, tags in enumerate(raw.ways.tags)
        if "highway" in tags or tags.get("railway") == "platform" or tags.get("public_transport") == "platform"
    }
    squares = [rel for rel in raw.relations if rel.tags.get("highway") in ("pedestrian", "footway", "platform")]
    if squares:
        row = {int(number): place for place, number in enumerate(raw.ways.ids.tolist())}
        for relation in squares:
            for number, _ in relation.ways:
                if number in row and row[number] not in found:
                    found[row[number]] = {**raw.ways.tags[row[number]], **relation.tags}
    return {row: found[row] for row in sorted(found)}


def way_table(ways: RawWays, tags: dict[int, Tags]) -> tuple[pd.DataFrame, Int64]:
    """One row per unbroken run of nodes of each way, and the node ids of all runs (contract: OsmExtract)."""
    row, part, start, length = runs(ways, np.array(list(tags), dtype=np.int64))
    attributes = {number: _attributes(own) for number, own in tags.items()}
    table = pd.DataFrame([attributes[number] for number in row.tolist()], columns=list(_attributes({})))
    table.insert(0, "way_id", ways.ids[row])
    table.insert(1, "part", part)
    table.insert(2, "first", np.cumsum(length) - length)
    table.insert(3, "n_nodes", length)
    for name in ("layer", "foot_oneway"):
        table[name] = table[name].astype(np.int64)
    for name in ("walkable", "steps", "bridge", "tunnel"):
        table[name] = table[name].astype(bool)
    return table, ways.refs[slices(start, length)]


def _attributes(tags: Tags) -> dict[str, Any]:
    kind = tags.get("highway", "platform")
    return {
        "highway": kind,
        "walkable": meaning.is_walkable(tags),
        "steps": kind == "steps",
        "bridge": meaning.is_bridge(tags),
        "tunnel": meaning.is_tunnel(tags),
        "layer": meaning.layer(tags),
        "foot_oneway": meaning.foot_oneway(tags),
        **{name: tags.get(name, "") for name in _TEXTS},
    }


def node_table(raw: Raw, way_nodes: Int64) -> pd.DataFrame:
    """Position of every node of the ways, with the barrier on it and whether people pass."""
    ways = raw.ways
    wanted = np.unique(way_nodes)
    known = np.flatnonzero(~np.isnan(ways.lon))
    refs, first = np.unique(ways.refs[known], return_index=True)
    at = known[first[np.searchsorted(refs, wanted)]]
    barrier = np.full(len(wanted), "", dtype=object)
    passable = np.ones(len(wanted), dtype=bool)
    for number, tags in zip(raw.nodes.ids.tolist(), raw.nodes.tags, strict=True):
        if "barrier" not in tags:
            continue
        place = int(np.searchsorted(wanted, number))
        if place < len(wanted) and wanted[place] == number:
            barrier[place] = tags["barrier"]
            passable[place] = meaning.is_passable(tags)
    return pd.DataFrame(
        {"node_id": wanted, "lon": ways.lon[at], "lat": ways.lat[at], "barrier": barrier, "passable": passable}
    ).astype({"barrier": "str"})


def gate_table(raw: Raw) -> gpd.GeoDataFrame:
    """Gates and entrances in fences and walls; the doors of buildings are left out."""
    kinds = [meaning.gate_kind(tags) for tags in raw.nodes.tags]
    doors = _building_nodes(raw.ways)
    rows = [
        row
        for row, (number, kind) in enumerate(zip(raw.nodes.ids.tolist(), kinds, strict=True))
        if kind and not (kind == "entrance" and number in doors)
    ]
    return gpd.GeoDataFrame(
        {
            "node_id": raw.nodes.ids[rows],
            "kind": pd.Series([kinds[row] for row in rows], dtype="str"),
            "passable": np.array([meaning.is_passable(raw.nodes.tags[row]) for row in rows], dtype=bool),
        },
        geometry=gpd.points_from_xy(raw.nodes.lon[rows], raw.nodes.lat[rows]),
        crs=CRS,
    )


def _building_nodes(ways: RawWays) -> set[int]:
    rows = np.flatnonzero(np.array(["building" in tags for tags in ways.tags], dtype=bool))
    return set(ways.refs[slices(ways.start[rows], ways.start[rows + 1] - ways.start[rows])].tolist())
