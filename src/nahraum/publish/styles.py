"""QGIS styles as text (QML of 3.22, the oldest QGIS in use): categories, graduated values, one symbol."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal
from xml.sax.saxutils import quoteattr

from nahraum.publish import palette

Shape = Literal["fill", "line", "marker"]
_LAYER_CLASS = {"fill": "SimpleFill", "line": "SimpleLine", "marker": "SimpleMarker"}


@dataclass(frozen=True)
class Style:
    """One style of a layer: the column it shows and its QML."""

    name: str
    column: str
    qml: str
    description: str = ""


def _rgba(colour: str, alpha: int = 255) -> str:
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"{red},{green},{blue},{alpha}"


def _options(shape: Shape, colour: str, pattern: str) -> dict[str, str]:
    if shape == "line":
        return {"line_color": _rgba(colour), "line_width": "0.4", "line_width_unit": "MM"}
    outline = {"outline_color": _rgba(palette.LINE, 120), "outline_width": "0.1", "outline_width_unit": "MM"}
    if shape == "marker":
        return {"color": _rgba(colour), "name": "circle", "size": "2.2", "size_unit": "MM", **outline}
    return {"color": _rgba(colour), "style": pattern, **outline}


def _symbol(name: str, shape: Shape, colour: str, pattern: str = "solid") -> str:
    options = "".join(
        f'<Option name={quoteattr(key)} type="QString" value={quoteattr(value)}/>'
        for key, value in _options(shape, colour, pattern).items()
    )
    return (
        f'<symbol name={quoteattr(name)} type="{shape}" alpha="1" clip_to_extent="1" force_rhr="0">'
        f'<layer class="{_LAYER_CLASS[shape]}" enabled="1" locked="0" pass="0">'
        f'<Option type="Map">{options}</Option></layer></symbol>'
    )


def _document(renderer: str) -> str:
    return (
        "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>"
        f'<qgis version="3.22" styleCategories="Symbology">{renderer}<layerOpacity>1</layerOpacity></qgis>'
    )


def categorized(
    column: str,
    colours: Mapping[str, str],
    labels: Mapping[str, str],
    *,
    shape: Shape = "fill",
    hatched: Sequence[str] = (),
) -> str:
    """QML that colours a column of words; the categories of `hatched` are hatched instead of filled."""
    categories = "".join(
        f'<category symbol="{i}" value={quoteattr(value)} label={quoteattr(labels.get(value, value))} '
        'render="true" type="string"/>'
        for i, value in enumerate(colours)
    )
    symbols = "".join(
        _symbol(str(i), shape, colour, "b_diagonal" if value in hatched else "solid")
        for i, (value, colour) in enumerate(colours.items())
    )
    return _document(
        f'<renderer-v2 type="categorizedSymbol" attr={quoteattr(column)} enableorderby="0" forceraster="0" '
        f'symbollevels="0"><categories>{categories}</categories><symbols>{symbols}</symbols></renderer-v2>'
    )


def graduated(
    column: str,
    edges: Sequence[float],
    colours: Sequence[str],
    labels: Sequence[str],
    *,
    top: float,
    shape: Shape = "fill",
) -> str:
    """QML that colours a column of numbers by classes; the last class reaches up to `top`."""
    uppers = [*edges[1:-1], max(top, edges[-1])]
    ranges = "".join(
        f'<range symbol="{i}" lower="{low:.15g}" upper="{high:.15g}" label={quoteattr(label)} render="true"/>'
        for i, (low, high, label) in enumerate(zip(edges[:-1], uppers, labels, strict=True))
    )
    symbols = "".join(_symbol(str(i), shape, colour) for i, colour in enumerate(colours))
    return _document(
        f'<renderer-v2 type="graduatedSymbol" attr={quoteattr(column)} graduatedMethod="GraduatedColor" '
        f'enableorderby="0" forceraster="0" symbollevels="0"><ranges>{ranges}</ranges>'
        f"<symbols>{symbols}</symbols></renderer-v2>"
    )


def single(colour: str, *, shape: Shape = "fill") -> str:
    """QML with one symbol for the whole layer."""
    return _document(
        '<renderer-v2 type="singleSymbol" enableorderby="0" forceraster="0" symbollevels="0">'
        f"<symbols>{_symbol('0', shape, colour)}</symbols></renderer-v2>"
    )
