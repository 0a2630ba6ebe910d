"""One category of a register laid over the mapped places of that category."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from nahraum.area.matching import BY_NAME, BY_NAME_ONLY, matched_places, possibly_meant
from nahraum.area.space import LON_LAT, points_of, project_points
from nahraum.parameters import Parameters

if TYPE_CHECKING:
    from nahraum.sources.osm import OsmExtract

ALIKE = {
    "primary_school": ("primary_school", "school_unspecified"),
    "secondary_school": ("secondary_school", "school_unspecified"),
}
"""Categories in which OpenStreetMap may hold an entry of a register; a school often tells no level."""
OWN = "own:"
"""How ids of places begin that a correction of the study added: the office's own word stays beside its register."""
AMBIGUOUS = "ambiguous: several may be meant"
OBJECTS = (
    "register", "category", "outcome", "register_id", "register_name", "address", "places", "osm_id", "osm_name",
    "distance_m", "inside",
)  # fmt: skip


@dataclass(frozen=True)
class Ground:
    """Where registers speak: the study's boundary (kind given | quarters | extent) and how far the data reach."""

    crs: str
    boundary: gpd.GeoDataFrame
    data: shapely.Geometry

    def of(self, x_m: npt.ArrayLike, y_m: npt.ArrayLike) -> shapely.Geometry:
        """The ground on which a register alone tells what there is: the boundary, else around its own entries."""
        if self.boundary["kind"].iloc[0] != "extent":
            shape: shapely.Geometry = self.boundary.geometry.iloc[0]
            return shape
        around: shapely.Geometry = shapely.buffer(shapely.convex_hull(shapely.union_all(points_of(x_m, y_m))), 1.0)
        return shapely.intersection(around, self.data)


@dataclass(frozen=True)
class Merged:
    """One category after the register was laid over it; n_unplaced: entries of which nobody knows where they are."""

    added: gpd.GeoDataFrame
    dropped: frozenset[str]
    row: dict[str, object]
    objects: pd.DataFrame
    n_unplaced: int = 0


@dataclass(frozen=True)
class Category:
    """Entries of a register in one category, and the extract they are held against."""

    category: str
    mode: str
    entries: pd.DataFrame
    osm: OsmExtract
    crs: str

    def _mapped(self) -> gpd.GeoDataFrame:
        """Mapped places that may be entries, with x_m and y_m."""
        names = ALIKE.get(self.category, (self.category,))
        chosen = self.osm.facilities[self.osm.facilities["category"].isin(names)]
        x, y = project_points(chosen.geometry.x, chosen.geometry.y, str(chosen.crs or LON_LAT), target=self.crs)
        return chosen.assign(x_m=np.round(x, 2), y_m=np.round(y, 2)).reset_index(drop=True)

    def merged(self, region: shapely.Geometry, data: shapely.Geometry, parameters: Parameters) -> Merged:
        """The entries as facilities, the mapped places that go, and the comparison inside the region."""
        mapped = self._mapped()
        mine = self.entries.rename(columns={"facility_id": "id"})
        theirs = pd.DataFrame(mapped.drop(columns="geometry")).rename(columns={"facility_id": "id"})
        pairs = matched_places(mine, theirs, parameters)
        full = mine.merge(pairs.rename(columns={"register_id": "id"}), on="id", how="left").merge(
            theirs, left_on="mapped_id", right_on="id", how="left", suffixes=("", "_osm")
        )
        full["x_m"], full["y_m"] = full["x_m"].fillna(full["x_m_osm"]), full["y_m"].fillna(full["y_m_osm"])
        full["inside"] = _within(region, full)
        exact = theirs[(theirs["category"] == self.category) & ~theirs["id"].isin(pairs["mapped_id"])]
        exact = exact.assign(inside=_within(region, exact))
        own = exact["id"].astype(str).str.startswith(OWN).to_numpy(bool)
        lost = mine[mine["id"].isin(full.loc[full["x_m"].isna(), "id"])]
        meant = possibly_meant(lost, exact, parameters)
        stays = own | exact["id"].isin(meant["mapped_id"]).to_numpy(bool)
        gone = exact[exact["inside"] & ~stays] if self.mode == "replace" else exact.iloc[:0]
        kept = full[_within(data, full)]
        return Merged(
            added=_facilities(kept, self.crs),
            dropped=frozenset(pairs["mapped_id"]) | frozenset(gone["id"]),
            row={"category": self.category, "mode": self.mode} | _row(full, exact),
            objects=_objects(full, exact, {"gone": gone["id"], **meant}, data=data),
            n_unplaced=len(lost),
        )


