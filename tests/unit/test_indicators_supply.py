import numpy as np
import pandas as pd
import pytest

from nahraum.indicators import supply
from nahraum.indicators.supply import (
    lacks_supply,
    services_reached,
    services_within_reach,
    services_within_reach_status,
)
from nahraum.tables import SERVICES

X = np.nan


def reached(*rows: tuple[float, ...]) -> pd.DataFrame:
    """Columns in the order food, gp, pharmacy, school, stop."""
    return pd.DataFrame(rows, columns=list(SERVICES))


def ways(**values: float) -> pd.DataFrame:
    row = {f"{s}_distance_m": values.get(s, 100.0) for s in SERVICES}
    return pd.DataFrame([row | {f"{s}_distance_m_status": "ok" for s in SERVICES}])


def test_food_full_range_distance_m_is_the_way_as_it_was_measured() -> None:
    assert supply.food_full_range_distance_m(ways(food_full_range=640.0)).tolist() == [640.0]


def test_gp_distance_m_is_the_way_as_it_was_measured() -> None:
    assert supply.gp_distance_m(ways(gp=810.0)).tolist() == [810.0]


def test_pharmacy_distance_m_is_the_way_as_it_was_measured() -> None:
    assert supply.pharmacy_distance_m(ways(pharmacy=820.0)).tolist() == [820.0]


def test_primary_school_distance_m_is_the_way_as_it_was_measured() -> None:
    assert supply.primary_school_distance_m(ways(primary_school=830.0)).tolist() == [830.0]


def test_stop_distance_m_is_the_way_as_it_was_measured() -> None:
    assert supply.stop_distance_m(ways(stop=90.0)).tolist() == [90.0]


def test_services_within_reach_counts_what_is_known() -> None:
    table = reached((1, 1, 0, 1, 1), (1, X, X, 0, 1), (X, X, X, X, X))
    assert services_within_reach(table).tolist() == pytest.approx([4.0, 2.0, X], nan_ok=True)


def test_a_count_with_unknown_services_is_a_lower_bound_and_says_so() -> None:
    table = reached((1, 1, 0, 1, 1), (1, X, X, 0, 1), (X, X, X, X, X), (1, 1, 1, 1, 1), (1, 1, 1, X, 1))
    status = pd.DataFrame("ok", index=table.index, columns=table.columns)
    status.loc[3, "primary_school"] = "imputed"
    status.loc[4] = "edge"
    found = services_within_reach_status(table, status)
    assert found.tolist() == ["ok", "unreliable", "undetermined", "imputed", "edge"]


def test_lacks_supply_without_a_food_shop_whatever_else_is_near() -> None:
    assert lacks_supply(reached((0, 1, 1, 1, 1), (0, X, X, X, X)), needed=4).tolist() == [1.0, 1.0]


def test_lacks_supply_with_fewer_than_four_services() -> None:
    assert lacks_supply(reached((1, 1, 1, 0, 0), (1, 1, 1, 1, 0), (1, 1, 1, 1, 1)), needed=4).tolist() == [
        1.0,
        0.0,
        0.0,
    ]


def test_lacks_supply_is_unknown_exactly_where_an_unknown_service_decides() -> None:
    table = reached(
        (1, X, 1, 1, 1),  # four known: enough
        (1, X, 0, 1, 1),  # three or four
        (1, X, 0, 0, 1),  # at most three
        (X, 1, 1, 1, 1),  # whether there is food decides
        (X, X, 0, 0, 1),  # at most three
    )
    assert lacks_supply(table, needed=4).tolist() == pytest.approx([0.0, X, 1.0, X, 1.0], nan_ok=True)


def test_a_service_is_reached_up_to_the_distance() -> None:
    table = services_reached(ways(gp=1000.0, stop=1000.1), services=SERVICES, maximum_m=1000.0)
    assert table.iloc[0].tolist() == [1.0, 1.0, 1.0, 1.0, 0.0]
