"""Tables, arrays, dataclasses and plain values to a folder of Parquet, npy and JSON files, and back."""

from __future__ import annotations

import dataclasses
import json
import os
import sys
import types
import typing
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely

from nahraum.errors import NahraumError


class CodecError(NahraumError):
    """A stored stage cannot be read back (it is then computed again)."""


def _sync(path: Path) -> None:
    with path.open("rb") as stream:
        os.fsync(stream.fileno())


def write(value: Any, folder: Path, name: str) -> None:
    """One value into `folder`, under `name` with the suffix of its kind; files are flushed to disk."""
    if isinstance(value, gpd.GeoDataFrame):
        path = folder / f"{name}.geo.parquet"
        value.to_parquet(path, compression="zstd")
    elif isinstance(value, pd.DataFrame):
        path = folder / f"{name}.parquet"
        value.to_parquet(path, compression="zstd")
    elif isinstance(value, np.ndarray):
        path = folder / f"{name}.npy"
        np.save(path, value, allow_pickle=False)
    elif isinstance(value, shapely.Geometry):
        path = folder / f"{name}.wkb"
        path.write_bytes(shapely.to_wkb(value))
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        inner = folder / name
        inner.mkdir()
        for item in dataclasses.fields(value):
            write(getattr(value, item.name), inner, item.name)
        return
    elif isinstance(value, Mapping) and any(_is_table(item) for item in value.values()):
        inner = folder / f"{name}.dict"
        inner.mkdir()
        for key, item in value.items():
            write(item, inner, str(key))
        return
    else:
        path = folder / f"{name}.json"
        path.write_text(json.dumps(value, ensure_ascii=False, default=_plain), encoding="utf-8")
    _sync(path)


def _is_table(value: Any) -> bool:
    return isinstance(value, pd.DataFrame | np.ndarray) or dataclasses.is_dataclass(value)


def _plain(value: Any) -> Any:
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, date):
        return value.isoformat()
    raise CodecError(f"a value of type {type(value).__name__} cannot be stored")


def read_part(folder: Path, name: str, kind: type, part: str) -> Any:
    """One field of a dataclass that was written under `name`.

    Raises
        CodecError where nothing, or nothing readable, is stored.
    """
    return read(folder / name, part, _hints(kind)[part])


def _class_of(annotation: Any) -> type | None:
    """The dataclass named by an annotation (`Optional` is looked through), if any."""
    if isinstance(annotation, types.UnionType) or typing.get_origin(annotation) is typing.Union:
        for part in typing.get_args(annotation):
            if found := _class_of(part):
                return found
        return None
    return annotation if isinstance(annotation, type) and dataclasses.is_dataclass(annotation) else None


def _named_crs(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The same frame with its CRS by code again (Parquet spells it out), as it was before it was stored."""
    code = frame.crs.to_epsg() if frame.crs is not None else None
    return frame if code is None else frame.set_crs(_crs(code), allow_override=True)


@lru_cache(maxsize=64)
def _crs(code: int) -> pyproj.CRS:
    """A CRS by code; looking one up takes longer than reading a small table."""
    return pyproj.CRS.from_epsg(code)


def _hints(kind: type) -> dict[str, Any]:
    """Annotation of each field; None where a name is only imported for the type checker (a table, then)."""
    names = vars(sys.modules[kind.__module__])
    found: dict[str, Any] = {}
    for item in dataclasses.fields(kind):
        try:
            found[item.name] = eval(item.type, names) if isinstance(item.type, str) else item.type  # noqa: S307
        except NameError:
            found[item.name] = None
    return found


def _tupled(value: Any, annotation: Any) -> Any:
    return tuple(value) if isinstance(value, list) and typing.get_origin(annotation) is tuple else value


def read(folder: Path, name: str, annotation: Any = None) -> Any:
    """The value written under `name`; dataclasses are rebuilt from their annotation.

    Raises
        CodecError where nothing, or nothing readable, is stored under the name.
    """
    if (path := folder / f"{name}.geo.parquet").exists():
        return _named_crs(gpd.read_parquet(path))
    if (path := folder / f"{name}.parquet").exists():
        return pd.read_parquet(path)
    if (path := folder / f"{name}.npy").exists():
        return np.load(path, allow_pickle=False)
    if (path := folder / f"{name}.wkb").exists():
        return shapely.from_wkb(path.read_bytes())
    if (path := folder / f"{name}.json").exists():
        return _tupled(json.loads(path.read_text(encoding="utf-8")), annotation)
    if (path := folder / f"{name}.dict").is_dir():
        wanted = typing.get_args(annotation)[1] if typing.get_args(annotation) else None
        names = sorted({entry.name.split(".")[0] for entry in path.iterdir()})
        return {key: read(path, key, wanted) for key in names}
    kind = _class_of(annotation)
    if kind is not None and (folder / name).is_dir():
        hints = _hints(kind)
        return kind(**{item: read(folder / name, item, hint) for item, hint in hints.items()})
    raise CodecError(f"{name} is not in the store", where=str(folder))
