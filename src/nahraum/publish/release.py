"""The only door: a table passes disclosure control or does not leave."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd

from nahraum.errors import InputError, NahraumError
from nahraum.grid import GRID_CRS
from nahraum.parameters import Parameters
from nahraum.publish.bundle import _SEAL, Released
from nahraum.publish.case_rules import CASE_RULES
from nahraum.publish.disclosure import Mask, rules_of
from nahraum.publish.families import joined
from nahraum.publish.nested import ALONE, Beside
from nahraum.publish.over_time import held_masks
from nahraum.publish.rules import AGAINST, NESTED, RULES, facts
from nahraum.publish.social_rules import SOCIAL_RULES, social_status

KEYS = ("municipality_id", "cell_id", "cell_key", "quarter_id", "location_id", "facility_id", "green_id", "entrance_id")
KEYS_SOCIAL = (
    "area_id", "funding_area_id", "part_id", "measure", "indicator", "fifth", "factor_id", "period", "age_group",
)  # fmt: skip
FORBIDDEN = ("address_id", "building_id", "household_id", "dwelling_id", "person_id")
_STAYS = {
    *KEYS, "name", "class", "geometry", "inside", "settlement", "quarter_ids", "quarter_names", "suppressed",
    "hectares", "compactness", "stability", "n_cells", "first_cell_id", "evaluated",
    *KEYS_SOCIAL, "level", "parent_id", "scale", "valid", "reason", "begin", "end", "method", "kind", "area_name",
}  # fmt: skip
SOCIAL = {**SOCIAL_RULES, **CASE_RULES}
GEOGRAPHIES = (*RULES, *AGAINST, *SOCIAL, "social_status")
SUPPRESSED = "suppressed"
ALL = "all"


def _sorted(table: pd.DataFrame, geography: str) -> pd.DataFrame:
    social = KEYS_SOCIAL if geography in (*SOCIAL, "social_status") else ()
    keys = [key for key in (*KEYS, *social) if key in table.columns]
    ordered = table.sort_values(keys, kind="stable") if keys else table
    return ordered.reset_index(drop=True)


def _checked(table: pd.DataFrame, geography: str) -> None:
    if geography not in GEOGRAPHIES:
        raise NahraumError(
            f"no rule says how a table by {geography!r} may be published",
            expected=", ".join(GEOGRAPHIES),
            fix="addresses are never published row by row; aggregate to cells or quarters",
        )
    single = [str(column) for column in table.columns if column in FORBIDDEN]
    if single:
        raise NahraumError(
            "a table with rows below the cell is not published",
            where=f"columns {single}",
            expected="cells of 100 m or larger areas",
            fix="aggregate to cells or quarters first",
        )
    if geography == "cells" and isinstance(table, gpd.GeoDataFrame) and str(table.crs) != GRID_CRS:
        raise InputError("cells are published in EPSG:3035", where=f"CRS of the table: {table.crs}")


def _nullable(frame: pd.DataFrame) -> pd.DataFrame:
    """Numbers and truth values as floats, so that the columns look the same whether something is held back."""
    kinds = {
        column: np.float64
        for column in frame.columns
        if column not in _STAYS and pd.api.types.is_numeric_dtype(frame[column].dtype)
    }
    return frame.astype(kinds)


def _hold_back(frame: pd.DataFrame, masks: Mapping[str, Mask], rows: Mask) -> tuple[pd.DataFrame, dict[str, int]]:
    """The table without the masked values, and how many values went per column."""
    result, hidden = _nullable(frame), {}
    names: list[list[str]] = [[ALL] if whole else [] for whole in rows]
    for column in map(str, frame.columns):
        if (column in _STAYS and column not in masks) or column.endswith("_status"):
            continue
        wanted = rows | masks[column] if column in masks else rows
        if not wanted.any():
            continue
        number = pd.api.types.is_numeric_dtype(result[column].dtype)
        known = result[column].notna().to_numpy() if number else (result[column] != "").to_numpy()
        mask = rows | (wanted & known)
        if number and (held := int((mask & known).sum())):
            hidden[column] = held
        result.loc[mask, column] = np.nan if number else ""
        for row in np.flatnonzero(mask & ~rows):
            names[row].append(column)
        for status in _status_columns(column, frame):
            result.loc[mask, status] = SUPPRESSED
    result = result.copy()  # one block again after so many columns were set
    result[SUPPRESSED] = pd.Series([" ".join(parts) for parts in names], dtype="str", index=result.index)
    return result, hidden


def _status_columns(column: str, frame: pd.DataFrame) -> list[str]:
    stem = column.removesuffix("_share")
    own = stem == column or stem in frame.columns  # a column of that name has a status of its own
    wanted = (f"{column}_status", *(() if own else (f"{stem}_status",)))
    return [name for name in wanted if name in frame.columns]


def _row_of(whole: Released | None, geography: str) -> pd.DataFrame:
    if whole is None or whole.geography != "municipality":
        raise NahraumError(
            f"the shares of {geography!r} cannot be judged without the residents that they speak of",
            expected="the released row of the municipality",
            fix=f"release(table, {geography!r}, parameters=…, against=municipality)",
        )
    return whole.frame.iloc[[0]]


def release(
    table: pd.DataFrame,
    geography: str,
    *,
    parameters: Parameters,
    name: str = "",
    against: Released | None = None,
    beside: Beside = ALONE,
    secret: bytes = b"",
    held: Mapping[str, Mask] | None = None,
    earlier: Sequence[pd.DataFrame] = (),
) -> Released:
    """The table as it may leave the office; the only way to anything published.

    Parameters
        table : rows of one geography; it is not changed. Sums of persons in `residents…` and `…_residents`.
        geography : what its rows are: cells, quarters, municipality, locations, location_services,
            combinations, discriminating, variants; categories, places, greens, entrances and other "facts"
            are about places, not persons.
        name : name of the table, file and layer; the geography where none is given.
        against : the released municipality, for discriminating and variants: their shares are of its residents. For
            social_status the released social_parts: where a part is held back, the index would tell it.
        secret : what the keys of records are made with, for `release.method = "cell_key"`; it never leaves the office.
        held : rows (as released) that past releases would give away, by column of counts; see `publish.past`.
        earlier : the same table as released in the past: what is public already hides nothing.
        beside : for quarters, municipality, municipalities and population_difference: which part of each quarter
            lies where in a study of several municipalities, as they are sums of one another; own counts of persons.

    Returns
        the same rows sorted by id. Values held back are NaN ('' in text), `<column>_status` is "suppressed",
        and the column `suppressed` names them ("all": only the class is left).

    Raises
        NahraumError for rows of addresses, buildings or households, for an unknown geography and for place
        facts that count persons; InputError for cells in another CRS.

    Notes
        Cells below 10 residents keep their class only; counts 1..k-1 and complements go; shares need 100
        residents, indices 300; what would follow from the total minus the rest goes too.

    References
        METHODS 11; DESIGN "Published and internal"; docs/decisions/publication.md.
    """
    _checked(table, geography)
    rules, ordered = rules_of(parameters, secret), _sorted(table, geography)
    rules = replace(rules, held=np.logical_or.reduce(list(held.values())) if held else None, earlier=tuple(earlier))
    if geography == "social_status":
        frame, masks, rows = social_status(ordered, rules, None if against is None else against.frame)
    elif geography in AGAINST:
        frame, masks, rows = AGAINST[geography](ordered, rules, _row_of(against, geography))
    elif geography in NESTED:
        frame, masks, rows = NESTED[geography](ordered, rules, beside)
    else:
        frame, masks, rows = {**RULES, **SOCIAL}[geography](ordered, rules)
    result, hidden = _hold_back(frame, joined(masks, held_masks(frame, held or {})), rows)
    if RULES.get(geography) is facts:
        result = result.drop(columns=SUPPRESSED)
    return Released(name or geography, geography, result, hidden, seal=_SEAL)
