"""What-if as a planner uses it: the real server of a small town, and Chromium."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
from browser import Look, needed

from nahraum.publish.mapsite import assets_folder

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
NUMBERS = ".whatif-summary dd"


class Served:
    """A server of its own process, and where people live."""

    def __init__(self, start: str, study: Any) -> None:
        self.start, self.base = start, start.split("start?")[0]
        self._token = start.partition("token=")[2]
        homes = pd.read_parquet(study.public.parent / "internal" / "addresses.parquet")
        self.home = homes[homes["inside"] & ~homes["edge"]].sort_values("residents").iloc[-1]

    def ask(self, path: str, document: Any = None) -> Any:
        """What the API answers, beside the browser."""
        heads = {"Authorization": f"Bearer {self._token}", "X-Nahraum": "1", "Content-Type": "application/json"}
        body = None if document is None else json.dumps(document).encode()
        with urllib.request.urlopen(urllib.request.Request(f"{self.base}api{path}", body, heads)) as answer:
            return json.loads(answer.read())

    def metres(self, east: float = 0, north: float = 0) -> str:
        """The place of the home, or beside it, as one types it."""
        return f"{self.home['x_m'] + east:.1f} {self.home['y_m'] + north:.1f}"

    def view(self, zoom: float = 15) -> str:
        """An address line that looks at the home."""
        import pyproj

        turn = pyproj.Transformer.from_crs("EPSG:25832", "OGC:CRS84", always_xy=True)
        lon, lat = turn.transform(self.home["x_m"], self.home["y_m"])
        return f"#chapter=whatif&language=de&at={lon:.6f}/{lat:.6f}/{zoom}"


@pytest.fixture(scope="module")
def server(small_town: Any) -> Iterator[Served]:
    needed(assets_folder(), "the built front end (python hatch_build.py)")
    program = [sys.executable, "-u", "-m", "nahraum.cli", "serve", str(small_town.study), "--port", "0"]
    with subprocess.Popen(program, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        found = re.search(r"http://\S+", process.stdout.readline())
        assert found
        yield Served(found.group(), small_town)
        process.terminate()


@pytest.fixture
def office(server: Served, chromium: Any) -> Iterator[Look]:
    """The planner's page on a scenario of its own, looking at the home."""
    context = chromium.new_context(viewport={"width": 1280, "height": 800}, locale="de-DE", accept_downloads=True)
    look = Look(context.new_page(), server.base)
    look.page.goto(server.start)
    made = server.ask("/scenarios", {"name": "Prüfung"})
    look.open(f"{server.view()}&scenario={made['id']}")
    look.page.locator(".whatif h2").wait_for()
    look.until(lambda: look.page.locator("#whatif-scenario").input_value() == made["id"])
    yield look
    context.close()


def middle(look: Look, east: float = 0, north: float = 0) -> tuple[float, float]:
    """A place of the map by pixels from its middle."""
    box = look.page.locator("canvas").bounding_box()
    return box["x"] + box["width"] / 2 + east, box["y"] + box["height"] / 2 - north


def answered(look: Look) -> None:
    """Wait until the draft has been answered."""
    look.page.locator(".whatif-effect").wait_for(timeout=20_000)
    look.page.locator(".whatif-draft button.primary:not([disabled])").wait_for()


def numbers(look: Look) -> list[str]:
    return [str(one) for one in look.page.locator(NUMBERS).all_inner_texts()]


def written(persons: float) -> str:
    return "unter 1" if 0 < persons < 0.5 else f"{persons:.0f}"


def shop(look: Look) -> None:
    """A food shop in the middle of the map, as a draft."""
    look.page.locator("#tool-open").click()
    look.page.mouse.click(*middle(look))
    answered(look)


def kept(look: Look, n: int) -> None:
    look.until(lambda: look.page.locator(".whatif-edits li").count() == n)
    look.page.locator("#whatif-scenario:not([disabled])").wait_for()


def keep(look: Look, n: int) -> None:
    look.page.locator(".whatif-draft button.primary").click()
    kept(look, n)


def put(look: Look, text: str) -> None:
    """Set the measure in hand by what one types."""
    if not look.page.locator(".whatif-place[open]").count():
        look.page.locator(".whatif-place summary").click()
    look.page.locator("#whatif-at").fill(text)
    look.page.locator("#whatif-at").press("Enter")


