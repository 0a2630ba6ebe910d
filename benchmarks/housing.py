"""The housing lab of a city of 300,000: every concept with its moves, draws, a portfolio.

    python benchmarks/housing.py [--study /path/to/study.toml] [--runs 3] [--quick] [--write]

Without a study, Musterstadt with 300,000 residents is made first (--quick: 20,000). Households are found again; opening
them is told apart. No contender offers this. The witness stands in tests/unit/test_flexhousing_moves.py: moves of small
cases by trying all there are; here the bound of the relaxation stands beside each effect.
"""

from __future__ import annotations

import statistics
import sys

import harness
from harness import Contender

BAR_S = 60.0
TAKE = {"dwelling_exchange": 40.0, "divide_detached_house": 10.0}
BUDGET_EUR = 20e6
PHASES = {
    "open": "opening the study and its households",
    "lab": "every concept: what is possible, expected and taken",
    "draws": "the same with draws: all that `nahraum housing` computes",
    "portfolio": "a portfolio of 20 million EUR",
}


def measure(study: str) -> None:
    """Our side, in a process of its own; lab and draws hold the opening."""
    from peers import common

    from nahraum.flexhousing import read_concepts
    from nahraum.flexhousing.portfolio import best_portfolio
    from nahraum.workflow.homes_python import synthetic_households
    from nahraum.workflow.housing import lab_of
    from nahraum.workflow.verbs import study_of

    known = study_of(study)
    parameters = known.parameters()
    number = int(parameters.number("flexhousing.draws"))
    concepts = read_concepts(parameters, known.flexhousing, known.plan.price_year or known.reference_date.year)
    synthetic_households(known)  # stages that are missing are made
    common.timed("open", lambda: synthetic_households(known))
    lab = common.timed("lab", lambda: lab_of(known, take=TAKE))
    common.timed("draws", lambda: lab_of(known, take=TAKE, draws=number))
    found = common.timed("portfolio", lambda: best_portfolio(lab, concepts, BUDGET_EUR, parameters))
    bound, persons = lab.effects["bound_low"], lab.effects["persons_low"]
    gap = float(((bound - persons) / bound.where(bound > 0)).max())
    state = lab.state[lab.state["quarter_id"] != ""]
    facts = {
        "households": len(lab.homes["low"]), "persons": int(lab.homes["low"].persons.sum()), "draws": number,
        "quarters": len(state), "concepts": len(concepts), "gap": gap, "portfolio_gap": found.gap,
        "rents": lab.homes["low"].rents_known,
    }  # fmt: skip
    common.tell("numba", "highspy", **facts)


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
    facts, whole = listed[0].facts, statistics.median(harness.values(listed, ("draws",)))
    state = "bar reached" if whole <= BAR_S else "SHORT of the bar"
    lines = [
        f"{facts['persons']:,} people in {facts['households']:,} synthetic households, {facts['quarters']} quarters, "
        f"{facts['concepts']} concepts, {facts['draws']} draws: **{whole:.0f} s** (bar {BAR_S:.0f} s: {state}), peak "
        f"{max(one.peak_mb for one in listed):,.0f} MB. Rents are {'' if facts['rents'] else 'not '}known. No set "
        f"of moves relieves more than {100 * facts['gap']:.2f} % beyond those found (largest of all concepts and "
        f"limits); gap of the portfolio {100 * facts['portfolio_gap']:.2f} %.",
        "", "| what | seconds | CPU |", "|---|---|---|",
    ]  # fmt: skip
    for name, text in PHASES.items():
        seconds = statistics.median(harness.values(listed, (name,)))
        lines.append(f"| {text} | {seconds:.1f} | {statistics.median(harness.works(listed, (name,))):.1f} |")
    harness.report("Housing lab", [*lines, "", harness.circumstances(found, runs=runs)], write=options.write)
    return int(whole > BAR_S)


if __name__ == "__main__":
    if "--measure" in sys.argv:
        measure(sys.argv[2])
    else:
        sys.exit(main())
