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
MEMORY = """
import sys
import numpy as np
from nahraum.compiled import compiled

@compiled
def doubled(values):
    found = np.empty(values.size, values.dtype)
    for at in range(values.size):
        if values[at] < 0:
            raise ValueError("below zero")
        found[at] = 2 * values[at]
    return found

@compiled
def total(values):
    found = doubled(values)
    return found.sum()

kept = [doubled(np.arange(n)) for n in range(100)]
assert [int(one.sum()) for one in kept] == [n * (n - 1) for n in range(100)]
try:
    doubled(np.array([-1]))
except ValueError as error:
    print(error, "numba.core.inline_closurecall" in sys.modules)
if sys.argv[1:]:
    print(total(np.arange(3.0)))
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
        done = subprocess.run(
            [sys.executable, "-B", "caller.py"], cwd=tmp_path, capture_output=True, text=True, check=True
        )
        return done.stdout.strip()

    (tmp_path / "caller.py").write_text(CALLER)
    assert run(100, 2) == "102 True"
    assert run(100, 2) == "102 False"
    assert run(100, 3) == "103 True"
    assert run(200, 3) == "203 True"


def test_a_kernel_found_on_disk_does_not_wait_for_what_only_compiling_needs(tmp_path):
    """Fails where numba was raised: try whether `compiled._Kept` still holds, and name the version there."""

    def run(*arguments: str) -> str:
        command = [sys.executable, "-B", "memory.py", *arguments]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True).stdout.strip()

    (tmp_path / "memory.py").write_text(MEMORY)
    assert run() == "below zero True"
    assert run() == "below zero False"
    assert run("and compile another") == "below zero False\n6.0"
