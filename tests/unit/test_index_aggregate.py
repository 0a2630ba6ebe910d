import numpy as np
import pandas as pd
import pytest

from nahraum.index.aggregate import known_dimensions
from nahraum.index.means import status_words, summed_status, weighted_median
from nahraum.indicators.catalogue import entry_of
from nahraum.tables import PREREQUISITES
from six_cells import NO_GREEN, NO_SPACE, NO_SUPPLY, SIX, analysed, key


def table(name: str, people: list[dict] | None = None, **more) -> pd.DataFrame:
    return getattr(analysed(people, **more).result, name)


def test_the_municipality_of_six_cells() -> None:
    row = table("municipality").iloc[0]
    assert row["residents"] == row["residents_judged"] == 500.0
    shares = [row[f"lacks_{name}_share"] for name in PREREQUISITES]
    assert shares == pytest.approx([0.34, 0.5, 0.22, 0.2])
    # 100 + 50 + 20 for sure, 60 of the 100 in the last cell
    assert row["several_share"] == row["several_k2_share"] == pytest.approx(0.46)
    assert row["several_residents"] == pytest.approx(230.0)
    assert [row[f"several_k{k}_share"] for k in (1, 3, 4)] == pytest.approx([0.6, 0.1, 0.1])
    # lacks of people with several: 200 + 200 + 40 + 120 of 4 x 500
    assert row["m0"] == row["m0_k2"] == pytest.approx(0.28)
    assert row["a"] == pytest.approx(0.28 / 0.46)


def test_quarters_hold_their_people_and_their_class() -> None:
    quarters = table("quarters").set_index("quarter_id")
    assert quarters["residents"].to_dict() == {"A": 150.0, "B": 250.0, "C": 100.0}
    assert quarters["several_share"].to_dict() == pytest.approx({"A": 1.0, "B": 0.08, "C": 0.6})
    assert quarters["class"].to_dict() == {"A": "lacking", "B": "not_lacking", "C": "lacking"}


def test_a_quarter_without_residents_is_listed_and_unknown() -> None:
    quarters = table("quarters", SIX, quarters={"A": "a", "B": "b", "C": "c", "Z": "empty"}).set_index("quarter_id")
    assert quarters.loc["Z", "residents"] == 0.0
    assert np.isnan(quarters.loc["Z", "several_share_min"])
    assert quarters.loc["Z", "several_share_status"] == "missing"


def test_edge_addresses_leave_the_headcount_and_keep_their_residents() -> None:
    people = [{"residents": 10.0}, {"residents": 30.0, "edge": True, **NO_SPACE, **NO_GREEN}]
    row = table("municipality", people).iloc[0]
    assert [row[f"residents{end}"] for end in ("", "_judged", "_edge")] == [40.0, 10.0, 30.0]
    assert row["several_share"] == 0.0


def test_a_cell_at_the_edge_shows_its_floor_area_but_no_lack() -> None:
    cell = table("cells", [{"edge": True, **NO_SPACE, **NO_GREEN}]).iloc[0]
    assert cell["floor_area_m2_per_resident"] == 25.0
    assert cell["green_distance_m_status"] == "edge"
    assert np.isnan(cell["lacks_living_space_share"])
    assert cell["lacks_living_space_status"] == cell["several_share_status"] == "edge"
    assert cell["class"] == "undetermined"


def test_addresses_outside_the_boundary_are_in_no_table() -> None:
    found = analysed([{"residents": 10.0}, {"cell": (3, 3), "residents": 99.0, "inside": False}]).result
    assert found.cells["residents"].tolist() == [10.0]
    assert found.municipality["residents"].tolist() == [10.0]
    assert found.addresses["address_id"].tolist() == ["a00"]
    assert found.edge.loc[0, "residents_outside"] == 99.0


