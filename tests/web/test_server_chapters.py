"""Stress tests and labs over HTTP: asked for, made in a process of their own, kept, shown to everybody, taken away."""

import json
import shutil
import sys

import pytest
from served import HERE, PORT, TOKEN, asking
from starlette.testclient import TestClient

from nahraum.web.app import create_app, rules_for
from nahraum.web.housing_models import DesignScore, HousingForm, HousingResult
from nahraum.web.stress_models import StressForm, StressResult
from nahraum.workflow.plan_desk import PlanDesk
from nahraum.workflow.serving import published

FAKE = (sys.executable, "-c", "import json, sys; sys.stdin.readline(); print(json.dumps({'problem': {'error': 'E', "
        "'what': 'no', 'where': [], 'expected': '', 'fix': ''}}))")  # fmt: skip
TEST, LAB = "fruehjahr", "vierzig-tausche"
ROOMS = "dwelling;room;use;m2;door_to_hall;divisible;barrier_free\nA1;1;living;20;yes;no;yes\nA1;2;room;15;yes;no;yes\n"


@pytest.fixture(scope="module")
def town(small_town, tmp_path_factory):
    """The test town in a folder of its own."""
    folder = tmp_path_factory.mktemp("chapters") / "town"
    shutil.copytree(small_town.folder, folder)
    return published(folder / "study.toml")


@pytest.fixture(scope="module")
def desk(town):
    desk = PlanDesk(town.study)
    yield desk
    desk.close()


def planner_of(town, desk):
    rules = rules_for(town, port=PORT, token=TOKEN)
    known = {"authorization": f"Bearer {TOKEN}", "x-nahraum": "1"}
    app = create_app(town, rules, desk=desk)
    return TestClient(app, base_url=HERE, headers=known, raise_server_exceptions=False, follow_redirects=False)


@pytest.fixture(scope="module")
def planner(town, desk):
    """After one stress test and one lab, made by a process as on a real server."""
    client = planner_of(town, desk)
    test = {"name": "Frühjahr", "scenarios": ["nrw_spring_2020"], "draws": 0, "choices": False}
    lab = {"name": "Vierzig Tausche", "take": {"dwelling_exchange": 40}, "draws": 0, "brief": True,
           "design": {"name": "Entwurf A", "csv": ROOMS}}  # fmt: skip
    for kind, ask in (("stress", test), ("housing", lab)):
        answer = client.post("/api/jobs", json={"kind": kind, "ask": ask})
        assert answer.status_code == 202, answer.text
        job = desk.jobs.get(answer.json()["id"])
        assert desk.jobs.wait(job, 240) == "done", job.problem
    return client


def test_what_can_be_asked_is_told_with_its_dated_rules(planner):
    form = planner.get("/api/stress").json()
    assert form["missing"] == [] and form["scenarios"][0]["id"] == "open_day"
    rules = [each for one in form["scenarios"] for each in one["rules"]]
    assert all(one["date"] and one["source_de"] and one["value_de"] for one in rules)
    lab = planner.get("/api/housing").json()
    assert lab["missing"] == [] and len(lab["concepts"]) >= 12 and lab["room_list"]["example"].startswith("dwelling;")
    wanted = {one for each in lab["concepts"] for one in each["requirements"]}
    assert wanted <= {one["id"] for one in lab["requirements"]}


def test_a_job_tells_its_stages_and_the_result_holds_the_normal_day_beside(planner):
    jobs = {one["kind"]: one for one in planner.get("/api/jobs").json()}
    assert jobs["stress"]["result"] == TEST and jobs["housing"]["result"] == LAB
    assert "Stresstest" in [one["title"] for one in jobs["stress"]["stages"]]
    (entry,) = planner.get("/api/stress/results").json()
    assert (entry["name"], entry["published"], entry["outdated"]) == (TEST, False, False)
    told = planner.get(f"/api/stress/results/{TEST}").json()
    assert told["normal_day"] == "open_day" and [one["id"] for one in told["scenarios"]] == entry["scenarios"]
    assert entry["scenarios"] == ["open_day", "nrw_spring_2020"]
    spring = told["scenarios"][1]
    several = spring["whole"]["figures"]["several"]
    assert several["status"] == "ok" and several["low"] <= several["share"] <= several["high"]
    assert several["persons"] % 10 == 0 and spring["whole"]["residents"] % 10 == 0
    open_day = told["scenarios"][0]["whole"]["figures"]["quiet_room"]
    assert open_day["share"] <= spring["whole"]["figures"]["quiet_room"]["share"]
    assert {one["group"] for one in spring["groups"]} and told["statement_de"] and told["mismatch"]["whole"]


