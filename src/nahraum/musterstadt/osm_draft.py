"""An OpenStreetMap file in the making: nodes, ways, relations in EPSG:3035, written as .osm.pbf by osmium."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import osmium
from osmium.io import Header
from osmium.osm import Box
from osmium.osm.mutable import Node, Relation, Way
from pyproj import Transformer

from nahraum.musterstadt.plan import Floats, Ints

Tags = Mapping[str, str]
DATA_DATE = datetime(2026, 5, 4, 20, 21, 44, tzinfo=UTC)
_TO_DEGREES = Transformer.from_crs("EPSG:3035", "EPSG:4326", always_xy=True)


def to_lon_lat(x_m: Floats, y_m: Floats) -> tuple[Floats, Floats]:
    """Degrees of places in EPSG:3035, rounded to the 1e-7 that OpenStreetMap keeps. [°]"""
    lon, lat = _TO_DEGREES.transform(np.asarray(x_m, dtype=np.float64), np.asarray(y_m, dtype=np.float64))
    return np.round(lon, 7), np.round(lat, 7)


class OsmDraft:
    """Collects objects; ids are given in the order in which they come."""

    def __init__(self) -> None:
        self._x: list[Floats] = []
        self._y: list[Floats] = []
        self._number = 0
        self.node_tags: dict[int, dict[str, str]] = {}
        self.ways: list[tuple[Sequence[int], Tags]] = []
        self.relations: list[tuple[list[tuple[str, int, str]], Tags]] = []

    def nodes(self, x_m: Floats, y_m: Floats) -> Ints:
        """Adds nodes and gives their ids."""
        first = self._number + 1
        self._x.append(np.asarray(x_m, dtype=np.float64).ravel())
        self._y.append(np.asarray(y_m, dtype=np.float64).ravel())
        self._number += self._x[-1].size
        return np.arange(first, self._number + 1)

    def node(self, x_m: float, y_m: float, tags: Tags | None = None) -> int:
        """Adds one node."""
        number = int(self.nodes(np.array([x_m]), np.array([y_m]))[0])
        if tags:
            self.tag(number, tags)
        return number

    def tag(self, node: int, tags: Tags) -> None:
        """Adds tags to a node."""
        self.node_tags.setdefault(node, {}).update(tags)

    def way(self, nodes: Sequence[int], tags: Tags) -> int:
        """Adds a way and gives its id."""
        self.ways.append((nodes, tags))
        return len(self.ways)

    def ring(self, x_m: Floats, y_m: Floats, tags: Tags) -> int:
        """Adds a closed way of new nodes."""
        nodes = self.nodes(x_m, y_m).tolist()
        return self.way([*nodes, nodes[0]], tags)

    def relation(self, members: list[tuple[str, int, str]], tags: Tags) -> int:
        """Adds a relation and gives its id."""
        self.relations.append((members, tags))
        return len(self.relations)

    def write(self, path: Path, box: tuple[float, float, float, float]) -> None:
        """Writes the file; nodes, ways, relations sorted by id, all with version, time and user.

        Parameters
            box : west, south, east, north for the header. [°]
        """
        lon, lat = to_lon_lat(np.concatenate(self._x), np.concatenate(self._y))
        header = Header()
        header.set("generator", "nahraum musterstadt")
        header.set("osmosis_replication_timestamp", DATA_DATE.strftime("%Y-%m-%dT%H:%M:%SZ"))
        header.add_box(Box(*(round(degree, 7) for degree in box)))
        path.unlink(missing_ok=True)
        writer = osmium.SimpleWriter(str(path), 4 * 1024 * 1024, header)
        meta: dict[str, Any] = {
            "version": 1,
            "visible": True,
            "changeset": 1,
            "uid": 1,
            "user": "musterstadt",
            "timestamp": DATA_DATE,
        }
        try:
            self._write_nodes(writer, meta, lon.tolist(), lat.tolist())
            way = Way(**meta)
            for number, (nodes, tags) in enumerate(self.ways, start=1):
                way.id, way.nodes, way.tags = number, nodes, tags
                writer.add_way(way)
            relation = Relation(**meta)
            for number, (members, tags) in enumerate(self.relations, start=1):
                relation.id, relation.members, relation.tags = number, members, tags
                writer.add_relation(relation)
        finally:
            writer.close()

    def _write_nodes(
        self, writer: osmium.SimpleWriter, meta: dict[str, Any], lon: list[float], lat: list[float]
    ) -> None:
        node = Node(**meta)
        none: dict[str, str] = {}
        tagged = self.node_tags
        for number, location in enumerate(zip(lon, lat, strict=True), start=1):
            node.id, node.location = number, location
            node.tags = tagged.get(number, none)
            writer.add_node(node)
