"""Walking times of a profile on a study, for Python."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from nahraum.study import Study
from nahraum.workflow.verbs import store_of, study_of

if TYPE_CHECKING:
    import pandas as pd

    from nahraum.sources.elevation import Elevation
    from nahraum.workflow.python import StudyArea


def walking_minutes(
    study: Study | StudyArea | str | Path, *, profile: str, elevation: Elevation | None = None
) -> pd.DataFrame:
    """How long every address walks to the nearest service of each kind and to the nearest green, for one profile.

    Parameters
        study : a study, its file, or its area; stages that are not finished yet are run first.
        profile : adult, older_person, child, pushchair or wheelchair.
        elevation : heights of the ground (`nahraum.sources.elevation.read_elevation`), where slope should count.

    Returns
        As `nahraum.access.minutes.walking_minutes`. [minutes]

    Notes
        Unsuppressed, address by address: for the office, not for publication. What is not mapped counts as
        passable (docs/explanation/walking-profiles.md).
    """
    from nahraum.access.minutes import walking_minutes as measured
    from nahraum.network import build_network
    from nahraum.workflow.chain import analyse_area
    from nahraum.workflow.progress import Progress

    known = study_of(study if isinstance(study, str | Path | Study) else study.study)
    store, parameters = store_of(known), known.parameters()
    with store.lock():
        read, built = analyse_area(known, store, Progress(quiet=True))
        inputs, area = read.value, built.value
    network = build_network(inputs.osm, crs=area.crs, profile=profile, parameters=parameters, elevation=elevation)
    return measured(area, network, parameters)
