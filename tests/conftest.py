"""Makes the helpers beside this file importable from every test folder; the test town, run once per worker."""

import os
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

# the program is started some fifty times: compiled once is enough
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


@pytest.fixture(scope="session")
def small_town(tmp_path_factory: pytest.TempPathFactory) -> SimpleNamespace:
    """Musterstadt with 1,000 residents, analysed and published: `.study`, `.folder`, `.public`, `.summary`."""
    from nahraum import workflow

    folder = tmp_path_factory.mktemp("town") / "musterstadt"
    summary = workflow.demo(folder, residents=1000, seed=1, quiet=True)
    public = Path(summary.document["public"])
    return SimpleNamespace(folder=folder, study=folder / "study.toml", public=public, summary=summary)


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
