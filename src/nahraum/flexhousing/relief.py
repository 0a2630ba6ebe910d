"""Whom moves relieve: households as classes, the best moves among them, and back to households and quarters."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from nahraum.flexhousing.alike import LIMITS, VACANT, MoveRules, Zone, classes_of, merged, zones_of
from nahraum.flexhousing.housed import Housed
from nahraum.flexhousing.model import Bools, Floats
from nahraum.flexhousing.moves import Moved, best_moves

__all__ = ["LIMITS", "VACANT", "MoveRules", "Relief", "no_vacancies", "relieved_by_moves"]


@dataclass(frozen=True, eq=False)
class Relief:
    """share : of each household, how far it is no longer crowded (0 to 1; the households of a class are alike).

    persons : relieved; bound : no set of such moves relieves more. rings : of exchanges or chains. movers : households
    that move. freed_m2, freed_rooms : floor area and rooms that those who move to a smaller home give up (rooms: of
    exchanges only). unknown_rent : households left out.
    """

    share: Floats
    persons: float
    bound: float
    rings: int = 0
    movers: int = 0
    freed_m2: float = 0.0
    unknown_rent: int = 0
    freed_rooms: float = 0.0


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
    movable = who & (homes.crowded | (homes.spare > 0))
    known = ~np.isnan(homes.rent_eur) if rules.limit == "rent" else np.ones(len(homes), dtype=bool)
    crowded, new = homes.crowded, None if vacant is None else merged(vacant, rules)
    of_zone = None if new is None else new.groupby("quarter_id", sort=False).indices
    share, parts, rooms = np.zeros(len(homes)), [], 0.0
    for zone in _zones(homes, who, movable & known, rules):
        here = new
        if new is not None and of_zone is not None and rules.limit != "rooms":
            here = new.iloc[of_zone.get(zone.name, [])]
        if here is not None and not len(here):
            continue
        classes, m2 = classes_of(zone, here, rules)
        moved = best_moves(classes, longest=rules.longest, seconds=rules.seconds)
        relieved = crowded[zone.members]
        part = moved.movers / np.maximum(classes.count, 1)
        share[zone.members[relieved]] = part[zone.of_member[relieved]]
        if vacant is None:
            rooms += _freed(moved, zone.usable.astype(np.float64), 0)
        n = len(zone.count)
        parts.append((moved, _freed(moved, m2, len(m2) - n), int(moved.movers[:n].sum())))
    return Relief(
        share, float((share * homes.persons).sum()), float(sum(one.bound for one, _, _ in parts)),
        sum(one.n_rings for one, _, _ in parts), sum(n for _, _, n in parts), sum(m2 for _, m2, _ in parts),
        int((movable & ~known).sum()), rooms,
    )  # fmt: skip


def _zones(homes: Housed, who: Bools, movable: Bools, rules: MoveRules) -> list[Zone]:
    """The zones; those of all tenants are made once."""
    if who is not homes.tenant:
        return zones_of(homes, movable, rules)
    key = f"zones {rules.limit}"
    if key not in homes.exchanges:
        homes.exchanges[key] = zones_of(homes, movable, rules)
    found: list[Zone] = homes.exchanges[key]
    return found


def _freed(moved: Moved, m2: Floats, n_new: int) -> float:
    """m² (or rooms) that households give up who move to a smaller home; new homes give up nothing."""
    last, total = len(m2) - n_new, 0.0
    for walk, times in moved.walks:
        for mover, home in zip(walk, walk[1:] + walk[:1], strict=True):
            if mover < last:
                total += times * max(float(m2[mover] - m2[home]), 0.0)
    return total
