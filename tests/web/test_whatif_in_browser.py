"""What-if as a planner uses it: the real server of a small town, and Chromium."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
from browser import Look, expect, needed, says, violations
from office import Office, serving

from nahraum.publish.mapsite import assets_folder

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
NUMBERS = ".whatif-summary dd"


class Served(Office):
    """A server of its own process, and where people live."""

    def __init__(self, start: str, study: Any) -> None:
        super().__init__(start)
        homes = pd.read_parquet(study.public.parent / "internal" / "addresses.parquet")
        self.home = homes[homes["inside"] & ~homes["edge"]].sort_values("residents").iloc[-1]

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
    with serving(small_town.study) as start:
        yield Served(start, small_town)


@pytest.fixture
def office(server: Served, chromium: Any) -> Iterator[Look]:
    """The planner's page on a scenario of its own, looking at the home."""
    size = {"width": 1280, "height": 800}
    context = chromium.new_context(viewport=size, locale="de-DE", accept_downloads=True, reduced_motion="reduce")
    look = Look(context.new_page(), server.base)
    server.let_in(look.page)
    made = server.ask("/scenarios", {"name": "Prüfung"})
    look.open(f"{server.view()}&scenario={made['id']}")
    look.page.locator(".whatif h2").wait_for()
    expect(look.page.locator("#whatif-scenario")).to_have_value(made["id"])
    rested(look)
    yield look
    context.close()


def middle(look: Look, east: float = 0, north: float = 0) -> tuple[float, float]:
    """A place of the map by pixels from its middle."""
    box = look.page.locator("canvas").bounding_box()
    return box["x"] + box["width"] / 2 + east, box["y"] + box["height"] / 2 - north


def rested(look: Look) -> None:
    """Wait until nothing is asked of the server, and the map shows what it said."""
    expect(look.page.locator("#whatif-scenario")).to_be_enabled()
    expect(look.page.locator('.whatif-effect[aria-busy="true"]')).to_have_count(0)
    look.idle()


def answered(look: Look) -> None:
    """Wait until the draft has been answered as it is now."""
    look.page.locator('.whatif-effect[aria-busy="false"]').wait_for()
    expect(look.page.locator(".whatif-draft button.primary")).to_be_enabled()
    look.idle()


def numbers(look: Look) -> list[str]:
    """The figures of what is answered now."""
    look.page.locator('.whatif-effect[aria-busy="false"]').wait_for()
    return [str(one) for one in look.page.locator(NUMBERS).all_inner_texts()]


def choices(look: Look) -> Any:
    """What was found where one pointed, to choose from."""
    look.page.locator(".whatif-choices input").first.wait_for()
    rested(look)
    return look.page.locator(".whatif-choices label")


def written(persons: float) -> str:
    return "unter 1" if 0 < persons < 0.5 else f"{persons:.0f}"


def shop(look: Look) -> None:
    """A food shop in the middle of the map, as a draft."""
    look.page.locator("#tool-open").click()
    look.page.mouse.click(*middle(look))
    answered(look)


def kept(look: Look, n: int) -> None:
    expect(look.page.locator(".whatif-edits li")).to_have_count(n)
    rested(look)


def keep(look: Look, n: int) -> None:
    look.page.locator(".whatif-draft button.primary").click()
    kept(look, n)


def put(look: Look, text: str) -> None:
    """Set the measure in hand by what one types."""
    if not look.page.locator(".whatif-place[open]").count():
        look.page.locator(".whatif-place summary").click()
    look.page.locator("#whatif-at").fill(text)
    look.page.locator("#whatif-at").press("Enter")  # the server is asked for the place; the caller waits


def scenario(look: Look) -> str:
    return str(look.page.locator("#whatif-scenario").input_value())


def test_the_static_site_offers_no_what_if(look: Look) -> None:
    page = look.open("#chapter=whatif")
    expect(page.locator("#chapter-explore")).to_have_count(1)
    assert page.locator("#chapter-whatif").count() == 0
    assert page.locator(".whatif").count() == 0 and not [one for one in look.requests if "/api" in one]


