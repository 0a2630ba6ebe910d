"""Makes the helpers beside this file importable from every test folder; the test town, run once per worker."""

from pathlib import Path
from types import SimpleNamespace

import pytest


@pytest.fixture(scope="session")
def small_town(tmp_path_factory: pytest.TempPathFactory) -> SimpleNamespace:
    """Musterstadt with 1,000 residents, analysed and published: `.study`, `.folder`, `.public`, `.summary`."""
    from nahraum import workflow

    folder = tmp_path_factory.mktemp("town") / "musterstadt"
    summary = workflow.demo(folder, residents=1000, seed=1, quiet=True)
    public = Path(summary.document["public"])
    return SimpleNamespace(folder=folder, study=folder / "study.toml", public=public, summary=summary)
