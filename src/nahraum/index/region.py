"""Municipalities of several studies ranked together, within their type and only where the same is known."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from nahraum.index.variants import Followed, rank
from nahraum.parameters import Parameters

RANKS = ("rank", "rank_min", "rank_max", "n_comparable")


def comparable_places(table: pd.DataFrame, parameters: Parameters, *, like: pd.Series | None = None) -> pd.Series:
    """What must be equal for two places to be compared; missing for places that are not ranked.

    Parameters
        like : a further likeness, e.g. the type of a municipality.
    """
    enough = table["residents_judged"] >= parameters.number("locations.settlement_minimum_residents")
    found = table["known_dimensions"].where(enough & (table["known_dimensions"] != ""))
    return found if like is None else found.where(found.isna(), found + "|" + like.fillna("").astype(str))


def ranked_together(rows: gpd.GeoDataFrame, shares: pd.DataFrame, parameters: Parameters) -> gpd.GeoDataFrame:
    """The municipalities with new ranks among all of them.

    Parameters
        rows : as `index.places.municipalities_table` makes them, of several studies; with measured_by only those
            measured by the same sources are compared: with a timetable fewer stops count, with a register more places.
        shares : variant_id, then a column per municipality with the share certainly lacking several; the study's own
            thresholds come first.
    """
    ids = rows["municipality_id"].astype(str)
    known = shares[list(ids)].to_numpy(dtype=np.float64)
    followed = Followed(np.zeros(known.shape, dtype=np.bool_), known)
    ranks = rank(followed, comparable_places(rows, parameters, like=_like(rows)))
    plain = rows.drop(columns=[rows.geometry.name, *(name for name in RANKS if name in rows.columns)])
    return gpd.GeoDataFrame(pd.concat([plain, ranks], axis=1), geometry=rows.geometry, crs=rows.crs)


def _like(rows: pd.DataFrame) -> pd.Series:
    kind = rows["type"].fillna("").astype(str)
    return kind if "measured_by" not in rows.columns else kind + "|" + rows["measured_by"].astype(str)
