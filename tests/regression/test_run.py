"""A whole run of the small town: what it writes, that it goes on where it stopped, that it can be repeated."""

import hashlib
import json
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import geopandas as gpd
import pandas as pd
import pytest

from nahraum import workflow
from nahraum.study import read_study

pytestmark = pytest.mark.xdist_group("town")

FILES = (
    "manifest.json",
    "cells.parquet",
    "quarters.parquet",
    "locations.parquet",
    "nahraum.gpkg",
    "tables/cells.csv",
    "tables/quarters.csv",
    "tables/nahraum.xlsx",
    "report.pdf",
    "map/index.html",
    "map/data/study.json",
    "datapackage.json",
    "dcat.ttl",
)
PATIENCE_S = 600.0  # of a machine that runs other things


def digests(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix != ".xml"  # GDAL leaves .aux.xml beside a GeoPackage it has read
    }


def copy_of(town, folder: Path) -> Path:
    shutil.copytree(town.folder, folder, ignore=shutil.ignore_patterns("ergebnis"))
    return folder / "study.toml"


def finished_copy_of(town, folder: Path) -> Path:
    """A copy with its results, as of a study that somebody moved: the next run finds every stage."""
    shutil.copytree(town.folder, folder)
    return folder / "study.toml"


def test_everything_of_the_contract_is_written(small_town):
    assert [name for name in FILES if not (small_town.public / name).is_file()] == []
    assert (small_town.public.parent / "run.json").is_file()
    internal = small_town.public.parent / "internal"
    assert internal.stat().st_mode & 0o077 == 0
    assert {"addresses.parquet", "cells.parquet"} <= {entry.name for entry in internal.iterdir()}


def computed(study: Path) -> list[str]:
    return list(json.loads((study.parent / "ergebnis" / "run.json").read_text(encoding="utf-8"))["computed_stages"])


def test_a_second_run_computes_nothing_and_changes_nothing(small_town, tmp_path):
    study = finished_copy_of(small_town, tmp_path / "twice")
    assert computed(study) == ["inputs", "area", "network", "access", "judged", "walkers", "further", "index", "social"]
    before = digests(study.parent / "ergebnis" / "public")
    workflow.run(study, quiet=True)
    assert computed(study) == []
    after = digests(study.parent / "ergebnis" / "public")
    assert [name for name in before if before[name] != after[name] and not name.endswith(".gpkg")] == []


def with_parameter(study: Path, line: str) -> None:
    text = study.read_text(encoding="utf-8")
    study.write_text(text.replace("[output]", f"[parameters]\n{line}\n\n[output]"), encoding="utf-8")


def test_a_changed_threshold_changes_the_result_and_only_what_hangs_on_it(small_town, tmp_path):
    study = finished_copy_of(small_town, tmp_path / "changed")
    before = small_town.summary.document["municipality"]
    with_parameter(study, '"living_space.minimum_m2_per_resident" = 45.0')
    changed = workflow.run(study, quiet=True).document["municipality"]
    assert changed["lacks_living_space_share"] > before["lacks_living_space_share"]
    assert changed["lacks_supply_share"] == before["lacks_supply_share"]
    assert computed(study) == ["judged", "further", "index", "social"]


def test_a_longer_way_to_supply_moves_the_edge_too_but_not_the_network(small_town, tmp_path):
    study = finished_copy_of(small_town, tmp_path / "longer")
    with_parameter(study, '"supply.maximum_distance_m" = 300.0')
    changed = workflow.run(study, quiet=True).document["municipality"]
    assert changed["lacks_supply_share"] > small_town.summary.document["municipality"]["lacks_supply_share"]
    assert computed(study) == ["area", "access", "judged", "walkers", "further", "index", "social"]


@pytest.fixture(scope="module")
def resumed(small_town, tmp_path_factory) -> SimpleNamespace:
    """The same study run once more: killed on its way, and gone on with. What was there when it died, and after."""
    study = copy_of(small_town, tmp_path_factory.mktemp("killed") / "town")
    public = study.parent / "ergebnis" / "public"
    process = subprocess.Popen([sys.executable, "-m", "nahraum.cli", "run", str(study)], stderr=subprocess.PIPE)
    stages = study.parent / "ergebnis" / "internal" / "stages"
    until(lambda: list(stages.glob("area/*/meta.json")))
    process.send_signal(signal.SIGKILL)
    process.wait()
    is_whole = not public.exists() or (public / "manifest.json").is_file()
    workflow.run(study, quiet=True)
    return SimpleNamespace(study=study, public=public, is_whole=is_whole)


