"""Street axes of a municipality as a walking network: every number here is drawn by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
import shapely

from nahraum.errors import InputError
from nahraum.network import build_network
from nahraum.parameters import Parameters
from nahraum.sources.load import load_streets, provenance_of
from nahraum.sources.osm import OsmExtract
from nahraum.study import SourceSpec

UTM = "EPSG:25832"
X, Y = 356_000.0, 5_645_000.0
COLOGNE = (
    'PROJCS["WGS_1984_UTM_Zone_32N",GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137,298.257223563]],'
    'PRIMEM["Greenwich",0],UNIT["Degree",0.0174532925199433]],PROJECTION["Transverse_Mercator"],'
    'PARAMETER["latitude_of_origin",0],PARAMETER["central_meridian",9],PARAMETER["scale_factor",0.9996],'
    'PARAMETER["false_easting",2500000],PARAMETER["false_northing",0],UNIT["Meter",1]]'
)
# a street in two stretches, one that meets a point in its middle, a bridge that only crosses, a motorway
LINES = {
    "Domstr.": [(0, 0), (300, 0)],
    "Domstr. 2": [(300, 0), (450, 0), (600, 0)],
    "Gasse": [(450, 0), (450, 200)],
    "Brücke": [(100, -100), (100, 0), (100, 100)],
    "BAB 3": [(0, 0), (0, 500)],
}


def drawn(
    folder: Path, lines: dict[str, list[tuple[int, int]]] = LINES, *, crs: str = UTM, ending: str = "gpkg"
) -> Path:
    shapes = [shapely.LineString([(X + x, Y + y) for x, y in points]) for points in lines.values()]
    path = folder / f"achsen.{ending}"
    gpd.GeoDataFrame({"STRASSE": list(lines)}, geometry=shapes, crs=UTM).to_crs(crs).to_file(path, layer="achsen")
    return path


def read(path: Path, **options: Any) -> OsmExtract:
    spec = SourceSpec("osm", "lines", (path,), {"layer": "achsen", "name": "STRASSE"} | options)
    return load_streets(spec, parameters=Parameters())


def test_lines_join_where_an_end_lies_on_a_point_and_bridges_only_cross(tmp_path):
    axes = read(drawn(tmp_path), closed=["BAB *"])
    assert axes.ways.set_index("name")["walkable"].to_dict() == dict.fromkeys(LINES, True) | {"BAB 3": False}
    counts = build_network(axes, crs=UTM).counts
    assert counts["length_m"] == 300 + 300 + 200 + 200
    assert counts["main_component_length_m"] == 800  # Domstr. and Gasse; the bridge is a part of its own
    assert counts["components"] == 2


def test_a_motorway_is_a_barrier_and_open_to_people_only_where_the_study_forgets_to_close_it(tmp_path):
    assert read(drawn(tmp_path), closed=["BAB *"]).barriers["kind"].tolist() == ["motorway"]
    assert read(drawn(tmp_path)).ways["walkable"].all()


def test_everything_but_streets_is_empty_and_counted_as_axes(tmp_path):
    axes = read(drawn(tmp_path))
    assert axes.counts["street_axes"] == 5
    for table in (axes.facilities, axes.greens, axes.buildings, axes.water, axes.places, axes.boundaries, axes.gates):
        assert table.empty


def test_a_false_easting_of_two_and_a_half_million_is_taken_off(tmp_path):
    one, two = read(drawn(tmp_path)), read(drawn(tmp_path, crs=COLOGNE, ending="fgb"))
    assert two.extent == pytest.approx(one.extent, abs=1e-6)
    assert two.extent[0] == pytest.approx(6.945, abs=0.01)


def test_the_order_of_rows_means_nothing(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    one = read(drawn(tmp_path / "a"))
    two = read(drawn(tmp_path / "b", dict(reversed(LINES.items()))))
    assert one.ways.equals(two.ways)
    assert one.nodes.equals(two.nodes)
    assert (one.way_nodes == two.way_nodes).all()


def test_a_file_of_polygons_an_unknown_column_and_a_wrong_list_are_refused(tmp_path):
    path = tmp_path / "flaechen.gpkg"
    gpd.GeoDataFrame({"STRASSE": ["x"]}, geometry=[shapely.box(X, Y, X + 9, Y + 9)], crs=UTM).to_file(
        path, layer="achsen"
    )
    with pytest.raises(InputError, match="holds no lines"):
        read(path)
    with pytest.raises(InputError, match="STRASSE"):
        read(drawn(tmp_path), name="STRASE")
    with pytest.raises(InputError, match="closed"):
        read(drawn(tmp_path), closed="BAB *")


def test_axes_are_not_attributed_to_openstreetmap(tmp_path):
    spec = SourceSpec("osm", "lines", (drawn(tmp_path),), {"attribution": "© Stadt Köln", "date": "2013-01-01"})
    (source,) = provenance_of(spec)
    assert (source.attribution, source.licence, source.reference_date) == ("© Stadt Köln", "not stated", "2013-01-01")
