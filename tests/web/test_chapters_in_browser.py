"""Stress test and housing lab as an office uses them: the real server of a small town, its jobs, and Chromium."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from browser import PREPARED_MS, Look, expect, needed, plain, says, violations
from office import Office, serving

from nahraum.publish.mapsite import assets_folder

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser-chapters")]
TEST, LAB = "fruehjahr", "vierzig"
ROOMS = "dwelling;room;use;m2;door_to_hall;divisible;barrier_free\nA1;1;living;20;yes;no;yes\nA1;2;room;15;yes;no;yes\n"


@pytest.fixture(scope="module")
def town(small_town: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the town."""
    needed(assets_folder(), "the built front end (python hatch_build.py)")
    folder = tmp_path_factory.mktemp("chapters") / "town"
    shutil.copytree(small_town.folder, folder)
    return folder


@pytest.fixture(scope="module")
def office(town: Path) -> Iterator[Office]:
    with serving(town / "study.toml") as start:
        yield Office(start)


@pytest.fixture(scope="module")
def asked(office: Office, chromium: Any) -> Iterator[Look]:
    """The page on which one stress test and one lab were asked for and waited for: the only ones that are made here."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, locale="de-DE", accept_downloads=True)
    look = Look(context.new_page(), office.base)
    page = look.page
    page.goto(office.start)
    look.open("#chapter=lab&language=de")
    page.locator("#lab-name").fill(LAB)
    page.get_by_label("Wohnungstausch mit Umzugsketten").fill("40")
    page.get_by_label("Budget insgesamt").fill("2 Mio")
    page.get_by_label(re.compile("^Ziehungen")).fill("0")
    page.get_by_role("button", name="Wohnlabor rechnen").click()
    page.locator(".planner-job").wait_for()
    page.locator("#chapter-stress").click()
    page.locator("#stress-name").fill(TEST)
    page.get_by_label(re.compile("^Ziehungen")).fill("0")
    page.get_by_text("Auch unter anderen Annahmen rechnen").click()
    page.get_by_role("button", name="Stresstest rechnen").click()
    page.locator("#stress-day").wait_for(timeout=PREPARED_MS)
    yield look
    context.close()


@pytest.fixture
def look(asked: Look, office: Office, look_at: Callable[..., Look]) -> Look:
    """Another person's page, when there is a result of both."""
    return entered(office, look_at(office.base, 1280, 900))


def entered(office: Office, look: Look) -> Look:
    office.let_in(look.page)
    return look


def stress_page(look: Look, more: str = "") -> Any:
    """The page with the stress test open."""
    page = look.open(f"#chapter=stress&language=de{more}")
    page.locator("#stress-day").wait_for()
    look.idle()
    return page


def lab_page(look: Look, more: str = "") -> Any:
    """The page with the lab open."""
    page = look.open(f"#chapter=lab&language=de{more}")
    page.get_by_role("heading", name="Konzepte: was möglich").wait_for()
    look.idle()
    return page


def percent(share: float) -> str:
    return plain(f"{round(share * 100):d} %")


def test_a_stress_test_is_asked_for_waited_for_and_read_with_the_servers_numbers(asked: Look, office: Office) -> None:
    page, told = asked.page, office.ask(f"/stress/results/{TEST}")
    day = next(one for one in told["scenarios"] if one["id"] == told["hardest"])
    expect(page).to_have_url(re.compile(f"stress={TEST}"))
    figure, residents = day["whole"]["figures"]["several"], f"{day['whole']['residents']:,.0f}".replace(",", ".")
    says(page.locator(".figures").first, percent(figure["share"]), residents)
    says(page.locator("#results"), "keinen dieser Haushalte gibt es", "normaler Tag")
    rows = page.locator(".office-bars tbody tr")
    expect(rows).to_have_count(len(day["known"]) + 1)
    asked.idle()
    asked.picture("stress-result")
    with page.expect_download() as paper:
        page.get_by_role("link", name="Der Stresstest als Bericht").click()
    assert paper.value.suggested_filename == "stress.pdf"
    assert [one for one in asked.requests if not one.startswith((office.base, "data:", "blob:"))] == []
    assert asked.complaints == []


def test_another_component_is_on_the_map_and_in_the_tables_and_says_why(look: Look, office: Office) -> None:
    page, told = stress_page(look), office.ask(f"/stress/results/{TEST}")
    page.locator("#stress-day").select_option("nrw_spring_2020")
    says(page.locator(".legend"), "Mehreres zugleich")
    page.get_by_role("button", name="Einkauf", exact=True).click()
    says(page.locator(".legend"), "Einkauf", "NRW, Frühjahr 2020")
    says(page.get_by_role("heading", name="Warum: Einkauf"), "Einkauf")
    page.locator("summary:visible", has_text="Regeln und Annahmen: NRW, Frühjahr 2020").click()
    says(page.locator(".office-rules:visible").first, "CoronaSchVO NRW", "veröffentlicht")
    expect(page).to_have_url(re.compile("nrw_spring_2020[.]supply"))
    day = next(one for one in told["scenarios"] if one["id"] == "nrw_spring_2020")
    most = max(one["figures"]["supply"]["share"] or 0 for one in day["quarters"])
    table = page.get_by_role("table", name="Einkauf: nach Quartier")
    says(table.locator("tbody tr").first, percent(most).split(" ")[0])
    page.reload()
    look.idle()
    says(page.locator(".legend"), "Einkauf", "NRW, Frühjahr 2020")


