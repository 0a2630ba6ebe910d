"""Status and prerequisites side by side, counted by hand on a town of four quarters."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely.geometry import box

from nahraum.errors import InputError, StudyError
from nahraum.index.social_columns import attention, dynamics_class, status_class, status_index, with_status
from nahraum.index.social_notes import note
from nahraum.index.social_people import fifths_of, inequality_of, status_by_type, status_matrix, types_of_quarters
from nahraum.index.social_values import joined, table_columns
from nahraum.index.status import read_method
from nahraum.parameters import Parameters
from nahraum.study_social import SocialSpec, funding_wanted, social_of

SPEC = SocialSpec("muenster-without-migration", "sozial", columns={"sgb2_15_64_percent": "sgb2"})
METHOD = read_method("muenster-without-migration")


def quarters(**columns: list[float]) -> pd.DataFrame:
    """Four quarters of 1,000, 2,000, 3,000 and 4,000 residents, everything known of everybody."""
    table = pd.DataFrame({"quarter_id": ["01", "02", "03", "04"], "residents": [1000.0, 2000.0, 3000.0, 4000.0]})
    table["residents_judged"] = table["residents"]
    for name in ("lacks_living_space", "lacks_green", "lacks_internet", "lacks_supply", "several"):
        table[f"{name}_share"] = columns.get(name, [0.0] * 4)
        end = "_share_completeness" if name == "several" else "_completeness"
        table[f"{name}{end}"] = 1.0
    return table


def areas() -> pd.DataFrame:
    """01 and 02 have a high status, 03 a low one, 04 has no class."""
    return pd.DataFrame(
        {
            "area_id": ["01", "02", "03", "04"], "index": [-1.0, -0.5, 1.5, np.nan], "class": ["1", "1", "2", ""],
            "class_de": ["hoch", "hoch", "niedrig", ""], "class_en": ["high", "high", "low", ""],
            "dynamics_class_de": ["", "positiv", "negativ", ""], "dynamics_class_en": ["", "positive", "negative", ""],
            "attention": [False, False, True, False],
        }
    )  # fmt: skip


def figures() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "area_id": ["01", "02", "99"], "sgb2": [5.0, 10.0, 1.0], "sgb2_status": ["ok", "ok", "ok"],
            "sgb2_under_15_percent": [8.0, np.nan, 1.0], "sgb2_under_15_percent_status": ["ok", "suppressed", "ok"],
            "people": [900.0, 1900.0, 5.0],
        }
    )  # fmt: skip


def test_the_matrix_counts_residents_of_each_class_and_those_who_lack_something() -> None:
    found = status_matrix(
        quarters(lacks_green=[0.5, 0.25, 1.0, 0.0], several=[0.1, 0.2, 0.5, np.nan]), areas()
    ).set_index("class")
    assert found.index.tolist() == ["1", "2", "none", "all"]
    assert found["residents"].tolist() == [3000, 3000, 4000, 10000]
    assert found["lacks_green_residents"].tolist() == [500 + 500, 3000, 0, 4000]
    assert found.loc["1", "lacks_green_share"] == pytest.approx(1000 / 3000)
    assert found.loc["1", "several_residents"] == pytest.approx(100 + 400)


def test_what_is_not_known_of_a_quarter_adds_nothing_and_the_completeness_says_so() -> None:
    found = status_matrix(quarters(several=[0.1, 0.2, 0.5, np.nan]), areas()).set_index("class")
    assert np.isnan(found.loc["none", "several_share"])
    assert found.loc["all", "several_share"] == pytest.approx((100 + 400 + 1500) / 6000)
    assert found.loc["all", "several_completeness"] == pytest.approx(0.6)


def test_without_classes_there_is_no_matrix() -> None:
    assert not len(status_matrix(quarters(), areas().assign(**{"class": ""})))
    assert not len(status_matrix(quarters(), pd.DataFrame()))


def test_each_municipality_type_has_a_matrix_of_its_own() -> None:
    kinds = pd.Series({"01": "Stadt", "02": "Dorf", "03": "Stadt", "04": "Dorf"})
    found = status_by_type(quarters(lacks_supply=[1.0, 0.0, 0.0, 1.0]), areas(), kinds)
    assert found["type"].tolist() == ["Dorf"] * 3 + ["Stadt"] * 3
    city = found[found["type"] == "Stadt"].set_index("class")
    assert city["residents"].to_dict() == {"1": 1000, "2": 3000, "all": 4000}
    assert city.loc["all", "lacks_supply_share"] == pytest.approx(0.25)


def test_a_quarter_is_of_the_type_in_which_most_of_its_residents_live() -> None:
    addresses = pd.DataFrame(
        {
            "quarter_id": ["01", "01", "01"], "municipality_id": ["a", "b", "b"], "residents": [30.0, 20.0, 500.0],
            "inside": [True, True, False],
        }
    )  # fmt: skip
    towns = pd.DataFrame({"municipality_id": ["a", "b"], "type": ["Stadt", None]})
    assert types_of_quarters(addresses, towns).to_dict() == {"01": "Stadt"}


def test_the_lowest_fifth_lives_in_the_quarters_of_highest_index() -> None:
    """By hand: of 10,000 the 2,000 of quarter 02 (index 3) are the lowest fifth; all of them lack green."""
    index = pd.Series({"01": 2.0, "02": 3.0, "03": 1.0, "04": 0.0})
    found = fifths_of(quarters(lacks_green=[0.5, 1.0, 0.0, 0.0]), index, Parameters()).set_index("indicator")
    assert found.loc["lacks_green_share", "ordered_by"] == "status"
    assert found.loc["lacks_green_share", "fifth_1"] == pytest.approx(1.0)
    assert found.loc["lacks_green_share", "fifth_2"] == pytest.approx(0.25)
    assert found.loc["lacks_green_share", "fifth_5"] == 0.0


def test_without_a_status_each_figure_is_ordered_by_itself() -> None:
    found = fifths_of(quarters(lacks_green=[0.5, 1.0, 0.0, 0.0]), None, Parameters()).set_index("indicator")
    assert found.loc["lacks_green_share", "ordered_by"] == "own"
    assert found.loc["lacks_green_share", "fifth_5"] == pytest.approx(1.0)


def test_inequality_tells_how_many_residents_are_behind_it() -> None:
    table = quarters().assign(green_m2_per_resident=[10.0, 10.0, 10.0, np.nan])
    found = inequality_of(table, Parameters())
    assert set(found["indicator"]) == {"green_m2_per_resident"}
    assert set(found["residents"]) == {6000.0}
    assert found.set_index("measure").loc["gini", "value"] == pytest.approx(0.0)


def test_rows_and_quarters_that_do_not_meet_are_told_by_id() -> None:
    found = joined(figures(), METHOD, SPEC, quarters())
    assert [(one["code"], one["count"]) for one in found.notes] == [
        ("social_rows_elsewhere", 1), ("social_quarters_without_row", 2),
    ]  # fmt: skip
    assert "99" in found.notes[0]["text_de"] and "03, 04" in found.notes[1]["text_en"]
    assert found.values["sgb2_15_64_percent"].tolist()[:2] == [5.0, 10.0]
    assert found.values["sgb2_under_15_percent_status"].tolist() == ["ok", "suppressed", "missing", "missing"]
    assert found.residents.tolist() == [1000.0, 2000.0, 3000.0, 4000.0]
    assert found.people["sgb2_15_64_percent"].isna().all()


def test_residents_may_come_from_the_table() -> None:
    spec = SocialSpec(SPEC.method, SPEC.statistics, columns=SPEC.columns, residents="people")
    assert joined(figures(), METHOD, spec, quarters()).residents.tolist()[:2] == [900.0, 1900.0]
    assert "people" in table_columns(METHOD, spec) and "sgb2" in table_columns(METHOD, spec)


def test_a_table_without_any_quarter_is_refused_with_both_ids() -> None:
    with pytest.raises(InputError, match="is a quarter of the study") as found:
        joined(figures().assign(area_id=["1", "2", "99"]), METHOD, SPEC, quarters())
    assert "'1'" in str(found.value) and "'01'" in str(found.value) and "leading zeros" in str(found.value)


def test_columns_that_are_not_there_and_parts_that_are_none_are_all_named() -> None:
    spec = SocialSpec(SPEC.method, SPEC.statistics, columns={"sgb2_15_64_percent": "sgb_2", "income": "sgb2"})
    with pytest.raises(InputError) as found:
        joined(figures(), METHOD, spec, quarters())
    assert "'income'" in str(found.value) and "did you mean 'sgb2'" in str(found.value)


def test_a_note_is_told_in_both_languages() -> None:
    told = note("no_section")
    assert told["text_de"] != told["text_en"] and "[social]" in told["text_de"] and told["count"] == 0


def test_status_index_is_told_as_the_method_made_it() -> None:
    assert status_index(areas())[:3].tolist() == [-1.0, -0.5, 1.5]


def test_status_class_is_the_name_of_the_class_in_the_language_of_the_study() -> None:
    assert status_class(areas(), "de").tolist() == ["hoch", "hoch", "niedrig", ""]
    assert status_class(areas(), "en").tolist() == ["high", "high", "low", ""]
    assert status_class(areas()[["area_id", "index"]], "en").tolist() == [""] * 4


def test_dynamics_class_is_empty_where_nothing_is_known_of_change() -> None:
    assert dynamics_class(areas(), "de").tolist() == ["", "positiv", "negativ", ""]


def test_attention_is_not_known_where_there_is_no_class() -> None:
    assert attention(areas(), "de").tolist() == ["nein", "nein", "ja", ""]
    assert attention(areas(), "en").tolist() == ["no", "no", "yes", ""]
    assert attention(areas()[["area_id", "index"]], "en").tolist() == [""] * 4


def test_quarters_get_the_status_with_what_is_held_back_marked() -> None:
    shapes = [box(k, 0, k + 1, 1) for k in range(4)]
    frame = gpd.GeoDataFrame(quarters(), geometry=shapes, crs="EPSG:25832")
    released = areas().assign(suppressed=["", "index class", "", ""], index=[-1.0, np.nan, 1.5, np.nan])
    released.loc[1, ["class", "class_de", "class_en"]] = ""
    found = with_status(frame, released, "de")
    assert found["status_index_status"].tolist() == ["ok", "suppressed", "ok", "missing"]
    assert found["status_class"].tolist() == ["hoch", "", "niedrig", ""]
    assert found["status_class_status"].tolist() == ["ok", "suppressed", "ok", "missing"]
    assert found.geometry.name == "geometry" and list(found.columns)[-1] == "geometry"


def test_a_study_says_in_true_or_false_what_is_published_and_proposed(tmp_path) -> None:
    section = {"method": "mss-berlin-2019", "statistics": "sozial"}
    assert social_of(section | {"published": True}, tmp_path, ["sozial"]).published
    with pytest.raises(StudyError, match="published"):
        social_of(section | {"published": "yes"}, tmp_path, ["sozial"])
    assert funding_wanted({}, ["osm", "parcels"]) and not funding_wanted({}, ["osm"])
    assert not funding_wanted({"propose": False}, ["parcels"])
    with pytest.raises(StudyError, match="propose"):
        funding_wanted({"propose": 1}, [])
