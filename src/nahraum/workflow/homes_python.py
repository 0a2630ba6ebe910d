"""The synthetic households of a study for the Python interface."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from nahraum.study import Study
from nahraum.workflow.progress import Progress
from nahraum.workflow.verbs import store_of, study_of

if TYPE_CHECKING:
    from nahraum.households.homes import Homes


def synthetic_households(study: Study | str | Path, *, out: Path | None = None) -> Homes:
    """Households in dwellings that meet the published counts of the census, in the quarters of a study.

    Returns
        .households, .units, .places, .quarters and .made.fits, unsuppressed: for the office, not for publication. No
        row is a household that exists (`.statement`).

    Raises
        InputError where the study knows no sizes of households, or no unit of cells has enough of them.
    """
    from nahraum.workflow.homes import homes_of

    known = study_of(study, out)
    store = store_of(known)
    with store.lock():
        return homes_of(known, store, Progress(quiet=True)).value
