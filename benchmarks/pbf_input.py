"""A large extract out of a small one: python benchmarks/pbf_input.py IN OUT [COPIES]

Writes all objects several times, side by side, with ids of their own: nodes, ways, and relations with their
members, all with author metadata (version, time, changeset, user). Sorted by type and id as real extracts are.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, NamedTuple

import osmium
from osmium.osm import mutable

STEP_DEGREES = 0.2
PER_ROW = 4
KINDS = "nwr"


class Thing(NamedTuple):
    """One object of the source: what all kinds share, then what its kind has."""

    id: int
    common: dict[str, Any]
    own: Any


def things(source: Path) -> dict[str, list[Thing]]:
    found: dict[str, list[Thing]] = {kind: [] for kind in KINDS}
    for one in osmium.FileProcessor(str(source)):
        common = {
            "tags": dict(one.tags) or None, "version": one.version, "timestamp": one.timestamp,
            "changeset": one.changeset, "uid": one.uid, "user": one.user,
        }  # fmt: skip
        if one.is_node():
            found["n"].append(Thing(one.id, common, (one.location.lon, one.location.lat)))
        elif one.is_way():
            found["w"].append(Thing(one.id, common, [node.ref for node in one.nodes]))
        else:
            found["r"].append(Thing(one.id, common, [(part.type, part.ref, part.role) for part in one.members]))
    return found


def write_copies(source: Path, target: Path, copies: int) -> None:
    found = things(source)
    above = {kind: max((thing.id for thing in found[kind]), default=0) + 1 for kind in KINDS}
    header = osmium.io.Header()
    header.set("sorting", "Type_then_ID")
    header.set("generator", "nahraum benchmarks/pbf_input.py")
    with osmium.SimpleWriter(str(target), header=header, overwrite=True) as writer:
        for turn in range(copies):
            dx, dy = STEP_DEGREES * (turn % PER_ROW), STEP_DEGREES * (turn // PER_ROW)
            for number, common, (lon, lat) in found["n"]:
                writer.add_node(mutable.Node(id=number + turn * above["n"], location=(lon + dx, lat + dy), **common))
        for turn in range(copies):
            for number, common, refs in found["w"]:
                shifted = [ref + turn * above["n"] for ref in refs]
                writer.add_way(mutable.Way(id=number + turn * above["w"], nodes=shifted, **common))
        for turn in range(copies):
            for number, common, parts in found["r"]:
                members = [(kind, ref + turn * above[kind], role) for kind, ref, role in parts]
                writer.add_relation(mutable.Relation(id=number + turn * above["r"], members=members, **common))


if __name__ == "__main__":
    write_copies(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else 16)
