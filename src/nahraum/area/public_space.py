"""Open space beside green: squares and streets for people on foot, places to play, what stands there, how ways are."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from shapely.ops import substring

from nahraum.area.play import places_to_play, together, with_told_playgrounds
from nahraum.area.space import LON_LAT, Geometries, polygonal, project, project_points
from nahraum.parameters import Parameters
from nahraum.parameters.standards import GREEN_BESIDE, green_tiers

if TYPE_CHECKING:
    from nahraum.sources.osm import OsmExtract

Int64 = npt.NDArray[np.int64]
WAY_TEXTS = (
    "highway", "surface", "smoothness", "tracktype", "width", "incline", "wheelchair", "lit", "step_count", "ramp",
    "ramp_wheelchair", "ramp_stroller",
)  # fmt: skip
WOODS = ("forest", "wood")


@dataclass(frozen=True)
class OpenSpace:
    """Public space of a study area, in its CRS; each table sorted by its first column.

    spaces      space_id, kind (square, marketplace, pedestrian, living_street, open_yard), name, area_m2 (without
                public green), geometry: what touches is one space, streets are cut into pieces
    play        play_id, playground (one of its parts is one), name, play_m2 (of playgrounds; NaN: only mapped as
                points), room_m2 (with pitches and the public green it lies in; NaN not known), geometry
    points      point_id, place_id, x_m, y_m: where one comes into a space or a place to play
    furniture   furniture_id, kind, x_m, y_m: public benches, toilets, drinking water, trees
    woods       geometry: forest and wood, whoever owns it
    ways        way_id, steps, and as mapped highway, surface, … lit: what the walkable ways are like
    mapped      kind, n_places, per_1000_residents, minimum_per_1000, status (ok | missing), reason (complete | sparse |
                absent | declared): whether enough of a kind is mapped to say that somebody has none
    greens, green_entrances     as in `Area`, but of every size that one of the green standards asks for
    """

    spaces: gpd.GeoDataFrame
    play: gpd.GeoDataFrame
    points: pd.DataFrame
    furniture: pd.DataFrame
    woods: gpd.GeoDataFrame
    ways: pd.DataFrame
    mapped: pd.DataFrame
    greens: gpd.GeoDataFrame
    green_entrances: pd.DataFrame

    def said_of(self, kind: str) -> str:
        """ok, or missing where too little of a kind is mapped."""
        return str(self.mapped.set_index("kind")["status"][kind])


def smallest_green_m2(parameters: Parameters) -> float:
    """The smallest green that any of the standards beside each other asks for. [m²]"""
    return min(size for name in GREEN_BESIDE for size, _ in green_tiers(parameters, name)[1])


def open_space(
    osm: OsmExtract,
    ground: shapely.Geometry,
    greens: tuple[gpd.GeoDataFrame, gpd.GeoDataFrame, pd.DataFrame],
    *,
    crs: str,
    residents: float,
    parameters: Parameters,
    complete: Collection[str] = (),
) -> OpenSpace | None:
    """The public space of a study area; None where the extract was read without it.

    Parameters
        ground : boundary with margin.
        greens : all dissolved public green; those of a size that some standard asks for, with their entrances.
        residents : on the ground. [persons]
        complete : categories of which a register tells all.
    """
    if osm.public_space is None or osm.street_furniture is None:
        return None
    every, of_size, entrances = greens
    found = project(osm.public_space, crs, called="public space")
    found = with_told_playgrounds(found[found["public"].to_numpy(bool)], osm, parameters)
    found = found[shapely.intersects(ground, found.geometry.to_numpy())].reset_index(drop=True)
    is_play = found["kind"].isin(("playground", "pitch")).to_numpy(bool)
    green = np.asarray(every.geometry.to_numpy(), dtype=object)
    spaces = _spaces(found[~is_play].reset_index(drop=True), green, parameters)
    play = places_to_play(found[is_play].reset_index(drop=True), every, parameters)
    furniture = _furniture(osm.street_furniture, ground, crs=crs)
    count = {str(kind): int(n) for kind, n in furniture["kind"].value_counts().items()}
    count["playground"] = int((found["kind"] == "playground").sum())
    count["public_space"] = int(found["kind"].isin(list(parameters.value("public_space.destination_kinds"))).sum())
    woods = project(osm.greens[osm.greens["kind"].isin(WOODS)], crs, called="green")
    woods = woods[shapely.intersects(ground, woods.geometry.to_numpy())].sort_values("green_id")
    return OpenSpace(
        spaces=spaces,
        play=play,
        points=_points(spaces, play, parameters),
        furniture=furniture,
        woods=woods[["geometry"]].reset_index(drop=True),
        ways=_ways(osm),
        mapped=_mapped(count, residents, parameters, complete),
        greens=of_size[["green_id", "name", "area_m2", "geometry"]],
        green_entrances=entrances,
    )


def _spaces(found: gpd.GeoDataFrame, green: Geometries, parameters: Parameters) -> gpd.GeoDataFrame:
    """Areas that touch as one space, then pieces of streets beside them; without public green."""
    dimension = shapely.get_dimensions(found.geometry.to_numpy())
    areas, streets = found[dimension == 2].reset_index(drop=True), found[dimension == 1].reset_index(drop=True)
    shapes, _ = polygonal(areas.geometry.to_numpy())
    label, merged = together(shapes, 0.0)
    rows = areas[["space_id", "kind", "name"]].assign(label=label, size=shapely.area(shapes))
    largest = rows.sort_values(["label", "size", "space_id"], ascending=[True, False, True]).drop_duplicates("label")
    named = rows[rows["name"] != ""].sort_values(["label", "size", "space_id"], ascending=[True, False, True])
    names = named.drop_duplicates("label").set_index("label")["name"]
    labels = pd.RangeIndex(len(merged))
    drawn = gpd.GeoDataFrame(
        {
            "space_id": rows.groupby("label")["space_id"].min().reindex(labels).to_numpy(dtype=object),
            "kind": largest.set_index("label")["kind"].reindex(labels).to_numpy(dtype=object),
            "name": names.reindex(labels).fillna("").to_numpy(dtype=object),
            "area_m2": (shapely.area(merged) - _covered_m2(merged, green)).round(2),
        },
        geometry=merged,
        crs=found.crs,
    )
    drawn = drawn[drawn["area_m2"] >= parameters.number("public_space.minimum_area_m2")]
    both = pd.concat([drawn, _pieces(streets, shapes, parameters)], ignore_index=True)
    spaces = gpd.GeoDataFrame(both, geometry="geometry", crs=found.crs).astype({"kind": "str", "name": "str"})
    spaces = spaces.astype({"space_id": "str", "area_m2": "float64"})
    return spaces.sort_values("space_id", ignore_index=True)


def _covered_m2(shapes: Geometries, cover: Geometries) -> npt.NDArray[np.float64]:
    """How much of each shape lies under some others, each place once. [m²]"""
    covered = np.zeros(len(shapes))
    if len(shapes) and len(cover):
        above, shape = shapely.STRtree(shapes).query(cover, predicate="intersects")
        for at in np.unique(shape).tolist():
            part = shapely.intersection(shapes[at], cover[above[shape == at]])
            covered[at] = shapely.area(shapely.union_all(part))
    return covered


def _pieces(streets: gpd.GeoDataFrame, areas: Geometries, parameters: Parameters) -> gpd.GeoDataFrame:
    """Streets in pieces of at most `public_space.street_piece_m`, as far as they run beside the mapped areas."""
    lines = np.asarray(streets.geometry.to_numpy(), dtype=object).copy()
    if len(areas) and len(lines):
        area, line = shapely.STRtree(lines).query(areas, predicate="intersects")
        for at in np.unique(line).tolist():
            lines[at] = shapely.difference(lines[at], shapely.union_all(areas[area[line == at]]))
    longest = parameters.number("public_space.street_piece_m")
    default = {kind: parameters.number(f"public_space.{kind}_width_m") for kind in ("pedestrian", "living_street")}
    width = streets["width_m"].where(streets["width_m"] > 0, streets["kind"].map(default)).to_numpy(np.float64)
    rows = []
    for at, (number, kind, name) in enumerate(zip(streets["space_id"], streets["kind"], streets["name"], strict=True)):
        parts = shapely.get_parts(shapely.line_merge(lines[at]))
        pieces = [piece for part in parts[shapely.length(parts) > 0] for piece in _cut(part, longest)]
        rows += [
            (f"{number}.{count:03d}", kind, name, round(float(shapely.length(piece) * width[at]), 2), piece)
            for count, piece in enumerate(pieces, start=1)
        ]
    columns = ["space_id", "kind", "name", "area_m2", "geometry"]
    return gpd.GeoDataFrame(pd.DataFrame(rows, columns=columns), geometry="geometry", crs=streets.crs)


def _cut(line: shapely.LineString, longest_m: float) -> list[shapely.Geometry]:
    """The line in equal pieces of at most this length."""
    n = max(int(np.ceil(line.length / longest_m - 1e-9)), 1)
    steps = np.linspace(0.0, line.length, n + 1)
    return [substring(line, a, b) for a, b in pairwise(steps.tolist())]


def _points(spaces: gpd.GeoDataFrame, play: gpd.GeoDataFrame, parameters: Parameters) -> pd.DataFrame:
    """Where one comes in: points along the edge of areas, the middle of pieces of street, mapped points."""
    shapes = np.concatenate([spaces.geometry.to_numpy(), play.geometry.to_numpy()])
    ids = np.concatenate([spaces["space_id"].to_numpy(dtype=object), play["play_id"].to_numpy(dtype=object)])
    step = parameters.number("public_space.edge_sample_m")
    rows = []
    for number, shape in zip(ids.tolist(), shapes.tolist(), strict=True):
        for part in shapely.get_parts(shape).tolist():
            if shapely.get_dimensions(part) == 2:
                xy = shapely.get_coordinates(shapely.segmentize(part.exterior, step))[:-1]
            elif shapely.get_dimensions(part) == 1:
                xy = shapely.get_coordinates(shapely.line_interpolate_point(part, 0.5, normalized=True))
            else:
                xy = shapely.get_coordinates(part)
            rows += [(number, x, y) for x, y in xy.round(1).tolist()]
    found = pd.DataFrame(rows, columns=["place_id", "x_m", "y_m"]).drop_duplicates()
    found = found.sort_values(["place_id", "x_m", "y_m"], ignore_index=True)
    number = found.groupby("place_id").cumcount() + 1
    point = [f"{place}@{n:04d}" for place, n in zip(found["place_id"], number, strict=True)]
    table = pd.DataFrame({"point_id": point, "place_id": found["place_id"], "x_m": found["x_m"], "y_m": found["y_m"]})
    return table.astype({"point_id": "str", "place_id": "str", "x_m": "float64", "y_m": "float64"})


def _furniture(table: pd.DataFrame, ground: shapely.Geometry, *, crs: str) -> pd.DataFrame:
    """What stands on the ground and anybody may use."""
    x, y = project_points(table["lon"], table["lat"], LON_LAT, target=crs)
    shapely.prepare(ground)
    kept = table["public"].to_numpy(bool) & shapely.contains_xy(ground, x, y)
    frame = table.loc[kept, ["furniture_id", "kind"]].assign(x_m=x[kept].round(2), y_m=y[kept].round(2))
    return frame.sort_values("furniture_id", ignore_index=True)


def _ways(osm: OsmExtract) -> pd.DataFrame:
    """What is mapped of each walkable way, once per way."""
    ways = osm.ways[osm.ways["walkable"].to_numpy(bool)].drop_duplicates("way_id").sort_values("way_id")
    texts = {name: ways[name].to_numpy() if name in ways else "" for name in WAY_TEXTS}
    table = pd.DataFrame({"way_id": ways["way_id"].to_numpy(np.int64), "steps": ways["steps"].to_numpy(bool), **texts})
    return table.astype(dict.fromkeys(WAY_TEXTS, "str"))


def _mapped(count: dict[str, int], residents: float, parameters: Parameters, complete: Collection[str]) -> pd.DataFrame:
    """Of each kind how many are mapped, and whether that is enough for a gap to mean something."""
    rows = []
    for kind, least in parameters.group("public_space.minimum_per_1000").items():
        n = int(count.get(kind, 0))
        density = 1000 * n / residents if residents > 0 else np.nan
        sparse = not density >= float(least.value)
        reason = "declared" if kind in complete else "absent" if not n else "sparse" if sparse else "complete"
        status = "missing" if reason in ("absent", "sparse") else "ok"
        rows.append((kind, n, density, float(least.value), status, reason))
    columns = ["kind", "n_places", "per_1000_residents", "minimum_per_1000", "status", "reason"]
    return pd.DataFrame(rows, columns=columns).sort_values("kind", ignore_index=True)