def test_a_shop_is_put_dragged_kept_and_the_numbers_are_the_servers(office: Look, server: Served) -> None:
    page = office.page
    shop(office)
    first, under_way, most = numbers(office), 0, 0

    def passed_on(route: Any) -> None:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        answer = route.fetch()
        under_way -= 1
        route.fulfill(response=answer)

    page.route("**/preview", passed_on)
    page.mouse.move(*middle(office))
    page.mouse.down()
    for step in range(12):
        page.mouse.move(*middle(office, east=12 * step, north=6 * step))
    page.mouse.up()
    answered(office)
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
    expect(office.page.locator("#tool-open")).to_have_attribute("aria-pressed", "true")
    office.page.locator("#results").focus()
    office.page.keyboard.press("Escape")
    office.page.locator(".whatif-draft").wait_for(state="detached")


def test_a_park_is_drawn_shaped_and_its_entrances_chosen(office: Look, server: Served) -> None:
    page = office.page
    page.locator("#tool-park").click()
    page.mouse.click(*middle(office, east=60))
    answered(office)
    area = page.get_by_label("Fläche in m²")
    expect(area).to_have_value("10000")
    area.fill("16000")
    area.press("Tab")
    answered(office)
    page.get_by_label("Ecke 2").uncheck()
    answered(office)
    office.picture("whatif-park")
    keep(office, 1)
    park = server.ask(f"/scenarios/{scenario(office)}")["edits"][0]
    assert len(park["outline"]) == 4 and len(park["entrances"]) == 3
    says(page.locator(".whatif-edits"), "16.000 m²")


def test_what_is_there_can_be_closed_and_moved(office: Look, server: Served) -> None:
    page = office.page
    shop(office)
    keep(office, 1)
    page.locator("#tool-remove").click()
    page.mouse.click(*middle(office))
    says(choices(office).first, "Lebensmittelmarkt")
    answered(office)
    page.locator("#tool-move").click()
    expect(page.locator(".whatif-choices")).to_have_count(0)
    page.mouse.click(*middle(office))
    choices(office)
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
    says(page.locator("#whatif-draft"), "Maßnahme 1 ändern")
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
    rested(office)
    says(page.locator(".whatif-bill"), "1 Maßnahme ist darin nicht enthalten", "bitte örtlich prüfen")
    office.picture("whatif-bill")
    assert office.complaints == []


def test_the_usable_area_of_a_green_is_changed(office: Look, server: Served, small_town: Any) -> None:
    page = office.page
    greens = gpd.read_file(small_town.public / "map" / "data" / "greens.geojson")
    inside = greens.to_crs("EPSG:25832").geometry.iloc[0].representative_point()
    page.locator("#tool-capacity").click()
    put(office, f"{inside.x:.1f} {inside.y:.1f}")
    choices(office)
    page.get_by_label("Nutzbare Fläche in m²").fill("65432")
    answered(office)
    keep(office, 1)
    (edit,) = server.ask(f"/scenarios/{scenario(office)}")["edits"]
    assert edit == {"kind": "capacity_changed", "green_id": edit["green_id"], "area_m2": 65432}
    says(page.locator(".whatif-edits"), "65.430 m²")


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
    expect(page.locator("#whatif-said")).to_contain_text("Diese Maßnahme")
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
    (edit,) = server.ask(f"/scenarios/{scenario(office)}")["edits"]
    assert edit["residents"] == 250 and abs(edit["x_m"] - server.home["x_m"]) < 30


def test_scenarios_are_named_copied_compared_saved_and_opened(office: Look, tmp_path: Any) -> None:
    page = office.page
    shop(office)
    keep(office, 1)
    page.locator(".whatif-more summary").click()
    page.get_by_role("button", name="Umbenennen").click()
    page.locator("#whatif-name").fill("Markt in der Mitte")
    page.locator("#whatif-name").press("Enter")
    chosen = page.locator("#whatif-scenario option:checked")
    expect(chosen).to_contain_text("Markt in der Mitte")
    expect(page.locator("#whatif-name")).to_have_count(0)
    page.get_by_role("button", name="Kopieren", exact=True).click()
    page.locator("#whatif-name").press("Enter")
    expect(chosen).to_contain_text("(Kopie)")
    rested(office)
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
    page.locator(".whatif-pair select").nth(1).select_option(label="Markt in der Mitte")
    page.locator(".whatif-table").first.wait_for()
    office.picture("whatif-compare")
    page.get_by_role("button", name="Vergleich schließen").click()
    page.locator("#whatif-import").set_input_files(file)
    expect(chosen).to_have_text(re.compile(rf"^{re.escape(file.stem)}.*\(2 Maßnahmen\)$"))
    rested(office)
    page.get_by_role("button", name="Löschen", exact=True).click()
    page.get_by_role("button", name="Endgültig löschen").click()
    page.get_by_role("button", name="Endgültig löschen").wait_for(state="detached")
    rested(office)
    (tmp_path / "wrong.json").write_text("[1, 2", encoding="utf-8")
    page.locator("#whatif-import").set_input_files(tmp_path / "wrong.json")
    page.locator(".whatif-wrong", has_text="keine Datei mit Maßnahmen").wait_for()


