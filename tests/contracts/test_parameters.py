"""Facts are dated data: every shipped parameter says from where, when and how well it is known."""

import re
from datetime import date
from pathlib import Path

import pytest

from nahraum.errors import InputError
from nahraum.parameters import EVIDENCE, Parameter, Parameters, _parameter, shipped

PACKAGE = Path(__file__).parents[2] / "src" / "nahraum"
every = pytest.mark.parametrize("parameter", shipped().values(), ids=lambda parameter: parameter.id)


@every
def test_every_parameter_has_value_source_date_and_evidence(parameter: Parameter) -> None:
    assert parameter.value is not None and parameter.value != []
    assert parameter.source.strip() and isinstance(parameter.date, date)
    assert parameter.evidence in EVIDENCE


@every
def test_every_parameter_has_a_unit_or_is_a_name(parameter: Parameter) -> None:
    assert parameter.unit or isinstance(parameter.value, (str, list))


@pytest.mark.parametrize("mark", ["value", "source", "date", "evidence"])
def test_a_missing_mark_is_refused(mark: str) -> None:
    whole = {"value": 1.0, "source": "x", "date": date(2026, 1, 1), "evidence": "proposal"}
    _parameter("x.y", whole)
    with pytest.raises(InputError):
        _parameter("x.y", {key: value for key, value in whole.items() if key != mark})


def test_an_unknown_evidence_mark_is_refused() -> None:
    with pytest.raises(InputError, match="evidence"):
        _parameter("x.y", {"value": 1.0, "source": "x", "date": date(2026, 1, 1), "evidence": "certain"})


def test_what_indicators_and_index_read_is_shipped() -> None:
    known = Parameters()
    pattern = re.compile(r"""parameters\.(?:number|value|lookup)\(\s*"([a-z0-9_.]+)"\s*\)""")
    for folder in ("indicators", "index"):
        for file in sorted((PACKAGE / folder).glob("*.py")):
            for name in pattern.findall(file.read_text(encoding="utf-8")):
                known.lookup(name)
