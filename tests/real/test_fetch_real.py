"""The real list of municipalities, and a box cut out of a real town: inside it nothing differs from the whole."""

import resource
import time

import geopandas as gpd
import pytest
import shapely

from nahraum import workflow
from nahraum.errors import InputError
from nahraum.sources.gazetteer import (
    extent_of,
    extracts_for,
    municipalities_of_kreis,
    municipality_by_ags,
    municipality_by_name,
    read_gazetteer,
)
from nahraum.sources.osm import read_osm
from nahraum.sources.osm.cut import cut_extract
from nahraum.study import read_study

pytestmark = pytest.mark.real
MARGIN_M = 3000.0


@pytest.fixture(scope="module")
def known(data_dir):
    return read_gazetteer(data_dir / "boundaries" / "germany" / "VG250_GEM_simplified.zip")


def test_all_municipalities_are_known_by_key(known):
    assert len(known.table) == 10_990
    assert known.table["ags"].is_unique and known.table["ags"].str.fullmatch(r"\d{8}").all()
    assert municipality_by_ags(known, "7312000") == "07312000"
    assert len(municipalities_of_kreis(known, "07335")) == 50
    with pytest.raises(InputError, match="holds keys but no names"):
        municipality_by_name(known, "Köln")


@pytest.mark.parametrize(
    ("ags", "extracts"),
    [
        ("07312000", ["rheinland-pfalz"]),  # Kaiserslautern
        ("09564000", ["bayern/mittelfranken"]),  # Nürnberg
        ("05315000", ["nordrhein-westfalen"]),  # Köln lies at the border of two Regierungsbezirke
        ("08222000", ["baden-wuerttemberg/karlsruhe-regbez", "hessen", "rheinland-pfalz"]),  # Mannheim
        ("08421000", ["baden-wuerttemberg/tuebingen-regbez", "bayern/schwaben"]),  # Ulm
        ("11000000", ["brandenburg"]),
        ("04011000", ["niedersachsen"]),
        ("02000000", ["hamburg", "niedersachsen", "schleswig-holstein"]),
    ],
)
def test_every_kind_of_place_gets_the_extracts_it_needs(known, ags, extracts):
    assert extracts_for(known, [ags], MARGIN_M) == extracts


def test_a_sample_of_all_municipalities_gets_a_readable_study(known, data_dir, tmp_path):
    file = data_dir / "boundaries" / "germany" / "VG250_GEM_simplified.zip"
    for ags in known.table["ags"].iloc[::500]:
        assert extracts_for(known, [ags], MARGIN_M)
        west, south, east, north = extent_of(known, [ags], MARGIN_M)
        assert 5.5 < west < east < 15.6 and 47 < south < north < 55.4
    for ags in known.table["ags"].iloc[::5000]:
        workflow.init(ags=[ags], out=tmp_path / f"{ags}.toml", boundaries=file)
        assert read_study(tmp_path / f"{ags}.toml", require_files=False).source("osm").window


def test_inside_a_cut_box_nothing_differs_from_the_whole_extract(data_dir, tmp_path, capsys):
    whole = data_dir / "las_palmas" / "example_las_palmas_2023_osm_20230221.pbf"
    box, inner = (-15.46, 28.08, -15.42, 28.12), shapely.box(-15.455, 28.085, -15.425, 28.115)
    began, processor = time.perf_counter(), time.process_time()
    cut_extract([whole], box, tmp_path / "cut.osm.pbf")
    seconds, processor = time.perf_counter() - began, time.process_time() - processor
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    with capsys.disabled():
        print(f"\ncut out of 3.3 MB: {seconds:.1f} s, {processor:.1f} CPU s, peak {peak_mb} MB of the process")
    part, all_of_it = read_osm(tmp_path / "cut.osm.pbf"), read_osm(whole)
    for name, key in (("facilities", "facility_id"), ("greens", None), ("buildings", None)):
        mine, theirs = (here(getattr(extract, name), inner) for extract in (part, all_of_it))
        assert len(mine) == len(theirs) > 100, name
        key = key or mine.columns[0]
        assert sorted(mine[key]) == sorted(theirs[key]), name
        assert mine.to_crs(32628).area.sum() == pytest.approx(theirs.to_crs(32628).area.sum(), rel=1e-9)
    ways, every = (set(extract.ways.loc[extract.ways["walkable"], "way_id"]) for extract in (part, all_of_it))
    assert ways < every and len(ways) > 1000
    assert part.extent == pytest.approx(box, abs=1e-6)


def here(table: gpd.GeoDataFrame, box: shapely.Polygon) -> gpd.GeoDataFrame:
    return table[table.intersects(box)]
