"""The parcels of a funding area: the list that goes with a formal decision."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from nahraum.area.space import polygonal, project
from nahraum.parameters import Parameters


def parcel_list(areas: gpd.GeoDataFrame, given: gpd.GeoDataFrame, parameters: Parameters) -> pd.DataFrame:
    """Which parcels belong to each area.

    Parameters
        areas : area_id and geometry; given : ids (`unit_id` or `quarter_id`) and polygons of parcels in any CRS.

    Returns
        area_id, parcel_id, m2 (of the parcel), inside_share, listed (enough of it lies inside); sorted. Parcels that
        only touch the area are not there; one that is cut by the border is, so that the office can decide.
    """
    here = project(given, str(areas.crs), called="the table of parcels")
    name = "unit_id" if "unit_id" in here.columns else "quarter_id"
    shapes, _ = polygonal(here.geometry.to_numpy())
    outlines = np.asarray(areas.geometry.to_numpy(), dtype=object)
    area, parcel = shapely.STRtree(shapes).query(outlines, predicate="intersects")
    size = shapely.area(shapes[parcel])
    inside = shapely.area(shapely.intersection(outlines[area], shapes[parcel]))
    share = np.divide(inside, size, out=np.zeros(len(size)), where=size > 0)
    table = pd.DataFrame(
        {
            "area_id": areas["area_id"].to_numpy(dtype=object)[area],
            "parcel_id": here[name].astype(str).to_numpy(dtype=object)[parcel],
            "m2": size.round(1),
            "inside_share": share.round(4),
            "listed": share >= parameters.number("funding_areas.parcel_share"),
        }
    )
    table = table[table["inside_share"] > 0]
    return table.sort_values(["area_id", "parcel_id"], kind="stable", ignore_index=True)
