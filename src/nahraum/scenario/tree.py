"""The tree of all states of a study, and the one `Standing` that is brought from one to the other."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from threading import RLock
from weakref import WeakSet

import numpy as np
import numpy.typing as npt
import shapely

from nahraum.access.changes import HardWay
from nahraum.access.codes import CodesExhausted
from nahraum.access.standing import Standing
from nahraum.area.model import Area
from nahraum.errors import InputError
from nahraum.network import Network
from nahraum.network.graph import Int64
from nahraum.network.ledger import Journal
from nahraum.parameters import Parameters
from nahraum.scenario.apply import edit_area, edited, effective
from nahraum.scenario.edits import Edit
from nahraum.scenario.mend import mended

Ids = npt.NDArray[np.object_]
_NOBODY = np.empty(0, dtype=np.int64)


@dataclass(eq=False)
class Host:
    """One `Standing`, the position at which it is, and all positions it can be brought to.

    `is_stale` while it is under way: whatever interrupts that leaves it so, and its positions are then made again.
    """

    standing: Standing
    at: Position | None = None
    positions: WeakSet[Position] = field(default_factory=WeakSet)
    is_stale: bool = False

    def settle(self, position: Position) -> None:
        """A position at which the `Standing` is now."""
        position.sizes = dict(self.standing.book.sizes)
        self.positions.add(position)
        self.at = position
        self.is_stale = False

    def tidy(self) -> None:
        """Gives back what only edits used that were undone and that nobody asks for any more."""
        assert self.at is not None
        grown = [group for group, size in self.standing.book.sizes.items() if size > self.at.sizes[group]]
        if grown:
            known = [position.sizes for position in self.positions]
            self.standing.trim({group: max(sizes[group] for sizes in known) for group in grown})


@dataclass(eq=False)
class Position:
    """A study after some edits.

    `parent` is the study before the last edit, as the log tells it. `route` is where the journal leads here from:
    the parent, as a rule; None where the position was computed anew. Who may have other values than before are the
    addresses `slots` of the host, or `ids`.
    """

    host: Host
    parent: Position | None = None
    edit: Edit | None = None
    route: Position | None = None
    journal: Journal = field(default_factory=Journal)
    slots: Int64 = field(default_factory=lambda: _NOBODY)
    ids: Ids | None = None
    area: Area | None = None
    sizes: dict[str, int] = field(default_factory=dict)
    depth: int = field(init=False)

    def __post_init__(self) -> None:
        self.depth = 0 if self.route is None else self.route.depth + 1

    def candidates(self) -> Ids:
        """Ids of the addresses that the edit may have changed."""
        return self.host.standing.names(self.slots) if self.ids is None else self.ids

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

    @cached_property
    def ground(self) -> shapely.Geometry:
        """How far the data reach, made ready for many questions."""
        ground: shapely.Geometry = self.area.extent.geometry.iloc[0]
        shapely.prepare(ground)
        return ground

    def enter(self, wanted: Position) -> Standing:
        """The position's `Standing`, brought to the position."""
        host = self.sound(wanted).host
        assert host.at is not None
        back, forward, here, there = [], [], host.at, wanted
        while here is not there:
            if there.depth >= here.depth:
                forward.append(there)
                there = _above(there)
            else:
                back.append(here)
                here = _above(here)
        if back or forward:
            host.is_stale = True
            for position in back:
                host.standing.book.undo(position.journal)
            for position in reversed(forward):
                host.standing.book.redo(position.journal)
            host.at, host.is_stale = wanted, False
        return host.standing

    def step(self, before: Position, edit: Edit, *, again: Position | None = None) -> Position:
        """The position after an edit that is mended; a new one, or one that is made `again`.

        Raises
            HardWay, CodesExhausted where it must be computed anew; InputError where it does not fit.

        Notes
            An interruption (Ctrl-C, no memory left) leaves the host stale.
        """
        standing, host = self.enter(before), before.host
        host.is_stale = True
        host.tidy()
        standing.book.begin()
        try:
            slots = mended(standing, edit, self.parameters, area=lambda: self.area_at(before))
        except (HardWay, CodesExhausted, InputError):
            standing.book.undo(standing.book.end())
            host.is_stale = False
            raise
        after = Position(host, before, edit, before) if again is None else again
        after.host, after.journal, after.slots, after.depth = host, standing.book.end(), slots, before.depth + 1
        host.settle(after)
        return after

    def anew(self, position: Position) -> None:
        """A position on a `Standing` of its own, computed from nothing."""
        before = None if position.parent is None or position.ids is not None else self.enter(position.parent).living()
        area, network = edited(self.area, self.network, position.log(), self.parameters)
        host = Host(Standing(area, network, self.parameters), is_stale=True)
        position.host, position.route, position.depth = host, None, 0
        position.journal, position.area = Journal(), area
        position.host.settle(position)
        if before is not None:
            position.ids = np.union1d(before, position.host.standing.living())

    def sound(self, position: Position) -> Position:
        """The same position; if its host is stale, it and those it was made from are made again."""
        chain = [position]
        while chain[-1].host.is_stale and chain[-1].route is not None:
            chain.append(chain[-1].route)
        if chain[-1].host.is_stale:
            self.anew(chain[-1])
        for at in reversed(chain[:-1]):
            self._made_again(at)
        return position

    def _made_again(self, position: Position) -> None:
        assert position.route is not None and position.edit is not None
        if position.route is position.parent:
            try:
                self.step(position.route, position.edit, again=position)
            except (HardWay, CodesExhausted):
                self.anew(position)
        else:  # a barrier was taken away: nothing but the edits made again without it, which the route holds
            self.enter(position.route)
            position.host, position.depth = position.route.host, position.route.depth + 1
            position.host.settle(position)

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
