"""Maps of the report as SVG: quiet base, coloured cells, legend, scale bar; same bytes for same input."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from nahraum.publish.palette import BASE_COLOURS

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_BASE = {
    "green": (0.0, 1),
    "water": (0.6, 2),
    "rail": (0.5, 3),
    "road": (0.35, 3),
    "road_major": (0.8, 4),
}  # width, z
RASTER_FROM = 6000
LEGEND_IN = 1.5
MOST_LABELS = 40
LABEL_SHARE = 0.022  # height of a quarter's name as a share of the longer side of the map
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Legend:
    """What the colours mean: (colour, text) from top to bottom."""

    title: str
    entries: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class MapLayers:
    """Geometry that all maps of one report share, in the study's CRS, ready to draw. [m]"""

    crs: str
    lines: dict[str, list[Floats]]
    areas: dict[str, list[Floats]]
    borders: list[Floats]
    names: tuple[tuple[str, float, float], ...]
    bounds: tuple[float, float, float, float]


def _shells(geometry: Any) -> list[Floats]:
    """Outer rings of all polygons, all turning one way; holes are left to what is drawn over them."""
    polygons = shapely.get_parts(geometry)
    polygons = shapely.orient_polygons(polygons[shapely.get_dimensions(polygons) == 2])
    return [shapely.get_coordinates(ring) for ring in shapely.get_exterior_ring(polygons)]


def _named(quarters: gpd.GeoDataFrame, window: shapely.Polygon) -> tuple[tuple[str, float, float], ...]:
    """Names with their places; the larger quarter first, those that would lie on another left out."""
    seen = shapely.intersection(quarters.geometry.to_numpy(), window)
    points = shapely.point_on_surface(seen)
    west, south, east, north = window.bounds
    height = LABEL_SHARE * max(east - west, north - south)
    taken: list[shapely.Polygon] = []
    chosen: list[tuple[str, float, float]] = []
    for position in np.argsort(-shapely.area(seen), kind="stable"):
        name, point = str(quarters["name"].iloc[position]), points[position]
        if point.is_empty or len(chosen) >= MOST_LABELS:
            continue
        half = 0.3 * height * len(name)
        box = shapely.box(point.x - half, point.y - height / 2, point.x + half, point.y + height / 2)
        if not any(box.intersects(other) for other in taken):
            taken.append(box)
            chosen.append((name, float(point.x), float(point.y)))
    return tuple(chosen)


def layers_of(cells: gpd.GeoDataFrame, quarters: gpd.GeoDataFrame, base: gpd.GeoDataFrame, crs: str) -> MapLayers:
    """Shared layers, framed by the inhabited cells."""
    west, south, east, north = cells.to_crs(crs).total_bounds
    pad = 0.04 * max(east - west, north - south, 500.0)
    return layers_within((west - pad, south - pad, east + pad, north + pad), quarters, base, crs)


def layers_within(
    bounds: tuple[float, float, float, float], quarters: gpd.GeoDataFrame, base: gpd.GeoDataFrame, crs: str
) -> MapLayers:
    """The same within a frame of one's own. [m in `crs`]"""
    drawn = base.to_crs(crs) if len(base) else base
    lines, areas = {}, {}
    for kind in _BASE:
        part = shapely.clip_by_rect(drawn.loc[drawn["kind"] == kind, "geometry"].to_numpy(), *bounds)
        dimension = shapely.get_dimensions(part)
        lines[kind] = [shapely.get_coordinates(line) for line in shapely.get_parts(part[dimension == 1])]
        areas[kind] = _shells(part[dimension == 2])
    shapes = quarters.to_crs(crs)
    borders = shapely.get_parts(shapely.boundary(shapes.geometry.to_numpy()))
    return MapLayers(
        crs=crs,
        lines=lines,
        areas=areas,
        borders=[shapely.get_coordinates(line) for line in borders],
        names=_named(shapes, shapely.box(*bounds)),
        bounds=bounds,
    )