def scenario(look: Look) -> str:
    return str(look.page.locator("#whatif-scenario").input_value())


def test_the_static_site_offers_no_what_if(look: Look) -> None:
    page = look.open("#chapter=whatif")
    assert page.locator("#chapter-explore").count() == 1 and page.locator("#chapter-whatif").count() == 0
    assert page.locator(".whatif").count() == 0 and not [one for one in look.requests if "/api" in one]


def test_a_shop_is_put_dragged_kept_and_the_numbers_are_the_servers(office: Look, server: Served) -> None:
    page = office.page
    shop(office)
    first, under_way, most = numbers(office), 0, 0

    def begun(request: Any) -> None:
        nonlocal under_way, most
        if request.url.endswith("/preview"):
            under_way += 1
            most = max(most, under_way)

    def ended(request: Any) -> None:
        nonlocal under_way
        under_way -= request.url.endswith("/preview")

    page.on("request", begun)
    page.on("requestfinished", ended)
    page.mouse.move(*middle(office))
    page.mouse.down()
    for step in range(12):
        page.mouse.move(*middle(office, east=12 * step, north=6 * step))
    page.mouse.up()
    office.until(lambda: page.wait_for_timeout(100) is None and under_way == 0)  # the wait lets events in
    assert most == 1  # the next one is sent when the last is answered
    office.picture("whatif-dragged")
    assert numbers(office) != first
    draft = numbers(office)
    keep(office, 1)
    assert numbers(office) == draft  # the only measure: its effect is the scenario's
    stored = server.ask(f"/scenarios/{scenario(office)}")["edits"][0]
    assert stored["kind"] == "facility_added" and abs(stored["x_m"] - server.home["x_m"]) > 20
    told = server.ask(f"/scenarios/{scenario(office)}/effect")["effect"]["residents"]
    assert numbers(office)[:2] == [written(told[name]) for name in ("relieved", "newly_lacking")]
    assert [one for one in office.requests if not one.startswith((server.base, "data:", "blob:"))] == []
    assert office.complaints == []


def test_undo_and_redo_by_button_and_by_keys(office: Look) -> None:
    shop(office)
    keep(office, 1)
    after = numbers(office)
    office.page.get_by_role("button", name="Rückgängig").click()
    kept(office, 0)
    assert numbers(office)[:2] == ["0", "0"]
    office.page.locator("#results").focus()
    office.page.keyboard.press("Control+y")
    kept(office, 1)
    assert numbers(office) == after
    office.page.keyboard.press("Control+z")
    kept(office, 0)


def test_an_unfinished_measure_survives_a_reload(office: Look) -> None:
    shop(office)
    before, chosen = numbers(office), scenario(office)
    office.page.reload()
    office.idle()
    answered(office)
    assert (numbers(office), scenario(office)) == (before, chosen)
    assert office.page.locator("#tool-open").get_attribute("aria-pressed") == "true"
    office.page.locator("#results").focus()
    office.page.keyboard.press("Escape")
    office.page.locator(".whatif-draft").wait_for(state="detached")


def test_a_park_is_drawn_shaped_and_its_entrances_chosen(office: Look, server: Served) -> None:
    page = office.page
    page.locator("#tool-park").click()
    page.mouse.click(*middle(office, east=60))
    answered(office)
    assert page.get_by_label("Fläche in m²").input_value() == "10000"
    page.get_by_label("Fläche in m²").fill("16000")
    page.get_by_label("Fläche in m²").press("Tab")
    page.get_by_label("Ecke 2").uncheck()
    answered(office)
    office.picture("whatif-park")
    keep(office, 1)
    park = server.ask(f"/scenarios/{scenario(office)}")["edits"][0]
    assert len(park["outline"]) == 4 and len(park["entrances"]) == 3
    assert "16.000 m²" in page.locator(".whatif-edits").inner_text()


def test_what_is_there_can_be_closed_and_moved(office: Look, server: Served) -> None:
    page = office.page
    shop(office)
    keep(office, 1)
    page.locator("#tool-remove").click()
    page.mouse.click(*middle(office))
    page.locator(".whatif-choices input").first.wait_for()
    assert "Lebensmittelmarkt" in page.locator(".whatif-choices label").first.inner_text()
    answered(office)
    page.locator("#tool-move").click()
    page.mouse.click(*middle(office))
    page.locator(".whatif-choices input").first.wait_for()
    page.mouse.click(*middle(office, east=150))
    answered(office)
    keep(office, 2)
    edits = server.ask(f"/scenarios/{scenario(office)}")["edits"]
    assert edits[1]["kind"] == "facility_moved" and edits[1]["facility_id"] == edits[0]["facility_id"]


