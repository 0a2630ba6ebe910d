"""Kernels of moves: the most valuable walks at given prices, and the best mix of the walks known so far."""

from __future__ import annotations

import math

import numpy as np

from nahraum.compiled import compiled
from nahraum.flexhousing.model import Bools, Floats, Ints

_NEVER = -1e18
_TINY = 1e-9
_PIVOT = 1e-7  # below it a coefficient is an error of rounding
_NOBODY = -1


@compiled
def between(takes: Bools, net: Floats) -> tuple[Ints, Floats]:
    """For each class x and y the most valuable class k with x takes k and k takes y, and its worth; -1 for none.

    Notes
        The most valuable ones first (ties to the lower class), each where nothing stands yet; 64 classes y at a time.
    """
    n, n_words = net.size, (net.size + 63) // 64
    middle, best = np.full((n, n), _NOBODY), np.full((n, n), _NEVER)
    onto, free = np.zeros((n, n_words), np.uint64), np.full((n, n_words), ~np.uint64(0))
    for x in range(n):
        for y in range(n):
            if takes[x, y]:
                onto[x, y // 64] |= np.uint64(1) << np.uint64(y % 64)
    for k in np.argsort(-net, kind="mergesort"):
        for x in range(n):
            if takes[x, k]:
                for word in range(n_words):
                    new = onto[k, word] & free[x, word]
                    free[x, word] &= ~new
                    while new:
                        lowest = new & (~new + np.uint64(1))
                        y = word * 64 + math.frexp(float(lowest))[1] - 1
                        middle[x, y], best[x, y] = k, net[k]
                        new &= ~lowest
    return middle, best


@compiled
def _scores(
    length: int, x: int, takes: Bools, net: Floats, middle: Ints, best: Floats, score: Floats
) -> None:  # fmt: skip
    """Worth of the best walk of so many homes from x on, by the class y that is second or next but one."""
    for y in range(net.size):
        score[y] = _NEVER
        if length == 2:
            if takes[x, y] and takes[y, x]:
                score[y] = net[x] + net[y]
        elif middle[x, y] >= 0:
            if length == 3 and takes[y, x]:
                score[y] = net[x] + best[x, y] + net[y]
            elif length == 4 and middle[y, x] >= 0:
                score[y] = net[x] + best[x, y] + net[y] + best[y, x]


@compiled
def _turn(walk: Ints) -> None:
    """The same ring from the home on that makes the list lowest, in place."""
    size, best = walk.size, 0
    for turn in range(1, size):
        for at in range(size):
            mine, other = walk[(at + turn) % size], walk[(at + best) % size]
            if mine != other:
                best = turn if mine < other else best
                break
    if best:
        walk[:] = np.roll(walk, -best)


@compiled
def priced(takes: Bools, net: Floats, starts: Ints, longest: int, most: int, least: float) -> Ints:
    """For each start the most valuable closed walks of 2, 3 and 4 homes through it, as classes. [walks, 4], -1 for none

    A ring begins with the home that makes its list lowest, so that it is told alike from wherever it was found.

    Parameters
        net : worth of each class less its price. most : walks of each start and length. least : worth that is too
            small.
    """
    middle, best = between(takes, net) if longest > 2 else (np.zeros((0, 0), np.int64), np.zeros((0, 0)))
    found, score, n = np.full((starts.size * most * (longest - 1), 4), _NOBODY), np.empty(net.size), 0
    for x in starts:
        for length in range(2, longest + 1):
            _scores(length, x, takes, net, middle, best, score)
            for _ in range(most):
                y = np.argmax(score)
                if score[y] <= least:
                    break
                score[y] = _NEVER
                found[n, 0], found[n, length // 2] = x, y
                if length > 2:
                    found[n, 1], found[n, 2] = middle[x, y], y
                if length == 4:
                    found[n, 3] = middle[y, x]
                _turn(found[n, :length])
                n += 1
    return found[:n]


@compiled
def _entering(walks: Ints, gain: Floats, price: Floats) -> tuple[int, float]:
    """The walk that is worth most beyond its price, or -1 - c for an unused home of class c; and how much."""
    column, worth = 0, _TINY
    for j in range(gain.size):
        reduced = gain[j]
        for at in range(walks.shape[1]):
            if walks[j, at] >= 0:
                reduced -= price[walks[j, at]]
        if reduced > worth:
            column, worth = j, reduced
    for c in range(price.size):
        if -price[c] > worth:
            column, worth = -1 - c, -price[c]
    return column, worth if worth > _TINY else 0.0


@compiled
def _pivot(inverse: Floats, along: Floats, row: int, x: Floats, price: Floats, worth: float) -> None:
    """One step of the simplex: what enters takes the place of a row; in place."""
    price += worth / along[row] * inverse[row]
    inverse[row] /= along[row]
    x[row] /= along[row]
    for i in range(x.size):
        if i != row and along[i] != 0.0:
            inverse[i] -= along[i] * inverse[row]
            x[i] -= along[i] * x[row]


@compiled
def improved(
    walks: Ints, gain: Floats, inverse: Floats, basis: Ints, x: Floats, price: Floats, pivots_most: int
) -> bool:  # fmt: skip
    """The best mix of walks, in parts, under the number of homes of each class; in place, from the last one on.

    Parameters
        inverse, basis, x, price : of the simplex: inverse of the basis, what stands in each row (a walk, or -1 - c for
            unused homes of class c), how often, price of each class.

    Returns
        Whether no walk is worth more than its price.
    """
    along = np.empty(x.size)
    for _ in range(pivots_most):
        column, worth = _entering(walks, gain, price)
        if worth == 0.0:
            return True
        along[:] = 0.0
        if column < 0:
            along += inverse[:, -1 - column]
        else:
            for at in range(walks.shape[1]):
                if walks[column, at] >= 0:
                    along += inverse[:, walks[column, at]]
        row, least = -1, np.inf
        for i in range(x.size):
            if along[i] > _PIVOT and (row < 0 or x[i] / along[i] < least):
                row, least = i, x[i] / along[i]
        if row < 0:  # cannot be: every walk takes homes
            return False
        _pivot(inverse, along, row, x, price, worth)
        basis[row] = column
    return False


@compiled
def filled_up(walks: Ints, order: Ints, left: Ints, often: Ints) -> None:
    """Makes each walk, in an order, as often as the homes that are left allow; in place."""
    for j in order:
        more = np.int64(-1)
        for home in walks[j]:
            if home >= 0:
                times = left[home] // (walks[j] == home).sum()
                more = times if more < 0 else min(more, times)
        if more > 0:
            often[j] += more
            for home in walks[j]:
                if home >= 0:
                    left[home] -= more
