"""Who could move into whose home: rings of exchanges and chains of moves, at most four homes long; the best set.

Households that are alike are one class, so that a problem is as large as its classes, not as its city. A vacant or new
home is a class, too, that takes whatever home is left at the end of its chain. Rings and chains are then the same:
closed walks in the graph "x can take the home of y".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from nahraum.flexhousing.model import Bools, Floats, Ints
from nahraum.measures.programme.highs import OPTIMAL, maximised
from nahraum.measures.programme.milp import Builder

Walk = tuple[int, ...]
_ROUNDS = 60
_NOTHING = 1e-7
_WHOLE = 1e-6
_GAP = 1e-3  # a bound stands beside the result
_NEVER = -1e18
_FEW = 4  # starts in this part of the classes at most are looked at one by one
_FRESH = 300  # walks of each length that are added at a time
PAIR = (0, 1)


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


def best_moves(classes: Classes, *, longest: int = 4, seconds: float = 10.0) -> Moved:
    """The rings and chains that relieve most persons from crowding.

    Parameters
        longest : homes in a ring or chain, 2 to 4.

    Returns
        Whole moves; `bound` is that of the linear relaxation over all walks of that length, or everybody who is
        crowded where the time was up before it was solved.

    Notes
        Columns are generated: the relaxation over the walks known so far prices the classes, and the most valuable
        walks at these prices are added until none is worth more than its price. Whole numbers come from HiGHS over
        the walks found; a class with one home is then not used twice in a walk.

    References
        Abraham, Blum & Sandholm (2007). Clearing algorithms for barter exchange markets. doi 10.1145/1250910.1250954.
    """
    n = len(classes.count)
    useful = (classes.worth > 0) & (classes.count > 0)
    if not useful.any() or not classes.takes.any() or not (classes.through & (classes.count > 0)).any():
        return Moved(np.zeros(n, dtype=np.int64), 0.0, 0.0)
    walks: dict[Walk, float] = {}
    prices, done = np.zeros(n), False
    told = _Told(np.empty(0), 0.0, prices, proven=True)
    for _ in range(_ROUNDS):
        fresh = {walk: worth for walk, worth in _walks(classes, prices, longest).items() if walk not in walks}
        if not fresh:
            done = told.proven  # prices of a relaxation that ran out of time prove nothing
            break
        walks |= fresh
        told = _solved(classes, walks, relaxed=True, seconds=seconds)
        prices = np.abs(told.duals)
    value, whole = told.value, told
    if np.abs(told.values - np.rint(told.values)).max(initial=0.0) > _WHOLE:
        whole = _solved(classes, walks, relaxed=False, seconds=seconds)
    times = np.rint(whole.values).astype(np.int64)
    movers = np.zeros(n, dtype=np.int64)
    for walk, often in zip(walks, times.tolist(), strict=True):
        np.add.at(movers, list(walk), often)
    made = tuple((walk, often) for walk, often in zip(walks, times.tolist(), strict=True) if often)
    bound = value if done else float((classes.worth * classes.count).sum())  # rounds or time were up: nothing is proven
    return Moved(movers, float((movers * classes.worth).sum()), max(bound, 0.0), made)


@dataclass(frozen=True, eq=False)
class _Told:
    """How often each walk is made, its worth, prices of the classes; proven : the solver was done in time."""

    values: Floats
    value: float
    duals: Floats
    proven: bool


def _solved(classes: Classes, walks: dict[Walk, float], *, relaxed: bool, seconds: float) -> _Told:
    """How often each walk is made; no class moves more often than it has homes."""
    builder, listed = Builder(), list(walks)
    row = np.array([one for walk in listed for one in walk], dtype=np.int64)
    column = np.repeat(np.arange(len(listed)), [len(walk) for walk in listed])
    numbers = builder.columns(len(listed), upper=float(classes.count.max()), integer=not relaxed)
    builder.rows(
        row, numbers[column], np.ones(len(row)), upper=classes.count.astype(np.float64), n=len(classes.count)
    )  # fmt: skip
    objective = np.array([walks[walk] for walk in listed])
    found = maximised(builder.program(), objective, relaxed=relaxed, seconds=seconds, gap=_GAP)
    if not len(found.values):
        return _Told(np.zeros(len(listed)), 0.0, np.zeros(len(classes.count)), proven=False)
    proven = found.status == OPTIMAL
    duals = found.duals if relaxed and proven else np.zeros(len(classes.count))
    return _Told(found.values, found.value, duals, proven)


def _walks(classes: Classes, prices: Floats, longest: int) -> dict[Walk, float]:
    """For each class the most valuable closed walks of 2, 3 and 4 homes through it, where worth more than its price."""
    open_ = classes.count > 0
    takes = classes.takes & open_[:, None] & open_[None, :]
    net, starts = classes.worth - prices, np.flatnonzero(classes.through & open_)
    found: dict[Walk, float] = {}
    (onto, best), (back, last) = _between(takes, net, starts)
    most = max(1, _FRESH // max(len(starts), 1))

    def keep(score: Floats, homes: Callable[[int, int], Walk]) -> None:
        ends = np.argsort(-score, axis=1, kind="stable")[:, :most] if most > 1 else score.argmax(axis=1)[:, None]
        good = np.take_along_axis(score, ends, axis=1) > _NOTHING
        for at, which in np.argwhere(good).tolist():
            walk = _turned(homes(at, int(ends[at, which])))
            found[walk] = float(classes.worth[list(walk)].sum())

    own, closes = net[starts][:, None], takes[:, starts].T
    if len(starts):
        pair = np.where(takes[starts] & closes, own + net, _NEVER)
        keep(pair, lambda at, y: (int(starts[at]), y))
    if len(starts) and longest > len(PAIR):
        three = np.where(closes, own + best + net, _NEVER)
        keep(three, lambda at, y: (int(starts[at]), int(onto[at, y]), y))
    if len(starts) and longest > len(PAIR) + 1:
        keep(own + best + net + last, lambda at, y: (int(starts[at]), int(onto[at, y]), y, int(back[at, y])))
    return found


Between = tuple[Ints, Floats]


def _between(takes: Bools, net: Floats, starts: Ints) -> tuple[Between, Between]:
    """For each start x and class y the most valuable class between them, on the way to y and on the way back."""
    if _FEW * len(starts) < len(net):
        return _from_few(takes, net, starts), _from_few(takes.T, net, starts)
    middle, best = _through(takes, net)
    return (middle[starts], best[starts]), (middle.T[starts], best.T[starts])


def _from_few(takes: Bools, net: Floats, starts: Ints) -> Between:
    middle = np.full((len(starts), len(net)), -1, dtype=np.int64)
    best = np.full((len(starts), len(net)), _NEVER)
    for at, x in enumerate(starts.tolist()):
        value = np.where(takes[x][:, None] & takes, net[:, None], _NEVER)
        middle[at], best[at] = value.argmax(axis=0), value.max(axis=0)
    return middle, best


def _through(takes: Bools, net: Floats) -> Between:
    """The same for all classes at once: the most valuable ones first, each where nothing stands yet."""
    n = len(net)
    middle = np.full((n, n), -1, dtype=np.int64)
    best = np.full((n, n), _NEVER)
    for k in np.lexsort((np.arange(n), -net)).tolist():
        into, onto = np.flatnonzero(takes[:, k]), np.flatnonzero(takes[k])
        if not (len(into) and len(onto)):
            continue
        block = np.ix_(into, onto)
        free = middle[block] < 0
        if free.any():
            middle[block] = np.where(free, k, middle[block])
            best[block] = np.where(free, net[k], best[block])
    return middle, best


def _turned(walk: Walk) -> Walk:
    """The same ring, beginning with its lowest class."""
    return min(walk[at:] + walk[:at] for at in range(len(walk)))
