"""Tables and geometries as the compact JSON that the map reads: by column, rounded, the same bytes every time."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

WGS84 = "EPSG:4326"
COORDINATE_DIGITS = 6
DEFAULT_DIGITS = 6  # shares are rounded once, where they are shown


def write_json(document: Any, path: Path) -> Path:
    """One document without superfluous spaces."""
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    path.write_text(text, encoding="utf-8", newline="\n")
    return path


def scalar(value: object, digits: int = DEFAULT_DIGITS) -> Any:
    """One value as JSON can hold it: NaN and missing become null, whole numbers lose their point."""
    if value is None or value is pd.NA or value is pd.NaT:
        return None
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    if isinstance(value, (int, np.integer)):
        return int(value)
    if isinstance(value, (float, np.floating)):
        return _number(float(value), digits)
    return str(value)


def _number(value: float, digits: int) -> float | int | None:
    if not math.isfinite(value):
        return None
    rounded = round(value, digits) + 0.0
    return int(rounded) if rounded.is_integer() else rounded


def column(values: pd.Series, digits: int = DEFAULT_DIGITS) -> Any:
    """One column: numbers in a list, texts as codes of a sorted list, `{"all": value}` where all rows agree."""
    if pd.api.types.is_bool_dtype(values.dtype):
        found: list[Any] = [scalar(value) for value in values.tolist()]
    elif pd.api.types.is_numeric_dtype(values.dtype):
        found = [_number(value, digits) for value in values.to_numpy(dtype=np.float64, na_value=np.nan).tolist()]
    else:
        gone = values.isna().tolist()
        return _texts(["" if none else str(value) for value, none in zip(values.tolist(), gone, strict=True)])
    if len(found) > 1 and all(value == found[0] for value in found):
        return {"all": found[0]}
    return found


def _texts(values: list[str]) -> dict[str, Any]:
    distinct = sorted(set(values))
    if len(distinct) == 1:
        return {"all": distinct[0]}
    code = {value: place for place, value in enumerate(distinct)}
    return {"values": distinct, "codes": [code[value] for value in values]}


def table(frame: pd.DataFrame, key: str, columns: Sequence[str], digits: Mapping[str, int]) -> dict[str, Any]:
    """A table by column: `{"ids": [...], "columns": {...}}`.

    Parameters
        key : the column with the ids; columns : what to write beside it, in this order.
        digits : digits after the point per column, DEFAULT_DIGITS for the others.
    """
    return {
        "ids": [str(value) for value in frame[key].tolist()],
        "columns": {name: column(frame[name], digits.get(name, DEFAULT_DIGITS)) for name in columns},
    }


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """A short table as a list of rows."""
    return [{str(name): scalar(value) for name, value in row.items()} for row in frame.to_dict("records")]


def _rounded(coordinates: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    result: npt.NDArray[np.float64] = np.round(coordinates, COORDINATE_DIGITS) + 0.0
    return result


def lon_lat(frame: gpd.GeoDataFrame) -> npt.NDArray[np.object_]:
    """The geometries in longitude and latitude, without height, rounded to about a decimetre."""
    flat = shapely.force_2d(frame.geometry.to_crs(WGS84).to_numpy())
    result: npt.NDArray[np.object_] = shapely.transform(flat, _rounded)
    return result


def flat_points(frame: gpd.GeoDataFrame) -> list[float]:
    """Longitude and latitude of a point inside each geometry, one after the other."""
    if not len(frame):
        return []
    inside = gpd.GeoDataFrame(geometry=frame.geometry.representative_point(), crs=frame.crs)
    coordinates: list[float] = shapely.get_coordinates(lon_lat(inside)).ravel().tolist()
    return coordinates


def flat_corners(frame: gpd.GeoDataFrame) -> list[float]:
    """Longitude and latitude of the four corners of each square, eight numbers per row."""
    if not len(frame):
        return []
    rings = shapely.get_coordinates(lon_lat(frame)).reshape(len(frame), -1, 2)
    corners: list[float] = rings[:, :4, :].ravel().tolist()
    return corners


def write_geojson(frame: gpd.GeoDataFrame, columns: Mapping[str, str], path: Path) -> Path:
    """A feature collection in longitude and latitude; rows without geometry are left out.

    Parameters
        columns : property name by column of the frame.
    """
    kept = frame[~(frame.geometry.isna() | frame.geometry.is_empty)]
    shapes: list[str] = [] if kept.empty else shapely.to_geojson(lon_lat(kept)).tolist()
    properties = [
        json.dumps(dict(zip(columns.values(), map(scalar, row), strict=True)), ensure_ascii=False,
                   separators=(",", ":"), allow_nan=False)
        for row in kept[list(columns)].itertuples(index=False, name=None)
    ]  # fmt: skip
    features = [
        f'{{"type":"Feature","properties":{known},"geometry":{shape}}}'
        for known, shape in zip(properties, shapes, strict=True)
    ]
    text = '{"type":"FeatureCollection","features":[\n' + ",\n".join(features) + "\n]}\n"
    path.write_text(text, encoding="utf-8", newline="\n")
    return path
