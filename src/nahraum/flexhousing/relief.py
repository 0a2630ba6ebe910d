"""Whom moves relieve: households as classes, the best moves among them, and back to households and quarters."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from nahraum.flexhousing.housed import Housed
from nahraum.flexhousing.model import Bools, Floats, Ints
from nahraum.flexhousing.moves import Classes, Moved, best_moves
from nahraum.parameters import Parameters

LIMITS = ("rooms", "near", "rent")
"""How far moves are limited: rooms must fit | also within the quarter | also a rent near the old one."""
VACANT = ("quarter_id", "usable", "m2", "rent_eur", "count", "homes_for")


@dataclass(frozen=True)
class MoveRules:
    """limit : one of LIMITS, each with those before. tolerance : of the new rent above the old one. [share]"""

    limit: str
    tolerance: float
    step: float
    longest: int
    most_classes: int
    seconds: float

    @staticmethod
    def of(parameters: Parameters, limit: str, *, first_only: bool = False) -> MoveRules:
        """The rules of the study; first_only: two homes only, no chain and no larger ring."""
        number = parameters.number
        return MoveRules(
            limit, number("flexhousing.rent_tolerance"), number("flexhousing.rent_step"),
            2 if first_only else int(number("flexhousing.chain_most")), int(number("flexhousing.most_classes")),
            number("flexhousing.seconds"),
        )  # fmt: skip


@dataclass(frozen=True, eq=False)
class Relief:
    """share : of each household, how far it is no longer crowded (0 to 1; the households of a class are alike).

    persons : relieved; bound : no set of such moves relieves more. rings : of exchanges or chains. movers : households
    that move. freed_m2 : floor area that those who move to a smaller home give up. unknown_rent : households left out.
    """

    share: Floats
    persons: float
    bound: float
    rings: int = 0
    movers: int = 0
    freed_m2: float = 0.0
    unknown_rent: int = 0


def no_vacancies() -> pd.DataFrame:
    """A table of new or empty homes without any."""
    return pd.DataFrame({name: pd.Series(dtype="str" if name == "quarter_id" else "float64") for name in VACANT})


def relieved_by_moves(homes: Housed, who: Bools, rules: MoveRules, vacant: pd.DataFrame | None = None) -> Relief:
    """The best rings of exchanges, or chains into new homes, under a limit.

    Parameters
        who : households that may move. vacant : `VACANT`: new homes with rooms without kitchen and how many; with
            homes_for the first to move in has at most so many persons (0: any).
            Without it: rings of exchanges only; with it: only chains that begin in a new home.

    Notes
        Crowded households move where nobody of them is crowded any more; others only to a smaller home that is still
        large enough, and where the limit is rent, not to a dearer one by more than the tolerance.
    """
    homes_new = no_vacancies() if vacant is None else vacant[vacant["count"] > 0]
    movable = who & (homes.crowded | (homes.spare > 0))
    known = ~np.isnan(homes.rent_eur) if rules.limit == "rent" else np.ones(len(homes), dtype=bool)
    at = np.flatnonzero(movable & known)
    share, parts = np.zeros(len(homes)), []
    for members, new in _zones(homes, at, homes_new, near=rules.limit != "rooms"):
        classes, of_member, sizes = _classes(homes, members, new, rules, vacant=vacant is not None)
        if classes is None:
            continue
        moved = best_moves(classes, longest=rules.longest, seconds=rules.seconds)
        part = moved.movers / np.maximum(classes.count, 1)
        relieved = homes.crowded[members]
        share[members[relieved]] = part[of_member[relieved]]
        parts.append((moved, _freed(moved, sizes, len(new)), int(moved.movers[: len(classes.count) - len(new)].sum())))
    return Relief(
        share, float((share * homes.persons).sum()), float(sum(one.bound for one, _, _ in parts)),
        sum(one.n_rings for one, _, _ in parts), sum(n for _, _, n in parts), sum(m2 for _, m2, _ in parts),
        int((movable & ~known).sum()),
    )  # fmt: skip


def _zones(homes: Housed, at: Ints, vacant: pd.DataFrame, *, near: bool) -> list[tuple[Ints, pd.DataFrame]]:
    """Households, and new homes, among which people move: all, or those of a quarter."""
    if not near:
        return [(at, vacant)]
    place, names = pd.factorize(homes.quarter[at], sort=True)
    new = vacant["quarter_id"].astype(str).to_numpy()
    order = np.argsort(place, kind="stable")
    bounds = np.searchsorted(place[order], np.arange(len(names) + 1))
    return [
        (at[order[bounds[k] : bounds[k + 1]]], vacant[new == name]) for k, name in enumerate(names) if name != ""
    ]  # fmt: skip


def _classes(
    homes: Housed, members: Ints, new: pd.DataFrame, rules: MoveRules, *, vacant: bool
) -> tuple[Classes | None, Ints, Floats]:
    """Classes of the members, then one per row of new homes; the class of each member; m² of each class."""
    if not len(members) or not homes.crowded[members].any():
        return None, np.empty(0, np.int64), np.empty(0)
    crowded, rent = homes.crowded[members], homes.rent_eur[members]
    keys = [homes.persons[members], homes.need[members], homes.usable[members], crowded.astype(np.int64)]
    step = rules.step
    while True:
        level = (
            np.floor(np.log(np.maximum(rent, 1.0)) / np.log1p(step)).astype(np.int64) if rules.limit == "rent" else 0
        )
        table = np.column_stack([*keys, np.broadcast_to(level, len(members))])
        found, of_member, count = np.unique(table, axis=0, return_inverse=True, return_counts=True)
        of_member = of_member.reshape(-1)
        if len(found) <= rules.most_classes or rules.limit != "rent":
            break
        step *= 2.0
    n = len(found)
    m2 = np.bincount(of_member, weights=np.nan_to_num(homes.m2[members]), minlength=n) / count
    mean_rent = np.bincount(of_member, weights=np.nan_to_num(rent), minlength=n) / count
    persons, need, usable = (np.concatenate([found[:, k], np.zeros(len(new), np.int64)]) for k in range(3))
    usable[n:], is_new = new["usable"].to_numpy(np.int64), np.arange(n + len(new)) >= n
    is_crowded = np.concatenate([found[:, 3] > 0, np.zeros(len(new), dtype=bool)])
    rents = np.concatenate([mean_rent, new["rent_eur"].to_numpy(np.float64)])
    takes = (usable[None, :] >= need[:, None]) & (is_crowded[:, None] | (usable[None, :] < usable[:, None]))
    if rules.limit == "rent":
        takes &= ~(rents[None, :] > (1.0 + rules.tolerance) * rents[:, None])
    first = np.concatenate([np.zeros(n), new["homes_for"].to_numpy(np.float64)])
    takes &= (first[None, :] == 0) | (persons[:, None] <= first[None, :])
    takes[is_new, :] = ~is_new[None, :]
    counts = np.concatenate([count, new["count"].to_numpy(np.int64)])
    through = is_new if vacant else np.ones(n + len(new), dtype=bool)
    classes = Classes(counts, np.where(is_crowded, persons, 0).astype(np.float64), takes, through)
    return classes, of_member, np.concatenate([m2, new["m2"].to_numpy(np.float64)])


def _freed(moved: Moved, m2: Floats, n_new: int) -> float:
    """m² that households give up who move to a smaller home; new homes give up nothing."""
    last, total = len(m2) - n_new, 0.0
    for walk, times in moved.walks:
        for mover, home in zip(walk, walk[1:] + walk[:1], strict=True):
            if mover < last:
                total += times * max(float(m2[mover] - m2[home]), 0.0)
    return total
