"""Planning as a planner uses it: the real server of a small town, its optimiser, and Chromium."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from browser import Look, needed
from office import Office, serving

from nahraum.publish.mapsite import assets_folder

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser-plan")]
NAME = "erster"


@pytest.fixture(scope="module")
def office(small_town: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """The server of a copy of the town."""
    needed(assets_folder(), "the built front end (python hatch_build.py)")
    folder = tmp_path_factory.mktemp("plan") / "town"
    shutil.copytree(small_town.folder, folder)
    with serving(folder / "study.toml") as start:
        yield Office(start)


@pytest.fixture(scope="module")
def asked(office: Office, chromium: Any) -> Iterator[Look]:
    """The page on which a plan was asked for and waited for: the only one that the optimiser makes here."""
    context = chromium.new_context(viewport={"width": 1280, "height": 800}, locale="de-DE", accept_downloads=True)
    look = entered(office, Look(context.new_page(), office.base))
    page = look.page
    page.get_by_label("Budget insgesamt").wait_for(timeout=120_000)  # sites and effects are prepared meanwhile
    page.locator("#planner-name").fill(NAME)
    page.get_by_label("Budget insgesamt").fill("0,4 Mio")
    page.get_by_label("Verteilt auf Jahre").fill("2")
    page.get_by_text("Prüfen, wie sicher die Auswahl ist").click()
    page.get_by_role("button", name="Plan berechnen").click()
    page.locator(".planner-job .planner-found").wait_for(timeout=60_000)
    look.picture("plan-under-way")
    page.locator(".planner-measures").wait_for(timeout=120_000)
    yield look
    context.close()


@pytest.fixture
def look(asked: Look, office: Office, look_at: Callable[..., Look]) -> Look:
    """Another person's page, when there is a plan."""
    return entered(office, look_at(office.base))


def entered(office: Office, look: Look) -> Look:
    look.page.goto(office.start)
    look.open("#chapter=plan&language=de")
    look.page.locator("#planner-ask-part").wait_for()
    return look


def opened(look: Look) -> Any:
    """The page with the finished plan open."""
    look.page.locator("#planner-plan-part").click()
    look.page.locator(".planner-measures li").first.wait_for()
    return look.page


def violations(page: Any) -> list[tuple[str, str]]:
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    return [(one["id"], one["nodes"][0]["html"][:160]) for one in found]


def number(text: str) -> int:
    return int(re.sub(r"\D", "", text))


def test_a_plan_is_asked_for_waited_for_and_read_with_the_servers_numbers(asked: Look, office: Office) -> None:
    page, told = asked.page, office.ask(f"/plans/{NAME}")
    assert f"plan={NAME}" in page.url
    figures = page.locator(".figures").inner_text()
    assert f"{told['outcome']['people_relieved']['exact']:,.0f}".replace(",", ".") in figures
    assert page.locator(".planner-measures li").count() == len(told["measures"]) > 0
    assert told["solution"]["cost_eur"] <= 400_000 and told["ask"]["budget_eur"] == 400_000
    asked.picture("plan-result")
    with page.expect_download() as paper:
        page.get_by_role("link", name="Kosten- und Finanzierungsübersicht").click()
    assert paper.value.suggested_filename == "kuf.xlsx"
    page.locator(".planner-measure").first.click()
    assert page.locator(".planner-measures li.over").count() == 1
    page.reload()
    asked.idle()
    page.locator(".planner-measures").wait_for()
    assert [one for one in asked.requests if not one.startswith((office.base, "data:", "blob:"))] == []
    assert asked.complaints == []


def test_a_form_that_cannot_be_asked_says_what_to_mend_and_a_refusal_stays_readable(look: Look) -> None:
    page = look.page
    page.get_by_role("button", name="Plan berechnen").click()
    assert "Bitte ein Budget angeben" in page.locator("#planner-faults").inner_text()
    page.get_by_label("Budget insgesamt").fill("viel")
    assert page.locator("#planner-budget").get_attribute("aria-invalid") == "true"
    page.get_by_label("Budget insgesamt").fill("1")
    page.locator("#planner-faults").wait_for(state="detached")
    refusal = {
        "error": "InputError",
        "what": "the limits of the plan contradict each other",
        "where": ["budget: 1 EUR"],
    }
    page.route("**/api/jobs", lambda route: route.fulfill(status=422, json=refusal | {"expected": "", "fix": ""}))
    page.get_by_role("button", name="Plan berechnen").click()
    refused = page.locator(".whatif-wrong", has_text="lassen sich nicht zugleich einhalten")
    refused.wait_for()
    assert "budget: 1 EUR" in refused.inner_text()
    page.unroute("**/api/jobs")
    page.reload()
    look.idle()
    assert page.get_by_label("Budget insgesamt").input_value() == "1"


