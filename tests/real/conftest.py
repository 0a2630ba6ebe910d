"""Where the real data lies: `NAHRAUM_DATA`, by default `../shared/data` beside the repository."""

import fcntl
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from real_studies import study_file

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """The folder with real data; missing, it is a reason to skip on a desk and a failure with CI=true."""
    folder = Path(os.environ.get("NAHRAUM_DATA", "../shared/data"))
    folder = folder if folder.is_absolute() else (ROOT / folder).resolve()
    if folder.is_dir():
        return folder
    reason = f"no real data in {folder}: set NAHRAUM_DATA"
    if os.environ.get("CI", "").lower() == "true":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def analysed_town(data_dir, tmp_path_factory) -> Callable[[str], Path]:
    """The study of a town in a folder of one's own, with all its results; each town is run once for all workers."""
    from nahraum import workflow

    base = tmp_path_factory.getbasetemp()
    shared = (base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base) / "analysed"
    shared.mkdir(exist_ok=True)

    def copy_of(name: str) -> Path:
        with (shared / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            done, made = shared / name, shared / f"{name}.making"
            if not done.exists():
                shutil.rmtree(made, ignore_errors=True)
                made.mkdir()
                workflow.run(study_file(name, data_dir, made), quiet=True)
                made.rename(done)
        folder = tmp_path_factory.mktemp(name) / "study"
        shutil.copytree(done, folder)
        return folder / f"{name}.toml"

    return copy_of
