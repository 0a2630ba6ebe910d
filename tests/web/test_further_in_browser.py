"""Further indicators on the map: chosen by keyboard, told with unit and status, closed until somebody asks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
from browser import Look
from fake_bundle import make_bundle

from nahraum.publish.mapsite import write_map

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
CELL = "#select=cells/CRS3035RES100mN3137800E4138100"


def _with_further(cells: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    step = np.arange(len(cells)) % 5
    rent = np.where(step == 0, np.nan, 6.0 + step)
    return cells.assign(
        net_cold_rent_eur_m2=rent,
        net_cold_rent_eur_m2_status=np.where(step == 0, "missing", "unreliable").astype(object),
        owner_occupied_share=step / 4,
        owner_occupied_share_status="ok",
        transit_class_are=1.0 + step,
        transit_class_are_status="ok",
    )


@pytest.fixture
def page_of(
    look_at: Callable[..., Look], serve: Callable[[Path], str], tmp_path: Path
) -> Callable[..., tuple[Look, Any]]:
    def start(view: str = "") -> tuple[Look, Any]:
        write_map(make_bundle(_with_further), tmp_path)
        look = look_at(serve(tmp_path / "map"))
        return look, look.open(view)

    return start


def test_a_further_indicator_is_chosen_by_keyboard_and_its_legend_tells_the_unit(page_of: Any) -> None:
    look, page = page_of()
    assert "Wohnkosten" in page.locator("#indicator optgroup").evaluate_all("all => all.map(e => e.label)")
    look.tab_to("e.id === 'indicator'")
    page.keyboard.type("Nettokalt")
    look.until(lambda: page.locator(".map-canvas").get_attribute("data-theme") == "indicator:net_cold_rent_eur_m2")
    legend = page.locator(".legend").inner_text()
    assert "€/m²" in legend and "keine Angabe" in legend


def test_a_share_of_dwellings_is_not_called_one_of_residents_and_has_the_neutral_colours(page_of: Any) -> None:
    _, page = page_of("#theme=indicator:owner_occupied_share")
    legend = page.locator(".legend")
    told = legend.locator(".legend-unit").inner_text()
    assert told == "Anteil"
    assert "#1c5a57" in str(legend.locator(".swatch").nth(4).get_attribute("style"))


def test_classes_are_told_by_their_letters(page_of: Any) -> None:
    _, page = page_of("#theme=indicator:transit_class_are")
    rows = [text.strip() for text in page.locator(".legend tbody th").all_inner_texts()]
    assert rows[:5] == ["A", "B", "C", "D", "keine Klasse"]


def test_an_indicator_of_cells_only_says_so_where_quarters_are_shown(page_of: Any) -> None:
    _, page = page_of("#theme=indicator:transit_class_are&level=quarters")
    assert "gibt es nur für Gitterzellen" in page.locator(".legend").inner_text()


def test_the_themes_of_the_panel_open_and_tell_values_with_status(page_of: Any) -> None:
    from axe_playwright_python.sync_playwright import Axe

    look, page = page_of(CELL)
    themes = page.locator(".further-themes > details")
    assert themes.count() == 3 and themes.locator(".value").count() == 0
    look.tab_to("e.closest('[data-theme=affordability]') !== null", limit=200)
    page.keyboard.press("Enter")
    page.locator("[data-theme=affordability] .value").wait_for()
    text = page.locator("[data-theme=affordability]").inner_text()
    assert "Nettokaltmiete" in text and ("unsicher" in text or "keine Angabe" in text)
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}).response
    assert [(item["id"], item["nodes"][0]["html"][:120]) for item in found["violations"]] == []
    page.get_by_role("button", name="English").click()
    assert "1 indicator" in page.locator("[data-theme=affordability] summary").first.inner_text()
