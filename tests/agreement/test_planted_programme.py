"""Plans for Musterstadt's planted lacks against every subset of the sites that help most."""

import shutil
from itertools import product

import numpy as np
import pytest

from nahraum.measures.model import Effects
from nahraum.measures.programme import (
    Goal,
    Limits,
    best_programme,
    cheapest_programme,
    programme_problem,
)
from nahraum.measures.programme.merging import slices
from nahraum.measures.programme.task import Task
from nahraum.study import read_study
from nahraum.workflow.plan_stages import ready_to_plan
from nahraum.workflow.progress import Progress
from nahraum.workflow.verbs import store_of

pytestmark = pytest.mark.xdist_group("plan")
N = 11


@pytest.fixture(scope="module")
def ready(small_town, tmp_path_factory):
    """Sites of the test town and what each changes, by the access engine."""
    folder = tmp_path_factory.mktemp("planted") / "town"
    shutil.copytree(small_town.folder, folder)
    study = read_study(folder / "study.toml")
    return ready_to_plan(study, store_of(study), Progress(quiet=True))


def some(ready, which):
    """The problem with some of the sites only."""
    told = ready.effects
    start, at = slices(told.start, which)
    few = Effects(
        tuple(np.array(told.site_ids, dtype=object)[which]), start, told.row[at], told.change[at],
        told.newcomers[which], told.newcomers_lacking[which], told.seconds[which],
    )  # fmt: skip
    sites = [ready.candidates.sites[position] for position in which]
    return programme_problem(ready.demand, few, sites, ready.types)


@pytest.fixture(scope="module")
def helpful(ready):
    """The problem of the eleven sites with a known cost that remove most lacks alone."""
    whole = some(ready, np.arange(len(ready.candidates.sites)))
    worth = dict(zip(whole.site_ids, Task.of(whole, Goal(), Limits()).worth.tolist(), strict=True))
    ids = [site.site_id for site in ready.candidates.sites]
    best = sorted(worth, key=lambda name: (-worth[name], name))[:N]
    return some(ready, np.array(sorted(ids.index(name) for name in best), dtype=np.int64))


def subsets(problem):
    groups = problem.exclusions()
    for one in product([False, True], repeat=len(problem)):
        chosen = np.array(one)
        if all(chosen[group].sum() <= 1 for group in groups):
            yield chosen


def test_the_cheapest_plan_that_cures_all_that_can_be_cured_is_that_of_all_subsets(helpful):
    task = Task.of(helpful, Goal(), Limits())
    told = [(task.value(one), -float(helpful.cost_eur[one].sum())) for one in subsets(helpful)]
    most = max(value for value, _ in told)
    assert most > 0
    cheapest = max(cost for value, cost in told if value >= most - 1e-6)
    plan = cheapest_programme(helpful, removed=float("inf"))
    assert plan.status == "optimal"
    assert plan.figures.lacks_removed == pytest.approx(most, abs=1e-5)
    assert plan.value == pytest.approx(cheapest)


@pytest.mark.parametrize("share", [0.1, 0.3, 0.6])
def test_the_best_plan_within_a_budget_is_that_of_all_subsets(helpful, share):
    limits = Limits(budget_eur=max(share * float(helpful.cost_eur.sum()), float(helpful.cost_eur.min())))
    task = Task.of(helpful, Goal(), limits)
    affordable = [one for one in subsets(helpful) if helpful.cost_eur[one].sum() <= limits.budget_eur]
    plan = best_programme(helpful, Goal(), limits)
    assert plan.value == pytest.approx(max(task.value(one) for one in affordable), abs=1e-5)
    assert plan.status == "optimal"
