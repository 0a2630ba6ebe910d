"""Location models: ours against spopt with CBC, and HiGHS alone, on the same clustered towns; value, bound, s, MB.

    python benchmarks/facility.py [--runs 3] [--quick] [--only capacitated] [--write]

Towns: points of demand and sites around 40 centres of different size, skewed weights, seeded; distances in decimetres,
straight lines (all sides get them finished). Covering within 800 m; p-median with 3 km as the farthest;
capacitated: weight 1 each, so that spopt's undivided demand and our divisible one have the same optimum (spopt has no
capacitated covering: it is its p-median with capacities, costs 0 and 1, and one further site with room for all).

spopt runs once per case, CBC for as many seconds as `SECONDS` says, beside building its model; from 10,000 × 1,000 on
a p-median of it needs ten million variables and gets `MOST_MB` of memory. There HiGHS alone runs as well, on the sparse
model as one would write it by hand: the strongest that is free and finished. It gets `TIMES` our own time.

`--only` measures cases whose name holds a word; what was measured before is kept and written with it.
"""

from __future__ import annotations

import json
import sys

import harness
from harness import Contender, Environment

SPOPT = Environment("spopt", ("spopt==0.7.0", "libpysal==4.14.1", "scikit-learn==1.9.1"))
SECONDS, TIMES, MOST_MB, TIMEOUT_S = 60, 10, 12_000, 1800
RADIUS, FAR = 8_000, 30_000  # dm
OUR_SECONDS = 10  # of HiGHS in covering, for what the bound does not settle
CASES = (
    ("covering", 2_000, 100, 10), ("covering, scattered", 10_000, 1_000, 30), ("covering", 10_000, 1_000, 30),
    ("covering", 50_000, 5_000, 100), ("median", 2_000, 100, 10), ("median", 10_000, 1_000, 30),
    ("capacitated", 2_000, 100, 10), ("capacitated", 10_000, 1_000, 30),
)  # fmt: skip
PEER_UP_TO = 10_000  # its full table of 50,000 × 5,000 needs more memory than there is
LARGE = 10_000
SCATTERED = 290_000  # dm, side of a square with few sites around anybody
QUICK = ("covering 2,000 × 100, 10", "capacitated 2,000 × 100, 10")


