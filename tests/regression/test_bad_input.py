"""Broken inputs on the way of a whole run: a four-part message, exit 1, and nothing published."""

import json
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from nahraum import workflow
from nahraum.errors import NahraumError
from nahraum.musterstadt import write_city

pytestmark = pytest.mark.xdist_group("bad")

POPULATION = "Zensus2022_Bevoelkerungszahl.zip"
MEMBER = "Zensus2022_Bevoelkerungszahl_100m-Gitter.csv"
OSM = "musterstadt.osm.pbf"


@pytest.fixture(scope="module")
def raw(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("raw")
    write_city(1000, 1, folder)
    return folder


@pytest.fixture
def town(raw, tmp_path) -> Path:
    folder = tmp_path / "town"
    shutil.copytree(raw, folder)
    return folder


def member_text(folder: Path) -> tuple[str, str]:
    with zipfile.ZipFile(folder / POPULATION) as archive:
        name = next(name for name in archive.namelist() if name.endswith(MEMBER))
        return name, archive.read(name).decode("utf-8")


def rewrite_population(folder: Path, change: Callable[[list[str]], list[str]]) -> None:
    name, text = member_text(folder)
    lines = change(text.splitlines())
    with zipfile.ZipFile(folder / POPULATION, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, "\n".join(lines) + "\n")


def quarters(folder: Path) -> gpd.GeoDataFrame:
    return gpd.read_file(folder / "quartiere.geojson")


def truncated_pbf(folder: Path) -> None:
    whole = (folder / OSM).read_bytes()
    (folder / OSM).write_bytes(whole[: len(whole) // 2])


def no_pbf_at_all(folder: Path) -> None:
    (folder / OSM).write_bytes(b"this is a letter, not a map")


def empty_extract(folder: Path) -> None:
    import osmium

    (folder / OSM).unlink()
    osmium.SimpleWriter(str(folder / OSM)).close()


def census_elsewhere(folder: Path) -> None:
    def away(lines: list[str]) -> list[str]:
        return [lines[0]] + [
            f"CRS3035RES100mN{2689000 + 100 * i}E4337000;4337050;{2689050 + 100 * i};9" for i in range(9)
        ]

    rewrite_population(folder, away)


def repeated_cell(folder: Path) -> None:
    rewrite_population(folder, lambda lines: [*lines, lines[-1]])


def text_for_a_number(folder: Path) -> None:
    rewrite_population(folder, lambda lines: [*lines[:-1], lines[-1].rsplit(";", 1)[0] + ";viele"])


def negative_residents(folder: Path) -> None:
    rewrite_population(folder, lambda lines: [*lines[:-1], lines[-1].rsplit(";", 1)[0] + ";-40"])


def zip_bomb(folder: Path) -> None:
    name, text = member_text(folder)
    with zipfile.ZipFile(folder / POPULATION, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr(name, text + "\n" * 60_000_000)


def escaping_member(folder: Path) -> None:
    _, text = member_text(folder)
    with zipfile.ZipFile(folder / POPULATION, "w") as archive:
        archive.writestr("../../" + MEMBER, text)


def quarters_without_crs(folder: Path) -> None:
    quarters(folder).set_crs(None, allow_override=True).to_file(folder / "quartiere.gpkg")
    _point_to(folder, "quartiere.gpkg")


def quarters_in_the_wrong_crs(folder: Path) -> None:
    wrong = quarters(folder).set_crs("EPSG:25832", allow_override=True)
    wrong.to_file(folder / "quartiere.gpkg")
    _point_to(folder, "quartiere.gpkg")


def quarters_with_infinite_corners(folder: Path) -> None:
    broken = quarters(folder).to_crs("EPSG:25832")
    ring = shapely.get_coordinates(broken.geometry.iloc[0])
    ring[1, 0] = float("inf")
    broken.loc[0, "geometry"] = shapely.Polygon(ring)
    broken.to_file(folder / "quartiere.gpkg")
    _point_to(folder, "quartiere.gpkg")


def unknown_key(folder: Path) -> None:
    study = folder / "study.toml"
    study.write_text(study.read_text(encoding="utf-8").replace("[sources.population]", "[sources.popluation]"), "utf-8")


def missing_file(folder: Path) -> None:
    (folder / POPULATION).unlink()


def _point_to(folder: Path, name: str) -> None:
    study = folder / "study.toml"
    study.write_text(study.read_text(encoding="utf-8").replace("quartiere.geojson", name), encoding="utf-8")


BROKEN: list[tuple[Callable[[Path], None], str]] = [
    (truncated_pbf, OSM),
    (no_pbf_at_all, OSM),
    (empty_extract, OSM),
    (census_elsewhere, "census"),
    (repeated_cell, "more than once"),
    (text_for_a_number, "viele"),
    (negative_residents, "-40"),
    (zip_bomb, POPULATION),
    (escaping_member, ".."),
    (quarters_without_crs, "CRS"),
    (quarters_in_the_wrong_crs, "UTM zone 32N"),
    (quarters_with_infinite_corners, "quartiere.gpkg"),
    (unknown_key, "did you mean 'population'?"),
    (missing_file, POPULATION),
]


@pytest.mark.parametrize(("damage", "named"), BROKEN, ids=[damage.__name__ for damage, _ in BROKEN])
def test_a_broken_input_is_named_and_nothing_is_published(town, damage, named):
    damage(town)
    with pytest.raises(NahraumError) as caught:
        workflow.run(town / "study.toml", quiet=True)
    text = caught.value.message()
    assert text.startswith("WHAT")
    assert named in text
    assert caught.value.expected or caught.value.fix, "it says what was expected or how to mend it"
    assert not (town / "ergebnis" / "public").exists()


def test_an_output_that_cannot_be_written_is_refused_before_any_work(town, tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(NahraumError) as caught:
        workflow.run(town / "study.toml", out=tmp_path / "file" / "out", quiet=True)
    assert "cannot be written" in caught.value.message()


def test_crossing_rings_are_repaired_and_counted(town):
    broken = quarters(town)
    west, south, east, north = broken.geometry.iloc[0].bounds
    bow = [(west, south), (east, north), (east, south), (west, north), (west, south)]
    broken.loc[0, "geometry"] = shapely.Polygon(bow)
    assert not broken.geometry.iloc[0].is_valid
    broken.to_file(town / "quartiere.geojson", driver="GeoJSON")
    found = workflow.check(town / "study.toml", quiet=True)
    assert found.document["quarters"] == len(broken)


def test_the_command_line_ends_with_1_and_no_traceback(town):
    repeated_cell(town)
    shown = subprocess.run(
        [sys.executable, "-m", "nahraum.cli", "run", str(town / "study.toml"), "--json"], capture_output=True, text=True
    )
    assert shown.returncode == 1
    assert "Traceback" not in shown.stderr
    assert "more than once" in " ".join(json.loads(shown.stdout)["where"])
