"""The social-space analysis as it may be published: parts first, then status, then what rests on both.

What is told of several quarters together (matrix, fifths) is computed from the released quarters, so that nothing held
back follows from it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from nahraum.index.social import Social
from nahraum.index.social_columns import with_status
from nahraum.index.social_people import fifths_of, status_by_type, status_matrix
from nahraum.parameters import Parameters
from nahraum.publish import release
from nahraum.publish.bundle import Released
from nahraum.publish.past import PastReleases

LetOut = Callable[[pd.DataFrame, str, str, Released | None], Released]
"""Lets a table out: the table, its geography, its name, what it is judged against."""
_ROLES = ("status", "dynamics")
_EMPTY = ("dynamics", "dynamics_class", "dynamics_class_de", "dynamics_class_en", "change_points", "group")
_OF_CLASSES = ("class", "class_de", "class_en", "class_share", "reliability", "attention")
_INDEX_STEP = 0.1
_RATES = (
    "area_id", "name", "period", "begin", "end", "cases", "cases_status", "residents", "residents_status",
    "rate_per_100000", "rate_per_100000_status", "rate_per_100000_low", "rate_per_100000_high", "adjusted_per_100000",
    "adjusted_per_100000_status", "adjusted_per_100000_low", "adjusted_per_100000_high", "expected", "ratio",
    "ratio_status", "ratio_low", "ratio_high", "smoothed_per_100000", "locally_smoothed_per_100000",
)  # fmt: skip
_FUNDING = {
    "area_id": "funding_area_id", "people": "several_residents", "people_min": "several_least_residents",
    "people_max": "several_most_residents", "precision": "several_share",
    "core_residents": "firm_residents",
}  # fmt: skip
_EDITS = ("edit_id", "action", "area_id", "unit_ids", "reason", "date")


def social_door(parameters: Parameters, past: PastReleases) -> LetOut:
    """The door for tables of the analysis, held against past releases of the same name."""

    def let_out(table: pd.DataFrame, geography: str, name: str, against: Released | None) -> Released:
        return past.checked(
            name,
            lambda held, earlier: release(
                table,
                geography,
                parameters=parameters,
                name=name,
                against=against,
                secret=past.secret,
                held=held,
                earlier=earlier,
            ),
        )

    return let_out


@dataclass(frozen=True)
class StatusRelease:
    """Released parts and status, and the quarters' columns that follow from them; None without status."""

    parts: Released | None = None
    status: Released | None = None

    def beside(self, quarters: gpd.GeoDataFrame, language: str) -> gpd.GeoDataFrame:
        """The quarters with status_index, status_class, dynamics_class and attention as they may be published."""
        if self.status is None:
            return quarters
        return with_status(quarters, self.status.frame, language)


def status_release(social: Social, let_out: LetOut, *, published: bool) -> StatusRelease:
    """Parts and status, in this order: an index would tell a part that is held back.

    Parameters
        published : whether the office's table is public already; its figures then pass as facts.
    """
    if not len(social.areas):
        return StatusRelease()
    rows = social.parts[social.parts["role"].isin(_ROLES)].rename(columns={"status": "value_status"})
    parts = let_out(rows, "facts" if published else "social_parts", "social_parts", None)
    status = let_out(_status_table(social), "social_status", "social_status", None if published else parts)
    return StatusRelease(parts, status)


def _status_table(social: Social) -> pd.DataFrame:
    """The status of the areas; what nobody has is no column."""
    table = social.areas if social.available else social.areas.drop(columns=list(_OF_CLASSES), errors="ignore")
    table = table.drop(columns=[name for name in _EMPTY if name in table and _nothing(table[name])])
    names = {"cluster": "index_cluster", "class_share": "index_class_share", "reliability": "index_reliability"}
    table = table.rename(columns=names).drop(columns=["attention_known"], errors="ignore")
    for name in ("index_low", "index_high"):
        if name in table:
            table[name] = (table[name] / _INDEX_STEP).round() * _INDEX_STEP
    for name in ("variant_share", "index_class_share"):
        if name in table:
            table[name] = table[name].round(2)
    return table


def _nothing(column: pd.Series) -> bool:
    return bool((column.isna() | (column.astype(str) == "")).all())


def social_tables(
    social: Social,
    status: StatusRelease,
    quarters: Released,
    parameters: Parameters,
    let_out: LetOut,
    *,
    kinds: pd.Series | None = None,
) -> tuple[Released, ...]:
    """Every table of the analysis that the study has, released.

    Parameters
        quarters : released, with the columns of the status.
        kinds : in a study of several municipalities the type of the municipality of each quarter.
    """
    found = [table for table in (status.status, status.parts) if table is not None]
    plain, order = pd.DataFrame(quarters.frame.drop(columns="geometry")), class_order(social.limits)
    if status.status is not None and len(matrix := status_matrix(plain, _shown(status.status.frame, order))):
        found.append(let_out(matrix, "locations", "social_matrix", None))
        if kinds is not None:
            by_type = status_by_type(plain, _shown(status.status.frame, order), kinds)
            found.append(let_out(by_type, "locations", "social_types", None))
    if len(fifths := fifths_of(plain, _order(status, plain, order), parameters)):
        rows = fifths.assign(measure="fifths", value=fifths["mean"]).rename(columns={"areas": "n_areas"})
        found.append(let_out(rows, "inequality", "social_fifths", None))
    if len(social.inequality):
        rows = social.inequality.rename(columns={"areas": "n_areas"})
        found.append(let_out(rows, "inequality", "social_inequality", None))
    if len(social.spatial):
        found.append(let_out(social.spatial, "facts", "social_spatial", None))
    if len(social.variants):
        found.append(let_out(social.choices, "facts", "social_robustness", None))
        found.append(let_out(_variants(social.variants), "facts", "social_variants", None))
    return (*found, *_incidence(social, plain, let_out), *_funding(social, let_out))


