"""Published layers as features to be asked for by page and by box: what OGC API Features answers.

Only what stands in `public/nahraum.gpkg` is read, so everything has been through `publish.release`.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely

from nahraum.errors import InputError

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
FILE = "nahraum.gpkg"
_DRAWING = ("base_areas", "base_lines")
_KEYS = {
    "cells": "cell_id", "quarters": "quarter_id", "locations": "location_id", "municipalities": "municipality_id",
    "places": "facility_id", "greens": "green_id", "entrances": "entrance_id",
}  # fmt: skip
_TITLES = {
    "cells": ("Cells of 100 m", "Zellen von 100 m"),
    "quarters": ("Quarters", "Quartiere"),
    "locations": (
        "Locations lacking several prerequisites", "Wohnstandorte mit mehrfach fehlenden Voraussetzungen",
    ),
    "municipalities": ("Municipalities", "Gemeinden"),
    "places": ("Places of everyday supply", "Orte der Nahversorgung"),
    "greens": ("Public green", "Öffentliches Grün"),
    "entrances": ("Entrances of public green", "Eingänge öffentlicher Grünflächen"),
}  # fmt: skip
_DEGREES, _METRES = 7, 2  # digits after the point: a centimetre


def crs_uri(crs: str) -> str:
    """The address by which OGC names a CRS, e.g. of EPSG:25832."""
    return CRS84 if crs in ("EPSG:4326", CRS84) else f"http://www.opengis.net/def/crs/EPSG/0/{crs.rpartition(':')[2]}"


@dataclass(frozen=True)
class Page:
    """Some features of a layer, as the text of GeoJSON each, and how many there are in all."""

    features: list[str]
    matched: int
    offset: int


@dataclass(frozen=True, eq=False)
class Layer:
    """One published layer; `frame` in the study's CRS, sorted by id; `called` in English and German."""

    name: str
    frame: gpd.GeoDataFrame
    crs: str
    called: tuple[str, str] | None = None

    @property
    def title(self) -> tuple[str, str]:
        """In English and German."""
        return self.called or _TITLES.get(self.name, (self.name, self.name))

    @property
    def key(self) -> str:
        """The column that names a feature."""
        return _key_of(self.name, self.frame)

    @property
    def crs_uris(self) -> list[str]:
        """The CRSs in which it can be asked for: longitude and latitude first."""
        return [CRS84, crs_uri(self.crs)]

    @cached_property
    def degrees(self) -> Any:
        """Geometries in longitude and latitude."""
        return shapely.set_precision(self.frame.geometry.to_crs(4326).to_numpy(), 10.0**-_DEGREES, mode="pointwise")

    @cached_property
    def metres(self) -> Any:
        """Geometries in the study's CRS."""
        return shapely.set_precision(self.frame.geometry.to_numpy(), 10.0**-_METRES, mode="pointwise")

    @cached_property
    def tree(self) -> shapely.STRtree:
        """The geometries in the study's CRS, to be asked by box."""
        return shapely.STRtree(self.frame.geometry.to_numpy())

    @cached_property
    def tree_in_degrees(self) -> shapely.STRtree:
        """The geometries in longitude and latitude, to be asked by box."""
        return shapely.STRtree(self.degrees)

    def bounds(self) -> list[float] | None:
        """West, south, east, north; None where there is no feature. [degrees]"""
        return [round(float(one), _DEGREES) for one in shapely.total_bounds(self.degrees)] if len(self.frame) else None

    def page(
        self, *, limit: int, offset: int = 0, bbox: tuple[float, ...] = (), bbox_crs: str = CRS84, crs: str = CRS84
    ) -> Page:
        """Features in order of their ids.

        Parameters
            bbox : west, south, east, north in `bbox_crs`; six numbers with heights, which are left out.

        Raises
            InputError for a box that is none, and for a CRS in which the layer is not offered.
        """
        rows = np.arange(len(self.frame))
        if bbox:
            tree = self.tree_in_degrees if self._offered(bbox_crs) == CRS84 else self.tree
            rows = np.sort(tree.query(_box(bbox), predicate="intersects"))
        some = rows[offset : offset + limit]
        return Page([self._feature(int(row), crs) for row in some], len(rows), offset)

    def feature(self, name: str, *, crs: str = CRS84) -> str | None:
        """One feature by its id, None where there is none."""
        at = self._row_of.get(name)
        return None if at is None else self._feature(at, crs)

    @cached_property
    def _row_of(self) -> dict[str, int]:
        return {str(name): at for at, name in enumerate(self.frame[self.key])}

    @cached_property
    def _properties(self) -> list[dict[str, Any]]:
        plain = self.frame.drop(columns=self.frame.geometry.name)
        return [{name: _value(one) for name, one in row.items()} for row in plain.to_dict("records")]

    def _offered(self, crs: str) -> str:
        if crs not in self.crs_uris:
            raise InputError(
                f"layer {self.name!r} is not offered in this CRS", where=crs[:80], expected=", ".join(self.crs_uris)
            )
        return crs

    def _feature(self, row: int, crs: str) -> str:
        shapes = self.degrees if self._offered(crs) == CRS84 else self.metres
        properties = self._properties[row]
        name = json.dumps(str(properties[self.key]), ensure_ascii=False)
        told = json.dumps(properties, ensure_ascii=False)
        shape = shapely.to_geojson(shapes[row]) if shapes[row] is not None else "null"
        return f'{{"type":"Feature","id":{name},"geometry":{shape},"properties":{told}}}'


def read_layers(public: Path) -> dict[str, Layer]:
    """The published layers of a study by name, in the order of the file, in the CRS of the quarters.

    Raises
        InputError where nothing has been published yet.
    """
    file = public / FILE
    if not file.is_file():
        raise InputError("nothing has been published of this study yet", where=str(file), fix="nahraum run STUDY")
    names = [str(name) for name, kind in pyogrio.list_layers(file) if kind is not None and name not in _DRAWING]
    frames = {name: pyogrio.read_dataframe(file, layer=name) for name in names}
    crs = f"EPSG:{frames['quarters'].crs.to_epsg()}"
    layers = {}
    for name, frame in frames.items():
        ordered = frame.to_crs(crs).sort_values(_key_of(name, frame), kind="stable").reset_index(drop=True)
        layers[name] = Layer(name, ordered, crs)
    return layers


def _key_of(name: str, frame: pd.DataFrame) -> str:
    wanted = _KEYS.get(name, f"{name.removesuffix('s')}_id")
    return wanted if wanted in frame.columns else str(frame.columns[0])


def _box(bbox: tuple[float, ...]) -> shapely.Geometry:
    numbers = (*bbox[:2], *bbox[3:5]) if len(bbox) == 6 else bbox
    if len(numbers) != 4 or not all(math.isfinite(one) for one in numbers):
        raise InputError("'bbox' is no box", expected="west,south,east,north", fix="four numbers with commas")
    west, south, east, north = numbers
    if south > north or west > east:
        raise InputError("'bbox' is no box", expected="west <= east and south <= north")
    return shapely.box(west, south, east, north)


def _value(one: Any) -> Any:
    if isinstance(one, float | np.floating):
        return float(one) if math.isfinite(one) else None
    if one is None or one is pd.NA or one is pd.NaT:
        return None
    if isinstance(one, np.generic):
        return one.item()
    return one if isinstance(one, str | int | bool) else str(one)
