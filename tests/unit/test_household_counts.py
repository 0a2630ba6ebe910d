"""Counts of the census, class by class, and what becomes of them: shares to counts, buildings to dwellings."""

import numpy as np
import pandas as pd
import pytest

from households_made import TOWN, cells, key, rows
from nahraum.errors import InputError
from nahraum.frames import require
from nahraum.grid import cell_corner_m
from nahraum.households import MARGINS, margins_of_counts, synthetic_households
from nahraum.households.contracts import BUILDING_TYPES, BUILDING_YEARS
from nahraum.parameters import Parameters
from nahraum.sources.household_counts import household_counts, measures, sections
from nahraum.study import SourceSpec
from nahraum.study_keys import GROUP_KEYS, SOURCE_KEYS
from nahraum.tables import HOUSEHOLD_COUNTS

EVEN_YEARS = {"households.seed.building_years_by_type": [[0.125] * 8] * 10}


def census_file(folder, name: str, columns: list[str], lines: dict[int, list[str]]):
    """A CSV of the census of 2022 with cells of households_made."""
    head = ["GITTER_ID_100m", "x_mp_100m", "y_mp_100m", *columns]
    listed = []
    for number, values in lines.items():
        east, north = (int(each) for each in cell_corner_m(key(number)))
        listed.append([f"CRS3035RES100mN{north}E{east}", str(east + 50), str(north + 50), *values])
    path = folder / f"{name}_100m-Gitter.csv"
    path.write_text("\n".join(";".join(row) for row in [head, *listed]) + "\n", encoding="utf-8")
    return path


def source(section: str, path, kind: str = "zensus2022") -> dict[str, SourceSpec]:
    return {section: SourceSpec(section, kind, (path,), {"size_m": 100})}


def counted(measure: str, counts, area: int = key(0), first: int = 1) -> pd.DataFrame:
    """Rows of HOUSEHOLD_COUNTS of one cell."""
    return pd.DataFrame(
        {"level": "cell", "area_key": area, "measure": measure, "class_id": np.arange(first, first + len(counts)),
         "count": np.array(counts, dtype=float), "status": "ok"}
    )  # fmt: skip


def test_sizes_of_households_come_with_their_total_and_a_dash_is_suppressed(tmp_path):
    names = ["Insgesamt_Haushalte", *measures()["household_size"]["classes"]]
    path = census_file(tmp_path, "groesse", names, {0: ["9", "4", "5", "–", "0", "0", "0"], 1: ["–"] * 7})
    table = require(household_counts(source("topics.households", path)), HOUSEHOLD_COUNTS, called="counts")
    mine = table[table["area_key"] == key(0)].set_index("class_id")
    assert mine["count"].tolist()[:3] == [9, 4, 5] and np.isnan(mine["count"][3])
    assert mine["status"].tolist() == ["ok", "ok", "ok", "suppressed", "ok", "ok", "ok"]
    assert (table.loc[table["area_key"] == key(1), "status"] == "suppressed").all()


def test_an_archive_of_buildings_is_not_taken_for_one_of_dwellings(tmp_path):
    classes = measures()["buildings_by_type"]["classes"]
    for total, measure in (("Insgesamt_Gebaeude", "buildings_by_type"), ("Insgesamt_Wohnungen", "dwellings_by_type")):
        path = census_file(tmp_path, total, [total, *classes], {0: ["10", *["1"] * 10]})
        assert set(household_counts(source("topics.building_types", path))["measure"]) == {measure}


def test_a_census_file_that_lacks_classes_is_refused_and_a_mapped_table_gives_nothing(tmp_path):
    path = census_file(tmp_path, "raeume", ["Insgesamt_Wohnungen", "1Raum", "2Raeume"], {0: ["3", "1", "2"]})
    with pytest.raises(InputError, match="lacks classes of households"):
        household_counts(source("topics.rooms", path))
    assert household_counts(source("topics.rooms", path, "grid_table")).empty


def test_in_the_long_tables_of_2011_a_class_that_a_cell_lacks_is_suppressed_and_one_nobody_has_is_no_row(tmp_path):
    path = tmp_path / "Haushalte100m.csv"
    path.write_text(
        "Gitter_ID_100m;Gitter_ID_100m_neu;Merkmal;Auspraegung_Code;Auspraegung_Text;Anzahl;Anzahl_q\n"
        "100mN30900E41000;x;HHGROESS_KLASS;3;3 Personen;5;0\n100mN30900E41001;x;HHGROESS_KLASS;4;4 Personen;3;0\n",
        encoding="cp1252",
    )
    table = household_counts(source("topics.households", path, "zensus2011"))
    assert sorted(zip(table["area_key"] == key(0), table["class_id"], table["status"], strict=True)) == [
        (False, 3, "suppressed"), (False, 4, "ok"), (True, 3, "ok"), (True, 4, "suppressed"),
    ]  # fmt: skip


