"""The municipalities of Germany by name and official key, from the VG250 of the BKG as it is downloaded.

AGS: eight digits, Land 2, Regierungsbezirk 1, Kreis 2, municipality 3. ARS: twelve, with the Gemeindeverband between.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pyproj
import shapely

from nahraum.errors import InputError
from nahraum.sources.municipalities import read_municipalities
from nahraum.sources.problems import find_name
from nahraum.sources.registry import registry
from nahraum.sources.vectorfile import choose_layer, open_vector, read_layer
from nahraum.study import SourceSpec

Box = tuple[float, float, float, float]
_KEY = {"ags": 8, "kreis": 5}
_SHOWN = 8


@dataclass(frozen=True)
class Gazetteer:
    """All municipalities: ags, ars, name ('' where the file has none), geometry in metres; names of the Kreise."""

    called: str
    table: gpd.GeoDataFrame
    kreise: dict[str, str]

    def told(self, ags: str) -> str:
        """A municipality as a person knows it: key, name, Kreis."""
        names = self.table.set_index("ags")["name"]
        kreis = self.kreise.get(ags[:5], "")
        return f"{ags} {names.get(ags, '')}".rstrip() + (f" ({kreis})" if kreis else "")

    @cached_property
    def plain_names(self) -> dict[str, str]:
        """Names by AGS without case, umlauts and signs."""
        return {str(ags): plain(name) for ags, name in zip(self.table["ags"], self.table["name"], strict=True)}

    def key_in_file(self, ags: str) -> str:
        """What stands in the file for a municipality: a file without names (VG250 always has them) has only the ARS."""
        row = self.table[self.table["ags"] == ags].iloc[0]
        return ags if row["name"] or not row["ars"] else str(row["ars"])

    def name_of(self, ags: str) -> str:
        """The name of a municipality, '' where the file has none."""
        return str(self.table.set_index("ags")["name"].get(ags, ""))


def read_gazetteer(path: Path) -> Gazetteer:
    """The municipalities of a VG250 file: the zip as downloaded, or its layer VG250_GEM in any vector format.

    Raises
        InputError as `read_municipalities`.
    """
    if path.is_dir():
        inside = sorted(one.name for one in path.iterdir() if one.suffix.lower() in (".zip", ".shp", ".gpkg"))
        meant = [name for name in inside if "_gem." in name.lower()] or inside
        raise InputError(
            f"{path} is a folder",
            where=f"in it: {', '.join(inside[:_SHOWN])}" if inside else "there is no .zip, .shp or .gpkg in it",
            expected="the VG250 of the BKG: the zip as downloaded, or its layer VG250_GEM",
            fix=f"--boundaries {path / meant[0]}" if len(meant) == 1 else "name the zip or the shp file",
        )
    if not path.is_file():
        raise InputError(f"{path} does not exist", expected="the VG250 of the BKG", fix="nahraum fetch --boundaries")
    rows, _ = read_municipalities(SourceSpec("municipalities", "vector", (path,), {"accept_datum_shift": True}))
    table = rows.rename(columns={"municipality_id": "ags"})[["ags", "ars", "name", "geometry"]]
    if not table.crs.is_projected:
        table = table.to_crs("EPSG:25832")
    return Gazetteer(path.name, table.reset_index(drop=True), _kreise(path))


def _layer(path: Path, wanted: str) -> tuple[gpd.GeoDataFrame, str]:
    with open_vector(path, wanted) as file:
        return read_layer(file, choose_layer(file, wanted)), file.called


def _kreise(path: Path) -> dict[str, str]:
    """Names of the Kreise by key of five digits; none where the file has no such layer."""
    try:
        rows, _ = _layer(path, registry()["downloads"]["vg250"]["layer_kreise"])
        columns = [str(column) for column in rows.columns]
        key, name = (find_name(column, columns, called=path.name) for column in ("AGS", "GEN"))
    except InputError:
        return {}
    kind = next((column for column in columns if column.upper() == "BEZ"), None)
    found: dict[str, str] = {}
    for _, row in rows[rows[name].notna()].iterrows():
        told = f"{row[kind]} {row[name]}" if kind else str(row[name])
        found.setdefault(str(row[key])[:5], told)
    return found


def _ags_of_ars(ars: str) -> str:
    return ars[:5] + ars[9:12]


def municipality_by_ags(known: Gazetteer, key: str) -> str:
    """The AGS that a key means: itself, an ARS of twelve digits, or one whose leading zero a spreadsheet ate.

    Raises
        InputError with the nearest ones for a key that no municipality has.
    """
    digits = re.sub(r"\s", "", key)
    ags = _ags_of_ars(digits) if len(digits) == 12 else digits.zfill(8) if len(digits) == 7 else digits
    if ags in set(known.table["ags"]):
        return ags
    raise InputError(
        f"no municipality has the key {key!r}",
        where=f"{known.called}: {len(known.table):,} municipalities",
        expected="an AGS of eight digits, e.g. 07312000",
        fix="near it: " + "; ".join(known.told(near) for near in _nearest_keys(ags, list(known.table["ags"]))),
    )


def municipalities_of_kreis(known: Gazetteer, key: str) -> list[str]:
    """The municipalities of a Kreis by its key of five digits. Raises InputError with the nearest for others."""
    kreis = re.sub(r"\s", "", key)
    found = [str(ags) for ags in known.table["ags"] if len(kreis) == _KEY["kreis"] and str(ags).startswith(kreis)]
    if found:
        return found
    kreise = sorted({str(ags)[:5] for ags in known.table["ags"]})
    near = [f"{one} {known.kreise.get(one, '')}".rstrip() for one in _nearest_keys(kreis, kreise)]
    raise InputError(
        f"no Kreis has the key {key!r}", expected="five digits, e.g. 07335", fix=f"near it: {'; '.join(near)}"
    )


def _nearest_keys(key: str, known: Sequence[str]) -> list[str]:
    """Keys that begin alike for longest, then the nearest numbers."""
    number = int(key) if key.isascii() and key.isdigit() else 0

    def apart(other: str) -> tuple[int, int]:
        alike = next((i for i, (a, b) in enumerate(zip(key, other, strict=False)) if a != b), min(len(key), len(other)))
        return -alike, abs(int(other) - number) if other.isdigit() else 0

    return sorted(known, key=lambda other: (*apart(other), other))[:5]


def plain(name: str) -> str:
    """A name without case, umlauts and signs: Köln, Koeln and KOLN are one."""
    text = name.casefold().replace("ß", "ss")
    text = "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
    text = re.sub(r"(?<=[aou])e", "", text)
    return " ".join(re.sub(r"[^a-z0-9]+", " ", text).split())


def municipalities_called(known: Gazetteer, name: str) -> list[str]:
    """All that a name may mean: one where it is clear, none where nobody is called so."""
    wanted, spelt = plain(name), name.strip().casefold()
    exact = [ags for ags, own in known.plain_names.items() if own == wanted]
    longer = [ags for ags, own in known.plain_names.items() if wanted and own.startswith(f"{wanted} ")]
    as_spelt = [ags for ags in exact if known.name_of(ags).casefold() == spelt]
    return next((found for found in (exact, as_spelt) if len(found) == 1), [*exact, *longer])


def municipality_by_name(known: Gazetteer, name: str) -> str:
    """The AGS of the one municipality of that name; umlauts, case and additions like "(Saale)" need not be typed.

    Raises
        InputError where there are several (with key and Kreis of each) or none (with the nearest names).
    """
    if not known.table["name"].astype(bool).any():
        raise InputError(
            f"{known.called} holds keys but no names",
            expected="a column GEN, as in the VG250 of the BKG",
            fix="give the municipality by --ags, or the unabridged VG250 by --boundaries",
        )
    several = municipalities_called(known, name)
    if len(several) == 1:
        return several[0]
    if several:
        more = f" and {len(several) - _SHOWN} more" if len(several) > _SHOWN else ""
        raise InputError(
            f"{len(several)} municipalities are called {name!r}{more and ' or begin so'}",
            where=[known.told(ags) for ags in several[:_SHOWN]] + ([more.strip()] if more else []),
            expected="one",
            fix=f"give its key: --ags {several[0]}",
        )
    near = difflib.get_close_matches(plain(name), sorted(set(known.plain_names.values())), n=4, cutoff=0.6)
    offered = [known.told(next(ags for ags, own in known.plain_names.items() if own == one)) for one in near]
    raise InputError(
        f"no municipality is called {name!r}",
        where=f"{known.called}: {len(known.table):,} municipalities",
        fix=f"did you mean {'; '.join(offered)}?" if offered else "give its key: --ags 07312000",
    )


def extent_of(known: Gazetteer, chosen: Sequence[str], margin_m: float) -> Box:
    """West, south, east, north of the chosen municipalities with a margin, to the next 0.01 outwards. [degrees]"""
    rows = known.table[known.table["ags"].isin(list(chosen))]
    west, south, east, north = shapely.total_bounds(rows.geometry.to_numpy())
    corners = (west - margin_m, south - margin_m, east + margin_m, north + margin_m)
    transform = pyproj.Transformer.from_crs(known.table.crs, "EPSG:4326", always_xy=True)
    box = transform.transform_bounds(*corners, densify_pts=21)
    low, high = (np.floor(np.array(box[:2]) * 100) / 100, np.ceil(np.array(box[2:]) * 100) / 100)
    return (*(round(float(v), 2) for v in low), *(round(float(v), 2) for v in high))  # type: ignore[return-value]


def around(known: Gazetteer, chosen: Sequence[str], margin_m: float) -> list[str]:
    """The chosen municipalities and all within a distance of them, by AGS."""
    shapes = known.table.geometry.to_numpy()
    mine = shapes[known.table["ags"].isin(list(chosen)).to_numpy()]
    pairs: Any = shapely.STRtree(shapes).query(mine, predicate="dwithin", distance=margin_m)
    return [str(ags) for ags in known.table["ags"].iloc[np.unique(pairs[1])]]


def extracts_for(known: Gazetteer, chosen: Sequence[str], margin_m: float) -> list[str]:
    """The regions of Geofabrik that hold the chosen municipalities with their surroundings; one where one does.

    Notes
        The smallest region (by municipalities) that holds all; where the surroundings lie in several Länder the
        smallest region of each part.
    """
    download = registry()["downloads"]["geofabrik"]
    regions: dict[str, list[str]] = {}
    for prefix, region in download["regions"].items():
        regions.setdefault(region, []).append(prefix)
    for region, prefixes in download["also"].items():
        regions[region] = [*regions[region], *prefixes]
    keys = [str(ags) for ags in known.table["ags"]]
    size = {region: sum(key.startswith(tuple(prefixes)) for key in keys) for region, prefixes in regions.items()}
    missing, taken = set(around(known, chosen, margin_m)), []
    while missing:
        held = {region: {key for key in missing if key.startswith(tuple(regions[region]))} for region in regions}
        best = max(regions, key=lambda region: (len(held[region]), -size[region], region))
        if not held[best]:
            break
        taken.append(best)
        missing -= held[best]
    return sorted(taken)
