import numpy as np
import pandas as pd
import pytest

from nahraum.index.variants import Followed, in_target_share, rank, variant_list
from nahraum.indicators import address_values, read_rules
from nahraum.parameters import Parameters
from six_cells import SIX, analysed, key, town

OFFERED = {"offered_50_share": {p["cell"]: 1.0 for p in SIX}}


def test_the_printed_list_changes_one_choice_at_a_time() -> None:
    area, access = town(SIX)
    parameters = Parameters()
    found = variant_list(read_rules(parameters), parameters, address_values(area, access))
    assert [variant.id for variant in found] == [
        "base", "living_space_25", "living_space_35", "green_400", "green_600", "green_access_only",
        "internet_50", "internet_1000", "supply_800", "supply_1200", "k_3",
    ]  # fmt: skip
    assert all(variant.label_de and variant.label_en for variant in found)


def test_several_means_at_least_two_in_every_variant() -> None:
    area, access = town(SIX)
    for k, expected in ((2, ["k_3"]), (3, ["k_2", "k_4"]), (4, ["k_3"])):
        parameters = Parameters({"counting.lacks_needed": k})
        found = variant_list(read_rules(parameters), parameters, address_values(area, access))
        assert [variant.id for variant in found if variant.id.startswith("k_")] == expected


def test_a_speed_without_data_is_printed_as_not_computed() -> None:
    table = analysed(speeds=OFFERED).result.variants.set_index("variant_id")
    assert table.loc["internet_1000", ["evaluated", "reason"]].tolist() == [False, "no_data"]
    assert np.isnan(table.loc["internet_1000", "several_share"])
    assert table["evaluated"].sum() == 10


def test_variants_give_the_share_that_the_other_choice_gives() -> None:
    table = analysed(speeds=OFFERED).result.variants.set_index("variant_id")["several_share"]
    # with 50 Mbit/s the 60 of the last cell have an offer; with 25 m² nobody lacks space
    assert table["base"] == pytest.approx(0.46)
    assert table["internet_50"] == pytest.approx(0.34)
    assert table["living_space_25"] == pytest.approx((50 + 60) / 500)
    assert table["k_3"] == pytest.approx(0.1)


def test_in_target_share_counts_the_variants_that_name_a_cell() -> None:
    cells = analysed(speeds=OFFERED).result.cells.set_index("cell_key")["in_target_share"]
    # (0, 0) drops out without a lack of space and with k = 3, (5, 6) with 50 Mbit/s and k = 3
    assert cells[key((0, 0))] == pytest.approx(0.8)
    assert cells[key((1, 0))] == 1.0
    assert cells[key((5, 5))] == 0.0
    assert cells[key((5, 6))] == pytest.approx(0.8)


def test_in_target_share_is_a_plain_mean_over_the_variants() -> None:
    followed = Followed(np.array([[True, False], [True, True]]), np.zeros((2, 2)))
    assert in_target_share(followed).tolist() == [1.0, 0.5]


def test_rank_and_its_range_among_comparable_quarters_only() -> None:
    followed = Followed(
        in_target=np.zeros((2, 4), dtype=bool),
        known_share=np.array([[0.4, 0.2, 0.2, 0.9], [0.1, 0.2, 0.3, 0.9]]),
    )
    comparable = pd.Series(["all", "all", "all", "green"])
    table = rank(followed, comparable)
    assert table["rank"].tolist() == [1, 2, 2, 1]
    assert table["rank_min"].tolist() == [1, 2, 1, 1]
    assert table["rank_max"].tolist() == [3, 2, 2, 1]
    assert table["n_comparable"].tolist() == [3, 3, 3, 1]
    assert rank(followed, pd.Series([None] * 4, dtype=object))["rank"].isna().all()


def test_a_quarter_with_too_few_residents_has_no_rank() -> None:
    people = [p | {"residents": p["residents"] * 2} for p in SIX]
    quarters = analysed(people).result.quarters.set_index("quarter_id")
    assert quarters["rank"].to_dict() == pytest.approx({"A": 1.0, "B": 2.0, "C": np.nan}, nan_ok=True)
