"""`nahraum plan` and `nahraum pareto` on Musterstadt: from a finished run to documents, and what is refused."""

from __future__ import annotations

import json
import shutil
import stat
from collections import defaultdict
from types import SimpleNamespace

import geopandas as gpd
import openpyxl
import pytest
import shapely
from typer.testing import CliRunner

import nahraum as nr
from attack_plans import PlanHarness
from nahraum import workflow
from nahraum.cli import app
from nahraum.errors import InputError, OutputError
from nahraum.publish.programme import read_plan

pytestmark = pytest.mark.xdist_group("plan")
BUDGET = 400_000.0


@pytest.fixture(scope="module")
def town(small_town: SimpleNamespace, tmp_path_factory: pytest.TempPathFactory) -> SimpleNamespace:
    """The test town with one plan."""
    folder = tmp_path_factory.mktemp("plan") / "town"
    shutil.copytree(small_town.folder, folder)
    study = folder / "study.toml"
    ask = workflow.Ask(budget_eur=BUDGET, years=3, name="Erster Plan", variants=True, publish=True)
    summary = workflow.plan(study, ask, quiet=True)
    out = folder / "ergebnis"
    told = out / "plan" / "erster-plan"
    return SimpleNamespace(
        folder=folder, study=study, out=out, plan=told, summary=summary, exact=summary.document["plan"],
        released=read_plan(told / "plan.json"),
    )  # fmt: skip


def test_the_plan_helps_somebody_within_the_budget_and_tells_its_proof(town):
    plan, solution = town.exact, town.exact["solution"]
    assert plan["measures"] and 0 < solution["cost_eur"] <= BUDGET + 0.01
    assert solution["value"] > 0 and solution["bound"] >= solution["value"] - 1e-6
    assert solution["gap"] <= 0.01
    assert solution["cost_eur"] == pytest.approx(sum(one["cost"]["mid_eur"] for one in plan["measures"]), abs=0.05)


def test_model_and_recomputation_agree_or_the_plan_says_so(town):
    solution = town.exact["solution"]
    assert (solution["deviation"] <= 0.02) == solution["agrees"]
    assert solution["recomputed"] == pytest.approx(town.exact["outcome"]["lacks_removed"]["exact"], rel=0.02)


def test_each_measure_has_cost_years_funding_and_somebody_who_gains(town):
    for one in town.exact["measures"]:
        assert one["cost"]["low_eur"] <= one["cost"]["mid_eur"] <= one["cost"]["high_eur"]
        assert one["start_year"] >= 2027 and one["ready_year"] > one["start_year"]
        assert sum(one["cost_by_year"].values()) == pytest.approx(one["cost"]["mid_eur"], abs=0.011)
        assert sum(one["din276"].values()) == pytest.approx(one["cost"]["mid_eur"], abs=0.011) or not one["din276"]
        assert one["cost_source"] and one["evidence"] in ("published", "derived", "from_knowledge", "proposal", "local")
        assert 0 <= one["chosen_share"] <= 1


def test_the_financing_pays_each_measure_to_the_cent_in_every_view(town):
    paid: dict[tuple[str, str], float] = defaultdict(float)
    for one in town.exact["financing"]:
        paid[one["number"], one["basis"]] += one["eur"]
    for one in town.exact["measures"]:
        for basis in ("programme", "cost", "cash"):
            assert round(paid[one["number"], basis], 2) == round(one["cost"]["mid_eur"], 2)


def test_yearly_money_is_never_overspent(town):
    spent: dict[int, float] = defaultdict(float)
    for one in town.exact["measures"]:
        for year, eur in one["cost_by_year"].items():
            spent[int(year)] += eur
    left = 0.0
    for at, year in enumerate(range(2027, 2030)):
        left += BUDGET / 3 - spent[year]
        assert left >= -0.05, at


def test_every_document_names_the_run_it_rests_on(town):
    key = town.exact["run"]["manifest"]
    assert len(key) == 16
    assert key in (town.plan / "emo.csv").read_text(encoding="utf-8-sig")
    book = openpyxl.load_workbook(town.plan / "kuf.xlsx")
    assert any(key in str(cell.value) for row in book["Lesen"].iter_rows() for cell in row)
    assert set(town.exact["run"]["stages"]) >= {"inputs", "area", "index", "sites", "effects"}


def test_no_person_leaves_the_office_exactly(town):
    def leaves(value):
        if isinstance(value, dict):
            for key, item in value.items():
                assert key != "exact"
                yield from leaves(item) if key != "about" else [item]
        elif isinstance(value, list):
            for item in value:
                yield from leaves(item)

    assert all(number % 10 == 0 for number in leaves(town.released) if isinstance(number, int | float))
    assert stat.S_IMODE((town.out / "internal" / "plan" / "erster-plan").stat().st_mode) == 0o700


