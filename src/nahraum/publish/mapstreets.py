"""`streets.json` of the map: which cells a street runs through, so that "my street" finds its place facts.

Made of the drawing (names of streets) and of the released cells and quarters: it says where a street is, nothing else.
"""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from nahraum.publish import mapjson
from nahraum.publish.bundle import PublishBundle

ROADS = ("road", "road_major", "path")
BESIDE_M = 25.0  # homes stand beside a street: a cell counts that it passes this near
MOST_CELLS = 60  # of a street in one quarter: those in which most of it runs


def _named_pieces(base: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The lines of all streets that have a name: name, geometry; one row per name."""
    kept = base[base["kind"].isin(ROADS) & (base["name"].fillna("") != "")]
    kept = kept[~(kept.geometry.is_empty | kept.geometry.isna())]
    lines = gpd.GeoDataFrame({"name": kept["name"].to_numpy()}, geometry=kept.geometry.to_numpy(), crs=kept.crs)
    return lines.dissolve("name", sort=True).reset_index() if len(lines) else lines.reset_index(drop=True)


def _passed(lines: gpd.GeoDataFrame, cells: gpd.GeoDataFrame) -> pd.DataFrame:
    """Which street passes which cell: street (row of lines), cell (row of cells), length inside. [m]"""
    beside = lines.geometry.buffer(BESIDE_M)
    cell, street = beside.sindex.query(cells.geometry, predicate="intersects")
    squares = cells.geometry.to_numpy()[cell]
    inside = shapely.area(shapely.intersection(beside.to_numpy()[street], squares)) / (2 * BESIDE_M)
    passed = pd.DataFrame({"street": street, "cell": cell, "inside_m": np.round(inside, 3)})
    return passed[passed["inside_m"] > 0].reset_index(drop=True)


def street_cells(bundle: PublishBundle) -> pd.DataFrame:
    """Streets by the quarter they run through.

    Returns
        name, quarter_id ('' outside of quarters), cells (row numbers of the released cells, ascending), point (on the
        street, next to the middle of its cells); sorted by name and quarter. Streets without an inhabited cell are
        left out.
    """
    cells: gpd.GeoDataFrame = bundle.cells.frame
    lines = _named_pieces(bundle.base)
    columns = ["name", "quarter_id", "cells", "point"]
    if not len(lines) or not len(cells):
        return pd.DataFrame(columns=columns)
    lines = lines.to_crs(cells.crs)
    passed = _passed(lines, cells)
    passed["quarter_id"] = cells["quarter_id"].astype(str).to_numpy()[passed["cell"]]
    by_length = passed.sort_values(["street", "quarter_id", "inside_m", "cell"], ascending=[True, True, False, True])
    kept = by_length.groupby(["street", "quarter_id"], sort=True).head(MOST_CELLS).sort_values("cell", kind="stable")
    kept[["x", "y"]] = shapely.get_coordinates(shapely.centroid(cells.geometry.to_numpy()[kept["cell"]]))
    groups = kept.groupby(["street", "quarter_id"], sort=True)
    found = groups.agg({"cell": list, "x": "mean", "y": "mean"}).reset_index()
    found = found.rename(columns={"cell": "cells"}).assign(name=lines["name"].to_numpy()[found["street"]])
    shapes = lines.geometry.to_numpy()[found["street"]]
    found["point"] = shapely.get_point(shapely.shortest_line(shapes, shapely.points(found["x"], found["y"])), 0)
    return found.sort_values(["name", "quarter_id"], kind="stable").reset_index(drop=True)[columns]


def streets_document(bundle: PublishBundle) -> dict[str, list[Any]]:
    """The streets by column: names, quarters, points (longitude and latitude, two numbers a street), cells."""
    streets = street_cells(bundle)
    where = gpd.GeoDataFrame(geometry=streets["point"].to_list(), crs=bundle.cells.frame.crs)
    return {
        "names": [str(name) for name in streets["name"]],
        "quarters": [str(quarter) for quarter in streets["quarter_id"]],
        "points": mapjson.flat_points(where),
        "cells": [list(map(int, cells)) for cells in streets["cells"]],
    }