def _drawn(axes: Axes, pieces: Sequence[Floats], **look: Any) -> None:
    """All pieces as one path: thousands of paths of one colour take ten times as long to write."""
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    if len(pieces):
        path = Path.make_compound_path(*(Path(piece) for piece in pieces))
        axes.add_artist(PathPatch(path, **look))


def _draw_base(axes: Axes, layers: MapLayers) -> None:
    for kind, (width, order) in _BASE.items():
        colour = BASE_COLOURS[kind]
        _drawn(axes, layers.areas[kind], facecolor=colour, linewidth=0, zorder=order)
        if width:
            _drawn(axes, layers.lines[kind], facecolor="none", edgecolor=colour, linewidth=width, zorder=order)


def _draw_quarters(axes: Axes, layers: MapLayers, *, labels: bool) -> None:
    import matplotlib.patheffects as effects

    _drawn(axes, layers.borders, facecolor="none", edgecolor="#5b5b5b", linewidth=0.6, zorder=8)
    for name, x, y in layers.names if labels else ():
        axes.text(
            x, y, name, fontsize=6.2, ha="center", va="center", zorder=10, color="#222222", clip_on=True,
            path_effects=[effects.withStroke(linewidth=1.8, foreground="white")],
        )  # fmt: skip


def _scale_bar(axes: Axes, bounds: tuple[float, float, float, float]) -> None:
    west, south, east, _ = bounds
    width = east - west
    steps = (100, 200, 500, 1000, 2000, 5000, 10000, 20000, 50000)
    length = max((step for step in steps if step <= width / 4), default=steps[0])
    x, y = west + 0.03 * width, south + 0.03 * width
    axes.plot([x, x + length], [y, y], color="#222222", linewidth=1.6, solid_capstyle="butt", zorder=11)
    text = f"{length} m" if length < 1000 else f"{length // 1000} km"
    axes.text(x + length / 2, y + 0.012 * width, text, fontsize=6.2, ha="center", va="bottom", zorder=11)


def _legend(axes: Axes, legend: Legend) -> None:
    from matplotlib.patches import Patch

    handles = [
        Patch(facecolor=colour, edgecolor="#777777", linewidth=0.3, label=text) for colour, text in legend.entries
    ]
    box = axes.legend(
        handles=handles, title=legend.title, loc="upper left", bbox_to_anchor=(1.01, 1.0), fontsize=6.5,
        title_fontsize=6.8, frameon=False, alignment="left", borderaxespad=0.0, handlelength=1.2,
    )  # fmt: skip
    box.get_title().set_fontweight("bold")


def _frame(bounds: tuple[float, float, float, float], width_in: float, highest_in: float) -> tuple[float, float]:
    """Width and height of the map itself, in the proportions of the town. [inch]"""
    west, south, east, north = bounds
    ratio = (north - south) / (east - west)
    height = width_in * ratio
    return (width_in, height) if height <= highest_in else (highest_in / ratio, highest_in)


def cell_map(
    layers: MapLayers,
    cells: gpd.GeoDataFrame,
    colours: Sequence[str],
    legend: Legend,
    *,
    outlines: gpd.GeoDataFrame | None = None,
    width_in: float = 5.4,
    highest_in: float = 5.2,
    labels: bool = True,
) -> str:
    """One map as SVG text.

    Parameters
        cells : squares in any CRS, one colour each, in the same order.
        outlines : further polygons drawn as a strong outline (locations).
        width_in, highest_in : room for the map; the legend stands to its right. [inch]
    """
    import matplotlib
    from matplotlib.figure import Figure  # pyplot is for windows, and slow to import

    style: dict[Any, Any] = {"svg.hashsalt": "nahraum", "font.family": "DejaVu Sans", "svg.fonttype": "path"}
    width, height = _frame(layers.bounds, width_in, highest_in)
    with matplotlib.rc_context(style):
        figure = Figure(figsize=(width + LEGEND_IN, height))
        axes = figure.add_axes((0.0, 0.0, width / (width + LEGEND_IN), 1.0))
        _draw_base(axes, layers)
        _draw_cells(axes, cells.to_crs(layers.crs), colours)
        _draw_quarters(axes, layers, labels=labels)
        if outlines is not None and len(outlines):
            _draw_outlines(axes, outlines.to_crs(layers.crs))
        west, south, east, north = layers.bounds
        axes.set(xlim=(west, east), ylim=(south, north))
        axes.set_axis_off()
        _scale_bar(axes, layers.bounds)
        _legend(axes, legend)
        stream = io.StringIO()
        figure.savefig(stream, format="svg", metadata={"Date": None, "Creator": "nahraum"}, dpi=220)
    return stream.getvalue()


