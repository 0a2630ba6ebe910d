"""Tiny whole study areas and random edits of them, for the tests of what-if."""

from __future__ import annotations

import random
from collections.abc import Iterable
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from nahraum import scenario
from nahraum.area.model import Area
from nahraum.grid import cell_id
from nahraum.network import BLOCKED, Network
from nahraum.parameters import Parameters
from nahraum.tables import SERVICES
from tiny_walks import CRS, ORIGIN, net

FAR_M = 20_000.0
EAST, NORTH = ORIGIN


def parameters(**values: Any) -> Parameters:
    """Small limits, so that a tiny town has something beyond them."""
    usual = {
        "walking.search_limit_m": 1500.0,
        "green_standards.nahraum_green.minimum_area_m2": 100.0,
        "attach.component_minimum_m": 150.0,
    }
    return Parameters(usual | values)


def study_area(
    addresses: dict[str, tuple[float, float, float]],
    facilities: Iterable[tuple[str, str, float, float]] = (),
    greens: dict[str, tuple[float, list[tuple[float, float]]]] | None = None,
    *,
    barriers: Iterable[tuple[str, str, list[tuple[float, float]]]] = (),
    fallback: bool = False,
) -> Area:
    """addresses: id → x, y, residents; facilities: id, category, x, y; greens: id → side of a square, entrances;
    barriers: id, kind, points; fallback: schools of unspecified level stand in for primary schools."""
    greens = greens or {}
    ground = shapely.box(EAST - FAR_M, NORTH - FAR_M, EAST + FAR_M, NORTH + FAR_M)
    xyz = np.array(list(addresses.values()), dtype=float).reshape(-1, 3)
    table = pd.DataFrame(
        {
            "address_id": list(addresses), "cell_key": 1, "quarter_id": "q", "x_m": xyz[:, 0], "y_m": xyz[:, 1],
            "residents": xyz[:, 2], "residents_communal": 0.0, "kind": "building", "inside": True,
            "edge": [name.startswith("rim") for name in addresses],
        }
    )  # fmt: skip
    cells = pd.DataFrame(
        {
            "cell_key": [1], "quarter_id": ["q"], "residents": [xyz[:, 2].sum()], "residents_communal": [0.0],
            "inside": [True], "floor_area_m2_per_resident": [40.0], "floor_area_m2_per_resident_status": ["ok"],
            "internet_offer_share": [1.0], "internet_offer_share_status": ["ok"],
        }
    )  # fmt: skip
    squares = [shapely.box(*gates[0], gates[0][0] + side, gates[0][1] + side) for side, gates in greens.values()]
    gates = [(f"{name}#{n}", name, *xy, "gate") for name, (_, held) in greens.items() for n, xy in enumerate(held)]
    lines = list(barriers)
    return Area(
        crs=CRS,
        boundary=gpd.GeoDataFrame({"kind": ["given"]}, geometry=[ground], crs=CRS),
        extent=gpd.GeoDataFrame(geometry=[ground], crs=CRS),
        addresses=table,
        cells=cells,
        quarters=gpd.GeoDataFrame({"quarter_id": ["q"], "name": ["Q"]}, geometry=[ground], crs=CRS),
        facilities=pd.DataFrame(list(facilities), columns=["facility_id", "category", "x_m", "y_m"]).assign(
            name="", status="ok"
        ),
        categories=pd.DataFrame(
            {
                "category": list(SERVICES),
                "status": ["imputed" if fallback and s == "primary_school" else "ok" for s in SERVICES],
                "reason": ["fallback" if fallback and s == "primary_school" else "complete" for s in SERVICES],
            }
        ),
        greens=gpd.GeoDataFrame(
            {"green_id": list(greens), "name": "", "area_m2": [float(side) ** 2 for side, _ in greens.values()]},
            geometry=gpd.GeoSeries(squares, crs=CRS),
            crs=CRS,
        ),
        green_entrances=pd.DataFrame(gates, columns=["entrance_id", "green_id", "x_m", "y_m", "kind"]),
        barriers=gpd.GeoDataFrame(
            {"line_id": [name for name, _, _ in lines], "kind": [kind for _, kind, _ in lines]},
            geometry=gpd.GeoSeries([shapely.LineString(xy) for _, _, xy in lines], crs=CRS),
            crs=CRS,
        ),
        crossings=gpd.GeoDataFrame({"line_id": [], "kind": []}, geometry=[], crs=CRS),
        base=gpd.GeoDataFrame({"kind": [], "name": []}, geometry=[], crs=CRS),
        notes=pd.DataFrame({"code": [], "count": [], "text_de": [], "text_en": []}),
    )


