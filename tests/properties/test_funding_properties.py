"""Whatever the need: areas hang together, keep their limits and demands, and do not depend on the order of rows."""

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from lattice_units import lattice, need_of, units_at
from nahraum.index.funding import funding_areas
from nahraum.index.funding.limits import read_limits
from nahraum.parameters import Parameters

SIDE = 6
TOLD = {
    "funding_areas.minimum_residents": 150.0,
    "funding_areas.maximum_residents": 800.0,
    "funding_areas.maximum_hectares": 12.0,
    "funding_areas.minimum_compactness": 0.3,
    "funding_areas.minimum_lift": 0.0,
    "funding_areas.runs": 2,
    "funding_areas.ladder_residents": [300, 600],
    "funding_areas.seeds": 40,
    "funding_areas.shakes": 10,
}
places = st.tuples(st.integers(0, SIDE - 1), st.integers(0, SIDE - 1))
towns = st.fixed_dictionaries(
    {
        "seed": st.integers(0, 10_000),
        "wall": st.lists(st.tuples(st.integers(0, SIDE), st.integers(0, SIDE)), min_size=2, max_size=2, unique=True),
        "must": st.lists(places, max_size=2, unique=True),
        "must_not": st.lists(places, max_size=3, unique=True),
    }
)


def demands(town: dict) -> pd.DataFrame:
    base = {"reason": "weil", "author": "x", "date": "2026-01-01"}
    rows = [("must", town["must"]), ("must_not", town["must_not"])]
    return pd.DataFrame(
        [base | {"edit_id": action, "action": action, "unit_ids": ";".join(f"u{x:02d}_{y:02d}" for x, y in chosen)}
         for action, chosen in rows if chosen],
        columns=["edit_id", "action", "unit_ids", "reason", "author", "date"],
    )  # fmt: skip


def made(town: dict):
    rng = np.random.default_rng(town["seed"])
    here = [(x, y) for x in range(SIDE) for y in range(SIDE) if rng.random() > 0.1 or (x, y) in town["must"]]
    units = units_at(here, walls={"rail": [town["wall"]]}) if here else lattice(2, 2)
    residents = {place: float(rng.integers(0, 200)) for place in here}
    people = {place: float(rng.integers(0, int(residents[place]) + 1)) for place in here}
    return units, need_of(units, people, residents=residents)


def pieces(units, chosen: set[str]) -> int:
    near = {unit: set() for unit in units.ids}
    for a, b, open_ in zip(units.borders.first, units.borders.second, units.borders.is_open, strict=True):
        if open_:
            near[units.ids[a]].add(units.ids[b])
            near[units.ids[b]].add(units.ids[a])
    left, count = set(chosen), 0
    while left:
        ways, count = [left.pop()], count + 1
        while ways:
            step = near[ways.pop()] & left
            left -= step
            ways += step
    return count


@settings(max_examples=25, deadline=None)
@given(towns)
def test_proposals_keep_all_that_is_asked_of_them(town):
    units, need = made(town)
    known = set(units.ids)
    town["must_not"] = [p for p in town["must_not"] if p not in town["must"] and f"u{p[0]:02d}_{p[1]:02d}" in known]
    rows = demands(town)
    try:
        found = funding_areas(units, need, Parameters(TOLD), edits=rows)
    except ValueError as error:  # the must-haves are parted, or too many
        assert town["must"] and ("must" in str(error))
        return
    limits = read_limits(Parameters(TOLD))
    for area in found.areas.to_dict("records"):
        assert limits.minimum_compactness - 1e-9 <= area["compactness"]
        assert area["hectares"] <= limits.maximum_hectares + 1e-6
        assert area["residents"] <= limits.maximum_residents
        assert area["pieces"] == 1 and area["barriers_crossed"] >= 0
        assert abs(area["geometry"].area / 1e4 - area["hectares"]) < 1e-6
    taken = found.units.set_index("unit_id")["area_id"]
    for number in range(int((found.areas["kind"] == "proposal").sum())):
        assert pieces(units, set(taken.index[taken == f"F{number + 1}"])) == 1
    if (found.areas["kind"] == "proposal").any():
        assert all(taken[f"u{x:02d}_{y:02d}"] == "F1" for x, y in town["must"])
    assert all(taken[f"u{x:02d}_{y:02d}"] == "" for x, y in town["must_not"])


@settings(max_examples=15, deadline=None)
@given(towns, st.integers(0, 5))
def test_the_order_of_rows_changes_nothing(town, shuffle):
    units, need = made(town)
    one = funding_areas(units, need, Parameters(TOLD))
    other = funding_areas(units, need.sample(frac=1, random_state=shuffle), Parameters(TOLD))
    pd.testing.assert_frame_equal(pd.DataFrame(one.areas), pd.DataFrame(other.areas))
    pd.testing.assert_frame_equal(pd.DataFrame(one.units), pd.DataFrame(other.units))


@settings(max_examples=15, deadline=None)
@given(towns)
def test_no_proposal_of_a_higher_limit_is_worth_less(town):
    """A larger limit allows all that the smaller one does; the search must not lose it (to a hundredth)."""
    units, need = made(town)
    small = funding_areas(units, need, Parameters(TOLD | {"funding_areas.maximum_residents": 400.0}))
    large = funding_areas(units, need, Parameters(TOLD))
    first = [f.areas.loc[f.areas["kind"] == "proposal", "objective"].head(1).to_numpy() for f in (small, large)]
    if len(first[0]):
        assert first[1][0] >= 0.99 * first[0][0]
