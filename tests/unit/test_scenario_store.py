"""Stored scenarios: plain data in SQLite that survives a killed server, and refuses what it does not know."""

import os
import signal
import sqlite3
import stat
import subprocess
import sys

import pytest

from nahraum.errors import InputError, OutputError
from nahraum.store.scenarios import OutdatedScenarioError, ScenarioStore, UnknownScenarioError

CRS = "EPSG:25832"
EDIT = {"kind": "facility_closed", "facility_id": "osm:n1"}


@pytest.fixture
def store(tmp_path):
    return ScenarioStore(tmp_path / "internal" / "scenarios.sqlite", crs=CRS)


def test_only_the_office_reads_the_file(store):
    assert stat.S_IMODE(store.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(store.path.parent.stat().st_mode) == 0o700


def test_an_edit_after_an_undo_forgets_what_was_undone(store):
    one = store.create("Nord").id
    for number in range(3):
        store.add(one, EDIT | {"facility_id": str(number)})
    assert store.step(one, -1).n_undone == 1
    store.step(one, -1)
    assert [e["facility_id"] for e in store.edits(one)[1]] == ["1", "2"]
    kept = store.add(one, EDIT)
    assert (kept.n_done, kept.n_undone, kept.version) == (2, 0, 6)
    assert [e["facility_id"] for e in store.edits(one)[0]] == ["0", "osm:n1"]
    with pytest.raises(InputError, match="redo"):
        store.step(one, 1)


def test_versions_keep_two_people_from_overwriting_each_other(store):
    one = store.create("Nord").id
    store.add(one, EDIT, version=0)
    with pytest.raises(OutdatedScenarioError):
        store.add(one, EDIT, version=0)
    assert store.get(one).n_done == 1


def test_what_is_not_there_and_what_cannot_be_a_name_is_told(store):
    for call in (store.get, store.delete, store.edits):
        with pytest.raises(UnknownScenarioError):
            call("nothing")
    for name in ("", "  ", "a\nb", "x" * 121, "\ud800"):
        with pytest.raises(InputError):
            store.create(name)
    assert store.create("  Südstadt: Park & Weg  ").name == "Südstadt: Park & Weg"


def test_a_process_that_is_killed_loses_nothing(tmp_path):
    file = tmp_path / "scenarios.sqlite"
    script = (
        "import os, signal\nfrom pathlib import Path\nfrom nahraum.store.scenarios import ScenarioStore\n"
        f"store = ScenarioStore(Path({str(file)!r}), crs={CRS!r})\n"
        f"one = store.create('Nord', [{EDIT!r}]).id\nstore.add(one, {EDIT!r})\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    ended = subprocess.run([sys.executable, "-c", script], env=dict(os.environ), check=False)
    assert ended.returncode == -signal.SIGKILL
    (one,) = ScenarioStore(file, crs=CRS).listed()
    assert (one.name, one.n_done) == ("Nord", 2)


def test_another_format_or_reference_system_is_refused(store):
    store.close()
    with pytest.raises(OutputError, match="CRS"):
        ScenarioStore(store.path, crs="EPSG:25833")
    with sqlite3.connect(store.path) as db:
        db.execute("UPDATE about SET value = '99' WHERE key = 'format_version'")
    with pytest.raises(OutputError, match="another format"):
        ScenarioStore(store.path, crs=CRS)


def test_a_file_that_is_no_store_is_told(tmp_path):
    (tmp_path / "scenarios.sqlite").write_bytes(b"not a database, but long enough to be read as one" * 40)
    with pytest.raises(OutputError, match="cannot be opened"):
        ScenarioStore(tmp_path / "scenarios.sqlite", crs=CRS)


def as_first_version(path) -> None:
    """Makes of a file what the first version of nahraum would have written."""
    with sqlite3.connect(path) as db:
        db.execute("DROP TABLE costing")
        db.execute("UPDATE about SET value = '1' WHERE key = 'format_version'")
        db.execute("PRAGMA user_version = 0")


def test_scenarios_of_the_first_version_are_read_and_a_copy_of_them_stays(store):
    one = store.create("Nord", [EDIT]).id
    store.close()
    as_first_version(store.path)
    again = ScenarioStore(store.path, crs=CRS)
    assert again.edits(one)[0] == [EDIT] and again.costings(one) == {}
    again.set_costings(one, {"abc": ("new_park", 1200.0)})
    again.close()
    assert ScenarioStore(store.path, crs=CRS).costings(one) == {"abc": ("new_park", 1200.0)}
    copy = store.path.with_name("scenarios.v1.sqlite")
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    with sqlite3.connect(copy) as db:
        assert db.execute("SELECT value FROM about WHERE key = 'format_version'").fetchone() == ("1",)
        assert db.execute("SELECT count(*) FROM edit").fetchone() == (1,)


def test_a_change_of_version_that_fails_leaves_the_file_as_it_was(store, monkeypatch):
    one = store.create("Nord", [EDIT]).id
    store.close()
    as_first_version(store.path)
    with monkeypatch.context() as broken:
        broken.setattr("nahraum.store.scenario_schema._STEPS", {1: ("CREATE TABLE costing (x)", "NONSENSE")})
        with pytest.raises(OutputError, match="cannot be opened"):
            ScenarioStore(store.path, crs=CRS)
    assert ScenarioStore(store.path, crs=CRS).edits(one)[0] == [EDIT]


def test_what_an_edit_is_reckoned_as_goes_with_its_scenario(store):
    one = store.create("Nord", [EDIT]).id
    store.set_costings(one, {"abc": ("", None)})
    assert store.costings(one) == {"abc": ("", None)}
    store.delete(one)
    with pytest.raises(UnknownScenarioError):
        store.costings(one)
