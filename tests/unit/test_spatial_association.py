"""Global and local association: by hand on a chain, against all arrangements, and where there is no answer."""

import itertools
import math
import time

import numpy as np
import pandas as pd
import pytest

from nahraum.errors import InputError
from nahraum.index.spatial.global_ import assuncao_reis, eb_moran, geary, getis_ord, moran
from nahraum.index.spatial.local import local_g, local_moran
from nahraum.index.spatial.neighbours import distance_band, from_pairs, row_standardised
from nahraum.index.spatial.overview import association
from nahraum.index.spatial.permuting import conditional_p, draws, false_discovery
from nahraum.parameters import Parameters


def chain(n):
    """Areas a0, a1, … in a row, each touching the next."""
    at = np.arange(n - 1)
    ids = [f"a{number}" for number in range(n)]
    return from_pairs(ids, np.concatenate([at, at + 1]), np.concatenate([at + 1, at]))


def values(*numbers):
    return pd.Series([float(one) for one in numbers], index=[f"a{at}" for at in range(len(numbers))])


def rng():
    return np.random.default_rng(20)


def local(numbers, neighbours, **options):
    given = {"permutations": 999, "rng": rng(), "false_discovery_share": 0.05} | options
    return local_moran(numbers, neighbours, **given)


def test_moran_geary_and_g_of_four_areas_in_a_row_by_hand():
    # 1 2 3 4: z = -1.5 -.5 .5 1.5; Σ z² = 5; neighbouring products .75 - .25 + .75 = 1.25, each twice; S0 = 6
    found = values(1, 2, 3, 4)
    assert moran(found, chain(4)).value == pytest.approx(4 / 6 * 2.5 / 5)
    assert moran(found, chain(4)).expected == pytest.approx(-1 / 3)
    assert geary(found, chain(4)).value == pytest.approx(3 * 6 / (2 * 6 * 5))
    # products 2 + 6 + 12 = 20, each twice; all pairs: 10² - 30 = 70
    assert getis_ord(found, chain(4)).value == pytest.approx(40 / 70)
    assert getis_ord(found, chain(4)).expected == pytest.approx(6 / 12)


@pytest.mark.parametrize("measure", [moran, geary, getis_ord])
def test_expectation_and_variance_are_those_of_all_arrangements(measure):
    numbers, w = (1.0, 2, 2, 7, 11, 3), chain(6)
    every = [measure(values(*one), w).value for one in itertools.permutations(numbers)]
    found = measure(values(*numbers), w)
    assert np.mean(every) == pytest.approx(found.expected, rel=1e-10)
    assert np.std(every) == pytest.approx(found.sd_randomisation, rel=1e-9)


@pytest.mark.parametrize("measure", [moran, geary, getis_ord])
def test_random_arrangements_find_the_share_that_all_arrangements_have(measure):
    numbers, w = (1.0, 2, 3, 7, 11, 12), chain(6)
    every = np.array([measure(values(*one), w).value for one in itertools.permutations(numbers)])
    found = measure(values(*numbers), w, permutations=9999, rng=rng())
    exact = 2 * min((every >= found.value - 1e-9).mean(), (every <= found.value + 1e-9).mean())
    assert found.p_permutation == pytest.approx(min(1, exact), abs=0.01)


def test_the_same_start_gives_the_same_answer_and_none_is_refused():
    one, two = (moran(values(1, 5, 2, 8, 3), chain(5), permutations=99, rng=rng()) for _ in range(2))
    assert one == two
    with pytest.raises(InputError, match="need a start"):
        moran(values(1, 5, 2, 8, 3), chain(5), permutations=99)


@pytest.mark.parametrize(
    ("numbers", "told"),
    [
        ((3, 3, 3, 3), "All areas have the same value."),
        ((0.1 + 0.2, 0.3, 0.3, 0.3), "All areas have the same value."),
        ((3, math.nan, math.nan, math.nan), "Fewer than two areas with a value."),
        ((3, math.nan, 5, math.nan), "No area has a neighbour."),
    ],
)
def test_where_nothing_can_be_compared_there_is_a_reason(numbers, told):
    for measure in (moran, geary, getis_ord):
        found = measure(values(*numbers), chain(4), permutations=9, rng=rng())
        assert found.status == "undetermined" and found.note_en == told
        assert math.isnan(found.value) and math.isnan(found.p_permutation)
    areas = local(values(*numbers), chain(4)).areas
    assert set(areas["status"]) <= {"undetermined", "missing"} and not areas["named"].any()
    assert local_g(values(*numbers), chain(4), itself=True, false_discovery_share=0.05).areas["local_g_z"].isna().all()


def test_one_area_only():
    w = from_pairs(["a0"], np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))
    assert moran(values(3), w).status == "undetermined"
    assert local(values(3), w).areas["status"].tolist() == ["undetermined"]
    assert local_g(values(3), w, itself=False, false_discovery_share=0.05).areas["status"].tolist() == ["undetermined"]