def _within(ground: shapely.Geometry, points: pd.DataFrame) -> npt.NDArray[np.bool_]:
    x, y = points["x_m"].to_numpy(np.float64), points["y_m"].to_numpy(np.float64)
    known = np.isfinite(x)
    found = np.zeros(len(points), dtype=bool)
    found[known] = shapely.intersects_xy(ground, x[known], y[known])
    return found


def _facilities(entries: pd.DataFrame, crs: str) -> gpd.GeoDataFrame:
    """Entries as facilities of the extract; what the register does not tell comes from the mapped place."""
    mapped_lon, mapped_lat = project_points(entries["x_m"], entries["y_m"], crs, target=LON_LAT)
    own = entries["lon"].notna().to_numpy()
    lon, lat = np.where(own, entries["lon"], mapped_lon), np.where(own, entries["lat"], mapped_lat)
    theirs = {name: entries[f"{name}_osm"].fillna("") for name in ("name", "opening_hours")}
    table = pd.DataFrame(
        {
            "facility_id": entries["id"],
            "category": entries["category"],
            **{name: entries[name].where(entries[name] != "", other) for name, other in theirs.items()},
            "status": "ok",
            "area_m2": entries["area_m2"].fillna(entries["area_m2_osm"]),
            "operator": entries["operator"].fillna(""),
            "places": entries["places"],
        }
    )
    return gpd.GeoDataFrame(table, geometry=points_of(lon, lat), crs=LON_LAT)


def _row(full: pd.DataFrame, exact: pd.DataFrame) -> dict[str, object]:
    here = full[full["inside"]]
    found = here[here["mapped_id"].notna()]
    only = int(exact["inside"].sum())
    distance, places = found["distance_m"].dropna(), here["places"].dropna()
    return {
        "n_register": len(here),
        "n_osm": len(found) + only,
        "n_matched": len(found),
        "n_by_name": int(found["by"].isin((BY_NAME, BY_NAME_ONLY)).sum()),
        "n_only_register": len(here) - len(found),
        "n_only_osm": only,
        "n_unplaced": int(full["x_m"].isna().sum()),
        "osm_recall_share": len(found) / len(here) if len(here) else np.nan,
        "median_distance_m": float(distance.median()) if len(distance) else np.nan,
        "places": float(places.sum()) if len(places) else np.nan,
    }


def _objects(
    full: pd.DataFrame, exact: pd.DataFrame, told: Mapping[str, pd.Series], *, data: shapely.Geometry
) -> pd.DataFrame:
    """A row per entry and per mapped place without entry.

    Parameters
        told : ids of mapped places that are dropped (gone), and of the pairs that may be the same (lost_id, mapped_id).
    """
    placed = _within(data, full)
    outcome = np.where(full["mapped_id"].notna(), "matched by " + full["by"].fillna(""), "only in the register")
    lost = np.where(full["id"].isin(told["lost_id"]), AMBIGUOUS, "without position")
    outcome = np.where(full["x_m"].isna(), lost, np.where(placed, outcome, "beyond the data"))
    columns = {"id": "register_id", "name": "register_name", "mapped_id": "osm_id", "name_osm": "osm_name"}
    mine = full.rename(columns=columns).assign(outcome=outcome)
    theirs = exact.rename(columns={"id": "osm_id", "name": "osm_name"}).assign(
        outcome=np.select(
            [exact["id"].isin(told["gone"]), exact["id"].isin(told["mapped_id"])], ["dropped", AMBIGUOUS],
            "only in OpenStreetMap",
        ),
        places=np.nan,
    )  # fmt: skip
    both = pd.concat([mine, theirs], ignore_index=True).reindex(columns=list(OBJECTS[1:]))
    texts = ["register_id", "register_name", "address", "osm_id", "osm_name"]
    return both.assign(**{name: both[name].fillna("").astype(str) for name in texts})
