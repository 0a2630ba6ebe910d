"""Every value of a finished run can be explained where the catalogue says that it is given."""

from types import SimpleNamespace

import pytest

from nahraum.index.explain import Known, explain
from nahraum.indicators.catalogue import entry
from nahraum.indicators.transit_classes import SYSTEMS, read_system
from nahraum.workflow.chain import analyse, used_parameters
from nahraum.workflow.progress import Progress
from nahraum.workflow.publication import catalogue_of
from nahraum.workflow.verbs import store_of, study_of

pytestmark = pytest.mark.xdist_group("town")


def test_every_indicator_of_the_demo_is_explained_with_value_formula_parameters_and_limits(
    small_town: SimpleNamespace,
) -> None:
    study = study_of(small_town.study)
    store = store_of(study)
    chain = analyse(study, store, Progress(quiet=True))
    result, own = chain.index.value, chain.further.value.catalogue()
    known = Known(chain.area.value, chain.access.value, result, used_parameters(study, chain, store), own)
    where = {
        "municipality": {},
        "quarters": {"quarter": str(result.quarters["quarter_id"].iloc[0])},
        "cells": {"cell": str(result.cells["cell_key"].iloc[0])},
    }
    told = 0
    for item in catalogue_of(chain):
        for geography in (name for name in where if name in item.geographies):
            found = explain(known, item.id, **where[geography])
            assert found.formula_de and found.formula_en and found.limits_de and found.source, item.id
            assert "{value}" not in found.sentence_de + found.sentence_en and found.text_de, item.id
            missing = {name for name in item.parameters if "{" not in name} if item.theme else set()
            assert missing <= {parameter.id for parameter in found.parameters}, item.id
            told += bool(item.theme)
    assert told > 150


def test_the_letters_of_the_catalogue_are_those_of_the_systems(small_town: SimpleNamespace) -> None:
    parameters = study_of(small_town.study).parameters()
    for name in SYSTEMS:
        assert entry(f"transit_class_{name}").letters == len(read_system(parameters, name).letters)
