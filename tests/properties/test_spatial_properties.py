"""What holds of spatial association whatever the map: order, unit, turning the scale round, adding up."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from nahraum.index.spatial.global_ import geary, getis_ord, moran
from nahraum.index.spatial.local import local_g, local_moran
from nahraum.index.spatial.neighbours import from_pairs, nearest, only, row_standardised
from nahraum.index.spatial.permuting import false_discovery


@st.composite
def maps(draw):
    """Areas with values, joined at random both ways, some without a neighbour."""
    n = draw(st.integers(5, 14))
    numbers = draw(st.lists(st.integers(0, 50), min_size=n, max_size=n))
    joined = draw(st.lists(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)), min_size=4, max_size=30))
    first, second = np.array(joined, dtype=np.int64).T
    ids = [f"a{at:02d}" for at in range(n)]
    w = from_pairs(ids, np.concatenate([first, second]), np.concatenate([second, first]))
    assume(len(w.indices) and len(set(numbers)) > 1)
    return pd.Series(numbers, index=ids, dtype=float), w


@given(maps())
def test_the_order_of_areas_says_nothing(town):
    values, w = town
    turn = np.arange(len(values))[::-1]
    turned = from_pairs([w.ids[at] for at in turn], turn[w.rows], turn[w.indices])
    for measure in (moran, geary, getis_ord):
        one, other = measure(values, w), measure(values[::-1], turned)
        assert one.value == pytest.approx(other.value, rel=1e-9, abs=1e-12, nan_ok=True)
        assert one.sd_randomisation == pytest.approx(other.sd_randomisation, rel=1e-6, abs=1e-9, nan_ok=True)


@given(maps(), st.floats(0.1, 100), st.floats(-50, 50))
def test_unit_and_zero_point_say_nothing(town, factor, start):
    values, w = town
    for measure in (moran, geary):
        assert measure(factor * values + start, w).value == pytest.approx(measure(values, w).value, rel=1e-6, abs=1e-9)
    turned = local_g(-values, w, itself=True, false_discovery_share=0.05).areas["local_g_z"]
    plain = local_g(values, w, itself=True, false_discovery_share=0.05).areas["local_g_z"]
    assert (-turned).tolist() == pytest.approx(plain.tolist(), abs=1e-9, nan_ok=True)


@given(maps())
@settings(max_examples=40, deadline=None)
def test_local_values_add_up_to_the_whole_and_probabilities_are_such(town):
    values, w = town
    shares = row_standardised(w)
    found = local_moran(values, shares, permutations=49, rng=np.random.default_rng(1), false_discovery_share=0.05)
    whole, n = moran(values, shares), len(values)
    summed = found.areas["local_i"].sum() * n / (n - 1) / shares.weights.sum()
    assert summed == pytest.approx(whole.value, rel=1e-9, abs=1e-12)
    p, q = found.areas["p"].dropna(), found.areas["q"].dropna()
    assert p.between(0, 1).all() and q.between(0, 1).all() and (q >= p - 1e-12).all()
    assert set(found.areas.loc[found.areas["status"] == "undetermined", "area_id"]) == set(w.islands)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=40))
def test_the_order_of_p_is_kept_by_q(p):
    numbers = np.array(p)
    q = false_discovery(numbers)
    order = np.argsort(numbers, kind="stable")
    assert (np.diff(q[order]) >= -1e-12).all() and (q >= numbers - 1e-12).all()


@given(maps(), st.data())
def test_leaving_an_area_out_is_making_the_map_without_it(town, data):
    values, w = town
    kept = np.ones(len(values), dtype=bool)
    kept[data.draw(st.integers(0, len(values) - 1))] = False
    left = only(w, kept)
    pairs = {(w.ids[i], w.ids[j]) for i, j in zip(w.rows, w.indices, strict=True) if kept[i] and kept[j]}
    assert {(left.ids[i], left.ids[j]) for i, j in zip(left.rows, left.indices, strict=True)} == pairs


@given(st.integers(0, 2**32 - 1), st.integers(1, 4))
@settings(max_examples=30, deadline=None)
def test_everybody_has_k_nearest_ones_whatever_lies_on_top_of_what(seed, k):
    rng = np.random.default_rng(seed)
    x, y = rng.integers(0, 3, (2, 12)) * 100.0
    found = nearest(x, y, [f"a{at:02d}" for at in range(12)], k=k)
    assert set(found.counts) == {k} and (found.rows != found.indices).all()
