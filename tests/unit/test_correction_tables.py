"""What leaves the office of a correction: what, why, when, and what became of it; who made it only if it says so."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

from nahraum.parameters import Parameters
from nahraum.publish import release
from nahraum.publish.report import corrections
from nahraum.publish.report.words import Words
from nahraum.study import SourceSpec
from nahraum.workflow.correction_tables import correction_document, correction_lines, published_corrections
from tiny_corrections import applied, extract, place, town


@pytest.fixture(scope="module")
def report(tmp_path_factory) -> pd.DataFrame:
    folder = tmp_path_factory.mktemp("town")
    rows = [
        {"action": "remove", "object": "facility", "osm_id": "n1", "reason": "geschlossen"},
        {"action": "remove", "object": "facility", "osm_id": "n9", "reason": "nie da gewesen"},
        {"action": "retag", "object": "facility", "osm_id": "n8", "new_name": "X"},
        {"action": "add", "object": "facility", "category": "Post", "name": "Post am Markt"} | place((50, 50)),
    ]
    return applied(extract(town(), folder), rows, folder)[1]


def study(**options: object) -> SimpleNamespace:
    spec = SourceSpec("corrections", "table", (Path("k.csv"),), options)
    return SimpleNamespace(source={"corrections": spec}.get)


def test_who_made_a_correction_is_published_only_where_the_study_says_so(report):
    table = published_corrections(report, study())
    assert not {"author", "row"} & set(table.columns)
    assert "A. Amt" not in table.to_csv() and "korrekturen.csv" not in table.to_csv()
    assert set(published_corrections(report, study(publish_author=True))["author"]) == {"A. Amt"}


def test_corrections_are_facts_about_places_and_leave_by_the_door(report):
    released = release(published_corrections(report, study()), "corrections", parameters=Parameters())
    assert len(released.frame) == len(report) and not released.hidden


def test_the_check_counts_corrections_and_names_those_that_were_not_applied(report):
    lines = correction_lines(report, "de")
    assert lines[0] == "2 angewandt, 1 stehen schon so in den Daten, 1 nicht angewandt"
    assert ["row 4" in lines[1], "row 3" in lines[2]] == [True, True] and "prüfen" in lines[1]
    assert correction_document(report)["counts"] == {"applied": 2, "adopted": 1, "conflict": 1}


def test_a_heading_that_nobody_reads_is_told_by_the_check(tmp_path):
    row = {"action": "remove", "object": "facility", "osm_id": "n1", "neu_name": "Tippfehler"}
    told = applied(extract(town(), tmp_path), [row], tmp_path)[1]
    assert correction_lines(told, "de")[1] == "Spalten, die nicht gelesen werden: korrekturen.csv: 'neu_name'"


def test_the_object_that_was_met_is_named_and_placed_although_the_row_gives_its_number_only(report):
    gone = report[report["target_id"] == "osm:n1"].iloc[0]
    assert (gone["name"], gone["category"]) == ("Edeka Müller", "food_full_range")
    assert [f"{gone['lon']:.5f}", f"{gone['lat']:.5f}"] == [f"{float(v):.5f}" for v in place((300.0, 30.0)).values()]


def test_the_report_lists_corrections_with_those_in_conflict_first(report):
    released = release(published_corrections(report, study()), "corrections", parameters=Parameters())
    (section,) = corrections.section(SimpleNamespace(table=lambda _: released), Words("de"))
    assert section["table"]["rows"][0][0] == "Einrichtung: ändern"
    assert ["Einrichtung Post am Markt: ergänzen", "ergänzt", "Begehung", "1. März 2026"] in [
        [cell.replace("\u00a0", " ") for cell in row] for row in section["table"]["rows"]
    ]
    assert "4 Korrekturen der Gemeinde vor: 2 angewandt" in section["lines"][0]
    assert corrections.section(SimpleNamespace(table=lambda _: None), Words("de")) == []


def test_a_long_list_is_cut_and_says_where_the_rest_is(report):
    frame = pd.concat([published_corrections(report, study())] * 20, ignore_index=True)
    many = replace(release(published_corrections(report, study()), "corrections", parameters=Parameters()), frame=frame)
    (section,) = corrections.section(SimpleNamespace(table=lambda _: many), Words("en"))
    assert len(section["table"]["rows"]) == corrections.SHOWN and "tables/corrections.csv" in section["lines"][1]