def test_living_space_of_communal_residents_is_unknown_and_their_access_counts() -> None:
    row = table("municipality", [{"residents": 100.0, "communal": 20.0, **NO_SPACE, **NO_GREEN}]).iloc[0]
    assert row["residents_communal"] == 20.0
    assert row["lacks_living_space_share"] == 1.0
    assert row["lacks_living_space_residents"] == 80.0
    assert row["lacks_living_space_completeness"] == pytest.approx(0.8)
    assert row["lacks_green_residents"] == 100.0
    assert [row["several_share_min"], row["several_share_max"]] == pytest.approx([0.8, 1.0])
    assert np.isnan(row["several_share"])


def test_a_dimension_nobody_knows_gives_intervals_and_a_shorter_list_of_known_ones() -> None:
    unknown = {"residents": 50.0, "offer": np.nan, "offer_status": "missing"}
    people = [unknown | NO_SPACE, unknown | {"cell": (1, 0)}]
    row = table("municipality", people).iloc[0]
    assert [row["several_share_min"], row["several_share_max"]] == [0.0, 0.5]
    assert np.isnan(row["several_share"]) and row["several_share_status"] == "undetermined"
    assert row["known_dimensions"] == "living_space+green+supply"
    assert np.isnan(row["lacks_internet_share"]) and row["lacks_internet_status"] == "missing"
    assert row["lacks_internet_completeness"] == 0.0


def test_known_dimensions_are_those_known_for_nine_in_ten() -> None:
    columns = {f"lacks_{name}_completeness": [1.0, 0.9] for name in PREREQUISITES}
    table = pd.DataFrame(columns | {"lacks_green_completeness": [0.89, np.nan]})
    found = known_dimensions(table, enough=0.9)
    assert found.tolist() == ["living_space+internet+supply"] * 2


def test_means_are_weighted_by_residents_and_status_is_the_weakest_behind_them() -> None:
    people = [
        {"residents": 30.0, "gp": 100.0},
        {"residents": 10.0, "gp": 500.0, "gp_status": "imputed"},
        {"residents": 10.0, "gp": np.nan, "gp_status": "unreachable"},
    ]
    row = table("cells", people).iloc[0]
    assert row["gp_distance_m"] == 200.0
    assert row["gp_distance_m_completeness"] == 0.8
    assert row["gp_distance_m_status"] == "imputed"


def test_green_per_resident_is_the_median_because_one_forest_would_carry_the_mean() -> None:
    people = [{"green_m2": v, "residents": 10.0} for v in (2.0, 4.0, 5000.0)]
    assert table("cells", people)["green_m2_per_resident"].tolist() == [4.0]


def test_the_median_is_that_of_people() -> None:
    values, weights = np.array([1.0, 9.0, 3.0, np.nan]), np.array([1, 5, 1, 90])
    assert weighted_median(values, weights, np.zeros(4, dtype=np.int64), 2).tolist() == pytest.approx(
        [9.0, np.nan], nan_ok=True
    )


def test_where_nothing_is_known_the_status_of_most_residents_stands() -> None:
    status = pd.Series(["missing", "suppressed", "suppressed"])
    numbers = summed_status(status, np.full(3, np.nan), np.array([3, 2, 2]), np.zeros(3, dtype=np.int64), 1, share=0.1)
    assert status_words(numbers).tolist() == ["suppressed"]


def test_a_status_behind_fewer_than_a_tenth_of_the_residents_is_not_that_of_the_town() -> None:
    few = [{"residents": 910.0}, {"cell": (1, 0), "residents": 90.0, "floor_status": "unreliable"}]
    row = table("municipality", few).iloc[0]
    assert row["floor_area_m2_per_resident_status"] == "ok"
    assert row["floor_area_m2_per_resident_completeness"] == 1.0
    tenth = [{"residents": 900.0}, {"cell": (1, 0), "residents": 100.0, "floor_status": "unreliable"}]
    assert table("municipality", tenth).loc[0, "floor_area_m2_per_resident_status"] == "unreliable"


def test_a_weaker_status_counts_for_a_stronger_one_too() -> None:
    people = [{"residents": 88.0}] + [
        {"cell": (n, 0), "residents": 6.0, "floor_status": word} for n, word in ((1, "imputed"), (2, "unreliable"))
    ]
    assert table("municipality", people).loc[0, "floor_area_m2_per_resident_status"] == "imputed"


