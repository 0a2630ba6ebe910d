"""The Musterkreis: several cities of different size side by side, joined by roads, each on its own ground."""

from __future__ import annotations

import tempfile
import zipfile
from dataclasses import dataclass, replace
from math import ceil, sqrt
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyogrio
import shapely

from nahraum.errors import InputError
from nahraum.musterstadt.census import zip_entry
from nahraum.musterstadt.characters import NAMES
from nahraum.musterstadt.city import City, city_of
from nahraum.musterstadt.osm_draft import OsmDraft
from nahraum.musterstadt.plan import MINIMUM_RESIDENTS, ORIGIN_M, Ints, Plan, Site, build_plan

LARGEST_TO_SMALLEST = 8.0
SMALLEST_NUMBER = 2
_SEEDS_APART, _ROAD_NODE_M = 1_000, 250.0
_ROAD = {"highway": "tertiary", "maxspeed": "100", "surface": "asphalt"}


@dataclass(frozen=True)
class County:
    """Cities in the order of their keys, and the ground of each: lower-left corner and upper-right in EPSG:3035. [m]"""

    cities: tuple[City, ...]
    grounds: tuple[tuple[int, int, int, int], ...]
    columns: int

    @property
    def extent(self) -> tuple[tuple[int, int], tuple[int, int]]:
        """Lower-left corner [m] and number of cells of the whole."""
        corners = np.array(self.grounds)
        west, south = corners[:, :2].min(axis=0).tolist()
        east, north = corners[:, 2:].max(axis=0).tolist()
        return (west, south), ((east - west) // 100, (north - south) // 100)


def sizes_of(number: int, residents: int) -> list[int]:
    """Residents of each municipality, from small to large; the largest about eight times the smallest if it can be.

    Raises
        InputError for fewer than two municipalities, more than there are names for, or too few residents for all.
    """
    names = NAMES["county"]["municipalities"]
    if not SMALLEST_NUMBER <= number <= len(names) or residents < number * MINIMUM_RESIDENTS:
        raise InputError(
            f"a Musterkreis of {number} municipalities with {residents:,} residents cannot be laid out",
            expected=f"{SMALLEST_NUMBER} to {len(names)} municipalities, {MINIMUM_RESIDENTS:,} residents for each",
            fix=f"--municipalities {number} --residents {number * MINIMUM_RESIDENTS * 3}",
        )
    above = LARGEST_TO_SMALLEST ** (np.arange(number) / (number - 1)) - 1.0
    spare = residents - number * MINIMUM_RESIDENTS
    sizes = [MINIMUM_RESIDENTS + int(part) for part in np.floor(above / above.sum() * spare)]
    return [*sizes[:-1], sizes[-1] + residents - sum(sizes)]


def kind_of(place: int, number: int) -> str:
    """Type of the municipality at a place in the order of size: thirds, the largest are towns."""
    kinds = NAMES["county"]["types"]
    return str(kinds[len(kinds) - 1 - min(place * len(kinds) // number, len(kinds) - 1)])


def build_county(number: int, residents: int, seed: int) -> County:
    """The finished cities, row by row from the south-west, in a random order of size.

    Raises
        InputError as `sizes_of`.
    """
    sizes, rng = sizes_of(number, residents), np.random.default_rng([seed, residents, number])
    order, names = rng.permutation(number).tolist(), NAMES["county"]["municipalities"][:number]
    columns = ceil(sqrt(number))
    plans = []
    for place, (size, name) in enumerate(zip(order, names, strict=True), start=1):
        site = Site(str(name), f"{NAMES['county']['key']}{place:03d}", *ORIGIN_M, f"{place:02d}")
        plans.append(build_plan(sizes[size], seed + _SEEDS_APART * place, site))
    placed, grounds = _placed(plans, columns)
    return County(tuple(city_of(plan) for plan in placed), tuple(grounds), columns)


def _placed(plans: list[Plan], columns: int) -> tuple[list[Plan], list[tuple[int, int, int, int]]]:
    """Plans moved to their place in a grid whose columns and rows are as wide as the widest in them."""
    wide = [max(plan.shape[0] for plan in plans[column::columns]) for column in range(min(columns, len(plans)))]
    high = [max(plan.shape[1] for plan in plans[first : first + columns]) for first in range(0, len(plans), columns)]
    x = ORIGIN_M[0] + 100 * np.concatenate([[0], np.cumsum(wide)])
    y = ORIGIN_M[1] + 100 * np.concatenate([[0], np.cumsum(high)])
    placed, grounds = [], []
    for number, plan in enumerate(plans):
        row, column = divmod(number, columns)
        west, south = int(x[column]), int(y[row])
        site = replace(plan.site, east_m=west - 100 * plan.west, north_m=south - 100 * plan.south)
        placed.append(replace(plan, site=site))
        grounds.append((west, south, int(x[column + 1]), int(y[row + 1])))
    return placed, grounds


def draw_roads(county: County, draft: OsmDraft, ids: list[Ints]) -> None:
    """A road from each city to the next in its row and in its column, between their outermost corners.

    Parameters
        ids : OSM node of each node of the streets of each city.
    """
    last = len(county.cities)
    pairs = [(n, n + 1, True) for n in range(last - 1) if (n + 1) % county.columns]
    pairs += [(n, n + county.columns, False) for n in range(last - county.columns)]
    for number, (one, other, eastwards) in enumerate(pairs, start=1):
        a, b = _outermost(county.cities[one], eastwards, last=True), _outermost(county.cities[other], eastwards)
        (ax, ay), (bx, by) = _at(county.cities[one], a), _at(county.cities[other], b)
        steps = np.linspace(0.0, 1.0, max(2, round(float(np.hypot(bx - ax, by - ay)) / _ROAD_NODE_M) + 1))[1:-1]
        between = draft.nodes(ax + steps * (bx - ax), ay + steps * (by - ay)).tolist()
        draft.way([int(ids[one][a]), *between, int(ids[other][b])], _ROAD | {"ref": f"K {number}"})


def _outermost(city: City, eastwards: bool, *, last: bool = False) -> int:
    """The node of the streets farthest to one side: east or west, north or south."""
    streets = city.streets
    used = np.unique(np.concatenate([streets.start[streets.walkable], streets.end[streets.walkable]]))
    along = (streets.x_m if eastwards else streets.y_m)[used]
    return int(used[np.argmax(along) if last else np.argmin(along)])


def _at(city: City, node: int) -> tuple[float, float]:
    return float(city.streets.x_m[node]), float(city.streets.y_m[node])


def municipalities_table(county: County) -> gpd.GeoDataFrame:
    """AGS, GEN, BEZ, TYP, EWZ and ground of each municipality, in EPSG:25832 as the VG250 is."""
    sizes = [int(city.cells.residents.sum()) for city in county.cities]
    place = np.argsort(np.argsort(sizes, kind="stable"), kind="stable").tolist()
    frame = {
        "AGS": [city.plan.site.ags for city in county.cities],
        "GEN": [city.plan.site.name for city in county.cities],
        "BEZ": "Gemeinde",
        "TYP": [kind_of(at, len(sizes)) for at in place],
        "EWZ": sizes,
    }
    # a corner every 100 m: in another CRS neighbours then still share their border, point for point
    shapes = shapely.segmentize([shapely.box(*ground) for ground in county.grounds], 100.0)
    return gpd.GeoDataFrame(frame, geometry=shapes, crs="EPSG:3035").to_crs("EPSG:25832")


def write_municipalities(county: County, path: Path) -> None:
    """A zip with the shapefile VG250_GEM, as the BKG lays it out."""
    table = municipalities_table(county)
    with tempfile.TemporaryDirectory(prefix="musterkreis-") as name:
        shape = Path(name) / "VG250_GEM.shp"
        pyogrio.write_dataframe(
            table, shape, driver="ESRI Shapefile", encoding="UTF-8",
            layer_options={"DBF_DATE_LAST_UPDATE": "2026-01-01"},
        )  # fmt: skip
        with zipfile.ZipFile(path, "w") as archive:
            for part in sorted(Path(name).iterdir()):
                archive.writestr(zip_entry(f"vg250_ebenen/{part.name}"), part.read_bytes())
