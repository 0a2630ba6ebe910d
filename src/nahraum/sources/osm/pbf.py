"""Blocks of a .osm.pbf by what they hold, and their content as arrays with texts.

Real files are sorted: nodes, then ways, then relations. The first block of each kind is found by bisection, so that
relations can be read first, then the ways they name, then the nodes those need; every block is unpacked once. Each
block tells what it really holds: where that is not what its place promised, the file is looked through as a whole.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from nahraum.sources.osm.pbf_blobs import PbfFile, pbf_file
from nahraum.sources.osm.pbf_block import Block
from nahraum.sources.osm.pbf_kernels import NODES, RELATIONS, WAYS

Found = TypeVar("Found")

_MOST_THREADS = 4


class UnsortedError(Exception):
    """A block holds what its place in a sorted file does not promise."""


@dataclass
class Blocks:
    """The blocks of a file and what each holds: known, or promised by its place."""

    file: PbfFile
    pool: ThreadPoolExecutor
    kinds: list[int] = field(default_factory=list)
    held: dict[int, Block] = field(default_factory=dict)

    def load(self, number: int) -> Block:
        """One block; raises UnsortedError where it holds what was not promised."""
        if number in self.held:
            return self.held[number]
        block = Block.of(self.file.content(number))
        if self.kinds and block.kinds & ~self.kinds[number]:
            raise UnsortedError
        return block

    def each(self, kind: int, work: Callable[[Block], Found]) -> Iterator[Found]:
        """What `work` makes of every block with objects of a kind, in order of the file; begun at once, in threads."""
        numbers = [number for number, kinds in enumerate(self.kinds) if kinds & kind]
        return self.pool.map(lambda number: work(self.load(number)), numbers)

    def believe_sorted(self) -> None:
        """Finds the first ways and the first relations by bisection, and expects the rest in order."""
        n = len(self.file.blobs)
        way = self._first(0, n, WAYS | RELATIONS)
        relation = self._first(way, n, RELATIONS)
        self.kinds = [NODES] * way + [WAYS] * (relation - way) + [RELATIONS] * (n - relation)
        for number, block in self.held.items():
            self.kinds[number] |= block.kinds

    def _first(self, low: int, high: int, kinds: int) -> int:
        while low < high:
            middle = (low + high) // 2
            self.held[middle] = block = self.load(middle)
            low, high = (low, middle) if block.kinds & kinds else (middle + 1, high)
        return low

    def look_through(self) -> None:
        """Looks into every block."""
        self.kinds, self.held = [], {}
        self.kinds = list(self.pool.map(lambda number: self.load(number).kinds, range(len(self.file.blobs))))


@contextmanager
def pbf_blocks(path: Path) -> Iterator[Blocks]:
    """The blocks of a file, nothing known of them yet; open while the block runs."""
    n_threads = max(1, min(os.cpu_count() or 1, _MOST_THREADS))
    with pbf_file(path) as file, ThreadPoolExecutor(n_threads) as pool, _kept_objects():
        yield Blocks(file, pool)


@contextmanager
def _kept_objects() -> Iterator[None]:
    """Python's search for forgotten objects rests: a reader makes many that all stay, and each search costs 0.1 s."""
    rests = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if rests:
            gc.enable()