def test_what_is_told_is_what_stands_in_the_released_tables(planner):
    """The document and the tables beside it are two ways to write the same released figures."""
    import io

    import pandas as pd

    told = planner.get(f"/api/stress/results/{TEST}").json()
    data = planner.get(f"/api/stress/results/{TEST}/files/stress_study.csv").content
    table = pd.read_csv(io.BytesIO(data), sep=";", decimal=",").set_index("scenario")
    for one in told["scenarios"]:
        for name, figure in one["whole"]["figures"].items():
            row = table.loc[one["id"], f"stress_{name}_share"]
            assert figure["share"] == (None if pd.isna(row) else pytest.approx(row, abs=6e-4)), name


def test_the_lab_tells_possible_and_expected_apart_and_holds_the_design(planner):
    (entry,) = planner.get("/api/housing/results").json()
    assert (entry["name"], entry["take"], entry["brief"]) == (LAB, {"dwelling_exchange": 40.0}, True)
    told = planner.get(f"/api/housing/results/{LAB}").json()
    cases = {one["id"]: [each["case"] for each in one["cases"]] for one in told["concepts"]}
    assert {"potential_rooms", "expected_low", "taken"} <= set(cases["dwelling_exchange"])
    assert told["together"]["persons_high"] is None or told["together"]["persons_high"] % 10 == 0
    assert told["design"]["name"] == "Entwurf A" and 0 <= told["design"]["score"] <= 1
    assert all(one["status"] == "ok" or one["persons"] is None for one in told["quarters"])
    files = {one["name"] for one in planner.get(f"/api/housing/results/{LAB}/files").json()}
    assert {"housing.pdf", "brief.pdf", "criteria.csv", "design.pdf", "housing.geojson"} <= files
    assert planner.get(f"/api/housing/results/{LAB}/files/brief.pdf").content.startswith(b"%PDF-")
    for path in (f"{LAB}/files/..%2f..%2fstudy.toml", f"{LAB}/files/nothing", "nothing", "%2e%2e%2fplan"):
        assert planner.get(f"/api/housing/results/{path}").status_code == 404


def test_every_answer_is_what_the_description_says(planner):
    """Every field is named in the OpenAPI description, and no other is in an answer."""
    StressForm.model_validate(planner.get("/api/stress").json())
    HousingForm.model_validate(planner.get("/api/housing").json())
    StressResult.model_validate(planner.get(f"/api/stress/results/{TEST}").json())
    HousingResult.model_validate(planner.get(f"/api/housing/results/{LAB}").json())
    DesignScore.model_validate(planner.post("/api/housing/design", json={"name": "x", "csv": ROOMS}).json())
    described = planner.get("/api/openapi.json").json()["components"]["schemas"]
    assert {"StressResult", "HousingResult", "Figure", "ConceptResult"} <= set(described)


def test_a_list_of_rooms_is_held_against_the_requirements_at_once(planner):
    told = planner.post("/api/housing/design", json={"name": "Entwurf", "csv": ROOMS}).json()
    assert (told["n_dwellings"], told["n_rooms"]) == (1, 2)
    outdoor = next(one for one in told["requirements"] if one["id"] == "private_outdoor")
    assert outdoor["met"] is False and outdoor["label_de"]
    wrong = planner.post("/api/housing/design", json={"name": "x", "csv": "a;b\n1;2"})
    assert wrong.status_code == 422 and "columns missing" in wrong.json()["where"][0]


