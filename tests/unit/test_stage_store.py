import json
import os
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from nahraum.errors import OutputError
from nahraum.parameters import Parameters
from nahraum.store import StageStore, codec


@dataclass(frozen=True)
class Inner:
    values: np.ndarray
    size_m: int


@dataclass(frozen=True)
class Outer:
    table: pd.DataFrame
    shapes: gpd.GeoDataFrame
    inner: Inner | None
    parts: dict[str, Inner]
    extent: tuple[float, float]
    counts: dict[str, int]


def outer() -> Outer:
    shapes = gpd.GeoDataFrame({"name": ["ä"]}, geometry=[shapely.Point(1, 2)], crs="EPSG:25832")
    return Outer(
        table=pd.DataFrame({"id": ["b", "a"], "value": [1.5, float("nan")]}),
        shapes=shapes,
        inner=Inner(np.arange(3), 100),
        parts={"one": Inner(np.array([1.0]), 1000)},
        extent=(1.0, 2.0),
        counts={"repaired": 3},
    )


def run_stage(store: StageStore, calls: list[str], **overrides):
    def compute(parameters: Parameters) -> dict:
        calls.append("computed")
        return {"distance": parameters.number("supply.maximum_distance_m")}

    return store.stage(
        "judged",
        compute,
        kind=None,
        modules=("nahraum.grid",),
        parameters=Parameters(overrides),
        depends_on={"upstream": "abc"},
    )


def test_a_part_of_a_value_is_read_without_the_others(tmp_path):
    store = StageStore(tmp_path)
    told = {"modules": ("nahraum.grid",), "parameters": Parameters(), "depends_on": {}}
    store.stage("area", lambda _: outer(), kind=Outer, **told)
    again = store.stage("area", lambda _: outer(), kind=Outer, **told)
    (again.folder / "value" / "table.parquet").unlink()  # whoever reads all of it would see that
    assert again.part("counts") == {"repaired": 3} and again.part("parts")["one"].size_m == 1000
    assert again.part("table")["id"].tolist() == ["b", "a"]  # found anew


def test_a_dataclass_of_tables_comes_back_as_it_was(tmp_path):
    codec.write(outer(), tmp_path, "value")
    back = codec.read(tmp_path, "value", Outer)
    pd.testing.assert_frame_equal(back.table, outer().table)
    assert str(back.shapes.crs) == str(outer().shapes.crs) == "EPSG:25832"
    assert back.shapes.geometry.iloc[0].equals(shapely.Point(1, 2))
    assert back.inner.values.tolist() == [0, 1, 2]
    assert back.parts["one"].size_m == 1000
    assert back.extent == (1.0, 2.0)
    assert back.counts == {"repaired": 3}


def test_a_finished_stage_is_not_computed_again(tmp_path):
    store, calls = StageStore(tmp_path / "internal" / "stages"), []
    with store.lock():
        first = run_stage(store, calls)
        second = run_stage(store, calls)
    assert calls == ["computed"]
    assert (first.fresh, second.fresh) == (True, False)
    assert second.value == {"distance": 1000.0}


def test_only_a_parameter_that_was_read_makes_a_stage_stale(tmp_path):
    store, calls = StageStore(tmp_path / "internal" / "stages"), []
    with store.lock():
        run_stage(store, calls)
        run_stage(store, calls, **{"living_space.minimum_m2_per_resident": 25.0})
        assert calls == ["computed"]
        changed = run_stage(store, calls, **{"supply.maximum_distance_m": 800.0})
        assert changed.value == {"distance": 800.0}
        run_stage(store, calls)
    assert calls == ["computed", "computed"], "switching back finds the first result again"


def test_leftovers_of_a_killed_run_are_swept_and_its_lock_means_nothing(tmp_path):
    store = StageStore(tmp_path / "internal" / "stages")
    store.folder.mkdir(parents=True)
    (store.folder / ".tmp-area-1").mkdir()
    (store.folder / "lock").write_text(str(os.getppid()))  # the number of a process that lives, but holds no lock
    with store.lock():
        assert not (store.folder / ".tmp-area-1").exists()
    with store.lock():
        pass


def test_a_second_run_is_kept_out_while_the_first_lives(tmp_path):
    store = StageStore(tmp_path / "internal" / "stages")
    with store.lock(), pytest.raises(OutputError, match="another run"), StageStore(store.folder).lock():
        pass


def test_damaged_values_are_computed_again(tmp_path):
    store, calls = StageStore(tmp_path / "internal" / "stages"), []
    with store.lock():
        first = run_stage(store, calls)
        (first.folder / "value.json").write_text("{")
        second = run_stage(store, calls)
        assert second.value == {"distance": 1000.0}
        assert second.fresh
        assert run_stage(store, calls).value == {"distance": 1000.0}
    assert calls == ["computed", "computed"]


def test_a_stage_that_fails_leaves_nothing_behind(tmp_path):
    store = StageStore(tmp_path / "internal" / "stages")

    def compute(parameters: Parameters) -> dict:
        raise ValueError("broken")

    with store.lock(), pytest.raises(ValueError, match="broken"):
        store.stage("area", compute, kind=None, modules=("nahraum.grid",), parameters=Parameters(), depends_on={})
    assert not (store.folder / "area").exists()


def test_the_folder_of_unsuppressed_values_is_closed_to_others(tmp_path):
    store = StageStore(tmp_path / "internal" / "stages")
    with store.lock():
        assert (tmp_path / "internal").stat().st_mode & 0o077 == 0


def test_a_damaged_note_is_computed_again(tmp_path):
    store, calls = StageStore(tmp_path / "internal" / "stages"), []
    with store.lock():
        stage = run_stage(store, calls)
        (stage.folder / "meta.json").write_text("{")
        run_stage(store, calls)
    assert calls == ["computed", "computed"]
    assert json.loads((stage.folder / "meta.json").read_text())["base"]
