"""Cutting the work: each address is answered by one tile, and asks for supply in one tile."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from nahraum.errors import InputError

Ids = npt.NDArray[np.object_]


@dataclass(frozen=True)
class Tile:
    """One piece of work: the addresses it answers and the addresses whose demand it counts.

    Over all tiles of a study each address is answered once and counted once (docs/decisions/tiles.md).
    """

    key: str
    address_ids: Ids
    demand_ids: Ids


def one_tile(addresses: pd.DataFrame) -> list[Tile]:
    """The whole study as one tile."""
    ids = np.sort(addresses["address_id"].to_numpy(dtype=object))
    return [Tile("all", ids, ids)]


def square_tiles(addresses: pd.DataFrame, *, size_m: float) -> list[Tile]:
    """Tiles by squares of the study's CRS, sorted by key; an address belongs to the square it lies in."""
    east = np.floor(addresses["x_m"].to_numpy(dtype=np.float64) / size_m).astype(np.int64)
    north = np.floor(addresses["y_m"].to_numpy(dtype=np.float64) / size_m).astype(np.int64)
    ids = addresses["address_id"].to_numpy(dtype=object)
    squares, number = np.unique(np.stack([north, east], axis=1), axis=0, return_inverse=True)
    tiles = []
    for at, (n, e) in enumerate(squares.tolist()):
        held = np.sort(ids[number.ravel() == at])
        tiles.append(Tile(f"N{n}E{e}", held, held))
    return tiles


def checked_tiles(addresses: pd.DataFrame, tiles: Sequence[Tile] | None) -> list[Tile]:
    """The tiles, sorted by key; the whole study as one where none are given.

    Raises
        InputError where an address is answered or counted twice or not at all, or is not in the study.
    """
    if tiles is None:
        return one_tile(addresses)
    wanted = np.sort(addresses["address_id"].to_numpy(dtype=object))
    problems = []
    for word, parts in (
        ("answered", [tile.address_ids for tile in tiles]),
        ("counted as demand", [tile.demand_ids for tile in tiles]),
    ):
        held = np.sort(np.concatenate([np.empty(0, dtype=object), *parts]))
        if not np.array_equal(held, wanted):
            repeated = held[1:][held[1:] == held[:-1]]
            problems.append(
                f"addresses {word}: {len(held)} of {len(wanted)}; repeated: {list(repeated[:3])}, "
                f"lost: {sorted(set(wanted) - set(held))[:3]}, strange: {sorted(set(held) - set(wanted))[:3]}"
            )
    if problems:
        raise InputError("the tiles do not cut the study", where=problems, expected="each address once in each role")
    return sorted(tiles, key=lambda tile: tile.key)