def test_everybody_sees_a_result_only_when_that_was_asked(planner, town):
    public = asking(town, token=None)
    layers = {"stress": f"stress_{TEST}", "housing": f"housing_{LAB}"}
    for kind, name in (("stress", TEST), ("housing", LAB)):
        assert public.get(f"/data/{kind}.json").json() == {"result": None}
        assert public.get(f"/api/{kind}/results").status_code == 404
        shown = planner.put(f"/api/{kind}/results/{name}/published", json={"published": True})
        assert shown.status_code == 200 and shown.json()["published"]
        seen = public.get(f"/data/{kind}.json").json()["result"]
        assert seen["name"] == name and (kind == "stress" or seen["design"] is None)
        collections = {one["id"] for one in public.get("/api/ogc/collections").json()["collections"]}
        assert layers[kind] in collections
    assert public.get("/data/chapters.json").json() == {"chapters": ["stress", "housing"]}
    hidden = planner.put(f"/api/stress/results/{TEST}/published", json={"published": False}).json()
    assert not hidden["published"] and public.get("/data/stress.json").json() == {"result": None}
    collections = {one["id"] for one in public.get("/api/ogc/collections").json()["collections"]}
    assert layers["stress"] not in collections and layers["housing"] in collections


def test_names_are_taken_and_wrong_questions_are_refused_before_they_wait(planner):
    def asked(kind, **ask):
        return planner.post("/api/jobs", json={"kind": kind, "ask": ask})

    taken = asked("stress", name="Frühjahr")
    assert (taken.status_code, taken.json()["error"]) == (409, "NameTakenError")
    assert asked("stress", name="b", scenarios=["nrw_2031"]).status_code == 422
    assert asked("stress", name="b", plan="nothing").status_code == 422
    assert asked("housing", name="b", take={"tent": 1}).status_code == 422
    assert asked("housing", name="b", design={"name": "x", "csv": "a;b"}).status_code == 422
    assert asked("plan", name="b", scenarios=[]).status_code == 422
    unforged = TestClient(planner.app, base_url=HERE, headers={"authorization": f"Bearer {TOKEN}"})
    assert unforged.delete(f"/api/stress/results/{TEST}").status_code == 403


def test_no_request_about_results_makes_the_server_fail(town):
    """As in test_server_plans, with jobs that end at once; what it deletes or shows is a result that is not there."""
    import schemathesis
    from hypothesis import HealthCheck, Phase, given, settings

    desk = PlanDesk(town.study, command=FAKE)
    app = create_app(town, rules_for(town, port=PORT, token=TOKEN), desk=desk)
    headers = {"authorization": f"Bearer {TOKEN}", "x-nahraum": "1", "host": f"127.0.0.1:{PORT}"}
    schema = schemathesis.openapi.from_asgi("/api/openapi.json", app, headers=headers)
    statuses: list[int] = []
    for found in schema.include(path_regex="/api/(stress|housing)").get_all_operations():
        operation = found.ok()

        @settings(
            max_examples=3, deadline=None, derandomize=True, database=None, phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(case=operation.as_strategy())
        def check(case):
            answer = case.call(headers=headers, base_url=HERE)
            statuses.append(answer.status_code)
            assert answer.status_code < 500, (case.method, case.formatted_path, answer.text)

        check()
    desk.close()
    assert len(statuses) > 20 and {200, 404} <= set(statuses) and 401 not in statuses


def test_a_result_is_taken_away_with_its_files_and_from_the_map(planner, town):
    out = town.study.output_folder
    planner.put(f"/api/housing/results/{LAB}/published", json={"published": True})
    for kind, name, folder in (("stress", TEST, "stress_tests"), ("housing", LAB, "labs")):
        assert planner.delete(f"/api/{kind}/results/{name}").status_code == 204
        assert planner.get(f"/api/{kind}/results").json() == []
        assert not (out / folder / name).exists() and not (out / "internal" / folder / name).exists()
        assert json.loads((out / "public" / "map" / "data" / f"{kind}.json").read_text())["result"] is None
