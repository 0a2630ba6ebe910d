"""How sure a status is: value choices by hand, data by draws, sensitivity by a known function, zones by hand."""

import time

import numpy as np
import pandas as pd
import pytest

from nahraum.errors import InputError
from nahraum.index.robust import data_uncertainty, sensitivity, sobol_indices, value_choices, zone_dependence
from nahraum.index.robust.variants import indices, ranks_of, variant_list, weightings
from nahraum.index.robust.zones import grown_zones, square_zones, weighted_correlation, zone_means
from nahraum.index.status import read_method, status_index
from nahraum.parameters import Parameters

METHOD = read_method("mss-berlin-2019")


def areas(n: int, seed: int = 3) -> pd.DataFrame:
    """Percentages of three parts that hang together, as in a city."""
    rng = np.random.default_rng(seed)
    level = rng.gamma(3.0, 4.0, n)
    parts = {name: np.clip(level * factor + rng.normal(0, 2, n), 0.1, 95) for name, factor in
             (("s1", 0.6), ("s3", 1.0), ("s4", 1.8))}  # fmt: skip
    return pd.DataFrame(parts, index=[f"{i:05d}" for i in range(n)])


def test_equal_values_share_the_better_rank() -> None:
    assert ranks_of(np.array([0.5, 2.0, 0.5, -1.0])).tolist() == [2.0, 1.0, 2.0, 4.0]


def test_the_list_of_variants_is_the_product_of_the_choices_without_what_ranks_cannot_tell_apart() -> None:
    oriented = areas(40).to_numpy()
    chosen = weightings(oriented, ["s1", "s3", "s4"], np.ones(3), [0.5, 1.5])
    assert [w.kind for w in chosen] == ["equal", "pca", *["less", "more", "without"] * 3]
    # 11 weightings × 3 sizes × (4 scales × 3 ways + ranks once)
    listed = variant_list(chosen, Parameters())
    assert len(listed) == 11 * 3 * (4 * 3 + 1)
    assert len({v.id for v in listed}) == len(listed)


def test_a_variant_is_what_the_method_would_give_with_that_choice() -> None:
    """By hand: two parts, min-max, the second one half as heavy."""
    oriented = np.array([[0.0, 10.0], [5.0, 30.0], [10.0, 20.0]])
    chosen = weightings(oriented, ["a", "b"], np.ones(2), [0.5])
    half = next(w for w in chosen if w.id == "b_x0.5")
    listed = [v for v in variant_list([half], Parameters()) if (v.normalisation, v.aggregation) == ("minmax", "mean")]
    index = indices(oriented, listed, (0.025, 0.975))[0]
    assert index == pytest.approx([0.0, (0.5 + 0.5 * 1.0) / 1.5, (1.0 + 0.5 * 0.5) / 1.5])


def test_an_area_that_is_highest_in_every_part_is_in_the_target_set_of_every_variant() -> None:
    values = areas(60)
    values.iloc[7] = values.max() + 1.0
    values.iloc[8] = values.min() - 0.05
    found = value_choices(values, METHOD, Parameters()).areas.set_index("area_id")
    assert found.loc["00007", ["target_share", "rank", "rank_min", "rank_max"]].tolist() == [1.0, 1.0, 1.0, 1.0]
    assert found.loc["00008", "target_share"] == 0.0
    assert ((found["rank_low"] <= found["rank_high"]) & (found["rank_min"] <= found["rank_low"])).all()


def test_the_target_set_is_that_of_the_two_lowest_classes() -> None:
    values = areas(200)
    index = status_index(values, METHOD)
    low = set(index.areas.loc[index.areas["class"].isin(["3", "4"]), "area_id"])
    found = value_choices(values, METHOD, Parameters()).areas
    assert set(found.loc[found["in_target"], "area_id"]) == low


def test_an_area_lowest_in_one_part_only_hangs_on_the_choices() -> None:
    """Highest in one part, lowest in the others: with that part left out it leaves the target set."""
    values = areas(60)
    values.iloc[5] = [95.0, 0.1, 0.1]
    found = value_choices(values, METHOD, Parameters())
    share = found.areas.set_index("area_id").loc["00005", "target_share"]
    assert 0.0 < share < 1.0
    without = found.variants[(found.variants["weighting"] == "without") & (found.variants["unit"] == "s1")]
    assert (without["rank_shift"] > 0).all()


