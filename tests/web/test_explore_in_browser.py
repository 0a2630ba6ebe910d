"""The chapters of the map as a person uses them: status, lists, comparing, my street, colours, reports."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from browser import Look, expect, needed, says, violations
from fake_bundle import make_bundle
from fake_social import make_social_bundle

from conftest import _serve
from nahraum.publish.mapsite import assets_folder, write_map

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
VIEWS = {
    "status": "#tab=status&level=quarters",
    "spread": "#tab=spread&theme=lacks:supply",
    "compare": "#chapter=compare&a=Q0&b=Q2",
    "compare-empty": "#chapter=compare",
    "street": "#chapter=street&street=streets/Q0/1.%20Querstra%C3%9Fe",
    "street-empty": "#chapter=street",
    "help": "#chapter=about",
}
# a table that can be pushed aside says so, no other one does
SAID_WHERE_WIDE = """[...document.querySelectorAll(".wide")].every(
  (one) => one.scrollWidth > one.clientWidth + 1 === (one.parentElement.querySelector(".wide-hint") !== null))"""
SCALE_IN_SIGHT = """document.querySelector(".maplibregl-ctrl-scale").getBoundingClientRect().bottom <=
  document.querySelector(".map-attribution").getBoundingClientRect().top"""


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of the map of the town with a status."""
    needed(assets_folder(), "the built front end (python hatch_build.py)")
    folder = tmp_path_factory.mktemp("social")
    write_map(make_social_bundle(), folder)
    yield from _serve(folder / "map")


@pytest.fixture
def look(look_at: Callable[..., Look], town: str) -> Look:
    return look_at(town)


def _text(page: Any, selector: str, *words: str) -> str:
    return says(page.locator(selector), *words)


def _at_last(look: Look, told: Callable[[], str], *words: str) -> None:
    """Wait until one of the texts is told."""
    look.until(lambda: any(one in told() for one in words))


def test_a_figure_of_the_matrix_marks_its_quarters_and_sets_the_theme(look: Look) -> None:
    page = look.open(VIEWS["status"])
    row = page.locator('.matrix tr[data-class="niedrig"]')
    says(row, "2 Quartiere")
    row.locator("button").nth(2).click()
    expect(page.locator(".map-canvas")).to_have_attribute("data-theme", "lacks:green")
    expect(page.locator(".map-canvas")).to_have_attribute("data-level", "quarters")
    _text(page, ".members", "Bahnhofsviertel-Süd", "Großsiedlung Am Schäfersgrund")
    look.idle()
    look.picture("status-matrix")
    row.locator("button").nth(2).click()
    expect(page.locator(".members")).to_have_count(0)


def test_the_dots_of_the_status_have_a_table_and_lead_to_the_quarter(look: Look) -> None:
    page = look.open(VIEWS["status"])
    expect(page.locator(".dot-mark")).to_have_count(5)  # one has no index
    page.get_by_text("Als Tabelle").click()
    _text(page, ".panel .how table", "Altstadt")
    page.locator('.dot-mark[data-id="Q0"]').click()
    page.locator('.why[data-subject="quarters/Q0"]').wait_for()


def test_a_study_without_status_says_so(look_at: Callable[..., Look], site: str) -> None:
    page = look_at(site).open("#tab=status")
    _text(page, ".empty", "Kein Statusindex")


def test_the_distribution_adds_up_the_published_residents(look: Look) -> None:
    page = look.open("#tab=spread&level=quarters&theme=lacks:supply")
    _text(page, ".fifths", "26", "niedrigster Status")
    _text(page, ".panel", "0,15", "Gini")
    rows = page.locator(".columns tbody tr")
    rows.first.wait_for()
    numbers = [int(re.sub(r"\D", "", text)) for text in rows.locator("td:nth-child(2)").all_inner_texts()]
    assert abs(sum(numbers) - 13736) <= 30


def test_the_table_is_cut_to_names_and_shares_and_saved(look: Look, tmp_path: Path) -> None:
    page = look.open("#tab=quarters&level=quarters")
    page.get_by_label("Name enthält").fill("strasse")
    expect(page.locator(".quarters tbody tr")).to_have_count(1)
    _text(page, ".filters", "1 von 6")
    with page.expect_download() as saved:
        page.get_by_role("button", name="Tabelle speichern").click()
    saved.value.save_as(tmp_path / "table.csv")
    text = (tmp_path / "table.csv").read_text(encoding="utf-8-sig")
    assert text.startswith("Quartier;") and "Straße der Jugend;" in text
    page.get_by_label("Name enthält").fill("gibt es nicht")
    _text(page, ".panel .empty", "Kein Gebiet passt")


