"""What addresses reach in a state, as the numbers lacks are judged by, and which addresses an edit may have touched.

Tells the same as `indicators.lack_values` of `StudyState.table`, without a table: a plan asks it of thousands of sites.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from nahraum.access.repair import FAR
from nahraum.access.standing import GREEN, Standing
from nahraum.access.telling import kind_of, metres_of
from nahraum.index.people import Floats, Int64
from nahraum.indicators.rules import Rules
from nahraum.scenario.state import StudyState
from nahraum.tables import SERVICES

Bools = npt.NDArray[np.bool_]
Ids = npt.NDArray[np.object_]
_STRANDED_FROM = 2  # kinds of service that all are out of reach, as in `indicators.rows.without_stranded`


@dataclass(frozen=True, eq=False)
class Reached:
    """What is within reach, an address per row.

    within : 1 within reach, 0 not, NaN not known; columns as `SERVICES`. green_access : the same of public green.
    green_m2 : m² per resident after competition, NaN not known; 0 everywhere where the standard asks for none.
    """

    within: Floats
    green_access: Floats
    green_m2: Floats


def reached_in(state: StudyState, address_ids: Ids, rules: Rules) -> Reached:
    """What some addresses reach; NaN for one that is not there."""
    with state._study.lock:
        standing = state._study.enter(state._position)
        slots = standing.slots_of(address_ids)
        found = reached(standing, np.maximum(slots, 0), rules)
    gone = slots < 0
    for values in (found.within, found.green_access, found.green_m2):
        values[gone] = np.nan
    return found


def reached_since(state: StudyState, base: StudyState, rules: Rules) -> tuple[Ids, Reached]:
    """Addresses whose access may be another than in a state this one was branched from, and what they reach now.

    Returns
        Ids, each once, in no order that means anything; some may reach what they reached before.
    """
    with state._study.lock:
        standing, slots = _touched(state, base)
        return standing.names(slots), reached(standing, slots, rules)


def _touched(state: StudyState, base: StudyState) -> tuple[Standing, Int64]:
    study, at, slots, ids = state._study, state._position, [np.empty(0, dtype=np.int64)], []
    standing = study.enter(at)
    while at is not base._position:
        if at.ids is None and at.host is state._position.host and at.route is at.parent:
            slots.append(at.slots)
        else:
            ids.append(study.sound(at).candidates())
        assert at.parent is not None
        at = at.parent
    standing = study.enter(state._position)
    slots += [standing.slots_of(one) for one in ids]
    found = np.unique(np.concatenate(slots))
    return standing, found[(found >= 0) & standing.book["lives"][found]]


def reached(standing: Standing, slots: Int64, rules: Rules) -> Reached:
    """What the addresses in some slots reach, as `standing` has it."""
    book = standing.book
    rim, lost = book["rim"][slots], book["foot"][slots] < 0
    nothing = [_nothing(standing, problem, slots) for problem in range(len(SERVICES))]
    mapped = [book.tables["mapped"][name] != "missing" for name in SERVICES]
    proven = [~rim & (lost | known) for known in mapped]  # a way, or none at all, that says what there is
    away = [~rim & (lost | (none & known)) for none, known in zip(nothing, mapped, strict=True)]
    n_away = np.sum(away, axis=0)
    stranded = (n_away >= _STRANDED_FROM) & (n_away == np.sum(proven, axis=0))
    within = np.column_stack([
        _within(standing, problem, slots, rules.supply_distance_m, sure=sure & ~(stranded & gone))
        for problem, (sure, gone) in enumerate(zip(proven, away, strict=True))
    ])  # fmt: skip
    return Reached(within, *_green(standing, slots, rules, stranded))


def _nothing(standing: Standing, problem: int, slots: Int64) -> Bools:
    return np.asarray(standing.book[f"best{problem}"][slots] >= FAR)


def _within(standing: Standing, problem: int, slots: Int64, maximum_m: float, *, sure: Bools) -> Floats:
    """Whether a place of a kind is within reach; that it is not is only known where `sure`."""
    metres = metres_of(standing.book[f"best{problem}"][slots])
    return np.where(metres <= maximum_m, 1.0, np.where(sure, 0.0, np.nan))


def _green(standing: Standing, slots: Int64, rules: Rules, stranded: Bools) -> tuple[Floats, Floats]:
    """Access to green, and m² of it per resident."""
    book = standing.book
    rim, lost = book["rim"][slots], (book["foot"][slots] < 0) & standing.on_foot
    known = book.tables["mapped"][kind_of(GREEN)] != "missing"
    away = ~rim & (lost | (_nothing(standing, GREEN, slots) & known))
    sure = ~rim & (lost | known) & ~(stranded & away)
    access = _within(standing, GREEN, slots, rules.green_distance_m, sure=sure)
    if rules.green_m2 is None:
        return access, np.zeros(len(slots))
    share = np.where(rim | (not known), np.nan, book["share"][slots])
    return access, np.where(lost & ~rim, np.where(stranded, np.nan, 0.0), share)
