"""The tables of addresses, cells, quarters and the municipality, put together."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from nahraum.frames import MICRO, to_micro
from nahraum.grid import GRID_CRS, cell_square
from nahraum.index import counting
from nahraum.index.aggregate import Counted, Counting, Units, all_k_columns, count_units, place_table
from nahraum.index.people import LACKS, Int64, judged_rows
from nahraum.index.services import nearest_columns, place_names
from nahraum.indicators import AreaLike

MUNICIPALITY_ID = "all"


def cells_index(rows: pd.DataFrame) -> pd.Index:
    """Keys of the cells with residents inside the boundary, sorted."""
    lived_in = rows["inside"].to_numpy(dtype=bool) & (rows["residents"].to_numpy() > 0)
    found: pd.Index = pd.Index(np.unique(rows["cell_key"].to_numpy(dtype=np.int64)[lived_in]), name="cell_key")
    return found


def _inside(rows: pd.DataFrame, lacks: pd.DataFrame, code: Int64) -> tuple[pd.DataFrame, pd.DataFrame, Int64]:
    member = (code >= 0) & rows["inside"].to_numpy(dtype=bool)
    return rows[member].reset_index(drop=True), lacks[member].reset_index(drop=True), code[member]


def _table(
    rows: pd.DataFrame, lacks: pd.DataFrame, units: Units, *, column: str, ids: pd.Index, rule: Counting
) -> pd.DataFrame:
    code = ids.get_indexer(pd.Index(rows[column])).astype(np.int64)
    unit_code = ids.get_indexer(pd.Index(units.keys[column])).astype(np.int64)
    some, their_lacks, their_code = _inside(rows, lacks, code)
    return place_table(some, their_lacks, units, code=their_code, unit_code=unit_code, n=len(ids), rule=rule)


def cells_table(
    rows: pd.DataFrame, lacks: pd.DataFrame, counted: Counted, *, area: AreaLike, rule: Counting
) -> gpd.GeoDataFrame:
    """One row per inhabited cell inside the boundary, squares in EPSG:3035, sorted by key."""
    ids = cells_index(rows)
    keys = ids.to_numpy(dtype=np.int64)
    table = _table(rows, lacks, counted.cells, column="cell_key", ids=ids, rule=rule)
    quarter = area.cells.set_index("cell_key")["quarter_id"].reindex(keys).fillna("")
    head = pd.DataFrame({"cell_key": keys, "quarter_id": quarter.to_numpy(dtype=object)})
    code = ids.get_indexer(pd.Index(rows["cell_key"])).astype(np.int64)
    nearest = pd.DataFrame(nearest_columns(rows, code, len(ids), names=place_names(area)))
    whole = pd.concat([head, table, nearest], axis=1)
    return gpd.GeoDataFrame(whole, geometry=cell_square(keys), crs=GRID_CRS)


def quarters_table(
    rows: pd.DataFrame, lacks: pd.DataFrame, counted: Counted, *, area: AreaLike, rule: Counting
) -> gpd.GeoDataFrame:
    """One row per quarter, inhabited or not, in the study's CRS, sorted by id."""
    quarters = area.quarters.sort_values("quarter_id", kind="stable").reset_index(drop=True)
    ids = pd.Index(quarters["quarter_id"])
    table = _table(rows, lacks, counted.parts, column="quarter_id", ids=ids, rule=rule)
    whole = pd.concat([quarters[["quarter_id", "name"]], table], axis=1)
    return gpd.GeoDataFrame(whole, geometry=quarters.geometry, crs=quarters.crs)


def municipality_table(rows: pd.DataFrame, lacks: pd.DataFrame, counted: Counted, *, rule: Counting) -> pd.DataFrame:
    """One row for all residents inside the boundary, with M0 and A for every k."""
    code, units = np.where(rows["inside"].to_numpy(dtype=bool), 0, -1).astype(np.int64), counted.cells
    unit_code = np.zeros(len(units.keys), dtype=np.int64)
    some, their_lacks, their_code = _inside(rows, lacks, code)
    table = place_table(some, their_lacks, units, code=their_code, unit_code=unit_code, n=1, rule=rule)
    more = pd.DataFrame(all_k_columns(units.grouped(unit_code, 1), rule))
    return pd.concat([pd.DataFrame({"municipality_id": [MUNICIPALITY_ID]}), table, more], axis=1)


