"""The map as a person uses it: mouse, keyboard alone, phone, two languages, no other server."""

from __future__ import annotations

import io
import itertools
import math
import re
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import pyproj
import pytest
from browser import Look, expect, says, violations
from fake_bundle import make_bundle
from PIL import Image

from nahraum.publish.mapsite import write_map

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
CELL = "CRS3035RES100mN3137800E4138100"
SMALL = "CRS3035RES100mN3137000E4137600"
VIEWS = {
    "overview": "#tab=overview",
    "quarters": "#tab=quarters&level=quarters&theme=lacks:supply",
    "locations": "#tab=locations",
    "combinations": "#tab=combinations&theme=indicator:floor_area_m2_per_resident",
    "data": "#tab=quality",
    "why-cell": f"#select=cells/{CELL}",
    "why-small-cell": f"#select=cells/{SMALL}",
    "why-quarter": "#select=quarters/Q5&level=quarters",
    "why-location": "#select=locations/L2",
}


def _why(page: Any, *words: str) -> str:
    return says(page.locator(".why"), *words)


def test_the_map_draws_and_asks_no_other_server(look: Look) -> None:
    page = look.open()
    look.picture("start")
    assert [address for address in look.requests if not address.startswith((look.address, "data:"))] == []
    assert look.complaints == []
    says(page.locator(".map-attribution"), "OpenStreetMap")
    expect(page.locator(".map-attribution a", has_text="ODbL")).to_have_attribute("href", re.compile("^https://"))


def test_every_file_of_the_map_is_loaded_from_its_folder(look: Look) -> None:
    look.open()
    names = ("study.json", "cells.json", "quarters.json", "locations.json", "base.pmtiles")
    wanted = {f"{look.address}data/{name}" for name in names}
    look.until(lambda: wanted <= {address.split("#")[0] for address in look.requests})
    for part in ("noto-sans", "worker"):
        look.until(lambda part=part: any(part in address for address in look.requests))


def test_the_background_comes_by_pieces_from_a_server_that_knows_ranges_and_whole_from_one_that_does_not(
    chromium: Any, look: Look, site: str
) -> None:
    """`python -m http.server` (the site's) knows none; a route that does stands for other servers."""
    look.open()
    assert [one for one in look.requests if one.endswith("base.pmtiles")] == [f"{site}data/base.pmtiles"]
    with urllib.request.urlopen(f"{site}data/base.pmtiles") as answer:
        whole = answer.read()
    asked: list[str] = []

    def piece(route: Any) -> None:
        asked.append(route.request.headers["range"])
        first, last = (int(one) for one in asked[-1].removeprefix("bytes=").split("-"))
        part = whole[first : last + 1]
        span = f"bytes {first}-{first + len(part) - 1}/{len(whole)}"
        route.fulfill(status=206, body=part, headers={"Content-Range": span})

    with_ranges = Look(chromium.new_page(viewport={"width": 1280, "height": 800}, locale="de-DE"), site)
    with_ranges.page.route("**/base.pmtiles", piece)
    with_ranges.open()
    assert asked[0] == "bytes=0-16383" and len(asked) > 1
    assert with_ranges.complaints == []
    # the same map either way
    canvas, other = with_ranges.page.locator("canvas"), look.page.locator("canvas")
    look.until(lambda: canvas.screenshot() == other.screenshot())
    with_ranges.page.close()


def test_the_summary_says_how_many_people_lack_several_prerequisites(look: Look) -> None:
    page = look.open()
    says(page.locator(".headline"), "fehlen mindestens 2 der 4 Voraussetzungen", "13.736")


def test_choosing_another_theme_changes_map_and_legend(look: Look) -> None:
    page = look.open()
    before = page.locator("canvas").screenshot()
    page.get_by_role("radio", name="Wohnraum").check()
    look.idle()
    look.until(lambda: page.locator("canvas").screenshot() != before)
    says(page.locator(".legend h2"), "Wohnraum")
    says(page.locator(".legend"), "keine Angabe", "nicht veröffentlicht")


