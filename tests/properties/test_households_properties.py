"""Whatever a census publishes consistently: every margin is met, nothing depends on order, nobody is lost."""

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from households_made import cells, town
from nahraum.households import drawn_shares, synthetic_households
from nahraum.households.rounding import whole, whole_tables
from nahraum.parameters import Parameters

few = settings(max_examples=6, deadline=None)


@few
@given(st.integers(0, 10_000), st.integers(2, 14))
def test_consistent_margins_are_met_to_one_household(seed, n):
    made = synthetic_households(*town(n, seed, least=30))
    homes = made.fits[~made.fits["dimension"].str.startswith("age")]
    assert homes["consistent"].all()
    assert (homes["difference"].abs() <= 1).all()
    assert len(made.households) == made.totals.sum()
    ages = [name for name in made.households if name.startswith("age_")]
    assert (made.households[ages].sum(axis=1) == made.households["household_size"]).all()
    assert (made.households["workers_assumed"] <= made.households["household_size"]).all()


@few
@given(st.integers(0, 10_000))
def test_the_order_of_rows_and_cells_does_not_matter_and_a_seed_gives_the_same_households(seed):
    margins, places = town(8, seed, least=20)
    made = synthetic_households(margins, places, seed=5)
    other = synthetic_households(margins.sample(frac=1, random_state=seed), places[::-1], seed=5)
    pd.testing.assert_frame_equal(made.households, other.households)
    pd.testing.assert_frame_equal(made.fits, other.fits)
    assert not made.households.equals(synthetic_households(margins, places, seed=6).households)


@few
@given(st.integers(0, 10_000))
def test_the_households_of_a_unit_do_not_depend_on_other_units(seed):
    margins, _ = town(6, seed, least=30)
    part = margins[margins["area_key"].isin(cells(3)["cell_key"])]
    whole_town = synthetic_households(margins, cells(6)).households
    small = synthetic_households(part, cells(3)).households
    kept = whole_town[whole_town["unit_id"].isin(small["unit_id"])].reset_index(drop=True)
    pd.testing.assert_frame_equal(kept, small)


@few
@given(st.integers(0, 10_000))
def test_a_stricter_rule_never_makes_fewer_households_fail(seed):
    made = synthetic_households(*town(4, seed, least=30))
    parameters = Parameters({"households.draws": 4})
    loose = drawn_shares(made, lambda r: r["household_size"] > r["rooms"] + 1, parameters=parameters)["share"]
    strict = drawn_shares(made, lambda r: r["household_size"] > r["rooms"], parameters=parameters)["share"]
    assert (strict >= loose - 1e-12).all()


@few
@given(st.integers(0, 10_000), st.integers(1, 9), st.integers(1, 9))
def test_rounded_tables_have_their_sums_and_stand_next_to_the_fit(seed, n_rows, n_columns):
    rng = np.random.default_rng(seed)
    rows = rng.integers(0, 9, (3, n_rows))
    columns = whole(rng.random((3, n_columns)) + 1e-3, rows.sum(axis=1))
    table = whole_tables(rng.random((3, n_rows, n_columns)) + 1e-3, rows, columns, seed=1, stream=1, ids=np.arange(3))
    assert (table.sum(axis=2) == rows).all() and (table.sum(axis=1) == columns).all() and (table >= 0).all()
