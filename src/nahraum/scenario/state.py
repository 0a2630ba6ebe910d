"""A study under edits: what changes with each, undone at no cost, in as many branches as one likes.

All states of a study share one `Standing`, which is brought to the state that is asked: back over the journals to
the common edit, and forward again. An edit of the rare kind that cannot be mended is computed anew; its states
share a `Standing` of their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from nahraum.access.changes import HardWay
from nahraum.access.codes import CodesExhausted
from nahraum.access.columns import Column
from nahraum.access.standing import Standing
from nahraum.access.telling import columns, rows
from nahraum.area.model import Area
from nahraum.errors import InputError
from nahraum.indicators import judge
from nahraum.network import Network
from nahraum.parameters import Parameters
from nahraum.scenario.apply import edited, effective
from nahraum.scenario.change import Change
from nahraum.scenario.edits import BarrierAdded, BarrierRemoved, Edit, ResidentsAdded
from nahraum.scenario.fit import bearable, fitting
from nahraum.scenario.log import at_position, edit_of, edits_of, log_of, log_to_dict
from nahraum.scenario.tree import Host, Position, SharedStudy


class StudyState:
    """A study and the edits made to it so far; made by `StudyState.of` or `nahraum.what_if`."""

    def __init__(self, study: SharedStudy, position: Position) -> None:
        self._study, self._position = study, position

    @staticmethod
    def of(area: Area, network: Network, parameters: Parameters) -> StudyState:
        """A study without any edit."""
        study, host = SharedStudy(area, network, parameters), Host(Standing(area, network, parameters))
        position = Position(host)
        host.settle(position)
        return StudyState(study, position)

    @staticmethod
    def replay(base: StudyState, log: Mapping[str, Any] | Iterable[Edit | Mapping[str, Any]]) -> StudyState:
        """A branch of the base on which the edits of a log are made one after the other.

        Parameters
            log : what `to_dict` gives, or edits.

        Raises
            InputError for a log that cannot be read or an edit that does not fit; it names its position.
        """
        state = base.branch()
        for at, edit in enumerate(log_of(log, crs=base.crs) if isinstance(log, Mapping) else edits_of(log)):
            try:
                state.apply(edit)
            except InputError as wrong:
                raise at_position(wrong, at) from wrong
        return state

    def __repr__(self) -> str:
        """E.g. 3 edits, EPSG:25832."""
        n = len(self.log)
        return f"<StudyState: {n} edit{'' if n == 1 else 's'}, {self.crs}>"

    @property
    def crs(self) -> str:
        """The CRS in which edits give their coordinates."""
        return self._study.area.crs

    @property
    def parameters(self) -> Parameters:
        """The parameters by which the study is judged."""
        return self._study.parameters

    @property
    def log(self) -> tuple[Edit, ...]:
        """The edits made so far, in their order."""
        return self._position.log()

    @property
    def area(self) -> Area:
        """The tables of the study area with the edits."""
        with self._study.lock:
            return self._study.area_at(self._position)

    @property
    def network(self) -> Network:
        """The walking network with the edits, made when asked for."""
        return edited(self._study.area, self._study.network, self.log, self._study.parameters)[1]

    def to_dict(self) -> dict[str, Any]:
        """The log as plain values, ready for JSON; `replay` takes it."""
        return log_to_dict(self.log, crs=self.crs)

    def branch(self) -> StudyState:
        """Another state that begins where this one is; what is done to one does not touch the other."""
        return StudyState(self._study, self._position)

    def table(self) -> pd.DataFrame:
        """`tables.ACCESS` of all addresses, sorted: equal to `access.measure` of the edited study."""
        with self._study.lock:
            standing = self._study.enter(self._position)
            return rows(standing, standing.slots())

    def columns(self, address_ids: Sequence[str]) -> dict[str, Column]:
        """The columns of `tables.ACCESS` of those of some addresses that are there, in this order, as arrays."""
        with self._study.lock:
            standing = self._study.enter(self._position)
            slots = standing.slots_of(np.array(address_ids, dtype=object))
            return columns(standing, slots[slots >= 0])

    def prerequisites(self) -> pd.DataFrame:
        """Who lacks which prerequisite with the edits (`indicators.judge`)."""
        return judge(self.area, self.table(), self._study.parameters)

    def apply(self, edit: Edit | Mapping[str, Any]) -> Change:
        """Makes an edit, or one given by its plain values, and tells what it changes.

        Raises
            InputError for an edit that does not fit the study; the state is then as before.
        """
        with self._study.lock:
            before, edit = self._position, edit_of(edit)
            if isinstance(edit, ResidentsAdded):
                bearable((*self.log, edit))
            fitting(edit, self._study.area, self._study.parameters, ground=self._study.ground,
                    greens=lambda: self._study.area_at(before).greens)  # fmt: skip
            try:
                if isinstance(edit, BarrierRemoved) and _was_added(edit.line_id, self.log):
                    after = self._without(before, edit)
                else:
                    after = self._study.step(before, edit)
            except (HardWay, CodesExhausted):
                after = self._anew(before, edit)
            self._position = after
            return Change(edit, after.route is not None, self._study, before, after)

    def undo(self) -> Change:
        """Takes the last edit back, without computing anything.

        Raises
            InputError where no edit has been made.
        """
        here = self._position
        if here.parent is None or here.edit is None:
            raise InputError("there is no edit to undo", expected="at least one edit in the log")
        self._position = here.parent
        return Change(here.edit, here.route is not None, self._study, here, here.parent)

    def _without(self, before: Position, edit: BarrierRemoved) -> Position:
        """The position after an added barrier is taken away: the edits since then made again, without it.

        Raises
            HardWay where the barrier is of before something was computed anew.
        """
        at, later = before, []
        while not (isinstance(at.edit, BarrierAdded) and at.edit.line_id == edit.line_id):
            if at.route is None:
                raise HardWay
            later.append(at)
            at = at.route
        if at.route is None:
            raise HardWay
        again, ids = at.route, [at.candidates()]
        for position in reversed(later):
            assert position.edit is not None
            ids.append(position.candidates())
            if position.route is position.parent:  # else a barrier was taken away, and the route is without it
                again = self._study.step(again, position.edit)
                ids.append(again.candidates())
        self._study.enter(again)
        after = Position(again.host, before, edit, again, ids=np.unique(np.concatenate(ids)))
        after.host.settle(after)
        return after

    def _anew(self, before: Position, edit: Edit) -> Position:
        """The position after an edit, on a `Standing` of its own."""
        after = Position(before.host, before, edit)
        self._study.anew(after)
        return after


def _was_added(line_id: str, log: Iterable[Edit]) -> bool:
    """Whether a barrier is one that an edit has added."""
    return any(isinstance(edit, BarrierAdded) and edit.line_id == line_id for edit in effective(log))
