"""The INSPIRE grid of the census: keys, ids and squares of cells in EPSG:3035.

A cell key is `(north // size) * 1_000_000 + east // size` of any point in the cell (int64); the size is
a property of the table. The published id is the text of the lower-left corner.
"""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt
import shapely

from nahraum.errors import InputError

GRID_CRS = "EPSG:3035"
CELL_SIZE_M = 100
_COLUMNS = 1_000_000
_METRE_DIGITS = 6  # a short id with more digits counts metres, not cells
_LONG = re.compile(r"^(?:CRS3035)?RES(\d+)mN(\d+)E(\d+)$")
_SHORT = re.compile(r"^(\d+)(k?)mN(\d+)E(\d+)$")

Int64 = npt.NDArray[np.int64]


def cell_key(east_m: npt.ArrayLike, north_m: npt.ArrayLike, size_m: int = CELL_SIZE_M) -> Int64:
    """Key of the cell that holds each point. [-]

    Parameters
        east_m, north_m : coordinates in EPSG:3035, any point of the cell (a centre, too). [m]
        size_m : edge of the cell. [m]
    """
    east = np.floor_divide(np.asarray(east_m, dtype=np.float64), size_m).astype(np.int64)
    north = np.floor_divide(np.asarray(north_m, dtype=np.float64), size_m).astype(np.int64)
    return np.asarray(north * _COLUMNS + east, dtype=np.int64)


def cell_corner_m(key: npt.ArrayLike, size_m: int = CELL_SIZE_M) -> tuple[Int64, Int64]:
    """East and north of the lower-left corner of each cell. [m, EPSG:3035]"""
    keys = np.asarray(key, dtype=np.int64)
    return keys % _COLUMNS * size_m, keys // _COLUMNS * size_m


def cell_id(key: npt.ArrayLike, size_m: int = CELL_SIZE_M) -> npt.NDArray[np.object_]:
    """INSPIRE id as the census prints it, e.g. `CRS3035RES100mN2689000E4337000`."""
    east, north = cell_corner_m(key, size_m)
    return np.array(
        [f"CRS3035RES{size_m}mN{n}E{e}" for n, e in zip(north.ravel(), east.ravel(), strict=True)],
        dtype=object,
    )


def parse_cell_id(text: str) -> tuple[int, int]:
    """Key and size [m] of one printed id; known are the long form, `100mN27689E43340` and `1kmN3142E4098` in
    units of the cell, and `100mN2768900E4334000` in metres.

    Raises
        InputError where the text is none of these.
    """
    if found := _LONG.match(text.strip()):
        size, north, east = (int(part) for part in found.groups())
        return int(cell_key(east, north, size)), size
    if found := _SHORT.match(text.strip()):
        number, kilo, north_text, east_text = found.groups()
        size = int(number) * (1000 if kilo else 1)
        if len(north_text) >= _METRE_DIGITS:
            return int(cell_key(int(east_text), int(north_text), size)), size
        return int(north_text) * _COLUMNS + int(east_text), size
    raise InputError(
        f"the cell id {text!r} is not understood",
        expected="CRS3035RES100mN2689000E4337000, 100mN27689E43340 or 1kmN3142E4098",
        fix="map the column that holds the INSPIRE id in study.toml",
    )


def parent_key(key: npt.ArrayLike, size_m: int = CELL_SIZE_M, parent_m: int = 1000) -> Int64:
    """Key of the coarser cell that contains each cell."""
    east, north = cell_corner_m(key, size_m)
    return cell_key(east, north, parent_m)


def cell_centre_m(key: npt.ArrayLike, size_m: int = CELL_SIZE_M) -> tuple[Int64, Int64]:
    """East and north of the centre of each cell. [m, EPSG:3035]"""
    east, north = cell_corner_m(key, size_m)
    return east + size_m // 2, north + size_m // 2


def cell_square(key: npt.ArrayLike, size_m: int = CELL_SIZE_M) -> npt.NDArray[np.object_]:
    """Square of each cell as a shapely polygon in EPSG:3035."""
    east, north = cell_corner_m(key, size_m)
    return np.asarray(shapely.box(east, north, east + size_m, north + size_m), dtype=object)
