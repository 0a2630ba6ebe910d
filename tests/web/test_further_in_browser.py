"""Further indicators on the map: chosen by keyboard, told with unit and status, closed until somebody asks."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
from browser import Look, expect, says, violations
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
    expect(page.locator('#indicator optgroup[label="Wohnkosten"]')).to_have_count(1)
    look.tab_to("e.id === 'indicator'")

    def typed() -> bool:  # a list forgets after a second what was typed, and a word may take longer
        page.keyboard.type("Nettokalt")
        there = page.locator('.map-canvas[data-theme="indicator:net_cold_rent_eur_m2"]').count() == 1
        return there or page.wait_for_timeout(1500) is not None

    look.until(typed)
    says(page.locator(".legend"), "€/m²", "keine Angabe")


def test_a_share_of_dwellings_is_not_called_one_of_residents_and_has_the_neutral_colours(page_of: Any) -> None:
    _, page = page_of("#theme=indicator:owner_occupied_share")
    legend = page.locator(".legend")
    expect(legend.locator(".legend-unit")).to_have_text("Anteil")
    expect(legend.locator(".swatch").nth(4)).to_have_attribute("style", re.compile("#1c5a57"))


def test_classes_are_told_by_their_letters(page_of: Any) -> None:
    _, page = page_of("#theme=indicator:transit_class_are")
    for at, told in enumerate(["A", "B", "C", "D", "keine Klasse"]):
        expect(page.locator(".legend tbody th").nth(at)).to_have_text(told)


def test_an_indicator_of_cells_only_says_so_where_quarters_are_shown(page_of: Any) -> None:
    _, page = page_of("#theme=indicator:transit_class_are&level=quarters")
    says(page.locator(".legend"), "gibt es nur für Gitterzellen")


def test_the_themes_of_the_panel_open_and_tell_values_with_status(page_of: Any) -> None:
    look, page = page_of(CELL)
    themes = page.locator(".further-themes > details")
    expect(themes).to_have_count(3)
    assert themes.locator(".value").count() == 0
    look.tab_to("e.closest('[data-theme=affordability]') !== null", limit=200)
    page.keyboard.press("Enter")
    page.locator("[data-theme=affordability] .value").first.wait_for()
    text = says(page.locator("[data-theme=affordability]"), "Nettokaltmiete")
    assert "unsicher" in text or "keine Angabe" in text
    assert violations(page, ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]) == []
    page.get_by_role("button", name="English").click()
    says(page.locator("[data-theme=affordability] summary").first, "1 indicator")
