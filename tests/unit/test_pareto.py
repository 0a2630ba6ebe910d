"""Fronts by hand: a park and flats on a car park; quality of a front; what cannot be drawn."""

from dataclasses import replace

import numpy as np
import pytest

from drawn_programmes import demand, effects, measure_type, site
from nahraum.errors import InputError
from nahraum.measures.pareto import AS_TODAY, Effort, pareto_front
from nahraum.measures.pareto.model import Front
from nahraum.measures.pareto.quality import hypervolume, knee, not_dominated
from nahraum.measures.programme import Limits, programme_problem

ALL = Effort(points=50, seconds=60.0, gap=0.0, resolution=1e-6)
KINDS = {name: measure_type(name) for name in ("park", "flats")}


def town(*, park_m2: float = 5.0):
    """100 people with 4 m² of green each (6 are needed), 50 with 7; flats take 2 m² from all, the park adds to all."""
    people = demand([100, 50], m2=[4.0, 7.0])
    told = effects({
        "flats": {0: {"green_m2": -2.0}, 1: {"green_m2": -2.0}},
        "park": {0: {"green_m2": park_m2}, 1: {"green_m2": park_m2}},
    })  # fmt: skip
    sites = [site("flats", 1_000_000.0, type_id="flats", dwellings=40.0, sealing_m2=500.0), site("park", 300_000.0)]
    return programme_problem(people, told, sites, KINDS)


def test_flats_and_a_park_make_a_front_of_three_plans():
    front = pareto_front(town(), effort=ALL)
    told = front.points[["people_lacking_green", "dwellings", "cost"]].to_numpy().tolist()
    # the park alone; park and flats: 4 + 5 - 2 = 7 m², nobody lacks either; nothing; flats alone take it from the 50
    assert sorted(told) == [[0, 0, 300_000], [0, 40, 1_300_000], [100, 0, 0], [150, 40, 1_000_000]]
    assert front.complete and front.points["exact"].all() and (front.points["gap"] == 0).all()


def test_double_inner_development_is_named():
    front = pareto_front(town(), effort=ALL)
    assert front.double.exists is True
    assert front.double.most_green == front.double.most_dwellings == ("flats", "park")
    assert (front.double.relieved, front.double.dwellings) == ((100, 100), (40, 40))
    assert "40 Wohnungen und 100 Menschen weniger ohne Grün" in front.double.text_de
    assert front.points.set_index("dwellings")["double"].loc[40].tolist() == [True, False]


def test_most_dwellings_are_only_told_as_the_most_where_that_is_proven(monkeypatch):
    exact = Front.best

    def stopped(*given):
        found = exact(*given)
        return None if found is None else replace(found, proven=False)

    monkeypatch.setattr(Front, "best", stopped)
    double = pareto_front(town(), effort=ALL).double
    assert double.exists is True and double.proven is False
    assert "as far as found in time 40 dwellings" in double.text_en and "at most" not in double.text_en
    assert "soweit in der Zeit gefunden 40 Wohnungen" in double.text_de and "höchstens" not in double.text_de


def test_where_the_park_is_too_small_it_is_shown_not_to_exist():
    front = pareto_front(town(park_m2=2.5), effort=ALL)  # with the flats 4.5 m² are left
    assert front.double.exists is False and "No plan within the limits" in front.double.text_en


def test_less_than_one_person_relieved_is_nobody():
    people = demand([0.6], m2=[4.0])
    told = effects({"flats": {0: {"green_m2": -1.0}}, "park": {0: {"green_m2": 5.0}}})
    sites = [site("flats", 1e6, type_id="flats", dwellings=40.0), site("park", 3e5)]
    front = pareto_front(programme_problem(people, told, sites, KINDS), effort=ALL)
    assert front.double.exists is False


def test_sealing_as_a_limit_keeps_the_flats_out_and_has_a_price():
    front = pareto_front(town(), least={"sealing": 499.0}, effort=ALL)
    assert front.points["dwellings"].max() == 0
    assert set(front.prices["limit"]) == {"least:sealing"}


def test_an_objective_may_be_a_limit_too():
    """So many flats at least, green no worse than today: flats alone take it from 50 people, nothing built is none."""
    least = {"dwellings": 40.0, "people_lacking_green": AS_TODAY}
    front = pareto_front(town(), least=least, effort=ALL)
    told = front.points[["people_lacking_green", "dwellings", "cost"]].to_numpy().tolist()
    assert told == [[0, 40, 1_300_000]] and front.complete
    assert set(front.prices["limit"]) == {"least:dwellings", "least:people_lacking_green"}
    with pytest.raises(InputError, match="contradict"):
        pareto_front(town(), least={"dwellings": 41.0}, effort=ALL)


def test_unless_told_otherwise_nobody_loses_supply():
    people = demand([100], m2=[4.0], within=np.ones((1, 5)))
    told = effects({"flats": {0: {"food_full_range": -1.0}}, "park": {0: {"green_m2": 5.0}}})
    sites = [site("flats", 1e6, type_id="flats", dwellings=40.0), site("park", 3e5)]
    problem = programme_problem(people, told, sites, KINDS)
    assert pareto_front(problem, effort=ALL).points["dwellings"].max() == 0
    assert pareto_front(problem, least={}, effort=ALL).points["dwellings"].max() == 40


def test_must_and_budget_hold_on_the_whole_front():
    front = pareto_front(town(), Limits(budget_eur=1_200_000, must=("flats",)), effort=ALL)
    assert front.plans == (("flats",),)


def test_a_site_whose_dwellings_are_not_known_is_not_on_the_front():
    problem = town()
    unknown = replace(problem, dwellings=np.array([np.nan, 0.0]))
    assert all("flats" not in plan for plan in pareto_front(unknown, effort=ALL).plans)


def test_the_payoff_names_the_best_of_each_objective():
    payoff = pareto_front(town(), effort=ALL).payoff
    assert (payoff.loc["cost", "cost"], payoff.loc["dwellings", "dwellings"]) == (0, 40)
    assert payoff.loc["people_lacking_green", "people_lacking_green"] == 0


def test_unknown_or_too_few_objectives_are_refused():
    with pytest.raises(InputError, match="nearest: 'dwellings'"):
        pareto_front(town(), objectives=("dweling", "cost"))
    with pytest.raises(InputError, match="two or three"):
        pareto_front(town(), objectives=("cost",))


def test_quality_of_three_points_by_hand():
    gains = np.array([[1.0, 0.0], [0.6, 0.8], [0.0, 1.0], [0.5, 0.5], [0.6, 0.8]])
    assert not_dominated(gains).tolist() == [True, True, True, False, False]
    assert hypervolume(gains[:3]) == pytest.approx(0.6 * 0.8)
    assert knee(gains[:3]) == 1
    assert hypervolume(np.array([[0.5, 0.5, 0.5]])) == pytest.approx(0.125)
