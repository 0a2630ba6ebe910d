"""What drawn measures would cost, by hand."""

from dataclasses import replace

import pytest

from nahraum.errors import InputError
from nahraum.measures.costing import costs_of, funding_of, types_told
from nahraum.measures.funding import Terms, rules_for
from nahraum.measures.model import Cost, MeasureType

PARK = MeasureType(
    id="park", label_de="Park", label_en="Park", field="green", unit="m2", cost=Cost(60, 150, 350),
    running=Cost(1.5, 3, 6), price_year=2026, cost_source_de="Ausschreibung", cost_source_en="tender",
    cost_date="2026-01-01", evidence="from_knowledge", lead_years=2, life_years=30, din276={"500": 1.0},
    nature="building", programmes=("sozialer_zusammenhalt",), payer="municipality", effect="new_green",
    siting="open_ground",
)  # fmt: skip
OPEN = float("nan")
FIBRE = replace(
    PARK, id="fibre", unit="address", cost=Cost(800, 1500, 4000), running=Cost(OPEN, OPEN, OPEN), evidence="published",
    programmes=(), payer="private",
)  # fmt: skip
TYPES = {"park": PARK, "fibre": FIBRE, "idea": replace(PARK, id="idea", effect="")}


def test_costs_are_those_of_a_unit_times_how_many_and_add_up():
    """1,000 m² of park at 60 to 350 euros, 100 addresses of fibre at 800 to 4,000; what fibre costs to run is open."""
    told = costs_of([("park", 1000.0), ("fibre", 100.0)], TYPES)
    assert told["measures"][0]["cost_eur"] == {"low": 60_000.0, "mid": 150_000.0, "high": 350_000.0}
    assert told["measures"][0]["running_eur_per_year"]["mid"] == 3000.0
    assert told["total"]["cost_eur"] == {"low": 140_000.0, "mid": 300_000.0, "high": 750_000.0}
    assert told["total"]["running_eur_per_year"]["mid"] is None  # unknown is not zero
    assert (told["verify_locally"], told["price_year"]) == (True, 2026)
    assert told["paid_by_programmes_share"] == pytest.approx(0.5)


def test_who_would_pay_is_told_by_the_rules_of_the_land():
    """Thirds of federation, state and municipality for the park's 150,000; fibre is paid by others."""
    rules = rules_for("07312000")
    told = funding_of([("park", 1000.0), ("fibre", 100.0)], TYPES, rules=rules, terms=Terms(), year=2027)
    park, fibre = told["measures"]
    assert park["rate"] == pytest.approx(2 / 3, abs=1e-6)
    assert park["grant_eur"] == pytest.approx(100_000.0, abs=0.02)
    assert park["grant_eur"] + park["municipality_eur"] == pytest.approx(150_000.0)
    assert (fibre["programme"], fibre["grant_eur"]) == ("", 0.0)
    assert told["grant_share"] == pytest.approx(1 / 3, abs=1e-6)
    assert told["cost_eur"] == 300_000.0


def test_nothing_drawn_costs_nothing():
    told = costs_of([], TYPES)
    assert told["total"]["cost_eur"]["mid"] == 0.0
    assert told["paid_by_programmes_share"] is None


@pytest.mark.parametrize("wanted", [("prak", 1.0), ("idea", 1.0), ("park", 0.0), ("park", float("nan"))])
def test_unknown_types_listed_ones_and_no_quantity_are_refused(wanted):
    with pytest.raises(InputError) as told:
        costs_of([wanted], TYPES)
    assert told.value.where
    assert told.value.expected
    assert told.value.fix


def test_only_types_that_can_be_planned_are_offered():
    assert [one["type_id"] for one in types_told(TYPES)] == ["park", "fibre"]
