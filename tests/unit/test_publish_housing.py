"""What of the lab and of a trial leaves the office: rounded, nothing of small quarters, the same bytes."""

from __future__ import annotations

import json
import re
import shutil
import zipfile
from dataclasses import replace
from datetime import date
from functools import partial
from types import SimpleNamespace

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from shapely.geometry import box

from attack_synthetic import SyntheticHarness
from nahraum.errors import InputError
from nahraum.flexhousing import housing_lab, read_concepts, read_requirements
from nahraum.flexhousing.design import checked_design, read_rooms
from nahraum.flexhousing.design_stress import design_under_stress
from nahraum.flexhousing.portfolio import best_portfolio
from nahraum.households.contracts import BANDS
from nahraum.parameters import Parameters
from nahraum.publish.housing import Told, write_housing
from nahraum.publish.housing.brief import brief_paper, design_paper, example_csv
from nahraum.publish.housing.layer import housing_layer
from nahraum.publish.housing.paper import _exchange, _money, _proven, _quarters, _today, row_of
from nahraum.publish.housing.released import released_design, released_lab, released_portfolio
from nahraum.publish.housing.space import space_blocks
from nahraum.publish.housing.words import LabWords, texts
from nahraum.publish.past_figures import PastFigures
from nahraum.publish.pilots.write import figure
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


NAMES, TAKE = {"A": "Altstadt", "B": "=Berg", "C": "Tal"}, {"dwelling_exchange": 2.0}
CONCEPTS = read_concepts(PARAMETERS)


def released(lab, *, parameters=PARAMETERS, past=None):
    """A lab as it may leave the office."""
    return released_lab(lab, CONCEPTS, NAMES, parameters, take=TAKE, past=past)


@pytest.fixture(scope="module")
def lab():
    table = _table({"A": 300, "B": 70, "C": 40})
    return housing_lab(table, CONCEPTS, PARAMETERS, take=TAKE, draws=[table])


@pytest.fixture(scope="module")
def told(lab):
    rooms, past = read_rooms(example_csv()), PastFigures(3.0)
    design = checked_design(rooms, read_requirements())
    exact = design_under_stress(design.dwellings, lab.homes["low"], read_scenario("nrw_spring_2020"), least=50)
    return Told(
        study="Stadt", language="de", day=date(2026, 6, 30), version="0", attribution="Zensus 2022",
        lab=released(lab, past=past), concepts=CONCEPTS, requirements=read_requirements(), names=NAMES,
        parameters=PARAMETERS, take=TAKE, brief=True, design=design, design_rooms=len(rooms), design_name="entwurf",
        portfolio=released_portfolio(best_portfolio(lab, CONCEPTS, 400_000.0, PARAMETERS), PARAMETERS, past),
        design_stress=released_design(exact, "entwurf", PARAMETERS, past), scenario="NRW, Frühjahr 2020",
    )  # fmt: skip


@pytest.fixture(scope="module")
def made(told, lab, tmp_path_factory):
    """The folder with all documents, written once, and their paths."""
    folder = tmp_path_factory.mktemp("made")
    return folder, write_housing(told, folder, exact=lab)


def test_both_languages_have_the_same_texts_with_the_same_gaps():
    german, english = texts("de"), texts("en")
    assert german.keys() == english.keys()
    for key in german:
        assert set(re.findall(r"{\w+}", german[key])) == set(re.findall(r"{\w+}", english[key])), key


def test_small_quarters_are_held_back_and_the_next_smallest_with_the_only_one(told):
    state = told.lab.quarters.set_index("quarter_id")
    assert state["status"].to_dict() == {"A": "ok", "B": "suppressed", "C": "suppressed"}
    assert state.loc[["B", "C"], ["households", "persons", "crowded_persons_low"]].isna().all().all()
    places = told.lab.by_quarter.set_index("quarter_id")
    assert places.loc["A", "persons_low"].notna().all() and places.loc[["B", "C"], "persons_low"].isna().all()


def test_everything_told_of_persons_is_a_multiple_of_ten(told):
    for table in (told.lab.state, told.lab.by_quarter, told.lab.effects, told.lab.stability, told.portfolio.chosen):
        for column in [name for name in table.columns if "persons" in name and "cost" not in name]:
            values = table[column].dropna().to_numpy(dtype=float)
            assert (np.mod(values, 10) == 0).all(), column
    several = (*told.lab.together.values(), *told.portfolio.recomputed.values())
    assert several and all(one != one or one % 10 == 0 for one in several)


