"""Further limits of a plan as a planner names them: on the command line, in the study file."""

import math

import pytest
import typer

from nahraum.cli.options import pairs
from nahraum.errors import InputError, StudyError
from nahraum.measures.programme import Limits
from nahraum.study_measures import PlanSpec, plan_of
from nahraum.workflow import Ask
from nahraum.workflow.plan_limits import limits_named_once, named_limits, require_consistent

QUARTERS = {"0104": "0104", "Nordend": "0104", "0105": "0105"}


def test_every_limit_of_the_choice_can_be_named():
    told = named_limits(
        {
            "running": 5e4, "sealing": -100.0, "canopy": 10.0, "dwellings": 200.0, "programme:sz": 1e6,
            "quarter:Nordend": 50.0, "quarter_eur:0105": 3e5, "type:new_park": 2.0,
        },
        QUARTERS, ("new_park", "gp_branch"),
    )  # fmt: skip
    limits = Limits(**told)
    assert (limits.running_eur, limits.most_sealing_m2, limits.least_canopy_m2) == (5e4, -100.0, 10.0)
    assert (limits.least_dwellings, limits.programme_eur) == (200.0, {"sz": 1e6})
    assert limits.most_of_type == {"new_park": 2.0}
    assert (limits.least_removed_in_quarter, limits.least_eur_in_quarter) == ({"0104": 50.0}, {"0105": 3e5})


def test_names_that_are_not_known_are_refused_all_at_once_with_the_nearest():
    with pytest.raises(InputError) as caught:
        named_limits(
            {"sealng": 0.0, "quarter:Nordende": 5.0, "quarter": 5.0, "programme:": 1.0, "type:new_prak": 1.0}, QUARTERS,
            ("new_park",),
        )  # fmt: skip
    told = caught.value.message()
    assert len(caught.value.where) == 5 and "'sealing'" in told and "'Nordend'" in told and "'new_park'" in told


def test_a_quarter_is_one_by_id_and_by_name():
    """What is asked replaces what the study gives, and two amounts for one quarter are refused."""
    given = {"quarter:0104": 50.0, "sealing": 0.0}
    told = limits_named_once(given, {"quarter:Nordend": 20.0, "quarter_eur:0104": 1e5}, QUARTERS)
    assert told == {"quarter:0104": 20.0, "sealing": 0.0, "quarter_eur:0104": 1e5}
    assert limits_named_once({}, {"quarter:Nirgends": 1.0}, QUARTERS) == {"quarter:Nirgends": 1.0}  # refused later
    with pytest.raises(InputError, match="given twice") as caught:
        limits_named_once(given, {"quarter:0104": 20.0, "quarter:Nordend": 30.0}, QUARTERS)
    assert caught.value.where == ["quarter:0104", "quarter:Nordend"]


def test_the_study_file_may_hold_limits():
    assert plan_of({"limits": {"sealing": 0, "quarter:0104": 50}}).limits == {"sealing": 0.0, "quarter:0104": 50.0}
    with pytest.raises(StudyError, match="sealing = 0"):
        plan_of({"limits": {"sealing": "none"}})


def test_on_the_command_line_a_front_may_be_held_at_what_is_today():
    assert pairs(["sealing = 0", "quarter:0104=50"]) == {"sealing": 0.0, "quarter:0104": 50.0}
    assert math.isnan(pairs(["people_lacking_supply=today"], today=True)["people_lacking_supply"])
    for texts in (["sealing=today"], ["sealing=nan"], ["sealing"], ["sealing=0", "sealing=5"]):
        with pytest.raises(typer.BadParameter):
            pairs(texts)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"years": -3}, "years = -3"),
        ({"years": 1000}, "years = 1000"),
        ({"yearly_eur": (1.0,)}, "years = 1000000"),
        ({"yearly_eur": (math.nan,)}, "yearly: nan"),
        ({"budget_eur": math.inf, "yearly_eur": (1e5,)}, "budget: inf"),
        ({"yearly_eur": (1e5, 2e5, 3e5), "years": 5}, "yearly has 3 amounts, years is 5"),
        ({"priority_share": 0.5}, "no quarter has priority"),
    ],
)
def test_a_question_that_contradicts_itself_is_refused_in_both_languages(asked, said):
    with pytest.raises(InputError, match="contradicts itself") as caught:
        require_consistent(Ask(**{"budget_eur": 1e6} | asked), PlanSpec())
    assert said in caught.value.where[0] and caught.value.expected and caught.value.fix
    assert "widerspricht sich" in vars(caught.value)["german"]["what"]


def test_a_question_that_says_the_same_twice_is_none_that_contradicts_itself():
    require_consistent(Ask(yearly_eur=(1e5, 2e5), years=2, priority_share=0.5), PlanSpec(priority=("0104",)))
    require_consistent(Ask(yearly_eur=(1e5,), years=5), PlanSpec())
