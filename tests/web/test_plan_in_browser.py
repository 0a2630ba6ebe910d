"""Planning as a planner uses it: the real server of a small town, its optimiser, and Chromium."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from browser import PREPARED_MS, Look, expect, needed, says, violations
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
    size = {"width": 1280, "height": 800}
    context = chromium.new_context(viewport=size, locale="de-DE", accept_downloads=True, reduced_motion="reduce")
    look = entered(office, Look(context.new_page(), office.base))
    page = look.page
    page.get_by_label("Budget insgesamt").wait_for(timeout=PREPARED_MS)  # sites and effects are prepared meanwhile
    page.locator("#planner-name").fill(NAME)
    page.get_by_label("Budget insgesamt").fill("0,4 Mio")
    page.get_by_label("Verteilt auf Jahre").fill("2")
    page.get_by_text("Prüfen, wie sicher die Auswahl ist").click()
    page.get_by_role("button", name="Plan berechnen").click()
    page.locator(".planner-measures").wait_for(timeout=PREPARED_MS)
    yield look
    context.close()


@pytest.fixture
def look(asked: Look, office: Office, look_at: Callable[..., Look]) -> Look:
    """Another person's page, when there is a plan."""
    return entered(office, look_at(office.base))


def entered(office: Office, look: Look) -> Look:
    office.let_in(look.page)
    look.open("#chapter=plan&language=de")
    begun(look)
    return look


def begun(look: Look) -> None:
    """Wait until the chapter knows what can be asked, and what was made before."""
    start = look.page.get_by_role("button", name="Plan berechnen", exact=True)
    expect(start).to_be_enabled(timeout=PREPARED_MS)
    look.idle()


def opened(look: Look) -> Any:
    """The page with the plan of this file open, whatever else was made."""
    page = look.page
    page.locator("#planner-plan-part").click()
    which = page.locator("#planner-which")
    expect(which).to_be_enabled()
    if which.input_value() != NAME:
        which.select_option(NAME)
        expect(which).to_be_enabled()
    expect(page).to_have_url(re.compile(f"plan={NAME}"))
    page.locator(".planner-measures li").first.wait_for()
    look.idle()
    return page


def number(text: str) -> int:
    return int(re.sub(r"\D", "", text))


def tried_out(look: Look) -> Any:
    """The figures of a plan by hand, when they are those of the sites in hand."""
    look.page.locator('.whatif-summary[aria-busy="false"]').wait_for(timeout=PREPARED_MS)
    look.idle()
    return look.page.locator(".whatif-summary dd")


def test_a_plan_is_asked_for_waited_for_and_read_with_the_servers_numbers(asked: Look, office: Office) -> None:
    page, told = asked.page, office.ask(f"/plans/{NAME}")
    expect(page).to_have_url(re.compile(f"plan={NAME}"))
    says(page.locator(".figures"), f"{told['outcome']['people_relieved']['exact']:,.0f}".replace(",", "."))
    assert len(told["measures"]) > 0
    expect(page.locator(".planner-measures li")).to_have_count(len(told["measures"]))
    assert told["solution"]["cost_eur"] <= 400_000 and told["ask"]["budget_eur"] == 400_000
    asked.picture("plan-result")
    with page.expect_download() as paper:
        page.get_by_role("link", name="Kosten- und Finanzierungsübersicht").click()
    assert paper.value.suggested_filename == "kuf.xlsx"
    page.locator(".planner-measure").first.click()
    expect(page.locator(".planner-measures li.over")).to_have_count(1)
    page.reload()
    asked.idle()
    page.locator(".planner-measures").wait_for()
    assert [one for one in asked.requests if not one.startswith((office.base, "data:", "blob:"))] == []
    assert asked.complaints == []


def test_a_form_that_cannot_be_asked_says_what_to_mend_and_a_refusal_stays_readable(look: Look) -> None:
    page = look.page
    page.get_by_role("button", name="Plan berechnen").click()
    says(page.locator("#planner-faults"), "Bitte ein Budget angeben")
    page.get_by_label("Budget insgesamt").fill("viel")
    expect(page.locator("#planner-budget")).to_have_attribute("aria-invalid", "true")
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
    says(refused, "budget: 1 EUR")
    page.unroute("**/api/jobs")
    page.reload()
    look.idle()
    expect(page.get_by_label("Budget insgesamt")).to_have_value("1")


