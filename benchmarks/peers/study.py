"""A study area on a benchmark's network: addresses, places of all services and greens at seeded random spots."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from nahraum.area.model import Area
from nahraum.tables import SERVICES

CRS = "EPSG:25832"
NODES_PER_ADDRESS, NODES_PER_GREEN, GATES = 4, 1000, 4
NODES_PER_PLACE = {"stop": 300, "food_full_range": 1500, "gp": 1500, "pharmacy": 3000, "primary_school": 4000}
ASIDE_M = 20.0


class Spots:
    """Random points near the nodes of a network."""

    def __init__(self, found: dict[str, npt.NDArray[Any]], seed: int) -> None:
        self.x, self.y, self.dice = found["x"], found["y"], np.random.default_rng(seed)

    def some(self, n: int) -> npt.NDArray[np.float64]:
        """Coordinates [n, 2], up to 20 m east and north of a node. [m]"""
        node = self.dice.choice(len(self.x), n)
        return np.column_stack([self.x[node], self.y[node]]) + self.dice.uniform(-ASIDE_M, ASIDE_M, (n, 2))


def area_of(found: dict[str, npt.NDArray[Any]], seed: int = 3) -> Area:
    """The study area: an address per 4 nodes, places by service, a green with 4 gates per 1,000 nodes."""
    spots, n = Spots(found, seed), len(found["x"])
    low = (float(found["x"].min()) - 1e4, float(found["y"].min()) - 1e4)
    ground = shapely.box(*low, float(found["x"].max()) + 1e4, float(found["y"].max()) + 1e4)
    greens, gates = _greens(spots, n // NODES_PER_GREEN)
    return Area(
        crs=CRS, boundary=_frame([ground], kind=["given"]), extent=_frame([ground]),
        addresses=_addresses(spots, n // NODES_PER_ADDRESS), cells=_cells(),
        quarters=_frame([ground], quarter_id=["q"], name=["Q"]), facilities=_facilities(spots, n),
        categories=pd.DataFrame({"category": list(SERVICES), "status": "ok", "reason": "complete"}),
        greens=greens, green_entrances=gates, barriers=_frame([], line_id=[], kind=[]),
        crossings=_frame([], line_id=[], kind=[]), base=_frame([], kind=[], name=[]),
        notes=pd.DataFrame({"code": [], "count": [], "text_de": [], "text_en": []}),
    )  # fmt: skip


def _frame(shapes: list[shapely.Geometry], **columns: list[str]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(columns, geometry=gpd.GeoSeries(shapes, crs=CRS), crs=CRS)


def _cells() -> pd.DataFrame:
    return pd.DataFrame({
        "cell_key": [1], "quarter_id": ["q"], "residents": [1.0], "residents_communal": [0.0], "inside": [True],
        "floor_area_m2_per_resident": [40.0], "floor_area_m2_per_resident_status": ["ok"],
        "internet_offer_share": [1.0], "internet_offer_share_status": ["ok"],
    })  # fmt: skip


def _addresses(spots: Spots, n: int) -> pd.DataFrame:
    xy = spots.some(n)
    return pd.DataFrame({
        "address_id": [f"a{number:08d}" for number in range(n)], "cell_key": 1, "quarter_id": "q", "x_m": xy[:, 0],
        "y_m": xy[:, 1], "residents": spots.dice.integers(1, 40, n).astype(np.float64), "residents_communal": 0.0,
        "kind": "building", "inside": True, "edge": False,
    })  # fmt: skip


def _facilities(spots: Spots, n_nodes: int) -> pd.DataFrame:
    parts = []
    for category, nodes in NODES_PER_PLACE.items():
        xy = spots.some(max(n_nodes // nodes, 2))
        ids = [f"{category}{number:07d}" for number in range(len(xy))]
        parts.append(pd.DataFrame({"facility_id": ids, "category": category, "x_m": xy[:, 0], "y_m": xy[:, 1]}))
    return pd.concat(parts, ignore_index=True).assign(name="", status="ok")


def _greens(spots: Spots, n: int) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    xy, side = spots.some(n), spots.dice.uniform(80, 400, n)
    ids = [f"g{number:06d}" for number in range(n)]
    squares = [shapely.box(x, y, x + m, y + m) for (x, y), m in zip(xy, side, strict=True)]
    corner = np.array([(0, 0), (1, 0), (1, 1), (0, 1)])[:GATES]
    at = (xy[:, None, :] + corner[None] * side[:, None, None]).reshape(-1, 2)
    gates = pd.DataFrame({
        "entrance_id": [f"{name}#{number}" for name in ids for number in range(GATES)],
        "green_id": np.repeat(ids, GATES), "x_m": at[:, 0], "y_m": at[:, 1], "kind": "gate",
    })  # fmt: skip
    frame = _frame(squares, green_id=ids, name=[""] * n)
    frame["area_m2"] = side**2
    return frame, gates
