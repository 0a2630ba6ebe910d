"""Rings of exchanges and chains of moves, against all there are in small cases."""

from __future__ import annotations

from itertools import permutations, product

import numpy as np
import pytest

from nahraum.flexhousing.move_kernels import between
from nahraum.flexhousing.moves import Classes, best_moves


def _classes(need, usable, persons, *, new=()):
    need, usable, persons = (np.array(one) for one in (need, usable, persons))
    crowded, n = usable < need, len(need)
    takes = (usable[None, :] >= need[:, None]) & (crowded[:, None] | (usable[None, :] < usable[:, None]))
    is_new = np.isin(np.arange(n), new)
    takes[is_new] = ~is_new[None, :]
    np.fill_diagonal(takes, False)
    through = is_new if len(new) else np.ones(n, dtype=bool)
    worth = np.where(crowded & ~is_new, persons, 0).astype(float)
    return Classes(np.ones(n, dtype=np.int64), worth, takes, through)


def _enumerated(classes, longest):
    """The best set of walks without a common home, by trying all."""
    n = len(classes.count)
    walks = {
        frozenset(ring)
        for size in range(2, longest + 1)
        for ring in permutations(range(n), size)
        if all(classes.takes[a, b] for a, b in zip(ring, ring[1:] + ring[:1], strict=True))
        and any(classes.through[one] for one in ring)
    }

    def best(free, listed):
        if not listed:
            return 0.0
        first, rest = listed[0], listed[1:]
        without = best(free, rest)
        if not first <= free:
            return without
        return max(without, sum(classes.worth[one] for one in first) + best(free - first, rest))

    return best(frozenset(range(n)), sorted(walks, key=sorted))


def test_a_crowded_family_and_a_couple_with_spare_rooms_exchange_their_homes():
    moved = best_moves(_classes([3, 1], [2, 3], [4, 2]))
    assert (moved.value, moved.bound, moved.movers.tolist(), moved.n_rings) == (4.0, 4.0, [1, 1], 1)


def test_nothing_is_proven_where_the_time_was_up(monkeypatch):
    from nahraum.flexhousing import moves

    monkeypatch.setattr(moves, "_ROUNDS", 1)
    classes = _classes([3, 3, 1], [2, 2, 3], [4, 5, 2])  # one home for two families
    found = best_moves(classes)
    assert found.value == 5.0 and found.bound == 9.0


@pytest.mark.parametrize("seed", range(6))
def test_the_bound_is_that_of_a_linear_program_over_all_walks(seed):
    from scipy.optimize import linprog

    rng = np.random.default_rng(seed)
    n, longest = 9, 2 + seed % 3
    few = _classes(rng.integers(1, 6, n), rng.integers(1, 6, n), rng.integers(2, 7, n), new=[n - 1] if seed > 2 else [])
    classes = Classes(rng.integers(1, 6, n), few.worth, few.takes, few.through)
    walks = [
        walk
        for size in range(2, longest + 1)
        for walk in product(range(n), repeat=size)
        if all(classes.takes[a, b] for a, b in zip(walk, walk[1:] + walk[:1], strict=True))
        and classes.through[list(walk)].any()
    ]
    used = np.array([np.bincount(walk, minlength=n) for walk in walks]).reshape(-1, n)
    told = linprog(-used @ classes.worth, A_ub=used.T, b_ub=classes.count) if len(walks) else None
    best = -told.fun if told is not None else 0.0
    moved = best_moves(classes, longest=longest)
    assert moved.bound == pytest.approx(best, abs=1e-4)
    assert best - 1.0 < moved.value <= best + 1e-6


def test_the_most_valuable_class_between_two_is_found_also_among_more_than_a_word_of_bits():
    """Of all k with x takes k and k takes y the dearest one, of equals the lowest; none where there is none."""
    rng = np.random.default_rng(4)
    n = 130
    takes, net = rng.random((n, n)) < 0.06, rng.integers(-3, 4, n).astype(float)
    middle, best = between(takes, net)
    worth = np.where(takes[:, :, None] & takes[None, :, :], net[None, :, None], -np.inf)
    there = np.isfinite(worth).any(axis=1)
    assert 0.1 < there.mean() < 0.9 and ((middle >= 0) == there).all()
    assert (middle[there] == worth.argmax(axis=1)[there]).all() and (best[there] == worth.max(axis=1)[there]).all()


def test_nobody_moves_where_no_home_is_large_enough():
    assert best_moves(_classes([4, 1], [2, 3], [5, 1])).value == 0.0


def test_a_ring_of_three_homes_is_found_where_no_two_fit():
    # A needs 4 has 2, B needs 3 has 4, C needs 2 has 3: A takes B's, B takes C's, C takes A's
    classes = _classes([4, 3, 2], [2, 4, 3], [5, 3, 2])
    assert best_moves(classes, longest=2).value == 0.0
    assert best_moves(classes, longest=3).value == 5.0


def test_a_new_home_relieves_two_families_one_after_the_other():
    # the new home of 3 rooms: who needs 3 and has 2 moves in, who needs 2 and has 1 follows
    chain = _classes([3, 2, 0], [2, 1, 3], [4, 2, 0], new=[2])
    assert best_moves(chain, longest=2).value == 4.0
    assert best_moves(chain, longest=4).value == 6.0


def test_without_a_new_home_nobody_moves_in_a_chain():
    classes = _classes([3, 1, 9], [2, 3, 1], [4, 2, 0], new=[2])
    closed = Classes(np.array([1, 1, 0]), classes.worth, classes.takes, classes.through)
    assert best_moves(closed).value == 0.0


@pytest.mark.parametrize("seed", range(12))
def test_the_best_moves_are_those_of_enumeration_and_never_above_the_bound(seed):
    rng = np.random.default_rng(seed)
    n = 8
    new = [n - 1] if seed % 2 else []
    classes = _classes(rng.integers(1, 5, n), rng.integers(1, 5, n), rng.integers(2, 6, n), new=new)
    for longest in (2, 3, 4):
        moved = best_moves(classes, longest=longest)
        assert moved.value == pytest.approx(_enumerated(classes, longest))
        assert moved.value <= moved.bound + 1e-6


def test_longer_rings_and_more_homes_never_relieve_fewer():
    rng = np.random.default_rng(5)
    need, usable, persons = rng.integers(1, 6, 30), rng.integers(1, 6, 30), rng.integers(2, 7, 30)
    classes = _classes(need, usable, persons)
    values = [best_moves(classes, longest=longest).value for longest in (2, 3, 4)]
    assert values == sorted(values)
    twice = Classes(2 * classes.count, classes.worth, classes.takes, classes.through)
    assert best_moves(twice).value >= 2 * values[-1] * (1 - 1e-3)


def test_every_home_that_is_left_is_taken_once():
    rng = np.random.default_rng(9)
    classes = _classes(rng.integers(1, 6, 25), rng.integers(1, 6, 25), rng.integers(2, 7, 25))
    moved = best_moves(classes)
    left, taken = np.zeros(25, dtype=int), np.zeros(25, dtype=int)
    for walk, times in moved.walks:
        for mover, home in zip(walk, walk[1:] + walk[:1], strict=True):
            assert classes.takes[mover, home]
            left[mover] += times
            taken[home] += times
    assert (left == taken).all() and (left <= classes.count).all() and (left == moved.movers).all()
