"""Further limits of a plan as a planner names them: on the command line, in the study file."""

import math

import pytest
import typer

from nahraum.cli.options import pairs
from nahraum.errors import InputError, StudyError
from nahraum.measures.programme import Limits
from nahraum.study_measures import plan_of
from nahraum.workflow.plan_limits import named_limits

QUARTERS = {"0104": "0104", "Nordend": "0104", "0105": "0105"}


def test_every_limit_of_the_choice_can_be_named():
    told = named_limits(
        {
            "running": 5e4, "sealing": -100.0, "canopy": 10.0, "dwellings": 200.0, "programme:sz": 1e6,
            "quarter:Nordend": 50.0, "quarter_eur:0105": 3e5,
        },
        QUARTERS,
    )  # fmt: skip
    limits = Limits(**told)
    assert (limits.running_eur, limits.most_sealing_m2, limits.least_canopy_m2) == (5e4, -100.0, 10.0)
    assert (limits.least_dwellings, limits.programme_eur) == (200.0, {"sz": 1e6})
    assert (limits.least_removed_in_quarter, limits.least_eur_in_quarter) == ({"0104": 50.0}, {"0105": 3e5})


def test_names_that_are_not_known_are_refused_all_at_once_with_the_nearest():
    with pytest.raises(InputError) as caught:
        named_limits({"sealng": 0.0, "quarter:Nordende": 5.0, "quarter": 5.0, "programme:": 1.0}, QUARTERS)
    told = caught.value.message()
    assert len(caught.value.where) == 4 and "'sealing'" in told and "'Nordend'" in told


def test_the_study_file_may_hold_limits():
    assert plan_of({"limits": {"sealing": 0, "quarter:0104": 50}}).limits == {"sealing": 0.0, "quarter:0104": 50.0}
    with pytest.raises(StudyError, match="sealing = 0"):
        plan_of({"limits": {"sealing": "none"}})


def test_on_the_command_line_a_front_may_be_held_at_what_is_today():
    assert pairs(["sealing = 0", "quarter:0104=50"]) == {"sealing": 0.0, "quarter:0104": 50.0}
    assert math.isnan(pairs(["people_lacking_supply=today"], today=True)["people_lacking_supply"])
    for text in ("sealing=today", "sealing=nan", "sealing"):
        with pytest.raises(typer.BadParameter):
            pairs([text])
