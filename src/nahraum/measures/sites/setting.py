"""What the rules look at: the study area, its map, and who lacks what near a point."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from nahraum.area.model import Area
from nahraum.area.space import Geometries, points_of, polygonal, project
from nahraum.network import Network
from nahraum.parameters import Parameters
from nahraum.tables import SERVICES, GridTable

if TYPE_CHECKING:
    from nahraum.sources.osm import OsmExtract

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class SiteGround:
    """What of a finished run the sites are sought in.

    area, network : the stages of the same names. osm : the extract, after registers and corrections.
    judged : `indicators.judge`; None: everybody counts alike. access : `tables.ACCESS`, for which service is missing.
    topics : further census tables by name (`building_years`). drawn : of `sources.measure_sites`, None without.
    """

    area: Area
    osm: OsmExtract
    network: Network
    judged: pd.DataFrame | None = None
    access: pd.DataFrame | None = None
    topics: Mapping[str, GridTable] = field(default_factory=dict)
    drawn: gpd.GeoDataFrame | None = None


@dataclass(frozen=True)
class Setting:
    """The ground as all rules share it; everything in the study's CRS, computed when first asked for."""

    ground: SiteGround
    parameters: Parameters

    @property
    def area(self) -> Area:
        """The study area."""
        return self.ground.area

    def number(self, name: str) -> float:
        """A parameter of the sites, `sites.<name>`."""
        return self.parameters.number(f"sites.{name}")

    def words(self, name: str) -> list[str]:
        """A parameter of the sites that lists words."""
        return [str(word) for word in self.parameters.value(f"sites.{name}")]

    @cached_property
    def boundary(self) -> shapely.Geometry:
        """Where the municipality can build, as far as the data reach."""
        area = self.area
        shape: shapely.Geometry = shapely.intersection(area.boundary.geometry.iloc[0], area.extent.geometry.iloc[0])
        shapely.prepare(shape)
        return shape

    @cached_property
    def grounds(self) -> gpd.GeoDataFrame | None:
        """`OsmExtract.grounds` inside the boundary, as far as they are; None where they were not read."""
        table = self.ground.osm.grounds
        return None if table is None else self.inside(table, "ground_id")

    @cached_property
    def greens(self) -> gpd.GeoDataFrame:
        """Every mapped green inside the boundary, public or not."""
        return self.inside(self.ground.osm.greens, "green_id")

    @cached_property
    def buildings(self) -> gpd.GeoDataFrame:
        """Buildings inside the boundary, with footprint_m2."""
        table = self.inside(self.ground.osm.buildings, "building_id")
        return table.assign(footprint_m2=shapely.area(table.geometry.to_numpy()))

    @cached_property
    def walls(self) -> shapely.STRtree:
        """Buildings, to be asked what lies between."""
        return shapely.STRtree(self.buildings.geometry.to_numpy())

    @cached_property
    def ways(self) -> Geometries:
        """Edges of the walking network of which one gets everywhere, as lines."""
        net = self.ground.network
        chosen = net.component[net.edge_from] == 0
        ends = (net.edge_from[chosen], net.edge_to[chosen])
        xy = np.stack([np.column_stack([net.x_m[end], net.y_m[end]]) for end in ends], axis=1)
        return np.asarray(shapely.linestrings(xy), dtype=object) if len(xy) else np.array([], dtype=object)

    @cached_property
    def way_tree(self) -> shapely.STRtree:
        """The same, to be asked which is near."""
        return shapely.STRtree(self.ways)

    def lines_of(self, *kinds: str) -> Geometries:
        """Barriers of these kinds."""
        lines = self.area.barriers
        return np.asarray(lines.geometry[lines["kind"].isin(kinds)].to_numpy(), dtype=object)

    @cached_property
    def water(self) -> Geometries:
        """Areas of water."""
        table = project(self.ground.osm.water, self.area.crs, called="water").sort_values("water_id")
        return polygonal(table.geometry.to_numpy())[0]

    def inside(self, table: gpd.GeoDataFrame, key: str) -> gpd.GeoDataFrame:
        """The part of a layer whose inner points lie inside the boundary, sorted by id, in the study's CRS."""
        there = project(table, self.area.crs, called="a layer").sort_values(key, kind="stable")
        shapes, _ = polygonal(there.geometry.to_numpy())
        points = shapely.get_coordinates(shapely.point_on_surface(shapes)).reshape(-1, 2)
        held = ~shapely.is_empty(shapes)
        held[held] = shapely.contains_xy(self.boundary, points[:, 0], points[:, 1])
        return there.set_geometry(shapes, crs=self.area.crs)[held].reset_index(drop=True)

    @cached_property
    def people(self) -> pd.DataFrame:
        """Who lives where inside the boundary, summed by cell: x_m, y_m, residents, and residents who lack each part.

        Columns `green`, `supply`, `internet`, `any` and each of `SERVICES`: persons who lack it, as far as known.
        """
        return _people(self.ground, self.parameters.number("supply.maximum_distance_m"))

    def near(self, shapes: Geometries, reach_m: float, of: str) -> Floats:
        """How many people with this lack live within a straight distance of each shape. [persons]"""
        total, there = np.zeros(len(shapes)), self.people[self.people[of] > 0]
        if len(shapes) and len(there):
            spots = shapely.STRtree(points_of(there["x_m"], there["y_m"]))
            shape, cell = spots.query(shapes, predicate="dwithin", distance=reach_m)
            np.add.at(total, shape, there[of].to_numpy(np.float64)[cell])
        return total


def _people(ground: SiteGround, supply_m: float) -> pd.DataFrame:
    addresses = ground.area.addresses
    table = addresses[["address_id", "cell_key", "x_m", "y_m", "residents"]].copy()
    table["residents"] = table["residents"].where(addresses["inside"] & ~addresses["edge"], 0.0)
    for name, share in _lacking(ground, supply_m).items():
        table[name] = table["residents"] * share
    weighted = [name for name in table.columns if name not in ("address_id", "cell_key", "x_m", "y_m")]
    table = table[table["residents"] > 0]
    grouped = table.groupby("cell_key", sort=True)
    cells = grouped[weighted].sum()
    return cells.assign(x_m=grouped["x_m"].mean(), y_m=grouped["y_m"].mean()).reset_index()


def _lacking(ground: SiteGround, supply_m: float) -> dict[str, Floats]:
    """Share of the residents of each address who lack a part; what is not known counts as not lacking."""
    ids, n = ground.area.addresses["address_id"], len(ground.area.addresses)
    parts = ("green", "supply", "internet")
    if ground.judged is None:
        return dict.fromkeys((*parts, "any", *SERVICES), np.ones(n))
    judged = ground.judged.set_index("address_id").reindex(ids)
    found = {part: judged[f"lacks_{part}"].fillna(0.0).to_numpy(np.float64) for part in parts}
    found["any"] = np.maximum.reduce([found[part] for part in parts])
    for service in SERVICES:
        found[service] = found["supply"]
    if ground.access is not None:
        access = ground.access.set_index("address_id").reindex(ids)
        for service in SERVICES:
            way = access[f"{service}_distance_m"].to_numpy(np.float64)
            far = np.isnan(way) & (access[f"{service}_distance_m_status"] == "unreachable").to_numpy()
            found[service] = (found["supply"] > 0) * np.where(far | (way > supply_m), 1.0, 0.0)
    return found
