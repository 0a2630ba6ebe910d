"""What the model of choice says, by hand: people, lacks, weights."""

import numpy as np
import pytest

from drawn_programmes import demand, drawn, effects, measure_type, site
from nahraum.errors import InputError
from nahraum.measures.lacking import lacks_by, parts_with
from nahraum.measures.model import Cost
from nahraum.measures.programme import Goal, Limits, best_programme, lived_value, programme_problem
from nahraum.measures.programme.figures import figures_of
from nahraum.measures.programme.goal import WEIGHTS
from nahraum.measures.programme.task import Task
from nahraum.measures.programme.weights import pair_weights, step_value

TYPES = {name: measure_type(name) for name in ("park", "shop")}
TWO_OF_FIVE = [0, 0, 0, 1, 1]  # school and stop


def problem(people, records, *, costs=None, **more):
    costs = costs or {}
    sites = [site(name, costs.get(name, 100.0), **more.get(name, {})) for name in records]
    return programme_problem(people, effects(records), sites, TYPES)


def everything(of):
    return np.ones(len(of), dtype=bool)


def only(of, *names):
    return np.array([name in names for name in of.site_ids], dtype=bool)


def test_a_shop_removes_the_lack_of_supply_of_those_who_lack_food_only():
    people = demand([10, 20], within=[[0, 1, 1, 1, 1], [0, 0, 0, 1, 1]], space=[1, 1])
    chosen = problem(people, {"shop": {0: {"food_full_range": 1}, 1: {"food_full_range": 1}}})
    told = figures_of(chosen, everything(chosen), Goal())
    assert told.lacks_removed == 10  # the others still lack two more of five services
    assert told.people_relieved == 10  # two lacks before, living space is left
    assert told.depth == 1


def test_two_sites_together_remove_what_none_removes_alone():
    people = demand([10], within=[TWO_OF_FIVE], space=[1])
    both = problem(people, {"a": {0: {"food_full_range": 1}}, "b": {0: {"gp": 1}}})
    assert figures_of(both, everything(both), Goal()).lacks_removed == 10  # food, and four of five
    assert figures_of(both, only(both, "a"), Goal()).lacks_removed == 0  # three of five
    assert figures_of(both, only(both, "b"), Goal()).lacks_removed == 0  # no food


def test_square_metres_of_several_parks_add_up():
    people = demand([10], m2=[2], space=[1])
    parks = problem(people, {"a": {0: {"green_m2": 2.0}}, "b": {0: {"green_m2": 2.0}}})
    assert figures_of(parks, only(parks, "a"), Goal()).lacks_removed == 0
    assert figures_of(parks, everything(parks), Goal()).lacks_removed == 10


def test_newcomers_who_crowd_a_park_make_a_lack_that_counts_against_the_plan():
    people = demand([10, 30], m2=[7, 6.5])
    homes = problem(people, {"homes": {0: {"green_m2": -0.5}, 1: {"green_m2": -1.0}}})
    told = figures_of(homes, everything(homes), Goal())
    assert (told.lacks_gained, told.lacks_lost, told.lacks_removed) == (0, 30, -30)


def test_internet_goes_by_the_share_of_households():
    people = demand([100], internet=[0.4], space=[1], k=2)
    fibre = problem(people, {"a": {0: {"internet": -0.3}}, "b": {0: {"internet": -0.3}}})
    assert figures_of(fibre, only(fibre, "a"), Goal()).lacks_removed == pytest.approx(30)
    told = figures_of(fibre, everything(fibre), Goal())
    assert told.lacks_removed == pytest.approx(40)  # not 60: no more than have none
    assert told.people_relieved == pytest.approx(40)


def test_people_with_fewer_than_k_lacks_do_not_count_unless_they_lose():
    people = demand([10], m2=[5])
    park = problem(people, {"park": {0: {"green_m2": 2.0}}})
    assert figures_of(park, everything(park), Goal()).lacks_removed == 0
    assert figures_of(park, everything(park), Goal(k=1)).lacks_removed == 10


def test_an_unknown_prerequisite_is_neither_removed_nor_lost():
    people = demand([10], access=[np.nan], m2=[np.nan], space=[1])
    park = problem(people, {"park": {0: {"green_m2": 9.0}}})
    assert len(park.pairs) == 0


