"""The people of a study as a plan chooses for them: groups at addresses, and what each has near home."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from nahraum.frames import MICRO
from nahraum.index.people import SHARED, SPACE
from nahraum.measures.lacking import counted_services, needed_services
from nahraum.measures.model import Demand
from nahraum.scenario.reached import reached_in
from nahraum.scenario.state import StudyState
from nahraum.scenario.tally import Tally


def demand_of(state: StudyState, tally: Tally, *, status: Mapping[str, str] | None = None) -> Demand:
    """The people who live in the study as it is, and what they have near home in a state of it.

    Parameters
        state : the study, or the study with measures that stand already; tally : `Tally` of it.
        status : social status group of quarters, by id.

    Returns
        A row for each address with counted residents, one more where some of them live communally: of those living
        space is not known. People whom edits add are not among them.
    """
    ground, rules = tally.ground, tally.ground.rules
    people = ground.persons.people()
    order = np.argsort(people.row, kind="stable")  # ordinary residents of an address before communal ones
    row = people.row[order]
    at, of_row = np.unique(row, return_inverse=True)
    ids = np.array(ground.names, dtype=object)[at]
    held, now = reached_in(state, ids, rules), tally.take(at)
    known = status or {}
    return Demand(
        row=row, address_id=ids[of_row], cell=ground.persons.cell[row],
        quarter=ground.persons.quarter[row], quarters=ground.quarters,
        residents=people.micro[order] / MICRO, within=counted_services(held.within, rules)[of_row],
        green_access=held.green_access[of_row],
        green_m2=held.green_m2[of_row], internet=now.lacks[of_row, SHARED],
        living_space=people.lacks[order, SPACE], needed=needed_services(rules), least=rules.services_needed,
        green_m2_needed=0.0 if rules.green_m2 is None else rules.green_m2, k=rules.lacks_needed,
        status=tuple(known.get(quarter, "") for quarter in ground.quarters),
    )  # fmt: skip
