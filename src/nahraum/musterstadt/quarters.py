"""Quarters as a vector file: GeoJSON with number and name."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from nahraum.musterstadt.city import City
from nahraum.musterstadt.osm_draft import to_lon_lat
from nahraum.musterstadt.osm_features import quarter_rings


def write_quarters(cities: Iterable[City], path: Path) -> None:
    """One feature per quarter; WGS 84 as GeoJSON wants it."""
    features = [feature for city in cities for feature in _features(city)]
    document = {"type": "FeatureCollection", "name": "quartiere", "features": features}
    path.write_text(json.dumps(document, ensure_ascii=False, indent=None) + "\n", encoding="utf-8")


def _features(city: City) -> list[dict[str, Any]]:
    streets, features = city.streets, []
    for quarter, rings in zip(city.plan.quarters, quarter_rings(city.plan), strict=True):
        polygons = []
        for ring in rings:
            corners = np.array([streets.corner(i, j) for i, j in [*ring, ring[0]]])
            lon, lat = to_lon_lat(streets.x_m[corners], streets.y_m[corners])
            polygons.append([[[x, y] for x, y in zip(lon.tolist(), lat.tolist(), strict=True)]])
        features.append(
            {
                "type": "Feature",
                "properties": {
                    "quartier_nr": quarter.id, "quartier": quarter.name, "stadtbezirk": quarter.district,
                    "siedlungstyp": city.plan.name_of_character(quarter),
                },
                "geometry": {"type": "MultiPolygon", "coordinates": polygons},
            }
        )  # fmt: skip
    return features