def test_nothing_follows_from_the_order_or_the_choice_of_what_is_told(town):
    assert PlanHarness(town.out).everything() == []


def plans_on_map(town: SimpleNamespace) -> list[str]:
    """Names of the plans that the map lists."""
    listed = json.loads((town.out / "public" / "map" / "data" / "plans.json").read_text(encoding="utf-8"))
    return [one["name"] for one in listed["plans"]]


def test_the_map_finds_the_plan(town):
    data = town.out / "public" / "map" / "data"
    listed = json.loads((data / "plans.json").read_text(encoding="utf-8"))["plans"]
    assert [one["name"] for one in listed] == ["erster-plan"]
    frame = gpd.read_file(data / "plans" / "erster-plan" / "measures.geojson")
    inside = gpd.read_file(data / "quarters.geojson").union_all().buffer(0.01)
    assert len(frame) == len(town.exact["measures"]) and frame.within(inside).all()


def test_no_site_that_was_not_chosen_is_told_to_everybody(town):
    others = [f'"{one["site_id"]}"'.encode() for one in town.exact["candidates"] if not one["chosen"]]
    files = [path for path in (town.out / "public" / "map").rglob("*") if path.is_file()]
    assert len(others) > 10 and any(path.name == "plan.json" for path in files)
    for path in files:
        content = path.read_bytes()
        assert not [one for one in others if one in content], path


def test_the_same_plan_once_more_gives_the_same_bytes(town):
    before = {path.name: path.read_bytes() for path in town.plan.iterdir() if path.suffix != ".gpkg"}
    workflow.plan(town.study, workflow.Ask(budget_eur=BUDGET, years=3, name="Erster Plan", publish=True), quiet=True)
    for name, data in before.items():
        assert (town.plan / name).read_bytes() == data, name


def test_sites_and_effects_are_found_again_and_not_computed_twice(town):
    stages = town.out / "internal" / "stages"
    stamps = {name: sorted((stages / name).iterdir()) for name in ("sites", "effects")}
    workflow.plan(town.study, workflow.Ask(budget_eur=BUDGET / 2, name="kleiner", variants=False), quiet=True)
    assert {name: sorted((stages / name).iterdir()) for name in ("sites", "effects")} == stamps


def planned(town: SimpleNamespace, budget_eur: float, **limits: object) -> dict:
    """plan.json of a plan that is not written."""
    area = nr.build_area(nr.read_study(town.study))
    return nr.best_programme(area, budget_eur=budget_eur, limits={"variants": False, **limits}).document


def test_more_money_never_buys_less(town):
    one, other = (planned(town, BUDGET * part)["solution"] for part in (0.5, 2.0))
    assert other["bound"] >= one["value"] - 1e-6
    assert other["value"] >= one["value"] * (1 - 0.01) - 1e-6


def test_must_and_must_not_are_kept(town):
    first = town.exact["measures"][0]["site_id"]
    unused = next(one["site_id"] for one in town.exact["candidates"] if not one["chosen"] and one["cost"]["mid_eur"]
                  and one["cost"]["mid_eur"] < BUDGET / 4)  # fmt: skip
    plan = planned(town, BUDGET, must=(unused,), must_not=(first,))
    chosen = {one["site_id"] for one in plan["measures"]}
    assert unused in chosen and first not in chosen
    mine = next(one for one in plan["measures"] if one["site_id"] == unused)
    assert mine["must"]
    told = next(one["label"] for one in plan["limits"] if one["name"] == f"must:{unused}")
    assert told == f"{mine['number']} {mine['name']}: vorgegeben"  # not by its id


def test_further_limits_are_kept_and_told_with_what_they_leave(town):
    running = 5_000.0
    first = town.exact["measures"][0]["type_id"]
    plan = planned(town, BUDGET, limit={"running": running, "sealing": 0.0, f"type:{first}": 0.0})
    assert first not in {one["type_id"] for one in plan["measures"]}
    assert sum(one["running"]["mid_eur"] for one in plan["measures"]) <= running + 0.01  # unknown upkeep: not chosen
    assert all(one["sealing_m2"] is not None for one in plan["measures"])
    assert sum(one["sealing_m2"] for one in plan["measures"]) <= 1e-6
    told = {one["name"]: one for one in plan["limits"]}
    assert "running" in told and told["sealing"]["allowed"] == 0.0  # told also where nothing of it is used
    assert f"type:{first}" not in told  # says what cannot be, as any other type that is not asked for


