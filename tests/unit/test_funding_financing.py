"""Cost and financing by hand: split, thresholds, income, own share, purses, instalments, other bodies."""

from datetime import date

import pytest

from nahraum.errors import InputError
from nahraum.measures.catalogue import read_catalogue
from nahraum.measures.funding import Financing, PlanItem, Terms, financing, rules_for
from nahraum.parameters import Parameters

DUISBURG, KAISERSLAUTERN = "05112000", "07312000"
TYPES = read_catalogue(Parameters())
NRW, NEUTRAL = rules_for(DUISBURG), rules_for(KAISERSLAUTERN)
STATED = Terms(0, 0)


def park(cost: float = 1_000_000.0, **more) -> PlanItem:
    return PlanItem("park-1", "new_park", "Park am Bach", cost, more.pop("programme_year", 2027), **more)


def paid(found: Financing, view: str = "programme", item: str = "park-1") -> dict[tuple[int, str], float]:
    rows = found.table[(found.table["view"] == view) & (found.table["item_id"] == item)]
    return {(int(year), str(who)): float(eur) for year, who, eur in rows[["year", "funder", "eur"]].to_numpy()}


def test_in_nrw_one_rate_stands_for_bund_and_land_together() -> None:
    """1,000,000 EUR at 60 %: 600,000 EUR of grant in equal parts, 400,000 EUR own."""
    found = financing([park()], TYPES, NRW, STATED)
    assert paid(found) == {(2027, "bund"): 300_000.0, (2027, "land"): 300_000.0, (2027, "municipality"): 400_000.0}
    assert found.items.loc[0, "programme"] == "sozialer_zusammenhalt" and found.items.loc[0, "rate"] == 0.6


def test_elsewhere_each_bears_a_third_to_the_cent() -> None:
    """100,000 EUR: grant 66,666.66 EUR (rounded down), 33,333.33 EUR each; the municipality has the cents."""
    found = financing([park(100_000.0)], TYPES, NEUTRAL)
    assert paid(found) == {(2027, "bund"): 33_333.33, (2027, "land"): 33_333.33, (2027, "municipality"): 33_333.34}
    assert "neutral" in set(found.notes["code"])


def test_income_and_what_is_not_eligible_lower_the_grant() -> None:
    """1,000,000 - 100,000 not eligible - 200,000 income = 700,000; 60 % = 420,000; income pays 200,000; own 380,000."""
    found = financing([park(not_eligible_eur=100_000.0, income_eur=200_000.0)], TYPES, NRW, STATED)
    assert paid(found) == {
        (2027, "bund"): 210_000.0, (2027, "land"): 210_000.0, (2027, "municipality"): 380_000.0,
        (2027, "other"): 200_000.0,
    }  # fmt: skip
    assert found.items.loc[0, "eligible_eur"] == 700_000.0


def test_private_money_never_replaces_the_last_tenth_of_the_municipality() -> None:
    """80 % would be 800,000; 250,000 private and 100,000 own at least leave 650,000."""
    found = financing([park(private_eur=250_000.0)], TYPES, NRW, Terms(1, 1))
    assert paid(found)[(2027, "municipality")] == 100_000.0
    assert found.items.loc[0, "grant_eur"] == 650_000.0 and found.items.loc[0, "municipality_share"] == 0.1
    assert "gekürzt" in found.items.loc[0, "reason_de"]


def test_private_money_counts_against_eligible_cost_first_also_where_part_is_not_eligible() -> None:
    """1,000,000 - 200,000 = 800,000 eligible; 80 % is 640,000; 800,000 - 80,000 own - 250,000 private = 470,000."""
    found = financing([park(not_eligible_eur=200_000.0, private_eur=250_000.0)], TYPES, NRW, Terms(1, 1))
    assert found.items.loc[0, ["eligible_eur", "grant_eur"]].tolist() == [800_000.0, 470_000.0]
    assert paid(found) == {
        (2027, "bund"): 235_000.0, (2027, "land"): 235_000.0, (2027, "private"): 250_000.0,
        (2027, "municipality"): 280_000.0,
    }  # fmt: skip