def test_the_cells_are_a_list_too_with_the_class_of_the_map(look: Look) -> None:
    page = look.open("#tab=quarters")
    page.get_by_role("button", name="Gitterzellen").last.click()
    first = page.locator(".cells tbody tr").first
    says(first, "mindestens 2 fehlen")
    first.get_by_role("button").click()
    page.locator('.why[data-subject^="cells/"]').wait_for()


def test_the_ranking_shows_how_far_ranks_reach(look: Look) -> None:
    page = look.open("#tab=quarters")
    page.get_by_role("button", name="Rangfolge").click()
    _text(page, ".ranking", "3 bis 5", "85 %")
    look.picture("ranking")


def test_two_quarters_stand_side_by_side(look: Look) -> None:
    page = look.open("#chapter=compare")
    page.get_by_label("Erstes Quartier").select_option("Q0")
    page.get_by_role("combobox", name="Straße, Quartier oder Ort suchen").fill("bahnhofsv")
    page.get_by_role("option", name="Bahnhofsviertel-Süd Quartier").click()
    look.idle()
    says(page.locator('.pair tr[data-key="lacks_living_space_share"]'), "Punkte")
    _at_last(look, lambda: _text(page, ".panel"), "nicht sicher sagen", "Rechenvarianten")
    expect(page).to_have_url(re.compile("a=Q0&b=Q1"))
    page.reload()
    look.idle()
    expect(page.locator("#compare-1")).to_have_value("Q1")


def test_another_run_is_read_in_the_browser_and_its_difference_comes_first(
    look: Look, town: str, tmp_path: Path
) -> None:
    write_map(make_bundle(), tmp_path)
    data = tmp_path / "map" / "data"
    quarters = json.loads((data / "quarters.json").read_text(encoding="utf-8"))
    shares = quarters["columns"]["lacks_supply_share"]
    before = list(shares)
    quarters["columns"]["lacks_supply_share"] = [None if value is None else min(1, value + 0.3) for value in shares]
    (data / "quarters.json").write_text(json.dumps(quarters), encoding="utf-8")
    page = look.open("#chapter=compare&theme=lacks:supply")
    page.get_by_role("button", name="Zwei Läufe oder Jahre").click()
    page.locator("#run-files").set_input_files([data / "study.json"])
    _text(page, ".panel [role=alert]", "Es fehlt eine der Dateien")
    page.locator("#run-files").set_input_files([data / "study.json", data / "quarters.json"])
    page.locator(".runs").wait_for()
    look.idle()
    largest = max((min(1, value + 0.3) - value for value in before if value is not None), default=0)
    _text(page, ".runs tbody tr:first-child", f"−{round(largest * 100)} Punkte")
    _text(page, ".legend", "Änderung seit")
    _text(page, ".panel table >> nth=0", "19–32 %")
    _text(page, ".panel", "Schwellen und Annahmen sind gleich")
    assert [address for address in look.requests if not address.startswith((town, "data:", "blob:"))] == []
    look.picture("runs")
    assert violations(page, TAGS) == []


def test_a_street_tells_place_facts_and_nothing_about_people(look: Look) -> None:
    page = look.open("#chapter=street")
    box = page.get_by_role("combobox", name="Straße oder Quartier")
    box.fill("Hauptstr. 12")
    page.get_by_role("option").first.wait_for()
    _text(page, ".panel .search-note", "Hausnummern sind nicht hinterlegt")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.locator(".street").wait_for()
    text = _text(page, ".street", "Hauptstraße", "zu Fuß", "Frischemarkt Yıldız", "Nah genug (höchstens")
    assert "Schwelle" not in text and "Wohnraum" not in text and "Einwohner dieser" not in text and "Status" not in text
    assert not re.search(r"\d+ Einwohner", text)
    look.picture("street")
    page.emulate_media(media="print")
    expect(page.locator(".map-canvas")).to_be_hidden()
    expect(page.locator(".street")).to_be_visible()
    look.picture("street-print")
    page.emulate_media(media="print", color_scheme="dark")  # paper is white
    expect(page.locator("html")).to_have_attribute("data-scheme", "dark")
    expect(page.locator(".street")).to_have_css("color", "rgb(0, 0, 0)")


def test_a_link_names_its_street_and_never_its_row(look: Look) -> None:
    page = look.open(VIEWS["street"])
    expect(page.locator("#street-name")).to_have_text(re.compile(r"^\s*1\. Querstraße"))
    for other in ("streets/0", "streets/Q0/Gibtesnichtweg"):
        look.open(f"#chapter=street&street={other}")
        page.locator(".panel .empty").wait_for()
        assert page.locator("#street-name").count() == 0