def test_a_plan_changed_by_hand_tells_the_loss_and_is_asked_for_under_its_own_name(look: Look, office: Office) -> None:
    page, before = opened(look), office.ask(f"/plans/{NAME}")
    page.get_by_role("button", name="Von Hand ändern").click()
    summary = page.locator(".whatif-summary dd")
    look.until(lambda: "…" not in summary.nth(0).inner_text())
    assert number(summary.nth(0).inner_text()) == round(before["outcome"]["people_relieved"]["exact"])
    assert summary.nth(1).inner_text() == "gleich"
    page.get_by_role("button", name="herausnehmen").first.click()
    look.until(lambda: summary.nth(1).inner_text().startswith("−"))
    sites = [one["site_id"] for one in before["measures"]][1:]
    tried = office.ask("/plans/try", {"sites": sites, "against": NAME})
    assert number(summary.nth(0).inner_text()) == round(tried["relieved"])
    look.picture("plan-by-hand")
    page.get_by_label("Standort hinzufügen").fill("a")
    page.locator(".planner-finder .planner-hit").first.click()
    assert page.locator(".planner-sign").count() == 2
    page.get_by_role("button", name="Alle Änderungen zurücknehmen").click()
    look.until(lambda: page.locator(".planner-sign").count() == 0)
    page.get_by_role("button", name="herausnehmen").first.click()
    page.get_by_label("Als eigenen Plan").fill("von hand")
    with page.expect_request(lambda one: one.method == "POST" and one.url.endswith("/jobs")) as sent:
        page.get_by_role("button", name="Berechnen", exact=True).click()
    assert sent.value.post_data_json["ask"] == {"name": "von hand", "sites": sites, "against": NAME}
    page.get_by_role("button", name="Abbrechen").click()
    page.get_by_role("region", name="Berechnung von-hand").get_by_text("Abgebrochen").first.wait_for()
    page.locator("#planner-ask-part").click()
    page.locator("#planner-plan-part").click()
    page.locator(".planner-sign").wait_for()  # the work by hand is still there
    page.route("**/api/plans/try", lambda route: route.fulfill(json={**tried, "problems": ["zu teuer"]}))
    page.get_by_role("button", name="Änderung zurücknehmen").click()
    page.get_by_text("zu teuer").wait_for()
    assert page.get_by_role("button", name="Berechnen", exact=True).is_disabled()
    page.get_by_role("button", name="herausnehmen").first.click()
    page.reload()
    look.idle()
    page.get_by_role("button", name="Von Hand ändern").click()
    page.locator(".planner-sign").wait_for()


def test_one_kind_of_measure_less_names_the_others_that_can_be_chosen(look: Look, office: Office) -> None:
    page, types = look.page, office.ask("/planning")["types"]
    usable = {one["type_id"] for one in types if one["has_cost"] and one["n_sites"] > 0}
    assert 1 < len(usable) < len(types)
    kinds = page.locator("details", has_text="Arten zugelassen")
    kinds.locator("summary").click()
    kinds.locator("input:enabled").first.uncheck()
    page.get_by_label("Budget insgesamt").fill("1 Mio")
    refuse(page)
    start = page.get_by_role("button", name="Plan berechnen")
    with page.expect_request(lambda one: one.method == "POST" and one.url.endswith("/jobs")) as sent:
        start.click()
    told = sent.value.post_data_json["ask"]["types"]
    assert set(told) < usable and len(told) == len(usable) - 1
    kinds.get_by_role("button", name="Keine").click()
    start.click()
    assert "mindestens eine Art" in page.locator("#planner-faults").inner_text()


def refuse(page: Any) -> None:
    """Nothing that is asked for here is begun."""
    refused = {"error": "InputError", "what": "", "where": [], "expected": "", "fix": ""}

    def answer(route: Any) -> None:
        if route.request.method == "POST":
            route.fulfill(status=422, json=refused)
        else:
            route.continue_()

    page.route("**/api/jobs", answer)