def _painted(page: Any, site: str, at: tuple[float, float], zoom: float) -> dict[str, list[tuple[int, int, int]]]:
    """Colours on the screen near the four corners of every cell: where they lie follows from the cell's id."""
    page.evaluate("() => document.querySelectorAll('.over, .map-buttons').forEach(one => { one.style.opacity = 0; })")
    picture = Image.open(io.BytesIO(page.locator("canvas").screenshot())).convert("RGB")
    to_world = pyproj.Transformer.from_crs("EPSG:3035", "EPSG:3857", always_xy=True)
    x0, y0 = pyproj.Transformer.from_crs("OGC:CRS84", "EPSG:3857", always_xy=True).transform(*at)
    metres = 2 * math.pi * 6_378_137 / (512 * 2**zoom)
    found: dict[str, list[tuple[int, int, int]]] = {}
    for name in page.request.get(f"{site}data/cells.json").json()["ids"]:
        north, east = (int(one) for one in re.findall(r"[NE](\d+)", name))
        for dx, dy in itertools.product((12, 88), repeat=2):
            x, y = to_world.transform(east + dx, north + dy)
            place = picture.width / 2 + (x - x0) / metres, picture.height / 2 - (y - y0) / metres
            if all(0 <= one < size for one, size in zip(place, picture.size, strict=True)):
                colour: Any = picture.getpixel((int(place[0]), int(place[1])))
                found.setdefault(name, []).append(colour)
    return found


def test_every_cell_has_its_colour_up_to_its_corners_also_after_another_theme(look: Look, site: str) -> None:
    """Places by pyproj from the ids, colours from the published columns; streets and greens lie over some corners."""
    study = look.page.request.get(f"{site}data/study.json").json()
    cells = look.page.request.get(f"{site}data/cells.json").json()
    west, south, east, north = study["bounds"]
    at = (west + east) / 2, (south + north) / 2
    page = look.open(f"#at={at[0]:.6f}/{at[1]:.6f}/14.6")
    classes, shades = study["palette"]["classes"], study["palette"]["sequential"]
    told = cells["columns"]["class"]
    by_class = {name: classes.get(told["values"][code]) for name, code in zip(cells["ids"], told["codes"], strict=True)}
    share = dict(zip(cells["ids"], cells["columns"]["lacks_green_share"], strict=True))
    by_share = {name: None if one is None else shades[min(4, int(one * 5))] for name, one in share.items()}
    for radio, expected in ((None, by_class), ("Grün", by_share)):
        if radio:
            page.get_by_role("radio", name=radio).check()
            look.idle()
        seen = {"right": 0, "other": 0, "covered": 0}
        for name, colours in _painted(page, site, at, 14.6).items():
            for colour in colours:
                near = [one for one in {*expected.values()} - {None} if _is_shining(colour, one)]
                if expected[name] is not None:
                    seen["right" if expected[name] in near else "other" if near else "covered"] += 1
        assert seen["right"] > 200 and seen["other"] == 0 and seen["right"] > 2 * seen["covered"], (radio, seen)


