import json

import numpy as np
import pytest

from nahraum.errors import InputError
from nahraum.grid import cell_id
from nahraum.index.explain import Explanation, Known, explain
from nahraum.indicators.catalogue import read_catalogue
from six_cells import NO_GREEN, NO_SPACE, analysed, key


def known(people: list[dict] | None = None, **more) -> Known:
    found = analysed(people, **more)
    return Known(found.area, found.access, found.result, found.parameters)


@pytest.fixture(scope="module")
def six() -> Known:
    return known()


def german(found: Explanation) -> list[str]:
    return [lift.de for lift in found.lifts]


def test_a_value_comes_with_inputs_formula_parameters_sentence_and_what_would_lift_it(six: Known) -> None:
    found = explain(six, "lacks_green", quarter="A")
    assert (found.value, found.text_de, found.residents) == (1.0, "100 %", 150.0)
    assert {part.name for part in found.inputs} >= {"green_distance_m", "green_m2_per_resident"}
    assert "green_standards.nahraum_green.maximum_distance_m" in [p.id for p in found.parameters]
    assert found.sentence_de == "100 % der Einwohner fehlt Grün in Wohnungsnähe."
    assert german(found) == [
        "Ein Eingang zu öffentlichem Grün in höchstens 500 m (jetzt im Mittel 900 m bis Stadtpark): "
        "150 Einwohner hätten Grün in Gehweite.",
        "150 Einwohner haben weniger als 6 m² Grün je Einwohner; zusammen fehlen ihnen mindestens 900 m².",
    ]


def test_a_quarter_is_found_by_id_or_name_and_a_cell_by_id_or_key(six: Known) -> None:
    by_name = explain(six, "lacks_supply", quarter="quartier b")
    assert by_name == explain(six, "lacks_supply_share", quarter="B")
    name = str(cell_id([key((1, 0))])[0])
    assert explain(six, "gp_distance_m", cell=name) == explain(six, "gp_distance_m", cell=str(key((1, 0))))


def test_without_a_place_the_municipality_is_explained(six: Known) -> None:
    found = explain(six, "several_share")
    assert found.geography == "municipality" and found.value == pytest.approx(0.46)
    assert german(found)[0] == "Wenn Grün niemandem fehlte: 14,0 % statt 46,0 %."


def test_missing_floor_area_is_told_in_square_metres(six: Known) -> None:
    found = german(explain(six, "floor_area_m2_per_resident", quarter="A"))
    assert found == ["150 Einwohner leben in Zellen unter 30 m² je Einwohner; bis zur Schwelle fehlen zusammen 750 m²."]


def test_services_that_would_help_are_named_with_the_nearest_one() -> None:
    people = [{"pharmacy": 1500.0, "gp": 1200.0, "residents": 40.0}, {"gp": 1300.0, "residents": 10.0}]
    found = explain(known(people), "lacks_supply")
    assert german(found) == [
        "Hausarztpraxis in höchstens 1.000 m (jetzt im Mittel 1.200 m bis Haus gp): "
        "40 Einwohnern fehlte Nahversorgung nicht mehr.",
        "Apotheke in höchstens 1.000 m (jetzt im Mittel 1.500 m bis Haus pharmacy): "
        "40 Einwohnern fehlte Nahversorgung nicht mehr.",
    ]


def test_where_several_services_are_missing_at_once_one_alone_is_not_promised() -> None:
    far = {"gp": 1500.0, "pharmacy": 1500.0, "primary_school": 1500.0}
    assert german(explain(known([far]), "lacks_supply")) == [
        "Ein Angebot allein reicht für niemanden; es fehlen mehrere zugleich."
    ]


def test_nothing_to_lift_where_nothing_is_lacking(six: Known) -> None:
    cell = str(key((5, 5)))
    for name in ("lacks_living_space", "lacks_green", "lacks_internet", "lacks_supply", "class"):
        assert explain(six, name, cell=cell).lifts == ()


def test_an_interval_is_said_as_one() -> None:
    people = [NO_SPACE | NO_GREEN, {"cell": (1, 0), **NO_SPACE, "offer": np.nan, "offer_status": "missing"}]
    found = explain(known(people), "several_share")
    assert (found.minimum, found.maximum) == (0.5, 1.0)
    assert found.text_de == "50 % bis 100 %" and found.status == "undetermined"


BY_STATUS = {
    "status_class",
    "status_index",
    "dynamics_class",
    "attention",
}  # only studies with [social]: test_social_run


def test_every_entry_can_be_explained_wherever_it_is_given(six: Known) -> None:
    places = {"cells": {"cell": str(key((1, 0)))}, "quarters": {"quarter": "A"}, "municipality": {}}
    for entry in read_catalogue():
        for geography in () if entry.theme or entry.id in BY_STATUS else entry.geographies:  # further: tests/regression
            if geography in places:
                json.dumps(explain(six, entry.id, **places[geography]).as_dict())


def test_unknown_names_are_refused_with_the_nearest_known_one(six: Known) -> None:
    with pytest.raises(InputError, match="lacks_green"):
        explain(six, "lacks_greens", quarter="A")
    with pytest.raises(InputError, match="Quartier A"):
        explain(six, "lacks_green", quarter="Z")
    with pytest.raises(InputError, match="CRS3035RES100m"):
        explain(six, "lacks_green", cell=str(key((8, 8))))
    with pytest.raises(InputError, match="not both"):
        explain(six, "lacks_green", cell="1", quarter="A")
    with pytest.raises(InputError, match="quarters"):
        explain(six, "rank", cell=str(key((1, 0))))


def test_values_that_rest_on_experience_say_verify_locally(six: Known) -> None:
    found = explain(six, "lacks_green", quarter="A")
    assert found.verify_locally == any(p.evidence == "from_knowledge" for p in found.parameters)
