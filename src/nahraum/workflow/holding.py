"""A study held ready for what-if, and the scenarios that somebody works on; what `Planning` answers from."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from threading import RLock
from time import perf_counter
from typing import TYPE_CHECKING, Any

from nahraum.errors import InputError
from nahraum.study import Study
from nahraum.workflow.beside_whatif import blurred

if TYPE_CHECKING:
    from nahraum.index.status_groups import StatusGroups
    from nahraum.scenario import Change, StudyState
    from nahraum.scenario.edits import Edit
    from nahraum.scenario.tally import Tally
    from nahraum.store.scenarios import Scenario, ScenarioStore


@dataclass
class Open:
    """A scenario held ready: its state and its counts."""

    state: StudyState
    tally: Tally

    @staticmethod
    def of(state: StudyState) -> Open:
        """A state with its counts."""
        from nahraum.scenario.tally import Tally

        return Open(state, Tally.of(state))


class Holding:
    """The base of a study, held once, and a few scenarios held ready beside it; one change after the other."""

    def __init__(
        self, study: Study, base: StudyState, store: ScenarioStore | None, groups: StatusGroups | None = None
    ) -> None:  # fmt: skip
        self._study, self._groups = study, groups
        self._store, self._lock = store, RLock()
        self.parameters = study.parameters()
        self._base = blurred(study, base) if store is None else base  # a public server does not even hold the others
        begun = Open.of(self._base)
        self._ground, self._outside = begun.tally, begun if store is None else None
        self._ready: OrderedDict[str, Open] = OrderedDict()
        quarters = base.area.quarters
        self._names = dict(zip(quarters["quarter_id"].astype(str), quarters["name"].astype(str), strict=True))

    @property
    def store(self) -> ScenarioStore:
        """The stored scenarios.

        Raises
            InputError on a server that stores nothing.
        """
        if self._store is None:
            raise InputError("this server stores no scenarios")
        return self._store

    def _answer(
        self, kept: Scenario, before: Tally, after: Tally, *, change: Change | None = None, began: float = 0.0
    ) -> dict[str, Any]:  # fmt: skip
        from nahraum.publish.whatif import planner_effect
        from nahraum.scenario.effect import effect_of

        effect = effect_of(before, after, of_last=change is not None)
        told: dict[str, Any] = {"scenario": asdict(kept)}
        told["effect"] = planner_effect(effect, self._names, self._groups)
        if change is not None:
            milliseconds = round((perf_counter() - began) * 1000, 1)
            told |= {"edit": change.edit.to_dict(), "notes": change.notes(), "milliseconds": milliseconds}
        return told

    def _opened(self, name: str) -> Open:
        ready = self._ready.get(name)
        if ready is None:
            ready = self._made(self.store.edits(name)[0])
        self._keep(name, ready)
        return ready

    def _made(self, documents: Sequence[Mapping[str, Any]], before: Open | None = None) -> Open:
        """State and counts after some edits, of the study as it is by default."""
        first = before or Open(self._base, self._ground)
        state, tally = first.state.branch(), first.tally
        for document in documents:
            change = state.apply(document)
            tally = tally.after(state, change)
        return Open(state, tally)

    def _replaced(self, ready: Open, position: int, edit: Edit | None) -> tuple[Open, list[str]]:
        """The scenario with another edit at a position, or none there; and what is to be said of that edit."""
        state, tally, later = ready.state.branch(), ready.tally, []
        if not 0 <= position < len(state.log):
            raise InputError(
                "there is no edit at this position", where=str(position), expected=f"0 to {len(state.log) - 1}"
            )
        while len(state.log) > position:
            change = state.undo()
            tally = tally.after(state, change)
            later.append(change.edit)
        notes: list[str] = []
        for again in [*([edit] if edit else []), *reversed(later[:-1])]:
            change = state.apply(again)
            tally = tally.after(state, change)
            notes += change.notes() if again is edit else []
        return Open(state, tally), notes

    def _keep(self, name: str, ready: Open) -> None:
        self._ready[name] = ready
        self._ready.move_to_end(name)
        while len(self._ready) > int(self.parameters.number("serving.open_scenarios")):
            self._ready.popitem(last=False)
