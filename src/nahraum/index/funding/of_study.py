"""Funding areas of a whole study in one call: units, need, variants, proposals, the list of parcels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd

from nahraum.index import counting
from nahraum.index.aggregate import count_units
from nahraum.index.funding.areas import FundingAreas, funding_areas
from nahraum.index.funding.blocks import blocks
from nahraum.index.funding.listed import parcel_list
from nahraum.index.funding.need import address_need, unit_need
from nahraum.index.funding.supplied import cells, parcels
from nahraum.index.funding.units import Units, unit_of_points
from nahraum.index.people import judged_rows
from nahraum.index.result import Result
from nahraum.index.variants import BASE, variant_list
from nahraum.indicators import address_values, lack_values, read_rules
from nahraum.parameters import Parameters

if TYPE_CHECKING:
    from nahraum.area import Area
    from nahraum.sources.osm import OsmExtract

_FARTHEST_M = 100.0


@dataclass(frozen=True)
class StudyFunding:
    """found: the proposals; parcels: by `parcel_list`, empty where the study names none."""

    found: FundingAreas
    parcels: pd.DataFrame


def funding_of_study(
    area: Area, osm: OsmExtract, access: pd.DataFrame, result: Result, parameters: Parameters, *,
    given: gpd.GeoDataFrame | None = None, use: str = "list", edits: pd.DataFrame | None = None,
    seeds: Sequence[str] = (), weight: pd.Series | None = None,
) -> StudyFunding:  # fmt: skip
    """Proposals for the funding areas of a study.

    Parameters
        area, osm, access, result : of the stages of a run.
        given : [sources.parcels]; use : list (parcels are listed) or units (areas are made of them).
        edits : [sources.funding_edits]; seeds : units to start from; weight : of a person in need, by address_id.

    Raises
        InputError as `funding_areas`, `parcels` and `unit_need`.
    """
    units = units_of_study(area, osm, parameters, given=given if use == "units" else None)
    need = unit_need(units, address_need(area.addresses, result), parameters, weight=weight)
    found = funding_areas(
        units, need, parameters, variants=variant_need(units, area, access, parameters), edits=edits, seeds=seeds,
        quarters=area.quarters,
    )  # fmt: skip
    listed = pd.DataFrame(columns=["area_id", "parcel_id", "m2", "inside_share", "listed"])
    if given is not None and len(found.areas):
        listed = parcel_list(found.areas[["area_id", "geometry"]], given, parameters)
    return StudyFunding(found, listed)


def units_of_study(
    area: Area, osm: OsmExtract, parameters: Parameters, *, given: gpd.GeoDataFrame | None = None
) -> Units:
    """The base units: what the study brings, else blocks, else cells where streets make too few blocks."""
    if given is not None:
        return parcels(area, given, parameters)
    found = blocks(area, osm, parameters)
    return found if len(found) >= parameters.number("funding_areas.fewest_blocks") else cells(area, parameters)


def variant_need(units: Units, area: Area, access: pd.DataFrame, parameters: Parameters) -> pd.DataFrame:
    """People in need of each unit under each printed variant of the index: indexed by unit_id, a column each. [persons]

    Notes
        One choice is changed at a time, as `index.variants` lists them; the study's own choice is left out.
    """
    rows = address_values(area, access)
    at = unit_of_points(units, rows["x_m"], rows["y_m"], farthest_m=_FARTHEST_M)
    counted = judged_rows(rows) & (at >= 0)
    people = rows["residents"].to_numpy(dtype=float)
    table = pd.DataFrame(index=pd.Index(units.ids, name="unit_id"))
    for variant in variant_list(read_rules(parameters), parameters, rows):
        if variant.rules is None or variant.id == BASE:
            continue
        k = variant.rules.lacks_needed
        every = count_units(rows, lack_values(rows, variant.rules), ks=(k,), parts=False)
        sums = counting.unit_sums(every.people, every.people.row, len(rows), ks=(k,))
        share = np.nan_to_num(counting.several_known_share(sums, k).to_numpy(dtype=float))
        lacking = np.rint(share * people * 1e6).astype(np.int64)
        total = np.zeros(len(units), dtype=np.int64)
        np.add.at(total, at[counted], lacking[counted])
        table[variant.id] = total / 1e6
    return table
