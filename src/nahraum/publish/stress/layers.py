"""The layers of a stress test: stress.gpkg, a layer of quarters for every scenario and one of rooms against people."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd

from nahraum.publish.bundle import Released
from nahraum.publish.quarter_layers import QuarterLayer, write_quarter_layers
from nahraum.publish.stress.chapter import components_of
from nahraum.publish.stress.released import ReleasedStress
from nahraum.publish.stress.words import StressWords

FILE = "stress.gpkg"
_SOFT_HYPHEN = "\u00ad"
_MISMATCH = {
    "overcrowded_share": "head_crowded", "overcrowded_counted_share": "head_counted",
    "underoccupied_share": "head_more", "below_adequate_share": "head_adequate",
}  # fmt: skip


def write_stress_layers(told: ReleasedStress, folder: Path) -> list[Path]:
    """stress.gpkg: quarters that are held back are there with their outline and no figure."""
    words = StressWords(told.study.language)
    said = {
        "TITLE": words.text("title", name=told.study.name), "STATEMENT": told.statement,
        "ATTRIBUTION": told.attribution, "REFERENCE_DATE": told.study.reference_date.isoformat(),
    }  # fmt: skip
    return write_quarter_layers(
        folder / FILE, stress_layers(told, words), said=said, day=told.study.reference_date,
        language=words.language,
    )  # fmt: skip


def stress_layers(told: ReleasedStress, words: StressWords) -> list[QuarterLayer]:
    """A layer per scenario, several at once first, and rooms against people where rooms are known."""
    found = []
    for one in told.scenarios:
        names = ("several", *components_of(told.quarters[one.id]))
        shown = {f"stress_{name}_share": words.component(name).replace(_SOFT_HYPHEN, "") for name in names}
        frame = _with_shapes(told, told.quarters[one.id], tuple(shown))
        found.append(QuarterLayer(f"stress_{one.id}", one.label(words.language), frame, shown))
    if told.mismatch is not None:
        shown = {column: words.text(key).replace(_SOFT_HYPHEN, "") for column, key in _MISMATCH.items()}
        frame = _with_shapes(told, told.mismatch, tuple(shown))
        found.append(QuarterLayer("mismatch", words.text("h_mismatch"), frame, shown))
    return found


def _with_shapes(told: ReleasedStress, table: Released, needed: tuple[str, ...]) -> gpd.GeoDataFrame:
    """The released figures of quarters on all their outlines."""
    shapes = told.shapes[["quarter_id", "name", "geometry"]].astype({"quarter_id": str})
    figures = pd.DataFrame(table.frame).drop(columns=["geometry", "name"], errors="ignore")
    figures = figures.astype({"quarter_id": str})
    missing = [column for column in needed if column not in figures]
    joined = shapes.merge(figures.assign(**dict.fromkeys(missing, float("nan"))), on="quarter_id", how="left")
    return gpd.GeoDataFrame(joined.sort_values("quarter_id", ignore_index=True), crs=told.shapes.crs)
