"""Max-p regions: as many as the floor allows, then as alike as possible; small cases against every division."""

from itertools import product

import numpy as np
import pandas as pd
import pytest

from lattice_units import lattice, name, units_at
from nahraum.errors import InputError
from nahraum.index.funding import max_p

pytestmark = pytest.mark.xdist_group("test_max_p")  # one worker compiles their kernels


def table(units, residents, **columns) -> pd.DataFrame:
    return pd.DataFrame({"residents": residents, **columns}, index=pd.Index(units.ids, name="unit_id"), dtype=float)


def pieces(units, region: pd.Series) -> dict[str, int]:
    """Connected pieces of each region, by walking from unit to unit."""
    near = {unit: set() for unit in units.ids}
    for a, b, open_ in zip(units.borders.first, units.borders.second, units.borders.is_open, strict=True):
        if open_:
            near[units.ids[a]].add(units.ids[b])
            near[units.ids[b]].add(units.ids[a])
    found = {}
    for label, group in region.groupby(region):
        left, count = set(group.index), 0
        while left:
            ways, count = [left.pop()], count + 1
            while ways:
                step = near[ways.pop()] & left
                left -= step
                ways += step
        found[label] = count
    return found


def test_every_region_reaches_the_floor_and_hangs_together():
    units = lattice(6, 6, walls={"rail": [[(3, 0), (3, 5)]]})
    rng = np.random.default_rng(2)
    told = table(units, rng.integers(20, 300, 36), status=rng.random(36))
    found = max_p(units, told, 800)
    sums = told["residents"].groupby(found.region).sum()
    assert (sums >= 800).all() and found.n_regions == len(sums) <= found.bound
    assert set(pieces(units, found.region).values()) == {1}


def test_equal_units_reach_the_bound():
    units = lattice(6, 6)
    found = max_p(units, table(units, [100.0] * 36), 300)
    assert found.n_regions == found.bound == 12


def _divisions(n: int):
    """All ways to put n units into unnamed groups, by restricted growth."""
    for labels in product(*[range(k + 1) for k in range(n)]):
        if all(label <= max(labels[:k], default=-1) + 1 for k, label in enumerate(labels)):
            yield np.array(labels)


def _best(units, residents, values, floor) -> tuple[int, float]:
    best = (0, np.inf)
    for labels in _divisions(len(units)):
        sums = np.bincount(labels, weights=residents)
        if (sums < floor).any() or len(sums) < best[0]:
            continue
        region = pd.Series([str(label) for label in labels], index=units.ids)
        if max(pieces(units, region).values()) > 1:
            continue
        spread = sum(abs(values[a] - values[b]) for a in range(len(labels)) for b in range(a) if labels[a] == labels[b])
        if len(sums) > best[0] or spread < best[1]:
            best = (len(sums), spread)
    return best


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_eight_units_equal_the_best_of_all_divisions(seed):
    units = lattice(4, 2)
    rng = np.random.default_rng(seed)
    residents, values = rng.integers(20, 120, 8).astype(float), rng.random(8)
    number, spread = _best(units, residents, values, 150)
    found = max_p(units, table(units, residents, status=values), 150, standardise=False)
    assert found.n_regions == number
    assert found.heterogeneity == pytest.approx(spread, rel=1e-9)


def test_two_halves_of_the_city_that_differ_are_told_apart():
    units = lattice(6, 4)
    status = [float(unit >= "u03") for unit in units.ids]
    found = max_p(units, table(units, [100.0] * 24, status=status), 1200)
    assert found.n_regions == 2 and found.heterogeneity == pytest.approx(0.0)
    assert found.region[name((0, 0))] != found.region[name((5, 3))]


def test_columns_that_are_all_equal_change_nothing_and_are_no_error():
    units = lattice(4, 4)
    found = max_p(units, table(units, [100.0] * 16, status=[3.0] * 16), 400)
    assert found.n_regions == 4 and found.heterogeneity == 0.0


def test_an_island_below_the_floor_has_no_region_and_a_note():
    units = units_at([(0, 0), (1, 0), (0, 1), (1, 1), (9, 9)])
    found = max_p(units, table(units, [100.0] * 5), 200)
    assert found.region[name((9, 9))] == "" and found.n_regions == 2
    assert found.notes.set_index("code").loc["max_p_islands", "count"] == 1


def test_the_order_of_rows_and_a_second_run_change_nothing():
    units = lattice(6, 6)
    rng = np.random.default_rng(5)
    told = table(units, rng.integers(20, 300, 36), status=rng.random(36))
    one = max_p(units, told, 700, seed=3)
    pd.testing.assert_series_equal(one.region, max_p(units, told.sample(frac=1, random_state=1), 700, seed=3).region)


def test_one_region_where_the_floor_is_the_city():
    units = lattice(3, 3)
    found = max_p(units, table(units, [100.0] * 9), 900)
    assert found.n_regions == 1 and len(set(found.region)) == 1


def test_what_cannot_be_used_is_told_at_once():
    units = lattice(3, 3)
    with pytest.raises(InputError, match="not known"):
        max_p(units, table(units, [100.0] * 9, status=[np.nan] * 9), 300)
    with pytest.raises(InputError, match="not above 0"):
        max_p(units, table(units, [100.0] * 9), 0)
    with pytest.raises(InputError, match="'residents' is missing"):
        max_p(units, table(units, [100.0] * 9).drop(columns="residents"), 300)
    with pytest.raises(InputError, match="not the same ids"):
        max_p(units, table(units, [100.0] * 9).iloc[1:], 300)
