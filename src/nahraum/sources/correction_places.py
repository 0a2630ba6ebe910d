"""Where a correction lies: columns lon and lat, x and y with a CRS, WKT or the shape of a layer, as degrees."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pyproj
import shapely

from nahraum.errors import InputError
from nahraum.sources.correction_rows import Row
from nahraum.sources.georef import usable_crs

_DEGREES = "EPSG:4326"


class Places:
    """Shapes of rows in lon/lat; transformers are kept, problems noted per row."""

    def __init__(self, crs: str | None) -> None:
        self._crs = crs
        self._known: dict[str, pyproj.Transformer | str] = {}

    def shape(self, row: Row, wrong: list[str]) -> Any:
        """The place of a row: drawn, WKT, lon and lat, or x and y; None where it gives none. [degrees]"""
        given = [
            name
            for name, is_there in (
                ("geometry", row.shape is not None),
                ("wkt", bool(row.text("wkt"))),
                ("lon and lat", bool(row.text("lon") or row.text("lat"))),
                ("x and y", bool(row.text("x") or row.text("y"))),
            )
            if is_there
        ]
        if len(given) > 1:
            wrong.append(f"the place is given twice: {' and '.join(given)}")
        if not given or len(given) > 1:
            return None
        if row.shape is not None:
            if row.crs is None and self._crs is None:
                wrong.append(
                    "the file does not say its coordinate reference system; add crs = … to [sources.corrections]"
                )
                return None
            return self._turned(row.shape, row.crs if row.crs is not None else self._crs, wrong)
        if row.text("wkt"):
            return self._turned(_of_wkt(row.text("wkt"), wrong), self._crs_of(row) or _DEGREES, wrong)
        if given == ["lon and lat"]:
            return self._turned(_point(row, "lon", "lat", wrong), _DEGREES, wrong)
        return self._metric(row, "x", "y", wrong)

    def old_point(self, row: Row, wrong: list[str]) -> tuple[float | None, float | None]:
        """Where the data have a moved object: old_lon and old_lat, or old_x and old_y. [degrees]"""
        if row.text("old_lon") or row.text("old_lat"):
            point = self._turned(_point(row, "old_lon", "old_lat", wrong), _DEGREES, wrong)
        elif row.text("old_x") or row.text("old_y"):
            point = self._metric(row, "old_x", "old_y", wrong)
        else:
            return None, None
        return (None, None) if point is None else (float(point.x), float(point.y))

    def _metric(self, row: Row, x: str, y: str, wrong: list[str]) -> Any:
        if not self._crs_of(row):
            wrong.append(f"{x} and {y} need a CRS: a column crs, or crs = … in [sources.corrections]")
            return None
        return self._turned(_point(row, x, y, wrong), self._crs_of(row), wrong)

    def _crs_of(self, row: Row) -> str:
        text = row.text("crs") or (self._crs or "")
        return f"EPSG:{text}" if text.isdigit() else text

    def _turned(self, shape: Any, crs: Any, wrong: list[str]) -> Any:
        """The shape in degrees, finite and on Earth; None with a word about it otherwise."""
        if shape is None:
            return None
        key = str(crs)
        if key not in self._known:
            try:
                system, _ = usable_crs(key, crs, "the correction", accept_datum_shift=False)
                self._known[key] = pyproj.Transformer.from_crs(system, _DEGREES, always_xy=True)
            except InputError as error:
                self._known[key] = "; ".join([error.what, *error.where])
        turn = self._known[key]
        if isinstance(turn, str):
            wrong.append(turn)
            return None
        if key != _DEGREES:
            shape = shapely.transform(shape, lambda xy: np.column_stack(turn.transform(xy[:, 0], xy[:, 1])))
        west, south, east, north = shapely.bounds(shape)
        if not math.isfinite(west + south + east + north) or max(-west, east) > 180 or max(-south, north) > 90:
            wrong.append(f"the place {west:.6g}, {south:.6g} is none on Earth in {key}")
            return None
        if shape.geom_type in ("Polygon", "MultiPolygon") and not shape.is_valid:
            wrong.append("the outline crosses itself")
            return None
        return _plain(shape)


def _plain(shape: Any) -> Any:
    """A multi-geometry of one part as that part."""
    if shape.geom_type.startswith("Multi") and len(shape.geoms) == 1:
        return shape.geoms[0]
    return shape


def _point(row: Row, x: str, y: str, wrong: list[str]) -> shapely.Point | None:
    values = []
    for name in (x, y):
        text = row.text(name)
        try:
            values.append(float(text.replace(",", ".")))
        except ValueError:
            wrong.append(f"{name} {text!r} is no number" if text else f"{name} is missing")
    return shapely.Point(values) if len(values) == 2 else None


def _of_wkt(text: str, wrong: list[str]) -> Any:
    try:
        shape = shapely.force_2d(shapely.from_wkt(text))
    except shapely.errors.ShapelyError as error:
        wrong.append(f"{text[:40]!r} is no WKT: {str(error)[:80]}")
        return None
    if shape.is_empty:
        wrong.append(f"{text[:40]!r} is empty")
        return None
    return shape
