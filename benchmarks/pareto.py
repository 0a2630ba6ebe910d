"""A front of 20 plans between dwellings, people lacking green and cost, in a city of 300,000.

    python benchmarks/pareto.py [--study /path/to/study.toml] [--points 20] [--exact] [--free] [--write]

Without a study, Musterstadt with 300,000 residents is made first. Sites and their effects are those of `nahraum plan`.
Each plan is searched up to the gap of [pareto], or with --exact to its proof. No contender offers this: the bar is
minutes.
"""

from __future__ import annotations

import dataclasses
import sys
import time
from typing import TYPE_CHECKING

import harness

if TYPE_CHECKING:
    import pandas as pd

BAR_S = 300.0


def table(told: pd.DataFrame) -> list[str]:
    """The plans as rows of Markdown."""
    rows = [[f"{value:,.0f}" if isinstance(value, float) else str(value) for value in row] for row in told.to_numpy()]
    return [f"| {' | '.join(row)} |" for row in [list(told.columns), ["---"] * len(told.columns), *rows]]


def main() -> int:
    """Measures and prints; with --write also into RESULTS.md."""
    import resource

    from nahraum.measures.pareto import pareto_front, read_effort
    from nahraum.measures.programme import programme_problem
    from nahraum.workflow.plan_stages import ready_to_plan
    from nahraum.workflow.progress import Progress
    from nahraum.workflow.verbs import store_of, study_of

    parser = harness.arguments(__doc__, runs=1)
    parser.add_argument("--study", default="", help="study.toml of a study with finished stages")
    parser.add_argument("--points", type=int, default=20)
    parser.add_argument("--exact", action="store_true", help="every plan to its proof")
    parser.add_argument("--free", action="store_true", help="without the limit that nobody loses supply")
    options = parser.parse_args()
    study = study_of(harness.study_file(options.study))
    store = store_of(study)
    with store.lock():
        ready = ready_to_plan(study, store, Progress(quiet=True))
    sites = ready.candidates.sites
    began = time.perf_counter()
    problem = programme_problem(ready.demand, ready.effects, sites, ready.types, conflicts=ready.exclusions)
    built = time.perf_counter() - began
    effort = dataclasses.replace(read_effort(study.parameters()), points=options.points)
    effort = dataclasses.replace(effort, gap=0.0) if options.exact else effort
    front = pareto_front(problem, effort=effort, least={} if options.free else None)
    told = front.points
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    lines = [
        f"{ready.demand.residents.sum():,.0f} residents, {len(problem):,} sites of {len(set(problem.type_ids))} types: "
        f"**{len(told)} plans in {front.seconds:.0f} s** (bar {BAR_S:.0f} s), {front.solves} searches; {built:.1f} s "
        f"for the problem, peak {peak:,.0f} MB.",
        f"{int(told['exact'].sum())} of them proven, largest gap {100 * told['gap'].max():.2f} %; hypervolume "
        f"{front.hypervolume:.3f}; {'complete' if front.complete else 'not complete: further plans lie between them'}.",
        front.double.text_en if front.double else "",
        "",
        *table(told.drop(columns=["double", "knee"])), "",
        "Without a limit on supply." if options.free else "Nobody may lose supply (the default limit).", "",
        harness.circumstances({}, runs=1),
    ]  # fmt: skip
    harness.report("Pareto front", lines, write=options.write)
    return int(front.seconds > BAR_S or len(told) < options.points)


if __name__ == "__main__":
    sys.exit(main())