def test_a_kept_measure_is_reshaped_by_its_number_and_taken_out_and_that_is_undone(
    office: Look, server: Served
) -> None:
    page, name = office.page, scenario(office)
    shop(office)
    keep(office, 1)
    page.locator("#tool-barrier").click()
    for east, north in ((-60, 80), (60, 90)):
        page.mouse.click(*middle(office, east, north))
    answered(office)
    keep(office, 2)
    first, fence = server.ask(f"/scenarios/{name}")["edits"]
    assert fence["kind"] == "barrier_added" and fence["barrier"] == "fence"

    page.mouse.click(*middle(office))  # its number on the map
    assert "Maßnahme 1 ändern" in page.locator("#whatif-draft").inner_text()
    page.locator(".whatif-place summary").click()
    page.get_by_role("button", name="10 m nach Osten").click()
    answered(office)
    keep(office, 2)
    moved = server.ask(f"/scenarios/{name}")
    assert moved["n_edits"] == 2 and moved["edits"][1] == fence
    assert moved["edits"][0]["facility_id"] == first["facility_id"]
    assert 9 < moved["edits"][0]["x_m"] - first["x_m"] < 11

    page.get_by_role("button", name="Maßnahme 2 herausnehmen").click()
    kept(office, 1)
    page.get_by_role("button", name="Rückgängig").click()
    kept(office, 2)
    assert server.ask(f"/scenarios/{name}")["edits"] == moved["edits"]
    page.get_by_role("button", name="Rückgängig").click()
    office.until(lambda: server.ask(f"/scenarios/{name}")["edits"] == [first, fence])
    page.locator(".whatif-bill").wait_for()
    bill = page.locator(".whatif-bill").inner_text()
    assert "1 Maßnahme ist darin nicht enthalten" in bill and "bitte örtlich prüfen" in bill
    office.picture("whatif-bill")
    assert office.complaints == []


def test_the_usable_area_of_a_green_is_changed(office: Look, server: Served, small_town: Any) -> None:
    page = office.page
    greens = gpd.read_file(small_town.public / "map" / "data" / "greens.geojson")
    inside = greens.to_crs("EPSG:25832").geometry.iloc[0].representative_point()
    page.locator("#tool-capacity").click()
    put(office, f"{inside.x:.1f} {inside.y:.1f}")
    page.get_by_label("Nutzbare Fläche in m²").fill("65432")
    answered(office)
    keep(office, 1)
    (edit,) = server.ask(f"/scenarios/{scenario(office)}")["edits"]
    assert edit == {"kind": "capacity_changed", "green_id": edit["green_id"], "area_m2": 65432}
    assert "65.430 m²" in page.locator(".whatif-edits").inner_text()


def test_everything_works_with_the_keyboard_alone(office: Look, server: Served) -> None:
    page = office.page
    page.locator("#tool-open").focus()
    page.keyboard.press("Enter")
    office.tab_to("e.matches('.whatif-place summary')")
    page.keyboard.press("Enter")
    office.tab_to("e.id === 'whatif-at'")
    page.keyboard.type(server.metres(east=30))
    page.keyboard.press("Enter")
    answered(office)
    office.tab_to("e.getAttribute('aria-label') === '10 m nach Norden'")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    answered(office)
    office.until(lambda: "Diese Maßnahme" in page.locator("#whatif-said").inner_text())
    office.tab_to("e.matches('.whatif-draft button.primary')")
    page.keyboard.press("Enter")
    kept(office, 1)
    edit = server.ask(f"/scenarios/{scenario(office)}")["edits"][0]
    assert edit["x_m"] == pytest.approx(server.home["x_m"] + 30, abs=0.2)
    assert edit["y_m"] == pytest.approx(server.home["y_m"] + 20, abs=0.2)