def test_a_link_opens_the_scenario(office: Look, chromium: Any, server: Served) -> None:
    shop(office)
    keep(office, 1)
    chosen = scenario(office)
    expect(office.page).to_have_url(re.compile(f"scenario={chosen}"))
    address = office.page.evaluate("location.href")
    other = chromium.new_context(locale="de-DE")
    page = Look(other.new_page(), server.base).page
    page.goto(server.start)
    page.goto("about:blank")
    page.goto(address)
    page.locator(".whatif-edits li").wait_for()
    expect(page.locator("#whatif-scenario")).to_have_value(chosen)
    other.close()


def test_what_does_not_work_is_told_in_words_and_nothing_is_lost(office: Look, server: Served) -> None:
    page = office.page
    page.locator("#tool-open").click()
    put(office, "0 0")
    page.locator(".whatif-wrong", has_text="außerhalb der Daten").wait_for()
    put(office, "irgendwo")
    says(page.locator(".whatif-place"), "nicht zu verstehen")
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
    answered(office)
    left = draft_of(office)["points"]
    page.mouse.move(*middle(office, east=-60))
    page.mouse.move(*middle(office, east=-80, north=30))
    page.wait_for_timeout(100)
    answered(office)
    assert draft_of(office)["points"] == left


def test_a_measure_put_away_while_the_server_is_asked_stays_away(office: Look) -> None:
    page = office.page
    waiting: list[Any] = []
    page.route("**/around?*", lambda route: waiting.append(route))
    page.locator("#tool-remove").click()
    page.mouse.click(*middle(office))
    office.until(lambda: len(waiting) == 1)
    page.locator("#tool-park").click()
    expect(page.locator("#tool-park")).to_have_attribute("aria-pressed", "true")
    waiting[0].continue_()
    rested(office)
    expect(page.locator("#tool-park")).to_have_attribute("aria-pressed", "true")
    assert draft_of(office)["tool"] == "park" and draft_of(office)["points"] == []
    assert page.locator(".whatif-wrong").count() == 0


def test_escape_in_a_dialog_leaves_the_measure_in_hand(office: Look) -> None:
    shop(office)
    office.page.get_by_role("button", name="Fehler melden").click()
    office.page.locator("dialog[open] button").first.focus()
    office.page.keyboard.press("Escape")
    office.page.locator("dialog[open]").wait_for(state="detached")
    office.page.wait_for_timeout(100)
    expect(office.page.locator(".whatif-draft")).to_have_count(1)


def test_a_link_to_no_scenario_is_told_and_unfinished_work_stays_with_its_own(office: Look, server: Served) -> None:
    page = office.page
    shop(office)
    mine, other = scenario(office), server.ask("/scenarios", {"name": "Anderes"})["id"]
    office.open(f"{server.view()}&scenario={other}")
    expect(page.locator("#whatif-scenario")).to_have_value(other)
    rested(office)
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
    expect(page.locator("#whatif-scenario")).not_to_have_value(before)
    answered(office)


def test_what_a_page_says_of_data_and_embedding_is_true_of_its_server(office: Look, server: Served) -> None:
    page = office.page
    office.turn_to("#chapter=about&language=de")
    says(page.locator("#results"), "Ein Cookie hält die Anmeldung")
    quarter = next(one["quarter_id"] for one in server.ask("/whatif")["quarters"])
    office.turn_to(f"#chapter=street&language=de&street=quarters/{quarter}")
    says(page.locator(".street"), "m zu Fuß, etwa")  # a real run holds the pace of an adult
    page.locator(".street-actions").wait_for()
    assert "einbetten" not in page.locator(".street-actions").inner_text()


