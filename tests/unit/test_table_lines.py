"""What `nahraum check` says about tables of areas and census files."""

from types import SimpleNamespace

import pandas as pd
import pytest

from nahraum.sources import areatable, breitbandatlas
from nahraum.sources.areatable import AreaTable
from nahraum.tables import GridTable
from nahraum.workflow.table_lines import _WORDS, table_lines


def inputs(**given: object) -> SimpleNamespace:
    usual = {"grids": {}, "topics": {}, "statistics": {}, "municipalities": None, "counts": {}}
    return SimpleNamespace(**(usual | given))


def test_classes_that_a_census_file_lacks_are_said():
    grid = GridTable(100, pd.DataFrame(), ("RAUMANZAHL 4",))
    assert table_lines("topics.rooms", inputs(topics={"rooms": grid}), "de") == [
        "der Datei fehlen Klassen der Veröffentlichung: RAUMANZAHL 4"
    ]
    assert table_lines("dwellings", inputs(grids={"dwellings": GridTable(100, pd.DataFrame())}), "de") == []


def test_a_table_of_areas_says_how_many_and_what_was_done_to_it():
    table = AreaTable(pd.DataFrame(), {}, {"areas": 1542, "suppressed": 0, "without_id": 1})
    assert table_lines("statistics.x", inputs(statistics={"x": table}), "en") == [
        "1,542 areas",
        "1 rows without a key left out (totals, footnotes)",
    ]


def test_municipalities_say_what_was_repaired():
    given = inputs(municipalities=pd.DataFrame({"a": [1, 2]}), counts={"municipalities": {"repaired_geometries": 37}})
    assert table_lines("municipalities", given, "de") == ["2 Gemeinden", "37 ungültige Flächen repariert"]


@pytest.mark.parametrize("language", ["de", "en"])
def test_every_count_of_a_table_has_its_words(language):
    silent = {"rows", "not_asked_for"}  # how a long table is laid out is no news
    counted = {*areatable._COUNTED, "unpopulated", "above_100_percent"} - silent
    assert counted <= set(_WORDS[language])
    assert breitbandatlas.HIGHEST_PERCENT > 100