def _variants(variants: pd.DataFrame) -> pd.DataFrame:
    """The printed list; ranks to a tenth, as so many means of exact ranks would tell a rank that is held back."""
    coarse = {"rank_shift": variants["rank_shift"].round(1), "target_kept": variants["target_kept"].round(2)}
    return variants.rename(columns={"unit": "weighted_part"}).assign(**coarse)


def class_order(limits: pd.DataFrame) -> dict[str, float]:
    """Place of each class of the status from the lowest index on, as the method orders them; empty without classes."""
    if not len(limits):
        return {}
    rows = limits[limits["role"] == "status"]
    ids = [*rows["class_below"].astype(str).head(1), *rows["class_above"].astype(str)]
    return {name: float(place) for place, name in enumerate(ids)}


def _shown(status: pd.DataFrame, order: dict[str, float]) -> pd.DataFrame:
    """Classes with their place as the index to order them by: an index may be held back, a place is not."""
    classes = status.reindex(columns=["area_id", "class", "class_de", "class_en"])
    for name in ("class", "class_de", "class_en"):
        classes[name] = classes[name].astype(object).where(classes[name].notna(), "")
    return classes.assign(index=classes["class"].map(order).astype(np.float64))


def _order(status: StatusRelease, quarters: pd.DataFrame, order: dict[str, float]) -> pd.Series | None:
    """The released index by quarter; where none is shown the place of its class."""
    if status.status is None:
        return None
    frame = status.status.frame.set_index("area_id")
    index = frame["index"].astype(np.float64)
    if index.notna().sum() > 1:
        return index.reindex(quarters["quarter_id"].astype(str))
    classes = frame["class"] if "class" in frame else pd.Series("", index=frame.index)
    place = classes.map(order).astype(np.float64)
    return place.reindex(quarters["quarter_id"].astype(str)) if len(place.dropna().unique()) > 1 else None


def cases_of(social: Social, let_out: LetOut, quarters: pd.DataFrame | None = None) -> Released | None:
    """Cases and rates by area and period as they may be published; None without cases.

    Parameters
        quarters : with quarter_id and name; without them the rows have no name.
    """
    if not len(social.cases):
        return None
    rows = social.cases.assign(name="")
    if quarters is not None:
        names = quarters.set_index(quarters["quarter_id"].astype(str))["name"]
        rows["name"] = social.cases["area_id"].map(names).fillna("")
    return let_out(rows[[name for name in _RATES if name in rows]], "incidence", "social_incidence", None)


def _incidence(social: Social, quarters: pd.DataFrame, let_out: LetOut) -> list[Released]:
    found: list[Released] = []
    cases = cases_of(social, let_out, quarters)
    if cases is not None:
        found.append(cases)
    if len(social.associations):
        theta = social.associations["theta"].replace(np.inf, np.nan)  # Poisson: no spread of its own
        found.append(let_out(social.associations.assign(theta=theta), "associations", "social_associations", None))
        found.append(let_out(social.changes, "facts", "social_changes", None))
    return found


def _funding(social: Social, let_out: LetOut) -> list[Released]:
    """Proposals with rounded figures; blocks with their membership, without any figure of persons."""
    if social.funding is None or social.funding_units is None or not len(social.funding):
        return []
    areas = social.funding.rename(columns=_FUNDING).drop(columns=["objective", "enclosed", "pieces"])
    areas["name"] = areas["name"].fillna("")
    for name in ("recall", "stability", "stability_variants"):
        areas[name] = areas[name].round(2)
    units = social.funding_units[["unit_id", "area_id", "membership", "membership_share", "hectares", "geometry"]]
    units = units[units["membership"] != "outside"].rename(columns={"area_id": "funding_area_id"})
    found = [let_out(areas, "funding_areas", "funding_areas", None)]
    found.append(
        let_out(gpd.GeoDataFrame(units.reset_index(drop=True), crs=areas.crs), "facts", "funding_blocks", None)
    )
    if len(social.funding_parcels):
        parcels = social.funding_parcels.rename(columns={"area_id": "funding_area_id"})
        found.append(let_out(parcels, "facts", "funding_parcels", None))
    if len(social.funding_edits):
        told = [name for name in _EDITS if name in social.funding_edits]
        found.append(let_out(social.funding_edits[told], "facts", "funding_edits", None))
    return found