def test_the_cross_of_the_map_draws_with_the_enter_key(office: Look, server: Served) -> None:
    office.page.locator("#tool-dwellings").click()
    office.page.get_by_label("Neue Einwohner").fill("250")
    office.page.locator("canvas").focus()
    office.page.keyboard.press("Enter")
    answered(office)
    keep(office, 1)
    edit = server.ask(f"/scenarios/{scenario(office)}")["edits"][0]
    assert edit["residents"] == 250 and abs(edit["x_m"] - server.home["x_m"]) < 30


def test_scenarios_are_named_copied_compared_saved_and_opened(office: Look, tmp_path: Any) -> None:
    page = office.page
    shop(office)
    keep(office, 1)
    page.locator(".whatif-more summary").click()
    page.get_by_role("button", name="Umbenennen").click()
    page.locator("#whatif-name").fill("Markt in der Mitte")
    page.locator("#whatif-name").press("Enter")
    office.until(lambda: "Markt in der Mitte" in page.locator("#whatif-scenario").inner_text())
    page.get_by_role("button", name="Kopieren", exact=True).click()
    page.locator("#whatif-name").press("Enter")
    office.until(lambda: "(Kopie)" in page.locator("#whatif-scenario option:checked").inner_text())
    page.locator("#tool-dwellings").click()
    page.mouse.click(*middle(office, east=40))
    answered(office)
    keep(office, 2)
    with page.expect_download() as download:
        page.get_by_role("button", name="Als Datei sichern").click()
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)
    log = json.loads(file.read_text(encoding="utf-8"))
    assert log["format"] == "nahraum-edits" and len(log["edits"]) == 2
    with page.expect_download() as sheet:
        page.get_by_role("button", name="Wirkung als CSV").click()
    assert sheet.value.suggested_filename.endswith(".csv")
    page.get_by_role("button", name="Szenarien vergleichen").click()
    page.locator(".whatif-pair select").nth(1).wait_for()
    names = page.locator(".whatif-pair select").nth(1).locator("option").all_inner_texts()
    page.locator(".whatif-pair select").nth(1).select_option(label=next(n for n in names if n == "Markt in der Mitte"))
    page.locator(".whatif-table").first.wait_for()
    office.picture("whatif-compare")
    page.get_by_role("button", name="Vergleich schließen").click()
    page.locator("#whatif-import").set_input_files(file)
    office.until(lambda: page.locator("#whatif-scenario option:checked").inner_text().endswith("(2 Maßnahmen)"))
    page.get_by_role("button", name="Löschen").click()
    page.get_by_role("button", name="Endgültig löschen").click()
    page.locator("#whatif-scenario:not([disabled])").wait_for()
    (tmp_path / "wrong.json").write_text("[1, 2", encoding="utf-8")
    page.locator("#whatif-import").set_input_files(tmp_path / "wrong.json")
    assert "keine Datei mit Maßnahmen" in page.locator(".whatif-wrong").inner_text()


def test_a_link_opens_the_scenario(office: Look, chromium: Any, server: Served) -> None:
    shop(office)
    keep(office, 1)
    address, chosen = office.page.evaluate("location.href"), scenario(office)
    assert f"scenario={chosen}" in address
    other = chromium.new_context(locale="de-DE")
    page = other.new_page()
    page.goto(server.start)
    page.goto("about:blank")
    page.goto(address)
    page.locator(".whatif-edits li").wait_for()
    assert page.locator("#whatif-scenario").input_value() == chosen
    other.close()


def test_what_does_not_work_is_told_in_words_and_nothing_is_lost(office: Look, server: Served) -> None:
    page = office.page
    page.locator("#tool-open").click()
    put(office, "0 0")
    page.locator(".whatif-wrong").wait_for()
    assert "außerhalb der Daten" in page.locator(".whatif-wrong").inner_text()
    put(office, "irgendwo")
    office.until(lambda: "nicht zu verstehen" in page.locator(".whatif-place").inner_text())
    put(office, server.metres())
    answered(office)
    beside = {"kind": "residents_added", "residents": 5, "x_m": server.home["x_m"], "y_m": server.home["y_m"]}
    server.ask(f"/scenarios/{scenario(office)}/edits", {"edit": beside})  # somebody else was quicker
    page.locator(".whatif-draft button.primary").click()
    page.locator(".whatif-wrong", has_text="Jemand anderes").wait_for()
    page.get_by_role("button", name="Neu laden").click()
    kept(office, 1)
    answered(office)
    keep(office, 2)
    page.route("**/api/**", lambda route: route.abort())
    page.get_by_role("button", name="Rückgängig").click()
    page.locator(".whatif-wrong", has_text="Der Server antwortet nicht").wait_for()
    page.unroute("**/api/**")
    page.get_by_role("button", name="Neu laden").click()
    page.locator(".whatif-wrong").wait_for(state="detached")