def test_a_quarter_tells_every_component_and_one_that_is_held_back_says_so(look: Look, office: Office) -> None:
    page, told = stress_page(look), office.ask(f"/stress/results/{TEST}")
    shown = {one["quarter_id"]: one["name"] for one in told["scenarios"][0]["quarters"]}
    name = next(iter(shown.values()))
    page.get_by_role("button", name=name, exact=True).first.click()
    one = page.get_by_role("region", name=name)
    says(one, "Mindestens 2 Bestandteile", "ganze Studie")
    look.picture("stress-quarter")
    one.get_by_role("button", name="Schließen").click()
    expect(one).to_have_count(0)
    look.focus_is("e.id === 'results'")
    quarters = page.evaluate("fetch('./data/quarters.json').then(one => one.json())")["ids"]
    held = [one for one in quarters if one not in shown]
    if held:
        stress_page(look, f"&select=quarters/{held[0]}")
        says(page.locator(".office-one"), "wird nichts gezeigt")


def test_rooms_against_people_are_the_same_on_any_day(look: Look, office: Office) -> None:
    page, told = stress_page(look), office.ask(f"/stress/results/{TEST}")
    page.locator("#stress-rooms-part").click()
    crowded = told["mismatch"]["whole"]["figures"]["overcrowded"]["share"]
    says(page.locator(".figures"), percent(crowded))
    says(page.locator(".legend"), "überbelegt (Küche extra)")
    page.locator("#rooms-figure").select_option("underoccupied")
    says(page.locator(".legend"), "mehr Zimmer als nötig")
    expect(page).to_have_url(re.compile("[.]underoccupied"))


def test_the_lab_tells_possible_and_expected_apart_with_cost_law_and_source(look: Look, office: Office) -> None:
    page, told = lab_page(look), office.ask(f"/housing/results/{LAB}")
    exchange = next(one for one in told["concepts"] if one["effect"] == "exchange")
    heads = page.locator(".office-bars thead th").all_inner_texts()
    assert heads[1:] == ["möglich", "zu erwarten"]
    says(page.locator("#results"), "Was ausprobiert wird", "Auswahl für 2.000.000 €", "Warum beim Tausch wenig ankommt")
    page.get_by_role("button", name=exchange["label_de"], exact=True).first.click()
    sheet = page.locator(".office-one")
    says(sheet, "Möglich, wenn jede frei werdende Wohnung", "Zu erwarten in", "Rechtliches", "Quelle")
    says(sheet, exchange["source_de"], "durch Neubau")
    says(page.locator(".legend"), exchange["label_de"])
    expect(page).to_have_url(re.compile("lab=.*[.]dwelling_exchange"))
    look.picture("lab-concept")
    sheet.get_by_role("button", name="Schließen").click()
    says(page.locator(".legend"), "Wer heute beengt wohnt")
    most = max(told["quarters"], key=lambda one: one["crowded_persons_low"] or 0)
    page.get_by_role("button", name=most["name"], exact=True).first.click()
    says(page.locator(".office-one"), most["name"], "Menschen, die beengt wohnen", "davon in Familien")


def test_a_list_of_rooms_is_held_against_the_requirements_at_once(look: Look) -> None:
    page = lab_page(look)
    page.locator("#lab-requirements-part").click()
    says(page.locator("#results"), "Trennbares Zimmer je Wohnung", "Kriterienmatrix für die Jury")
    file = {"name": "Entwurf A.csv", "mimeType": "text/csv", "buffer": ROOMS.encode()}
    page.locator("#lab-design").set_input_files(file)
    says(page.get_by_role("table", name="Anforderungen und Entwurf „Entwurf A“"), "Privater Außenraum", "nein")
    page.locator("#lab-design").set_input_files({**file, "buffer": b"a;b\n1;2"})
    says(page.locator(".whatif-wrong"), "Einzelheiten des Servers")
    expect(page.get_by_role("table", name="Entwurf A")).to_have_count(0)


