"""Where the published tables lie: `NAHRAUM_DATA`, by default `../shared/data` beside the repository."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """The folder with published tables; missing, it is a reason to skip on a desk and a failure with CI=true."""
    folder = Path(os.environ.get("NAHRAUM_DATA", "../shared/data"))
    folder = folder if folder.is_absolute() else (ROOT / folder).resolve()
    if folder.is_dir():
        return folder
    reason = f"no published tables in {folder}: set NAHRAUM_DATA"
    if os.environ.get("CI", "").lower() == "true":
        pytest.fail(reason)
    pytest.skip(reason)