def test_the_files_are_complete_the_same_on_every_run_and_say_what_they_are(told, lab, made, tmp_path):
    folder, files = made
    again = write_housing(told, tmp_path, exact=lab)
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
    assert SyntheticHarness(folder, tmp_path).everything() == []
    private = folder / "internal" / "housing"
    for path in private.glob("*.parquet"):
        assert b"no personal record" in pq.read_schema(path).metadata[b"statement"], path.name
    assert "keine personenbezogenen Daten" in str(brief_paper(told).blocks) and told.design is not None
    assert "keine personenbezogenen Daten" in str(design_paper(told).blocks)
    assert (private / "STATEMENT.txt").is_file() and (private.stat().st_mode & 0o777) == 0o700


def test_no_name_becomes_a_formula(made):
    folder = made[0]
    assert "'=Berg" in (folder / "housing" / "quarters.csv").read_text(encoding="utf-8-sig")
    with zipfile.ZipFile(folder / "housing" / "housing.xlsx") as book:
        sheets = [book.read(name).decode() for name in book.namelist() if name.startswith("xl/worksheets/sheet")]
    assert not any("<f>" in sheet for sheet in sheets)


def test_a_hamlet_is_not_published():
    with pytest.raises(InputError, match="too few households"):
        released(housing_lab(_table({"A": 30}), CONCEPTS, PARAMETERS))


def test_a_design_with_more_rooms_never_fails_more(told, lab):
    homes, scenario = lab.homes["low"], read_scenario("nrw_spring_2020")
    found = design_under_stress(told.design.dwellings, homes, scenario, least=50).set_index("component")
    assert (found["design_share"] <= found["today_share"] + 1e-9).all() and (found["n_dwellings"] > 0).all()


def test_a_kind_of_dwelling_that_few_households_need_is_left_out_of_the_stress_test(told, lab):
    homes, scenario = lab.homes["low"], read_scenario("nrw_spring_2020")
    need = int(told.design.dwellings["rooms"].max())
    few = design_under_stress(told.design.dwellings, homes, scenario, least=int((homes.need == need).sum()) + 1)
    all_ = design_under_stress(told.design.dwellings, homes, scenario, least=1)
    assert (few["n_dwellings"] < all_["n_dwellings"]).all()


def test_no_exact_number_of_persons_follows_from_a_cost_and_that_of_a_person(told, lab):
    exact = lab.effects
    moved = exact.assign(**{
        name: exact[name] + 2.0 * (exact[name] % 10 == 0) for name in exact.columns
        if name.startswith(("persons_", "family_persons_", "new_build_persons_"))
    }, cost_per_person_eur=1.0, new_build_per_person_eur=1.0)  # fmt: skip
    other = replace(told, lab=released(replace(lab, effects=moved)))
    pd.testing.assert_frame_equal(told.lab.effects, other.lab.effects)
    words = LabWords("de", 10)
    assert _money(told, words) and _money(told, words) == _money(other, words)
    assert not [name for name in told.lab.effects.columns if name.startswith("new_build_persons")]


def test_homes_of_the_stock_that_suit_are_told_in_tens_and_cost_as_much_as_so_many(lab):
    exact, told = lab.effects, released(lab).effects
    stock = exact["case"].str.startswith("potential")
    assert (told.loc[stock, "units"].dropna() % 10 == 0).all()
    each, same = exact["cost_mid_eur"] / exact["units"], told["cost_mid_eur"] / told["units"]
    known = each.notna() & same.notna()
    assert known.any() and np.allclose(each[known], same[known])
    assert told.loc[~stock, "units"].equals(exact.loc[~stock, "units"])


def test_no_exact_number_of_exchanges_follows_from_new_build_nor_where_fewer_fit_than_are_expected(lab):
    name, home_eur, table = "dwelling_exchange", 260_000.0, lab.effects.copy()
    for case, n in (("taken", 137.0), ("expected_high", 3.0)):
        at = (table["concept_id"] == name) & (table["case"] == case)
        table.loc[at, ["units", "cost_mid_eur", "new_build_cost_eur"]] = [n, 6500.0 * n, home_eur * n]
        table.loc[at, ["persons_low", "persons_high"]] = 20.0
    units = {**lab.units, name: replace(lab.units[name], expected=(0.0, 0.0, 9.0))}
    exact = replace(lab, effects=table, units=units)
    told = released_lab(exact, CONCEPTS, NAMES, PARAMETERS, take={name: 1000.0}).effects
    rows = told[told["concept_id"] == name].set_index("case")
    assert (rows.loc["taken", "units"], rows.loc["taken", "new_build_cost_eur"]) == (140.0, 140 * home_eur)
    few = rows.loc["expected_high"]
    assert (few["units"], few["cost_mid_eur"], few["new_build_cost_eur"]) == (0.0, 0.0, 0.0)
    assert np.isnan(few["cost_per_person_eur"]) and np.isnan(few["new_build_per_person_eur"])


