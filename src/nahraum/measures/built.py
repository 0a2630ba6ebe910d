"""A study with measures built: its state, and the counts of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from nahraum.errors import InputError
from nahraum.scenario.edits import Edit
from nahraum.scenario.state import StudyState
from nahraum.scenario.tally import Tally


@dataclass(frozen=True, eq=False)
class Built:
    """A state of a study and its counts, which belong together."""

    state: StudyState
    tally: Tally

    @staticmethod
    def of(state: StudyState) -> Built:
        """The study without any measure."""
        return Built(state, Tally.of(state))

    def after(self, edits: Sequence[Edit]) -> Built:
        """The study after some edits more; this one stays as it is.

        Raises
            InputError for an edit that does not fit; it names its position among these.
        """
        state, tally = self.state.branch(), self.tally
        for at, edit in enumerate(edits):
            try:
                change = state.apply(edit)
            except InputError as wrong:
                raise InputError(
                    wrong.what, where=[f"edit {at + 1} of {len(edits)}", *wrong.where], expected=wrong.expected,
                    fix=wrong.fix,
                ) from wrong  # fmt: skip
            tally = tally.after(state, change)
        return Built(state, tally)
