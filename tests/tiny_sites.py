"""A tiny town to look for sites in: a grid of streets, people, and what a map tells of the ground between."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

import tiny_areas
from nahraum.area.model import Area
from nahraum.area.public_space import OpenSpace
from nahraum.measures.model import Cost, MeasureType
from nahraum.measures.sites import SiteGround
from nahraum.measures.sites.setting import Setting
from nahraum.network import Network
from nahraum.parameters import Parameters
from nahraum.sources.osm.extract import OsmExtract
from tiny_studies import CRS, EAST, NORTH, parameters, study_area
from tiny_walks import net

NOTHING = Cost(0.0, 0.0, 0.0)


def box(x: float, y: float, width_m: float, height_m: float | None = None) -> shapely.Geometry:
    """A rectangle given from the corner of the tiny town."""
    return shapely.box(EAST + x, NORTH + y, EAST + x + width_m, NORTH + y + (height_m or width_m))


def at(x: float, y: float) -> tuple[float, float]:
    """A point given from the corner of the tiny town, in the study's CRS."""
    return EAST + x, NORTH + y


def streets(side: int = 4, without: Iterable[tuple[int, int]] = ()) -> Network:
    """A grid of streets every 100 m, nodes 10 · row + column + 1 (100 · row from ten on), without some edges."""
    step = 10 if side < 10 else 100
    nodes = {step * r + c + 1: at(100.0 * c, 100.0 * r) for r in range(side) for c in range(side)}
    gone = set(without)
    edges = [
        (node, other, 1000 + 10 * number + way)
        for number, node in enumerate(nodes)
        for way, other in enumerate((node + 1, node + step))
        if other in nodes and (node, other) not in gone
    ]
    return net(nodes, edges)


def area(**tables: Any) -> Area:
    """Forty people at one address in the middle; tables replace those of the area."""
    facilities = tables.pop("facilities", ())
    greens = tables.pop("greens_held", None)
    barriers = tables.pop("barriers_held", ())
    made = study_area({"a": (*at(150, 150), 40.0)}, facilities, greens, barriers=barriers)
    return replace(made, **tables)


def osm(**tables: Any) -> OsmExtract:
    """An extract that names greens, buildings and grounds (rows, shapes in the study's CRS)."""
    rows = {name: tables.pop(name, []) for name in ("greens", "buildings", "grounds")}
    return replace(
        tiny_areas.extract(),
        greens=tiny_areas.greens(rows["greens"], CRS), buildings=tiny_areas.buildings(rows["buildings"], CRS),
        grounds=grounds(rows["grounds"]), water=tiny_areas.water([], CRS), **tables,
    )  # fmt: skip


def grounds(rows: list[dict[str, Any]]) -> gpd.GeoDataFrame:
    usual = {"ground_id": "", "kind": "parking", "name": "", "access": "", "capacity": np.nan}
    return tiny_areas._frame(rows, usual, CRS)


def ground(number: int, shape: shapely.Geometry, kind: str = "parking", **tags: Any) -> dict[str, Any]:
    return {"ground_id": f"osm:w{number}", "kind": kind, "geometry": shape} | tags


def building(number: int, shape: shapely.Geometry, **tags: Any) -> dict[str, Any]:
    return {"building_id": f"osm:w{number}", "geometry": shape} | tags


def green(number: int, shape: shapely.Geometry, **tags: Any) -> dict[str, Any]:
    return {"green_id": f"osm:w{number}", "geometry": shape} | tags


def town(
    network: Network | None = None, *, of_area: dict[str, Any] | None = None, judged: pd.DataFrame | None = None,
    access: pd.DataFrame | None = None, topics: dict[str, Any] | None = None, drawn: Any = None, **tables: Any,
) -> SiteGround:  # fmt: skip
    """The whole of it; tables as for `osm`, `of_area` as for `area`."""
    return SiteGround(
        area(**(of_area or {})), osm(**tables), streets() if network is None else network, judged, access,
        topics or {}, drawn,
    )  # fmt: skip


def setting(of: SiteGround, **overrides: Any) -> Setting:
    """The ground with the parameters of a tiny study: a green counts from 100 m²."""
    return Setting(of, rules(**overrides))


def rules(**overrides: Any) -> Parameters:
    """Parameters, `__` for a dot."""
    return parameters(**{name.replace("__", "."): value for name, value in overrides.items()})


def open_space(
    *, spaces: list[tuple[str, str, shapely.Geometry]] = [], playgrounds: list[shapely.Geometry] = [],  # noqa: B006
    greens: list[tuple[str, shapely.Geometry]] = [], trees: list[tuple[float, float]] = [], known: bool = True,  # noqa: B006
) -> OpenSpace:  # fmt: skip
    """Squares (id, kind, shape), playgrounds, greens (id, shape), trees."""
    trees_xy = np.array(trees, dtype=float).reshape(-1, 2)
    return OpenSpace(
        spaces=gpd.GeoDataFrame(
            {"space_id": [s[0] for s in spaces], "kind": [s[1] for s in spaces], "name": ""},
            geometry=gpd.GeoSeries([s[2] for s in spaces], crs=CRS), crs=CRS,
        ),
        play=gpd.GeoDataFrame(
            {"play_id": [f"p{n}" for n in range(len(playgrounds))], "playground": True},
            geometry=gpd.GeoSeries(playgrounds, crs=CRS), crs=CRS,
        ).astype({"playground": bool}),
        points=pd.DataFrame(), woods=gpd.GeoDataFrame(geometry=[], crs=CRS), ways=pd.DataFrame(),
        furniture=pd.DataFrame({"kind": "tree", "x_m": trees_xy[:, 0], "y_m": trees_xy[:, 1]}),
        mapped=pd.DataFrame({"kind": ["tree"], "status": ["ok" if known else "missing"]}),
        greens=gpd.GeoDataFrame(
            {"green_id": [g[0] for g in greens], "name": ""},
            geometry=gpd.GeoSeries([g[1] for g in greens], crs=CRS), crs=CRS,
        ),
        green_entrances=pd.DataFrame(),
    )  # fmt: skip


def kind(name: str, effect: str, siting: str, *, unit: str = "site", cost: float = 10.0, **more: Any) -> MeasureType:
    """A type of measure; `options` and other fields by name."""
    return MeasureType(
        id=name, label_de=name, label_en=name, field="green", unit=unit, cost=Cost(cost / 2, cost, cost * 2),
        running=NOTHING, price_year=2025, cost_source_de="Test", cost_source_en="test", cost_date="2026-11-23",
        evidence="proposal", lead_years=1.0, life_years=20.0, din276={"500": 1.0}, nature="order", programmes=(),
        payer="municipality", effect=effect, siting=siting, **more,
    )  # fmt: skip


def judged(address_id: str = "a", **lacks: float) -> pd.DataFrame:
    """Who lacks what; 0 where not told."""
    usual = {f"lacks_{name}": 0.0 for name in ("living_space", "green", "internet", "supply")}
    return pd.DataFrame({"address_id": [address_id]} | {k: [v] for k, v in (usual | lacks).items()})