def test_a_question_that_contradicts_itself_is_refused_before_anything_is_computed(town):
    def prepare(*given):
        pytest.fail("computed")

    ask = workflow.Ask(budget_eur=BUDGET, years=-3)
    with pytest.raises(InputError, match="contradicts itself"):
        workflow.plan(town.study, ask, quiet=True, prepare=prepare)
    for front, said in ((workflow.FrontAsk(limits=ask), "contradicts itself"), (workflow.FrontAsk(points=-3), "plans")):
        with pytest.raises(InputError, match=said):
            workflow.pareto(town.study, front, quiet=True, prepare=prepare)


def test_a_drawn_site_can_be_planned(town, tmp_path):
    x, y = next(one["point"] for one in town.exact["candidates"] if one["field"] == "supply")
    shop = gpd.GeoDataFrame(
        {"type": ["gp_branch"], "name": ["Praxis am Platz"], "must": ["ja"]}, geometry=[shapely.Point(x, y)], crs=4326
    )
    file = tmp_path / "orte.geojson"
    shop.to_file(file, driver="GeoJSON")
    ask = workflow.Ask(budget_eur=1_000_000.0, name="gezeichnet", variants=False)
    plan = workflow.plan(town.study, ask, sites=file, quiet=True).document["plan"]
    mine = next(one for one in plan["measures"] if one["source"] == "drawn")
    assert mine["name"] == "Praxis am Platz" and mine["must"]


def test_python_gives_the_same_plan_and_writes_nothing(town):
    area = nr.build_area(nr.read_study(town.study))
    before = sorted(path.name for path in (town.out / "plan").iterdir())
    programme = nr.best_programme(area, budget_eur=BUDGET, limits={"years": 3, "variants": False})
    assert programme.chosen == tuple(sorted(one["site_id"] for one in town.exact["measures"]))
    assert len(programme.measures) == len(programme.chosen) and programme.plan.gap <= 0.01
    assert sorted(path.name for path in (town.out / "plan").iterdir()) == before


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        ({}, "no budget"),
        ({"budget_eur": 1.0}, "budget"),
        ({"budget_eur": BUDGET, "must": ("nirgends:1",)}, "not there"),
        ({"budget_eur": BUDGET, "priority": ("Atlantis",)}, "quarters"),
        ({"budget_eur": BUDGET, "types": ("luftschloss",)}, "measures cannot be planned"),
        ({"budget_eur": BUDGET, "weights": "fair"}, "goal"),
        ({"budget_eur": BUDGET, "limit": {"sealng": 0.0}}, "limits of the plan are not known"),
        ({"budget_eur": BUDGET, "name": "…"}, "name of a plan"),
    ],
)
def test_what_cannot_be_planned_is_refused_in_four_parts_and_nothing_is_written(town, ask, words):
    before = sorted(path.name for path in (town.out / "plan").iterdir())
    with pytest.raises(InputError) as error:
        workflow.plan(town.study, workflow.Ask(**{"name": "falsch", **ask}), quiet=True)
    assert words in error.value.message() and "EXPECTED" in error.value.message()
    assert sorted(path.name for path in (town.out / "plan").iterdir()) == before


def test_a_plan_by_hand_needs_no_budget(town):
    sites = [one["site_id"] for one in town.exact["measures"]]
    ask = workflow.Ask(name="von hand", sites=tuple(sites), variants=False)
    plan = workflow.plan(town.study, ask, quiet=True).document["plan"]
    assert sorted(one["site_id"] for one in plan["measures"]) == sorted(sites) and plan["ask"]["budget_eur"] is None
    shutil.rmtree(town.out / "plan" / "von-hand")


def test_a_plan_that_cannot_be_written_keeps_its_question(town, monkeypatch):
    kept = town.out / "internal" / "plan" / "erster-plan" / "ask.json"
    before = kept.read_bytes()

    def full(*_, **__):
        raise OutputError("the disk is full")

    monkeypatch.setattr("nahraum.workflow.programme.made_plan", lambda *_, **__: None)
    monkeypatch.setattr("nahraum.publish.programme.plan_document", lambda made: {})
    monkeypatch.setattr("nahraum.publish.programme.write_plan", full)
    with pytest.raises(OutputError, match="the disk is full"):
        workflow.plan(town.study, workflow.Ask(budget_eur=1.0, name="erster-plan"), quiet=True)
    assert kept.read_bytes() == before


def test_a_site_that_must_and_must_not_be_built_is_refused(town):
    site = town.exact["measures"][0]["site_id"]
    with pytest.raises(InputError, match="both must and must not"):
        workflow.plan(town.study, workflow.Ask(budget_eur=BUDGET, must=(site,), must_not=(site,)), quiet=True)


