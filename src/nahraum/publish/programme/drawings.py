"""Maps of a plan: where the measures are, and the place of each; SVG for the PDF, PNG for the DOCX."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry import shape

from nahraum.publish.programme.blocks import Picture
from nahraum.publish.programme.model import Measure, PlanDocument
from nahraum.publish.programme.words import PlanWords
from nahraum.publish.report import maps

if TYPE_CHECKING:
    from matplotlib.axes import Axes

AROUND_M = 500.0  # half the width of the map of one measure
FIELD_COLOURS = {
    "green": "#009e73", "short_ways": "#56b4e9", "supply": "#e69f00", "internet": "#0072b2", "housing": "#cc79a7",
}  # fmt: skip


@dataclass(frozen=True)
class Ground:
    """What lies under the maps: inhabited cells (for the frame), quarters, the base; CRS of the study."""

    cells: gpd.GeoDataFrame
    quarters: gpd.GeoDataFrame
    base: gpd.GeoDataFrame
    crs: str


def drawings(
    plan: PlanDocument, ground: Ground | None, folder: Path
) -> tuple[Picture | None, dict[str, Picture]]:  # fmt: skip
    """The map of all measures, and one of each by its number; the files go to `folder`. None without a ground."""
    if ground is None or not plan["measures"]:
        return None, {}
    words = PlanWords(plan["language"])
    shapes = _shapes(plan["measures"], ground.crs)
    return _overview(plan, ground, shapes, words, folder), _places(plan, ground, shapes, words, folder)


def _shapes(measures: Sequence[Measure], crs: str) -> dict[str, Any]:
    told = gpd.GeoSeries([shape(one["geometry"]) for one in measures], crs="EPSG:4326").to_crs(crs)
    return dict(zip([one["number"] for one in measures], told.to_numpy(), strict=True))


def _overview(
    plan: PlanDocument, ground: Ground, shapes: dict[str, Any], words: PlanWords, folder: Path
) -> Picture:  # fmt: skip
    layers = maps.layers_of(ground.cells, ground.quarters, ground.base, ground.crs)
    fields = [one for one in FIELD_COLOURS if any(m["field"] == one for m in plan["measures"])]
    legend = maps.Legend(
        words.text("layer_measures"), tuple((FIELD_COLOURS[one], words.named("fields", one)) for one in fields)
    )
    svg, png = maps.own_map(layers, _painter(plan["measures"], shapes, size=6.5), legend)
    alt = words.text("map_alt", study=plan["study"]["name"], n=len(plan["measures"]))
    return _kept(folder, "measures", (svg, png), caption=words.text("map_caption"), alt=alt)


def _places(
    plan: PlanDocument, ground: Ground, shapes: dict[str, Any], words: PlanWords, folder: Path
) -> dict[str, Picture]:  # fmt: skip
    found = {}
    base = ground.base.to_crs(ground.crs) if len(ground.base) else ground.base
    quarters = ground.quarters.to_crs(ground.crs)
    for one in plan["measures"]:
        west, south, east, north = shapes[one["number"]].bounds
        x, y = (west + east) / 2, (south + north) / 2
        half = max(AROUND_M, 0.6 * (east - west), 0.6 * (north - south))
        frame = (x - half, y - 0.5 * half, x + half, y + 0.5 * half)
        layers = maps.layers_within(frame, _within(quarters, frame), _within(base, frame), ground.crs)
        painted = maps.own_map(
            layers, _painter([one], shapes, size=8.0), maps.Legend("", ()), width_in=5.0, highest_in=1.9, labels=False
        )
        alt = words.text("map_one_alt", number=one["number"])
        caption = words.text("map_one_caption", metres=words.number(half))
        found[one["number"]] = _kept(folder, one["number"], painted, caption=caption, alt=alt, width=0.62)
    return found


def _within(table: gpd.GeoDataFrame, frame: tuple[float, float, float, float]) -> gpd.GeoDataFrame:
    """What of a layer meets a frame: a map of one place need not draw a whole city."""
    return table.iloc[np.sort(table.sindex.query(shapely.box(*frame)))] if len(table) else table


def _kept(
    folder: Path, name: str, painted: tuple[str, bytes], *, caption: str, alt: str, width: float = 1.0
) -> Picture:  # fmt: skip
    (folder / f"{name}.svg").write_text(painted[0], encoding="utf-8")
    (folder / f"{name}.png").write_bytes(painted[1])
    return Picture(f"{name}.svg", f"{name}.png", caption, alt, width)


_POINTS_PER_INCH = 72.0


def _free_place(
    axes: Axes, spot: tuple[float, float], text: str, taken: list[tuple[float, float, float, float]], size: float
) -> tuple[float, float]:
    """Where a label stands so that it covers no other: beside its place, else farther away. [points]"""
    scale = _POINTS_PER_INCH / float(axes.get_figure(root=True).dpi)  # type: ignore[union-attr]
    x, y = (float(one) * scale for one in axes.transData.transform(spot))
    wide, high = 0.66 * size * len(text), 1.05 * size
    for away in (1.0, 2.2, 3.4, 4.6):
        for across, up in ((0.8, 0.4), (0.8, -1.2), (-0.8, 0.4), (-0.8, -1.2), (0.0, 1.1), (0.0, -1.9)):
            left = across * size * away - (wide if across < 0 else wide / 2 if across == 0 else 0.0)
            box = (x + left, y + up * size * away, x + left + wide, y + up * size * away + high)
            if not any(box[0] < b[2] and b[0] < box[2] and box[1] < b[3] and b[1] < box[3] for b in taken):
                taken.append(box)
                return left, up * size * away
    return 0.8 * size, 0.4 * size


def _marked(axes: Axes, spot: Any, size: float) -> tuple[float, float, float, float]:
    """What the mark of a place covers: no label stands on it. [points]"""
    scale, half = _POINTS_PER_INCH / float(axes.get_figure(root=True).dpi), 0.65 * size  # type: ignore[union-attr]
    x, y = (float(one) * scale for one in axes.transData.transform((spot.x, spot.y)))
    return x - half, y - half, x + half, y + half


def _painter(measures: Sequence[Measure], shapes: dict[str, Any], *, size: float) -> Callable[[Axes], None]:
    """Draws shapes in the colour of their field, and a numbered mark at each place."""

    def paint(axes: Axes) -> None:
        import matplotlib.patheffects as effects
        from matplotlib.collections import LineCollection, PolyCollection

        taken = [_marked(axes, shapely.point_on_surface(shapes[one["number"]]), size) for one in measures]
        for one in measures:
            geometry, colour = shapes[one["number"]], FIELD_COLOURS.get(one["field"], "#555555")
            parts = shapely.get_parts(geometry)
            areas = parts[shapely.get_dimensions(parts) == 2]
            lines = parts[shapely.get_dimensions(parts) == 1]
            rings = [shapely.get_coordinates(ring) for ring in shapely.get_exterior_ring(areas)]
            axes.add_collection(PolyCollection(rings, facecolors=colour, alpha=0.55, edgecolors=colour, zorder=11))
            ways = [shapely.get_coordinates(line) for line in lines]
            axes.add_collection(LineCollection(ways, colors=colour, linewidths=2.4, zorder=11))
            spot = shapely.point_on_surface(geometry)
            axes.plot(
                [spot.x], [spot.y], marker="o", markersize=size * 1.35, color=colour, markeredgecolor="white",
                markeredgewidth=0.8, zorder=12,
            )  # fmt: skip
            axes.annotate(
                one["number"], (spot.x, spot.y), textcoords="offset points",
                xytext=_free_place(axes, (spot.x, spot.y), one["number"], taken, size), fontsize=size,
                fontweight="bold", color="#1f2a33", zorder=13, clip_on=True,
                path_effects=[effects.withStroke(linewidth=2.0, foreground="white")],
            )  # fmt: skip

    return paint