def test_my_street_can_stand_in_a_frame(look: Look) -> None:
    look.page.goto(look.address + VIEWS["street"] + "&embedded=1")
    look.page.locator(".street").wait_for()
    assert look.page.locator(".head").count() == 0 and not look.page.locator(".map-canvas").is_visible()


def test_the_search_finds_quarters_without_umlauts_and_places_by_name(look: Look) -> None:
    page = look.open()
    box = page.get_by_role("combobox", name="Straße, Quartier oder Ort suchen")
    box.fill("muehlh")
    page.get_by_role("option", name="Mühlhausen Quartier").click()
    page.locator('.why[data-subject="quarters/Q3"]').wait_for()
    box.fill("loewen")
    page.get_by_role("option", name=re.compile("Löwen-Apotheke")).click()
    expect(page.get_by_label("Orte der Nahversorgung")).to_be_checked()
    box.fill("xyz")
    _text(page, ".over .search-note", "Nichts gefunden")


def test_a_reported_error_is_a_line_that_nahraum_reads(look: Look, tmp_path: Path) -> None:
    from nahraum.sources.corrections import read_corrections

    page = look.open()
    page.get_by_role("button", name="Fehler melden").click()
    expect(page.get_by_label("Länge (Grad)")).to_have_value(re.compile(r"^\d+,\d{6}$"))
    page.get_by_role("button", name="Datei speichern").click()
    _text(page, ".dialog [role=alert]", "Bitte den Namen des Orts angeben")
    assert violations(page, TAGS) == []
    page.get_by_label("Name", exact=True).fill("Hofladen „Grün; gut“")
    page.locator("select[name=category]").select_option("food_full_range")
    page.get_by_label("Woher wissen Sie das?").fill("neu eröffnet")
    page.get_by_label("Von wem").fill("F. Groß")
    with page.expect_download() as saved:
        page.get_by_role("button", name="Datei speichern").click()
    saved.value.save_as(tmp_path / "korrekturen.csv")
    _text(page, ".dialog [role=status]", "Amt für Stadtentwicklung")
    look.picture("report")
    table = read_corrections(tmp_path / "korrekturen.csv", on=date(2100, 1, 1))
    assert len(table) == 1


def test_the_introduction_is_offered_once_and_can_be_left(look: Look) -> None:
    page = look.open()
    page.get_by_role("button", name="Einführung zeigen").click()
    _text(page, ".tour", "Schritt 1 von 5")
    page.get_by_role("button", name="Weiter", exact=True).click()
    _text(page, ".tour", "Schritt 2 von 5")
    look.idle()
    assert violations(page, TAGS) == []
    look.picture("tour")
    page.keyboard.press("Escape")
    expect(page.locator(".tour")).to_have_count(0)
    page.reload()
    look.idle()
    page.locator(".headline").wait_for()
    expect(page.locator(".invitation")).to_have_count(0)


def test_colours_can_be_changed_and_stay(look: Look) -> None:
    page = look.open("#tab=quarters&theme=lacks:supply")
    swatch = page.locator(".legend .swatch").nth(4)
    before = str(swatch.get_attribute("style"))
    page.get_by_text("Darstellung").click()
    page.get_by_label("Orange und Violett").check()
    page.get_by_label("dunkel").check()
    expect(swatch).not_to_have_attribute("style", before)
    expect(page.locator("html")).to_have_attribute("data-scheme", "dark")
    page.reload()
    look.idle()
    expect(page.locator("html")).to_have_attribute("data-palette", "contrast")
    look.picture("dark-contrast")


@pytest.mark.parametrize("dark", [False, True])
def test_axe_finds_nothing_in_any_chapter(look_at: Callable[..., Look], town: str, dark: bool) -> None:
    look = look_at(town)
    look.page.add_init_script(f"localStorage.setItem('nahraum-scheme', '{'dark' if dark else 'light'}')")
    look.open()
    views = VIEWS | {"overview": "#tab=overview", "quarters": "#tab=quarters&level=quarters"}
    views |= {"quality": "#tab=quality", "why": "#select=quarters/Q2&level=quarters"} if dark else {}
    for name, view in views.items():
        page = look.turn_to(view)
        look.picture(f"{name}-{'dark' if dark else 'light'}")
        assert (name, violations(page, TAGS)) == (name, [])


