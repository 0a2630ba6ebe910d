"""Displacement check: what is known of the quarter of a park or new flats; what is not known says so."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from nahraum.errors import InputError
from nahraum.measures.catalogue import read_catalogue
from nahraum.measures.funding import PlanItem, displacement_check, displacement_figures
from nahraum.parameters import Parameters
from nahraum.workflow.plan_money import _figures, rents_of

TYPES = read_catalogue(Parameters())
ITEMS = [
    PlanItem("p", "new_park", "Park", 1e6, 2027, quarter_id="01"),
    PlanItem("g", "gate", "Durchgang", 1e4, 2027, quarter_id="01"),
    PlanItem("d", "roof_storey", "Dach", 1e6, 2027, quarter_id="02"),
]
FIGURES = pd.DataFrame(
    {"rent": [5.0, 8.0, 7.0], "sgb2": [0.30, 0.05, np.nan], "moves": [0.1, 0.1, 0.1]}, index=["01", "02", "03"]
)


def test_only_green_and_housing_are_checked() -> None:
    assert displacement_check(ITEMS, TYPES, FIGURES)["item_id"].tolist() == ["p", "d"]


def test_green_that_is_no_park_is_checked_too() -> None:
    names = ("street_tree", "unsealing", "school_yard", "playground", "flexible_retrofit", "crossing")
    items = [PlanItem(name, name, "", 1e5, 2027, quarter_id="01") for name in names]
    assert displacement_check(items, TYPES)["item_id"].tolist() == list(names[:-1])


def test_low_rents_where_many_have_little_are_to_be_watched() -> None:
    """Rent 5.0 below the median 7.0, SGB II 0.30 above the median 0.175."""
    found = displacement_check(ITEMS, TYPES, FIGURES).set_index("item_id")
    assert found["signal"].to_dict() == {"p": "watch", "d": "observe"}
    assert found.loc["p", "rent_median"] == 7.0 and found.loc["p", "sgb2_median"] == pytest.approx(0.175)
    assert found.loc["p", "known"] == 3 and np.isnan(found.loc["p", "rent_change"])


@pytest.mark.parametrize("figures", [None, FIGURES[["rent"]], FIGURES.drop("01")])
def test_what_is_not_known_must_be_observed(figures) -> None:
    found = displacement_check(ITEMS[:1], TYPES, figures)
    assert found.loc[0, "signal"] == "unknown" and "muss beobachtet werden" in found.loc[0, "text_de"]


def test_figures_come_from_the_offices_table_and_rents_from_the_census_where_it_tells_none() -> None:
    table = pd.DataFrame({"area_id": ["02", "01"], "sgb": [0.2, 0.1]})
    found = displacement_figures(table, {"sgb2": "sgb"}, pd.Series({"01": 6.5}))
    assert found.loc["01", "rent"] == 6.5 and found.loc["02", "sgb2"] == 0.2 and np.isnan(found.loc["02", "rent"])
    assert displacement_figures(None, {}).empty


def test_rents_of_the_analysis_are_used_without_a_table_of_the_office() -> None:
    """Rents 5, 8 and one unknown: the median is 6.50; without SGB II the signal stays unknown."""
    quarters = pd.DataFrame({"quarter_id": [1, 2, 3], "net_cold_rent_eur_m2": [5.0, 8.0, np.nan]})
    found = displacement_figures(None, {}, rents_of(quarters))
    assert found["rent"].dropna().to_dict() == {"1": 5.0, "2": 8.0} and "3" in found.index
    told = displacement_check([PlanItem("p", "new_park", "", 1e6, 2027, quarter_id="1")], TYPES, found).loc[0]
    assert (told["rent"], told["rent_median"], told["known"], told["signal"]) == (5.0, 6.5, 1, "unknown")
    assert rents_of(quarters[["quarter_id"]]) is None


@pytest.mark.parametrize("displacement", [{}, {"statistics": "sozialraum", "sgb2": "sgb"}])
def test_a_plan_takes_rents_of_its_analysis(displacement) -> None:
    quarters = pd.DataFrame({"quarter_id": ["1", "2"], "net_cold_rent_eur_m2": [5.0, 8.0]})
    table = pd.DataFrame({"area_id": ["1", "2"], "sgb": [0.2, 0.1]})
    inputs = {"statistics": {"sozialraum": SimpleNamespace(latest=lambda: table)}}
    chain = SimpleNamespace(
        index=SimpleNamespace(value=SimpleNamespace(quarters=quarters)), inputs=SimpleNamespace(part=inputs.__getitem__)
    )
    ready = SimpleNamespace(study=SimpleNamespace(plan=SimpleNamespace(displacement=displacement)), chain=chain)
    found = _figures(ready)
    assert found["rent"].to_dict() == {"1": 5.0, "2": 8.0}
    assert found["sgb2"].isna().all() if not displacement else found["sgb2"].to_dict() == {"1": 0.2, "2": 0.1}


def test_columns_that_are_not_there_are_refused() -> None:
    with pytest.raises(InputError, match=r"\[plan.displacement\]"):
        displacement_figures(pd.DataFrame({"area_id": ["1"]}), {"rent": "miete"})
