"""Ground that could become something else: car parks, brownfield, garages, yards of schools, land for trade."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from nahraum.sources.osm import tags as meaning
from nahraum.sources.osm.areas import Areas

CRS = "EPSG:4326"
GROUND_KINDS = (
    "parking", "brownfield", "greenfield", "construction", "garages", "school", "commercial", "retail", "industrial",
)  # fmt: skip
_ABOVE_OR_BELOW = frozenset(("multi-storey", "underground", "rooftop", "garage", "sheds", "carports", "garage_boxes"))


def ground_kind(tags: meaning.Tags) -> str:
    """What kind of ground an object is, '' for none: buildings, and car parks in or below them, are none."""
    if meaning.is_gone(tags) or tags.get("building", "no") != "no":
        return ""
    amenity = meaning.values(tags.get("amenity", ""))
    if "parking" in amenity:
        inside = tags.get("parking", "") in _ABOVE_OR_BELOW or tags.get("location", "") == "underground"
        below = tags.get("layer", "").strip().startswith("-")
        return "" if inside or below else "parking"
    if "school" in amenity:
        return "school"
    land = tags.get("landuse", "")
    return land if land in GROUND_KINDS and land not in ("parking", "school") else ""


def ground_table(areas: Areas) -> gpd.GeoDataFrame:
    """One row per ground (contract: OsmExtract), sorted by id; access is '' where none is mapped."""
    polygons = areas.polygonal()
    kinds = [ground_kind(own) for own in polygons.tags]
    grounds = polygons.only(np.array([kind != "" for kind in kinds], dtype=bool))
    table = {
        "ground_id": pd.Series(grounds.ids, dtype="str"),
        "kind": pd.Series([kind for kind in kinds if kind], dtype="str"),
        "name": pd.Series([own.get("name", "") for own in grounds.tags], dtype="str"),
        "access": pd.Series([own.get("access", "") for own in grounds.tags], dtype="str"),
        "capacity": np.array([meaning.number(own.get("capacity", "")) for own in grounds.tags], dtype=np.float64),
    }
    return gpd.GeoDataFrame(pd.DataFrame(table), geometry=grounds.shapes, crs=CRS)
