"""Whole-process seconds of `nahraum demo` (20,000 residents, all outputs) and of `nahraum --help`.

    uv run python benchmarks/demo.py [--runs 5]

Warm: the interpreter's bytecode and the file cache are there (one uncounted run first); the stage store is
not, every counted run computes everything. Prints a Markdown table for benchmarks/RESULTS.md.
"""

import argparse
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path


def seconds(command: list[str]) -> float:
    started = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - started


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--residents", type=int, default=20_000)
    runs, residents = parser.parse_args().runs, parser.parse_args().residents
    entry = [sys.executable, "-m", "nahraum.cli"]
    demo_s, help_s = [], []
    for turn in range(runs + 1):
        folder = Path(tempfile.mkdtemp(prefix="nahraum-bench-")) / "demo"
        try:
            one = seconds([*entry, "demo", "--out", str(folder), "--residents", str(residents)])
        finally:
            shutil.rmtree(folder.parent, ignore_errors=True)
        two = seconds([sys.executable, "-B", "-m", "nahraum.cli", "--help"])
        if turn:
            demo_s.append(one)
            help_s.append(two)
    print(f"Python {platform.python_version()}, {runs} runs after one uncounted")
    print("| what | median s | min s | max s |\n|---|---|---|---|")
    rows = ((f"demo, {residents:,} residents, all outputs", demo_s), ("--help, no bytecode written", help_s))
    for name, times in rows:
        print(f"| {name} | {statistics.median(times):.2f} | {min(times):.2f} | {max(times):.2f} |")


if __name__ == "__main__":
    main()