def random_study(dice: random.Random) -> tuple[Area, Network, Parameters]:
    """A small town with islands, parallel edges, rail, ties of all kinds, some people and places."""
    side = dice.randint(3, 5)
    nodes = {
        10 * r + c + 1: (EAST + 100.0 * c + dice.choice((0, 0, 7)), NORTH + 100.0 * r + dice.choice((0, 0, -9)))
        for r in range(side) for c in range(side)
    }  # fmt: skip
    edges: list[tuple[int, ...]] = []
    for node in nodes:
        for other in (node + 1, node + 10):
            if other in nodes and dice.random() < 0.7:
                edges.append((node, other, dice.randint(1, 6)))
    edges.append((1, 2, 7, dice.choice((900, 1000, 1400))))
    island = {900 + n: (EAST + 100.0 * side + 60, NORTH + 80.0 * n) for n in range(dice.randint(2, 4))}
    nodes |= island
    edges += [(a, a + 1, 50) for a in island if a + 1 in island]
    network = net({n: nodes[n] for n in {n for e in edges for n in e[:2]}}, edges)
    if dice.random() < 0.4:  # escalators
        lengths = network.edge_length_dm
        ahead, back = (np.where([dice.random() < 0.1 for _ in lengths], BLOCKED, lengths) for _ in range(2))
        network = network.with_costs(ahead, back, unit="dm", pace=1.0)
    rim = 100.0 * side + 100

    def spot() -> tuple[float, float]:
        east = dice.choice((dice.randint(-60, int(rim)), 50 * dice.randint(0, 8)))
        return EAST + float(east), NORTH + float(dice.randint(-60, int(rim)))

    addresses = {
        f"{dice.choice(('a', 'rim', 'z'))}{n}": (*spot(), float(dice.choice((0, 1, 2.5, 40)))) for n in range(12)
    }
    kinds = (*SERVICES, "school_unspecified")
    facilities = [(f"f{n}", dice.choice(kinds), *spot()) for n in range(dice.randint(0, 14))]
    greens = {
        f"g{n}": (dice.choice((20.0, 80.0)), [spot() for _ in range(dice.randint(1, 3))])
        for n in range(dice.randint(0, 3))
    }
    rail = [("rail", dice.choice(("rail", "fence")), [spot(), spot()])] if dice.random() < 0.5 else []
    area = study_area(addresses, facilities, greens, barriers=rail, fallback=dice.random() < 0.5)
    standard = "who_europe" if dice.random() < 0.1 else "nahraum_green"
    decay = dice.choice(("binary", "gaussian", "zones_slow"))
    return area, network, parameters(**{"green_access.decay": decay, "green.standard": standard})


def random_edit(dice: random.Random, state: Any, *, reach_m: float = 120.0) -> Any:
    """Any edit that may fit the state; some are refused, as a planner's would be."""
    area = state.area

    def spot() -> tuple[float, float]:
        row = area.addresses.iloc[dice.randrange(len(area.addresses))]
        return float(row["x_m"]) + dice.uniform(-40, 40), float(row["y_m"]) + dice.uniform(-40, 40)

    def away(xy: tuple[float, float], metres: float) -> tuple[float, float]:
        turn = dice.uniform(0, 2 * np.pi)
        return xy[0] + metres * float(np.cos(turn)), xy[1] + metres * float(np.sin(turn))

    def one(table: pd.DataFrame, key: str) -> str:
        return str(table[key].iloc[dice.randrange(len(table))]) if len(table) else "none"

    def added(kind: str, name: str) -> list[Any]:
        return [getattr(edit, name) for edit in state.log if edit.kind == kind]

    def path() -> Any:
        start = spot()
        end = away(start, dice.uniform(0.3, 2) * reach_m)
        middle = ((start[0] + end[0]) / 2 + dice.uniform(-15, 15), (start[1] + end[1]) / 2)
        return dice.choice(
            [
                lambda: scenario.footpath_added([start, end]),
                lambda: scenario.footpath_added([start, middle, end]),
                lambda: scenario.footpath_added([start, middle, end], joins=[0, 1, 2]),
                lambda: scenario.footpath_added([start, middle], joins=[0]),
            ]
        )()

    def wall() -> Any:
        start = spot()
        kind = dice.choice(("fence", "rail", "motorway", "water"))
        return scenario.barrier_added([start, away(start, dice.uniform(0.2, 2) * reach_m)], kind=kind)

    def park() -> Any:
        x, y = spot()
        ring = [(x, y), (x + 90, y), (x + 90, y + 80), (x, y + 80)]
        return scenario.green_added(outline=ring, entrances=dice.sample(ring, dice.randint(1, 4)))

    def gate() -> Any:
        green = one(area.greens, "green_id")
        if green == "none":
            return scenario.entrance_added(green, **xy())
        outline = area.greens.geometry[area.greens["green_id"] == green].iloc[0].boundary
        x, y = away(outline.interpolate(dice.random(), normalized=True).coords[0], dice.uniform(0, 49))
        return scenario.entrance_added(green, x=x, y=y)

    def way() -> int:
        paths = added("footpath_added", "way_id")
        return (
            int(dice.choice(paths))
            if paths and dice.random() < 0.5
            else dice.choice(state.network.edge_way_id.tolist())
        )

    def xy() -> dict[str, float]:
        x, y = spot()
        return {"x": x, "y": y}

    moves = {
        "facility": lambda: scenario.facility_added(category=dice.choice((*SERVICES, "school_unspecified")), **xy()),
        "move": lambda: scenario.facility_moved(one(area.facilities, "facility_id"), **xy()),
        "close": lambda: scenario.facility_closed(one(area.facilities, "facility_id")),
        "capacity": lambda: scenario.capacity_changed(one(area.greens, "green_id"), area_m2=dice.uniform(5000, 2e5)),
        "park": park,
        "no_park": lambda: scenario.green_removed(one(area.greens, "green_id")),
        "gate": gate,
        "no_gate": lambda: scenario.entrance_removed(one(area.green_entrances, "entrance_id")),
        "path": path,
        "path_again": path,
        "no_path": lambda: scenario.footpath_removed(way()),
        "wall": wall,
        "no_wall": lambda: scenario.barrier_removed(
            dice.choice([*added("barrier_added", "line_id"), one(area.barriers, "line_id")])
        ),
        "more": lambda: scenario.residents_added(dice.uniform(0.1, 50), address_id=one(area.addresses, "address_id")),
        "homes": lambda: scenario.residents_added(dice.uniform(1, 200), **xy()),
        "fibre": lambda: scenario.internet_offer_changed(
            [str(cell_id(dice.choice(area.cells["cell_key"].tolist()))[0])], share=dice.choice((0.5, 1.0))
        ),
    }
    return moves[dice.choice(sorted(moves))]()
