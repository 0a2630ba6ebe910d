"""Street axes of a municipality instead of OpenStreetMap: lines that meet where their ends lie."""

from __future__ import annotations

from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyproj
import shapely

from nahraum.errors import InputError
from nahraum.parameters import Parameters
from nahraum.sources.georef import require_on_earth, usable_crs
from nahraum.sources.osm.door import Door
from nahraum.sources.osm.extract import OsmExtract
from nahraum.sources.osm.raw import Raw, RawNodes, RawWays
from nahraum.sources.osm.read import extract_of
from nahraum.sources.problems import find_name
from nahraum.sources.vectorfile import choose_layer, open_vector, read_layer
from nahraum.study import SourceSpec

KIND = "lines"
_LINES = (1, 5)  # shapely's numbers of LineString and MultiLineString
_CENTIMETRES = 7  # decimals of a degree
_OPEN, _CLOSED = "residential", "motorway"

Int64 = npt.NDArray[np.int64]
Float64 = npt.NDArray[np.float64]
Geometries = npt.NDArray[np.object_]


def read_axes(spec: SourceSpec, *, parameters: Parameters) -> OsmExtract:
    """Lines of a vector file as streets, in the tables of an OpenStreetMap extract; everything else is empty.

    Parameters
        spec : `[sources.osm]` of kind lines: `name` is the column with the name of the street, `closed` a list of
            names not to be walked on ("BAB *": * stands for any signs), further layer, crs, accept_datum_shift.

    Raises
        InputError for other formats, an unknown layer or column, a file without lines, an unusable CRS, coordinates
        that do not belong to it, and where every street is closed.

    Notes
        Lines join where an end of one lies on a point of another (to the centimetre); lines that only cross do not, so
        bridges stay bridges. Ways are numbered by name and place, whatever the order of the rows. What axes do not
        tell – footways, steps, surfaces, gates – is not known.
    """
    lines, names = _lines(spec)
    closed = _patterns(spec)
    order = np.lexsort((shapely.to_wkb(lines, hex=True).astype(str), names.astype(str)))
    lines, names = lines[order], names[order]
    tags = [_tags(name, closed) for name in names.tolist()]
    none = np.zeros(0)
    raw = Raw(
        nodes=RawNodes(none.astype(np.int64), none, none, []),
        ways=_ways(lines, tags),
        relations=[],
        positions={},
        n_repeated=0,
        is_empty=False,
    )
    extract = extract_of(raw, Door(spec.file, KIND, None, str(spec.option("date", ""))), parameters)
    extract.counts["street_axes"] = len(lines)
    return extract


def _tags(name: str, closed: list[str]) -> dict[str, str]:
    kind = _CLOSED if any(fnmatchcase(name, one) for one in closed) else _OPEN
    return {"highway": kind, "name": name} if name else {"highway": kind}


def _lines(spec: SourceSpec) -> tuple[Geometries, npt.NDArray[np.object_]]:
    """Single lines in degrees, and the name of each; '' for none."""
    lines, names = [], []
    for path in sorted(spec.files):
        shapes, called = _read(path, spec)
        lines.append(shapes)
        names.append(called)
    return np.concatenate(lines), np.concatenate(names)


def _read(path: Path, spec: SourceSpec) -> tuple[Geometries, npt.NDArray[np.object_]]:
    layer, crs, column = (spec.option(key) for key in ("layer", "crs", "name"))
    with open_vector(path, layer) as file:
        chosen = choose_layer(file, layer)
        called, rows = file.called, read_layer(file, chosen)
    shapes = np.asarray(rows.geometry.to_numpy(), dtype=object)
    known = np.isin(shapely.get_type_id(shapes), _LINES) & ~shapely.is_empty(shapes)
    if not known.any():
        raise InputError(
            f"{called} holds no lines", where=f"{len(shapes)} rows", expected="street axes: one line per stretch",
            fix='check [sources.osm] kind = "lines" and file',
        )  # fmt: skip
    system, _ = usable_crs(crs, rows.crs, called, accept_datum_shift=bool(spec.option("accept_datum_shift", False)))
    require_on_earth(system, tuple(shapely.total_bounds(shapes[known])), called)
    names = np.full(len(rows), "", dtype=object)
    if column is not None:
        there = [str(name) for name in rows.columns if name != "geometry"]
        names = rows[find_name(str(column), there, called=called)].astype("str").fillna("").to_numpy(dtype=object)
    parts, row = shapely.get_parts(shapely.force_2d(shapes[known]), return_index=True)
    turn = pyproj.Transformer.from_crs(system, "EPSG:4326", always_xy=True)
    degrees = shapely.transform(
        parts, lambda xy: np.column_stack(turn.transform(xy[:, 0], xy[:, 1])).round(_CENTIMETRES)
    )
    return degrees, names[known][row]


def _patterns(spec: SourceSpec) -> list[str]:
    said: Any = spec.option("closed", [])
    if not isinstance(said, list) or not all(isinstance(one, str) for one in said):
        raise InputError(
            f"[sources.osm] closed = {said!r}", expected='names of streets nobody walks on: closed = ["BAB *"]'
        )
    return said


def _ways(lines: Geometries, tags: list[dict[str, str]]) -> RawWays:
    """Ways and the ids of their nodes: an end is one node wherever it lies on a line, other points are their own."""
    xy, owner = shapely.get_coordinates(lines, return_index=True)
    n_nodes = np.bincount(owner, minlength=len(lines)).astype(np.int64)
    start = np.concatenate([[0], np.cumsum(n_nodes)]).astype(np.int64)
    _, place = np.unique(xy, axis=0, return_inverse=True)
    place = place.reshape(-1).astype(np.int64)
    ends = np.zeros(len(xy), dtype=bool)
    ends[start[:-1]] = ends[start[1:] - 1] = True
    shared = np.isin(place, place[ends])
    own = np.arange(len(xy), dtype=np.int64) + 1 + int(place.max())
    refs = np.where(shared, place, own) + 1
    ids = np.arange(1, len(lines) + 1, dtype=np.int64)
    return RawWays(ids, start, refs, xy[:, 0].astype(np.float64), xy[:, 1].astype(np.float64), tags)