def test_every_section_that_counts_households_is_one_a_study_can_have():
    assert all(name in SOURCE_KEYS or name.partition(".")[0] in GROUP_KEYS for name in sections())


def test_owners_are_the_share_of_owners_times_the_households():
    counts = pd.concat([counted("household_size", [40, 20, 10, 6, 3, 1], first=1), counted("owner_share", [0.25])])
    margins = require(margins_of_counts(counts, cells(1), Parameters()), MARGINS, called="margins")
    mine = margins[(margins["dimension"] == "tenure") & (margins["level"] == "cell")]
    assert mine["count"].tolist() == [20, 60]


def test_dwellings_out_of_buildings_are_bounds_where_a_type_has_no_fixed_number():
    """2 detached houses of one dwelling, 1 of two, 3 buildings with 3 to 6, 1 with 13 and more."""
    counts = pd.concat([
        counted("household_size", [40, 20, 10, 6, 3, 1]), counted("buildings_by_type", [2, 0, 0, 1, 0, 0, 3, 0, 1, 0]),
    ])  # fmt: skip
    margins = margins_of_counts(counts, cells(1), Parameters())
    mine = margins[margins["dimension"] == "building_type"].set_index("class_id")
    assert mine.loc[1, ["count", "least", "most"]].tolist() == [2, 2, 2] and mine.loc[4, "count"] == 2
    assert np.isnan(mine.loc[7, "count"]) and mine.loc[7, ["least", "most"]].tolist() == [9, 18]
    assert mine.loc[9, "least"] == 13 and np.isnan(mine.loc[9, "most"])
    made = synthetic_households(margins, cells(1))
    kinds = made.households["building_type"].value_counts()
    assert kinds["detached_one"] == 2 and kinds["detached_two"] == 2
    assert 9 <= kinds["dwellings_3_to_6"] <= 18 and kinds["dwellings_13_and_more"] >= 13


def test_a_building_brings_all_its_dwellings_to_its_year_of_construction():
    """3 detached houses and a building with the other 5 of 8 dwellings; half of all buildings before 1919, half later.

    Half of each type stands in either class: 1.5 + 0.5 · 5 = 4 dwellings.
    """
    types, years = np.zeros(len(BUILDING_TYPES)), np.zeros(len(BUILDING_YEARS))
    types[[0, 6]], years[[0, 2]] = [3, 1], [2, 2]
    counts = pd.concat([
        counted("household_size", [4, 2, 1, 1, 0, 0]), counted("rooms", [8, 0, 0, 8, 0, 0, 0, 0], first=0),
        counted("buildings_by_type", types), counted("buildings_by_year", years),
    ])  # fmt: skip
    margins = margins_of_counts(counts, cells(1), Parameters(EVEN_YEARS))
    mine = margins[(margins["dimension"] == "building_year") & (margins["level"] == "cell")]
    assert mine["count"].round(5).tolist() == [4, 0, 4, 0, 0, 0, 0, 0]
    assert (mine["status"] == "unreliable").all()


@pytest.mark.parametrize(("hidden", "expected"), [(1, [44, 22, 11, 7, 3, 1]), (9, [])])
def test_a_town_is_the_sum_of_its_cells_where_nearly_all_publish_every_class(hidden, expected):
    counts = pd.concat([
        counted("household_size", [40, 20, 10, 6, 3, 1]), counted("household_size", [4, 2, 1, 1, 0, 0], key(1)),
        counted("household_size", [hidden] * 5 + [np.nan], key(2)).assign(
            status=lambda t: np.where(t["count"].isna(), "suppressed", "ok")),
    ])  # fmt: skip
    margins = margins_of_counts(counts, cells(3), Parameters())
    mine = margins[margins["level"] == "municipality"]
    assert mine["count"].tolist() == expected and set(mine["area_key"]) <= {TOWN}


def test_counts_without_sizes_of_households_are_refused_with_what_there_is():
    with pytest.raises(InputError, match="no size of any household") as caught:
        margins_of_counts(counted("rooms", [1, 2, 3, 4, 5, 6, 7]), cells(1), Parameters())
    assert "rooms" in str(caught.value)


def test_bounds_that_exclude_each_other_are_refused():
    margins = rows(key(0), "household_size", [40, 3, 3, 3, 3, 3]).assign(least=np.nan, most=np.nan)
    margins.loc[0, ["count", "status", "least", "most"]] = [np.nan, "missing", 5.0, 4.0]
    with pytest.raises(InputError, match="cannot be used") as caught:
        synthetic_households(margins, cells(1))
    assert "least" in str(caught.value)
