"""A box cut out of one or several large extracts, so that a laptop reads a town and not a Land.

Kept are all nodes in the box, every way that has one of them with all its nodes, every relation that has one of these
objects, and the whole outline of multipolygons; of other relations (boundaries of Länder, bus routes) what lies here.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import cast

import numpy as np
import numpy.typing as npt
import osmium
from osmium.io import Header
from osmium.osm import Box as OsmBox

from nahraum.errors import InputError, OutputError
from nahraum.sources.osm.door import Door, open_door, readable
from nahraum.sources.osm.pbf import Blocks, UnsortedError, pbf_blocks
from nahraum.sources.osm.pbf_block import Block, BlockNodes
from nahraum.sources.osm.pbf_kernels import NODES

Box = tuple[float, float, float, float]
_UNIT = 10_000_000
_BUFFER = 4 * 1024 * 1024


def cut_extract(sources: Sequence[Path], window: Box, target: Path) -> int:
    """Writes what the extracts hold in a box into one .osm.pbf, sorted, each object once; the number of nodes in it.

    Parameters
        window : west, south, east, north. [degrees]

    Raises
        InputError where a source is no extract, or none has a node in the box; OutputError where it cannot be written.
    """
    doors = [open_door(Path(source)) for source in sources]
    target.parent.mkdir(parents=True, exist_ok=True)
    _room(doors, target)
    with tempfile.TemporaryDirectory(prefix=".tmp-cut-", dir=target.parent) as folder:
        parts, found = [], 0
        for number, door in enumerate(doors):
            inside = _nodes_inside(door, window)
            if len(inside):
                parts.append(Path(folder) / f"{number}.osm.pbf")
                found += len(inside)
                with readable(door.path):
                    _write(door, _kept(door, inside), _header(window, door.date), parts[-1])
        if not parts:
            raise InputError(
                "the extracts hold nothing in the box of the study",
                where=[f"window = {list(window)}", *(door.path.name for door in doors)],
                expected="west, south, east, north in degrees, inside the extract",
                fix="correct window in [sources.osm], or take the extract of the right region",
            )
        days = {door.date for door in doors}
        _place(parts, _header(window, min(days)), target)
    return found


def _room(doors: Sequence[Door], target: Path) -> None:
    """A part is at most as large as its source: a full disk is told before, and not taken for a broken source."""
    free, needed = shutil.disk_usage(target.parent).free, 2 * sum(door.path.stat().st_size for door in doors)
    if free < needed:
        raise OutputError(
            f"there is no room to cut {target.name} out",
            where=f"{target.parent}: {free / 1e9:.1f} GB are free",
            expected=f"{needed / 1e9:.1f} GB while it is cut",
            fix="make room, or put the study on another disk",
        )


def _nodes_inside(door: Door, window: Box) -> npt.NDArray[np.int64]:
    """Ids of the nodes in the box, ascending."""
    if door.format != "osm.pbf":
        raise InputError(f"{door.path.name} cannot be cut", where=door.format, expected="a .osm.pbf")
    low_x, low_y, high_x, high_y = (round(edge * _UNIT) for edge in window)

    def work(block: Block) -> npt.NDArray[np.int64]:
        nodes = BlockNodes.of(block)
        hit = (nodes.x >= low_x) & (nodes.x <= high_x) & (nodes.y >= low_y) & (nodes.y <= high_y)
        return nodes.ids[hit]

    def every(blocks: Blocks) -> list[npt.NDArray[np.int64]]:
        return list(blocks.each(NODES, work))

    with readable(door.path), pbf_blocks(door.path) as blocks:
        try:
            blocks.believe_sorted()
            found = every(blocks)
        except UnsortedError:
            blocks.look_through()
            found = every(blocks)
    return np.unique(np.concatenate(found)) if found else np.empty(0, dtype=np.int64)


def _kept(door: Door, inside: npt.NDArray[np.int64]) -> osmium.IdTracker:
    """Everything that is kept, by kind and id."""
    tracker = osmium.IdTracker()
    for node in inside.tolist():
        tracker.add_node(node)
    tracker.complete_forward_references(door.file(), relation_depth=0)
    areas = osmium.filter.TagFilter(("type", "multipolygon"))
    stream = osmium.FileProcessor(door.file(), osmium.osm.RELATION).with_filter(tracker.id_filter()).with_filter(areas)
    relations = cast("Iterator[osmium.osm.Relation]", stream)
    outlines = [member.ref for relation in relations for member in relation.members if member.type == "w"]
    for way in outlines:
        tracker.add_way(way)
    tracker.complete_backward_references(door.file(), relation_depth=0)
    return tracker


def _header(window: Box, day: str) -> Header:
    """The box, and the day of the data ('' where it is not known; of several extracts the first)."""
    header = Header()
    header.add_box(OsmBox(*window))
    header.set("generator", "nahraum")
    if day:
        header.set("osmosis_replication_timestamp", f"{day}T00:00:00Z")
    return header


def _write(door: Door, kept: osmium.IdTracker, header: Header, part: Path) -> None:
    writer = osmium.SimpleWriter(str(part), _BUFFER, header)
    try:
        for item in osmium.FileProcessor(door.file()).with_filter(kept.id_filter()):
            writer.add(item)
    finally:
        writer.close()


def _place(parts: Sequence[Path], header: Header, target: Path) -> None:
    """One file in the place of the target: the only part, or all parts together, sorted, each object once."""
    try:
        if len(parts) == 1:
            parts[0].replace(target)
            return
        merged = parts[0].with_name("merged.osm.pbf")
        together = osmium.MergeInputReader()
        for part in parts:
            together.add_file(str(part))
        writer = osmium.SimpleWriter(str(merged), _BUFFER, header)
        try:
            together.apply(writer, simplify=True)
        finally:
            writer.close()
        merged.replace(target)
    except OSError as error:
        raise OutputError(f"{target.name} cannot be written", where=str(error)) from None
