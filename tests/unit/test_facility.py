"""Location models by hand: a row of houses, who is covered, who finds room; demands and bad input."""

import numpy as np
import pytest

from nahraum.errors import InputError
from nahraum.measures.facility import (
    Covered,
    capacitated_covering,
    maximal_covering,
    p_median,
    served_by_matrix,
    served_by_pairs,
)

pytestmark = pytest.mark.xdist_group("facility")  # one worker compiles their kernels

# five houses in a row at 0, 1, 2, 7 and 9; each is a site too
PLACES = np.array([0.0, 1, 2, 7, 9])
ROW = np.abs(PLACES[:, None] - PLACES[None, :])


def test_one_site_stands_in_the_middle_of_the_people():
    found = p_median(served_by_matrix(ROW), 1)
    assert (found.sites, found.value, found.status) == ((2,), 2 + 1 + 0 + 5 + 7, "optimal")


def test_two_sites_share_the_row():
    found = p_median(served_by_matrix(ROW), 2)
    assert (found.value, found.bound) == (1 + 0 + 1 + 2, 4.0)
    assert found.sites == (1, 3)  # 4 instead of 3 costs the same: the lower number


def test_weights_draw_the_site_to_the_many():
    assert p_median(served_by_matrix(ROW, np.array([1.0, 1, 1, 1, 20])), 1).sites == (4,)


def test_who_is_served_from_nowhere_costs_what_far_costs():
    pairs = ([0, 1], [0, 0], [3.0, 4.0])
    found = p_median(served_by_pairs(pairs, (3, 2), far=10.0), 1)
    assert (found.sites, found.value) == ((0,), 3 + 4 + 10)


def test_as_many_sites_as_places_leave_no_cost():
    assert p_median(served_by_matrix(ROW), 5).value == 0


def test_demanded_and_forbidden_sites_are_kept():
    served = served_by_matrix(ROW)
    assert p_median(served, 2, must=[0]).sites == (0, 3)
    assert p_median(served, 1, must_not=[2]).sites == (1,)


def test_demands_that_cannot_be_met_are_told_together():
    with pytest.raises(InputError) as told:
        p_median(served_by_matrix(ROW), 1, must=[0, 1, 9], must_not=[1])
    assert len(told.value.where) == 3
    with pytest.raises(InputError, match="6 sites are to be chosen, and 5 may be"):
        p_median(served_by_matrix(ROW), 6)


@pytest.mark.parametrize("bad", [np.array([[1.0, np.nan]]), np.array([[-1.0, 2.0]]), np.empty((0, 3)),
                                 np.array([[np.inf, np.inf]])])  # fmt: skip
def test_costs_that_are_no_costs_are_refused(bad):
    with pytest.raises(InputError, match="who can be served from where"):
        served_by_matrix(bad)


def test_pairs_that_come_twice_or_name_nobody_are_refused():
    with pytest.raises(InputError, match="come twice"):
        served_by_pairs(([0, 0], [0, 0], [1.0, 1.0]), (1, 1), far=5.0)
    with pytest.raises(InputError, match="not there"):
        served_by_pairs(([0, 7], [0, 0], [1.0, 1.0]), (2, 1), far=5.0)


# sites cover: 0 {a, b}, 1 {b, c}, 2 {c, d}, 3 {d}; e is covered by none
COVERED = Covered(
    np.array([0, 1, 1, 2, 2, 3, 3]), np.array([0, 0, 1, 1, 2, 2, 3]), np.array([10.0, 20, 30, 5, 99]), 4
)  # fmt: skip


def test_covering_takes_the_pair_that_reaches_most_people():
    one, two = maximal_covering(COVERED, 1), maximal_covering(COVERED, 2)
    assert (one.sites, one.value) == ((1,), 50)
    assert (two.sites, two.value, two.bound, two.status) == ((0, 2), 65, 65, "optimal")


def test_who_is_covered_from_nowhere_never_counts():
    assert maximal_covering(COVERED, 4).value == 65


def test_a_full_site_leaves_people_to_others():
    found = capacitated_covering(COVERED, np.array([15.0, 40, 40, 40]), 2)
    assert found.choice.sites == (1, 2)  # 40 of b and c at one, c and d at the other: 20 + 30 + 5
    assert found.choice.value == found.choice.bound == 55
    assert found.load.sum() == 55 and (found.load <= [15, 40, 40, 40]).all()


def test_without_capacity_nobody_is_served():
    assert capacitated_covering(COVERED, np.zeros(4), 2).choice.value == 0


def test_room_for_all_is_plain_covering():
    assert capacitated_covering(COVERED, np.full(4, 1e6), 2).choice.sites == maximal_covering(COVERED, 2).sites


def test_nobody_to_cover_gives_nothing():
    nobody = Covered(np.empty(0, dtype=int), np.empty(0, dtype=int), np.empty(0), 3)
    assert maximal_covering(nobody, 2).value == 0
    assert capacitated_covering(nobody, np.ones(3), 2).choice.sites == (0, 1)


def test_capacities_that_do_not_fit_are_refused():
    with pytest.raises(InputError, match="capacities of the sites"):
        capacitated_covering(COVERED, np.array([1.0, np.nan, 2]), 1)
