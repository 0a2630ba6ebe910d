"""Vector files opened by a driver that the content proves, never by what GDAL guesses.

GDAL asks every driver whether it knows a file; a text named `.geojson` can so become a virtual file that
reads any other file of the machine. Here four formats are known by their first bytes, three of which hold a
NUL that no virtual format survives; GeoJSON is forced by its driver prefix.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np

from nahraum.errors import InputError
from nahraum.sources.problems import find_name
from nahraum.sources.safety import first_bytes, is_zip, unpack, zip_members

_SHAPEFILE_PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
_MAIN = (".shp", ".geojson", ".json", ".gpkg", ".fgb")
_EXPECTED = "GeoJSON, GeoPackage, Shapefile or FlatGeobuf, or a zip with one of them"
_SQLITE = b"SQLite format 3\0"
_GPKG_IDS = (b"GPKG", b"GP10", b"GP11")
_GDAL_ERRORS = ("DataSourceError", "DataLayerError", "FeatureError", "CRSError", "FieldError", "GeometryError")
# Foreign SQLite: no functions with side effects from its own schema (views, triggers).
_SQLITE_OPTIONS = {"OGR_SQLITE_PRAGMA": "trusted_schema=OFF"}


@dataclass(frozen=True)
class VectorFile:
    """A file whose driver is settled: what to call it, where it lies, how GDAL is to open it."""

    called: str
    path: Path
    driver: str

    @property
    def dataset(self) -> str:
        """Name for GDAL; GeoJSON with its prefix, so that no other driver is asked."""
        return f"GeoJSON:{self.path}" if self.driver == "GeoJSON" else str(self.path)


def driver_of(path: Path) -> str:
    """GDAL driver of a file by its first bytes.

    Raises
        InputError for everything that is not one of the four formats.
    """
    head = first_bytes(path, 512)
    if head.startswith(_SQLITE) and head[68:72] in _GPKG_IDS:
        return "GPKG"
    if head.startswith(b"\x00\x00\x27\x0a"):
        return "ESRI Shapefile"
    if head.startswith(b"fgb\x03fgb"):
        return "FlatGeobuf"
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text.startswith(b"{"):
        return "GeoJSON"
    shown = {b"<": "XML (perhaps a virtual file that points to others)", b"P": "a packed or other binary file"}
    seen = shown.get(text[:1], "something else") if text else "nothing: the file is empty"
    hint = "name the .shp file" if path.suffix.lower() in _SHAPEFILE_PARTS else "export it from your GIS as GeoPackage"
    raise InputError(
        f"{path.name} is no vector file that can be read", where=f"found: {seen}", expected=_EXPECTED, fix=hint
    )


@contextmanager
def open_vector(path: Path, layer: str | None = None) -> Iterator[VectorFile]:
    """The vector file itself, or the one inside a zip, unpacked for as long as the context lasts.

    `layer` also chooses among several files of an archive, by their name without ending.
    """
    if not is_zip(path):
        path = path.resolve()
        yield VectorFile(path.name, path, driver_of(path))
        return
    members = [m for m in zip_members(path) if m.filename.lower().endswith((*_SHAPEFILE_PARTS, *_MAIN))]
    main = {Path(m.filename).stem: m for m in members if m.filename.lower().endswith(_MAIN)}
    if not main:
        raise InputError(f"{path.name} holds no vector file", expected=_EXPECTED)
    if len(main) > 1 and layer is None:
        raise InputError(f"{path.name} holds several vector files", where=sorted(main), fix="choose one by layer = …")
    stem = next(iter(main)) if len(main) == 1 else find_name(str(layer), sorted(main), called=path.name, what="layer")
    with tempfile.TemporaryDirectory(prefix="nahraum-") as folder:
        chosen = [main[stem], *(m for m in members if Path(m.filename).stem == stem and m is not main[stem])]
        unpacked = unpack(path, chosen, Path(folder))[0]
        yield VectorFile(f"{path.name}, {unpacked.name}", unpacked, driver_of(unpacked))


@contextmanager
def _gdal(called: str) -> Iterator[Any]:
    """pyogrio with foreign SQLite distrusted; what GDAL cannot read becomes an InputError."""
    import pyogrio  # only here: GDAL is loaded after the doors were closed (nahraum.sources)

    before = {name: pyogrio.get_gdal_config_option(name) for name in _SQLITE_OPTIONS}
    pyogrio.set_gdal_config_options(_SQLITE_OPTIONS)
    try:
        yield pyogrio
    except tuple(getattr(pyogrio.errors, name) for name in _GDAL_ERRORS) as error:
        raise InputError(
            f"{called} cannot be read", where=str(error)[:300], expected=_EXPECTED, fix="is the file complete?"
        ) from None
    finally:
        pyogrio.set_gdal_config_options(before)


def layers(file: VectorFile) -> list[tuple[str, str]]:
    """Names of the layers with their geometry type ('' for tables without geometry), in the file's order."""
    with _gdal(file.called) as gdal:
        return [(str(name), str(kind or "")) for name, kind in gdal.list_layers(file.dataset)]


def choose_layer(file: VectorFile, layer: str | None) -> str:
    """The wanted layer, or the only one that can hold polygons.

    Raises
        InputError where the name is not known (nearest offered) or the choice is not clear.
    """
    there = layers(file)
    names = [name for name, _ in there]
    if len(names) == 1 and file.driver != "GPKG":
        return names[0]  # the format has no layers: a name can only have meant the file
    if layer is not None:
        return find_name(layer, names, called=file.called, what="layer")
    likely = [name for name, kind in there if "Polygon" in kind or kind in ("Unknown", "GeometryCollection")]
    if len(likely) != 1:
        raise InputError(f"{file.called} holds several layers", where=names, fix="choose one by layer = …")
    return likely[0]


def read_layer(file: VectorFile, layer: str) -> gpd.GeoDataFrame:
    """All rows of one layer with the file's CRS."""
    with _gdal(file.called) as gdal, np.errstate(invalid="ignore"):  # NaN coordinates are refused by the caller
        frame = gdal.read_dataframe(file.dataset, layer=layer)
    if not isinstance(frame, gpd.GeoDataFrame):
        raise InputError(f"{file.called}, layer {layer!r} has no geometry", expected="polygons")
    return frame


def attributes(path: Path) -> Any:
    """The attribute table of a GeoPackage with one layer, without geometry, as an Arrow table."""
    with open_vector(path) as file, _gdal(file.called) as gdal:
        names = [str(name) for name, _ in gdal.list_layers(file.dataset)]
        if len(names) != 1:
            raise InputError(f"{file.called} holds {len(names)} layers", where=names, expected="one layer")
        return gdal.read_arrow(file.dataset, layer=names[0], read_geometry=False)[1]