def test_what_one_programme_finds_too_small_the_next_one_pays() -> None:
    """150,000 EUR are below the 200,000 of the European programme and above the 50,000 of NRW: 60 % = 90,000."""
    rules = rules_for(DUISBURG, ["nrw-2023", "efre-nrw-wohnviertel"])
    found = financing([park(150_000.0, programme_year=2025)], TYPES, rules, STATED)
    assert paid(found) == {(2025, "bund"): 45_000.0, (2025, "land"): 45_000.0, (2025, "municipality"): 60_000.0}
    assert found.items.loc[0, ["programme", "rule_set"]].tolist() == ["sozialer_zusammenhalt", "nrw-2023"]


@pytest.mark.parametrize(("overall", "grant"), [(True, 78_000.0), (False, 54_000.0)])
def test_those_that_fall_to_the_next_programme_count_for_its_least_together(overall, grant) -> None:
    """40,000 + 90,000 EUR: below 200,000 together; in NRW 60 % of both, or of the one above 50,000 for itself."""
    rules = rules_for(DUISBURG, ["nrw-2023", "efre-nrw-wohnviertel"])
    items = [park(40_000.0, programme_year=2025), PlanItem("park-2", "new_park", "Zweiter", 90_000.0, 2025)]
    found = financing(items, TYPES, rules, Terms(0, 0, overall_measure=overall))
    assert found.items["grant_eur"].sum() == grant


def test_too_small_for_every_programme_names_the_least_of_the_last() -> None:
    rules = rules_for(DUISBURG, ["nrw-2023", "efre-nrw-wohnviertel"])
    found = financing([park(40_000.0, programme_year=2025)], TYPES, rules, STATED)
    assert paid(found) == {(2025, "municipality"): 40_000.0} and "50.000 €" in found.items.loc[0, "reason_de"]


def test_a_named_programme_is_not_replaced() -> None:
    rules = rules_for(DUISBURG, ["nrw-2023", "efre-nrw-wohnviertel"])
    items = [park(150_000.0, programme_year=2025, programme="efre_wohnviertel")]
    found = financing(items, TYPES, rules, STATED)
    assert paid(found) == {(2025, "municipality"): 150_000.0} and "200.000 €" in found.items.loc[0, "reason_de"]


@pytest.mark.parametrize(("overall", "grant"), [(True, 54_000.0), (False, 30_000.0)])
def test_single_projects_below_fifty_thousand_get_nothing_unless_they_are_one_measure(overall, grant) -> None:
    """40,000 + 50,000 EUR eligible at 60 %: together 54,000; each for itself only the second, 30,000."""
    items = [park(40_000.0), PlanItem("gate-1", "gate", "Durchgang", 50_000.0, 2027)]
    found = financing(items, TYPES, NRW, Terms(0, 0, overall_measure=overall))
    assert found.items["grant_eur"].sum() == grant


def test_a_plan_below_the_least_is_paid_by_the_municipality_alone() -> None:
    found = financing([park(49_999.99)], TYPES, NRW, STATED)
    assert paid(found) == {(2027, "municipality"): 49_999.99}
    assert "50.000 €" in found.items.loc[0, "reason_de"] and "50,000 EUR" in found.items.loc[0, "reason_en"]


def test_grants_come_in_five_instalments_and_the_municipality_advances_them() -> None:
    """Spent 300,000 in each of 2027 to 2029; grant 540,000, 108,000 a year from 2027 to 2031."""
    found = financing([park(900_000.0)], TYPES, NRW, STATED)
    cash = paid(found, "cash")
    own = {year: cash.get((year, "municipality"), 0.0) for year in range(2027, 2032)}
    assert own == {2027: 192_000.0, 2028: 192_000.0, 2029: 192_000.0, 2030: -108_000.0, 2031: -108_000.0}
    assert cash[(2031, "bund")] == cash[(2031, "land")] == 54_000.0
    cost = paid(found, "cost")
    assert {cost[(year, "municipality")] for year in (2027, 2028, 2029)} == {120_000.0}


