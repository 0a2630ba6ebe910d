"""How sure a status is: seconds for 1,000 variants over 3,000 areas, and for 8,000 runs of a Saltelli design.

    python benchmarks/robust.py [--runs 5] [--write]

No peer: the bars are seconds (issue 5): 10 s and 60 s.
"""

from __future__ import annotations

import statistics
import sys
import time

import harness
import numpy as np
import pandas as pd

BARS_S = {"variants": 10, "sobol": 60}
AREAS, FACTORS = 3000, [0.7, 0.8, 0.9, 1.0, 1.1, 1.25, 1.5]


def areas(n: int) -> pd.DataFrame:
    """Percentages of three parts that hang together, as in a city."""
    rng = np.random.default_rng(3)
    level = rng.gamma(3.0, 4.0, n)
    parts = {name: np.clip(level * factor + rng.normal(0, 2, n), 0.1, 95) for name, factor in
             (("s1", 0.6), ("s3", 1.0), ("s4", 1.8))}  # fmt: skip
    return pd.DataFrame(parts, index=[f"{i:05d}" for i in range(n)])


def main() -> None:
    options = harness.arguments(__doc__).parse_args()
    from nahraum.index.robust import sensitivity, value_choices
    from nahraum.index.status import read_method
    from nahraum.parameters import Parameters

    values, method = areas(AREAS), read_method("mss-berlin-2019")
    taken: dict[str, list[float]] = {"variants": [], "sobol": []}
    number = 0
    for _ in range(options.runs):
        begin = time.perf_counter()
        number = len(value_choices(values, method, Parameters({"robust.target_factors": FACTORS})).variants)
        taken["variants"].append(time.perf_counter() - begin)
        begin = time.perf_counter()
        sensitivity(values, method, Parameters(), n_base=1024)
        taken["sobol"].append(time.perf_counter() - begin)
    lines = ["| task | median | min–max | bar |", "|---|---|---|---|"]
    names = {"variants": f"{number:,} variants", "sobol": "8,192 runs, Sobol indices with intervals"}
    for key, seconds in taken.items():
        spread = f"{min(seconds):.2f}–{max(seconds):.2f} s"
        lines.append(f"| {names[key]} | {statistics.median(seconds):.2f} s | {spread} | {BARS_S[key]} s |")
    lines += ["", f"{options.runs} runs in one process; Python {sys.version.split()[0]}, numpy {np.__version__}."]
    harness.report(f"How sure a status is, {AREAS:,} areas", lines, write=options.write)


if __name__ == "__main__":
    main()
