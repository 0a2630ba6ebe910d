"""truth.json: what is planted where, and the decoys, for tests of the product against the plan."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from nahraum.musterstadt import greens as green_plan
from nahraum.musterstadt.census import Cells100
from nahraum.musterstadt.city import City
from nahraum.musterstadt.people import LARGE_FLAT, LARGE_FLAT_M2
from nahraum.musterstadt.plan import Floats, Ints
from nahraum.musterstadt.search import at_feet, nearest_m
from nahraum.musterstadt.statistics import WAVES
from nahraum.musterstadt.timetable import planned_departures

PREREQUISITES = ("living_space", "green", "internet", "supply")


def cell_corners(city: City) -> Cells100:
    """Corners of the inhabited cells in EPSG:3035."""
    east, north = city.plan.origin_m
    return Cells100(east + 100 * city.cells.i, north + 100 * city.cells.j)


def inspire_ids(city: City) -> list[str]:
    """INSPIRE id of every inhabited cell."""
    where = cell_corners(city)
    return [f"CRS3035RES100mN{n}E{e}" for n, e in zip(where.north_m.tolist(), where.east_m.tolist(), strict=True)]


def _median_by_cell(city: City, values: Floats) -> Floats:
    columns = city.plan.shape[1] + 1
    cell = np.searchsorted(city.cells.i * columns + city.cells.j, city.homes.i * columns + city.homes.j)
    order = np.lexsort((values, cell))
    first = np.searchsorted(cell[order], np.arange(city.cells.number))
    count = np.bincount(cell, minlength=city.cells.number)
    low, high = values[order[first + (count - 1) // 2]], values[order[first + count // 2]]
    return np.asarray((low + high) / 2)


def _number(value: float, digits: int = 1) -> float | None:
    return round(float(value), digits) if np.isfinite(value) else None


class _Decoys:
    """Describes each decoy with the cells it concerns and what must come out there."""

    def __init__(self, city: City, ids: list[str]) -> None:
        self.city, self.ids = city, ids
        pairs = zip(city.cells.i.tolist(), city.cells.j.tolist(), strict=True)
        self.number = {at: k for k, at in enumerate(pairs)}
        self.found: list[dict[str, Any]] = []

    def at(self, x: int, y: int) -> int:
        """Number of an inhabited cell of the core, -1 where nobody lives."""
        return self.number.get(self.city.plan.at(x, y), -1)

    def add(self, decoy: str, text: str, places: list[tuple[int, int]], expect: dict[str, int], **more: Any) -> None:
        """One decoy; a cell is named only where the plan bears the expectation out."""
        cells = [self.at(x, y) for x, y in places]
        cells = [k for k in cells if k >= 0]
        lacks = self.city.truth.lacks
        for k in cells:
            for name, value in expect.items():
                if int(lacks[name][k]) != value:
                    raise AssertionError(f"decoy {decoy} does not hold in cell {self.ids[k]}: {name} is not {value}")
        entry = {"decoy": decoy, "text": text, "cells": [self.ids[k] for k in cells], "expect": expect}
        self.found.append(entry | more)


_ESTATE = [(x, y) for y in (-3, -2, -1) for x in range(2, 6)]
_SOUTH = [(x, y) for y in (-3, -2, -1) for x in range(0, 6)]


def _rail_detour(city: City, decoys: _Decoys) -> dict[str, Any]:
    """Straight and walked distance from the cell behind the railway to the only food shop near by."""
    shop = next(k for k, p in enumerate(city.places.places) if p.name == "Frischemarkt Grünewald")
    places, one = city.places, np.array([shop])
    node_m = nearest_m(city.streets, places.edge[one], places.offset_m[one], places.leg_m[one])
    walk = _median_by_cell(
        city, at_feet(city.streets, node_m, city.homes.edge, city.homes.offset_m, city.homes.leg_m)
    )  # fmt: skip
    cell = decoys.at(3, -2)
    x, y = (c[cell] + 50 for c in (cell_corners(city).east_m, cell_corners(city).north_m))
    straight = np.hypot(places.x_m[shop] - x, places.y_m[shop] - y)
    return {"place": places.places[shop].name, "straight_m": _number(straight), "walk_m": _number(walk[cell])}


def decoys_of(city: City, ids: list[str], hidden: list[str]) -> list[dict[str, Any]]:
    """All decoys of the core.

    Raises
        AssertionError where the plan itself does not bear a decoy out.
    """
    d = _Decoys(city, ids)
    areas = green_plan.areas_m2(city.plan, city.streets)
    size = {green.name: _number(areas[k]) for k, green in enumerate(city.plan.greens)}
    far, lone = [(5, y) for y in (-3, -2, -1)], [(2, -3), (3, -3)]
    d.add("rail_detour", "a shop about 350 m away across the railway, 1.5 km on foot", [(3, -2)], {"supply": 1},
          **_rail_detour(city, d))  # fmt: skip
    d.add("far_gate", "a fenced park whose only gate is on the far side", far, {"green": 1}, green="Heckenpark",
          area_m2=size["Heckenpark"])  # fmt: skip
    d.add("private_green", "a fenced green with access=private", lone, {"green": 1}, green="Werkspark",
          area_m2=size["Werkspark"])  # fmt: skip
    d.add("verge", "a village_green verge below 0.5 ha", [(1, -1), (2, -1)], {"green": 1}, area_m2=size["Bahngrün"])
    d.add("disused_shop", "disused:shop=supermarket", [(3, -2)], {"supply": 1}, place="Kaufhalle Schlehenbusch")
    d.add("former_pharmacy", "was:amenity=pharmacy", [(4, -2)], {"supply": 1}, place="Schlehen-Apotheke")
    d.add("specialist", "a dermatologist is no general practitioner", [(1, -2)], {"supply": 1},
          place="Hautarztpraxis Dr. Öztürk")  # fmt: skip
    d.add("kiosk", "a kiosk is no full-range food shop", [(2, -2)], {"supply": 1}, place="Kiosk Yıldız")
    d.add("across_quarters", "all four lacks on both sides of a quarter border", [(1, -2), (2, -2)],
          dict.fromkeys(PREREQUISITES, 1))  # fmt: skip
    d.add("large_flat", f"one person on {LARGE_FLAT_M2:.0f} m² beside crowded families in one cell", [LARGE_FLAT],
          {"living_space": 1})  # fmt: skip
    d.add("roomy_neighbour", "a cell with room enough beside crowded ones", [(5, -1)], {"living_space": 0})
    d.add("kita_in_care_home", "a kindergarten in a care home: no service, residents communal", [(-1, 2)],
          {"supply": 0}, place="Kita Löwenzahn", home="Seniorenzentrum St. Barbara")  # fmt: skip
    d.add("closed_crossing", "a private crossing behind locked gates", [(3, -1), (4, -1)], {"supply": 1},
          place="Werksübergang")  # fmt: skip
    d.add("island_path", "a courtyard path joined to nothing", [(-1, 1)], {"supply": 0})
    if hidden:
        d.found.append(
            {"decoy": "no_building", "text": "residents without any mapped house", "cells": hidden, "expect": {}}
        )
    return d.found


def truth_document(city: City, hidden: list[str], secret: list[str]) -> dict[str, Any]:
    """The planted truth as plain values."""
    ids, truth, cells = inspire_ids(city), city.truth, city.cells
    lacks = np.stack([truth.lacks[name] for name in PREREQUISITES]).astype(int)
    food, green = _median_by_cell(city, truth.service_m[0]), _median_by_cell(city, truth.green_m)
    m2 = _median_by_cell(city, truth.m2_per_resident)
    table = {
        cell: {
            "quarter": city.plan.quarters[quarter].id,
            "residents": residents,
            **dict(zip(PREREQUISITES, lacks[:, k].tolist(), strict=True)),
            "food_m": _number(food[k]), "green_m": _number(green[k]), "green_m2_per_resident": _number(m2[k], 2),
            "floor_area_m2_per_resident": _number(cells.space_m2[k], 2), "offered_100": _number(cells.offered[k, 1], 4),
        }
        for k, (cell, quarter, residents) in enumerate(
            zip(ids, cells.quarter.tolist(), cells.residents.tolist(), strict=True)
        )
    }  # fmt: skip
    count: Ints = lacks.sum(axis=0)
    return {
        "format_version": 1, "residents": int(cells.residents.sum()), "seed": city.plan.seed, "cell_size_m": 100,
        "prerequisites": list(PREREQUISITES), "cells": table,
        "all_four": [ids[k] for k in np.nonzero(count == 4)[0]],
        "secret_living_space": secret,
        "incidence_follows_status": {wave: int(np.sign(slope)) for wave, *_, slope in WAVES},
        "several": [ids[k] for k in np.nonzero(count >= 2)[0]],
        "decoys": decoys_of(city, ids, hidden),
        "stops": {
            f"ms{number}": {"departures_6_20": list(ways), "counts": True}
            for number, ways in enumerate(planned_departures(city, 6, 20), start=1)
        },
    }  # fmt: skip


def write_truth(city: City, path: Path, hidden: list[str], secret: list[str]) -> dict[str, Any]:
    """Writes truth.json and returns it."""
    document = truth_document(city, hidden, secret)
    path.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return document
