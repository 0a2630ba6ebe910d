"""Who fails in what on a day: every component for every household, by one function for open days and closed ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from nahraum.errors import InputError
from nahraum.households.mismatch.crowding import OPEN_FROM
from nahraum.parameters import Parameters
from nahraum.stress import home
from nahraum.stress.home import Chances
from nahraum.stress.line import class_needed, line
from nahraum.stress.model import Place, Scenario
from nahraum.stress.people import People, people_of

Floats = npt.NDArray[np.float64]

COMPONENTS = ("quiet_room", "isolation", "line", "green", "supply", "care", "heat")
"""A to F of METHODS 6.4, and a home that heats up on hot days. Private outdoor space (G) is context, never counted."""
_GARDEN = (
    "detached_one", "semidetached_one", "terraced_one", "detached_two", "semidetached_two", "terraced_two",
)  # fmt: skip


@dataclass(frozen=True)
class Failing:
    """The chance of every household to fail in each component of a day.

    chances : by component; only those of the scenario. persons : of each household. index : of the households.
    garden : share of private outdoor space, as far as the kind of building tells; context. NaN: not known.
    """

    chances: Mapping[str, Chances]
    persons: Floats
    index: pd.Index
    garden: Floats

    @property
    def known(self) -> tuple[str, ...]:
        """Components with data: known for anybody at all."""
        return tuple(name for name, one in self.chances.items() if np.isfinite(one.likely).any())

    def table(self) -> pd.DataFrame:
        """The likely chance by component, a row per household."""
        return pd.DataFrame({name: one.likely for name, one in self.chances.items()}, index=self.index)


@dataclass(frozen=True, eq=False)
class Shared:
    """What all days share of some households; made once where many days are asked of the same.

    pairs : each unit_id and quarter_id once; of_row : which of them each household has. None without these columns.
    """

    people: People
    garden: Floats
    pairs: pd.MultiIndex | None
    of_row: npt.NDArray[np.int64] | None
    _rooms: dict[int, home.Rooms | None] = field(default_factory=dict)
    _heat: list[Chances] = field(default_factory=list)

    def rooms(self, households: pd.DataFrame, open_from: int) -> home.Rooms | None:
        """Rooms of the same households (`home.rooms_of`), asked once."""
        if open_from not in self._rooms:
            self._rooms[open_from] = home.rooms_of(households, open_from)
        return self._rooms[open_from]

    def heated(self, households: pd.DataFrame, parameters: Parameters) -> Chances:
        """`home.heated_home` of the same households, asked once."""
        if not self._heat:
            self._heat.append(home.heated_home(households, self.people, parameters))
        return self._heat[0]

    @staticmethod
    def of(households: pd.DataFrame) -> Shared:
        """Of these households. Raises InputError where their people are impossible."""
        people, garden = people_of(households), _gardens(households)
        if not {"unit_id", "quarter_id"} <= set(households.columns):
            return Shared(people, garden, None, None)
        unit, units = pd.factorize(households["unit_id"])
        quarter, quarters = pd.factorize(households["quarter_id"].astype(str))
        found, of_row = np.unique(unit * max(len(quarters), 1) + quarter, return_inverse=True)
        at, which = np.divmod(found, max(len(quarters), 1))
        pairs = pd.MultiIndex.from_arrays([units[at], quarters[which]], names=["unit_id", "quarter_id"])
        return Shared(people, garden, pairs, of_row.reshape(-1))


def who_fails(
    households: pd.DataFrame,
    place: Place | None,
    scenario: Scenario,
    parameters: Parameters | None = None,
    *,
    open_from: int = OPEN_FROM,
    shared: Shared | None = None,
) -> Failing:
    """Chance of each household to fail in each component under a scenario.

    Parameters
        households : `households.HOUSEHOLDS` with unit_id and quarter_id where a place is given.
        place : what is offered where they live; None: nothing is known of it (a design without a site).
        open_from : dwellings of so many rooms may have any number more; 99 where all rooms are exact.
        shared : of the same households, where it is known.

    Returns
        A component whose data are missing is NaN with the range 0 to 1, never "does not fail".

    Raises
        InputError for impossible households, and a place that does not know the units of the households.

    Notes
        A stricter rule never lets fewer fail, a better line never more (tests/properties/test_stress_properties.py).
    """
    known, n = parameters or Parameters(), len(households)
    of_all = Shared.of(households) if shared is None else shared
    people, rooms = of_all.people, of_all.rooms(households, open_from)
    found = {
        "quiet_room": home.quiet_rooms(rooms, people, scenario),
        "isolation": home.isolation(rooms, people, scenario),
        "care": home.care(people, scenario),
    }
    if scenario.heat:
        found["heat"] = of_all.heated(households, known)
    rows = _rows(of_all, place)
    wanted = class_needed(people, scenario, known)
    offered = {} if place is None else {speed: share.to_numpy(np.float64) for speed, share in place.offered.items()}
    found["line"] = Chances.unknown(n) if wanted is None else line(wanted, offered, rows)
    for name in ("green", "supply"):
        found[name] = _of_place(place, name, rows, n)
    ordered = {name: found[name] for name in COMPONENTS if name in found}
    persons = households["household_size"].to_numpy(dtype=np.float64)
    return Failing(ordered, persons, households.index, of_all.garden)


def _rows(shared: Shared, place: Place | None) -> npt.NDArray[np.int64] | None:
    """Row of the place of each household."""
    if place is None:
        return None
    if shared.pairs is None or shared.of_row is None:
        raise InputError(
            "households do not say where they live", where="no column unit_id or quarter_id",
            expected="unit_id and quarter_id of every household",
        )  # fmt: skip
    at = place.table.index.get_indexer(shared.pairs)
    rows = np.asarray(at[shared.of_row], dtype=np.int64)
    if (rows < 0).any():
        missing = [list(one) for one in shared.pairs[at < 0][:3]]
        raise InputError(
            f"{(rows < 0).sum()} households live where nothing is known of the place", where=str(missing),
            expected="a row of the place for every unit_id and quarter_id",
        )  # fmt: skip
    return rows


def _at(values: pd.Series, rows: npt.NDArray[np.int64] | None) -> Floats:
    assert rows is not None
    return np.asarray(values.to_numpy(dtype=np.float64)[rows])


def _of_place(place: Place | None, name: str, rows: npt.NDArray[np.int64] | None, n: int) -> Chances:
    """A share of the people of a place as the chance of each household there: who of them it is, is not known."""
    if place is None or name not in place.table:
        return Chances.unknown(n)
    low, likely, high = (_at(place.table[f"{name}{end}"], rows) for end in ("_low", "", "_high"))
    return Chances(np.nan_to_num(low, nan=0.0), likely, np.where(np.isnan(high), 1.0, high))


def _gardens(households: pd.DataFrame) -> Floats:
    if "building_type" not in households:
        return np.full(len(households), np.nan)
    return np.asarray(households["building_type"].isin(_GARDEN), dtype=np.float64)