@pytest.mark.parametrize("width", [1280, 390])
def test_no_view_of_it_has_barriers_and_both_languages_work(
    server: Served, look_at: Callable[..., Look], width: int
) -> None:
    look = look_at(server.base, width, 800)
    server.let_in(look.page)
    server.ask("/scenarios", {"name": f"Zum Vergleich, {width}"})
    made = server.ask("/scenarios", {"name": "Größerer Park hinter dem Bahnhof " * 3})
    look.open(f"{server.view()}&scenario={made['id']}")
    page = look.page
    expect(page.locator("#whatif-scenario")).to_have_value(made["id"])
    rested(look)
    if width < 1000:  # the phone by night
        look.by_night()
    page.locator("#tool-park").click()
    put(look, server.metres(east=60))
    answered(look)
    look.picture(f"whatif-{width}")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("button", name="English").click()
    says(page.locator(".whatif-effect"), "What this measure changes")
    keep(look, 1)
    page.locator(".whatif-more summary").click()
    page.get_by_role("button", name="Compare scenarios").click()
    page.locator(".whatif-table").first.wait_for()
    assert violations(page) == []


def test_outside_the_office_answers_are_rounded_and_scenarios_stay_in_the_browser(
    small_town: Any, server: Served, look_at: Callable[..., Look], tmp_path: Any
) -> None:
    with serving(small_town.study, "--public", "--what-if") as start:
        look = look_at(start)
        page = look.open(server.view())
        page.locator("#tool-open").wait_for()
        look.idle()
        assert page.locator("#tool-remove").count() == 0
        shop(look)
        look.picture("whatif-public")
        says(page.locator(".whatif-effect"), "kleine Zahlen werden nicht genannt")
        assert all(re.fullmatch(r"rund \d*0|weniger als \d+", one) for one in numbers(look))
        keep(look, 1)
        page.reload()
        look.idle()
        kept(look, 1)
        page.get_by_role("button", name="Rückgängig").click()
        kept(look, 0)
        _held_back(look, tmp_path)
        look.turn_to("#chapter=about&language=de")
        says(page.locator("#results"), "Ihre Szenarien")


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
    answered(look)
    keep(look, 1)
    page.locator(".whatif-more summary").click()
    copy = page.get_by_role("button", name="Kopieren", exact=True)
    copy.wait_for()
    assert page.get_by_role("button", name="Link kopieren").count() == 0
    copy.click()
    page.locator("#whatif-name").press("Enter")
    expect(page.locator("#whatif-scenario option")).to_have_count(2)
    rested(look)
    with page.expect_download() as sheet:
        page.get_by_role("button", name="Wirkung als CSV").click()
    sheet.value.save_as(tmp_path / "sheet.csv")
    assert "Altstadt;weniger als 3;0;;" in (tmp_path / "sheet.csv").read_text(encoding="utf-8-sig")
    page.get_by_role("button", name="Szenarien vergleichen").click()
    page.locator(".whatif-table").nth(1).wait_for()
    expect(page.locator(".whatif-table tbody tr")).to_have_count(3)
    rows = [
        [one.strip() for one in row.split("\t")] for row in page.locator(".whatif-table tbody tr").all_inner_texts()
    ]
    assert rows[0][1:] == rows[2][1:] == ["weniger als 3", "weniger als 3", ""]
    page.get_by_role("button", name="Vergleich schließen").click()
    bad = {"format": "nahraum-edits", "format_version": 1, "crs": "OGC:CRS84"}
    edit = {"kind": "residents_added", "residents": 10, "x_m": 8.0, "y_m": 50.0}
    for edits, words in (([None], "keine Datei mit Maßnahmen"), ([edit] * 21, "so viele Maßnahmen")):
        (tmp_path / "bad.json").write_text(json.dumps(bad | {"edits": edits}), encoding="utf-8")
        page.locator("#whatif-import").set_input_files(tmp_path / "bad.json")
        page.locator(".whatif-wrong", has_text=words).wait_for()
        rested(look)
        expect(page.locator("#whatif-scenario option")).to_have_count(2)
