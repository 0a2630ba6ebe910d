"""What an edit changed: rows before and after, value by value, and which prerequisites that touches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import repeat
from operator import itemgetter

import numpy as np
import numpy.typing as npt
import pandas as pd

from nahraum.access import telling
from nahraum.access.standing import Standing
from nahraum.area.model import Area
from nahraum.frames import from_micro, to_micro
from nahraum.indicators import judge
from nahraum.network.graph import Int64
from nahraum.parameters import Parameters
from nahraum.scenario.answer import Difference, differences_between, differences_of
from nahraum.scenario.apply import gate_id
from nahraum.scenario.edits import (
    Edit,
    EntranceAdded,
    FacilityAdded,
    FacilityMoved,
    GreenAdded,
    InternetOfferChanged,
    ResidentsAdded,
)
from nahraum.scenario.fit import points_of
from nahraum.scenario.tree import Ids, Position, SharedStudy

PREREQUISITES = (
    "lacks_living_space", "lacks_green_access", "lacks_green_capacity", "lacks_green", "lacks_internet", "lacks_supply",
)  # fmt: skip
_ABOUT = ("cells", "category", "facility_id", "entrance_id", "green_id", "barrier", "line_id", "way_id", "address_id")


@dataclass(frozen=True, eq=False, repr=False)
class Change:
    """What an edit changed, or what undoing it changed back.

    `mended` tells whether it was mended (True) or computed anew. Tables are made when they are asked for.
    """

    edit: Edit
    mended: bool
    _study: SharedStudy
    _before: Position
    _after: Position

    def __repr__(self) -> str:
        """E.g. facility_added food_full_range at 448000, 5715000; 12 addresses."""
        undone = "undone: " if self._after is self._before.parent else ""
        n = len(self._judged_ids())
        parts = [undone + said(self.edit), f"{n} address{'' if n == 1 else 'es'}", *self.notes()]
        return f"<Change: {'; '.join(parts)}>"

    def notes(self) -> list[str]:
        """What the planner should know: which of the edit's points find no way near enough, so that nobody walks there.

        The limit is `walking.maximum_leg_m`.
        """
        limit = f"{self._study.parameters.number('walking.maximum_leg_m'):g} m"
        with self._study.lock:
            lost = _without_way(self._study.enter(self._after), self.edit)
        return [f"{name} finds no way within {limit}" for name in lost]

    def before(self) -> pd.DataFrame:
        """`tables.ACCESS` of the changed addresses before; addresses that are new are absent."""
        return self._sides()[0]

    def after(self) -> pd.DataFrame:
        """`tables.ACCESS` of the changed addresses after."""
        return self._sides()[1]

    def address_ids(self) -> list[str]:
        """Addresses with any other value than before, sorted."""
        return sorted(set().union(*(one.address_ids.tolist() for one in self.differences().values())))

    def differences(self) -> dict[str, Difference]:
        """Exactly what changed, as arrays: by column of `tables.ACCESS` the addresses, their old and new values."""
        with self._study.lock:
            if self._after.route is self._before or self._before.route is self._after:
                undone = self._before.route is self._after
                edited = self._before if undone else self._after
                found = differences_of(self._study.enter(edited), edited.journal, undone=undone)
                if found is not None:
                    return found
            told_by = self._before if self._after is self._before.parent else self._after
            ids = np.unique(self._study.sound(told_by).candidates())
            return differences_between(ids, self._side(self._before, ids), lambda: self._side(self._after, ids))

    def table(self) -> pd.DataFrame:
        """What changed: `address_id`, `column`, `old`, `new`; one row for each value, sorted by both."""
        return pd.DataFrame(self.values(), columns=["address_id", "column", "old", "new"], dtype=object)

    def values(self) -> list[tuple[str, str, object, object]]:
        """The rows of `table` without a table: address, column of `tables.ACCESS`, old and new value."""
        found: list[tuple[str, str, object, object]] = []
        for name, one in self.differences().items():
            found += zip(one.address_ids.tolist(), repeat(name), one.old.tolist(), one.new.tolist(), strict=False)
        return sorted(found, key=itemgetter(0, 1))

    def _side(self, position: Position, ids: Ids) -> tuple[Standing, Int64]:
        """A state, and where these addresses stand in it."""
        standing = self._study.enter(position)
        return standing, standing.slots_of(ids)

    def prerequisites(self) -> pd.DataFrame:
        """Which prerequisites the changed addresses lack, before and after: `address_id`, `column`, `old`, `new`."""
        judged = []
        with self._study.lock:
            for position, access in zip((self._before, self._after), self._sides(self._judged_ids()), strict=True):
                judged.append(_judged(self._study.area_at(position), access, self._study.parameters))
        old, new = judged
        return _compared(old, new, list(new.columns))

    def residents(self) -> pd.DataFrame:
        """Residents of the study at the changed addresses, by prerequisite: `prerequisite`, `now_lacking`,
        `no_longer_lacking`. [persons]

        Notes
            For the office, not for publication. Only addresses where the prerequisite itself changes are counted:
            those of a new address as lacking now (if they do), newcomers at one that lacks already not at all. A
            prerequisite that is a share (internet) counts by its difference; where it is unknown before or after,
            nothing is counted.
        """
        told = self.prerequisites()
        with self._study.lock:
            sides = [_living(self._study.area_at(position)) for position in (self._before, self._after)]
        rows = []
        for name in PREREQUISITES:
            here = told[told["column"] == name]
            old, new = (
                _lacking(here[side], people.reindex(here["address_id"]))
                for side, people in zip(("old", "new"), sides, strict=True)
            )
            more = np.where(np.isnan(new - old), 0.0, new - old)
            counted = (int(to_micro(np.maximum(part, 0.0)).sum()) for part in (more, -more))
            rows.append((name, *(float(from_micro(micro)) for micro in counted)))
        return pd.DataFrame(rows, columns=["prerequisite", "now_lacking", "no_longer_lacking"])

    def _judged_ids(self) -> list[str]:
        """Addresses at which something else is lacking, perhaps: those with another access, or in cells named."""
        if not isinstance(self.edit, InternetOfferChanged):
            return self.address_ids()
        with self._study.lock:
            living = self._study.area_at(self._after).addresses
        return sorted(living["address_id"][living["cell_key"].isin(self.edit.cell_keys())].tolist())

    def _sides(self, address_ids: Sequence[str] | None = None) -> tuple[pd.DataFrame, pd.DataFrame]:
        ids = np.array(self.address_ids() if address_ids is None else address_ids, dtype=object)
        with self._study.lock:
            old = _rows(self._study.enter(self._before), ids)
            new = _rows(self._study.enter(self._after), ids)
        return old, new


def said(edit: Edit) -> str:
    """An edit in a few words: its kind, what it is about, where."""
    about = [_short(getattr(edit, name)) for name in _ABOUT if getattr(edit, name, "")][:1]
    if isinstance(edit, ResidentsAdded):
        about.insert(0, f"{edit.residents:g}")
    points = list(points_of(edit).values())
    where = [f"at {points[0][0]:.0f}, {points[0][1]:.0f}"] if points else []
    return " ".join([edit.kind, *about, *where])


def _short(value: object) -> str:
    """A value, or the first of several."""
    if isinstance(value, tuple) and len(value) > 1:
        return f"{value[0]} and {len(value) - 1} more"
    return str(value[0] if isinstance(value, tuple) else value)


def _without_way(standing: Standing, edit: Edit) -> list[str]:
    """Which places or homes of an edit meet no way."""
    tables, book = standing.book.tables, standing.book
    if isinstance(edit, ResidentsAdded):
        slot = tables["address"].get(edit.address_id)
        lost = slot is not None and bool(book["lives"][slot]) and book["foot"][slot] < 0
        return [f"address {edit.address_id!r}"] if lost else []
    places: list[tuple[str, str]] = []
    if isinstance(edit, FacilityAdded | FacilityMoved):
        places = [("facility", edit.facility_id)]
    elif isinstance(edit, EntranceAdded):
        places = [("gate", edit.entrance_id)]
    elif isinstance(edit, GreenAdded):
        places = [("gate", gate_id(edit.green_id, number)) for number in range(len(edit.entrances))]
    words = {"facility": "facility", "gate": "entrance"}
    slots = {key: tables["place"].get(key) for key in places}
    return [
        f"{words[key[0]]} {key[1]!r}" for key, slot in slots.items() if slot is not None and book["p_foot"][slot] < 0
    ]


def _living(area: Area) -> pd.Series:
    """Residents by address, of those addresses that the study is about."""
    inside = area.addresses[area.addresses["inside"].to_numpy(dtype=bool)]
    return inside.set_index("address_id")["residents"].astype(np.float64)


def _lacking(values: pd.Series, people: pd.Series) -> npt.NDArray[np.float64]:
    """How many lack it; none where the address is not there, NaN where that is unknown."""
    shares = np.array([0.0 if value is None else value for value in values], dtype=np.float64)
    counted: npt.NDArray[np.float64] = shares * people.fillna(0.0).to_numpy(dtype=np.float64)
    return counted


def _rows(standing: Standing, ids: Ids) -> pd.DataFrame:
    """ACCESS of those of the addresses that are there."""
    slots = standing.slots_of(ids)
    return telling.rows(standing, slots[slots >= 0])


def _compared(old: pd.DataFrame, new: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """Values by address id that differ: `address_id`, `column`, `old`, `new`; None where the address was not there."""
    ids = pd.Index(sorted({*old.index, *new.index}), dtype=object)
    parts = []
    for column in columns:
        one, other = _values(old, column, ids), _values(new, column, ids)
        differs = np.array([not _same(a, b) for a, b in zip(one, other, strict=True)], dtype=bool)
        row = {"address_id": ids[differs], "column": column, "old": one[differs], "new": other[differs]}
        parts.append(pd.DataFrame(row))
    return pd.concat(parts, ignore_index=True).sort_values(["address_id", "column"], ignore_index=True)


def _values(table: pd.DataFrame, column: str, ids: pd.Index) -> npt.NDArray[np.object_]:
    """A column by id as plain values, None where the id is not there."""
    held = table[column].astype(object).reindex(ids)
    return np.array([None if i not in table.index else v for i, v in zip(ids, held, strict=True)], dtype=object)


def _same(one: object, other: object) -> bool:
    return one == other or (one != one and other != other)


def _judged(area: Area, access: pd.DataFrame, parameters: Parameters) -> pd.DataFrame:
    addresses = area.addresses[area.addresses["address_id"].isin(access["address_id"])]
    return judge(replace(area, addresses=addresses), access, parameters).set_index("address_id")
