"""A study with measures built: its state, and the counts of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from nahraum.errors import InputError
from nahraum.scenario.change import Change
from nahraum.scenario.edits import Edit
from nahraum.scenario.state import StudyState
from nahraum.scenario.tally import Tally
from nahraum.scenario.touched import NOTHING, Touched


@dataclass(frozen=True, eq=False)
class Built:
    """A state of a study and its counts, which belong together.

    counted, touched : counts of this state or of one it was made from, and what has been touched since. Nobody asks for
    the counts of the sets that another is built from.
    """

    state: StudyState
    counted: Tally
    touched: Touched = NOTHING

    @staticmethod
    def of(state: StudyState) -> Built:
        """The study without any measure."""
        return Built(state, Tally.of(state))

    @cached_property
    def tally(self) -> Tally:
        """The counts, made when they are first asked for."""
        return self.counted.touched_by(self.state, self.touched) if self.touched else self.counted

    def after(self, edits: Sequence[Edit]) -> Built:
        """The study after some edits more; this one stays as it is.

        Raises
            InputError for an edit that does not fit; it names its position among these.
        """
        state = self.state.branch()
        touched = Touched.by(_made(state, edit, at, len(edits)) for at, edit in enumerate(edits))
        if "tally" in vars(self):
            return Built(state, self.tally, touched)
        return Built(state, self.counted, self.touched | touched)


def _made(state: StudyState, edit: Edit, at: int, n: int) -> Change:
    """One of some edits, made; what does not fit names its position."""
    try:
        return state.apply(edit)
    except InputError as wrong:
        raise InputError(
            wrong.what, where=[f"edit {at + 1} of {n}", *wrong.where], expected=wrong.expected, fix=wrong.fix
        ) from wrong  # fmt: skip
