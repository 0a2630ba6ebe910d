"""The layer of the lab: quarters with the share of people who live crowded, in steps that give nobody away."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely

from nahraum.publish.housing.model import Told
from nahraum.publish.mapjson import scalar, write_json

FILE = "housing.geojson"
_WGS84 = "EPSG:4326"
_STEP = 0.05
_DIGITS = 6


def housing_layer(told: Told, quarters: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Quarters with households, persons who live crowded (low, high), their share in steps of 5 %, the status.

    The share is of the persons that are told.
    """
    state = told.lab.quarters.set_index("quarter_id")
    columns = ["households", "persons", "crowded_persons_low", "crowded_persons_high", "status"]
    shapes = quarters[["quarter_id", "geometry"]].assign(quarter_id=quarters["quarter_id"].astype(str))
    table = shapes.merge(state[["name", *columns]], left_on="quarter_id", right_index=True, how="inner")
    middle = (table["crowded_persons_low"] + table["crowded_persons_high"]) / 2
    share = middle / table["persons"].where(table["persons"] > 0)
    table["crowded_share"] = (np.floor(share / _STEP + 0.5) * _STEP).round(2)
    return gpd.GeoDataFrame(table.sort_values("quarter_id", ignore_index=True), crs=quarters.crs)


def write_layer(told: Told, quarters: gpd.GeoDataFrame, folder: Path, notice: str) -> Path:
    """housing.geojson in longitude and latitude."""
    layer = housing_layer(told, quarters).to_crs(_WGS84)
    shapes = shapely.set_precision(layer.geometry.to_numpy(), 10.0**-_DIGITS)
    features = [
        {
            "type": "Feature", "geometry": shapely.geometry.mapping(shape),
            "properties": {key: scalar(value) for key, value in row.items()},
        }
        for shape, row in zip(shapes, layer.drop(columns="geometry").to_dict("records"), strict=True)
    ]  # fmt: skip
    return write_json({"type": "FeatureCollection", "notice": notice, "features": features}, folder / FILE)
