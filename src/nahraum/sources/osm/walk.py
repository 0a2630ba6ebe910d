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
Float64 = npt.NDArray[np.float64]
Column = npt.NDArray[Any] | pd.api.extensions.ExtensionArray

_TEXTS = {
    "name": "name", "surface": "surface", "incline": "incline", "width": "width", "wheelchair": "wheelchair",
    "lit": "lit", "smoothness": "smoothness", "tracktype": "tracktype", "step_count": "step_count",
    "conveying": "conveying", "ramp": "ramp", "ramp_wheelchair": "ramp:wheelchair", "ramp_stroller": "ramp:stroller",
}  # fmt: skip
SQUARES = ("pedestrian", "footway", "platform")
WALK_KEYS = (
    "foot", "access", "motorroad", "bridge", "tunnel", "layer", "oneway", "oneway:foot", "foot:oneway", "foot:forward",
    "foot:backward", *sorted(meaning.LIFECYCLE), *(key for key in _TEXTS.values() if key != "name"),
)  # fmt: skip
NODE_KEYS = ("wheelchair", "entrance", "foot", "access", "locked")
ON_NODES = ("barrier", "kerb", "crossing", "crossing:signals")
CROSSINGS = ("crossing", "traffic_signals")
_NODE_TEXTS = ("barrier", "kerb", "crossing", "wheelchair")


def way_tags(raw: Raw) -> dict[int, Tags]:
    """Tags of all ways of interest for walking, by row: `highway=*`, platforms, and rings of squares.

    The outer and inner rings of a multipolygon square carry no tags; people walk along them, too.
    """
    found = {
        row: tags
        for row, tags in enumerate(raw.ways.tags)
        if "highway" in tags or tags.get("railway") == "platform" or tags.get("public_transport") == "platform"
    }
    squares = [rel for rel in raw.relations if rel.tags.get("highway") in SQUARES]
    if squares:
        row = {int(number): place for place, number in enumerate(raw.ways.ids.tolist())}
        for relation in squares:
            for number, _ in relation.ways:
                if number in row and row[number] not in found:
                    found[row[number]] = {**raw.ways.tags[row[number]], **relation.tags}
    return {row: found[row] for row in sorted(found)}


def way_table(ways: RawWays, tags: dict[int, Tags]) -> tuple[pd.DataFrame, Int64]:
    """One row per unbroken run of nodes of each way, and the node ids of all runs (contract: OsmExtract)."""
    rows = np.array(list(tags), dtype=np.int64)
    table, row, at = run_table(ways, rows)
    owner = np.searchsorted(rows, row)
    described = {name: column.take(owner) for name, column in way_attributes(list(tags.values())).items()}
    return pd.DataFrame(table | described), ways.refs[at]


def run_table(ways: RawWays, rows: Int64) -> tuple[dict[str, Int64], Int64, Int64]:
    """Columns of the runs of the ways in some rows, the row of each run, and the positions of all their nodes."""
    row, part, start, length = runs(ways, rows)
    table = {"way_id": ways.ids[row], "part": part, "first": np.cumsum(length) - length, "n_nodes": length}
    return table, row, slices(start, length)


def way_attributes(tags: list[Tags]) -> dict[str, Column]:
    """What the tags of each way say, by column."""
    kinds, rules = [own.get("highway", "platform") for own in tags], way_rules(tags)
    texts = {name: pd.array([own.get(key, "") for own in tags], dtype="str") for name, key in _TEXTS.items()}
    return {
        "highway": pd.array(kinds, dtype="str"),
        "walkable": rules["walkable"],
        "steps": np.array([kind == "steps" for kind in kinds], dtype=bool),
        "bridge": np.array([meaning.is_bridge(own) for own in tags], dtype=bool),
        "tunnel": np.array([meaning.is_tunnel(own) for own in tags], dtype=bool),
        "layer": np.array([meaning.layer(own) for own in tags], dtype=np.int64),
        "foot_oneway": rules["foot_oneway"],
        **texts,
    }


def way_rules(tags: list[Tags]) -> dict[str, npt.NDArray[Any]]:
    """Whether and in which direction one may walk each way."""
    return {
        "walkable": np.array([meaning.is_walkable(own) for own in tags], dtype=bool),
        "foot_oneway": np.array([meaning.foot_oneway(own) for own in tags], dtype=np.int64),
    }


def node_table(raw: Raw, way_nodes: Int64) -> pd.DataFrame:
    """Position of every node of the ways; the barrier, kerb and crossing on it and whether people pass."""
    ways = raw.ways
    wanted = np.unique(way_nodes)
    known = np.flatnonzero(~np.isnan(ways.lon))
    refs, first = np.unique(ways.refs[known], return_index=True)
    at = known[first[np.searchsorted(refs, wanted)]]
    rows = np.flatnonzero([_is_told(tags) for tags in raw.nodes.tags])
    rows = rows[np.isin(raw.nodes.ids[rows], wanted)]
    place = np.searchsorted(wanted, raw.nodes.ids[rows])
    tags = [raw.nodes.tags[row] for row in rows.tolist()]
    return place_table((wanted, ways.lon[at], ways.lat[at]), tags, np.arange(len(tags)), place)


def place_table(nodes: tuple[Int64, Float64, Float64], tags: list[Tags], kind: Int64, place: Int64) -> pd.DataFrame:
    """Nodes with their positions and what the tags of some say: those at `place` have the tags of their `kind`."""
    table = bare_place_table(nodes, tags, kind, place)
    kind, place = _told(tags, kind, place)
    texts = {name: [own.get(name, "") for own in tags] for name in _NODE_TEXTS}
    texts["crossing"] = [meaning.crossing_kind(own) for own in tags]
    code = np.zeros(len(table), dtype=np.int64)
    code[place] = kind + 1
    return table.assign(**{name: pd.array(["", *own], dtype="str").take(code) for name, own in texts.items()})


def bare_place_table(
    nodes: tuple[Int64, Float64, Float64], tags: list[Tags], kind: Int64, place: Int64
) -> pd.DataFrame:
    """The same without texts: positions, and where people pass."""
    kind, place = _told(tags, kind, place)
    passable = np.ones(len(nodes[0]), dtype=bool)
    passable[place] = np.array(["barrier" not in own or meaning.is_passable(own) for own in tags], dtype=bool)[kind]
    columns = {"node_id": nodes[0], "lon": nodes[1], "lat": nodes[2], "passable": passable}
    return pd.DataFrame(columns, copy=False)


def _told(tags: list[Tags], kind: Int64, place: Int64) -> tuple[Int64, Int64]:
    """Kind and place of the nodes with something in the way, or a crossing."""
    keep = np.array([_is_told(own) for own in tags], dtype=bool)[kind]
    return kind[keep], place[keep]


def _is_told(tags: Tags) -> bool:
    """Whether there is something in the way, or a crossing."""
    return any(key in tags for key in ON_NODES) or tags.get("highway") in CROSSINGS


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
