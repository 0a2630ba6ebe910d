"""Stress tests and labs that are kept by name: which of them the map shows, and what everybody may see of them."""

from __future__ import annotations

import json
import math
import stat
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from nahraum.errors import InputError
from nahraum.publish.stress.told_scenarios import components_told, scenario_told
from nahraum.stress.reading import read_scenario, ready_scenarios
from nahraum.workflow.chapter_asks import housing_ask_of, stress_ask_of
from nahraum.workflow.chapter_desk import ChapterDesk
from nahraum.workflow.chapters import HOUSING, STRESS, chapters_of_map, keep, seen_result, show, told_basis
from nahraum.workflow.jobs import Bounds, Jobs
from nahraum.workflow.plan_desk import NameTakenError
from nahraum.workflow.plan_stored import LABS, TESTS, Stored, UnknownPlanError
from nahraum.workflow.serving import Published

REPAIR = {"site_id": "park:nobodys", "several_persons": 10}


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """The output folder of a study with a map, and the latest stress test and lab."""
    (tmp_path / "public" / "map" / "data").mkdir(parents=True)
    test = {"format": "nahraum-stress", "format_version": 2, "scenarios": [{"id": "open_day", "repairs": [REPAIR]}]}
    lab = {"format": "nahraum-housing", "format_version": 1, "design": {"name": "Entwurf"}, "concepts": []}
    for verb, document in ((STRESS, test), (HOUSING, lab)):
        (tmp_path / verb / "tables").mkdir(parents=True)
        (tmp_path / verb / f"{verb}.json").write_text(json.dumps(document), encoding="utf-8")
        for name in ("tables/quarters.csv", "map.svg", "chapters.json"):
            (tmp_path / verb / name).write_text(name, encoding="utf-8")
    return tmp_path


def kept(out: Path, verb: str, name: str, basis: str = "now", **ask: Any) -> None:
    keep(out, verb, name, ask=ask, basis=basis)


def on_the_map(out: Path, verb: str) -> Any:
    return json.loads((out / "public" / "map" / "data" / f"{verb}.json").read_text(encoding="utf-8"))["result"]


def test_a_result_is_kept_with_its_question_and_documents_and_the_office_alone_reads_it(out):
    kept(out, STRESS, "a", plan="", draws=0)
    stored = Stored(out, TESTS)
    assert stored.names() == ["a"] and stored.document("a")["ask"] == {"plan": "", "draws": 0}
    assert sorted(stored.files("a")) == ["quarters.csv", "stress.json"]  # parts of the paper and report stay away
    assert stat.S_IMODE((out / "internal" / TESTS / "a").stat().st_mode) == 0o700
    assert not list((out / "public").rglob("*.json"))
    with pytest.raises(UnknownPlanError):
        show(out, STRESS, "b", published=True)


def test_the_map_shows_one_of_each_at_most(out):
    for name in ("a", "b"):
        kept(out, STRESS, name, plan="")
        show(out, STRESS, name, published=True)
    assert seen_result(out, STRESS) == "b" and on_the_map(out, STRESS)["name"] == "b"
    kept(out, HOUSING, "lab", design="Entwurf")
    show(out, HOUSING, "lab", published=True)
    listed = json.loads((out / "public" / "map" / "data" / "chapters.json").read_text(encoding="utf-8"))
    assert listed == {"chapters": [STRESS, HOUSING]}
    assert show(out, STRESS, "a", published=False) == [] and seen_result(out, STRESS) == "b"
    show(out, STRESS, "b", published=False)
    assert on_the_map(out, STRESS) is None and on_the_map(out, HOUSING)["name"] == "lab"


def test_a_result_made_again_under_a_name_that_is_shown_leaves_the_map(out):
    kept(out, STRESS, "a", plan="")
    show(out, STRESS, "a", published=True)
    kept(out, STRESS, "a", plan="")  # nobody has asked to show this one; whoever ends the process here shows nothing
    assert seen_result(out, STRESS) == "" and on_the_map(out, STRESS) is None
    show(out, STRESS, "a", published=True)
    assert on_the_map(out, STRESS)["name"] == "a"


def test_of_two_who_ask_at_once_for_one_name_one_is_refused(out):
    jobs = Jobs({}, Bounds(600.0, 10**10, 5), command=(sys.executable, "-c", "import time; time.sleep(600)"))
    desk = ChapterDesk(SimpleNamespace(output_folder=out), jobs)
    stored = desk.results[STRESS]
    has = stored.has
    stored.has = lambda name: time.sleep(0.3) or has(name)  # both are past the first look

    def asked(_: int) -> Any:
        try:
            return desk.ask(STRESS, {"name": "a"})
        except NameTakenError as wrong:
            return wrong

    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(asked, range(2)))
    jobs.close()
    assert sorted(type(one).__name__ for one in found) == ["Job", "NameTakenError"] and len(jobs.listed()) == 1


