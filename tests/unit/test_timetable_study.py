"""The timetable in a study: the section, what `nahraum check` says, what makes its stage stale."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from nahraum.errors import InputError, StudyError
from nahraum.parameters import Parameters
from nahraum.sources.gtfs import Timetable
from nahraum.sources.load import load_timetable, provenance_of
from nahraum.study import SourceSpec, read_study
from nahraum.workflow.chain import _settings
from nahraum.workflow.placing import _complete
from nahraum.workflow.timetable_lines import timetable_document, timetable_lines
from tiny_gtfs import tables, written
from tiny_transit import both_ways, timetable

BOX = (7.0, 49.0, 9.0, 51.0)
TABLE = timetable({"gtfs:a": (8.0, 50.0)}, both_ways("gtfs:a", 1))


def spec(folder: Path, **options: object) -> SourceSpec:
    return SourceSpec("timetable", "gtfs", (written(folder, tables()),), options)


def load(folder: Path, **options: object) -> Timetable:
    near = date(2026, 6, 30)
    return load_timetable(spec(folder, **options), parameters=Parameters(), near=near, extent=BOX)


def test_the_day_may_be_a_date_or_its_text(tmp_path):
    assert load(tmp_path).feeds["working_day"][0] == "2026-06-30"
    assert load(tmp_path, day=date(2026, 9, 15)).feeds["working_day"][0] == "2026-09-15"
    assert load(tmp_path, day="2026-09-15").feeds["working_day"][0] == "2026-09-15"
    with pytest.raises(InputError, match="is no date"):
        load(tmp_path, day="next Tuesday")


def test_the_scale_of_a_timetable_is_its_stops(tmp_path):
    (source,) = provenance_of(spec(tmp_path, attribution="Stadtwerke"))
    assert (source.scale, source.attribution) == ("stops", "Stadtwerke")


def study(folder: Path, lines: str = ""):
    written(folder, tables())
    for name in ("a.osm.pbf", "census.zip"):
        (folder / name).write_bytes(b"")
    text = f"""
[study]
name = "A"
reference_date = 2026-06-30
[sources.osm]
file = "a.osm.pbf"
[sources.population]
file = "census.zip"
[sources.timetable]
file = "feed.zip"
{lines}
"""
    (folder / "study.toml").write_text(text, encoding="utf-8")
    return read_study(folder / "study.toml")


def test_complete_is_true_or_false(tmp_path):
    assert _complete(study(tmp_path)) is False
    assert _complete(study(tmp_path, "complete = true")) is True
    with pytest.raises(StudyError, match="complete = 'yes'"):
        _complete(study(tmp_path, 'complete = "yes"'))
    with pytest.raises(StudyError, match="did you mean 'complete'"):
        study(tmp_path, "complet = true")


def test_another_reference_date_reads_the_timetable_again(tmp_path):
    """Typical days lie near the reference date, so it is part of what was read."""
    first = study(tmp_path)
    later = replace(first, reference_date=date(2026, 10, 1))
    assert _settings(first)["timetable"] != _settings(later)["timetable"]
    assert _settings(first)["osm"] == _settings(later)["osm"]


def test_check_tells_period_days_and_sizes():
    told = timetable_lines(TABLE, date(2026, 6, 30), "de")
    assert told == [
        "feed.zip: gültig 2026-01-01 bis 2026-12-31; der Stichtag 2026-06-30 liegt darin",
        "gezählt: Werktag 2026-06-30 (9 Fahrten), Samstag 2026-06-27 (5 Fahrten), Sonntag 2026-06-28 (5 Fahrten)",
        "2 Masten und Stationen, 1 Linien, 9 Fahrten, 18 Halte",
        "im Ausschnitt 1 Haltestellen mit Abfahrten",
    ]


def test_check_warns_of_a_timetable_of_another_time_and_of_missing_weekends():
    old = replace(TABLE, feeds=TABLE.feeds.assign(last_day="2026-06-29", sunday=""))
    told = timetable_lines(old, date(2026, 6, 30), "en")
    assert told[0].endswith("the reference date 2026-06-30 does NOT lie in it")
    assert told[1].endswith("Sunday none")
    document = timetable_document(old, date(2026, 6, 30))
    assert document["feeds"][0]["covers_reference_date"] is False
    assert document["stops_with_departures"] == 1