def test_a_plan_changed_by_hand_tells_the_loss_and_is_asked_for_under_its_own_name(look: Look, office: Office) -> None:
    page, before = opened(look), office.ask(f"/plans/{NAME}")
    page.get_by_role("button", name="Von Hand ändern").click()
    summary = tried_out(look)
    assert number(summary.nth(0).inner_text()) == round(before["outcome"]["people_relieved"]["exact"])
    expect(summary.nth(1)).to_have_text("gleich")
    page.get_by_role("button", name="herausnehmen").first.click()
    tried_out(look)
    expect(summary.nth(1)).to_have_text(re.compile("^−"))
    sites = [one["site_id"] for one in before["measures"]][1:]
    tried = office.ask("/plans/try", {"sites": sites, "against": NAME})
    assert number(summary.nth(0).inner_text()) == round(tried["relieved"])
    look.picture("plan-by-hand")
    page.get_by_label("Standort hinzufügen").fill("a")
    page.locator(".planner-finder .planner-hit").first.click()
    expect(page.locator(".planner-sign")).to_have_count(2)
    page.get_by_role("button", name="Alle Änderungen zurücknehmen").click()
    expect(page.locator(".planner-sign")).to_have_count(0)
    page.get_by_role("button", name="herausnehmen").first.click()
    tried_out(look)
    never_ending(page, "von-hand")
    page.get_by_label("Als eigenen Plan").fill("von hand")
    with page.expect_request(lambda one: one.method == "POST" and one.url.endswith("/jobs")) as sent:
        page.get_by_role("button", name="Berechnen", exact=True).click()
    assert sent.value.post_data_json["ask"] == {"name": "von hand", "sites": sites, "against": NAME}
    mine = page.get_by_role("region", name="Berechnung von-hand")
    says(mine, "99", "100")  # the best so far, and what no plan can exceed
    look.picture("plan-under-way")
    with page.expect_request(lambda one: one.method == "DELETE" and one.url.endswith("/jobs/von-hand")):
        mine.get_by_role("button", name="Abbrechen").click()
    says(mine, "Abgebrochen")
    page.locator("#planner-ask-part").click()
    page.locator("#planner-plan-part").click()
    page.locator(".planner-sign").wait_for()  # the work by hand is still there
    page.route("**/api/plans/try", lambda route: route.fulfill(json={**tried, "problems": ["zu teuer"]}))
    page.get_by_role("button", name="Änderung zurücknehmen").click()
    page.get_by_text("zu teuer", exact=True).wait_for()
    expect(page.get_by_role("button", name="Berechnen", exact=True)).to_be_disabled()
    page.get_by_role("button", name="herausnehmen").first.click()
    page.locator(".planner-sign").wait_for()
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
    expect(kinds.locator("input:enabled:checked")).to_have_count(len(usable))
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
    says(page.locator("#planner-faults"), "mindestens eine Art")


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
        expect(told).to_have_text(read)
    page.get_by_role("button", name="Grenze hinzufügen").click()
    page.get_by_label("Betrag der Grenze 1").fill("0,5")
    expect(page.locator(".planner-limit small")).to_have_text("= 0,5")
    question = {"budget_eur": 1250.5, "yearly_eur": [100_000, 300_000], "limit": {"canopy": 1.125}}
    page.route(f"**/api/plans/{NAME}/ask", lambda route: route.fulfill(json=question))
    opened(look).get_by_role("button", name="Anders fragen").click()
    page.get_by_text("verschiedene Beträge je Jahr").wait_for()
    expect(page.locator("#planner-budget")).to_have_value("1250,5")
    expect(page.get_by_label("Betrag der Grenze 1")).to_have_value("1,1250")
    expect(page.locator(".planner-limit small")).to_have_text("= 1,13")


def job(key: str, state: str, what: str = "") -> dict[str, Any]:
    """A job as the server tells it."""
    error = {"error": "InputError", "what": what, "where": [], "expected": "", "fix": ""} if what else None
    known = dict.fromkeys(("incumbent", "bound", "gap", "n_plans", "of_plans", "result", "limit_seconds"))
    rest = {"place": 0, "stage": "", "stages": [], "seconds": 1.0, "unit": "", "trail": [], "made": "2027-01-01"}
    return {"id": key, "kind": "plan", "name": key, "state": state, "error": error} | known | rest


