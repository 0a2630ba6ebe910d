"""The index of missing prerequisites: counted per person, told per cell, quarter and location."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd

from nahraum.index.aggregate import Counted, Counting, count_units, read_counting
from nahraum.index.combinations import combinations, partly_known_combinations
from nahraum.index.discriminate import discriminating_power
from nahraum.index.locations import delineate, location_services, locations_table, with_stability
from nahraum.index.places import (
    addresses_table,
    by_municipality,
    cells_index,
    cells_table,
    edge_table,
    municipalities_table,
    municipality_table,
    quarters_table,
)
from nahraum.index.region import comparable_places
from nahraum.index.result import Result
from nahraum.index.variants import (
    Places,
    VariantResults,
    evaluate_variants,
    in_target_share,
    rank,
    variant_list,
)
from nahraum.indicators import AreaLike, Rules, address_values, read_rules
from nahraum.parameters import Parameters

__all__ = ["Result", "analyse_index"]


def _variants(
    rows: pd.DataFrame, area: AreaLike, parameters: Parameters, *, rules: Rules, rule: Counting
) -> VariantResults:
    quarters = pd.Index(sorted(area.quarters["quarter_id"]))
    places = [Places("cell_key", cells_index(rows)), Places("quarter_id", quarters)]
    return evaluate_variants(rows, variant_list(rules, parameters, rows), places, rule=rule)


def _municipalities(
    rows: pd.DataFrame, lacks: pd.DataFrame, *, area: AreaLike, parameters: Parameters, rules: Rules, rule: Counting
) -> tuple[gpd.GeoDataFrame | None, pd.DataFrame | None]:
    """The municipalities of a study of several, ranked among those of their type with the same prerequisites known,
    and the share that certainly lacks several by variant; nothing in a study of one.
    """
    table = municipalities_table(rows, lacks, area=area, rule=rule)
    if table is None:
        return None, None
    places = [Places("quarter_id", pd.Index(table["municipality_id"]))]
    variants = variant_list(rules, parameters, rows)
    followed = evaluate_variants(by_municipality(rows, area), variants, places, rule=rule)
    shares = pd.DataFrame(followed.followed["quarter_id"].known_share, columns=table["municipality_id"].astype(str))
    computed = followed.table.loc[followed.table["evaluated"].astype(bool), "variant_id"].to_numpy()
    shares.insert(0, "variant_id", computed)
    return _robust_quarters(table, followed, parameters, like=table["type"]), shares


def _robust_quarters(
    quarters: gpd.GeoDataFrame, followed: VariantResults, parameters: Parameters, *, like: pd.Series | None = None
) -> gpd.GeoDataFrame:
    """Places with the share of variants that name them and their rank among comparable ones (and `like` ones)."""
    comparable = comparable_places(quarters, parameters, like=like)
    kept = followed.followed["quarter_id"]
    table = quarters.drop(columns="geometry")
    whole = pd.concat([table, in_target_share(kept), rank(kept, comparable)], axis=1)
    return gpd.GeoDataFrame(whole, geometry=quarters.geometry, crs=quarters.crs)


def _robust_cells(cells: gpd.GeoDataFrame, followed: VariantResults) -> gpd.GeoDataFrame:
    shares = in_target_share(followed.followed["cell_key"])
    whole = pd.concat([cells.drop(columns="geometry"), shares], axis=1)
    return gpd.GeoDataFrame(whole, geometry=cells.geometry, crs=cells.crs)


def _locations(
    rows: pd.DataFrame, counted: Counted, cells: gpd.GeoDataFrame, *, area: AreaLike, parameters: Parameters,
    rules: Rules, rule: Counting,
) -> tuple[gpd.GeoDataFrame, pd.DataFrame, pd.DataFrame]:  # fmt: skip
    found = delineate(cells[["cell_key", "class"]], rows, counted, area=area, parameters=parameters)
    table = locations_table(rows, counted, found, area=area, parameters=parameters, rule=rule)
    of_cell = pd.DataFrame(
        {"cell_key": found.cells["cell_key"], "location_id": [found.ids[i] for i in found.cells["location"]]}
    )
    missing = location_services(rows, found, area=area, rules=rules, rule=rule)
    return with_stability(table, cells, of_cell), missing, of_cell


def analyse_index(area: AreaLike, access: pd.DataFrame, judged: pd.DataFrame, parameters: Parameters) -> Result:
    """Who lacks several prerequisites, where these people live together, and how sure that is.

    Parameters
        area : the study area; access : table `ACCESS`; judged : as `indicators.judge` returns it.
        parameters : of the study.

    Raises
        InputError where the tables do not belong together.
    """
    rules, rule = read_rules(parameters), read_counting(parameters)
    rows = address_values(area, access)
    lacks = judged.set_index("address_id").loc[rows["address_id"]].reset_index(drop=True)
    counted = count_units(rows, lacks)
    followed = _variants(rows, area, parameters, rules=rules, rule=rule)
    cells = _robust_cells(cells_table(rows, lacks, counted, area=area, rule=rule), followed)
    quarters = quarters_table(rows, lacks, counted, area=area, rule=rule)
    locations, missing, of_cell = _locations(
        rows, counted, cells, area=area, parameters=parameters, rules=rules, rule=rule
    )
    location = dict(zip(of_cell["cell_key"], of_cell["location_id"], strict=True))
    cells["location_id"] = [location.get(key, "") for key in cells["cell_key"]]
    municipalities, shares = _municipalities(rows, lacks, area=area, parameters=parameters, rules=rules, rule=rule)
    return Result(
        addresses=addresses_table(rows, lacks, counted, rule=rule),
        cells=cells,
        quarters=_robust_quarters(quarters, followed, parameters),
        municipality=municipality_table(rows, lacks, counted, rule=rule),
        combinations=combinations(counted.people),
        partly_known=partly_known_combinations(counted.people),
        locations=locations,
        location_services=missing,
        settlements_small=locations[locations["settlement"]].reset_index(drop=True),
        discriminating=discriminating_power(rows, rules, parameters),
        variants=followed.table,
        edge=edge_table(rows),
        municipalities=municipalities,
        municipality_variants=shares,
    )
