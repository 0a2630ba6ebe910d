"""How long a stress test takes: households of a size that is drawn, every ready scenario, one core.

uv run python benchmarks/stress.py [--households 150000]
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from time import perf_counter

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "properties"))


def main() -> None:
    """Prints seconds of mismatch and of each scenario."""
    from test_stress_properties import drawn, place

    from nahraum.households.mismatch import mismatch
    from nahraum.parameters import Parameters
    from nahraum.stress import failing_by, read_scenario, ready_scenarios, who_fails

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--households", type=int, default=150_000)
    wanted = parser.parse_args().households
    few = drawn(1, 2000)
    table = few.iloc[np.random.default_rng(1).integers(0, len(few), wanted)].reset_index(drop=True)
    quarter = pd.Series(np.random.default_rng(2).integers(0, 200, wanted).astype(str))
    here, known = place((0.9, 0.6, 0.2), 0.2, 0.1), Parameters()
    began = perf_counter()
    mismatch(table)
    print(f"mismatch of {wanted:,} households: {perf_counter() - began:.2f} s")
    for name in ready_scenarios():
        began = perf_counter()
        failing_by(who_fails(table, here, read_scenario(name), known), quarter, known)
        print(f"{name}: {perf_counter() - began:.2f} s")


if __name__ == "__main__":
    main()
