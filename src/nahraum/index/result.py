"""What the index says of a study, as tables."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import pandas as pd


@dataclass(frozen=True)
class Result:
    """Who lacks several prerequisites, where, and how sure that is; columns: indicators/catalogue.toml.

    addresses : per address inside the boundary (internal): lacks, several_*, class.
    cells : GeoDataFrame of inhabited cells inside the boundary, squares in EPSG:3035.
    quarters : GeoDataFrame in the study's CRS.
    municipality : one row.
    combinations : the sixteen combinations and `undetermined`, with residents.
    partly_known : what is known of the undetermined residents.
    locations : GeoDataFrame in the study's CRS; small settlements are marked, not dropped.
    location_services : what most residents of a location do not reach, and the nearest of it.
    settlements_small : the locations marked as settlement.
    discriminating : per prerequisite, does its threshold tell places apart.
    variants : the printed list of variants.
    edge : one row: residents counted, at the edge of the data, outside the boundary.
    municipalities : GeoDataFrame in the study's CRS, for a study of several; else None.
    municipality_variants : variant_id and the share certainly lacking several of each municipality; None as above.
    """

    addresses: pd.DataFrame
    cells: gpd.GeoDataFrame
    quarters: gpd.GeoDataFrame
    municipality: pd.DataFrame
    combinations: pd.DataFrame
    partly_known: pd.DataFrame
    locations: gpd.GeoDataFrame
    location_services: pd.DataFrame
    settlements_small: gpd.GeoDataFrame
    discriminating: pd.DataFrame
    variants: pd.DataFrame
    edge: pd.DataFrame
    municipalities: gpd.GeoDataFrame | None = None
    municipality_variants: pd.DataFrame | None = None