def _draw_outlines(axes: Axes, outlines: gpd.GeoDataFrame) -> None:
    from matplotlib.collections import LineCollection

    rings = shapely.get_parts(shapely.boundary(outlines.geometry.to_numpy()))
    lines = [shapely.get_coordinates(ring) for ring in rings]
    axes.add_collection(LineCollection(lines, colors="#111111", linewidths=1.3, zorder=9))


def _draw_cells(axes: Axes, cells: gpd.GeoDataFrame, colours: Sequence[str]) -> None:
    shapes, of_cell = cells.geometry.to_numpy(), np.array(list(colours), dtype=object)
    for colour in sorted(set(colours)):
        _drawn(
            axes, _shells(shapes[of_cell == colour]), facecolor=colour, edgecolor="white", linewidth=0.12, zorder=6,
            alpha=0.92, rasterized=len(shapes) > RASTER_FROM,
        )  # fmt: skip


def classed(values: pd.Series, edges: Sequence[float], colours: Sequence[str], unknown: str) -> list[str]:
    """A colour per value: below the first edge the first colour, and so on; unknown where NaN."""
    numbers = values.to_numpy(dtype=np.float64, na_value=np.nan)
    index = np.digitize(np.nan_to_num(numbers, nan=0.0), edges)
    return [unknown if np.isnan(n) else colours[int(i)] for n, i in zip(numbers, index, strict=True)]


def own_map(
    layers: MapLayers,
    paint: Callable[[Axes], None],
    legend: Legend,
    *,
    width_in: float = 5.4,
    highest_in: float = 5.2,
    labels: bool = True,
) -> tuple[str, bytes]:
    """A map on which one paints oneself, as SVG text and as PNG.

    Parameters
        paint : draws on the axes, in metres of `layers.crs`, above order 8; the frame is set already.
    """
    import matplotlib
    from matplotlib.figure import Figure  # pyplot is for windows, and slow to import

    style: dict[Any, Any] = {"svg.hashsalt": "nahraum", "font.family": "DejaVu Sans", "svg.fonttype": "path"}
    width, height = _frame(layers.bounds, width_in, highest_in)
    whole = width + (LEGEND_IN if legend.entries else 0.0)
    with matplotlib.rc_context(style):
        figure = Figure(figsize=(whole, height))
        axes = figure.add_axes((0.0, 0.0, width / whole, 1.0))
        _draw_base(axes, layers)
        _draw_quarters(axes, layers, labels=labels)
        west, south, east, north = layers.bounds
        axes.set(xlim=(west, east), ylim=(south, north), autoscale_on=False)
        axes.set_axis_off()
        paint(axes)
        _scale_bar(axes, layers.bounds)
        if legend.entries:
            _legend(axes, legend)
        vector, bitmap = io.StringIO(), io.BytesIO()
        figure.savefig(vector, format="svg", metadata={"Date": None, "Creator": "nahraum"}, dpi=220)
        figure.savefig(bitmap, format="png", metadata={"Software": None}, dpi=200)
    return vector.getvalue(), bitmap.getvalue()
