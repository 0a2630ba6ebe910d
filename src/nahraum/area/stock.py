"""The building stock: what every mapped building covers, and how many storeys it has."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from nahraum.area.space import polygonal, project
from nahraum.parameters import Parameters

if TYPE_CHECKING:
    import geopandas as gpd


def building_stock(buildings: gpd.GeoDataFrame, parameters: Parameters, *, crs: str) -> pd.DataFrame:
    """Every mapped building with walls, sorted by id: building_id, x_m, y_m, footprint_m2, storeys, storeys_mapped.

    Parameters
        buildings : `OsmExtract.buildings`.
        crs : the study's CRS.

    Notes
        storeys by type of building where none are mapped (`residents.levels_default`); storeys_mapped tells which.
        Kinds in `density.no_walls` (roofs, ruins) cover ground, too, but have no floor and are left out.
    """
    no_walls = set(parameters.value("density.no_walls"))
    standing = buildings[~buildings["building"].isin(no_walls)].sort_values("building_id")
    standing = project(standing, crs, called="buildings").reset_index(drop=True)
    shapes, _ = polygonal(standing.geometry.to_numpy())
    points = shapely.get_coordinates(shapely.point_on_surface(shapes)).round(2).reshape(-1, 2)
    defaults = {name: float(item.value) for name, item in parameters.group("residents.levels_default").items()}
    usual = parameters.number("area.storey_height_levels_default")
    by_type = standing["building"].map(defaults).astype(np.float64).fillna(usual).to_numpy()
    mapped = standing["levels"].to_numpy(np.float64)
    most = parameters.number("residents.levels_maximum")
    return pd.DataFrame(
        {
            "building_id": standing["building_id"].astype(str),
            "x_m": points[:, 0],
            "y_m": points[:, 1],
            "footprint_m2": shapely.area(shapes).round(2),
            "storeys": np.where(mapped > 0, np.clip(mapped, 1, most), by_type),
            "storeys_mapped": mapped > 0,
        }
    )