def test_prioritarian_weights_are_the_steps_of_a_logarithm():
    steps = step_value(Goal(weights="prioritarian"), 2)
    assert steps[2] == 1
    assert steps[4] == pytest.approx(np.log(2) / np.log(4 / 3))
    assert steps[3] == pytest.approx(np.log(3 / 2) / np.log(4 / 3))


def test_a_quarter_weighs_as_much_as_it_is_told_to():
    people = demand([10, 10], m2=[1, 1], space=[1, 1], quarter=[0, 1])
    park = problem(people, {"park": {0: {"green_m2": 9.0}, 1: {"green_m2": 9.0}}})
    weights = pair_weights(park, Goal(quarter_weights={"Q2": 3.0}))
    assert weights.tolist() == [10, 30]


@pytest.mark.parametrize("weights", WEIGHTS)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_what_is_lived_is_worth_what_the_model_says_where_both_agree(weights, seed):
    rng = np.random.default_rng(seed)
    told = drawn(rng, n_rows=30, n_sites=8)
    chosen = rng.random(8) < 0.5
    after = lacks_by(told.demand, parts_with(told.demand, told.effects, np.flatnonzero(chosen)))
    goal = Goal(weights=weights)
    expected = Task.of(told, goal, Limits()).value(chosen)
    assert lived_value(told, goal, after) == pytest.approx(expected, abs=1e-5)


def test_of_two_recomputed_plans_the_goal_says_which_is_better():
    """Ten people with two lacks in one quarter, thirty with one in the other: there more go, here the worst ones."""
    people = demand([10, 30], m2=[1, 1], space=[1, 0], quarter=[0, 1], k=1)
    parks = problem(people, {"a": {0: {"green_m2": 9.0}}, "b": {1: {"green_m2": 9.0}}})
    few, many = parks.before.copy(), parks.before.copy()
    few[0, 1], many[1, 1] = 0.0, 0.0
    worst = Goal(weights="worst_quarter")
    assert lived_value(parks, Goal(), many) > lived_value(parks, Goal(), few)
    assert (lived_value(parks, worst, few), lived_value(parks, worst, many)) == (-1.0, -2.0)
    assert lived_value(parks, Goal(), np.where(np.arange(4) == 2, 1.0, parks.before)) == -40  # arises outside the model


def test_the_worst_fifth_are_those_with_most_lacks_before():
    people = demand([20, 80], m2=[1, 1], space=[1, 0], k=1)
    park = problem(people, {"park": {0: {"green_m2": 9.0}}})
    told = figures_of(park, everything(park), Goal())
    assert (told.worst_fifth_people, told.worst_fifth_gain) == (20, 1)


def test_a_plan_that_lifts_people_just_over_the_threshold_says_so():
    people = demand([10], m2=[5.9], space=[1])
    park = problem(people, {"park": {0: {"green_m2": 0.2}}})
    plan = best_programme(park, Goal(), Limits(budget_eur=1000))
    assert plan.figures.near_threshold_people == 10
    assert "near_threshold" in plan.notes["code"].tolist()


def test_sites_without_a_known_cost_are_left_out_and_named():
    people = demand([10], m2=[1], space=[1])
    records = {"a": {0: {"green_m2": 9.0}}, "b": {0: {"green_m2": 9.0}}}
    unknown = Cost(np.nan, np.nan, np.nan)
    found = problem(people, records, b={"cost": unknown})
    assert (found.site_ids, found.left_out) == (("a",), ("b",))
    with pytest.raises(InputError, match="its cost is not known"):
        best_programme(found, Goal(), Limits(budget_eur=1000, must=["b"]))


def test_wrong_sites_are_refused_all_at_once():
    people = demand([10])
    sites = [
        site("a", -5.0, cost=Cost(-5.0, -5.0, -5.0)), site("b", 5.0, type_id="castle"),
        site("c", 5.0, quarter_id="Mars"),
        site("d", 5.0, source="drawn", cost=Cost(np.nan, np.nan, np.nan)),
    ]  # fmt: skip
    with pytest.raises(InputError) as caught:
        programme_problem(people, effects({name: {} for name in "abcd"}), sites, TYPES)
    assert len(caught.value.where) == 4
    for text in ("negative cost", "'castle'", "'Mars'", "cost is missing"):
        assert text in str(caught.value)


def test_sites_and_effects_that_do_not_belong_together_are_refused():
    with pytest.raises(InputError, match="without an effect"):
        programme_problem(demand([10]), effects({"a": {}}), [site("b", 1.0)], TYPES)
