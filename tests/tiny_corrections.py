"""A tiny town with something of everything that can be corrected, and corrections of it as an office writes them."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from nahraum.parameters import Parameters
from nahraum.sources.corrections import read_corrections
from nahraum.sources.osm import OsmExtract, read_osm
from nahraum.sources.osm.corrected import corrected
from tiny_osm import Point, TinyOsm, degrees

ON = date(2026, 6, 30)
TABLES = ("ways", "nodes", "facilities", "greens", "buildings", "barriers", "water", "gates", "boundaries", "places")
SHOP, DOCTOR, STREET_GATE, PARK_GATE = 1, 2, 3, 4  # ids of nodes
MAIN, ALLEY, STEPS, PARK, MEADOW, FENCE = 1, 2, 3, 4, 5, 6  # ids of ways


def town() -> TinyOsm:
    """A main street, an alley with a locked gate, steps, a fenced park, a private meadow, a shop and a doctor.

    The main street runs along y = 10 and x = 1000; the alley from (500, 10) north to (500, 400) with its gate at
    y = 200; the park is the square (600, 100) to (800, 300), fenced on its west side; nothing joins alley and park.
    """
    osm = TinyOsm()
    osm.node((300.0, 30.0), shop="supermarket", name="Edeka Müller")
    osm.node((700.0, 30.0), amenity="doctors", name="Dr. Baum")
    osm.node((500.0, 200.0), barrier="gate", locked="yes")
    osm.node((600.0, 200.0), barrier="gate")
    corner = osm.node((500.0, 10.0))
    osm.way([(0.0, 10.0), corner, (1000.0, 10.0), (1000.0, 990.0)], highway="residential", name="Hauptstraße")
    top = osm.node((500.0, 400.0))
    osm.way([corner, STREET_GATE, top], highway="footway", name="Gasse")
    osm.way([top, (400.0, 400.0)], highway="steps")
    osm.ring([(600.0, 100.0), (800.0, 100.0), (800.0, 300.0), (600.0, 300.0), PARK_GATE],
             leisure="park", name="Stadtpark")  # fmt: skip
    osm.square((100.0, 600.0), 200.0, leisure="park", access="private", name="Schlosspark")
    osm.way([(600.0, 100.0), PARK_GATE, (600.0, 300.0)], barrier="fence")
    return osm


def changed(change: Callable[[TinyOsm], None]) -> TinyOsm:
    """The town as it would be mapped after a change."""
    osm = town()
    change(osm)
    return osm


def extract(osm: TinyOsm, folder: Path) -> OsmExtract:
    """The town as it is read."""
    return read_osm(osm.write(folder / "town.osm.pbf"))


def place(point: Point) -> dict[str, str]:
    """Columns lon and lat of a position in metres."""
    lon, lat = degrees(point)
    return {"lon": f"{lon:.7f}", "lat": f"{lat:.7f}"}


def wkt(kind: str, points: Iterable[Point]) -> dict[str, str]:
    """Column wkt of a line or an outline in metres."""
    told = ", ".join(f"{lon:.7f} {lat:.7f}" for lon, lat in map(degrees, points))
    return {"wkt": f"{kind} ({told})" if kind == "LINESTRING" else f"{kind} (({told}))"}


def write(rows: list[dict[str, str]], path: Path, *, delimiter: str = ";") -> Path:
    """A CSV file of corrections; reason, author and date are filled in where a row is silent."""
    usual = {"reason": "Begehung", "author": "A. Amt", "date": "2026-03-01"}
    full = [usual | row for row in rows]
    names = list(dict.fromkeys(["action", "object", *(name for row in full for name in row)]))
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, names, delimiter=delimiter)
        writer.writeheader()
        writer.writerows(full)
    return path


def read(rows: list[dict[str, str]], folder: Path) -> gpd.GeoDataFrame:
    """Corrections written and read."""
    return read_corrections(write(rows, folder / "korrekturen.csv"), on=ON)


def applied(osm: OsmExtract, rows: list[dict[str, str]], folder: Path) -> tuple[OsmExtract, pd.DataFrame]:
    """The extract with corrections, and what became of them."""
    return corrected(osm, read(rows, folder), Parameters())


def differing(one: OsmExtract, other: OsmExtract) -> list[str]:
    """Names of the tables in which two extracts differ in any bit."""
    found = []
    for name in TABLES:
        first, second = (getattr(which, name).reset_index(drop=True) for which in (one, other))
        try:
            pd.testing.assert_frame_equal(pd.DataFrame(first), pd.DataFrame(second), check_exact=True)
        except AssertionError:
            found.append(name)
    return found if np.array_equal(one.way_nodes, other.way_nodes) else [*found, "way_nodes"]