def test_the_means_by_choice_are_means_of_the_printed_variants() -> None:
    found = value_choices(areas(50), METHOD, Parameters())
    row = found.by_choice.set_index(["choice", "value"]).loc[("aggregation", "geometric")]
    own = found.variants[found.variants["aggregation"] == "geometric"]
    assert row["rank_shift"] == pytest.approx(own["rank_shift"].mean()) and row["n_variants"] == len(own)


def test_a_thousand_variants_over_three_thousand_areas_take_less_than_ten_seconds() -> None:
    values = areas(3000)
    begin = time.process_time()
    found = value_choices(values, METHOD, Parameters({"robust.target_factors": [0.7, 0.8, 0.9, 1.0, 1.1, 1.25, 1.5]}))
    assert len(found.variants) >= 1000 and time.process_time() - begin < 10


def test_a_method_that_counts_has_its_thresholds_varied_elsewhere() -> None:
    with pytest.raises(InputError, match="counts lacks"):
        value_choices(areas(40), read_method("nahraum-prerequisites"), Parameters())


def test_large_bases_leave_less_open_than_small_ones_and_the_same_seed_draws_the_same() -> None:
    values = areas(80)
    ids = values.index
    few = data_uncertainty(values, METHOD, Parameters(), residents=pd.Series(400.0, index=ids))
    many = data_uncertainty(values, METHOD, Parameters(), residents=pd.Series(40_000.0, index=ids))
    width = [(found.areas["index_high"] - found.areas["index_low"]).mean() for found in (few, many)]
    assert width[0] > 3 * width[1]
    assert many.areas["class_share"].mean() > few.areas["class_share"].mean()
    again = data_uncertainty(values, METHOD, Parameters(), residents=pd.Series(400.0, index=ids))
    pd.testing.assert_frame_equal(few.areas, again.areas)


def test_the_spread_of_a_share_is_the_binomial_one_beside_rounding() -> None:
    values = areas(40)
    values.iloc[0] = [20.0, 20.0, 20.0]
    found = data_uncertainty(values, METHOD, Parameters(), residents=pd.Series(400.0, index=values.index)).parts
    row = found[(found["area_id"] == "00000") & (found["part_id"] == "s1")].iloc[0]
    # p = 80.5 / 401; sqrt(p (1 - p) / 400) = 2.0028 points; rounding to a tenth adds 0.05²/3
    assert row["sd"] == pytest.approx(np.sqrt(2.00280**2 + 0.05**2 / 3), rel=1e-5)
    assert row["cv"] == pytest.approx(row["sd"] / 20.0) and row["reliability"] == "ok"
    assert not row["base_known"]


def test_nobody_of_ten_is_not_certainly_nobody() -> None:
    values = areas(40)
    values.iloc[0] = [0.0, 0.0, 0.0]
    found = data_uncertainty(values, METHOD, Parameters(), residents=pd.Series(400.0, index=values.index))
    row = found.parts[found.parts["area_id"] == "00000"].iloc[0]
    # p = 0.5 / 401, sd = sqrt(p (1 - p) / 400) = 0.1765 points: more than the level of 0.1247 points
    assert row["sd"] == pytest.approx(np.sqrt(0.17645**2 + 0.05**2 / 3), rel=1e-3)
    assert row["cv"] > 1 and row["reliability"] == "unreliable"


def test_without_bases_only_rounding_is_open() -> None:
    found = data_uncertainty(areas(40), METHOD, Parameters())
    assert found.parts["sd"].to_numpy() == pytest.approx(0.05 / np.sqrt(3))
    assert set(found.areas["reliability"]) <= {"sure", "uncertain", "open"}


def test_below_thirty_areas_there_is_no_class_to_keep() -> None:
    found = data_uncertainty(areas(12), METHOD, Parameters()).areas
    assert set(found["reliability"]) == {"no_class"} and found["class_share"].isna().all()


def ishigami(runs: np.ndarray) -> np.ndarray:
    x = (runs * 2 - 1) * np.pi
    return np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


def test_sobol_indices_of_the_ishigami_function_are_those_of_its_integrals() -> None:
    """Analytic: Ishigami & Homma (1990); a = 7, b = 0.1."""
    found = sobol_indices(ishigami, ["x1", "x2", "x3"], n_base=4096)
    assert found["first"].to_numpy() == pytest.approx([0.3139, 0.4424, 0.0], abs=0.02)
    assert found["total"].to_numpy() == pytest.approx([0.5576, 0.4424, 0.2437], abs=0.02)
    assert (found["first_low"] <= found["first"]).all() and (found["total"] <= found["total_high"]).all()


