"""Who neighbours whom: touching, within reach, the nearest, from a file; islands and borders that do not quite meet."""

import numpy as np
import pytest
import shapely

from nahraum.errors import InputError
from nahraum.index.spatial.neighbours import (
    contiguity,
    distance_band,
    from_pairs,
    gal,
    nearest,
    only,
    row_standardised,
)

IDS = ("a", "b", "c", "d", "e")


def squares(gap=0.0):
    """a b above c d, each of 100 m, and e far away; `gap` between them."""
    at = [(0, 100 + gap), (100 + gap, 100 + gap), (0, 0), (100 + gap, 0), (900, 900)]
    return np.array([shapely.box(x, y, x + 100, y + 100) for x, y in at], dtype=object)


def pairs(found):
    return {f"{found.ids[i]}{found.ids[j]}" for i, j in zip(found.rows, found.indices, strict=True)}


QUEEN = {"ab", "ac", "ad", "bc", "bd", "cd"}
ROOK = {"ab", "ac", "bd", "cd"}


def both_ways(names):
    return names | {name[::-1] for name in names}


@pytest.mark.parametrize(("gap", "tolerance_m"), [(0, 0), (0, 1), (0.4, 1), (-0.4, 1)])
@pytest.mark.parametrize(("rule", "expected"), [("queen", QUEEN), ("rook", ROOK)])
def test_queens_touch_in_a_corner_and_rooks_along_a_border(rule, expected, gap, tolerance_m):
    found = contiguity(squares(gap), IDS, rule=rule, tolerance_m=tolerance_m)
    assert pairs(found) == both_ways(expected)
    assert found.islands == ("e",)


def test_without_tolerance_a_gap_of_a_hand_makes_islands():
    assert contiguity(squares(0.1), IDS).islands == IDS


def test_an_area_inside_another_shares_its_whole_border():
    outer, inner = shapely.box(0, 0, 100, 100), shapely.box(40, 40, 60, 60)
    ring = shapely.difference(outer, inner)
    for tolerance_m in (0.0, 1.0):
        assert pairs(contiguity(np.array([ring, inner]), ["r", "i"], rule="rook", tolerance_m=tolerance_m)) == {
            "ri",
            "ir",
        }


def test_areas_without_polygon_and_ids_that_repeat_are_refused():
    with pytest.raises(InputError, match="area 'b' has no polygon"):
        contiguity(np.array([shapely.box(0, 0, 1, 1), shapely.Polygon()], dtype=object), ["a", "b"])
    with pytest.raises(InputError, match="area_id repeats"):
        contiguity(squares(), ["a", "a", "c", "d", "e"])
    with pytest.raises(InputError, match="rule 'king'"):
        contiguity(squares(), IDS, rule="king")


def test_a_distance_band_holds_what_is_within_and_no_more():
    found = distance_band(np.array([0.0, 100, 200.1]), np.zeros(3), ["a", "b", "c"], reach_m=100)
    assert pairs(found) == {"ab", "ba"} and found.islands == ("c",)
    with pytest.raises(InputError, match="more than 0 m"):
        distance_band(np.zeros(1), np.zeros(1), ["a"], reach_m=0)
    with pytest.raises(InputError, match="'b' has no point"):
        distance_band(np.array([0.0, np.nan]), np.zeros(2), ["a", "b"], reach_m=1)


def test_the_nearest_of_equally_near_ones_are_those_of_lowest_id():
    x, y = np.array([0.0, 100, -100, 0, 0]), np.array([0.0, 0, 0, 100, -100])
    found = nearest(x, y, ["m", "d", "c", "b", "a"], k=2)
    assert {"ma", "mb"} <= pairs(found) and not {"mc", "md"} & pairs(found)
    assert set(found.counts) == {2}


def test_the_nearest_equal_a_plain_search():
    rng = np.random.default_rng(2)
    x, y = rng.uniform(0, 1000, (2, 60))
    found = nearest(x, y, [f"{at:02d}" for at in range(60)], k=4)
    far = np.hypot(x[:, None] - x, y[:, None] - y) + np.diag([np.inf] * 60)
    for at in range(60):
        assert set(found.indices[found.start[at] : found.start[at + 1]]) == set(np.argsort(far[at])[:4])


def test_more_nearest_ones_than_there_are_areas_are_refused():
    with pytest.raises(InputError, match="3 nearest"):
        nearest(np.zeros(3), np.zeros(3), ["a", "b", "c"], k=3)


def test_points_on_top_of_each_other_are_neighbours():
    assert pairs(nearest(np.zeros(3), np.array([0.0, 0, 5]), ["a", "b", "c"], k=1)) == {"ab", "ba", "ca"}


def test_a_gal_file_is_read_with_its_islands():
    found = gal("0 3 areas ID\na 1\nb\nb 1\na\nc 0\n\n")
    assert found.ids == ("a", "b", "c") and pairs(found) == {"ab", "ba"} and found.islands == ("c",)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("3\na 1\nb\nb 1\na\n", "announces '3' areas and lists 2"),
        ("2\na 2\nb\nb 1\na\n", "'a 2' has 1 neighbours"),
        ("2\na 1\nx\nb 1\na\n", "unknown neighbour 'x'"),
        ("", "announces ''"),
    ],
)
def test_a_gal_file_that_does_not_fit_is_refused(text, told):
    with pytest.raises(InputError, match=told):
        gal(text, called="quarters.gal")


def test_rows_add_up_to_one_and_those_of_islands_to_nothing():
    found = row_standardised(contiguity(squares(), IDS))
    assert np.bincount(found.rows, found.weights, 5).tolist() == pytest.approx([1, 1, 1, 1, 0])
    assert found.lag(np.array([1.0, 2, 3, 4, 99])).tolist() == pytest.approx([3, 8 / 3, 7 / 3, 2, 0])


def test_what_is_left_out_is_nobodys_neighbour_and_the_rest_shares_its_weight():
    found = only(row_standardised(contiguity(squares(), IDS)), np.array([True, False, True, True, True]))
    assert found.ids == ("a", "c", "d", "e") and pairs(found) == both_ways({"ac", "ad", "cd"})
    assert found.weights.tolist() == [0.5] * 6 and found.by_row


def test_pairs_given_twice_and_with_oneself_count_once_and_not_at_all():
    found = from_pairs(["a", "b"], np.array([0, 0, 0]), np.array([1, 1, 0]))
    assert pairs(found) == {"ab"} and found.islands == ("b",)


def test_no_areas_have_no_neighbours():
    found = from_pairs([], np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))
    assert found.ids == () and len(found.lag(np.zeros(0))) == 0