def test_an_amount_is_read_as_it_is_written_and_told_beside_it(look: Look) -> None:
    page, told = look.page, look.page.locator("#planner-budget + small")
    for written, read in {
        "1,250 Mio": "= 1.250.000 €", "1.250 Mio": "= 1.250.000 €", "0,125 Mio": "= 125.000 €", "0,125": "= 0,13 €",
        "5.000.000": "= 5.000.000 €", "5,000,000": "= 5.000.000 €", "1.250": "= 1.250 €", "1.250,50": "= 1.250,5 €",
        "250k": "= 250.000 €", "1.2.3": "Betrag nicht verstanden", "01.250": "= 1,25 €",
    }.items():  # fmt: skip
        page.locator("#planner-budget").fill(written)
        assert " ".join(told.inner_text().split()) == read
    page.get_by_role("button", name="Grenze hinzufügen").click()
    page.get_by_label("Betrag der Grenze 1").fill("0,5")
    assert page.locator(".planner-limit small").inner_text() == "= 0,5"
    question = {"budget_eur": 1250.5, "yearly_eur": [100_000, 300_000], "limit": {"canopy": 1.125}}
    page.route(f"**/api/plans/{NAME}/ask", lambda route: route.fulfill(json=question))
    opened(look).get_by_role("button", name="Anders fragen").click()
    page.get_by_text("verschiedene Beträge je Jahr").wait_for()
    assert page.locator("#planner-budget").input_value() == "1250,5"
    assert page.get_by_label("Betrag der Grenze 1").input_value() == "1,1250"
    assert page.locator(".planner-limit small").inner_text() == "= 1,13"


def job(key: str, state: str, what: str = "") -> dict[str, Any]:
    """A job as the server tells it."""
    error = {"error": "InputError", "what": what, "where": [], "expected": "", "fix": ""} if what else None
    known = dict.fromkeys(("incumbent", "bound", "gap", "n_plans", "of_plans", "result", "limit_seconds"))
    rest = {"place": 0, "stage": "", "stages": [], "seconds": 1.0, "unit": "", "trail": [], "made": "2027-01-01"}
    return {"id": key, "kind": "plan", "name": key, "state": state, "error": error} | known | rest


def test_a_taken_name_is_asked_about_once_and_a_silent_server_and_every_failure_are_told(look: Look) -> None:
    page = look.page
    taken = {"error": "NameTakenError", "what": "there is a plan of that name already", "where": [NAME]}
    listed: dict[str, Any] = {"status": 503, "json": {"error": "OutputError", "what": "busy"}}

    def answer(route: Any) -> None:
        if route.request.method == "GET":
            route.fulfill(**listed)
        elif route.request.post_data_json["ask"].get("replace"):
            route.fulfill(status=202, json=job(NAME, "waiting"))
        else:
            route.fulfill(status=409, json=taken | {"expected": "", "fix": ""})

    page.route("**/api/jobs", answer)
    assert page.locator("#planner-name").input_value() != NAME
    page.locator("#planner-name").fill(NAME)
    page.get_by_label("Budget insgesamt").fill("1 Mio")
    page.get_by_role("button", name="Plan berechnen").click()
    page.locator(".planner-taken").wait_for()
    look.until(lambda: look.focused("e.innerText") == "Anderer Name")
    page.get_by_role("button", name="Ersetzen").click()
    page.get_by_role("region", name=f"Berechnung {NAME}").wait_for()  # another test's cancelled job may be listed too
    assert page.locator(".planner-taken").count() == 0
    silent = page.get_by_text("Der Stand der Berechnungen ist unbekannt")
    silent.wait_for()
    failed = [job("c", "done"), job(NAME, "failed", "the job took too long"), job("b", "failed", "not enough memory")]
    listed.update(status=200, json=failed)
    silent.wait_for(state="detached")
    assert page.locator(".planner-job.failed").count() == 2
    assert "Die Zeit hat nicht gereicht." in page.locator(".planner-job.failed").first.inner_text()


def test_a_question_asked_once_more_does_not_take_the_focus_again(look: Look) -> None:
    page = opened(look)
    page.get_by_role("button", name="Löschen").click()
    page.get_by_role("button", name="Endgültig löschen").wait_for()
    look.until(lambda: look.focused("e.innerText") == "Abbrechen")
    page.locator(".planner-measure").first.click()
    page.locator(".planner-measures li.over").wait_for()
    page.wait_for_timeout(200)
    assert look.focused("e.className") == "planner-measure"


def test_plans_stand_side_by_side(look: Look, office: Office) -> None:
    page, told = look.page, office.ask(f"/plans/{NAME}")
    entries = office.ask("/plans")
    fewer = {**told, "name": "kleiner", "measures": told["measures"][1:]}
    page.route("**/api/plans", lambda route: route.fulfill(json=[*entries, {**entries[0], "name": "kleiner"}]))
    page.route("**/api/plans/kleiner", lambda route: route.fulfill(json=fewer))
    page.reload()
    look.idle()
    page.locator("#planner-compare-part").click()
    rows = page.locator(".whatif-table").nth(2).locator("tbody tr")
    rows.first.wait_for()
    assert rows.count() == len(told["measures"]) and "–" in rows.last.inner_text()
    look.picture("plan-compare")


