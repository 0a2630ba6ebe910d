"""Maps of municipalities, one colour each: where cells of a hundred metres would be too small to be seen."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import geopandas as gpd
import pandas as pd

from nahraum.publish import palette
from nahraum.publish.bundle import PublishBundle
from nahraum.publish.report import maps
from nahraum.publish.report.words import Words
from nahraum.tables import PREREQUISITES

Picture = dict[str, str]


def share_legend(title: str, edges: tuple[float, ...], words: Words) -> maps.Legend:
    """Classes of a share in the five steps of the scale, and what is not known."""
    steps = [f"{words.number(100 * low)}–{words.share(high)}" for low, high in pairwise(edges)]
    unknown = (palette.UNKNOWN, words.text("unknown"))
    return maps.Legend(title, (*zip(palette.SEQUENTIAL, steps, strict=True), unknown))


def municipality_layers(frame: gpd.GeoDataFrame, base: gpd.GeoDataFrame, crs: str) -> maps.MapLayers:
    """Borders and names of municipalities, framed by them."""
    shapes = gpd.GeoDataFrame(frame[["name"]], geometry=frame.geometry, crs=frame.crs)
    return maps.layers_of(shapes, shapes, base, crs)


def share_map(
    layers: maps.MapLayers,
    frame: gpd.GeoDataFrame,
    shares: pd.Series,
    legend: maps.Legend,
    *,
    edges: tuple[float, ...],
    width_in: float = 5.4,
    highest_in: float = 4.4,
    labels: bool = True,
) -> str:
    """Municipalities coloured by a share, as SVG text.

    Parameters
        frame, shares : municipalities and their shares, in the same order. [0..1]
        edges : of the classes, as `palette.fine_share_edges`.
        width_in, highest_in : room for the map. [inch]
    """
    shapes = gpd.GeoDataFrame(geometry=frame.geometry, crs=frame.crs)
    colours = maps.classed(shares, edges[1:-1], palette.SEQUENTIAL, palette.UNKNOWN)
    return maps.cell_map(
        layers, shapes, colours, legend, width_in=width_in, highest_in=highest_in, labels=labels
    )  # fmt: skip


def municipality_pictures(bundle: PublishBundle, k: int, words: Words, folder: Path) -> tuple[Picture, list[Picture]]:
    """The map of several lacks and one of each prerequisite, for a study of several municipalities.

    Parameters
        folder : the SVG files go there.
    """
    found = bundle.table("municipalities")
    if found is None:
        raise LookupError("a study of one municipality has maps of its cells")
    frame, name = gpd.GeoDataFrame(found.frame), bundle.study.name
    layers = municipality_layers(frame, bundle.base, bundle.crs)
    several = frame[f"several_k{k}_share"]
    edges = palette.fine_share_edges(several)
    legend = share_legend(words.text("class_map", k=k), edges, words)
    (folder / "class.svg").write_text(share_map(layers, frame, several, legend, edges=edges), encoding="utf-8")
    first = {
        "file": "class.svg",
        "alt": words.text("alt_class_several", name=name, k=k),
        "caption": words.text("caption_class_several", k=k),
    }
    columns = {p: frame[f"lacks_{p}_share"] for p in PREREQUISITES}
    edges = palette.fine_share_edges(pd.concat(columns.values()))
    legend = share_legend(words.text("share_legend"), edges, words)
    others = []
    for p, shares in columns.items():
        svg = share_map(layers, frame, shares, legend, edges=edges, width_in=3.1, highest_in=3.4, labels=False)
        (folder / f"{p}.svg").write_text(svg, encoding="utf-8")
        label = words.label(p)
        alt = words.text("alt_prerequisite_several", name=name, label=label)
        caption = words.text("caption_prerequisite", label=label[:1].upper() + label[1:])
        others.append({"file": f"{p}.svg", "alt": alt, "caption": caption})
    return first, others
