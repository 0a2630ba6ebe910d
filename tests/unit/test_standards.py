"""The green standard of a study: one lookup, one refusal."""

import pytest

from nahraum.access import access_rules
from nahraum.area.edges import longest_catchment_m
from nahraum.errors import StudyError
from nahraum.indicators import read_rules
from nahraum.parameters import Parameters
from nahraum.parameters.standards import green_standard


def test_the_chosen_standard_is_named_and_noted_as_read() -> None:
    parameters = Parameters({"green.standard": "who_europe"})
    assert green_standard(parameters) == "who_europe"
    assert [item.id for item in parameters.used()] == ["green.standard"]


@pytest.mark.parametrize("asked", [green_standard, longest_catchment_m, access_rules, read_rules])
def test_area_access_and_indicators_refuse_an_unknown_standard_in_the_same_words(asked) -> None:
    with pytest.raises(StudyError, match="there is no green standard 'paradise'") as refused:
        asked(Parameters({"green.standard": "paradise"}))
    assert "nahraum_green or who_europe" in refused.value.message()
    assert "set green.standard in [parameters] of study.toml" in refused.value.message()
