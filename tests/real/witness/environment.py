"""Throw-away environments in which other libraries answer: ours never holds them.

A question goes over as arrays in an .npz file, the answer comes back as one. An environment is made once by uv and
reused; its folder (under the system's temporary folder) may be deleted at any time.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

PEERS = {
    "networkx": "networkx==3.6.1",
    "pandana": "pandana==0.8",
    "cityseer": "cityseer==5.8.0",
    "valhalla": "pyvalhalla-weekly==3.5.1.post1.dev248",
}
NUMPY = "numpy==2.4.6"
HERE = Path(__file__).parent


def interpreter(peer: str) -> Path:
    """Python of the environment that holds a peer; made where it is missing."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    folder = Path(tempfile.gettempdir()) / "nahraum-witnesses" / f"{PEERS[peer]}-python{version}"
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if python.exists():
        return python
    uv = shutil.which("uv") or _absent(f"{peer} needs uv to be installed in an environment of its own")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as made:
        _run([uv, "venv", "--quiet", "--relocatable", "--python", sys.executable, made])
        inside = Path(made) / python.relative_to(folder)
        _run([uv, "pip", "install", "--quiet", "--python", str(inside), PEERS[peer], NUMPY])
        try:
            Path(made).rename(folder)  # at once, so that nobody meets a half-made one
        except OSError:
            assert python.exists()  # somebody else was faster
        else:
            Path(made).mkdir()
    return python


def answer(peer: str, folder: Path, **question: Any) -> dict[str, np.ndarray]:
    """What a peer's script beside this file says to a question."""
    asked, told = folder / f"{peer}-question.npz", folder / f"{peer}-answer.npz"
    np.savez(asked, **question)
    _run([str(interpreter(peer)), "-P", str(HERE / f"{peer}_witness.py"), str(asked), str(told)], peer=peer)
    with np.load(told, allow_pickle=False) as found:
        return dict(found)


def _run(command: list[str], *, peer: str | None = None) -> None:
    clean = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}
    done = subprocess.run(command, capture_output=True, text=True, env=clean, check=False)
    if done.returncode and peer is None:
        _absent(f"{' '.join(command[:3])} failed: {done.stderr[-1500:]}")
    assert not done.returncode, done.stderr[-3000:]


def _absent(reason: str) -> Any:
    """A skip on a desk without network, a failure with CI=true."""
    if os.environ.get("CI", "").lower() == "true":
        pytest.fail(reason)
    pytest.skip(reason)
