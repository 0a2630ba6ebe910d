"""Which styles each layer carries: the default first, then one per value that a planner may want to see."""

from __future__ import annotations

from itertools import pairwise

import geopandas as gpd
import numpy as np
import pandas as pd

from nahraum.publish import labels, palette
from nahraum.publish.bundle import PublishBundle, Released
from nahraum.publish.styles import Shape, Style, categorized, graduated, single

_SHAPES: dict[str, Shape] = {"Point": "marker", "MultiPoint": "marker", "LineString": "line", "MultiLineString": "line"}


def _number(value: float, decimals: int, language: str) -> str:
    printed = f"{value:.{decimals}f}"
    return printed.replace(".", ",") if language == "de" else printed


def edge_labels(edges: tuple[float, ...], *, share: bool, language: str, open_end: bool = False) -> list[str]:
    """Legend of classes: "20 – 40 %"; the last one open where values lie above it."""
    if share:
        return [f"{100 * low:.0f} – {100 * high:.0f} %" for low, high in pairwise(edges)]
    decimals = next((d for d in range(4) if all(abs(e - round(e, d)) < 1e-9 for e in edges)), 4)
    printed = [_number(edge, decimals, language) for edge in edges]
    ranges = [f"{low} – {high}" for low, high in pairwise(printed)]
    last = f"{printed[-2]} {labels.text('words', 'or_more', language)}"
    return [*ranges[:-1], last] if open_end else ranges


def lacks_needed(bundle: PublishBundle) -> int:
    """k of the study: how many lacks count as several."""
    return next((int(p.value) for p in bundle.parameters if p.id == "counting.lacks_needed"), 2)


def _better(column: str, bundle: PublishBundle) -> str:
    entry = labels.entry_of(column, bundle.catalogue)
    return entry.better if entry is not None and entry.id == column and entry.better == "higher" else "lower"


def _values(frame: pd.DataFrame, bundle: PublishBundle) -> list[str]:
    wanted = {entry.id for entry in bundle.catalogue}
    chosen = [
        str(column)
        for column in frame.columns
        if (column in wanted or str(column) == "m0" or str(column).startswith(("lacks_", "several_k")))
        and not str(column).endswith(("_status", "_completeness", "_residents", "_min", "_max"))
        and pd.api.types.is_numeric_dtype(frame[column].dtype)
        and frame[column].notna().any()
    ]
    first = f"several_k{lacks_needed(bundle)}_share"
    return sorted(chosen, key=lambda column: column != first)


def graduated_style(frame: pd.DataFrame, column: str, bundle: PublishBundle) -> Style:
    """Style of one column of numbers; the dark end is the side of lack."""
    language = bundle.study.language
    share = "_share" in column or column == "m0"
    values = frame[column].to_numpy(dtype=np.float64, na_value=np.nan)
    edges = palette.class_edges(values, share=share)
    colours = palette.class_colours(len(edges) - 1, better=_better(column, bundle))
    top = float(np.nanmax(values))
    shown = edge_labels(edges, share=share, language=language, open_end=top > edges[-1])
    qml = graduated(column, edges, colours, shown, top=top)
    return Style(labels.heading(column, bundle.catalogue, language), column, qml)


def _class_style(bundle: PublishBundle) -> Style:
    language = bundle.study.language
    qml = categorized("class", palette.CLASS_COLOURS, palette.CLASS_LABELS[language], hatched=("undetermined",))
    return Style(labels.text("words", "class_style", language), "class", qml)


def _by_words(table: Released, bundle: PublishBundle) -> Style:
    """Places by category, the base by kind, everything else in one colour."""
    language, frame = bundle.study.language, table.frame
    shape: Shape = "fill"
    if isinstance(frame, gpd.GeoDataFrame) and len(frame):
        shape = _SHAPES.get(str(frame.geometry.geom_type.iloc[0]), "fill")
    name = labels.table_name(table.name, language)
    if table.name == "places":
        present = {k: c for k, c in palette.SERVICE_COLOURS.items() if k in set(frame["category"])}
        words = {key: labels.text("names", key, language) for key in present}
        return Style(name, "category", categorized("category", present, words, shape=shape))
    colours = {"greens": palette.PREREQUISITE_COLOURS["green"], "entrances": palette.LINE}
    return Style(name, "", single(colours.get(table.name, palette.CLASS_COLOURS["lacking"]), shape=shape))


def base_layers(bundle: PublishBundle) -> dict[str, tuple[gpd.GeoDataFrame, Style]]:
    """The drawing under the data in two layers, since QGIS wants areas and lines apart."""
    language, found = bundle.study.language, {}
    for name, shape, types in (
        ("base_areas", "fill", ("Polygon", "MultiPolygon")),
        ("base_lines", "line", ("LineString", "MultiLineString")),
    ):
        part = bundle.base[bundle.base.geometry.geom_type.isin(types)].reset_index(drop=True)
        if not len(part):
            continue
        present = {kind: colour for kind, colour in palette.BASE_COLOURS.items() if kind in set(part["kind"])}
        words = {kind: labels.text("kinds", kind, language) for kind in present}
        chosen: Shape = "fill" if shape == "fill" else "line"
        qml = categorized("kind", present, words, shape=chosen)
        found[name] = (part, Style(labels.table_name(name, language), "kind", qml))
    return found


def styles_of(table: Released, bundle: PublishBundle) -> list[Style]:
    """Styles of one layer, the default first: class for cells, the share lacking several for quarters."""
    if not table.spatial:
        return []
    if table.name not in ("cells", "quarters"):
        return [_by_words(table, bundle)]
    values = [graduated_style(table.frame, column, bundle) for column in _values(table.frame, bundle)]
    by_class = [_class_style(bundle)] if "class" in table.frame.columns else []
    if table.name == "quarters" and values:
        return [values[0], *by_class, *values[1:]]
    return [*by_class, *values] or [_by_words(table, bundle)]
