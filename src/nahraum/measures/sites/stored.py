"""Candidate sites as a table that a stage store can hold, and back."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from nahraum.measures.model import Cost, Site
from nahraum.measures.sites.candidates import Candidates
from nahraum.scenario.log import edit_of

_PLAIN = (
    "site_id", "type_id", "quarter_id", "x_m", "y_m", "quantity", "parcel_id", "name", "source", "reason_de",
    "reason_en", "dwellings", "sealing_m2", "canopy_m2", "street",
)  # fmt: skip
_ENDS = ("low", "mid", "high")


@dataclass(frozen=True)
class SiteTables:
    """Sites with their edits as JSON and their costs as columns; notes and must-haves as in `Candidates`."""

    sites: gpd.GeoDataFrame
    notes: pd.DataFrame
    must: tuple[str, ...]


def site_tables(found: Candidates, crs: str) -> SiteTables:
    """The sites as a table in the study's CRS."""
    columns = [*_PLAIN, *(f"{what}_{end}_eur" for what in ("cost", "running") for end in _ENDS), "edits"]
    rows = [_row(site) for site in found.sites]
    geometry = gpd.GeoSeries([site.geometry for site in found.sites], crs=crs)
    table = gpd.GeoDataFrame(pd.DataFrame(rows, columns=columns), geometry=geometry, crs=crs)
    return SiteTables(table, found.notes, found.must)


def _row(site: Site) -> list[object]:
    amounts = [getattr(cost, f"{end}_eur") for cost in (site.cost, site.running) for end in _ENDS]
    edits = json.dumps([edit.to_dict() for edit in site.edits], ensure_ascii=False)
    return [*(getattr(site, name) for name in _PLAIN), *amounts, edits]


def sites_of(tables: SiteTables) -> Candidates:
    """The sites of a table that `site_tables` made."""
    frame = tables.sites
    shapes = frame.geometry.to_numpy()
    records = pd.DataFrame(frame.drop(columns=frame.geometry.name)).to_dict(orient="records")
    sites = []
    for row, shape in zip(records, shapes, strict=True):
        costs = {what: Cost(*(_number(row[f"{what}_{end}_eur"]) for end in _ENDS)) for what in ("cost", "running")}
        edits = tuple(edit_of(one) for one in json.loads(str(row["edits"])))
        told = {str(name): row[name] for name in _PLAIN}
        sites.append(Site(**told, geometry=shape, edits=edits, cost=costs["cost"], running=costs["running"]))
    return Candidates(tuple(sites), tables.notes, tables.must)


def _number(value: object) -> float:
    return math.nan if value is None else float(str(value))
