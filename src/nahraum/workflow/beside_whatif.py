"""What stands beside a what-if: quarters by status, what measures would cost, the study as others may ask about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from nahraum.study import Study
from nahraum.workflow.verbs import store_of

if TYPE_CHECKING:
    from nahraum.index.status_groups import StatusGroups
    from nahraum.measures.model import MeasureType
    from nahraum.scenario import StudyState


def study_status_groups(study: Study) -> StatusGroups:
    """The quarters of a study by status; none where it has no section [social]. Stages not finished are run first."""
    from nahraum.index.status_groups import StatusGroups, status_groups
    from nahraum.workflow.chain import analyse
    from nahraum.workflow.progress import Progress

    if study.social is None:
        return StatusGroups()
    store = store_of(study)
    with store.lock():
        return status_groups(analyse(study, store, Progress(quiet=True)).social.value.areas)


def blurred(study: Study, base: StudyState) -> StudyState:
    """The study without any edit as it may be asked about from outside the office: residents blurred by cell."""
    from nahraum.publish.blurred import blurred_area
    from nahraum.publish.ledger import office_secret
    from nahraum.scenario import StudyState

    parameters = study.parameters()
    secret = office_secret(study.output_folder / "internal")
    area = blurred_area(base.area, secret, step=int(parameters.number("serving.rounding_cell_residents")))
    return StudyState.of(area, base.network, parameters)


def types_of(study: Study) -> list[dict[str, Any]]:
    """The types of measures that can be planned, with their costs per unit in the study's prices."""
    from nahraum.measures.costing import types_told

    return types_told(catalogue_of(study))


def costs_in(study: Study, wanted: Sequence[tuple[str, float]]) -> dict[str, Any]:
    """What some measures would cost in the study's prices, by id of type and quantity, and who would pay them."""
    from nahraum.measures.costing import costs_of, funding_of
    from nahraum.measures.funding import terms_of
    from nahraum.workflow.plan_money import first_year, rules_of

    types = catalogue_of(study)
    costs = costs_of(wanted, types)
    rules, terms = rules_of(study), terms_of(study.plan)
    return costs | {"funding": funding_of(wanted, types, rules=rules, terms=terms, year=first_year(study))}


def catalogue_of(study: Study) -> Mapping[str, MeasureType]:
    """The types of measures in the study's prices."""
    from nahraum.measures.catalogue import read_catalogue
    from nahraum.workflow.plan_stages import price_year

    return read_catalogue(study.parameters(), study.measures, price_year(study))
