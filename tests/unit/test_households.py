"""Households by hand: a few cells, a few households, and what no census can publish."""

import numpy as np
import pandas as pd
import pytest

from households_made import TOWN, cells, drawn_counts, key, rows, town
from nahraum.errors import InputError
from nahraum.frames import require
from nahraum.households import FITS, HOUSEHOLDS, POOLS, balanced, drawn_shares, synthetic_households
from nahraum.households.assembly import handed_out
from nahraum.households.fit_told import fit_by_dimension
from nahraum.households.members import roles
from nahraum.households.pools import units
from nahraum.households.rounding import uniforms, whole, whole_tables
from nahraum.parameters import Parameters

SMALL = Parameters({"households.pool_below": 1})


def test_a_table_of_two_by_two_keeps_the_odds_ratio_of_its_seed():
    """Seed 2 1 / 1 2, margins 60 40 and 50 50: p(p − 10) = 4(60 − p)(50 − p) at p = 37.9604."""
    classes = np.array([[0, 0, 1, 1], [0, 1, 0, 1]])
    margins = np.array([[[60.0, 40.0], [50.0, 50.0]]])
    fitted = balanced(np.array([[2.0, 1.0, 1.0, 2.0]]), classes, margins, margins, np.array([100.0]), tolerance=1e-12)
    a, b, c, d = fitted.weights[0]
    assert (a + b, a + c) == pytest.approx((60, 50))
    assert a * d / (b * c) == pytest.approx(4)
    assert a == pytest.approx((430 - np.sqrt(430**2 - 4 * 3 * 12000)) / 6)


def test_open_classes_share_what_the_known_one_leaves():
    classes = np.array([[0, 1, 2]])
    lower, upper = np.array([[[10.0, 0.0, 0.0]]]), np.array([[[10.0, np.inf, 2.0]]])
    fitted = balanced(np.array([[1.0, 1.0, 1.0]]), classes, lower, upper, np.array([20.0]))
    assert fitted.weights[0] == pytest.approx([10, 8, 2])


def test_margins_that_contradict_each_other_are_told_by_the_gap():
    classes = np.array([[0, 1], [0, 1]])
    margins = np.array([[[5.0, 5.0], [2.0, 8.0]]])
    assert balanced(np.ones((1, 2)), classes, margins, margins, np.array([10.0])).gap[0] == pytest.approx(3)


def test_fitting_refuses_what_is_no_margin_with_all_problems_at_once():
    bad = np.array([[[5.0, -5.0]]])
    with pytest.raises(InputError, match="negative") as caught:
        balanced(np.zeros((1, 2)), np.array([[0, 4]]), bad, bad, np.array([0.0]))
    assert len(caught.value.where) == 4


def test_whole_counts_take_the_largest_remainders_and_ties_the_lower_class():
    assert whole(np.array([[1.5, 1.5, 2.0], [0.2, 0.3, 0.5]]), np.array([5, 1])).tolist() == [[2, 1, 2], [0, 0, 1]]


def test_a_rounded_table_has_its_sums_and_every_entry_stands_next_to_its_value():
    fitted = np.full((1, 3, 3), 1 / 3)
    ones = np.ones((1, 3), dtype=np.int64)
    table = whole_tables(fitted, ones, ones, seed=1, stream=1, ids=np.array([7]))
    assert table.sum(axis=1).tolist() == table.sum(axis=2).tolist() == [[1, 1, 1]]
    assert set(table.ravel()) == {0, 1}


def test_rounding_is_unbiased_over_seeds():
    ones = np.ones((4000, 2), dtype=np.int64)
    fitted = np.broadcast_to(np.array([[0.3, 0.7], [0.7, 0.3]]), (4000, 2, 2)).copy()
    table = whole_tables(fitted, ones, ones, seed=3, stream=1, ids=np.arange(4000))
    assert table[:, 0, 0].mean() == pytest.approx(0.3, abs=0.03)


def test_chance_depends_on_seed_stream_and_id_only():
    ids = np.arange(5)
    assert (uniforms(1, 2, ids)[[4, 2]] == uniforms(1, 2, ids[[4, 2]])).all()
    assert not (uniforms(1, 2, ids) == uniforms(2, 2, ids)).any()


