"""How a design would stand a day at home: households of the town that its dwellings fit, put into them."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from nahraum.flexhousing.housed import Housed
from nahraum.stress.home import isolation, quiet_rooms, rooms_of
from nahraum.stress.model import Scenario
from nahraum.stress.people import people_of

_EXACT = 99  # rooms of a design are known, none is open upwards


def design_under_stress(
    dwellings: pd.DataFrame, homes: Housed, scenario: Scenario, *, least: float
) -> pd.DataFrame:  # fmt: skip
    """Share of persons who would fail a component of the stress test: in the design, and the same people today.

    Parameters
        dwellings : of `design.dwellings_of`. homes : households of the study. least : a kind of dwelling that fewer
            households need is left out (`flexhousing.minimum_households`).

    Returns
        component (A quiet rooms, B isolation), design_share, today_share, n_dwellings for which there are households,
        persons of the kind of dwelling that fewest need (0: none).

    Notes
        A dwelling is lived in by the households of the town that need exactly its rooms (without kitchen); each kind
        counts as often as the design has such dwellings. Dwellings that nobody, or too few, need are left out.
    """
    rows = {"A": _Sums(), "B": _Sums()}
    for rooms, n in dwellings["rooms"].value_counts().sort_index().items():
        who = np.flatnonzero(homes.need == int(str(rooms)))
        if len(who) < max(least, 1) or int(str(rooms)) < 1:
            continue
        table = homes.table.iloc[who].reset_index(drop=True)
        persons = homes.persons[who].astype(np.float64)
        built = table.assign(rooms=int(str(rooms)) + 1)
        for name, rule in (("A", quiet_rooms), ("B", isolation)):
            told = [
                rule(rooms_of(one, limit), people_of(one), scenario).likely
                for one, limit in ((built, _EXACT), (table, _TODAY))
            ]  # fmt: skip
            shares = [float((one * persons).sum() / persons.sum()) for one in told]
            rows[name].add(int(n), shares[0], shares[1], persons=float(persons.sum()))
    columns = ["component", "design_share", "today_share", "n_dwellings", "persons"]
    return pd.DataFrame([(name, *one.told()) for name, one in rows.items()], columns=columns)


_TODAY = 7  # the census' class of seven and more rooms


class _Sums:
    """Shares weighted by the number of dwellings."""

    def __init__(self) -> None:
        self._n, self._design, self._today = 0, 0.0, 0.0
        self._persons = math.inf

    def add(self, n: int, design: float, today: float, *, persons: float) -> None:
        """So many dwellings with these shares of so many persons."""
        self._n += n
        self._design += n * design
        self._today += n * today
        self._persons = min(self._persons, persons)

    def told(self) -> tuple[float, float, int, float]:
        """Both shares, the number of dwellings, persons of the smallest kind; NaN where there is none."""
        if not self._n:
            return math.nan, math.nan, 0, 0.0
        return self._design / self._n, self._today / self._n, self._n, self._persons
