"""What a planner reads is in one language, names what it means, and offers what was meant."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest
import shapely
from publish_bundle import make_bundle, make_study
from test_report_county import county

from nahraum.errors import InputError
from nahraum.index.explain import _offered
from nahraum.indicators.catalogue import entry, parameters_of, read_catalogue, spoken
from nahraum.parameters import Parameters
from nahraum.provenance import NOT_STATED
from nahraum.publish import labels
from nahraum.publish.report.tables import parameters as parameter_table
from nahraum.publish.report.words import Words, texts
from nahraum.publish.wording import scale_text, source_text, stated, unit_text
from nahraum.publish.workbook import write_workbook
from nahraum.workflow.publication import _placed

UTM = "EPSG:25832"
ENGLISH = (" the ", " and ", " of ", " below ", " within ", " never ", " which ")


def sheet(book: openpyxl.Workbook, name: str) -> list[tuple]:
    return list(book[name].iter_rows(values_only=True))


@pytest.fixture(scope="module")
def book(tmp_path_factory) -> openpyxl.Workbook:
    folder = tmp_path_factory.mktemp("book")
    return openpyxl.load_workbook(write_workbook(county(), Path(folder)))


def test_the_workbook_of_a_county_begins_with_the_comparison_of_its_report(book):
    assert book.sheetnames[:2] == ["Lies mich", "Vergleich"]
    heads, ids, *rows = sheet(book, "Vergleich")
    assert len(heads) <= 20 and [row[1] for row in rows] == ["Adorf", "Bheim", "Cstadt"]
    assert heads[ids.index("rank")] == "Rang unter vergleichbaren Gemeinden (1: höchster Anteil)"
    assert heads[ids.index("type")] == "Gemeindetyp"


def test_no_heading_of_municipalities_speaks_of_quarters(book):
    heads = [str(head) for head in sheet(book, "Gemeinden")[0]]
    assert not any("Quartier" in head for head in heads)


def test_what_is_held_back_is_counted_and_not_listed_by_english_ids(book):
    for name in book.sheetnames[1:]:
        heads, ids, *rows = sheet(book, name)
        if "suppressed" in ids:
            assert heads[ids.index("suppressed")] == "Zahl der geheim gehaltenen Werte"
            told = [row[ids.index("suppressed")] for row in rows]
            assert all(one is None or one == "alle" or isinstance(one, int | float) for one in told), name


def test_codes_and_truth_values_are_words_in_the_german_workbook(book):
    cells = [str(cell) for name in book.sheetnames for row in sheet(book, name) for cell in row if cell is not None]
    assert not {"True", "False", "complete", "proposal", "none", NOT_STATED, "floor_area"} & set(cells)
    assert not any(cell.startswith("living_space?") for cell in cells)


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("combination", "living_space?+green", "Wohnraum? + Grün"),
        ("combination", "none", "keine"),
        ("reason", "complete", "ausreichend erfasst"),
        ("evidence", "proposal", "Vorschlag"),
        ("reason", "something_new", "something_new"),
    ],
)
def test_a_code_is_told_in_words(column, value, said):
    assert labels.value_text(column, value, "de") == said


def test_sources_and_scales_are_told_in_the_readers_language():
    assert [scale_text(one, "de") for one in ("stops", "single objects", "100 m cell", NOT_STATED)] == [
        "Haltestellen", "einzelne Objekte", "100-m-Zelle", "nicht angegeben"
    ]  # fmt: skip
    assert scale_text("stops", "en") == "stops" and stated(NOT_STATED, "en") == NOT_STATED
    assert unit_text("m on foot", "de") == "m zu Fuß" and source_text("GTFS", "de") == "GTFS"


def test_the_table_of_assumptions_has_no_english_sentence_in_the_german_report():
    bundle = make_bundle()
    rows = parameter_table(bundle, bundle.study.parameters().values_by_id(), Words("de"))["rows"]
    assert len(rows) > 15
    assert [row for row in rows if any(word in f" {row[0]} {row[2]} " for word in ENGLISH)] == []


def test_every_unit_that_explain_prints_has_german_words():
    known = Parameters()
    units = {one.unit for item in read_catalogue() for one in parameters_of(item, known)}
    assert [unit for unit in units if any(word in f" {unit_text(unit, 'de')} " for word in ENGLISH)] == []


def test_limits_of_the_report_do_not_deny_its_chapters():
    assert any("siehe „Weitere Indikatoren“, Personengruppen" in line for line in texts("de")["limits"])
    assert not any("nicht berücksichtigt" in line or "not considered" in line
                   for language in ("de", "en") for line in texts(language)["limits"])  # fmt: skip


def test_groups_of_walkers_tell_their_minutes_and_their_speed_from_the_parameters():
    item = entry("services_in_time_older_person")
    assert spoken(item, Parameters()).label_de == "Angebote in 12,5 Minuten erreichbar: ältere Menschen (3,6 km/h)"
    changed = Parameters({"walking_profiles.older_person.speed_km_h": 3.0, "supply.maximum_distance_m": 800.0})
    told = spoken(item, changed)
    assert told.label_de == "Angebote in 10 Minuten erreichbar: ältere Menschen (3 km/h)"
    assert told.label_en == "services within 10 minutes: older people (3 km/h)"
    assert "mit 3 km/h" in told.formula_de and "at 3 km/h" in told.formula_en
    assert spoken(entry("green_distance_m"), changed) == entry("green_distance_m")


def test_the_labels_of_walkers_as_shipped_are_those_of_the_shipped_parameters():
    walkers = [item for item in read_catalogue() if item.theme == "walkers"]
    assert walkers and all(spoken(item, Parameters()) == item for item in walkers)


def test_step_free_ways_do_not_promise_a_wheelchair_what_nobody_checked():
    told = entry("step_free_share_300m")
    assert "Bordsteine nicht geprüft" in told.sentence_de and "kerbs not checked" in told.sentence_en


def test_quarters_that_begin_so_are_offered_and_no_others():
    ids, names = ["1", "2", "3"], ["Altstadt (Adorf)", "Altstadt (Bheim)", "Hafen"]
    assert _offered("altstadt", ids, names) == "near it: 1 Altstadt (Adorf); 2 Altstadt (Bheim)"
    assert _offered("Haven", ids, names) == "near it: 3 Hafen"
    many = [f"Q{at}" for at in range(30)]
    assert _offered("xyz", many, many).endswith("; and 20 more")


@pytest.mark.parametrize(("asked", "offered"), [("gruen", "green_distance_m"), ("grün", "green_m2_per_resident"),
                                                ("Apoteke", "pharmacy_distance_m")])  # fmt: skip
def test_an_indicator_is_offered_by_its_german_label_too(asked, offered):
    with pytest.raises(InputError) as told:
        entry(asked)
    assert "did you mean" in told.value.fix and ("(" in told.value.fix)
    assert offered in told.value.fix or "Grün" in told.value.fix


def test_the_english_workbook_stays_english(tmp_path):
    english = make_bundle(study=replace(make_study(), language="en"))
    made = openpyxl.load_workbook(write_workbook(english, tmp_path))
    assert made.sheetnames[0] == "Read me" and "comparison" not in made.sheetnames


def test_a_place_is_told_with_what_a_correction_of_it_must_say():
    square = gpd.GeoDataFrame(
        {"municipality_id": ["05999001"], "name": ["Adorf"]}, geometry=[shapely.box(4e5, 54e5, 41e4, 541e4)], crs=UTM
    )
    area = SimpleNamespace(crs=UTM, municipalities=square)
    places = pd.DataFrame({"facility_id": ["a", "b"], "x_m": [401_000.0, 450_000.0], "y_m": [5_401_000.0, 5_401_000.0]})
    told = _placed(places, area)
    assert told["municipality"].tolist() == ["Adorf", ""]
    assert told["lon"].between(7, 9).all() and told["lat"].between(48, 49).all()
    assert "municipality" not in _placed(places, SimpleNamespace(crs=UTM, municipalities=None))