def test_a_model_that_never_changes_has_no_sensitive_factor() -> None:
    found = sobol_indices(lambda runs: np.ones(len(runs)), ["a", "b"], n_base=64)
    assert (found[["first", "total"]].to_numpy() == 0).all()


def test_eight_thousand_runs_over_areas_of_a_city_stay_below_a_minute() -> None:
    begin = time.process_time()
    found = sensitivity(areas(450), METHOD, Parameters(), n_base=1024)  # 1024 × (6 + 2) runs
    assert time.process_time() - begin < 60
    assert list(found["factor"]) == ["normalisation", "aggregation", "left_out", "weight_s1", "weight_s3", "weight_s4"]
    assert (found["total"] >= found["first"] - 0.05).all()


def test_the_correlation_of_zones_counts_residents() -> None:
    """By hand: two equal values at weight 1 and 3 stand for four zones of weight 1."""
    weight, a, b = np.array([1.0, 3.0, 1.0]), np.array([0.0, 1.0, 3.0]), np.array([1.0, 2.0, 0.0])
    long = [np.repeat(v, [1, 3, 1]) for v in (a, b)]
    assert weighted_correlation(weight, a, b) == pytest.approx(np.corrcoef(*long)[0, 1])
    assert np.isnan(weighted_correlation(weight, np.ones(3), b))


def test_means_of_zones_are_weighted_and_empty_zones_left_out() -> None:
    people, mean = zone_means(np.array([0, 0, 2]), np.array([10.0, 30.0, 5.0]), np.array([1.0, 2.0, 7.0]))
    assert people.tolist() == [40.0, 5.0] and mean.tolist() == [1.75, 7.0]


def test_squares_move_by_their_offset() -> None:
    x, y = np.array([50.0, 450.0, 550.0]), np.zeros(3)
    assert len(set(square_zones(x, y, 500, (0.0, 0.0)).tolist())) == 2
    assert square_zones(x, y, 500, (0.5, 0.0)).tolist()[1:] == [1, 1]


def test_grown_zones_hold_every_cell_and_about_the_same_people() -> None:
    side = 20
    y, x = (v.ravel() * 100.0 + 50 for v in np.mgrid[:side, :side])
    people = np.full(side * side, 10.0)
    zone = grown_zones(x, y, people, 8, np.random.default_rng(1))
    sizes = np.bincount(zone, people)
    assert (zone >= 0).all() and len(sizes) == 8
    assert (np.abs(sizes - 500) <= 100).sum() >= 6  # one that is walled in early may stay small


def test_a_relation_made_by_squares_changes_with_the_zones_and_says_so() -> None:
    rng = np.random.default_rng(2)
    y, x = (v.ravel() * 100.0 + 50 for v in np.mgrid[:30, :30])
    quarter = [f"{int(a // 1000)}{int(b // 1000)}" for a, b in zip(x, y, strict=True)]
    residents = rng.integers(1, 80, x.size).astype(float)
    cells = pd.DataFrame({"x_m": x, "y_m": y, "residents": residents, "quarter_id": quarter})
    trend = x / 3000
    cells["a"], cells["b"] = trend + rng.normal(0, 0.3, x.size), trend - 2.0 * (rng.normal(0, 0.5, x.size))
    table, summary = zone_dependence(cells, Parameters())
    assert len(table) == 2 + 2 * 4 + 20
    every = summary.set_index("system").loc["all"]
    assert every["n_systems"] == len(table) and every["lowest"] <= every["highest"]
    cells_only = table.loc[table["system"] == "cells", "value"].iloc[0]
    assert cells_only == pytest.approx(weighted_correlation(*(cells[c].to_numpy() for c in ("residents", "a", "b"))))
    quarters = table.loc[table["system"] == "quarters", "value"].iloc[0]
    assert quarters > cells_only  # averages of zones hang together more than cells: the trend stays, the noise goes


def test_cells_without_the_columns_are_refused_by_name() -> None:
    with pytest.raises(InputError, match="residents"):
        zone_dependence(pd.DataFrame({"x_m": [0.0], "y_m": [0.0]}), Parameters())