def test_getis_ord_does_not_judge_negative_values():
    assert "ab 0" in getis_ord(values(-1, 2, 3), chain(3)).note_de
    assert getis_ord(values(0, 2, 0), chain(3)).note_en == "One area only is above 0."


def test_an_unknown_area_is_left_out_and_its_neighbours_share_anew():
    numbers = values(1, 2, math.nan, 5, 9)
    found = moran(numbers, row_standardised(chain(5)))
    short = from_pairs(["a0", "a1", "a3", "a4"], np.array([0, 1, 2, 3]), np.array([1, 0, 3, 2]))
    assert found.value == pytest.approx(moran(numbers.dropna(), row_standardised(short)).value)
    assert found.unknown == ("a2",) and "1 Gebiet ohne bekannten Wert ausgelassen" in found.note_de
    areas = local(numbers, chain(5)).areas.set_index("area_id")
    assert areas.loc["a2", "status"] == "missing" and math.isnan(areas.loc["a2", "p"])


def test_an_island_is_kept_in_the_whole_and_unknown_by_itself():
    w = from_pairs([f"a{at}" for at in range(5)], np.array([0, 1, 1, 2, 2, 3]), np.array([1, 0, 2, 1, 3, 2]))
    found = moran(values(1, 2, 3, 4, 90), row_standardised(w))
    assert found.areas == 5 and found.islands == ("a4",) and "ohne Nachbargebiet" in found.note_de
    result = local(values(1, 2, 3, 4, 90), w)
    assert result.areas.set_index("area_id").loc["a4", ["status", "quadrant"]].tolist() == ["undetermined", ""]
    assert "ohne Nachbargebiet" in result.note_de
    g = local_g(values(1, 2, 3, 4, 90), w, itself=True, false_discovery_share=0.05).areas.set_index("area_id")
    assert g.loc["a4", "status"] == "undetermined"


def test_areas_that_nobody_placed_are_refused():
    with pytest.raises(InputError) as caught:
        moran(pd.Series([1.0, math.inf, 2.0], index=["a0", "a1", "z9"], name="green"), chain(3))
    assert "green" in str(caught.value) and "z9" in str(caught.value) and "infinite" in str(caught.value)
    with pytest.raises(InputError, match="repeats"):
        moran(pd.Series([1.0, 2.0], index=["a0", "a0"]), chain(3))


def test_local_moran_by_hand_and_it_adds_up_to_the_whole():
    numbers, w = values(1, 2, 3, 4), row_standardised(chain(4))
    areas = local(numbers, w).areas
    # z = -1.5 -.5 .5 1.5, Σ z² = 5, n - 1 = 3; lags -.5 -.5 .5 .5
    assert areas["local_i"].tolist() == pytest.approx([3 * 0.75 / 5, 3 * 0.25 / 5, 3 * 0.25 / 5, 3 * 0.75 / 5])
    assert areas["quadrant"].tolist() == ["low_low", "low_low", "high_high", "high_high"]
    assert areas["lag_mean"].tolist() == pytest.approx([2, 2, 3, 3])
    assert areas["local_i"].sum() / 3 == pytest.approx(moran(numbers, w).value)


def test_conditional_arrangements_find_the_share_of_all_choices_of_neighbours():
    numbers, w = np.array([1.0, 2, 3, 7, 11, 12]), row_standardised(chain(6))
    p = conditional_p(numbers, w, 9999, rng())
    for at in range(6):
        others, k = np.delete(numbers, at), int(w.counts[at])
        every = np.array([np.mean(one) for one in itertools.combinations(others, k)])
        own = w.lag(numbers)[at]
        exact = 2 * min((every >= own - 1e-9).mean(), (every <= own + 1e-9).mean())
        assert p[at] == pytest.approx(min(1, exact), abs=0.02)


def test_drawn_neighbours_are_different_and_every_one_is_as_likely():
    chosen = draws(6, 3, 20_000, rng())
    assert all(len(set(row)) == 3 for row in chosen[:500].tolist())
    for column in range(3):
        assert np.bincount(chosen[:, column], minlength=6) / 20_000 == pytest.approx(np.full(6, 1 / 6), abs=0.01)
    assert sorted(draws(4, 4, 1, rng())[0].tolist()) == [0, 1, 2, 3]


def test_where_all_are_neighbours_nothing_is_left_to_chance():
    first, second = np.nonzero(~np.eye(5, dtype=bool))
    everybody = from_pairs([f"a{at}" for at in range(5)], first, second)
    areas = local(values(1, 2, 3, 4, 9), everybody).areas
    assert areas["p"].tolist() == [1.0] * 5
    assert local_g(values(1, 2, 3, 4, 9), everybody, itself=True, false_discovery_share=0.05).areas["p"].isna().all()


