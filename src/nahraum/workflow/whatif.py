"""What-if on an analysed study, for Python."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from nahraum.study import Study
from nahraum.workflow.verbs import store_of, study_of

if TYPE_CHECKING:
    from nahraum.scenario.state import StudyState
    from nahraum.workflow.python import StudyArea


def what_if(study: Study | StudyArea | str | Path) -> StudyState:
    """A study that can be edited: what changes for whom, undone at no cost, in branches.

    Parameters
        study : a study, its file, or its area; stages that are not finished yet are run first.

    Returns
        The study without any edit. `state.apply(nahraum.facility_added(category="gp", x=…, y=…))` tells what
        changes; coordinates are metres in `state.crs`.

    Notes
        Unsuppressed, address by address: for the office, not for publication.
    """
    from nahraum.scenario.state import StudyState
    from nahraum.workflow.chain import analyse
    from nahraum.workflow.progress import Progress

    known = study_of(study if isinstance(study, str | Path | Study) else study.study)
    store = store_of(known)
    with store.lock():
        chain = analyse(known, store, Progress(quiet=True))
        return StudyState.of(chain.area.value, chain.network.value, known.parameters())