def test_a_killed_run_leaves_nothing_half_written_and_the_next_goes_on(resumed):
    assert resumed.is_whole
    assert not {"inputs", "area"} & set(computed(resumed.study))


def test_two_runs_give_the_same_bytes(small_town, resumed):
    first, second = digests(small_town.public), digests(resumed.public)
    assert set(first) == set(second)
    assert [name for name in first if first[name] != second[name] and not name.endswith(".gpkg")] == []
    for layer in gpd.list_layers(resumed.public / "nahraum.gpkg")["name"]:
        if layer == "layer_styles":
            continue
        one, two = (gpd.read_file(p / "nahraum.gpkg", layer=layer) for p in (small_town.public, resumed.public))
        pd.testing.assert_frame_equal(pd.DataFrame(one), pd.DataFrame(two))


def until(wanted, seconds=PATIENCE_S):
    end = time.monotonic() + seconds
    while not wanted():
        assert time.monotonic() < end
        time.sleep(0.02)


def interrupted(study):
    """Exit code and last words of a run that is stopped once its inputs are read."""
    process = subprocess.Popen(
        [sys.executable, "-m", "nahraum.cli", "run", str(study)],
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # background jobs may have it ignored
    )
    inputs = study.parent / "ergebnis" / "internal" / "stages" / "inputs"
    until(lambda: inputs.is_dir() or process.poll() is not None)
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=PATIENCE_S)
    return process.returncode, told


def test_ctrl_c_is_answered_and_exits_with_130(small_town, tmp_path):
    for turn in range(3):  # a run may be over before a busy machine comes to stop it
        study = copy_of(small_town, tmp_path / f"stopped{turn}")
        code, told = interrupted(study)
        if code != 0:
            break
    assert code == 130
    assert "interrupted" in told
    workflow.build_area(study)  # no lock is left behind


def test_explain_says_why_from_the_finished_run(small_town):
    cells = pd.read_parquet(small_town.public / "cells.parquet", columns=["cell_id", "class", "lacks_green_share"])
    cell = cells.loc[cells["lacks_green_share"] == 1, "cell_id"].iloc[0]
    found = workflow.explain(small_town.study, indicator="lacks_green", cell=cell)
    text = "\n".join(found.lines)
    assert "Formel" in text
    assert "green_standards.nahraum_green.maximum_distance_m = 500" in text
    assert found.document["value"] == 1
    assert found.document["lifts"], "it says what would lift the cell over the threshold"


def test_check_reads_everything_and_writes_nothing(small_town, tmp_path):
    study = copy_of(small_town, tmp_path / "checked")
    before = set(study.parent.rglob("*"))
    found = workflow.check(study, quiet=True)
    assert set(study.parent.rglob("*")) == before
    assert found.document["grids"]["population"]["size_m"] == 100
    assert {row["category"] for row in found.document["categories"]} >= {"gp", "stop"}
    assert "Die Eingaben können verwendet werden." in found.lines


def test_the_python_interface_keeps_its_promise(small_town):
    import nahraum as nr

    study = nr.read_study(small_town.study)
    area = nr.build_area(study)
    result = nr.analyse(area)
    assert result.cells.crs.to_epsg() == 3035
    assert len(result.quarters) >= 6
    assert {"location_id", "residents", "hectares", "combination"} <= set(result.locations.columns)


def test_the_demo_town_has_the_figures_of_its_golden_file(small_town):
    golden = Path(__file__).parent / "musterstadt_1000.json"
    found = {
        name: None if value is None else round(value, 6)
        for name, value in small_town.summary.document["municipality"].items()
    }
    assert found == json.loads(golden.read_text(encoding="utf-8"))


def test_the_manifest_names_every_input_with_hash_licence_and_scale(small_town):
    manifest = json.loads((small_town.public / "manifest.json").read_text(encoding="utf-8"))
    study = read_study(small_town.study)
    text = json.dumps(manifest)
    for spec in study.sources.values():
        for file in spec.files:
            assert hashlib.sha256(file.read_bytes()).hexdigest() in text
    assert str(small_town.folder) not in text, "no path of this machine"
