"""What must not matter: order of rows, CRS of polygons, a table given twice in other clothes, how the town is cut."""

import shutil
import zipfile
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from nahraum.access import measure, square_tiles
from nahraum.parameters import Parameters
from nahraum.store import StageStore
from nahraum.study import read_study
from nahraum.workflow.chain import Chain, analyse
from nahraum.workflow.progress import Progress
from nahraum.workflow.verbs import store_of

pytestmark = pytest.mark.xdist_group("town")
POPULATION = "Zensus2022_Bevoelkerungszahl.zip"


def analysed(folder: Path) -> Chain:
    study = replace(read_study(folder / "study.toml"), output_folder=folder / "out")
    return analyse(study, StageStore(folder / "out" / "internal" / "stages"), Progress(quiet=True))


@pytest.fixture(scope="module")
def raw(small_town) -> Path:
    return small_town.folder


@pytest.fixture(scope="module")
def reference(small_town) -> Chain:
    """The town as it was analysed."""
    study = read_study(small_town.study)
    return analyse(study, store_of(study), Progress(quiet=True))


@pytest.fixture
def town(raw, tmp_path) -> Path:
    shutil.copytree(raw, tmp_path / "town", ignore=shutil.ignore_patterns("ergebnis", "mit_registern"))
    return tmp_path / "town"


def assert_same(one: Chain, two: Chain) -> None:
    for name in ("cells", "quarters", "municipality", "locations", "combinations"):
        first, second = getattr(one.index.value, name), getattr(two.index.value, name)
        pd.testing.assert_frame_equal(pd.DataFrame(first), pd.DataFrame(second), check_exact=True)


def test_the_order_of_census_rows_changes_nothing(reference, town):
    with zipfile.ZipFile(town / POPULATION) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    rng = np.random.default_rng(7)
    with zipfile.ZipFile(town / POPULATION, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            if name.endswith(".csv"):
                head, *rows = data.decode("utf-8").splitlines()
                data = ("\n".join([head, *rng.permutation(rows)]) + "\n").encode("utf-8")
            archive.writestr(name, data)
    assert_same(reference, analysed(town))


def test_the_crs_and_order_of_the_quarters_change_nothing(reference, town):
    quarters = gpd.read_file(town / "quartiere.geojson").to_crs("EPSG:3857").iloc[::-1]
    quarters.to_file(town / "quartiere.gpkg")
    text = (town / "study.toml").read_text(encoding="utf-8").replace("quartiere.geojson", "quartiere.gpkg")
    (town / "study.toml").write_text(text, encoding="utf-8")
    other = analysed(town)
    one, two = reference.index.value.quarters, other.index.value.quarters
    pd.testing.assert_frame_equal(
        pd.DataFrame(one).drop(columns="geometry"), pd.DataFrame(two).drop(columns="geometry"), check_exact=True
    )


def test_population_as_a_plain_table_gives_the_same_as_the_census_zip(reference, town):
    people = reference.inputs.value.grids["population"].table
    east, north = (people["cell_key"] % 1_000_000 * 100 + 50), (people["cell_key"] // 1_000_000 * 100 + 50)
    table = pd.DataFrame({"rechts": east, "hoch": north, "einwohner": people["residents"]})
    table.sample(frac=1, random_state=3).to_parquet(town / "people.parquet")
    text = (town / "study.toml").read_text(encoding="utf-8")
    head, rest = text.split("[sources.population]")
    tail = rest[rest.index("[sources.") :]
    mapping = 'columns = { x = "rechts", y = "hoch", residents = "einwohner" }'
    section = f'[sources.population]\nkind = "grid_table"\nfile = "people.parquet"\nsize_m = 100\n{mapping}\n\n'
    (town / "study.toml").write_text(head + section + tail, encoding="utf-8")
    assert_same(reference, analysed(town))


def test_a_town_cut_into_tiles_is_the_town_in_one_piece(reference):
    area, network = reference.area.value, reference.network.value
    tiles = square_tiles(area.addresses, size_m=600.0)
    assert len(tiles) >= 2
    whole, cut = (measure(area, network, Parameters(), tiles=given) for given in (None, tiles))
    pd.testing.assert_frame_equal(whole, cut, check_exact=True)