def test_a_study_that_was_not_run_says_what_to_do(tmp_path):
    workflow.musterstadt(1000, seed=1, folder=tmp_path / "neu")
    with pytest.raises(InputError, match="has not been run yet") as error:
        workflow.plan(tmp_path / "neu" / "study.toml", workflow.Ask(budget_eur=BUDGET), quiet=True)
    assert "nahraum run" in error.value.fix


def test_the_command_line_tells_the_plan_and_its_errors(town):
    runner = CliRunner()
    done = runner.invoke(app, ["plan", str(town.study), "--budget", "300000", "--name", "zeile", "--no-variants"])
    assert done.exit_code == 0, done.output
    assert "Arbeitshilfe, kein amtlicher Vordruck" in done.output and "neu berechnet" in done.output
    failed = runner.invoke(app, ["plan", str(town.study), "--budget", "300000", "--priority", "Nirgendwo", "--json"])
    assert failed.exit_code == 1
    assert json.loads(failed.output)["error"] == "InputError"
    assert runner.invoke(app, ["plan", str(town.study), "--yearly", "viel"]).exit_code == 2
    assert runner.invoke(app, ["plan", str(town.study), "--limit", "sealing=viel"]).exit_code == 2


@pytest.fixture(scope="module")
def front(town: SimpleNamespace) -> dict:
    ask = workflow.FrontAsk(points=5, limits=workflow.Ask(budget_eur=20_000_000.0, name="grün oder wohnen"))
    return workflow.pareto(town.study, ask, quiet=True).document["front"]


def test_no_plan_of_the_front_beats_another(town, front):
    assert front["points"]
    signs = {one["name"]: 1 if one["better"] == "higher" else -1 for one in front["objectives"]}
    gains = [[signs[name] * value for name, value in one["values"].items()] for one in front["points"]]
    for one in gains:
        assert not any(all(a >= b for a, b in zip(other, one, strict=True)) and other != one for other in gains)


def test_the_files_of_a_front_are_there_and_hold_no_person_exactly(town, front):
    folder = town.out / "pareto" / front["name"]
    assert {path.name for path in folder.iterdir()} == {
        "front.json", "front.csv", "density.csv", "front.pdf", "front.docx", "sites.geojson"
    }  # fmt: skip
    told = json.loads((folder / "front.json").read_text(encoding="utf-8"))
    assert all(one["values"]["people_lacking_green"] % 10 == 0 for one in told["points"])
    assert told["double"] is None or told["double"]["text"]


def test_a_front_tells_the_condition_that_holds_where_none_is_named(town, front):
    assert front["ask"]["least"] == {"people_lacking_supply": None}


def test_python_gives_a_front_and_writes_nothing(town, front):
    area = nr.build_area(nr.read_study(town.study))
    before = sorted(path.name for path in (town.out / "pareto").iterdir())
    found = nr.pareto_front(area, objectives=("dwellings", "cost"), points=2, budget_eur=2_000_000.0)
    assert len(found.points) == len(found.plans) >= 2 and found.points["cost"].max() <= 2_000_000.01
    assert [one["point"] for one in found.document["points"]] == found.points["point"].tolist()
    assert sorted(path.name for path in (town.out / "pareto").iterdir()) == before
    with pytest.raises(InputError, match="number of plans"):
        nr.pareto_front(area, points=-3)


def test_unknown_objectives_are_refused_with_the_nearest(town):
    with pytest.raises(InputError) as error:
        workflow.pareto(town.study, workflow.FrontAsk(objectives=("dwelings", "cost")), quiet=True)
    assert "dwellings" in error.value.message()


def test_a_run_makes_the_map_anew_and_keeps_the_plans_on_it(town):
    workflow.run(town.study, quiet=True)
    assert plans_on_map(town) == ["erster-plan"]  # none of the trials above


def test_a_plan_made_anew_without_being_published_leaves_the_map(town):
    ask = workflow.Ask(budget_eur=BUDGET / 2, name="probe", variants=False, publish=True)
    workflow.plan(town.study, ask, quiet=True)
    assert plans_on_map(town) == ["erster-plan", "probe"]
    assert not list((town.out / "public" / "map").rglob("candidate_sites.geojson"))
    workflow.plan(town.study, workflow.Ask(budget_eur=BUDGET / 2, name="probe", variants=False), quiet=True)
    assert plans_on_map(town) == ["erster-plan"]
    assert not (town.out / "public" / "map" / "data" / "plans" / "probe").exists()
