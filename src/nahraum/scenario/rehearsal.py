"""Every kind of edit once, on a street of three nodes: whoever calls this has all kernels of what-if compiled."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from nahraum import scenario
from nahraum.access.reattach import offered_by_grid
from nahraum.area.model import Area
from nahraum.network import network_of_edges
from nahraum.parameters import Parameters
from nahraum.scenario.state import StudyState
from nahraum.tables import SERVICES

_CRS = "EPSG:25832"
_X, _Y = 500_000.0, 5_500_000.0


def rehearse() -> None:
    """Makes edits that run all kernels."""
    nodes = (np.arange(4), _X + np.array([0.0, 200.0, 400.0, 400.0]), _Y + np.array([0.0, 0.0, 0.0, 90.0]))
    ends = np.array([0, 1, 2]), np.array([1, 2, 3])
    network = network_of_edges(nodes, (*ends, np.array([2000, 2000, 900]), np.array([1, 1, 2])))
    state = StudyState.of(_town(), network, Parameters())
    ring = [(_X, _Y), (_X + 90, _Y), (_X + 90, _Y + 90)]
    state.apply(scenario.facility_added(category=SERVICES[0], x=_X + 10, y=_Y))
    state.apply(scenario.green_added(outline=ring, entrances=ring, area_m2=9000))
    state.apply(scenario.barrier_added([(_X + 390, _Y + 80), (_X + 410, _Y + 80)]))  # a loose end
    state.apply(scenario.footpath_added([(_X + 100, _Y), (_X + 400, _Y + 90)]))
    state.apply(scenario.residents_added(5, x=_X + 10, y=_Y + 1))
    state.apply(scenario.barrier_added([(_X + 300, _Y - 9), (_X + 300, _Y + 9)], kind="rail"))
    standing, few = state._study.enter(state._position), np.zeros(1)
    offered_by_grid(standing, few, few, few.astype(np.int64), np.zeros(1, dtype=np.int64))
    for _ in range(6):
        state.undo()


def _town() -> Area:
    ground = shapely.box(_X - 9000, _Y - 9000, _X + 9000, _Y + 9000)
    nothing = gpd.GeoDataFrame({"line_id": [], "kind": []}, geometry=[], crs=_CRS)
    addresses: dict[str, Any] = {
        "cell_key": 1, "quarter_id": "q", "residents": 1.0, "residents_communal": 0.0, "kind": "building",
        "inside": True, "edge": False, "y_m": _Y + 1,
    }  # fmt: skip
    cells: dict[str, Any] = {"quarter_id": "q", "residents": 2.0, "residents_communal": 0.0, "inside": True}
    return Area(
        crs=_CRS,
        boundary=gpd.GeoDataFrame({"kind": ["given"]}, geometry=[ground], crs=_CRS),
        extent=gpd.GeoDataFrame(geometry=[ground], crs=_CRS),
        addresses=pd.DataFrame({"address_id": ["a", "b"], "x_m": [_X, _X + 390]}).assign(**addresses),
        cells=pd.DataFrame({"cell_key": [1]}).assign(**cells),
        quarters=gpd.GeoDataFrame({"quarter_id": ["q"], "name": ["q"]}, geometry=[ground], crs=_CRS),
        facilities=pd.DataFrame({"facility_id": ["f"], "category": SERVICES[0], "x_m": _X, "y_m": _Y}).assign(
            name="", status="ok"
        ),
        categories=pd.DataFrame({"category": SERVICES, "status": "ok", "reason": "complete"}),
        greens=gpd.GeoDataFrame({"green_id": ["g"], "name": "", "area_m2": 9000.0}, geometry=[ground], crs=_CRS),
        green_entrances=pd.DataFrame({"entrance_id": ["g#0"], "green_id": "g", "x_m": _X, "y_m": _Y, "kind": "gate"}),
        barriers=nothing, crossings=nothing, base=nothing, notes=pd.DataFrame(),
    )  # fmt: skip
