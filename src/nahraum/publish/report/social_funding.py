"""The section on proposals for funding areas: their figures, and their outlines on the map."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd

from nahraum.publish import palette
from nahraum.publish.bundle import PublishBundle
from nahraum.publish.report import maps
from nahraum.publish.report.tables import table
from nahraum.publish.report.words import Words


def lacks_needed(bundle: PublishBundle) -> int:
    """How many lacks count as several."""
    return int(bundle.study.parameters().number("counting.lacks_needed"))


def funding(bundle: PublishBundle, folder: Path, words: Words) -> dict[str, Any] | None:
    """Proposals for funding areas with their figures, on the map of those who lack several."""
    found = bundle.table("funding_areas")
    if found is None:
        return None
    frame = gpd.GeoDataFrame(found.frame)
    proposals = frame[frame["kind"] == "proposal"]
    rows = [
        [
            f"{row['funding_area_id']} {row['name'] or ''}".strip(), words.number(row["residents"]),
            words.number(row["hectares"], 0), words.number(row["several_residents"]), words.share(row["several_share"]),
            words.share(row["recall"]), words.number(row["compactness"], 2), words.share(row["stability"]),
        ]
        for _, row in proposals.iterrows()
    ]  # fmt: skip
    if not rows:
        return None
    keys = ("area", "residents", "hectares", "several_people", "precision", "recall", "compactness", "stability")
    head = [words.text(f"head_funding_{name}") for name in keys]
    made = table(
        head, rows, words.text("caption_funding"), align="lrrrrrrr", widths="1.5 auto auto auto auto auto auto auto"
    )
    return {
        "title": words.text("h_funding"), "lead": [words.text("funding_intro", k=lacks_needed(bundle))],
        "picture": _funding_map(bundle, proposals, folder, words), "tables": [made],
        "after": [words.text("funding_after")],
    }  # fmt: skip


def _funding_map(bundle: PublishBundle, proposals: gpd.GeoDataFrame, folder: Path, words: Words) -> dict[str, str]:
    cells = gpd.GeoDataFrame(bundle.cells.frame)
    layers = maps.layers_of(cells, gpd.GeoDataFrame(bundle.quarters.frame), bundle.base, bundle.crs)
    named = [("lacking", "class_lacking"), ("not_lacking", "class_not_lacking"), ("undetermined", "class_undetermined")]
    entries = tuple((palette.CLASS_COLOURS[name], words.text(key)) for name, key in named)
    colours = [palette.CLASS_COLOURS.get(str(name), palette.UNKNOWN) for name in cells["class"]]
    legend = maps.Legend(words.text("class_map", k=lacks_needed(bundle)), entries)
    svg = maps.cell_map(layers, cells, colours, legend, outlines=proposals, width_in=4.6, highest_in=3.6, labels=False)
    (folder / "funding.svg").write_text(svg, encoding="utf-8")
    return {
        "file": "funding.svg", "alt": words.text("alt_funding", name=bundle.study.name),
        "caption": words.text("caption_funding_map"),
    }  # fmt: skip