def test_sites_and_quarters_are_chosen_on_the_map_and_by_the_keyboard(look: Look) -> None:
    page = look.page
    page.get_by_role("button", name="Auf der Karte wählen").first.click()
    box = page.locator("canvas").bounding_box()
    page.mouse.click(box["x"] + box["width"] * 0.62, box["y"] + box["height"] / 2)
    look.until(lambda: page.locator(".planner-list input[type=checkbox]:checked").count() > 0)
    page.locator("canvas").focus()
    page.keyboard.press("Enter")
    page.locator("#planner-share").fill("150")
    page.locator("#planner-name").focus()
    look.tab_to("e.id === 'planner-budget'")
    page.keyboard.type("300000")
    page.keyboard.press("Enter")
    assert "zwischen 0 und 100" in page.locator("#planner-faults").inner_text()


def front(ids: list[str]) -> dict[str, Any]:
    """A front as front.json has it: more money, fewer lacks."""
    names = {
        "lacks_removed": ("behobene Mängel", "person × prerequisite", "higher"),
        "cost": ("Kosten", "EUR", "lower"),
    }
    told = [{"name": key, "label": one[0], "unit": one[1], "better": one[2]} for key, one in names.items()]
    points = [
        {
            "point": f"P0{n}", "values": {"lacks_removed": 100.0 * n, "cost": 50_000.0 * n * n}, "exact": n != 2,
            "gap": 0.01, "knee": n == 2, "double": None, "sites": ids[:n],
            "measures": [{"type_id": "x", "label": "Fußweg", "n": n, "cost_eur": 50_000.0, "verify": True}],
        }
        for n in (1, 2, 3)
    ]  # fmt: skip
    rest = {"name": "abwägung", "title": "", "complete": True, "exact": False, "double": None, "warnings": []}
    return rest | {"objectives": told, "points": points}


def test_plans_to_weigh_are_points_of_a_chart_that_the_arrow_keys_walk_through(look: Look, office: Office) -> None:
    page, ids = look.page, [one["site_id"] for one in office.ask(f"/plans/{NAME}")["measures"]]
    page.route("**/api/fronts", lambda route: route.fulfill(json=[{"name": "abwägung", "title": ""}]))
    page.route("**/api/fronts/*", lambda route: route.fulfill(json=front(ids)))
    page.route("**/api/fronts/*/files", lambda route: route.fulfill(json=[{"name": "front.pdf", "bytes": 9000}]))
    page.reload()
    look.idle()
    page.locator("#planner-front-part").click()
    page.locator(".front-point").first.wait_for()
    assert page.locator(".front-point").count() == 3
    chosen = page.locator('.front-point[aria-checked="true"]')
    before = chosen.get_attribute("data-point")
    chosen.focus()
    page.keyboard.press("ArrowRight")
    look.until(lambda: chosen.get_attribute("data-point") != before)
    assert page.locator("tr.chosen").count() == 1
    assert violations(page) == []
    look.picture("plan-front")
    address = page.get_by_role("link", name="Die Abwägung als Bericht").get_attribute("href")
    assert address.endswith("/files/front.pdf") and "/api/fronts/" in address
    refuse(page)
    with page.expect_request(lambda one: one.method == "POST" and one.url.endswith("/jobs")) as sent:
        page.get_by_role("button", name="Ausarbeiten").click()
    asked = sent.value.post_data_json["ask"]
    assert asked["budget_eur"] == 50_000 and 0 < len(asked["sites"]) <= 3
    page.get_by_role("button", name="Löschen").click()
    with page.expect_request(lambda one: one.method == "DELETE" and "/api/fronts/" in one.url):
        page.get_by_role("button", name="Endgültig löschen").click()


@pytest.mark.parametrize("width", [1280, 390])
def test_no_part_of_it_has_barriers_and_both_languages_work(
    asked: Look, office: Office, look_at: Callable[..., Look], width: int
) -> None:
    look = entered(office, look_at(office.base, width, 800))
    page = look.page
    page.locator(".planner-form").wait_for()
    assert violations(page) == []
    look.picture(f"plan-ask-{width}")
    opened(look)
    page.get_by_role("button", name="Von Hand ändern").wait_for()
    assert violations(page) == []
    look.picture(f"plan-{width}")
    page.get_by_role("button", name="Von Hand ändern").click()
    page.locator(".whatif-summary").wait_for()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("button", name="English").click()
    assert "Compute as a plan of its own" in page.locator(".planner").inner_text()


def test_the_public_map_does_not_offer_it(look_at: Callable[..., Look], site: str) -> None:
    look = look_at(site)
    page = look.open("#chapter=plan")
    assert page.locator(".planner").count() == 0 and not [one for one in look.requests if "/api" in one]