def draft_of(look: Look) -> Any:
    """What the browser keeps of the measure in hand."""
    one = "Object.entries(localStorage).find(([key]) => key.startsWith('nahraum-whatif:'))[1]"
    return json.loads(look.page.evaluate(one))["draft"]


def test_a_drag_that_ends_beside_the_map_has_ended(office: Look) -> None:
    page = office.page
    shop(office)
    page.mouse.move(*middle(office))
    page.mouse.down()
    page.mouse.move(*middle(office, east=40))
    box = page.locator(".whatif h2").bounding_box()
    page.mouse.move(box["x"] + 5, box["y"] + 5)
    page.mouse.up()
    left = draft_of(office)["points"]
    page.mouse.move(*middle(office, east=-60))
    page.mouse.move(*middle(office, east=-80, north=30))
    page.wait_for_timeout(100)
    assert draft_of(office)["points"] == left


def test_a_measure_put_away_while_the_server_is_asked_stays_away(office: Look) -> None:
    page = office.page
    waiting: list[Any] = []
    page.route("**/around?*", lambda route: waiting.append(route))
    page.locator("#tool-remove").click()
    page.mouse.click(*middle(office))
    office.until(lambda: page.wait_for_timeout(50) is None and len(waiting) == 1)
    page.locator("#tool-park").click()
    waiting[0].continue_()
    page.locator("#whatif-scenario:not([disabled])").wait_for()
    assert page.locator("#tool-park").get_attribute("aria-pressed") == "true"
    assert draft_of(office)["tool"] == "park" and draft_of(office)["points"] == []
    assert page.locator(".whatif-wrong").count() == 0


def test_escape_in_a_dialog_leaves_the_measure_in_hand(office: Look) -> None:
    shop(office)
    office.page.get_by_role("button", name="Fehler melden").click()
    office.page.locator("dialog[open] button").first.focus()
    office.page.keyboard.press("Escape")
    office.page.locator("dialog[open]").wait_for(state="detached")
    assert office.page.locator(".whatif-draft").count() == 1


def test_a_link_to_no_scenario_is_told_and_unfinished_work_stays_with_its_own(office: Look, server: Served) -> None:
    page = office.page
    shop(office)
    mine, other = scenario(office), server.ask("/scenarios", {"name": "Anderes"})["id"]
    office.open(f"{server.view()}&scenario={other}")
    office.until(lambda: scenario(office) == other)
    assert page.locator(".whatif-draft").count() == 0
    page.locator("#whatif-scenario").select_option(mine)
    answered(office)
    office.open(f"{server.view()}&scenario=0123456789abcdef")
    page.locator(".whatif-wrong", has_text="Dieses Szenario gibt es nicht").wait_for()


def test_a_measure_in_hand_is_tried_anew_in_a_new_scenario(office: Look) -> None:
    page = office.page
    shop(office)
    before = scenario(office)
    page.get_by_role("button", name="Neu", exact=True).click()
    with page.expect_request(lambda one: one.url.endswith("/preview") and before not in one.url):
        page.locator("#whatif-name").press("Enter")
    answered(office)
    assert scenario(office) != before


def test_what_a_page_says_of_data_and_embedding_is_true_of_its_server(office: Look, server: Served) -> None:
    page = office.page
    office.turn_to("#chapter=about&language=de")
    assert "Ein Cookie hält die Anmeldung" in page.locator("#results").inner_text()
    quarter = next(one["quarter_id"] for one in server.ask("/whatif")["quarters"])
    office.turn_to(f"#chapter=street&language=de&street=quarters/{quarter}")
    page.locator(".street-actions").wait_for()
    assert "einbetten" not in page.locator(".street-actions").inner_text()


