"""Hand-made OpenStreetMap files: positions in metres from a corner, written by osmium's own writer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import osmium

WEST, SOUTH = 7.0, 51.0
EAST_M, NORTH_M = 70197.0, 111258.0  # metres per degree at 51.0° north

Point = tuple[float, float]


def degrees(point: Point) -> Point:
    """Longitude and latitude of a position in metres."""
    return (WEST + point[0] / EAST_M, SOUTH + point[1] / NORTH_M)


@dataclass
class TinyOsm:
    """Nodes, ways and relations under construction; ids count up from 1 per kind."""

    box: tuple[Point, Point] | None = ((0.0, 0.0), (1000.0, 1000.0))
    date: str = ""
    nodes: list[tuple[int, Point, dict[str, str]]] = field(default_factory=list)
    ways: list[tuple[int, list[int], dict[str, str]]] = field(default_factory=list)
    relations: list[tuple[int, list[tuple[str, int, str]], dict[str, str]]] = field(default_factory=list)
    lost: set[int] = field(default_factory=set)

    def node(self, point: Point, **tags: str) -> int:
        """A node; `__` in a key stands for a colon."""
        number = len(self.nodes) + 1
        self.nodes.append((number, point, _tags(tags)))
        return number

    def way(self, points: Iterable[Point | int], **tags: str) -> int:
        """A way through positions and node ids."""
        refs = [point if isinstance(point, int) else self.node(point) for point in points]
        number = len(self.ways) + 1
        self.ways.append((number, refs, _tags(tags)))
        return number

    def ring(self, points: Sequence[Point | int], **tags: str) -> int:
        """A closed way."""
        refs = [point if isinstance(point, int) else self.node(point) for point in points]
        return self.way([*refs, refs[0]], **tags)

    def square(self, corner: Point, size: float, **tags: str) -> int:
        """A closed square way with its lower left corner."""
        x, y = corner
        return self.ring([(x, y), (x + size, y), (x + size, y + size), (x, y + size)], **tags)

    def relation(self, members: Iterable[tuple[str, int, str]], **tags: str) -> int:
        """A relation of (kind, id, role)."""
        number = len(self.relations) + 1
        self.relations.append((number, list(members), _tags(tags)))
        return number

    def street(self) -> int:
        """A street along the southern and eastern edge of the box: something to walk on that spans the box."""
        points = [(0.0, 10.0), (500.0, 10.0), (1000.0, 10.0), (1000.0, 990.0)]
        return self.way(points, highway="residential", name="Hauptstraße")

    def lose(self, *node_ids: int) -> None:
        """Leave nodes out of the file although ways refer to them."""
        self.lost.update(node_ids)

    def write(self, path: Path, *, turned: bool = False) -> Path:
        """The file; `turned` writes every kind of object in reverse order."""
        header = osmium.io.Header()
        if self.box:
            low, high = (degrees(corner) for corner in self.box)
            header.add_box(osmium.osm.Box(*low, *high))
        if self.date:
            header.set("osmosis_replication_timestamp", self.date)
        step = -1 if turned else 1
        with osmium.SimpleWriter(str(path), header=header, overwrite=True) as writer:
            for number, point, tags in self.nodes[::step]:
                if number not in self.lost:
                    node = osmium.osm.mutable.Node(id=number, location=degrees(point), tags=tags, version=1)
                    writer.add_node(node)
            for number, refs, tags in self.ways[::step]:
                writer.add_way(osmium.osm.mutable.Way(id=number, nodes=refs, tags=tags, version=1))
            for number, members, tags in self.relations[::step]:
                writer.add_relation(osmium.osm.mutable.Relation(id=number, members=members, tags=tags, version=1))
        return path


def _tags(tags: dict[str, str]) -> dict[str, str]:
    return {key.replace("__", ":"): value for key, value in tags.items()}