def test_own_years_of_spending_are_kept() -> None:
    found = financing([park(years={2027: 250_000.0, 2030: 750_000.0})], TYPES, NRW, STATED)
    assert found.overview("cost").sum(axis=1).to_dict() == {2027: 250_000.0, 2030: 750_000.0}
    assert found.overview("programme").sum(axis=1).to_dict() == {2027: 1_000_000.0}


def test_what_the_funding_does_not_pay_stays_in_the_plan_under_other_bodies() -> None:
    items = [
        PlanItem("shop", "neighbourhood_shop", "Laden", 4e5, 2027), PlanItem("gp", "gp_branch", "Praxis", 2e5, 2027),
        PlanItem("fibre", "fibre", "Glasfaser", 90_000.0, 2027), PlanItem("flats", "roof_storey", "Dach", 2e6, 2028),
    ]  # fmt: skip
    found = financing(items, TYPES, NRW, STATED)
    assert found.overview().sum().to_dict() == {
        "bund": 0, "land": 0, "eu": 0, "municipality": 0, "private": 490_000.0, "other": 2_200_000.0,
    }  # fmt: skip
    assert set(found.items["programme"]) == {""} and "subsidiary" in set(found.notes["code"])


def test_gigabit_money_pays_the_gap_where_the_plan_names_it() -> None:
    """Gap 100,000 EUR: 90 % grant, 50 of 90 federal; a tenth is left to the municipality."""
    found = financing([PlanItem("f", "fibre", "Lücke", 100_000.0, 2027, programme="gigabit")], TYPES, NRW, STATED)
    assert paid(found, item="f") == {
        (2027, "bund"): 50_000.0, (2027, "land"): 40_000.0, (2027, "municipality"): 10_000.0,
    }  # fmt: skip


def test_european_money_stands_in_its_own_column() -> None:
    """500,000 EUR at 60 %: 200,000 European (40 %), 100,000 of the Land, none from Bund, 200,000 own."""
    rules = rules_for(DUISBURG, ["nrw-2023", "efre-nrw-wohnviertel"])
    found = financing([park(500_000.0, programme_year=2025)], TYPES, rules, STATED)
    assert paid(found) == {(2025, "eu"): 200_000.0, (2025, "land"): 100_000.0, (2025, "municipality"): 200_000.0}


def test_a_purse_is_shared_in_proportion_and_the_municipality_bears_the_rest() -> None:
    """Grants of 600,000 and 300,000 EUR asked of a purse of 450,000: 300,000 and 150,000."""
    items = [park(), PlanItem("park-2", "pocket_park", "Platz", 500_000.0, 2027)]
    found = financing(items, TYPES, NRW, Terms(0, 0, purses={"sozialer_zusammenhalt": 450_000.0}))
    assert found.items["grant_eur"].tolist() == [300_000.0, 150_000.0]
    assert found.items["municipality_eur"].tolist() == [700_000.0, 350_000.0]
    assert "900.000 €" in found.notes.set_index("code").loc["purse", "text_de"]


def test_a_purse_holds_for_each_programme_year() -> None:
    items = [park(), PlanItem("park-2", "new_park", "Zweiter", 1_000_000.0, 2028)]
    found = financing(items, TYPES, NRW, Terms(0, 0, purses={"sozialer_zusammenhalt": 600_000.0}))
    assert found.items["grant_eur"].tolist() == [600_000.0, 600_000.0]