def test_roles_of_a_household_add_up_to_its_persons():
    sizes, kinds = np.array([1, 2, 4, 3, 2, 6]), np.array([1, 2, 3, 4, 5, 2])
    assert roles(sizes, kinds).tolist() == [
        [1, 0, 0, 0, 0, 0], [0, 2, 0, 0, 0, 0], [0, 0, 2, 0, 0, 2], [0, 0, 2, 1, 0, 0], [0, 0, 0, 0, 2, 0],
        [0, 2, 0, 0, 4, 0],
    ]  # fmt: skip


def test_small_cells_are_shown_together_and_large_ones_alone():
    keys, same = np.arange(5), np.zeros(5, dtype=np.int64)
    assert units(keys, same, same, np.array([40, 10, 25, 5, 31]), least=30).tolist() == [0, 1, 1, 1, 4]
    assert units(keys, keys // 2, same, np.array([10, 5, 9, 10, 40]), least=30).tolist() == [0, 0, 0, 0, 4]


def test_ten_households_of_one_cell_meet_every_margin():
    margins = pd.concat([
        rows(key(0), "household_size", [4, 3, 2, 1, 0, 0]),
        rows(key(0), "household_type", [4, 2, 3, 1, 0]),
        rows(key(0), "rooms", [1, 2, 3, 2, 1, 1, 0]),
        rows(key(0), "tenure", [4, 6]),
    ])  # fmt: skip
    made = synthetic_households(margins, cells(1), parameters=SMALL)
    homes = require(made.households, HOUSEHOLDS, called="households")
    assert homes["household_size"].value_counts().sort_index().to_dict() == {1: 4, 2: 3, 3: 2, 4: 1}
    assert homes["rooms"].value_counts().sort_index().to_dict() == {1: 1, 2: 2, 3: 3, 4: 2, 5: 1, 6: 1}
    assert (homes["household_type"] == "one_person").sum() == 4 and (homes["tenure"] == "owner").sum() == 4
    assert (homes.loc[homes["household_type"] == "one_person", "household_size"] == 1).all()
    assert not {"floor_area", "building_type", "age_00_09", "workers_assumed"} & set(homes.columns)
    require(made.pools, POOLS, called="pools")
    require(made.fits, FITS, called="fits")
    assert (made.fits["difference"] == 0).all()


def test_without_rooms_there_is_no_column_of_rooms_and_the_rest_stands():
    margins, places = town(6)
    made = synthetic_households(margins[margins["dimension"] != "rooms"], places)
    assert made.open == ("rooms", "age_tens")
    assert "rooms" not in made.households and "floor_area_m2" in made.households


def test_without_sizes_there_is_no_household():
    margins, places = town(3)
    with pytest.raises(InputError, match="no size of any household"):
        synthetic_households(margins[margins["dimension"] != "household_size"], places)


def test_a_cell_that_hides_its_sizes_has_them_from_the_kilometre():
    margins = pd.concat([
        rows(key(0), "tenure", [40, 60]),
        rows(key(0) // 10_000_000 * 1_000_000 + key(0) % 1_000_000 // 10, "household_size", [0, 100, 0, 0, 0, 0], "km"),
        rows(TOWN, "household_size", [100, 0, 0, 0, 0, 0], "municipality"),
    ])  # fmt: skip
    made = synthetic_households(margins, cells(1))
    assert (made.households["household_size"] == 2).all() and len(made.households) == 100
    town_row = made.fits[(made.fits["level"] == "municipality") & (made.fits["class_id"] == 1)]
    assert town_row["difference"].tolist() == [-100]


def test_too_few_households_are_not_shown():
    margins = pd.concat([rows(key(0), "household_size", [40, 0, 0, 0, 0, 0])])
    places = pd.concat([cells(1), pd.DataFrame({"cell_key": [key(1)], "municipality_key": [TOWN + 1]})])
    margins = pd.concat([margins, rows(key(1), "household_size", [5, 0, 0, 0, 0, 0])])
    made = synthetic_households(margins, places)
    assert len(made.households) == 40
    assert made.pools["n_households_status"].tolist() == ["ok", "suppressed"]


def test_an_empty_cell_joins_its_neighbours_and_a_town_of_empty_cells_is_refused():
    margins, places = town(2, least=40)
    with_empty = pd.concat([margins, rows(key(2), "household_size", [0] * 6)])
    made = synthetic_households(with_empty, cells(3))
    assert made.pools["unit_id"].nunique() == 2
    with pytest.raises(InputError, match="no unit of cells has 30 households"):
        synthetic_households(rows(key(0), "household_size", [0] * 6), cells(1))
    assert len(places) == 2


def test_margins_no_census_can_publish_are_refused_all_at_once():
    margins = rows(key(0), "household_size", [40, 3, 3, 3, 3, 3])
    with pytest.raises(InputError, match="below 0"):
        synthetic_households(margins.assign(count=-1.0), cells(1))
    odd = margins.copy()
    odd.loc[0, "class_id"], odd.loc[1, "count"], odd.loc[2, "status"] = 9, np.nan, "suppressed"
    with pytest.raises(InputError) as caught:
        synthetic_households(odd, cells(1))
    assert len(caught.value.where) == 3
    with pytest.raises(InputError, match="areas without cells"):
        synthetic_households(pd.concat([margins, rows(key(5), "tenure", [1, 2])]), cells(1))


def test_impossible_margins_are_told_and_not_hidden():
    """40 live alone by size, none by type; dwellings are a tenth more than households."""
    margins = pd.concat([
        rows(key(0), "household_size", [40, 0, 0, 0, 0, 0]),
        rows(key(0), "household_type", [0, 40, 0, 0, 0]),
        rows(key(0), "rooms", [0, 0, 44, 0, 0, 0, 0]),
    ])  # fmt: skip
    made = synthetic_households(margins, cells(1))
    worst = made.fits.groupby("dimension")["difference"].agg(lambda each: each.abs().max())
    assert len(made.households) == 40 and worst.max() == 40
    consistent = made.fits.groupby("dimension")["consistent"].all()
    assert not consistent[["household_size", "household_type", "rooms"]].any()


def test_a_seed_of_another_shape_is_refused():
    with pytest.raises(InputError, match=r"households.seed.sizes"):
        synthetic_households(*town(2), parameters=Parameters({"households.seed.sizes": [1.0, 2.0]}))


def test_a_share_lies_in_its_interval_and_is_drawn_alike_from_one_seed():
    made = synthetic_households(*town(4, least=60))
    few = Parameters({"households.draws": 12})
    shares = drawn_shares(made, lambda record: record["household_size"] > record["rooms"], parameters=few)
    again = drawn_shares(made, lambda record: record["household_size"] > record["rooms"], parameters=few)
    pd.testing.assert_frame_equal(shares, again)
    assert (shares["low"] < shares["high"]).all() and shares["share"].between(0, 0.5).all()
    everybody = drawn_shares(made, lambda record: record["rooms"] > 0, parameters=few)
    assert (everybody[["share", "low", "high"]].round(12) == 1).all(axis=None)


def test_the_assumed_strength_of_association_moves_who_lives_where_but_no_margin():
    rng = np.random.default_rng(4)
    counts = drawn_counts(rng, 400)
    margins = pd.concat([rows(key(0), name, each) for name, each in counts.items()])
    crowded = []
    for strength in (0.0, 1.0, 2.0):
        homes = synthetic_households(margins, cells(1), strength=strength).households
        assert homes["rooms"].value_counts().reindex(range(1, 8), fill_value=0).tolist() == counts["rooms"].tolist()
        crowded.append((homes["household_size"] > homes["rooms"]).mean())
    assert crowded[0] > crowded[1] > crowded[2]


def test_what_a_small_cell_hides_is_shared_out_like_its_neighbours_and_not_to_what_is_rare_there():
    """30 households of one class, 30 of which nothing is known: of these the seed gives each class half."""
    classes = np.array([[0, 1]])
    lower, upper = np.array([[[30.0, 0.0]]]), np.array([[[60.0, 30.0]]])
    total = np.array([60.0])
    plain = balanced(np.array([[1.0, 1.0]]), classes, lower, upper, total)
    shared = balanced(np.array([[1.0, 1.0]]), classes, lower, upper, total, additive=True)
    assert plain.weights[0] == pytest.approx([30, 30])
    assert shared.weights[0] == pytest.approx([45, 15])


def test_a_class_that_is_not_published_holds_at_most_the_households_of_its_cell():
    margins = pd.concat([
        rows(key(0), "household_size", [10, 5, 5, 0, 0, 0]), rows(key(0), "tenure", [20, 0]),
        rows(key(1), "household_size", [10, 5, 5, 0, 0, 0]), rows(key(1), "tenure", [np.nan, np.nan]),
    ])  # fmt: skip
    made = synthetic_households(margins, cells(2))
    tenure = made.fits[(made.fits["level"] == "unit") & (made.fits["dimension"] == "tenure")]
    assert tenure["lower"].tolist() == [20, 0] and tenure["upper"].tolist() == [40, 20]
    assert 24 <= (made.households["tenure"] == "owner").sum() <= 34


def test_sizes_and_types_that_exclude_each_other_are_told_as_inconsistent():
    margins = pd.concat([
        rows(key(0), "household_size", [30, 10, 0, 0, 0, 0]), rows(key(0), "household_type", [30, 2, 8, 0, 0]),
    ])  # fmt: skip
    fits = synthetic_households(margins, cells(1)).fits
    assert not fits.loc[fits["level"] == "unit", "consistent"].any()


def test_classes_are_dealt_in_the_order_of_chance_within_unit_and_group():
    unit, group = np.array([0, 0, 0, 0, 1, 1]), np.array([1, 0, 1, 1, 0, 0])
    chance = np.array([0.9, 0.3, 0.2, 0.5, 0.7, 0.1])
    table = np.array([[[0, 1], [2, 1]], [[1, 1], [0, 0]]])
    assert handed_out(unit, group, table, chance).tolist() == [1, 1, 0, 0, 1, 0]
    with pytest.raises(ValueError, match="as many"):
        handed_out(unit, group, table[:, ::-1], chance)


def test_many_rows_of_one_group_are_dealt_like_few():
    rng = np.random.default_rng(1)
    chance, zeros = rng.random(500).round(2), np.zeros(500, dtype=np.int64)
    dealt = handed_out(zeros, zeros, np.array([[[200, 0, 300]]]), chance)
    order = sorted(range(500), key=lambda row: (chance[row], row))  # ties as they come
    assert dealt[order].tolist() == [0] * 200 + [2] * 300


def test_areas_side_by_side_are_fitted_as_if_alone():
    rng = np.random.default_rng(3)
    classes = np.array([[0, 0, 1, 1, 2, 2], [0, 1, 0, 1, 0, 1]])
    totals = rng.integers(5, 90, 40).astype(float)
    margins = np.zeros((40, 2, 3))
    margins[:, 0] = rng.dirichlet(np.ones(3), 40) * totals[:, None]
    margins[:, 1, :2] = rng.dirichlet(np.ones(2), 40) * totals[:, None]
    seed = rng.random((1, 6)) + 0.1
    together = balanced(seed, classes, margins, margins, totals)
    for area in range(40):
        one = [each[area : area + 1] for each in (margins, margins, totals)]
        alone = balanced(seed, classes, *one)
        assert (alone.weights[0] == together.weights[area]).all() and alone.rounds[0] == together.rounds[area]


def test_the_fit_is_told_by_margin_in_shares_of_its_counts():
    """Of four counts of rooms one is hidden, its class told nowhere; of the others one contradicts, and one is met."""
    fits = pd.DataFrame({
        "level": ["unit"] * 4 + ["km"], "dimension": "rooms", "class_id": [1, 2, 3, 4, 1],
        "published": [3.0, 4.0, np.nan, 9.0, 7.0], "status": ["ok", "ok", "suppressed", "unreliable", "ok"],
        "difference": [0.0, -3.0, 0.0, 9.0, 50.0], "consistent": [True, True, True, False, True],
    })  # fmt: skip
    row = fit_by_dimension(fits).iloc[0]
    assert row.tolist() == ["rooms", 4, 0.75, pytest.approx(2 / 3), pytest.approx(1 / 3), 9.0, 4, 1]
    assert fit_by_dimension(fits.assign(dimension="building_type")).iloc[0]["n_absent"] == 0
    assert fit_by_dimension(pd.DataFrame()).empty


def test_a_class_that_is_told_for_a_part_of_the_cells_or_by_the_kilometre_is_not_absent():
    """A unit of several cells is as unsure as its most unsure cell; that of small villages always is."""
    fits = pd.DataFrame({
        "level": ["unit"] * 3 + ["km"] * 3, "dimension": "rooms", "class_id": [1, 2, 3, 1, 2, 3],
        "published": [30.0, np.nan, np.nan, 70.0, 6.0, np.nan], "status": ["suppressed"] * 4 + ["ok", "suppressed"],
        "difference": 0.0, "consistent": True,
    })  # fmt: skip
    row = fit_by_dimension(fits).iloc[0]
    assert (row["told"], row["n_classes"], row["n_absent"]) == (0.0, 3, 1)
