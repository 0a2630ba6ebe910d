"""What-if on an analysed study, for Python."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nahraum.errors import InputError
from nahraum.scenario.edits import Edit
from nahraum.scenario.log import read_log
from nahraum.study import Study
from nahraum.workflow.verbs import store_of, study_of

if TYPE_CHECKING:
    from nahraum.scenario.state import StudyState
    from nahraum.workflow.python import StudyArea


def what_if(
    study: Study | StudyArea | str | Path,
    *,
    log: Mapping[str, Any] | Iterable[Edit | Mapping[str, Any]] | str | Path | None = None,
) -> StudyState:
    """A study that can be edited: what changes for whom, undone at no cost, in branches.

    Parameters
        study : a study, its file, or its area; stages that are not finished yet are run first.
        log : edits to begin with: what `StudyState.to_dict` gave, the JSON file that holds it, or edits.

    Returns
        The study without any edit, or after those of the log; coordinates are metres in `state.crs`.
        `state.apply(nahraum.facility_added(category="gp", x=…, y=…))` tells what changes.

    Raises
        InputError for what is no study, and for a log that cannot be read or does not fit.

    Notes
        Unsuppressed, address by address: for the office, not for publication.
    """
    from nahraum.scenario.state import StudyState
    from nahraum.workflow.chain import analyse_walks
    from nahraum.workflow.progress import Progress
    from nahraum.workflow.python import StudyArea

    if not isinstance(study, Study | StudyArea | str | Path):
        raise InputError(
            f"{study!r} is no study", expected="the path of a study.toml, or what read_study or build_area gives"
        )
    edits = read_log(Path(log)) if isinstance(log, str | Path) else log
    known = study_of(study.study if isinstance(study, StudyArea) else study)
    store = store_of(known)
    with store.lock():
        area, network = analyse_walks(known, store, Progress(quiet=True))
        state = StudyState.of(area.value, network.value, known.parameters())
    return state if edits is None else StudyState.replay(state, edits)