def test_surcharges_that_are_not_stated_are_told() -> None:
    assert "list_missing" in set(financing([park()], TYPES, NRW, Terms()).notes["code"])
    assert "list_missing" not in set(financing([park()], TYPES, NRW, STATED).notes["code"])


def test_a_plan_without_a_measure_for_the_climate_is_told_the_condition() -> None:
    gates = [PlanItem("gate-1", "gate", "Durchgang", 60_000.0, 2027)]
    assert {"area", "climate_missing"} <= set(financing(gates, TYPES, NRW, STATED).notes["code"])
    notes = set(financing([*gates, park()], TYPES, NRW, STATED).notes["code"])
    assert "area" in notes and "climate_missing" not in notes


@pytest.mark.parametrize(
    ("name", "met"),
    [
        ("playground", False), ("drinking_fountain", False), ("green_entrance", False), ("closed_green_opened", False),
        ("unsealing", True), ("street_tree", True), ("pocket_park", True), ("green_street", True),
    ],
)  # fmt: skip
def test_green_alone_is_no_measure_for_the_climate(name: str, met: bool) -> None:
    gates = [PlanItem("gate-1", "gate", "Durchgang", 60_000.0, 2027), PlanItem("x", name, "", 60_000.0, 2027)]
    assert ("climate_missing" not in set(financing(gates, TYPES, NRW, STATED).notes["code"])) == met


def test_a_park_that_is_known_to_seal_is_no_measure_for_the_climate() -> None:
    own = read_catalogue(Parameters(), {"new_park": {"sealing_m2": 0.2}})
    assert "climate_missing" in set(financing([park()], own, NRW, STATED).notes["code"])


def test_years_before_the_rules_are_told_and_get_nothing() -> None:
    found = financing([park(programme_year=2014)], TYPES, NEUTRAL)
    assert found.items["grant_eur"].tolist() == [0.0]
    assert "(bund-laender-drittel: 2020–)" in found.notes.set_index("code").loc["out_of_years", "text_de"]
    assert "out_of_years" not in set(financing([park()], TYPES, NEUTRAL).notes["code"])


def test_rules_from_knowledge_say_verify_locally() -> None:
    found = financing([park()], TYPES, NRW, STATED)
    assert "Verify locally" in found.notes.set_index("code").loc["verify", "text_en"]
    assert {fact.id for fact in found.facts} >= {"nrw-2023.grant_base", "nrw-2023.instalments"}


@pytest.mark.parametrize(
    ("items", "said"),
    [
        ([park(), park()], "stands twice"),
        ([park(float("nan"))], "cost missing"),
        ([park(0.0)], "cost missing"),
        ([PlanItem("x", "parkk", "", 1.0, 2027)], "no type 'parkk'"),
        ([park(income_eur=-1.0)], "amount from 0 on"),
        ([park(income_eur=600_000.0, private_eur=500_000.0)], "is more than"),
        ([park(years={2027: 1.0})], "add up to 1.00"),
        ([park(years={2026: 1_000_000.0})], "before its programme year"),
        ([park(years={2027: 1_500_000.0, 2028: -500_000.0})], "negative cost"),
        ([park(programme="gigabit")], "does not fund new_park"),
        ([park(programme="leader")], "no chosen rule set has 'leader'"),
    ],
)
def test_plans_that_cannot_be_financed_are_refused(items: list[PlanItem], said: str) -> None:
    with pytest.raises(InputError, match=said):
        financing(items, TYPES, NRW, STATED)


def test_a_programme_year_whose_deadline_has_passed_is_refused() -> None:
    with pytest.raises(InputError, match="2028 is the first"):
        financing([park()], TYPES, NRW, Terms(0, 0, applied_on=date(2026, 10, 1)))
    financing([park()], TYPES, NRW, Terms(0, 0, applied_on=date(2026, 9, 30)))


def test_an_empty_plan_costs_nothing() -> None:
    found = financing([], TYPES, NRW, STATED)
    assert found.table.empty and found.items.empty and found.overview().empty