def write_town(path, model: str, n: int, m: int, p: int) -> None:
    """A town with its pairs within the farthest distance of the model."""
    import numpy as np
    from scipy.spatial import cKDTree

    rng = np.random.default_rng(7)
    centre, spread = rng.random((40, 2)) * 100_000, rng.gamma(2, 4_000, 40)

    def points(count: int):
        if model.endswith("scattered"):
            return rng.random((count, 2)) * SCATTERED
        of = rng.integers(0, 40, count)
        return centre[of] + rng.standard_normal((count, 2)) * spread[of, None]

    homes, sites = points(n), points(m)
    weight = rng.gamma(0.7, 60, n).round() + 1 if model != "capacitated" else np.ones(n)
    reach = FAR if model == "median" else RADIUS
    lists = cKDTree(homes).query_ball_point(sites, reach - 1)
    site = np.repeat(np.arange(m), [len(one) for one in lists])
    demand = np.concatenate([np.sort(np.array(one, dtype=np.int64)) for one in lists])
    cost = np.rint(np.hypot(*(homes[demand] - sites[site]).T))
    capacity = rng.integers(n // (4 * p), n // p, m)
    np.savez(path, demand=demand, site=site, cost=cost, weight=weight, capacity=capacity, p=p, far=FAR, radius=RADIUS)


def measure(path: str, model: str) -> None:
    """Our side, in a process of its own; kernels are warm, as the harness throws the first run away."""
    import numpy as np
    from peers import common

    from nahraum.measures import facility

    with np.load(path) as stored:
        given = {name: stored[name] for name in stored.files}
    p, shape = int(given["p"]), (len(given["weight"]), len(given["capacity"]))

    def solve():
        pairs = given["demand"], given["site"]
        if model == "median":
            served = facility.served_by_pairs((*pairs, given["cost"]), shape, far=FAR, weight=given["weight"])
            return facility.p_median(served, p)
        covered = facility.Covered(*pairs, given["weight"], shape[1])
        if model.startswith("covering"):
            return facility.maximal_covering(covered, p, seconds=OUR_SECONDS)
        room = given["capacity"].astype(float)
        return facility.capacitated_covering(covered, room, p, seconds=2 * OUR_SECONDS).choice

    found = common.timed("solve", solve)
    common.tell(
        "nahraum", "numba", "highspy", value=found.value, bound=found.bound, gap=found.gap, status=found.status,
        pairs=len(given["demand"]),
    )  # fmt: skip


def main() -> None:
    """Measures and prints; with --write also into RESULTS.md."""
    parser = harness.arguments(__doc__, runs=3)
    parser.add_argument("--only", default="", help="cases whose name holds this")
    options = parser.parse_args()
    folder = harness.CACHE / "inputs"
    folder.mkdir(parents=True, exist_ok=True)
    kept = harness.CACHE / "facility_rows.json"
    told = json.loads(kept.read_text(encoding="utf-8")) if kept.exists() else {}
    versions: harness.Runs = {}
    for model, n, m, p in CASES:
        case = f"{model} {n:,} × {m:,}, {p}"
        if options.only not in case or (options.quick and case not in QUICK):
            continue
        path = folder / f"location_{model.replace(', ', '_')}_{n}_{m}_{p}.npz"
        if not path.exists():
            write_town(path, model, n, m, p)
        found = measured(path, model, n, runs=1 if options.quick else options.runs)
        versions |= found
        told[case] = rows(case, found)
        print(*told[case], sep="\n", flush=True)
        if not options.quick:
            kept.write_text(json.dumps(told, ensure_ascii=False, indent=1), encoding="utf-8")
    lines = [
        "| model, demand × sites, p | pairs | tool | objective | status, gap | build s | solve s | peak MB | ratio |",
        "|---|---|---|---|---|---|---|---|---|",
        *(line for model, n, m, p in CASES for line in told.get(f"{model} {n:,} × {m:,}, {p}", ())),
        "",
        f"CBC was told to stop after {SECONDS} s (PuLP calls that Optimal, too; it may take much longer), "
        f"our HiGHS after {OUR_SECONDS} s a time, HiGHS alone after {TIMES} times our time; peers ran once. "
        "“no model”: seconds until the memory was full.",
        "", harness.circumstances(versions, runs=options.runs),
    ]  # fmt: skip
    harness.report("Location models against spopt", lines, write=options.write)


def measured(path, model: str, n: int, *, runs: int) -> harness.Runs:
    """All who can, on one town."""
    kind = model.split(",")[0]
    ours = Contender(harness.OURS, (__file__, "--measure", str(path), model))
    found = harness.interleaved([ours], runs=runs)
    peers = []
    if n <= PEER_UP_TO:
        script = str(harness.HERE / "peers" / "spopt_location.py")
        peers.append(Contender("spopt, CBC", (script, str(path), kind, str(SECONDS), str(MOST_MB)), SPOPT))
    if LARGE <= n <= PEER_UP_TO and found.get(harness.OURS):
        times = sorted(run.seconds["solve"] for run in found[harness.OURS])
        script = str(harness.HERE / "peers" / "highs_location.py")
        peers.append(Contender("HiGHS alone", (script, str(path), kind, str(TIMES * times[len(times) // 2]))))
    return found | harness.interleaved(peers, runs=1, warm=0, timeout_s=TIMEOUT_S)


def rows(case: str, found: harness.Runs) -> list[str]:
    """One row per tool."""
    told, ours = [], 0.0
    for tool, runs in found.items():
        if not runs:
            continue
        one = sorted(runs, key=lambda run: run.seconds["solve"])[len(runs) // 2]
        build, solve = one.seconds.get("build", 0.0), one.seconds["solve"]
        facts, peak = one.facts, max(run.peak_mb for run in runs)
        ours = ours or build + solve
        gap = f", {100 * facts['gap']:.3f} %" if "gap" in facts else ""
        value = "none" if facts["value"] is None else f"{facts['value']:,.0f}"
        ratio = f"{(build + solve) / ours:.3g}×" if tool != harness.OURS else ""
        told.append(
            f"| {case} | {_count(facts.get('pairs'))} | {tool} | {value} | {facts['status']}{gap} | {build:.2f} | "
            f"{solve:.2f} | {peak:.0f} | {ratio} |"
        )
    return told


def _count(pairs: int | None) -> str:
    return f"{pairs:,}" if pairs else ""


if __name__ == "__main__":
    if "--measure" in sys.argv:
        measure(sys.argv[2], sys.argv[3])
    else:
        main()
