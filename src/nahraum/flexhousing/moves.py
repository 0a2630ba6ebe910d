"""Who could move into whose home: rings of exchanges and chains of moves, at most four homes long; the best set.

Households that are alike are one class, so that a problem is as large as its classes, not as its city. A vacant or new
home is a class, too, that takes whatever home is left at the end of its chain. Rings and chains are then the same:
closed walks in the graph "x can take the home of y".
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field

import numpy as np

from nahraum.flexhousing.model import Bools, Floats, Ints
from nahraum.flexhousing.move_kernels import filled_up, improved, priced
from nahraum.measures.programme.highs import maximised
from nahraum.measures.programme.milp import Builder

Walk = tuple[int, ...]
_ROUNDS = 60
_PIVOTS = 50  # steps of the simplex per class and round at most
_NOTHING = 1e-7
_WHOLE = 1e-6
_NEARLY = 0.01
_GAP = 1e-3  # a bound stands beside the result
_FRESH = 300  # walks of each length that are added at a time
_LONGEST = 4


@dataclass(frozen=True, eq=False)
class Classes:
    """count : homes of each class. worth : persons of one household no longer crowded if it moves; 0 for others.

    takes : [x, y] whether x can and wants to move into the home of y; a vacant home takes any. through : classes
    of which each walk has one: the vacant homes of chains; all for rings.
    """

    count: Ints
    worth: Floats
    takes: Bools
    through: Bools


@dataclass(frozen=True, eq=False)
class Moved:
    """movers : households of each class that move. value : persons relieved; bound : no set of moves relieves more.

    walks : classes of each ring or chain and how often it is made.
    """

    movers: Ints
    value: float
    bound: float
    walks: tuple[tuple[Walk, int], ...] = field(default=())

    @property
    def gap(self) -> float:
        """How much more could be possible at most, as a share of the bound."""
        return 0.0 if self.bound <= self.value + _NOTHING else (self.bound - self.value) / self.bound

    @property
    def n_rings(self) -> int:
        """Rings and chains in all."""
        return sum(times for _, times in self.walks)


def best_moves(classes: Classes, *, longest: int = _LONGEST, seconds: float = 10.0) -> Moved:
    """The rings and chains that relieve most persons from crowding.

    Parameters
        longest : homes in a ring or chain, 2 to 4.

    Returns
        Whole moves; `bound` is that of the linear relaxation over all walks of that length, or everybody who is
        crowded where the time was up before it was solved.

    Notes
        Columns are generated: the relaxation over the walks known so far prices the classes, and the most valuable
        walks at these prices are added until none is worth more than its price. What is not whole is rounded down and
        filled up; where that is not the best, whole numbers come from HiGHS over the walks found. A class with one
        home is not used twice in a walk.

    References
        Abraham, Blum & Sandholm (2007). Clearing algorithms for barter exchange markets. doi 10.1145/1250910.1250954.
    """
    useful = (classes.worth > 0) & (classes.count > 0)
    if not useful.any() or not classes.takes.any() or not (classes.through & (classes.count > 0)).any():
        return Moved(np.zeros(len(classes.count), dtype=np.int64), 0.0, 0.0)
    until = time.perf_counter() + seconds
    mix = _relaxed(classes, longest, until)
    often = _whole(mix, classes, max(until - time.perf_counter(), seconds / 10))
    movers, made = _used(mix.walks, often, len(classes.count)), np.flatnonzero(often).tolist()
    value = float((movers * classes.worth).sum())
    walks = tuple((tuple(one for one in mix.walks[at].tolist() if one >= 0), int(often[at])) for at in made)
    return Moved(movers, value, max(mix.bound, value), walks)


@dataclass(frozen=True, eq=False)
class _Mix:
    """walks : classes of each, -1 for none. often : in the best mix, in parts. worth : persons of each walk.

    beyond : worth less the prices of the classes, at most 0. bound : no mix of any walks is worth more.
    """

    walks: Ints
    often: Floats
    worth: Floats
    beyond: Floats
    bound: float


def _relaxed(classes: Classes, longest: int, until: float) -> _Mix:
    """The best mix of all walks, in parts: by the simplex, with walks added as their prices ask for them."""
    n, open_ = len(classes.count), classes.count > 0
    takes, starts = classes.takes & open_[:, None] & open_[None, :], np.flatnonzero(classes.through & open_)
    inverse, basis, price = np.eye(n), -1 - np.arange(n), np.zeros(n)
    count = classes.count.astype(np.float64)
    x = count + _WHOLE * np.arange(1, n + 1) / n  # no two rows run out at once, or the simplex might go in circles
    walks, worth, done = np.empty((0, _LONGEST), dtype=np.int64), np.empty(0), False
    most = max(1, _FRESH // len(starts))
    for _ in range(_ROUNDS):
        net = classes.worth - np.maximum(price, 0.0)
        fresh = _once(priced(takes, net, starts, longest, most, _NOTHING), n)
        if not len(fresh):
            done = True
            break
        walks = np.concatenate([walks, fresh])
        worth = np.concatenate([worth, _of_classes(fresh, classes.worth)])
        if not improved(walks, worth, inverse, basis, x, price, _PIVOTS * n) or time.perf_counter() > until:
            break
    often, held = np.zeros(len(walks)), basis >= 0
    np.add.at(often, basis[held], np.maximum(inverse @ count, 0.0)[held])
    proven = float((np.maximum(price, 0.0) * count).sum())  # prices that no walk is worth more than prove it (duality)
    beyond = worth - _of_classes(walks, np.maximum(price, 0.0))
    return _Mix(walks, often, worth, beyond, proven if done else float((classes.worth * count).sum()))


def _once(walks: Ints, n: int) -> Ints:
    """Each walk once, in the order of their classes."""
    key = (walks + 1) @ (n + 1) ** np.arange(_LONGEST - 1, -1, -1)
    return np.asarray(walks[np.unique(key, return_index=True)[1]])


def _of_classes(walks: Ints, values: Floats) -> Floats:
    """Sum of the values of the classes of each walk."""
    return np.asarray(np.append(values, 0.0)[walks].sum(axis=1))


def _used(walks: Ints, often: Ints, n: int) -> Ints:
    """How many households of each class move."""
    found = np.bincount((walks + 1).reshape(-1), np.repeat(often, walks.shape[1]), n + 1)[1:]
    return np.asarray(np.rint(found), dtype=np.int64)


def _whole(mix: _Mix, classes: Classes, seconds: float) -> Ints:
    """How often each walk is made, in whole numbers."""
    often = np.floor(mix.often + _WHOLE).astype(np.int64)
    left = classes.count - _used(mix.walks, often, len(classes.count))
    if (left < 0).any():
        often, left = np.zeros_like(often), classes.count.copy()
    filled_up(mix.walks, np.argsort(-mix.worth, kind="stable"), left, often)
    value = float((often * mix.worth).sum())  # a whole number, as persons are
    if value >= math.floor(mix.bound + _NEARLY) or value >= (1.0 - _GAP) * mix.bound:
        return often
    could = mix.beyond >= value - mix.bound - _NOTHING  # of others no better set has any
    solved = np.zeros_like(often)
    solved[could] = _solved(classes, mix.walks[could], mix.worth[could], seconds)
    return solved if float((solved * mix.worth).sum()) > value else often


def _solved(classes: Classes, walks: Ints, worth: Floats, seconds: float) -> Ints:
    """How often each walk is made, whole numbers from HiGHS; no class moves more often than it has homes."""
    builder, there = Builder(), walks >= 0
    numbers = builder.columns(len(walks), upper=float(classes.count.max()), integer=True)
    column = np.broadcast_to(numbers[:, None], walks.shape)[there]
    builder.rows(
        walks[there], column, np.ones(len(column)), upper=classes.count.astype(np.float64), n=len(classes.count)
    )  # fmt: skip
    found = maximised(builder.program(), worth, seconds=seconds, gap=_GAP)
    return np.rint(found.values).astype(np.int64) if len(found.values) else np.zeros(len(walks), dtype=np.int64)
