"""Sites of measures that a planner drew: points, lines and polygons with the type of measure."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from nahraum.errors import InputError
from nahraum.sources.correction_words import folded
from nahraum.sources.georef import require_on_earth, usable_crs
from nahraum.sources.problems import find_name, nearest_name
from nahraum.sources.vectorfile import VectorFile, layers, open_vector, read_layer
from nahraum.study import SourceSpec

COLUMNS = ("row", "type", "name", "quantity", "cost_eur", "parcel_id", "must")
_HEADINGS: Mapping[str, tuple[str, ...]] = {
    "type": ("type", "typ", "massnahme", "maßnahme", "art", "measure"),
    "name": ("name", "bezeichnung", "titel", "title"),
    "quantity": ("quantity", "menge", "umfang", "anzahl"),
    "cost_eur": ("cost_eur", "cost", "kosten", "kosten_eur"),
    "parcel_id": ("parcel_id", "parcel", "flurstück", "flurstueck", "grundstück", "grundstueck"),
    "must": ("must", "muss", "gesetzt", "pflicht"),
}
_YES, _NO = ("true", "yes", "ja", "1", "x", "wahr", "1.0"), ("", "false", "no", "nein", "0", "falsch", "0.0")
_EXPECTED = "columns type (of the catalogue), and where you wish name, quantity, cost, parcel_id, must (yes or no)"
_FIX = "see docs/howto/measure-sites.md"


def load_measure_sites(spec: SourceSpec) -> gpd.GeoDataFrame:
    """The rows of `[sources.measure_sites]`. Raises as `read_measure_sites`."""
    return read_measure_sites(
        spec.files, layer=spec.option("layer"), crs=spec.option("crs"),
        accept_datum_shift=bool(spec.option("accept_datum_shift", False)),
    )  # fmt: skip


def read_measure_sites(
    paths: Sequence[Path], *, layer: str | None = None, crs: str | None = None, accept_datum_shift: bool = False
) -> gpd.GeoDataFrame:
    """Drawn sites, one row each, in the order of the files.

    Parameters
        paths : GeoJSON, GeoPackage, Shapefile, FlatGeobuf. Without `layer` all layers with geometry are read.
        crs : overrules what the file says.

    Returns
        row (file, layer and number, for messages), type, name, quantity (NaN: by the drawing), cost_eur (NaN: by the
        catalogue), parcel_id, must, geometry (2D, valid), in the CRS of the first layer.

    Raises
        InputError that names every row without type or geometry, with NaN coordinates, a number that is none, or a
        word in `must` that is neither yes nor no.
    """
    frames, wrong = [], []
    for path in paths:
        with open_vector(Path(path), layer) as file:
            for name in _layers(file, layer):
                frame, problems = _frame(file, name, crs, accept_datum_shift)
                frames.append(frame)
                wrong += problems
    if wrong:
        raise InputError(f"{len(wrong)} things are wrong in the drawn sites", where=wrong[:20], expected=_EXPECTED,
                         fix=_FIX)  # fmt: skip
    system = frames[0].crs
    together = pd.concat([frame.to_crs(system) for frame in frames], ignore_index=True)
    return gpd.GeoDataFrame(together, geometry="geometry", crs=system)


def _layers(file: VectorFile, layer: str | None) -> list[str]:
    """The wanted layer, or all that have geometry."""
    there = layers(file)
    names = [name for name, kind in there if kind]
    if layer is not None and file.driver == "GPKG":
        return [find_name(layer, names, called=file.called, what="layer")]
    if not names:
        raise InputError(f"{file.called} holds no layer with geometry", expected="points, lines or polygons", fix=_FIX)
    return names


def _frame(
    file: VectorFile, layer: str, crs: str | None, accept_datum_shift: bool
) -> tuple[gpd.GeoDataFrame, list[str]]:
    """One layer, and what is wrong with its rows."""
    called = file.called if layer == file.path.stem else f"{file.called}, layer {layer!r}"
    read = read_layer(file, layer)
    system, _ = usable_crs(crs, read.crs, called, accept_datum_shift=accept_datum_shift)
    columns = _columns([str(name) for name in read.columns if name != read.geometry.name], called)
    lines, wrong, shapes = [], [], []
    for at, (values, shape) in enumerate(
        zip(read.drop(columns=read.geometry.name).to_dict("records"), read.geometry.to_numpy(), strict=True), start=1
    ):
        place = f"{called}, row {at}"
        told = {ours: values[theirs] for ours, theirs in columns.items()}
        line, problems = _line(told, shape, place)
        lines.append(line)
        wrong += problems
        shapes.append(None if shape is None or problems else shapely.make_valid(shapely.force_2d(shape)))
    frame = gpd.GeoDataFrame(pd.DataFrame(lines, columns=list(COLUMNS)), geometry=shapes, crs=system)
    held = frame.geometry[~shapely.is_missing(frame.geometry.to_numpy())]
    if len(held) and not wrong:
        require_on_earth(system, tuple(shapely.total_bounds(held.to_numpy())), called)
    return frame, wrong


def _columns(names: Sequence[str], called: str) -> dict[str, str]:
    """Our name of each column of the file that we know."""
    meant = {folded(word): ours for ours, said in _HEADINGS.items() for word in said}
    columns: dict[str, str] = {}
    twice = []
    for name in names:
        if ours := meant.get(folded(name)):
            twice += [ours] if ours in columns else []
            columns.setdefault(ours, name)
    missing = [] if "type" in columns else [f"'type' is missing; {nearest_name('type', names)}"]
    if missing or twice:
        raise InputError(
            f"{called} holds no drawn sites",
            where=[*missing, *(f"several columns mean {ours!r}" for ours in twice)],
            expected=_EXPECTED,
            fix=_FIX,
        )
    return columns


def _line(told: Mapping[str, Any], shape: Any, place: str) -> tuple[dict[str, object], list[str]]:
    """One row as we use it, and what is wrong with it."""
    wrong = []
    if shape is None or shape.is_empty:
        wrong.append("nothing is drawn")
    elif not np.isfinite(shapely.get_coordinates(shape)).all():
        wrong.append("its coordinates are NaN or infinite")
    line: dict[str, object] = {name: _text(told.get(name)) for name in ("type", "name", "parcel_id")}
    if not line["type"]:
        wrong.append("no type")
    for name in ("quantity", "cost_eur"):
        number, problem = _number(told.get(name))
        line[name] = number
        wrong += [f"{name} {problem}"] if problem else []
    word = _text(told.get("must")).casefold()
    if word not in (*_YES, *_NO):
        wrong.append(f"must = {told.get('must')!r} is neither yes nor no")
    line |= {"row": place, "must": word in _YES}
    return line, [f"{place}: {problem}" for problem in wrong]


def _text(value: Any) -> str:
    return "" if value is None or (isinstance(value, float) and math.isnan(value)) else str(value).strip()


def _number(value: Any) -> tuple[float, str]:
    """A number above 0, NaN where none is given; and what is wrong with it."""
    text = _text(value)
    if not text:
        return math.nan, ""
    try:
        number = float(text.replace(",", ".") if text.count(",") == 1 and "." not in text else text)
    except ValueError:
        return math.nan, f"= {text!r} is no number"
    fine = math.isfinite(number) and number > 0
    return (number, "") if fine else (math.nan, f"= {text} is no finite number above 0")
