"""Heights of the ground: GeoTIFF, ESRI ASCII grid or XYZ text, one file or many tiles, as one raster.

These are the forms in which German surveying offices hand out their terrain models (DGM). No library beyond those
nahraum has anyway (docs/decisions/elevation.md).
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyproj

from nahraum.errors import InputError

Float64 = npt.NDArray[np.float64]

EXPECTED = "a terrain model as GeoTIFF, ESRI ASCII grid (.asc) or XYZ text, in a projected CRS"
_MOST_POINTS = 250_000_000
_ASC_KEYS = frozenset(
    ("ncols", "nrows", "xllcorner", "yllcorner", "xllcenter", "yllcenter", "cellsize", "nodata_value")
)
_TIFF = (b"II*\0", b"MM\0*")


@dataclass(frozen=True)
class Elevation:
    """A regular raster of heights; row 0 is the southern one, `west` and `south` belong to its first point. [m]"""

    height_m: npt.NDArray[np.float32]
    west: float
    south: float
    step: float
    crs: str

    def at_degrees(self, lon: Float64, lat: Float64) -> Float64:
        """Height at each place, bilinear; NaN outside and beside a point without height. [m]"""
        x, y = pyproj.Transformer.from_crs("EPSG:4326", self.crs, always_xy=True).transform(lon, lat)
        return self.at(np.asarray(x), np.asarray(y))

    def at(self, x: Float64, y: Float64) -> Float64:
        """The same by coordinates of the raster's CRS."""
        column, row = (x - self.west) / self.step, (y - self.south) / self.step
        n_rows, n_columns = self.height_m.shape
        inside = (column >= 0) & (row >= 0) & (column <= n_columns - 1) & (row <= n_rows - 1)
        column, row = np.where(inside, column, 0.0), np.where(inside, row, 0.0)
        left, low = (np.floor(part).astype(np.int64) for part in (column, row))
        right, high = np.minimum(left + 1, n_columns - 1), np.minimum(low + 1, n_rows - 1)
        east, north = column - left, row - low
        height = np.zeros(len(x))
        for across, up, weight in (
            (left, low, (1 - east) * (1 - north)), (right, low, east * (1 - north)),
            (left, high, (1 - east) * north), (right, high, east * north),
        ):  # fmt: skip
            height += np.where(weight > 0, weight * self.height_m[up, across], 0.0)
        return np.where(inside, height, np.nan)


@dataclass(frozen=True)
class _Tile:
    """A raster as a file holds it; `crs` is '' where the file does not tell it."""

    height_m: npt.NDArray[np.float32]
    west: float
    south: float
    step: float
    crs: str = ""


def read_elevation(paths: Path | Sequence[Path], *, crs: str = "") -> Elevation:
    """Heights of the ground from one file or several tiles of one raster.

    Parameters
        paths : GeoTIFF, ESRI ASCII grid or XYZ text; the form is found by content.
        crs : of the raster; needed where the files do not tell it (text never does).

    Raises
        InputError where a file is missing, of another form or broken, where tiles do not fit on one raster, where
        no CRS is known or it is in degrees, and above 250 million points.
    """
    files = [Path(paths)] if isinstance(paths, str | Path) else [Path(path) for path in paths]
    if not files:
        raise InputError("no elevation file is named", expected=EXPECTED)
    tiles = [_tile(path) for path in files]
    told = {tile.crs for tile in tiles if tile.crs}
    if not crs and len(told) != 1:
        raise InputError("the CRS of the elevation is not known", where=", ".join(sorted(told)), fix="name it: crs=…")
    chosen = crs or told.pop()
    try:
        is_projected = pyproj.CRS(chosen).is_projected
    except pyproj.exceptions.CRSError as problem:
        raise InputError(f"{chosen!r} is no CRS", where=str(problem)[:200], expected="e.g. EPSG:25832") from problem
    if not is_projected:
        raise InputError(f"the elevation is in {chosen}, in degrees", expected=EXPECTED)
    return _joined(tiles, chosen)


def _tile(path: Path) -> _Tile:
    if not path.is_file():
        raise InputError(f"{path.name} cannot be read", where=f"there is no file {path}", expected=EXPECTED)
    with path.open("rb") as stream:
        head = stream.read(64)
    try:
        if head.startswith(_TIFF):
            return _required(_geotiff(path), path.name)
        first = head.split()[:1]
        is_grid = bool(first) and first[0].decode("ascii").lower() in _ASC_KEYS
        return _required(_ascii_grid(path) if is_grid else _xyz(path), path.name)
    except InputError:
        raise
    except (ValueError, OSError, KeyError, IndexError, SyntaxError, TypeError) as problem:
        raise InputError(
            f"{path.name} is no elevation raster", where=str(problem)[:200], expected=EXPECTED
        ) from problem


def _required(tile: _Tile, name: str) -> _Tile:
    """The tile, if its points lie somewhere and apart."""
    if not (np.isfinite([tile.west, tile.south, tile.step]).all() and tile.step > 0):
        raise InputError(
            f"{name} has no place on earth",
            where=f"step {tile.step}, south-west {tile.west}, {tile.south}",
            expected="a step above 0 and coordinates in metres",
        )
    return tile


