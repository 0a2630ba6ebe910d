"""The stress test of a city of 300,000: every ready scenario, intervals from draws, other assumptions.

    python benchmarks/stress.py [--study /path/to/study.toml] [--runs 3] [--quick] [--write]

Without a study, Musterstadt with 300,000 residents is made first (--quick: 20,000). The analysis itself is found
again, as it is for a planner who asks a second time; opening it is told apart. No contender offers this.
"""

from __future__ import annotations

import statistics
import sys

import harness
from harness import Contender

BAR_S = 60.0
PHASES = {
    "open": "opening the study and its households",
    "days": "every ready scenario, without intervals",
    "draws": "the same with intervals from draws",
    "choices": "the same with draws and other assumptions: all that `nahraum stress` tests",
}


def measure(study: str) -> None:
    """Our side, in a process of its own; each phase holds the opening and the phase before it."""
    from peers import common

    from nahraum.workflow.stress import stress_test
    from nahraum.workflow.verbs import study_of

    known = study_of(study)
    number = int(known.parameters().number("stress.draws"))
    stress_test(known, scenarios=("open_day",))  # compiled code is loaded, stages that are missing are made
    common.timed("open", lambda: stress_test(known, scenarios=("open_day",)))
    common.timed("days", lambda: stress_test(known))
    common.timed("draws", lambda: stress_test(known, draws=number))
    found = common.timed("choices", lambda: stress_test(known, draws=number, choices=True))
    whole = found.tables.quarters[found.tables.quarters["quarter_id"] == ""]
    facts = {
        "households": int(whole["households"].iloc[0]), "persons": int(whole["persons"].iloc[0]), "draws": number,
        "quarters": len(found.names), "scenarios": len(found.scenarios),
        "choices": int(found.tables.choices["choice"].nunique()),
    }  # fmt: skip
    common.tell("numba", "pandas", **facts)


def main() -> int:
    """Measures and prints; with --write also into RESULTS.md."""
    parser = harness.arguments(__doc__, runs=3)
    parser.add_argument("--study", default="", help="study.toml of a study with finished stages")
    options = parser.parse_args()
    study = harness.study_file(options.study, residents=20_000 if options.quick else 300_000)
    runs = 1 if options.quick else options.runs
    found = harness.interleaved([Contender(harness.OURS, (__file__, "--measure", str(study)))], runs=runs, warm=0,
                                timeout_s=1800)  # fmt: skip
    listed = found[harness.OURS]
    facts, whole = listed[0].facts, statistics.median(harness.values(listed, ("choices",)))
    state = "bar reached" if whole <= BAR_S else "SHORT of the bar"
    lines = [
        f"{facts['persons']:,} people in {facts['households']:,} synthetic households, {facts['quarters']} quarters, "
        f"{facts['scenarios']} scenarios, {facts['draws']} draws, {facts['choices']} other assumptions: "
        f"**{whole:.0f} s** (bar {BAR_S:.0f} s: {state}), peak {max(one.peak_mb for one in listed):,.0f} MB.",
        "", "| what | seconds | CPU |", "|---|---|---|",
    ]  # fmt: skip
    for name, text in PHASES.items():
        seconds = statistics.median(harness.values(listed, (name,)))
        lines.append(f"| {text} | {seconds:.1f} | {statistics.median(harness.works(listed, (name,))):.1f} |")
    harness.report("Stress test", [*lines, "", harness.circumstances(found, runs=runs)], write=options.write)
    return int(whole > BAR_S)


if __name__ == "__main__":
    if "--measure" in sys.argv:
        measure(sys.argv[2])
    else:
        sys.exit(main())