@pytest.mark.parametrize("width", [1280, 390])
def test_no_view_of_it_has_barriers_and_both_languages_work(
    server: Served, look_at: Callable[..., Look], width: int
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    look = look_at(server.base, width, 800)
    look.page.goto(server.start)
    made = server.ask("/scenarios", {"name": "Größerer Park hinter dem Bahnhof " * 3})
    look.open(f"{server.view()}&scenario={made['id']}")
    page = look.page
    page.locator("#tool-park").click()
    put(look, server.metres(east=60))
    answered(look)
    look.picture(f"whatif-{width}")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("button", name="English").click()
    assert "What this measure changes" in page.locator(".whatif-effect").inner_text()
    page.locator(".whatif-draft button.primary").click()
    kept(look, 1)
    page.locator(".whatif-more summary").click()
    page.get_by_role("button", name="Compare scenarios").click()
    page.locator(".whatif-table").first.wait_for()
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_outside_the_office_answers_are_rounded_and_scenarios_stay_in_the_browser(
    small_town: Any, server: Served, look_at: Callable[..., Look], tmp_path: Any
) -> None:
    program = [sys.executable, "-u", "-m", "nahraum.cli", "serve", str(small_town.study), "--port", "0", "--public"]
    with subprocess.Popen([*program, "--what-if"], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        found = re.search(r"http://\S+", process.stdout.readline())
        assert found
        look = look_at(found.group())
        page = look.open(server.view())
        page.locator(".whatif h2").wait_for()
        assert page.locator("#tool-open").count() == 1 and page.locator("#tool-remove").count() == 0
        shop(look)
        look.picture("whatif-public")
        assert "kleine Zahlen werden nicht genannt" in page.locator(".whatif-effect").inner_text()
        assert all(re.fullmatch(r"rund \d*0|weniger als \d+", one) for one in numbers(look))
        keep(look, 1)
        page.reload()
        look.idle()
        kept(look, 1)
        page.get_by_role("button", name="Rückgängig").click()
        kept(look, 0)
        _held_back(look, tmp_path)
        look.turn_to("#chapter=about&language=de")
        assert "Ihre Szenarien" in page.locator("#results").inner_text()
        process.terminate()


def _held_back(look: Look, tmp_path: Any) -> None:
    """Small numbers are never 0, bad files are not stored, no link promises what another browser does not hold."""
    page = look.page
    few = {"fewer_than": 3}
    flow = {"relieved": few, "newly_lacking": 0, "prerequisites": {}}
    quarters = [flow | {"quarter_id": "Q", "name": "Altstadt"}]
    told = {"lacks_needed": 2, "residents": flow, "quarters": quarters}
    page.route(
        "**/api/whatif", lambda route: route.fulfill(json=told) if route.request.method == "POST" else route.continue_()
    )
    page.locator("#tool-dwellings").click()
    page.mouse.click(*middle(look))
    keep(look, 1)
    page.locator(".whatif-more summary").click()
    assert page.get_by_role("button", name="Link kopieren").count() == 0
    page.get_by_role("button", name="Kopieren", exact=True).click()
    page.locator("#whatif-name").press("Enter")
    look.until(lambda: page.locator("#whatif-scenario option").count() == 2)
    page.locator("#whatif-scenario:not([disabled])").wait_for()
    with page.expect_download() as sheet:
        page.get_by_role("button", name="Wirkung als CSV").click()
    sheet.value.save_as(tmp_path / "sheet.csv")
    assert "Altstadt;weniger als 3;0;;" in (tmp_path / "sheet.csv").read_text(encoding="utf-8-sig")
    page.get_by_role("button", name="Szenarien vergleichen").click()
    page.locator(".whatif-table").nth(1).wait_for()
    rows = [
        [one.strip() for one in row.split("\t")] for row in page.locator(".whatif-table tbody tr").all_inner_texts()
    ]
    assert len(rows) == 3 and rows[0][1:] == rows[2][1:] == ["weniger als 3", "weniger als 3", ""]
    page.get_by_role("button", name="Vergleich schließen").click()
    bad = {"format": "nahraum-edits", "format_version": 1, "crs": "OGC:CRS84"}
    edit = {"kind": "residents_added", "residents": 10, "x_m": 8.0, "y_m": 50.0}
    for edits, words in (([None], "keine Datei mit Maßnahmen"), ([edit] * 21, "so viele Maßnahmen")):
        (tmp_path / "bad.json").write_text(json.dumps(bad | {"edits": edits}), encoding="utf-8")
        page.locator("#whatif-import").set_input_files(tmp_path / "bad.json")
        page.locator(".whatif-wrong", has_text=words).wait_for()
        assert page.locator("#whatif-scenario option").count() == 2
