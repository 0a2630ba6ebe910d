import numpy as np
import pandas as pd
import pytest

from nahraum.errors import InputError, StudyError
from nahraum.indicators import address_values, judge, read_rules
from nahraum.parameters import Parameters
from nahraum.tables import SERVICES
from six_cells import NO_GREEN, NO_SPACE, NO_SUPPLY, SIX, town

FAR = dict.fromkeys(SERVICES, np.nan) | {f"{s}_status": "unreachable" for s in SERVICES}


def judged(people: list[dict], overrides: dict | None = None, **more) -> pd.DataFrame:
    area, access = town(people, **more)
    return judge(area, access, Parameters(overrides)).set_index("address_id")


def test_six_addresses_lack_what_they_were_built_to_lack() -> None:
    found = judged(SIX)
    assert found["lacks_living_space"].tolist() == [1, 1, 0, 1, 0, 0]
    assert found["lacks_green"].tolist() == [1, 1, 0, 0, 0, 1]
    assert found["lacks_internet"].tolist() == pytest.approx([0, 1, 0, 0, 0, 0.6])
    assert found["lacks_supply"].tolist() == [0, 1, 1, 1, 0, 0]
    assert found["services_within_reach"].tolist() == [5, 4, 4, 4, 5, 5]


def test_a_threshold_of_the_study_wins() -> None:
    found = judged(SIX, {"living_space.minimum_m2_per_resident": 25.0, "supply.maximum_distance_m": 2000.0})
    assert found["lacks_living_space"].sum() == 0
    assert found["lacks_supply"].sum() == 0


def test_a_category_mapped_too_thinly_makes_a_far_way_unknown_and_leaves_a_near_one_known() -> None:
    far, near = {"gp": 3000.0, "pharmacy": 3000.0}, {"gp": 100.0, "pharmacy": 3000.0}
    found = judged([far, near], categories={"gp": "missing"})
    assert found["lacks_supply"].tolist() == pytest.approx([np.nan, 0.0], nan_ok=True)
    assert found["lacks_supply_status"].tolist() == ["undetermined", "ok"]
    assert found["services_within_reach_status"].tolist() == ["unreliable", "ok"]


def test_a_way_that_was_not_found_is_never_called_unreliable() -> None:
    area, access = town([{"gp": np.nan}, {"gp": 3000.0}], categories={"gp": "missing"})
    assert address_values(area, access)["gp_distance_m_status"].tolist() == ["missing", "unreliable"]


def test_an_address_that_reaches_no_service_at_all_is_off_the_network_not_without_everything() -> None:
    lost = FAR | {"green": np.nan, "green_status": "unreachable", "green_m2": np.nan, "green_m2_status": "unreachable"}
    found = judged([lost, {"food_full_range": np.nan, "food_full_range_status": "unreachable"}])
    assert found["lacks_supply"].tolist() == pytest.approx([np.nan, 1.0], nan_ok=True)
    assert found["lacks_green"].tolist() == pytest.approx([np.nan, 0.0], nan_ok=True)


def test_edge_addresses_keep_their_status() -> None:
    found = judged([{"edge": True, **NO_GREEN, **NO_SUPPLY, **NO_SPACE}])
    assert found.loc["a00", ["lacks_green_status", "lacks_supply_status"]].tolist() == ["edge", "edge"]
    assert found["lacks_supply"].isna().all()
    assert found["lacks_living_space"].tolist() == [1.0]


def test_a_standard_without_capacity_asks_for_the_way_only() -> None:
    found = judged([{"green": 250.0, "green_m2": 0.0}, {"green": 350.0}], {"green.standard": "who_europe"})
    assert found["lacks_green"].tolist() == [0.0, 1.0]


def test_the_order_of_the_rows_does_not_matter() -> None:
    area, access = town(SIX)
    expected = judge(area, access, Parameters())
    area.addresses, area.cells = area.addresses.iloc[::-1], area.cells.iloc[::-1]
    pd.testing.assert_frame_equal(judge(area, access.sample(frac=1, random_state=3), Parameters()), expected)


def test_inputs_are_not_changed() -> None:
    area, access = town(SIX)
    before = [area.addresses.copy(), area.cells.copy(), access.copy()]
    address_values(area, access)
    for was, now in zip(before, (area.addresses, area.cells, access), strict=True):
        pd.testing.assert_frame_equal(was, now)


def test_access_of_other_addresses_is_refused() -> None:
    area, access = town(SIX)
    with pytest.raises(InputError, match="do not belong together"):
        judge(area, access.iloc[1:], Parameters())


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("counting.lacks_needed", 5),
        ("counting.lacks_needed", 1.5),
        ("supply.services_needed", 6),
        ("green.standard", "paradise"),
        ("supply.services", ["gp", "pub"]),
    ],
)
def test_impossible_rules_are_refused_at_the_door(name: str, value: object) -> None:
    with pytest.raises(StudyError):
        read_rules(Parameters({name: value}))