def by_municipality(rows: pd.DataFrame, area: AreaLike) -> pd.DataFrame:
    """The rows with the municipality of each address in place of its quarter."""
    key = area.addresses.set_index("address_id")["municipality_id"].reindex(rows["address_id"])
    return rows.assign(quarter_id=key.to_numpy(dtype=object))


def municipalities_table(
    rows: pd.DataFrame, lacks: pd.DataFrame, *, area: AreaLike, rule: Counting
) -> gpd.GeoDataFrame | None:
    """One row per municipality of a study of several, in the study's CRS, sorted by key; None for a study of one."""
    known = getattr(area, "municipalities", None)
    if known is None:
        return None
    of_row = by_municipality(rows, area)
    counted = count_units(of_row, lacks)
    ids = pd.Index(known["municipality_id"])
    table = _table(of_row, lacks, counted.parts, column="quarter_id", ids=ids, rule=rule)
    whole = pd.concat([known[["municipality_id", "name", "type"]], table], axis=1)
    return gpd.GeoDataFrame(whole, geometry=known.geometry, crs=known.crs)


def addresses_table(rows: pd.DataFrame, lacks: pd.DataFrame, counted: Counted, *, rule: Counting) -> pd.DataFrame:
    """One row per address inside the boundary (internal): its lacks and what they add up to.

    Returns
        `address_id, cell_key, quarter_id, residents, residents_communal, judged`, the columns of the lacks,
        `lacks_known` (sum of the known ones, the internet offer as a share), `lacks_unknown` (how many are not
        known), `several_share_min|_max`, `several_known_share`, `class`. The share of the cell is taken for
        the internet offer of each address.
    """
    sums = counting.unit_sums(counted.people, counted.people.row, len(rows), ks=(rule.k,))
    share = counting.several_share(sums, rule.k, enough=rule.enough)
    known = lacks[list(LACKS)].to_numpy(dtype=np.float64)
    head = ["address_id", "cell_key", "quarter_id", "residents", "residents_communal"]
    table = pd.concat([rows[head], lacks.drop(columns="address_id", errors="ignore")], axis=1)
    table.insert(len(head), "judged", judged_rows(rows))
    table["lacks_known"] = np.nansum(known, axis=1)
    table["lacks_unknown"] = np.isnan(known).sum(axis=1)
    table["several_share_min"] = share["min"].to_numpy()
    table["several_share_max"] = share["max"].to_numpy()
    table["several_known_share"] = counting.several_known_share(sums, rule.k).to_numpy()
    table["class"] = counting.classify(share["min"], share["max"], majority=rule.majority)
    return table[rows["inside"].to_numpy(dtype=bool)].reset_index(drop=True)


def edge_table(rows: pd.DataFrame) -> pd.DataFrame:
    """One row: who is counted and who is not. [persons, addresses]"""
    inside, edge = rows["inside"].to_numpy(dtype=bool), rows["edge"].to_numpy(dtype=bool)
    micro = to_micro(rows["residents"].to_numpy())
    communal = to_micro(rows["residents_communal"].to_numpy())
    counts = {
        "residents_inside": micro[inside].sum() / MICRO,
        "residents_judged": micro[inside & ~edge].sum() / MICRO,
        "residents_edge": micro[inside & edge].sum() / MICRO,
        "residents_outside": micro[~inside].sum() / MICRO,
        "residents_communal": communal[inside].sum() / MICRO,
        "addresses_inside": int(inside.sum()),
        "addresses_edge": int((inside & edge).sum()),
    }
    return pd.DataFrame([counts])