# 100 residents of one cell, half of them without green; the offer reaches half of the households
SPLIT = [
    {"quarter": "A", "residents": 50.0, "offer": 0.5, **NO_GREEN},
    {"quarter": "B", "residents": 50.0, "offer": 0.5},
]


def test_a_quarter_border_through_a_cell_leaves_open_on_which_side_the_offer_is_missing() -> None:
    found = analysed(SPLIT).result
    quarters = found.quarters.set_index("quarter_id")
    assert quarters.loc["A", ["several_residents_min", "several_residents_max"]].tolist() == [0.0, 50.0]
    assert quarters.loc["B", ["several_residents_min", "several_residents_max"]].tolist() == [0.0, 0.0]
    assert quarters["class"].tolist() == ["undetermined", "not_lacking"]
    for table in (found.cells, found.municipality):
        assert table.loc[0, ["several_residents_min", "several_residents_max"]].tolist() == [0.0, 50.0]


def test_a_quarter_border_changes_nothing_for_cell_and_municipality() -> None:
    offer = [person | {"offer": 0.3, "cell": (n // 2, 0)} for n, person in enumerate(SPLIT * 2)]
    whole = [person | {"quarter": "A"} for person in offer]
    for name in ("cells", "municipality"):
        split, together = table(name, offer), table(name, whole)
        for column in ("several_share_min", "several_share", "several_share_max", "m0_min", "m0_max", "class"):
            assert split[column].tolist() == together[column].tolist()


def test_the_fewest_of_a_quarter_are_those_the_rest_of_the_cell_cannot_take() -> None:
    # 80 of 100 have no offer; 50 live in B, so at least 30 of the 50 in A are met
    people = [person | {"offer": 0.2} for person in SPLIT]
    row = table("quarters", people).set_index("quarter_id").loc["A"]
    assert [row["several_residents_min"], row["several_residents_max"]] == pytest.approx([30.0, 50.0])
    assert [row["m0_min"], row["m0_max"]] == pytest.approx([60 / 200, 100 / 200])


def test_a_cell_names_the_nearest_places_of_its_most_populous_address() -> None:
    people = [{"residents": 5.0}, {"residents": 6.0, "gp": np.nan}, {"residents": 6.0}]
    cell = table("cells", people).iloc[0]
    assert cell["gp_nearest_id"] == "" and cell["gp_nearest_name"] == ""
    assert cell["stop_nearest_name"] == "Haus stop" and cell["green_nearest_name"] == "Stadtpark"


def test_residents_of_cells_quarters_and_combinations_add_up() -> None:
    people = [{"residents": 1 / 3 * n, "communal": 0.1, "cell": (n, 0), "offer": 1 / n} for n in range(1, 9)]
    found = analysed(people).result
    total = found.municipality.loc[0, "residents"]
    assert found.cells["residents"].sum() == pytest.approx(total, abs=1e-6)
    assert found.quarters["residents"].sum() == pytest.approx(total, abs=1e-6)
    assert found.combinations["residents"].sum() == pytest.approx(total, abs=1e-6)


def test_cells_are_squares_with_their_key() -> None:
    cells = table("cells")
    assert cells["cell_key"].tolist() == sorted(key(p["cell"]) for p in SIX)
    assert cells.area.tolist() == [10_000.0] * 6 and cells.crs.to_epsg() == 3035


def test_supply_status_of_a_fallback_reaches_the_headcount() -> None:
    row = table("municipality", [{"primary_school_status": "imputed", **NO_SUPPLY}]).iloc[0]
    assert row["lacks_supply_status"] == row["several_share_status"] == "imputed"


def test_every_number_of_cells_quarters_and_municipality_has_a_catalogue_entry() -> None:
    found = analysed().result
    plain = ("residents", "cell_key", "quarter_id", "name", "geometry", "location_id", "municipality_id")
    for name in ("cells", "quarters", "municipality"):
        for column in getattr(found, name).columns:
            if column.startswith(plain) or "_nearest_" in column:
                continue
            assert entry_of(column) is not None, f"{name}.{column}"
