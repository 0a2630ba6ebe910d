"""Secondary suppression on tables small enough to be checked by hand."""

from __future__ import annotations

import numpy as np
import pytest

from nahraum.errors import InputError, NahraumError
from nahraum.publish.secondary import suppressed, weights_of
from nahraum.publish.suppression_tables import Table, table_of

CITY = {"A": "city", "B": "city", "C": "city"}
WAVES = {"w1": "all", "w2": "all", "w3": "all"}
INVESTMENT = {  # Fischetti and Salazar (2001), figure 1: regions by activities with both margins
    ("I", "A"): 20.0, ("I", "B"): 50.0, ("I", "C"): 10.0,
    ("II", "A"): 8.0, ("II", "B"): 19.0, ("II", "C"): 22.0,
    ("III", "A"): 17.0, ("III", "B"): 32.0, ("III", "C"): 12.0,
}  # fmt: skip
MARGINS = ({"I": "t", "II": "t", "III": "t"}, {"A": "t", "B": "t", "C": "t"})


def only(table: Table, *keys: tuple[str, ...]) -> np.ndarray:
    return np.array([key in keys for key in table.keys])


def gone(table: Table, hidden: np.ndarray) -> set[tuple[str, ...]]:
    return {key for key, one in zip(table.keys, hidden, strict=True) if one}


def test_two_small_counts_of_one_total_protect_each_other():
    table = table_of({("A",): 2.0, ("B",): 2.0, ("C",): 40.0}, [CITY])
    found = suppressed(table, only(table, ("A",), ("B",)), protection=3.0, exact_up_to=50)
    assert gone(table, found.hidden) == {("A",), ("B",)}
    assert (found.low[0], found.high[0]) == (0.0, 4.0)
    assert found.weight == 0.0


def test_a_lone_small_count_takes_the_cheapest_other_one_with_it():
    table = table_of({("A",): 2.0, ("B",): 9.0, ("C",): 40.0}, [CITY])
    found = suppressed(table, only(table, ("A",)), protection=3.0, exact_up_to=50)
    assert gone(table, found.hidden) == {("A",), ("B",)}
    assert (found.low[0], found.high[0]) == (0.0, 11.0)


def test_a_partner_too_small_to_hide_behind_is_not_enough():
    # 1 + 1 = 2 is known: both together are below three, so a third count has to go
    table = table_of({("A",): 1.0, ("B",): 1.0, ("C",): 40.0}, [CITY])
    found = suppressed(table, only(table, ("A",), ("B",)), protection=3.0, exact_up_to=50)
    assert gone(table, found.hidden) == {("A",), ("B",), ("C",)}


def test_in_a_two_way_table_three_more_counts_go_for_one():
    # the circle through C and III that costs least; every row and column then holds two held-back counts
    table = table_of(INVESTMENT, MARGINS)
    primary = only(table, ("II", "C"))
    found = suppressed(table, primary, protection=5.0, weights=np.maximum(table.values, 1.0), exact_up_to=50)
    assert found.how == "optimal"
    assert gone(table, found.hidden) == {("II", "C"), ("II", "A"), ("I", "C"), ("I", "A")} or gone(
        table, found.hidden
    ) == {("II", "C"), ("II", "A"), ("III", "C"), ("III", "A")}
    # A, C of II and III: 8 + 17 + 12 = 37; with I: 8 + 20 + 10 = 38
    assert found.weight == pytest.approx(37.0)
    at = table.keys.index(("II", "C"))
    assert (found.low[at], found.high[at]) == (5.0, 30.0)  # II has 30 in A and C, III 29, of these A has 25 and C 34


def test_districts_are_protected_between_the_city_and_its_quarters():
    areas = {"Q1": "D1", "Q2": "D1", "Q3": "D2", "Q4": "D2", "D1": "city", "D2": "city"}
    counts = {("Q1",): 2.0, ("Q2",): 30.0, ("Q3",): 8.0, ("Q4",): 50.0, ("D1",): 32.0, ("D2",): 58.0, ("city",): 90.0}
    table = table_of(counts, [areas])
    found = suppressed(table, only(table, ("Q1",)), protection=3.0, exact_up_to=50)
    assert gone(table, found.hidden) == {("Q1",), ("Q2",)}  # within D1; Q3 would need D1 and D2, too