def _is_shining(seen: tuple[int, int, int], colour: str) -> bool:
    """Whether a colour of the legend lies over the paper of the map there."""
    paper, opacity = (0xF6, 0xF6, 0xF3), 0.78
    mixed = [opacity * int(colour[n : n + 2], 16) + (1 - opacity) * paper[n // 2] for n in (1, 3, 5)]
    return all(abs(one - other) <= 6 for one, other in zip(seen, mixed, strict=True))


def test_the_legend_of_an_indicator_names_its_unit_and_threshold(look: Look) -> None:
    page = look.open()
    page.locator(".choice select").select_option("indicator:floor_area_m2_per_resident")
    look.idle()
    says(page.locator(".legend"), "m² je Einwohner", "Schwelle 30")
    expect(page.locator(".map-canvas")).to_have_attribute("data-theme", "indicator:floor_area_m2_per_resident")


def test_a_click_on_a_cell_says_why(look: Look) -> None:
    north, east = (int(one) + 50 for one in re.findall(r"[NE](\d+)", CELL))
    lon, lat = pyproj.Transformer.from_crs("EPSG:3035", "OGC:CRS84", always_xy=True).transform(east, north)
    page = look.open(f"#at={lon:.5f}/{lat:.5f}/15")
    box = page.locator("canvas").bounding_box()
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(middle[0] + 5, middle[1] + 5)
    page.mouse.move(*middle)
    page.locator(".map-note").wait_for()
    page.mouse.down()
    page.mouse.up()
    page.locator(f'.why[data-subject="cells/{CELL}"]').wait_for()
    _why(page, "Schwelle: mindestens 30 m² je Einwohner", "Wohnraum", "Grün", "Internet-Angebot", "Nahversorgung")
    look.picture("click")


def test_the_reasons_name_values_thresholds_nearest_places_and_what_would_help(look: Look) -> None:
    page = look.open(VIEWS["why-cell"])
    _why(page, "660 m", "höchstens 500 m", "160 m zu viel")
    _why(page, "Praxis Dr. Groß", "1.300 m", "zu weit")
    _why(page, "Was würde es ändern?", "Am knappsten verfehlt: Lebensmittelmarkt")
    _why(page, "unbekannt")  # internet offer of this quarter
    green = page.locator('[data-prerequisite="green"]')
    green.locator("summary").click()
    says(green, "Formel", "Umweltatlas", "Grenzen", "Zugang innerhalb von 500 m")
    assert "green_standards.nahraum" not in says(green, "OpenStreetMap", "Maßstab: Adresse", "01.06.2025")


def test_a_cell_of_few_residents_shows_its_class_only(look: Look) -> None:
    text = _why(look.open(VIEWS["why-small-cell"]), "Weniger als 10 Einwohner")
    assert "m² je Einwohner" not in text and "Praxis" not in text


def test_a_quarter_is_found_and_explained_by_keyboard_alone(look: Look) -> None:
    page = look.open()
    page.keyboard.press("Tab")
    look.focus_is("e.className === 'skip'")
    page.keyboard.press("Enter")
    look.tab_to("e.getAttribute('role') === 'tab'")
    page.keyboard.press("ArrowRight")
    look.focus_is("e.textContent === 'Quartiere'")
    page.locator(".quarters tbody tr").first.wait_for()
    look.tab_to("e.closest('thead') !== null && e.textContent.includes('Grün')")
    page.keyboard.press("Enter")
    expect(page.locator("th[aria-sort=descending]")).to_have_text(re.compile("^\\s*Grün"), use_inner_text=True)
    look.tab_to("e.closest('[data-quarter=Q0]') !== null")
    page.keyboard.press("Enter")
    page.locator('.why[data-subject="quarters/Q0"]').wait_for()
    look.focus_is("e.tagName + e.textContent === 'H2Altstadt'")
    expect(page.locator("#chosen")).to_contain_text("Ausgewählt: Altstadt")
    look.idle()
    look.picture("keyboard")
    page.keyboard.press("Escape")
    look.focus_is("e.id === 'tab-quarters'")


def test_the_map_itself_answers_to_the_keyboard(look: Look) -> None:
    page = look.open()
    look.tab_to("e.tagName === 'CANVAS'")
    expect(page.locator(".map-hint")).to_be_visible()
    page.keyboard.press("+")
    look.idle()
    page.keyboard.press("Enter")
    page.locator('.why[data-subject^="cells/"]').wait_for()


def test_a_location_leads_from_the_list_to_the_map_and_to_its_quarters(look: Look) -> None:
    page = look.open(VIEWS["locations"])
    says(page.locator(".panel"), "Kleine Siedlungen")
    page.locator(".card", has_text="Großsiedlung").click()
    _why(page, "Internet-Angebot und Nahversorgung", "Löwen-Apotheke", "1.410")
    page.get_by_role("button", name="Straße der Jugend").click()
    page.locator('.why[data-subject="quarters/Q5"]').wait_for()


def test_the_language_changes_everywhere(look: Look) -> None:
    page = look.open(VIEWS["why-cell"])
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    _why(page, "What would change it?", "Full-range food shop", "1,160")
    assert "Es fehlen" not in page.locator("body").inner_text()
    look.picture("english")
    page.reload()
    look.idle()
    expect(page.locator("html")).to_have_attribute("lang", "en")


def test_axe_finds_nothing_in_any_view(look: Look) -> None:
    look.open()
    for name, view in VIEWS.items():
        page = look.turn_to(view)
        look.picture(name)
        assert (name, violations(page, ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"])) == (name, [])


@pytest.mark.parametrize(("width", "height"), [(390, 844), (1024, 768)])
def test_nothing_sticks_out_on_small_screens(look_at: Callable[..., Look], site: str, width: int, height: int) -> None:
    look = look_at(site, width, height)
    look.open()
    for name in ("overview", "quarters", "why-cell", "combinations", "data"):
        page = look.turn_to(VIEWS[name])
        page.evaluate("document.fonts.ready.then(() => null)")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        if width > 960:
            assert page.evaluate("document.documentElement.scrollHeight") <= height, name
        edges = "[...document.querySelectorAll('.panel-body > *')].map(e => e.getBoundingClientRect().right)"
        assert max(page.evaluate(edges)) <= width, name
        page.evaluate("document.querySelector('.panel').scrollIntoView()")
        look.picture(f"{width}-{name}")


def test_names_from_the_data_are_text_and_nothing_else(
    look_at: Callable[..., Look], serve: Callable[[Path], str], tmp_path: Path
) -> None:
    hostile = '<img src=x onerror="document.title=1"><b>fett</b>'

    def rename(cells: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
        return cells.assign(gp_nearest_name=hostile)

    write_map(make_bundle(rename), tmp_path)
    look = look_at(serve(tmp_path / "map"))
    page = look.open(VIEWS["why-cell"])
    _why(page, hostile)
    assert page.locator(".why img, .why td b").count() == 0
    assert look.complaints == []


def test_a_prerequisite_that_is_nowhere_known_is_named_in_the_summary(
    look_at: Callable[..., Look], serve: Callable[[Path], str], tmp_path: Path
) -> None:
    def without_internet(cells: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
        return cells.assign(lacks_internet_share=float("nan"), internet_offer_share=float("nan"))

    write_map(make_bundle(without_internet), tmp_path)
    page = look_at(serve(tmp_path / "map")).open()
    says(page.locator(".headline"), "Ob ein Internet-Angebot fehlt, ist unbekannt.")
    page.get_by_role("radio", name="Internet-Angebot").check()
    says(page.locator(".legend"), "keine Angabe")


def test_cells_near_the_edge_of_the_data_are_not_called_undecided(
    look_at: Callable[..., Look], serve: Callable[[Path], str], tmp_path: Path
) -> None:
    def cut(cells: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
        lacks = [name.removesuffix("_share") for name in cells if name.startswith("lacks_") and name.endswith("_share")]
        unknown = {f"{name}_share": float("nan") for name in lacks} | {f"{name}_status": "edge" for name in lacks}
        counted = {name: float("nan") for name in cells if name.startswith("several_")}
        return cells.assign(**unknown, **counted, **{"class": "undetermined"})

    write_map(make_bundle(cut), tmp_path)
    page = look_at(serve(tmp_path / "map")).open(VIEWS["why-cell"])
    says(page.locator(".legend"), "am Rand der Daten, nicht beurteilt")
    _why(page, "am Rand der Daten, nicht beurteilt")


def test_a_link_to_something_that_is_not_there_opens_the_summary(look: Look) -> None:
    page = look.open("#select=quarters/NOWHERE&tab=quality&theme=indicator:nothing")
    expect(page.locator(".headline")).to_be_visible()
    expect(page.locator(".map-canvas")).to_have_attribute("data-theme", "several")


def test_combinations_mark_what_is_unknown_and_leave_out_the_empty_ones(look: Look) -> None:
    page = look.open(VIEWS["combinations"])
    expect(page.locator("#tab-combinations")).to_be_in_viewport(ratio=1)  # the tab that is chosen is in sight
    table = page.locator(".combinations")
    says(table, "Grün; unbekannt: Internet-Angebot")
    says(table.locator(".dot.open").first, "?")
    assert 0 < table.locator("tbody tr").count() < 16
    assert "0" not in table.locator("tbody td:nth-child(2)").all_inner_texts()


def test_on_a_phone_the_controls_are_folded_at_first(look_at: Callable[..., Look], site: str) -> None:
    page = look_at(site, 390, 844).open()
    choice = page.get_by_role("radio", name="Wohnraum", include_hidden=True)
    expect(choice).to_be_hidden()
    page.get_by_text("Was die Karte zeigt").click()
    expect(choice).to_be_visible()


def test_without_its_data_the_page_says_what_is_wrong(
    look_at: Callable[..., Look], serve: Callable[[Path], str], tmp_path: Path
) -> None:
    write_map(make_bundle(), tmp_path)
    (tmp_path / "map" / "data" / "cells.json").unlink()
    look = look_at(serve(tmp_path / "map"))
    look.page.goto(look.address)
    alert = look.page.get_by_role("alert")
    says(alert, "konnten nicht gelesen werden", "http.server")
