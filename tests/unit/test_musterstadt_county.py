"""The Musterkreis: municipalities of different size on grounds that meet, each source in one file, nothing twice."""

import csv
import hashlib
import io
import json
import zipfile
from itertools import pairwise
from pathlib import Path

import geopandas as gpd
import osmium
import pandas as pd
import pytest
import shapely

from nahraum.errors import InputError, OutputError
from nahraum.musterstadt import write_county
from nahraum.musterstadt.county import kind_of, sizes_of

NUMBER, RESIDENTS = 3, 4_500


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict]:
    folder = tmp_path_factory.mktemp("kreis")
    return folder, write_county(NUMBER, RESIDENTS, 1, folder)


@pytest.fixture(scope="module")
def ground(county) -> gpd.GeoDataFrame:
    return gpd.read_file(f"zip://{county[0] / 'vg250_musterkreis.zip'}!vg250_ebenen/VG250_GEM.shp")


def test_sizes_rise_from_the_smallest_possible_to_several_times_as_much():
    assert sizes_of(12, 12_000) == [1_000] * 12 and sizes_of(2, 5_000) == [1_000, 4_000]
    sizes = sizes_of(12, 42_000)
    assert sizes == sorted(sizes) and sizes[0] == 1_000 and sizes[-1] > 6_000
    assert sum(sizes) == 42_000
    assert [kind_of(place, 12) for place in (0, 4, 11)] == [
        "Landgemeinde, peripher", "Landgemeinde, zentral", "Kleinstadt"
    ]  # fmt: skip


@pytest.mark.parametrize(("number", "residents"), [(1, 20_000), (41, 100_000), (12, 11_999)])
def test_an_impossible_county_is_refused(number, residents, tmp_path):
    with pytest.raises(InputError, match="cannot be laid out"):
        write_county(number, residents, 1, tmp_path)


def test_a_folder_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(OutputError):
        write_county(2, 2_000, 1, tmp_path / "file")


def test_the_grounds_meet_without_gap_or_overlap_and_hold_their_cells(county, ground):
    assert ground["AGS"].tolist() == ["05999001", "05999002", "05999003"]
    assert ground["EWZ"].tolist() == list(county[1]["municipalities"].values())
    whole = shapely.union_all(ground.geometry.to_numpy())
    assert whole.geom_type == "Polygon" and not whole.interiors
    assert whole.area == pytest.approx(ground.area.sum(), rel=1e-12)
    told = json.loads((county[0] / "truth.json").read_text(encoding="utf-8"))["municipalities"]
    shapes = ground.to_crs("EPSG:3035").set_index("AGS").geometry
    for ags, truth in told.items():
        corners = pd.Series(list(truth["cells"])).str.extract(r"mN(\d+)E(\d+)").astype(float)
        assert shapely.contains_xy(shapes[ags], corners[1] + 50, corners[0] + 50).all()
        assert truth["residents"] == county[1]["municipalities"][ags]


def test_no_cell_quarter_or_trip_occurs_twice(county):
    with zipfile.ZipFile(county[0] / "Zensus2022_Bevoelkerungszahl.zip") as archive:
        cells = pd.read_csv(archive.open("Zensus2022_Bevoelkerungszahl_100m-Gitter.csv"), sep=";")
    assert cells["GITTER_ID_100m"].is_unique and abs(cells["Einwohner"].sum() - RESIDENTS) < 100
    quarters = gpd.read_file(county[0] / "quartiere.geojson")
    assert quarters["quartier_nr"].is_unique and set(quarters["quartier_nr"].str[:2]) == {"01", "02", "03"}
    with zipfile.ZipFile(county[0] / "fahrplan_gtfs.zip") as archive:
        for name, key in (("stops", "stop_id"), ("trips", "trip_id"), ("routes", "route_id")):
            rows = list(csv.DictReader(io.StringIO(archive.read(f"{name}.txt").decode("utf-8"))))
            assert len({row[key] for row in rows}) == len(rows) > 3
    offers = pd.read_csv(county[0] / "breitband_gitter_100m.csv", sep=";", dtype={"ags": str})
    assert offers["raster_id"].is_unique and set(offers["ags"]) == set(county[1]["municipalities"])


def test_roads_join_the_municipalities(county):
    links: dict[int, set[int]] = {}
    roads = []
    for way in osmium.FileProcessor(str(county[0] / "musterkreis.osm.pbf"), osmium.osm.WAY):
        if way.tags.get("highway", "motorway") != "motorway":
            nodes = [node.ref for node in way.nodes]
            for a, b in pairwise(nodes):
                links.setdefault(a, set()).add(b)
                links.setdefault(b, set()).add(a)
            if way.tags.get("ref", "").startswith("K "):
                roads.append((nodes[0], nodes[-1]))
    assert len(roads) == 2  # two columns: 1 – 2 in a row, 1 – 3 in a column
    reached, waiting = set(), [roads[0][0]]
    while waiting:
        node = waiting.pop()
        if node not in reached:
            reached.add(node)
            waiting += links[node]
    assert {end for road in roads for end in road} <= reached
    assert len(reached) > 0.98 * len(links)  # but for sidewalks and courtyards joined to nothing


def test_the_same_seed_gives_the_same_bytes(county, tmp_path):
    def digests(folder: Path) -> dict[str, str]:
        return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}

    write_county(NUMBER, RESIDENTS, 1, tmp_path / "again")
    assert digests(tmp_path / "again") == digests(county[0])
    assert sorted(path.name for path in county[0].iterdir()) == county[1]["files"]