def test_what_is_taken_away_between_two_looks_is_not_there(out):
    kept(out, STRESS, "a", plan="")
    stored, layers = Stored(out, TESTS), Published(SimpleNamespace(output_folder=out))
    assert stored.document("a") is stored.document("a") and seen_result(out, STRESS, stored) == ""
    stored.delete("a")
    for look in (stored.made, stored.delete):
        with pytest.raises(UnknownPlanError):
            look("a")
    assert layers._held(out / TESTS / "a" / "stress.geojson", lambda: None) is None


def test_everybody_sees_no_measure_of_a_plan_that_is_not_shown_and_no_design(out):
    kept(out, STRESS, "a", plan="secret")
    show(out, STRESS, "a", published=True)
    kept(out, HOUSING, "lab", design="Entwurf")
    show(out, HOUSING, "lab", published=True)
    seen = on_the_map(out, STRESS)
    assert seen["scenarios"][0]["repairs"] == [] and seen["ask"]["plan"] == ""
    assert on_the_map(out, HOUSING)["design"] is None and on_the_map(out, HOUSING)["ask"]["design"] is None
    assert Stored(out, TESTS).document("a")["scenarios"][0]["repairs"] == [REPAIR]
    (out / "plan" / "secret").mkdir(parents=True)
    (out / "plan" / "on_map.json").write_text('{"plans": ["secret"]}', encoding="utf-8")
    for site, seen in (("park:nobodys", [REPAIR]), ("shop:another", []), (None, [])):  # made anew; cannot be read
        measures = [] if site is None else [{"site_id": site}]
        (out / "plan" / "secret" / "plan.json").write_text(json.dumps({"measures": measures}), encoding="utf-8")
        chapters_of_map(out, out / "public" / "map" / "data")
        assert on_the_map(out, STRESS)["scenarios"][0]["repairs"] == seen


def test_a_result_of_an_earlier_analysis_leaves_the_map_and_comes_back_with_it(out):
    kept(out, HOUSING, "lab", design=None)
    show(out, HOUSING, "lab", published=True)
    for basis, is_seen in (("later", False), ("now", True)):
        told_basis(out, basis)
        chapters_of_map(out, out / "public" / "map" / "data")
        assert (on_the_map(out, HOUSING) is not None) == is_seen
    Stored(out, LABS).delete("lab")
    assert seen_result(out, HOUSING) == ""


def test_every_ready_scenario_is_told_in_both_languages_with_source_and_date():
    for one in map(read_scenario, ready_scenarios()):
        told = scenario_told(one)
        json.dumps(told, allow_nan=False)
        assert told["normal_day"] == (one.id == "open_day") and len(told["activities"]) == len(one.activities)
        for each in (*told["activities"], *told["rules"]):
            assert all(each[f"{name}_{end}"] for name in ("source", "evidence") for end in ("de", "en"))
            assert each["date"]
    assert all(one["label_de"] and one["long_en"] and "\u00ad" not in one["label_de"] for one in components_told())


def test_a_question_for_a_stress_test_has_the_open_day_and_tells_all_that_is_wrong():
    ask = stress_ask_of({"scenarios": ["nrw_spring_2020"], "draws": 3, "choices": False, "name": "Frühjahr 20"})
    assert (ask.scenarios, ask.draws, ask.choices) == (("open_day", "nrw_spring_2020"), 3, False)
    assert (ask.name, ask.publish) == ("fruehjahr-20", False)
    assert stress_ask_of({}).scenarios == ready_scenarios() and stress_ask_of({}).draws == -1
    with pytest.raises(InputError) as wrong:
        stress_ask_of({"scenarios": ["nrw_2031"], "draws": 201, "choices": 1, "budget": 1})
    assert len(wrong.value.where) == 4


def test_a_question_for_a_lab_tells_all_that_is_wrong():
    ask = housing_ask_of({"take": {"dwelling_exchange": 40}, "budget_eur": 1e6, "brief": True})
    assert (dict(ask.take), ask.budget_eur, ask.brief, ask.draws) == ({"dwelling_exchange": 40.0}, 1e6, True, None)
    with pytest.raises(InputError) as wrong:
        housing_ask_of({"take": {"a": -1}, "budget_eur": math.nan, "brief": "yes", "design": {"name": "x"}, "x": 1})
    assert len(wrong.value.where) == 5
