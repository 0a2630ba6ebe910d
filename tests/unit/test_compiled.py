"""Kernels are found again on disk only as long as nothing they rest on has changed."""

import subprocess
import sys

CALLER = """
from callee import STEP, inner
from nahraum.compiled import compiled, seconds_compiling

@compiled
def outer(x):
    return inner(x) + STEP

print(outer(1), seconds_compiling() > 0)
"""
CALLEE = """
from nahraum.compiled import compiled
STEP = {step}

@compiled
def inner(x):
    return x * {factor}
"""


def test_a_change_in_another_file_is_noticed(tmp_path):
    def run(step: int, factor: int) -> str:
        (tmp_path / "callee.py").write_text(CALLEE.format(step=step, factor=factor))
        done = subprocess.run([sys.executable, "caller.py"], cwd=tmp_path, capture_output=True, text=True, check=True)
        return done.stdout.strip()

    (tmp_path / "caller.py").write_text(CALLER)
    assert run(100, 2) == "102 True"
    assert run(100, 2) == "102 False"
    assert run(100, 3) == "103 True"
    assert run(200, 3) == "203 True"
