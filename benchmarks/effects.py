"""What each of 2,000 sites would change for whom, in a city of 300,000: how long that takes, and a plan recomputed.

    python benchmarks/effects.py [--study /path/to/study.toml] [--sites 2000] [--write]

Without a study, Musterstadt with 300,000 residents is made first. Shops, parks, entrances, footpaths, dwellings and
fibre in turn, at seeded places; each site is built on the network alone and read off. The witness is a run from nothing
of the study with 30 of them (`recompute.verified`). Nobody else offers this: there is no contender, only the bar.
"""

from __future__ import annotations

import sys
import time
from typing import Any

import harness

BAR_S, KINDS = 20.0, ("shop", "park", "entrance", "footpath", "dwellings", "fibre")
CHOSEN, SEED = 30, 11


def sites_of(state: Any, n: int) -> list[Any]:
    """Seeded sites of all kinds in turn that fit the study."""
    import numpy as np

    from nahraum import scenario
    from nahraum.errors import InputError
    from nahraum.grid import cell_id
    from nahraum.measures.model import Cost, Site
    from nahraum.tables import SERVICES

    dice, area, network = np.random.default_rng(SEED), state.area, state.network
    homes = area.addresses[["x_m", "y_m"]].to_numpy()

    def spot() -> dict[str, float]:
        x, y = homes[dice.integers(len(homes))] + dice.uniform(-40, 40, 2)
        return {"x": float(x), "y": float(y)}

    def park() -> Any:
        x, y = spot().values()
        wide, high = dice.uniform(60, 150, 2).tolist()
        ring = [(x, y), (x + wide, y), (x + wide, y + high), (x, y + high)]
        return scenario.green_added(outline=ring, entrances=ring[::2], area_m2=max(1e4, wide * high))

    def entrance() -> Any:
        row = area.greens.iloc[int(dice.integers(len(area.greens)))]
        outline = row.geometry.boundary
        outline = max(outline.geoms, key=lambda one: one.length) if hasattr(outline, "geoms") else outline
        at = outline.interpolate(float(dice.random()), normalized=True)
        return scenario.entrance_added(row["green_id"], x=at.x, y=at.y)

    def footpath() -> Any:
        one = int(dice.integers(network.n_nodes))
        near = np.flatnonzero(np.hypot(network.x_m - network.x_m[one], network.y_m - network.y_m[one]) < 200)
        ends = [one, int(dice.choice(near))]
        return scenario.footpath_added([(float(network.x_m[at]), float(network.y_m[at])) for at in ends])

    def fibre() -> Any:
        keys = dice.choice(area.cells["cell_key"].to_numpy(), 5, replace=False)
        return scenario.internet_offer_changed(cell_id(keys).tolist())

    makers = {
        "shop": lambda: scenario.facility_added(category=str(dice.choice(SERVICES)), **spot()),
        "park": park, "entrance": entrance, "footpath": footpath,
        "dwellings": lambda: scenario.residents_added(float(dice.integers(10, 200)), **spot()), "fibre": fibre,
    }  # fmt: skip
    found: list[Any] = []
    while len(found) < n:
        kind = KINDS[len(found) % len(KINDS)]
        try:
            edit = makers[kind]()
            state.branch().apply(edit)
        except InputError:
            continue
        nothing = Cost(0.0, 0.0, 0.0)
        found.append(Site(f"{kind}:{len(found):05d}", kind, "", 0, 0, 1, None, (edit,), nothing, nothing))
    return found


def main() -> int:
    """Measures and prints; with --write also into RESULTS.md."""
    import resource

    from nahraum import what_if
    from nahraum.measures.built import Built
    from nahraum.measures.demand import demand_of
    from nahraum.measures.effect import effects_of
    from nahraum.measures.recompute import recomputed, verified

    parser = harness.arguments(__doc__, runs=1)
    parser.add_argument("--study", default="", help="study.toml of a study with finished stages")
    parser.add_argument("--sites", type=int, default=2000)
    options = parser.parse_args()
    base = Built.of(what_if(harness.study_file(options.study)))
    demand, sites = demand_of(base.state, base.tally), sites_of(base.state, options.sites)
    began = time.perf_counter()
    effects = effects_of(base.state, demand, sites)
    seconds = time.perf_counter() - began
    chosen = together(base, sites)
    began = time.perf_counter()
    plan = recomputed(base, demand, effects, sites, chosen=chosen)
    again = time.perf_counter() - began
    witness = verified(base, plan.built)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    lines = [
        f"{demand.residents.sum():,.0f} residents at {len(demand.row):,} addresses, {len(sites):,} sites: "
        f"**{seconds:.1f} s** (bar {BAR_S:.0f} s), {len(effects.row):,} records, peak {peak:,.0f} MB.",
        f"Per site: {', '.join(f'{kind} {ms:.1f} ms' for kind, ms in by_kind(sites, effects).items())}.",
        f"A plan of {len(chosen)} of them recomputed in {again:.2f} s: {plan.predicted.lacks_removed:,.0f} lacks "
        f"predicted to go, {plan.recomputed.lacks_removed:,.0f} recomputed ({plan.difference_share:.2%} apart).",
        f"Witness, a run from nothing with them: {witness.n_differing} of {witness.n_addresses:,} addresses differ.",
    ]
    harness.report("Effects of sites", ["\n\n".join(lines), "", harness.circumstances({}, runs=1)], write=options.write)
    return int(seconds > BAR_S or witness.n_differing > 0)


def together(base: Any, sites: list[Any]) -> list[int]:
    """Seeded sites whose edits go together."""
    import numpy as np

    from nahraum.errors import InputError

    chosen: list[int] = []
    for at in np.random.default_rng(SEED).permutation(len(sites)).tolist():
        try:
            base.after([edit for one in (*chosen, at) for edit in sites[one].edits])
        except InputError:
            continue
        chosen.append(at)
        if len(chosen) == CHOSEN:
            break
    return chosen


def by_kind(sites: list[Any], effects: Any) -> dict[str, float]:
    """Milliseconds per site of each kind."""
    import numpy as np

    kinds = np.array([site.type_id for site in sites])
    return {kind: 1000 * float(effects.seconds[kinds == kind].mean()) for kind in KINDS}


if __name__ == "__main__":
    sys.exit(main())