def test_few_persons_of_a_quarter_are_not_told_nor_told_apart_from_none(lab, told):
    few = lab.state.assign(crowded_family_persons_low=[2.0, 70.0, 40.0, 112.0], crowded_family_persons_high=4.0)
    shown = _quarters(replace(told, lab=released(replace(lab, state=few))), LabWords("de", 10))[1]
    assert [row[3] for row in shown.rows] == ["–"]  # two of them are a small count
    none = lab.state.assign(crowded_family_persons_low=[0.0, 70.0, 40.0, 110.0], crowded_family_persons_high=4.0)
    shown = _quarters(replace(told, lab=released(replace(lab, state=none))), LabWords("de", 10))[1]
    assert [row[3] for row in shown.rows] == ["unter 10"]


def test_shares_of_few_people_are_not_in_the_layer(lab, told):
    squares = gpd.GeoDataFrame({"quarter_id": ["A", "B", "C"]}, geometry=[box(k, 0, k + 1, 1) for k in range(3)],
                               crs="EPSG:25832")  # fmt: skip
    assert housing_layer(told, squares).set_index("quarter_id")["crowded_share"].notna()["A"]
    persons = float(lab.state.set_index("quarter_id").loc["A", "persons"])
    strict = Parameters({"disclosure.minimum_denominator_share": persons + 1})
    assert housing_layer(replace(told, lab=released(lab, parameters=strict)), squares)["crowded_share"].isna().all()


def test_labs_that_differ_by_a_person_or_two_tell_the_same_and_say_what_they_leave_out(lab, tmp_path):
    past = PastFigures.of(tmp_path, PARAMETERS)
    first = released(lab, past=past)
    moved = lab.effects.assign(persons_low=lab.effects["persons_low"] + 2.0, persons_high=lab.effects["persons_high"])
    again = released(replace(lab, effects=moved), past=past)
    pd.testing.assert_series_equal(first.effects["persons_low"], again.effects["persons_low"])
    assert past.record(tmp_path, PARAMETERS, study="Stadt", reference_date=date(2026, 6, 30), version="0")
    third = PastFigures.of(tmp_path, PARAMETERS)
    pd.testing.assert_frame_equal(released(lab, past=third).effects, first.effects)
    assert third.lines("de") == []


def test_a_leak_in_a_table_of_the_lab_is_found(made, tmp_path):
    shutil.copytree(made[0], tmp_path, dirs_exist_ok=True)
    path = tmp_path / "housing" / "quarters.csv"
    path.write_text(path.read_text(encoding="utf-8-sig").replace(";800;", ";802;", 1), encoding="utf-8-sig")
    harness = SyntheticHarness(tmp_path)
    assert harness.off_their_steps() and harness.files_against_files()


def test_rooms_and_land_stand_beside_as_many_new_homes_and_few_rooms_are_under_ten(told):
    """A joker room is of no known plot; an exchange needs none, and two a year for five years frees rooms."""
    made = space_blocks(told, LabWords("de"), partial(row_of, told))[-1]
    rows = {row[0]: row[1:] for row in made.rows}
    swap = next(row for name, row in rows.items() if name.startswith("Wohnungstausch"))
    assert swap[4].startswith("0\u00a0m² (") and swap[1] not in ("0", "–")
    assert "unter 10" in {row[1] for row in rows.values()}


def test_what_is_proven_best_is_said_without_a_gap_of_nothing(told):
    found = replace(told.portfolio, status="optimal", value=100.0, bound=100.0)
    assert _proven(found, LabWords("de")) == "Im Modell ist keine Auswahl besser (bewiesen)."
    assert "mehr als 2,0" in _proven(replace(found, bound=102.0), LabWords("de"))
    assert "mehr als 0,0" in _proven(replace(found, status="feasible"), LabWords("de"))


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


def test_a_difference_of_nothing_has_no_sign_and_small_ones_two_digits():
    of_shares, words = SimpleNamespace(outcome={"share": True}), LabWords("de")
    assert figure(-0.00001, of_shares, words, 2) == figure(0.0, of_shares, words, 2) == "0,00\u202f%"
    assert figure(-0.0002, of_shares, words, 2) == "−0,02\u202f%"
    assert figure(-0.001, SimpleNamespace(outcome={"share": False}), words) == "0,00"


def test_without_types_the_range_of_who_lives_crowded_comes_from_couples(told):
    open_types = replace(told, lab=replace(told.lab, notes=(("types_open", ""),)))
    assert "Alter und Geschlecht der Kinder" in str(_today(told, LabWords("de")))
    assert "Haushaltstypen nicht bekannt" in str(_today(open_types, LabWords("de")))
