"""A study with measures built: its state, and the counts of it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from nahraum.errors import InputError
from nahraum.scenario.edits import Edit, InternetOfferChanged, ResidentsAdded
from nahraum.scenario.persons import judged_rows_of
from nahraum.scenario.state import StudyState
from nahraum.scenario.tally import Tally

_OF_PEOPLE = (ResidentsAdded, InternetOfferChanged)  # what these change is more than what is within reach


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
        state, tally, touched = self.state.branch(), self.tally, set[str]()
        for at, edit in enumerate(edits):
            try:
                change = state.apply(edit)
            except InputError as wrong:
                raise InputError(
                    wrong.what, where=[f"edit {at + 1} of {len(edits)}", *wrong.where], expected=wrong.expected,
                    fix=wrong.fix,
                ) from wrong  # fmt: skip
            if isinstance(edit, _OF_PEOPLE):
                tally = tally.after(state, change)
            else:
                touched.update(change.address_ids())
        return Built(state, _counted(tally, state, touched))


def _counted(tally: Tally, state: StudyState, touched: Collection[str]) -> Tally:
    """The counts with what is within reach of some addresses now: once for all edits that have touched them."""
    at = np.array(sorted(tally.ground.position(name) for name in touched), dtype=np.int64)
    if not len(at):
        return tally
    rows, names = tally.take(at), [tally.ground.names[one] for one in at.tolist()]
    values = rows.values_with(state.columns(names), names)
    return tally.changed_at(at, judged_rows_of(values, rows.quarter, tally.ground.rules))