def _geotiff(path: Path) -> _Tile:
    """A north-up raster with one band, as Pillow (which matplotlib brings) reads it."""
    from PIL import Image

    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        Image.MAX_IMAGE_PIXELS, before = _MOST_POINTS, Image.MAX_IMAGE_PIXELS
        try:
            with Image.open(path, formats=["TIFF"]) as image:
                tags = dict(image.tag_v2)  # type: ignore[attr-defined]
                height = np.array(image, dtype=np.float32)
        except (Image.DecompressionBombWarning, Image.DecompressionBombError) as problem:
            raise _too_large(path.name) from problem
        finally:
            Image.MAX_IMAGE_PIXELS = before
    if height.ndim != 2 or 33550 not in tags or 33922 not in tags:
        raise InputError(f"{path.name} has several bands or no place on earth", expected=EXPECTED)
    keys = _geo_keys(tags.get(34735, ()))
    (step, down, *_), (column, row, _, x, y, *_) = tags[33550], tags[33922]
    if abs(step - down) > 1e-9 * step:
        raise InputError(f"{path.name} has points that are not square", where=f"{step} by {down}")
    centre = 0.0 if keys.get(1025) == 2 else 0.5  # 2: the tie point is a point, not the corner of an area
    height[height == float(str(tags.get(42113, "nan")).strip(" \0"))] = np.nan
    north, west = y + (row - centre) * step, x + (centre - column) * step
    code = keys.get(3072, 32767)
    return _Tile(
        height[::-1], float(west), float(north - (len(height) - 1) * step), float(step),
        f"EPSG:{code}" if code != 32767 else "",
    )  # fmt: skip


def _geo_keys(directory: Sequence[int]) -> dict[int, int]:
    """Whole-numbered keys of a GeoTIFF: 1025 kind of raster, 3072 projected CRS."""
    rows = np.asarray(directory, dtype=np.int64)[4:]
    return {int(key): int(value) for key, place, _, value in rows[: len(rows) // 4 * 4].reshape(-1, 4) if place == 0}


def _ascii_grid(path: Path) -> _Tile:
    told: dict[str, float] = {}
    with path.open(encoding="ascii") as stream:
        n_head = 0
        for line in stream:
            name, *value = line.split(None, 1)
            if name.lower() not in _ASC_KEYS:
                break
            told[name.lower()] = float(value[0])
            n_head += 1
    shape = int(told["nrows"]), int(told["ncols"])
    if shape[0] * shape[1] > _MOST_POINTS:
        raise _too_large(path.name)
    values = pd.read_csv(path, sep=r"\s+", skiprows=n_head, header=None, dtype=np.float32, engine="c").to_numpy()
    height = values.reshape(shape)[::-1].copy()
    if "nodata_value" in told:
        height[height == np.float32(told["nodata_value"])] = np.nan
    step = told["cellsize"]
    west, south = (
        told[f"{axis}llcenter"] if f"{axis}llcenter" in told else told[f"{axis}llcorner"] + step / 2 for axis in "xy"
    )
    return _Tile(height, west, south, step)


def _xyz(path: Path) -> _Tile:
    with path.open(encoding="ascii") as stream:
        start = stream.readline()
    separator = next((mark for mark in ",;" if mark in start), r"\s+")
    head = int(not start.strip()[:1].lstrip("-").isdigit())
    table = pd.read_csv(path, sep=separator, header=None, skiprows=head, usecols=[0, 1, 2], dtype=np.float64)
    x, y, height = (table[name].to_numpy() for name in (0, 1, 2))
    across, up = np.unique(x), np.unique(y)
    steps = np.concatenate([np.diff(across), np.diff(up)])
    if not len(steps):
        raise InputError(f"{path.name} holds a single point or line", expected=EXPECTED)
    tile = _empty((across[0], up[0]), (across[-1], up[-1]), float(steps.min()), path.name)
    column, row = (across_ / tile.step for across_ in (x - tile.west, y - tile.south))
    _require_regular(column, row, path.name)
    tile.height_m[np.rint(row).astype(np.int64), np.rint(column).astype(np.int64)] = height
    return tile


def _empty(low: tuple[float, float], high: tuple[float, float], step: float, name: str) -> _Tile:
    """A raster without heights from its south-western to its north-eastern point."""
    n_columns, n_rows = (round((high[axis] - low[axis]) / step) + 1 for axis in (0, 1))
    if n_columns * n_rows > _MOST_POINTS:
        raise _too_large(name)
    return _Tile(np.full((n_rows, n_columns), np.nan, dtype=np.float32), float(low[0]), float(low[1]), step)


def _require_regular(column: Float64, row: Float64, name: str) -> None:
    if max(np.abs(column - np.rint(column)).max(), np.abs(row - np.rint(row)).max()) > 0.01:
        raise InputError(f"{name} does not lie on one regular raster", expected=EXPECTED)


def _too_large(name: str) -> InputError:
    return InputError(
        f"{name} has more than {_MOST_POINTS // 1_000_000} million points", fix="take a terrain model of 5, 10 or 25 m"
    )


def _joined(tiles: Sequence[_Tile], crs: str) -> Elevation:
    """All tiles on one raster; where two overlap, the later one counts."""
    step = tiles[0].step
    high = [
        (tile.west + (tile.height_m.shape[1] - 1) * step, tile.south + (len(tile.height_m) - 1) * step)
        for tile in tiles
    ]
    low = min(tile.west for tile in tiles), min(tile.south for tile in tiles)
    whole = _empty(low, (max(x for x, _ in high), max(y for _, y in high)), step, "the elevation")
    for tile in tiles:
        column, row = np.array([(tile.west - low[0]) / step]), np.array([(tile.south - low[1]) / step])
        _require_regular(column, row, "a tile of the elevation")
        if abs(tile.step - step) > 1e-9 * step:
            raise InputError("tiles of the elevation differ in their step", where=f"{step} and {tile.step}")
        part = whole.height_m[round(row[0]) :, round(column[0]) :][: tile.height_m.shape[0], : tile.height_m.shape[1]]
        np.copyto(part, tile.height_m, where=~np.isnan(tile.height_m))
    return Elevation(whole.height_m, whole.west, whole.south, step, crs)