def test_totals_that_the_table_does_not_give_are_taken_as_known():
    table = table_of({("A", "w1"): 2.0, ("B", "w1"): 9.0}, [CITY, {}])
    assert table.keys[-1] == ("city", "w1")
    assert table.values[-1] == 11.0
    assert not table.given[-1]


def test_a_total_that_its_parts_do_not_add_up_to_helps_nobody():
    table = table_of({("A",): 2.0, ("B",): 9.0, ("city",): 15.0}, [CITY])
    assert ("city", "of the parts") in table.keys
    assert abs(table.relations @ table.values).max() == 0.0


def test_a_total_weighs_as_much_as_its_parts():
    table = table_of({("A",): 9.0, ("B",): 99.0}, [CITY])
    assert weights_of(table).tolist() == pytest.approx([2.0, 3.0, 5.0])


def test_everybody_knows_that_there_are_no_more_cases_than_residents():
    table = table_of({("A",): 2.0, ("B",): 9.0, ("C",): 30.0}, [CITY])
    ceiling = np.array([2.0, 9.0, 30.0, 41.0])  # everybody of A, B and C is ill: nothing can be hidden
    with pytest.raises(NahraumError, match="cannot be protected"):
        suppressed(table, only(table, ("A",)), protection=3.0, ceiling=ceiling, exact_up_to=50)


def test_a_small_count_whose_total_is_known_elsewhere_is_an_error_that_names_it():
    table = table_of({("A",): 2.0, ("B",): 0.0}, [CITY])
    with pytest.raises(NahraumError, match=r"WHERE +\('A',\): 2"):
        suppressed(table, only(table, ("A",)), protection=3.0)


def test_nothing_is_held_back_where_nothing_is_small():
    table = table_of(INVESTMENT, MARGINS)
    found = suppressed(table, np.zeros(len(table), dtype=bool), protection=3.0, exact_up_to=50)
    assert (found.how, found.hidden.any()) == ("none", False)


def test_one_area_and_no_areas_are_answered():
    assert len(table_of({}, [CITY])) == 0
    empty = table_of({}, [CITY])
    assert suppressed(empty, np.zeros(0, dtype=bool), protection=3.0).how == "none"
    alone = table_of({("A",): 2.0}, [{"A": "city"}])
    found = suppressed(alone, alone.values < 3, protection=3.0)  # its total is as small, and unpublished
    assert found.hidden.all()


def test_negative_counts_and_circles_are_refused():
    with pytest.raises(InputError, match="counts from 0 on"):
        table_of({("A",): -1.0, ("B", "w1"): 2.0}, [CITY])
    with pytest.raises(InputError, match="circle"):
        table_of({("A",): 1.0}, [{"A": "B", "B": "A"}])


def test_a_table_too_large_for_the_exact_way_is_protected_as_well():
    table = table_of(INVESTMENT, MARGINS)
    found = suppressed(table, only(table, ("II", "C")), protection=5.0, exact_up_to=0)
    assert found.how == "heuristic"
    at = table.keys.index(("II", "C"))
    assert found.high[at] - found.low[at] >= 5.0


def test_a_large_table_with_two_hierarchies_is_protected_with_few_more_counts():
    rng = np.random.default_rng(1)
    n = 600
    counts = {(f"Q{i:04d}", f"w{w}"): float(v) for i in range(n) for w, v in enumerate(rng.poisson(rng.gamma(2, 6), 3))}
    areas = {f"Q{i:04d}": f"D{i % 12}" for i in range(n)} | {f"D{d}": "city" for d in range(12)}
    whole = table_of(counts, [areas, WAVES])
    table = table_of(dict(zip(whole.keys, whole.values.tolist(), strict=True)), [areas, WAVES])
    primary = (table.values > 0) & (table.values < 3)
    found = suppressed(table, primary, protection=3.0)
    assert (found.high - found.low)[primary].min() >= 3.0 - 1e-6
    assert found.hidden.sum() < 2 * primary.sum()