def test_nothing_of_the_chapters_sticks_out_on_a_phone(look_at: Callable[..., Look], town: str) -> None:
    look = look_at(town, 390, 844)
    look.open()
    for name, view in VIEWS.items():
        page = look.turn_to(view)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, name
        look.until(lambda page=page: page.evaluate(SAID_WHERE_WIDE) and page.evaluate(SCALE_IN_SIGHT))
        page.evaluate("document.querySelector('.panel').scrollIntoView()")
        look.picture(f"390-{name}")


def test_the_address_keeps_layers_and_where_the_map_looks(look: Look) -> None:
    page = look.open("#show=places,greens&at=7.37/51.32/15.5")
    expect(page.get_by_label("Orte der Nahversorgung")).to_be_checked()
    expect(page).to_have_url(re.compile("at=7.37%2F51.32%2F15.5"))
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Link zu dieser Ansicht kopieren").click()
    page.get_by_text("Kopiert.").wait_for()
    look.until(lambda: page.evaluate("navigator.clipboard.readText()") == page.url)


def _plan(folder: Path) -> None:
    """A released plan of two measures, as `nahraum plan` puts it beside the data of the map."""
    point = [7.3700, 51.3190]
    measures = [
        {
            "number": f"M0{at}", "label": label, "name": name, "quarter": "Altstadt", "start_year": 2026,
            "ready_year": 2028, "cost": {"low_eur": 12000.0, "mid_eur": 20600.0, "high_eur": None}, "verify": True,
            "reason": "Von hier sind es 906 m zu Fuß", "effect": {"relieved": {"about": 130}},
            "point": [point[0] + 0.002 * at, point[1]],
        }
        for at, (label, name) in enumerate((("Zugang zu Park", "Heckenpark"), ("Praxis", "<b>Größe</b>")), 1)
    ]  # fmt: skip
    plan = {
        "title": "Probestadt: Plan „Grün“", "language": "de", "ask": {"budget_eur": 50_000.0}, "warnings": [],
        "solution": {"status": "within_gap", "gap": 0.004, "cost_eur": 41_200.0, "n_sites": 70},
        "outcome": {
            "lacks_removed": {"about": 300}, "people_relieved": {"about": 250},
            "by_prerequisite": [{"id": "green", "gain": {"about": 260}, "lose": {"fewer_than": 3}}],
            "by_quarter": [{"quarter_id": "Q0", "name": "Altstadt", "relieved": {"about": 250}, "newly_lacking": None}],
        },
        "measures": measures,
        "financing": [
            {"number": "M01", "funder": funder, "basis": "programme", "year": 2026, "eur": 20_600.0}
            for funder in ("bund", "municipality")
        ],
    }  # fmt: skip
    target = folder / "plans" / "grün"
    target.mkdir(parents=True)
    (target / "plan.json").write_text(json.dumps(plan), encoding="utf-8")
    (target / "measures.geojson").write_text('{"type":"FeatureCollection","features":[]}', encoding="utf-8")
    entry = {"name": "grün", "title": plan["title"], "n_measures": 2, "cost_eur": 41_200.0, "notice": "Arbeitshilfe"}
    (folder / "plans.json").write_text(json.dumps({"plans": [entry]}), encoding="utf-8")


def test_a_released_plan_is_a_chapter_with_its_measures_on_the_map(
    look_at: Callable[..., Look], serve: Callable[[Path], str], tmp_path: Path
) -> None:
    write_map(make_social_bundle(), tmp_path)
    _plan(tmp_path / "map" / "data")
    look = look_at(serve(tmp_path / "map"))
    page = look.open()
    page.get_by_role("button", name="Plan", exact=True).click()
    page.locator(".measures").wait_for()
    look.idle()
    words = ("Arbeitshilfe", "21.000 €", "rund 250", "weniger als 3")
    text = _text(page, ".panel", *words, "<b>Größe</b>", "Kommune", "bitte örtlich prüfen")
    assert "– –" not in text
    before = page.evaluate("location.href")
    page.locator('[data-measure="M02"] button').click()
    look.until(lambda: page.evaluate("location.href") != before)
    look.idle()
    look.picture("plan")
    assert violations(page, TAGS) == []
    page.set_viewport_size({"width": 390, "height": 844})
    look.until(lambda: page.evaluate("document.documentElement.scrollWidth") <= 390)


def test_without_a_plan_there_is_no_such_chapter(look: Look) -> None:
    page = look.open("#chapter=plan")
    expect(page.locator(".headline")).to_be_visible()
    assert page.locator("#chapter-plan").count() == 0
