"""Further indicators on the tables of cells, quarters and the municipality."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from nahraum.index.means import completeness, shown_weights, status_words, summed_status, weighted_mean, weighted_median
from nahraum.index.people import Int64
from nahraum.index.places import MUNICIPALITY_ID
from nahraum.index.result import Result
from nahraum.indicators.catalogue import Indicator, read_catalogue
from nahraum.indicators.further import Further
from nahraum.parameters import Parameters


def with_further(result: Result, addresses: pd.DataFrame, further: Further, parameters: Parameters) -> Result:
    """The result with every further indicator on its cells, quarters and municipality.

    Parameters
        addresses : table `ADDRESSES` of the study area.

    Notes
        Values of addresses are summed up over the residents inside the boundary (those judged, or all where none is);
        values of areas stand as they were computed.
    """
    share = parameters.number("counting.status_share")
    rows = addresses.merge(further.addresses, on="address_id", how="left", validate="one_to_one")
    rows = rows[rows["inside"].to_numpy(dtype=bool)].reset_index(drop=True)
    entries = {item.id: item for item in (*read_catalogue(), *further.catalogue())}
    found = [entries[str(name)] for name in further.addresses.columns if str(name) in entries]

    def joined(table: Any, key: str, own: pd.DataFrame, of_row: pd.Series) -> Any:
        ids = pd.Index(table[key])
        code = ids.get_indexer(pd.Index(of_row)).astype(np.int64)
        member = code >= 0
        summed = summed_values(rows[member].reset_index(drop=True), found, code[member], n=len(ids), share=share)
        beside = own.set_index(key).reindex(ids).reset_index(drop=True)
        return _beside(table, pd.concat([summed, beside], axis=1))

    everywhere = pd.Series(np.full(len(rows), MUNICIPALITY_ID, dtype=object))
    return replace(
        result,
        cells=joined(result.cells, "cell_key", further.cells, rows["cell_key"]),
        quarters=joined(result.quarters, "quarter_id", further.quarters, rows["quarter_id"]),
        municipality=joined(result.municipality, "municipality_id", further.municipality, everywhere),
        municipalities=None
        if result.municipalities is None
        else joined(result.municipalities, "municipality_id", further.municipalities, rows["municipality_id"]),
    )


def summed_values(rows: pd.DataFrame, entries: list[Indicator], code: Int64, *, n: int, share: float) -> pd.DataFrame:
    """Each indicator per group (0..n-1 in `code`) with its status and completeness.

    Parameters
        share : as in `means.summed_status`.
    """
    everybody = shown_weights(rows, code, n)
    columns: dict[str, object] = {}
    for entry in entries:
        weights = _of_them(everybody, rows, entry.weight)
        values = rows[entry.id].to_numpy(dtype=np.float64)
        summed = weighted_median if entry.summed == "median" else weighted_mean
        columns[entry.id] = summed(values, weights, code, n)
        status = summed_status(rows[f"{entry.id}_status"], values, weights, code, n, share=share)
        columns[f"{entry.id}_status"] = status_words(status)
        columns[f"{entry.id}_completeness"] = completeness(values, weights, code, n)
    return pd.DataFrame(columns, index=range(n))


def _of_them(weights: Int64, rows: pd.DataFrame, share: str) -> Int64:
    """Residents who count: all, or the share of them that a column tells (nobody where it is not known)."""
    if not share or share not in rows.columns:
        return weights
    part = np.nan_to_num(rows[share].to_numpy(dtype=np.float64), nan=0.0)
    return np.asarray(np.rint(weights * part), dtype=np.int64)


def _beside(table: pd.DataFrame, more: pd.DataFrame) -> pd.DataFrame:
    """The table with further columns, its geometry last as before."""
    more = more.set_axis(table.index)
    plain = pd.DataFrame(table)
    if not isinstance(table, gpd.GeoDataFrame):
        return plain.join(more)
    plain = plain.drop(columns=table.geometry.name).join(more)
    whole: pd.DataFrame = gpd.GeoDataFrame(plain, geometry=table.geometry, crs=table.crs)
    return whole
