"""What of the lab and of a trial leaves the office: rounded, nothing of small quarters, the same bytes."""

from __future__ import annotations

import json
import re
import zipfile
from dataclasses import replace
from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely.geometry import box

from nahraum.errors import InputError
from nahraum.flexhousing import housing_lab, read_concepts, read_requirements
from nahraum.flexhousing.design import checked_design, read_rooms
from nahraum.flexhousing.design_stress import design_under_stress
from nahraum.flexhousing.portfolio import best_portfolio
from nahraum.households.contracts import BANDS
from nahraum.parameters import Parameters
from nahraum.publish.housing import Told, write_housing
from nahraum.publish.housing.brief import example_csv
from nahraum.publish.housing.layer import housing_layer
from nahraum.publish.housing.paper import _exchange, _money, _quarters
from nahraum.publish.housing.released import (
    released_chosen,
    released_effects,
    released_places,
    released_recomputed,
    released_state,
)
from nahraum.publish.housing.words import LabWords, texts
from nahraum.stress.reading import read_scenario

PARAMETERS = Parameters()


def _table(sizes):
    """Households of quarters: every third a family of four without enough rooms, the others couples with rooms."""
    rows = []
    for quarter, n in sizes.items():
        for at in range(n):
            family = at % 3 == 0
            ages = dict.fromkeys((f"age_{band}" for band in BANDS), 0)
            ages |= {"age_30_39": 2, "age_00_09": 2 if family else 0}
            rows.append({
                "household_id": f"{quarter}:{at}", "unit_id": 1, "quarter_id": quarter,
                "household_size": 4 if family else 2, "rooms": 3 if family else 6, "tenure": "tenant",
                "household_type": "couple_with_child" if family else "couple_without_child",
                "floor_area_m2": 64.5 if family else 114.5, "building_type": "dwellings_7_to_12",
                "building_year": "1949_to_1978", "net_cold_rent_eur_m2": 8.0,
                **ages, "workers_assumed": 1, "school_children_assumed": 0,
            })  # fmt: skip
    return pd.DataFrame(rows)


@pytest.fixture(scope="module")
def told():
    parameters = Parameters()
    table, concepts = _table({"A": 300, "B": 70, "C": 40}), read_concepts(Parameters())
    lab = housing_lab(table, concepts, parameters, take={"dwelling_exchange": 2}, draws=[table])
    rooms = read_rooms(example_csv())
    design = checked_design(rooms, read_requirements())
    return Told(
        study="Stadt", language="de", day=date(2026, 6, 30), version="0", attribution="Zensus 2022", lab=lab,
        concepts=concepts, requirements=read_requirements(), names={"A": "Altstadt", "B": "=Berg", "C": "Tal"},
        parameters=parameters, take={"dwelling_exchange": 2.0}, brief=True, design=design, design_rooms=len(rooms),
        portfolio=best_portfolio(lab, concepts, 400_000.0, parameters), design_name="entwurf",
        design_stress=design_under_stress(
            design.dwellings, lab.homes["low"], read_scenario("nrw_spring_2020"), least=50
        ),
        scenario="NRW, Frühjahr 2020",
    )  # fmt: skip


def test_both_languages_have_the_same_texts_with_the_same_gaps():
    german, english = texts("de"), texts("en")
    assert german.keys() == english.keys()
    for key in german:
        assert set(re.findall(r"{\w+}", german[key])) == set(re.findall(r"{\w+}", english[key])), key


def test_small_quarters_are_held_back_and_the_next_smallest_with_the_only_one(told):
    state = released_state(told.lab, told.names, told.parameters).set_index("quarter_id")
    assert state["status"].to_dict() == {"A": "ok", "B": "suppressed", "C": "suppressed"}
    assert state.loc[["B", "C"], ["households", "persons", "crowded_persons_low"]].isna().all().all()


def test_everything_told_of_persons_is_a_multiple_of_ten(told):
    for table in (
        released_state(told.lab, told.names, told.parameters), released_places(told.lab, told.names, told.parameters),
        released_effects(told.lab, told.parameters),
    ):  # fmt: skip
        for column in [name for name in table.columns if "persons" in name and "cost" not in name]:
            values = table[column].dropna().to_numpy(dtype=float)
            assert (np.mod(values, 10) == 0).all(), column


def test_the_files_are_complete_the_same_on_every_run_and_say_what_they_are(told, tmp_path):
    files = write_housing(told, tmp_path / "one")
    again = write_housing(told, tmp_path / "two")
    names = {path.name for path in files}
    assert {
        "housing.pdf",
        "housing.xlsx",
        "concepts.csv",
        "quarters.csv",
        "brief.pdf",
        "criteria.csv",
        "design.pdf",
    } <= names
    for one, other in zip(files, again, strict=True):
        assert one.read_bytes() == other.read_bytes(), one.name
    for path in files:
        if path.suffix == ".csv" and path.name not in ("criteria.csv", "rooms_example.csv"):
            assert "synthetisch" in path.read_text(encoding="utf-8-sig").splitlines()[-1], path.name
    private = tmp_path / "one" / "internal" / "housing"
    assert (private / "STATEMENT.txt").is_file() and (private.stat().st_mode & 0o777) == 0o700


def test_no_name_becomes_a_formula(told, tmp_path):
    write_housing(told, tmp_path)
    assert "'=Berg" in (tmp_path / "housing" / "quarters.csv").read_text(encoding="utf-8-sig")
    with zipfile.ZipFile(tmp_path / "housing" / "housing.xlsx") as book:
        sheets = [book.read(name).decode() for name in book.namelist() if name.startswith("xl/worksheets/sheet")]
    assert not any("<f>" in sheet for sheet in sheets)