def test_a_form_says_what_to_mend_and_a_job_can_be_cancelled(look: Look) -> None:
    page, jobs = stress_page(look), []
    page.locator("#stress-ask-part").click()
    page.get_by_label(re.compile("^Ziehungen")).fill("viele")
    page.get_by_role("button", name="Stresstest rechnen").click()
    says(page.locator("#stress-faults"), "ganze Zahl von 0 bis")
    page.get_by_label(re.compile("^Ziehungen")).fill("0")
    job = {
        "id": "eins", "kind": "stress", "name": "eins", "state": "running", "place": 0, "stage": "Stresstest",
        "stages": [], "seconds": 3.0, "limit_seconds": 900.0, "trail": [], "unit": "", "made": "2027-01-01",
    }  # fmt: skip
    job |= dict.fromkeys(("incumbent", "bound", "gap", "n_plans", "of_plans", "error", "result"))

    def answer(route: Any) -> None:
        if route.request.method == "POST":
            jobs.append(job)
            return route.fulfill(status=202, json=job)
        if route.request.method == "DELETE":
            jobs[:] = [job | {"state": "cancelled"}]
            return route.fulfill(status=204)
        return route.fulfill(json=jobs)

    page.route(re.compile(r"/api/jobs(/eins)?$"), answer)
    with page.expect_request(lambda one: one.method == "POST" and one.url.endswith("/jobs")) as sent:
        page.get_by_role("button", name="Stresstest rechnen").click()
    told = sent.value.post_data_json
    assert told["kind"] == "stress" and told["ask"]["draws"] == 0 and "open_day" in told["ask"]["scenarios"]
    card = page.get_by_role("region", name="Berechnung eins")
    says(card, "Stresstest", "von höchstens")
    card.get_by_role("button", name="Abbrechen").click()
    says(card, "Abgebrochen")


@pytest.mark.parametrize("width", [1280, 390])
def test_no_part_of_them_has_barriers_and_both_languages_work(
    asked: Look, office: Office, look_at: Callable[..., Look], width: int
) -> None:
    look = entered(office, look_at(office.base, width, 800))
    page = stress_page(look)
    if width < 1000:  # the phone by night
        look.by_night()
    for part in ("result", "rooms", "ask") if width > 1000 else ("result",):
        page.locator(f"#stress-{part}-part").click()
        expect(page.locator(f"#stress-{part}-part")).to_have_attribute("aria-pressed", "true")
        assert violations(page) == []
    look.picture(f"stress-{width}")
    lab_page(look, "&lab=.dwelling_exchange")
    for part in ("requirements", "ask", "result"):
        if width < 1000 and part == "requirements":
            continue
        page.locator(f"#lab-{part}-part").click()
        expect(page.locator(f"#lab-{part}-part")).to_have_attribute("aria-pressed", "true")
        assert violations(page) == []
    look.picture(f"lab-{width}")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    in_sight = "one => { const at = one.getBoundingClientRect(); return at.left >= 0 && at.right <= innerWidth }"
    look.until(lambda: page.locator("#chapter-lab").evaluate(in_sight))  # also where the row is longer than the page
    page.get_by_role("button", name="English").click()
    says(page.locator("#results"), "Why little of exchange arrives")


def test_the_keyboard_alone_opens_the_chapter_another_day_and_a_quarter(look: Look) -> None:
    page = look.open("#language=de")
    look.tab_to("e.id === 'chapter-stress'")
    page.keyboard.press("Enter")
    page.locator("#stress-day").wait_for()
    look.tab_to("e.id === 'stress-day'")
    before = page.locator("#stress-day").input_value()
    page.keyboard.press("ArrowUp")
    look.until(lambda: page.locator("#stress-day").input_value() != before)
    look.tab_to("e.innerText === 'Grün'")
    page.keyboard.press("Enter")
    says(page.locator(".legend"), "Grün")
    look.idle()
    page.locator("canvas").focus()
    page.keyboard.press("Enter")
    page.locator(".office-one").wait_for()
    page.keyboard.press("Escape")
    expect(page.locator(".office-one")).to_have_count(0)


def test_what_is_published_is_read_by_everybody_without_a_server(
    asked: Look, office: Office, town: Path, serve: Callable[[Path], str], look_at: Callable[..., Look]
) -> None:
    look = entered(office, look_at(office.base))
    page = stress_page(look)
    page.get_by_role("button", name="Auf die öffentliche Karte").click()
    page.get_by_role("button", name="Veröffentlichen").click()
    expect(page.get_by_role("button", name="Steht auf der öffentlichen Karte")).to_be_visible()
    everybody = look_at(serve(town / "ergebnis" / "public" / "map"))  # others write runs of their own beside it
    page = everybody.open("#language=de")
    page.locator("#chapter-stress").click()
    page.locator("#stress-day").wait_for()
    says(page.locator("#results"), "keinen dieser Haushalte gibt es", "oder sein Plan ist nicht veröffentlicht")
    expect(page.locator("#stress-ask-part")).to_have_count(0)
    expect(page.locator("#chapter-lab")).to_have_count(0)
    assert [one for one in everybody.requests if "/api/" in one] == [] and everybody.complaints == []


def test_a_chapter_that_is_not_there_is_not_offered(look_at: Callable[..., Look], site: str) -> None:
    look = look_at(site)
    page = look.open("#chapter=stress")
    expect(page.locator("#chapter-explore")).to_have_attribute("aria-current", "page")
    expect(page.locator("#chapter-stress")).to_have_count(0)
    assert look.complaints == []
