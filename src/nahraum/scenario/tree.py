"""The tree of all states of a study, and the one `Standing` that is brought from one to the other."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import RLock
from weakref import WeakSet

import numpy as np
import numpy.typing as npt

from nahraum.access.standing import Standing
from nahraum.area.model import Area
from nahraum.network import Network
from nahraum.network.ledger import Journal
from nahraum.parameters import Parameters
from nahraum.scenario.apply import edit_area, effective
from nahraum.scenario.edits import Edit

Ids = npt.NDArray[np.object_]


@dataclass(eq=False)
class Host:
    """One `Standing`, the position at which it is, and all positions it can be brought to."""

    standing: Standing
    at: Position | None = None
    positions: WeakSet[Position] = field(default_factory=WeakSet)

    def settle(self, position: Position) -> None:
        """A new position at which the `Standing` is."""
        position.sizes = dict(self.standing.book.sizes)
        self.positions.add(position)
        self.at = position

    def tidy(self) -> None:
        """Gives back what only edits used that were undone and that nobody asks for any more."""
        sizes = [position.sizes for position in self.positions]
        self.standing.trim({group: max(one[group] for one in sizes) for group in self.standing.book.sizes})


@dataclass(eq=False)
class Position:
    """A study after some edits.

    `parent` is the study before the last edit, as the log tells it. `route` is where the journal leads here from:
    the parent, as a rule; None where the position was computed anew.
    """

    host: Host
    parent: Position | None = None
    edit: Edit | None = None
    route: Position | None = None
    journal: Journal = field(default_factory=Journal)
    candidates: Ids = field(default_factory=lambda: np.empty(0, dtype=object))
    area: Area | None = None
    sizes: dict[str, int] = field(default_factory=dict)
    depth: int = field(init=False)

    def __post_init__(self) -> None:
        self.depth = 0 if self.route is None else self.route.depth + 1

    def log(self) -> tuple[Edit, ...]:
        """The edits that lead here."""
        edits, at = [], self
        while at.parent is not None:
            assert at.edit is not None
            edits.append(at.edit)
            at = at.parent
        return tuple(reversed(edits))


@dataclass(eq=False)
class SharedStudy:
    """What all states of a study share."""

    area: Area
    network: Network
    parameters: Parameters
    lock: RLock = field(default_factory=RLock)

    def enter(self, wanted: Position) -> Standing:
        """The position's `Standing`, brought to the position."""
        host = wanted.host
        assert host.at is not None
        back, forward, here, there = [], [], host.at, wanted
        while here is not there:
            if there.depth >= here.depth:
                forward.append(there)
                there = _above(there)
            else:
                back.append(here)
                here = _above(here)
        for position in back:  # step by step, so that an interruption leaves no journal half counted
            host.standing.book.undo(position.journal)
            host.at = _above(position)
        for position in reversed(forward):
            host.standing.book.redo(position.journal)
            host.at = position
        return host.standing

    def area_at(self, position: Position) -> Area:
        """The tables of the study area at a position."""
        chain = [position]
        while chain[-1].area is None and chain[-1].parent is not None:
            chain.append(chain[-1].parent)
        for at in reversed(chain):
            if at.area is None:
                at.area = self._area_after(at)
        assert position.area is not None
        return position.area

    def _area_after(self, position: Position) -> Area:
        if position.parent is None or position.edit is None or position.parent.area is None:
            return self.area
        log = position.log()
        if len(effective(log)) == len(log):
            return edit_area(position.parent.area, position.edit, self.parameters)
        area = self.area
        for edit in effective(log):
            area = edit_area(area, edit, self.parameters)
        return area


def _above(position: Position) -> Position:
    assert position.route is not None
    return position.route