def test_a_hamlet_is_not_published(told, tmp_path):
    few = housing_lab(_table({"A": 30}), told.concepts, told.parameters)
    with pytest.raises(InputError, match="too few households"):
        write_housing(replace(told, lab=few), tmp_path)
    assert not (tmp_path / "housing").exists() and not (tmp_path / "internal").exists()


def test_a_design_with_more_rooms_never_fails_more(told):
    homes, scenario = told.lab.homes["low"], read_scenario("nrw_spring_2020")
    found = design_under_stress(told.design.dwellings, homes, scenario, least=50).set_index("component")
    assert (found["design_share"] <= found["today_share"] + 1e-9).all() and (found["n_dwellings"] > 0).all()


def test_a_kind_of_dwelling_that_few_households_need_is_left_out_of_the_stress_test(told):
    homes, scenario = told.lab.homes["low"], read_scenario("nrw_spring_2020")
    need = int(told.design.dwellings["rooms"].max())
    few = design_under_stress(told.design.dwellings, homes, scenario, least=int((homes.need == need).sum()) + 1)
    all_ = design_under_stress(told.design.dwellings, homes, scenario, least=1)
    assert (few["n_dwellings"] < all_["n_dwellings"]).all()


def test_no_exact_number_of_persons_follows_from_a_cost_and_that_of_a_person(told, tmp_path):
    exact = told.lab.effects
    moved = exact.assign(**{
        name: exact[name] + 2.0 * (exact[name] % 10 == 0) for name in exact.columns
        if name.startswith(("persons_", "family_persons_", "new_build_persons_"))
    }, cost_per_person_eur=1.0, new_build_per_person_eur=1.0)  # fmt: skip
    other = replace(told, lab=replace(told.lab, effects=moved))
    pd.testing.assert_frame_equal(released_effects(told.lab, told.parameters), released_effects(other.lab, PARAMETERS))
    words = LabWords("de", 10)
    assert _money(told, words) and _money(told, words) == _money(other, words)
    found = released_effects(told.lab, told.parameters)
    assert not [name for name in found.columns if name.startswith("new_build_persons")]


def test_a_portfolio_is_told_in_tens(told):
    chosen = released_chosen(told.portfolio, told.parameters)
    assert len(chosen) and (chosen["persons"] % 10 == 0).all()
    assert all(one % 10 == 0 for one in released_recomputed(told.portfolio, told.parameters).values())
    unknown = replace(told.portfolio, recomputed={"persons_low_rent": float("nan")})
    assert released_recomputed(unknown, told.parameters) == {"persons_low_rent": None}


def test_few_persons_of_a_quarter_are_under_ten_and_not_none(told):
    state = told.lab.state.assign(crowded_family_persons_low=2.0, crowded_family_persons_high=3.0)
    few = replace(told, lab=replace(told.lab, state=state))
    _, shown = _quarters(few, LabWords("de", 10))
    assert [row[3] for row in shown.rows] == ["unter 10"]


def test_shares_of_few_people_are_not_in_the_layer(told):
    squares = gpd.GeoDataFrame({"quarter_id": ["A", "B", "C"]}, geometry=[box(k, 0, k + 1, 1) for k in range(3)],
                               crs="EPSG:25832")  # fmt: skip
    assert housing_layer(told, squares).set_index("quarter_id")["crowded_share"].notna()["A"]
    persons = float(told.lab.state.set_index("quarter_id").loc["A", "persons"])
    strict = Parameters({"disclosure.minimum_denominator_share": persons + 1})
    assert housing_layer(replace(told, parameters=strict), squares)["crowded_share"].isna().all()


def test_without_rents_their_half_sentence_is_left_out(told):
    assert "Miete höchstens" in _exchange(told, LabWords("de", 10))[1].text
    effects = told.lab.effects
    gone = effects.assign(persons_low=effects["persons_low"].mask(effects["case"] == "potential_rent"))
    text = _exchange(replace(told, lab=replace(told.lab, effects=gone)), LabWords("de", 10))[1].text
    assert "Miete" not in text and "{" not in text and "Quartier, sind es" in text


def test_a_trial_is_written_with_the_plan_of_its_evaluation(tmp_path):
    from nahraum.pilots import evaluation_plan, read_evaluation, trial_design
    from nahraum.publish.pilots import Trial, write_pilots

    rng = np.random.default_rng(1)
    ids = [f"Q{at}" for at in range(8)]
    panel = pd.DataFrame(
        [(one, 2020.0 + k, 0.1 + 0.001 * at + rng.normal(0, 0.002)) for at, one in enumerate(ids) for k in range(5)],
        columns=["quarter_id", "period", "value"],
    )  # fmt: skip
    quarters = pd.DataFrame({"quarter_id": ids, "name": ids, "residents": 900.0, "need": 50.0})
    design = trial_design(panel, quarters, Parameters(), share=True)
    outcome = {"id": "sgb2", "label": "SGB II", "source": "panel.csv", "unit": "", "wanted": "lower"}
    plan = evaluation_plan(
        design, Parameters(), study="Stadt", outcome=outcome, periods=sorted(panel["period"].unique())
    )
    told = Trial("Stadt", "en", date(2026, 6, 30), "", design, plan, dict(zip(ids, ids, strict=True)),
                 outcome | {"share": True}, Parameters())  # fmt: skip
    files = {path.name: path for path in write_pilots(told, tmp_path)}
    assert read_evaluation(files["evaluation.json"].read_text(encoding="utf-8"))["pilots"] == list(design.pilots)
    assert json.loads(files["evaluation.json"].read_text(encoding="utf-8"))["start"] == 2025.0
    assert files["pilots.pdf"].read_bytes().startswith(b"%PDF")