def test_false_discoveries_by_hand():
    # Benjamini & Hochberg: sorted p times m over rank, from the largest down never rising
    p = np.array([0.01, 0.04, 0.03, np.nan, 0.5])
    assert false_discovery(p)[[0, 1, 2, 4]] == pytest.approx([0.04, 0.16 / 3, 0.16 / 3, 0.5])
    assert math.isnan(false_discovery(p)[3]) and len(false_discovery(np.zeros(0))) == 0


def grid(side):
    at = np.arange(side * side)
    x, y = (at % side) * 100.0, (at // side) * 100.0
    return distance_band(x, y, [f"g{number:04d}" for number in at], reach_m=150), x, y


def test_a_planted_cluster_is_named_and_noise_hardly():
    w, x, y = grid(20)
    noise = np.random.default_rng(4).normal(size=400)
    inside, core = np.hypot(x - 500, y - 500) < 350, np.hypot(x - 500, y - 500) < 250
    numbers = pd.Series(noise + 4 * inside, index=list(w.ids))
    areas = local(numbers, w, permutations=9999).areas
    assert areas.loc[core, "pattern"].eq("high_high").all()
    assert areas.loc[~inside, "named"].mean() < 0.15
    quiet = local(pd.Series(noise, index=list(w.ids)), w, permutations=9999).areas
    assert quiet["named"].mean() < 0.02
    hot = local_g(numbers, w, itself=True, false_discovery_share=0.05).areas
    assert hot.loc[core, "pattern"].eq("hot").all()


def test_few_arrangements_say_how_many_areas_they_need():
    w, _, _ = grid(20)
    numbers = pd.Series(np.random.default_rng(4).normal(size=400), index=list(w.ids))
    assert "erst ab 16 gleich starken" in local(numbers, w, permutations=999).note_de


def test_rates_of_few_people_are_held_against_chance_by_hand():
    # METHODS 13: O = 2,5,20,1; P = 100,200,400,300; mean .028; between .000272333
    cases, people = values(2, 5, 20, 1), values(100, 200, 400, 300)
    found = assuncao_reis(cases, people, chain(4))
    by_hand = [
        (o / p - 0.028) / math.sqrt(0.000272333 + 0.028 / p) for o, p in ((2, 100), (5, 200), (20, 400), (1, 300))
    ]
    assert found.tolist() == pytest.approx(by_hand, abs=1e-5)
    assert eb_moran(cases, people, chain(4)).value == pytest.approx(moran(found, chain(4)).value)


def test_an_area_without_people_has_no_rate_and_negative_people_are_refused():
    assert eb_moran(values(2, 5, 0, 1), values(100, 200, 0, 300), chain(4)).unknown == ("a2",)
    with pytest.raises(InputError, match="negative"):
        eb_moran(values(2, 5), values(100, -1), chain(2))
    assert eb_moran(values(0, 0, 0), values(9, 9, 9), chain(3)).status == "undetermined"


def test_the_overview_tells_pattern_and_chance_in_both_languages():
    w, x, _ = grid(8)
    table = pd.DataFrame({"rising": x, "noise": np.random.default_rng(1).normal(size=64)}, index=list(w.ids))
    parameters = Parameters({"spatial.permutations": 999})
    found = association(table, w, parameters, seed=5)
    told = found.overall.set_index(["indicator", "measure"])
    assert told.loc[("rising", "moran"), "text_de"].startswith("Ähnliche Werte liegen beieinander (Moran-Index 0,")
    assert "p = 0,002" in told.loc[("rising", "moran"), "text_de"]
    assert told.loc[("noise", "moran"), "text_en"].startswith("No spatial pattern can be told from chance")
    turned = association(table[["noise", "rising"]][::-1], w, parameters, seed=5)
    pd.testing.assert_frame_equal(turned.overall, found.overall)
    pd.testing.assert_frame_equal(turned.areas, found.areas)


def test_the_overview_says_where_there_is_nothing_and_how_few_areas_there_are():
    table = pd.DataFrame({"flat": [1.0] * 6, "steep": [1.0, 2, 3, 5, 8, 13]}, index=[f"a{at}" for at in range(6)])
    rates = {"steep": (values(1, 2, 3, 5, 8, 13), values(9, 9, 9, 9, 9, 90))}
    found = association(table, chain(6), Parameters({"spatial.permutations": 99}), seed=5, rates=rates).overall
    told = found.set_index(["indicator", "measure"])["text_de"]
    assert told[("flat", "moran")] == "Nicht bestimmbar: Alle Gebiete haben denselben Wert."
    assert told[("steep", "moran")].endswith("Wenige Gebiete (6).") and ("steep", "eb_moran") in told.index


def test_ten_thousand_arrangements_of_three_thousand_areas_take_seconds():
    w, _, _ = grid(55)
    numbers = pd.Series(np.random.default_rng(0).normal(size=55 * 55), index=list(w.ids))
    begun = time.process_time()
    local(numbers, w, permutations=9999)
    moran(numbers, row_standardised(w), permutations=9999, rng=rng())
    assert time.process_time() - begun < 20