def never_ending(page: Any, name: str) -> None:
    """From now on what is begun runs until it is cancelled, whatever the optimiser would need for it."""
    mine = job(name, "running") | {"incumbent": 99.0, "bound": 100.0, "gap": 0.01, "n_plans": 3, "of_plans": 7}

    def listed(route: Any) -> None:
        if route.request.method == "POST":
            route.fulfill(status=202, json=mine)
        else:
            route.fulfill(json=[mine])

    def ended(route: Any) -> None:
        mine["state"] = "cancelled"
        route.fulfill(status=204)

    page.route("**/api/jobs", listed)
    page.route(f"**/api/jobs/{name}", ended)


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
    expect(page.locator("#planner-name")).not_to_have_value(NAME)
    page.locator("#planner-name").fill(NAME)
    page.get_by_label("Budget insgesamt").fill("1 Mio")
    page.get_by_role("button", name="Plan berechnen").click()
    page.locator(".planner-taken").wait_for()
    look.focus_is("e.innerText === 'Anderer Name'")
    page.get_by_role("button", name="Ersetzen").click()
    page.get_by_role("region", name=f"Berechnung {NAME}").wait_for()
    expect(page.locator(".planner-taken")).to_have_count(0)
    silent = page.get_by_text("Der Stand der Berechnungen ist unbekannt")
    silent.wait_for()
    failed = [job("c", "done"), job(NAME, "failed", "the job took too long"), job("b", "failed", "not enough memory")]
    listed.update(status=200, json=failed)
    silent.wait_for(state="detached")
    expect(page.locator(".planner-job.failed")).to_have_count(2)
    says(page.locator(".planner-job.failed").first, "Die Zeit hat nicht gereicht.")


def test_a_question_asked_once_more_does_not_take_the_focus_again(look: Look) -> None:
    page = opened(look)
    page.get_by_role("button", name="Löschen", exact=True).click()
    page.get_by_role("button", name="Endgültig löschen").wait_for()
    look.focus_is("e.innerText === 'Abbrechen'")
    page.locator(".planner-measure").first.click()
    page.locator(".planner-measures li.over").wait_for()
    look.idle()  # the map went there, the page was drawn again and again
    page.wait_for_timeout(200)
    assert look.focused("e.className") == "planner-measure"


def test_plans_stand_side_by_side(look: Look, office: Office) -> None:
    page, told = look.page, office.ask(f"/plans/{NAME}")
    entries = [one for one in office.ask("/plans") if one["name"] == NAME]
    fewer = {**told, "name": "kleiner", "measures": told["measures"][1:]}
    page.route("**/api/plans", lambda route: route.fulfill(json=[*entries, {**entries[0], "name": "kleiner"}]))
    page.route("**/api/plans/kleiner", lambda route: route.fulfill(json=fewer))
    page.reload()
    begun(look)
    page.locator("#planner-compare-part").click()
    rows = page.locator(".whatif-table").nth(2).locator("tbody tr")
    expect(rows).to_have_count(len(told["measures"]))
    says(rows.last, "–")
    look.picture("plan-compare")


def test_sites_and_quarters_are_chosen_on_the_map_and_by_the_keyboard(look: Look) -> None:
    page = look.page
    page.get_by_role("button", name="Auf der Karte wählen").first.click()
    look.idle()
    box = page.locator("canvas").bounding_box()
    page.mouse.click(box["x"] + box["width"] * 0.62, box["y"] + box["height"] / 2)
    expect(page.locator(".planner-list input[type=checkbox]:checked")).not_to_have_count(0)
    page.locator("canvas").focus()
    page.keyboard.press("Enter")
    page.locator("#planner-share").fill("150")
    page.locator("#planner-name").focus()
    look.focus_is("e.id === 'planner-name'")
    look.tab_to("e.id === 'planner-budget'")
    page.keyboard.type("300000")
    page.keyboard.press("Enter")
    says(page.locator("#planner-faults"), "zwischen 0 und 100")


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
    begun(look)
    page.locator("#planner-front-part").click()
    expect(page.locator(".front-point")).to_have_count(3)
    chosen = page.locator('.front-point[aria-checked="true"]')
    expect(chosen).to_have_attribute("data-point", "P02")
    chosen.focus()
    look.focus_is("e.dataset.point === 'P02'")
    page.keyboard.press("ArrowRight")
    expect(chosen).to_have_attribute("data-point", re.compile("P0[13]"))
    expect(page.locator("tr.chosen")).to_have_count(1)
    look.idle()
    assert violations(page) == []
    look.picture("plan-front")
    report = page.get_by_role("link", name="Die Abwägung als Bericht")
    expect(report).to_have_attribute("href", re.compile("/api/fronts/.*/files/front.pdf$"))
    refuse(page)
    with page.expect_request(lambda one: one.method == "POST" and one.url.endswith("/jobs")) as sent:
        page.get_by_role("button", name="Ausarbeiten").click()
    asked = sent.value.post_data_json["ask"]
    assert asked["budget_eur"] == 50_000 and 0 < len(asked["sites"]) <= 3
    page.get_by_role("button", name="Löschen", exact=True).click()
    with page.expect_request(lambda one: one.method == "DELETE" and "/api/fronts/" in one.url):
        page.get_by_role("button", name="Endgültig löschen").click()


