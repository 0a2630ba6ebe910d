"""Makes the helpers beside this file importable from every test folder; the test town, run once for all workers."""

import fcntl
import os
import pickle
import shutil
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

# the program is started some fifty times: compiled once is enough
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


@pytest.fixture(scope="session")
def small_town(tmp_path_factory: pytest.TempPathFactory) -> SimpleNamespace:
    """Musterstadt with 1,000 residents, analysed and published: `.study`, `.folder`, `.public`, `.summary`.

    The first worker that needs it makes it; each has a copy of its own.
    """
    from nahraum import workflow

    base = tmp_path_factory.getbasetemp()
    made = (base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base) / "musterstadt_1000"
    told = made.with_suffix(".told")
    with made.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not told.exists():
            shutil.rmtree(made, ignore_errors=True)
            told.write_bytes(pickle.dumps(workflow.demo(made, residents=1000, seed=1, quiet=True)))
    folder = tmp_path_factory.mktemp("town") / "musterstadt"
    shutil.copytree(made, folder)
    done = pickle.loads(told.read_bytes())
    summary = type(done)(_moved(done.document, str(made), str(folder)), _moved(done.lines, str(made), str(folder)))
    public = Path(summary.document["public"])
    return SimpleNamespace(folder=folder, study=folder / "study.toml", public=public, summary=summary)


def _moved(told: object, old: str, new: str) -> object:
    """A document whose files were copied to another place."""
    if isinstance(told, dict):
        return {key: _moved(value, old, new) for key, value in told.items()}
    if isinstance(told, list):
        return [_moved(value, old, new) for value in told]
    return told.replace(old, new) if isinstance(told, str) else told


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that share something made once per file go to one worker, else both workers make it."""
    for item in items:
        if item.get_closest_marker("xdist_group") is None and _shares_with_its_file(item):
            item.add_marker(pytest.mark.xdist_group(item.path.stem))


def _shares_with_its_file(item: pytest.Item) -> bool:
    info = getattr(item, "_fixtureinfo", None)
    found = info.name2fixturedefs.values() if info is not None else ()
    return any(one[-1].scope == "module" for one in found)
