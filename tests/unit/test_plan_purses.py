"""What programmes have to give binds the choice by the same rule as the financing."""

from types import SimpleNamespace

import pytest

from drawn_programmes import measure_type, site
from nahraum.errors import InputError
from nahraum.measures.funding import most_granted, rules_for, terms_of
from nahraum.measures.programme import Limits
from nahraum.study_measures import plan_of
from nahraum.workflow.plan_purses import with_purses

TYPES = {
    "park": measure_type("park", programmes=("sozialer_zusammenhalt", "lebendige_zentren")),
    "shop": measure_type("shop"),
}


def ready(**section):
    sites = [site("b", 300_000.0), site("a", 200_000.0, type_id="shop"), site("c", float("nan"))]
    study = SimpleNamespace(plan=plan_of(section), municipalities=("05915000",), kreis="")
    return SimpleNamespace(study=study, types=TYPES, candidates=SimpleNamespace(sites=sites))


def first_programme():
    rules = rules_for("05915000")
    ((name, grant),) = most_granted(
        TYPES["park"], 300_000.0, [2027], rules=rules, terms=terms_of(plan_of({}))
    ).items()  # fmt: skip
    return name, grant


def test_a_purse_limits_the_grants_of_each_year_for_measures_that_its_programme_pays():
    name, grant = first_programme()
    found = with_purses(ready(purses={name: 100_000}), Limits(first_year=2027, yearly_eur=[1e6] * 2))
    (row,) = found.begun
    assert (row.most, row.sites.tolist()) == (100_000.0, [0.0, grant])  # by id; without a known cost no site
    assert 0 < grant < 300_000.0


def test_a_limit_of_a_programme_counts_the_whole_cost_of_what_it_pays():
    name, _ = first_programme()
    found = with_purses(ready(), Limits(first_year=2027, programme_eur={name: 5e5}))
    (row,) = found.rows
    assert (row.name, row.most, row.sites.tolist()) == (f"programme:{name}", 5e5, [0.0, 300_000.0])
    assert found.programme_eur == {} and not found.begun


def test_purses_of_programmes_that_are_not_there_are_refused_with_the_nearest():
    with pytest.raises(InputError) as caught:
        with_purses(ready(purses={"sozialer_zusamenhalt": 1}), Limits(programme_eur={"zoo": 1.0}))
    assert len(caught.value.where) == 2 and "'sozialer_zusammenhalt'" in caught.value.message()