@pytest.mark.parametrize("width", [1280, 390])
def test_no_part_of_it_has_barriers_and_both_languages_work(
    asked: Look, office: Office, look_at: Callable[..., Look], width: int
) -> None:
    look = entered(office, look_at(office.base, width, 800))
    page = look.page
    page.locator(".planner-form").wait_for()
    if width < 1000:  # the phone by night
        look.by_night()
    assert violations(page) == []
    look.picture(f"plan-ask-{width}")
    opened(look)
    page.get_by_role("button", name="Von Hand ändern").wait_for()
    assert violations(page) == []
    look.picture(f"plan-{width}")
    page.get_by_role("button", name="Von Hand ändern").click()
    tried_out(look)
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("button", name="English").click()
    says(page.locator(".planner"), "Compute as a plan of its own")


def test_a_plan_is_asked_for_waited_for_and_read_without_a_mouse(look: Look, office: Office) -> None:
    page = look.page
    page.locator("#planner-name").wait_for()
    look.tab_to("e.id === 'planner-name'")
    page.keyboard.press("Control+A")
    page.keyboard.type("tastatur")
    look.tab_to("e.id === 'planner-budget'")
    page.keyboard.type("300000")
    look.tab_to("e.type === 'checkbox' && e.closest('label').innerText.startsWith('Prüfen')", 120)
    page.keyboard.press("Space")
    look.tab_to("e.type === 'submit'", 20)
    try:
        page.keyboard.press("Enter")
        look.until(lambda: "plan=tastatur" in page.url, PREPARED_MS / 1000)
        told = office.ask("/plans/tastatur")
        assert told["ask"]["budget_eur"] == 300_000 and told["variants"] == []
        look.tab_to("e.className === 'planner-measure'", 160)
        page.keyboard.press("Enter")
        expect(page.locator(".planner-measures li.over")).to_have_count(1)
        look.tab_to("e.tagName === 'A' && e.href.includes('/files/kuf.xlsx')", 160)
    finally:
        office.ask("/plans/tastatur", method="DELETE")


def test_a_trade_off_is_computed_and_one_of_its_plans_worked_out(look: Look, office: Office) -> None:
    page = look.page
    page.get_by_label("Eine Abwägung").check()
    page.locator("#planner-name").fill("abwägen")
    page.get_by_label("Budget insgesamt").fill("300000")
    page.get_by_label("Ziel 1").select_option("lacks_removed")
    page.get_by_label("Ziel 2").select_option("cost")
    page.get_by_label("Ziel 3").select_option("")
    page.get_by_label("Pläne, höchstens").fill("3")
    page.get_by_role("button", name="Abwägung berechnen").click()
    page.locator(".front-point").first.wait_for(timeout=PREPARED_MS)
    front = office.ask("/fronts/abwaegen")
    point = max(front["points"], key=lambda one: len(one["sites"]))
    assert len(front["points"]) >= 2 and point["sites"]
    page.get_by_role("button", name=point["point"], exact=True).click()
    page.get_by_label("Diesen Plan mit allen Unterlagen").fill("ausgearbeitet")
    try:
        page.get_by_role("button", name="Ausarbeiten").click()
        look.until(lambda: "plan=ausgearbeitet" in page.url, PREPARED_MS / 1000)
        told = office.ask("/plans/ausgearbeitet")
        assert sorted(one["site_id"] for one in told["measures"]) == sorted(point["sites"]) and told["ask"]["by_hand"]
        expect(page.locator(".planner-measures li")).to_have_count(len(point["sites"]))
    finally:
        office.ask("/plans/ausgearbeitet", method="DELETE")
        office.ask("/fronts/abwaegen", method="DELETE")


def test_the_public_map_does_not_offer_it(look_at: Callable[..., Look], site: str) -> None:
    look = look_at(site)
    page = look.open("#chapter=plan")
    page.locator(".headline").wait_for()
    assert page.locator(".planner").count() == 0 and not [one for one in look.requests if "/api" in one]
