"""Tables that a German Excel opens without a question, and that compute nothing by themselves."""

from __future__ import annotations

import csv
from pathlib import Path

import openpyxl
import pytest
from publish_bundle import make_bundle, make_quarters, make_study

from nahraum.publish.csvfiles import csv_text, write_csv_files
from nahraum.publish.values import number_text, safe_text
from nahraum.publish.workbook import write_workbook


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("public")
    write_csv_files(make_bundle(), folder)
    write_workbook(make_bundle(), folder)
    return folder / "tables"


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream, delimiter=";"))


def test_a_csv_begins_with_the_mark_that_excel_needs_for_umlauts(folder):
    data = (folder / "quarters.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    assert b"\r\n" in data
    assert "Süd & Hafen" in data.decode("utf-8-sig")


def test_numbers_have_a_decimal_comma_and_no_thousands_separator(folder):
    rows = read(folder / "quarters.csv")
    assert [row["residents"] for row in rows] == ["400", "500", "600"]
    assert rows[0]["lacks_living_space_share"] == "0"
    assert rows[1]["lacks_living_space_share"] == "0,5"
    assert "." not in rows[1]["green_m2_per_resident"]


def test_held_back_is_a_dot_and_unknown_is_empty():
    quarters = make_quarters((60.0, 500.0, 600.0, 700.0))
    quarters.loc[3, "floor_area_m2_per_resident"] = float("nan")
    quarters.loc[3, "floor_area_m2_per_resident_status"] = "missing"
    bundle = make_bundle(quarters=quarters)
    rows = list(csv.DictReader(csv_text(bundle.quarters, bundle).splitlines(), delimiter=";"))
    assert rows[0]["several_k2_share"] == "."
    assert rows[0]["floor_area_m2_per_resident"] != "."
    assert rows[3]["floor_area_m2_per_resident"] == ""


@pytest.mark.parametrize("text", ["=1+1", "+49 30", "-5", "@sum", "\t=x"])
def test_text_that_would_be_a_formula_is_quoted(text):
    assert safe_text(text).startswith("'")
    assert not safe_text(f"A{text}").startswith("'")


def test_names_from_the_map_cannot_become_formulas(folder):
    assert read(folder / "quarters.csv")[2]["name"] == "'=Neue Höfe"
    assert read(folder / "places.csv")[2]["name"] == "'=1+1"
    assert read(folder / "location_services.csv")[1]["nearest_name"] == "'@Apotheke"


def test_a_line_break_in_a_name_stays_on_its_line():
    assert safe_text("Haus\nam\r\nSee") == "Haus am See"


@pytest.mark.parametrize(
    ("value", "decimals", "printed"),
    [(1234567.0, 1, "1234567"), (0.25, 4, "0,25"), (-0.0001, 2, "0"), (10.0, 0, "10"), (1 / 3, 4, "0,3333")],
)
def test_numbers_are_printed_short(value, decimals, printed):
    assert number_text(value, decimals) == printed


def test_the_workbook_has_a_sheet_to_read_first_and_one_per_theme(folder):
    book = openpyxl.load_workbook(folder / "nahraum.xlsx")
    assert book.sheetnames[0] == "Lies mich"
    for theme in ("Wohnraum", "Grün", "Internet-Angebot", "Nahversorgung"):
        assert f"Quartiere {theme}" in book.sheetnames
    assert {"Gemeinde", "Wohnstandorte", "Kombinationen", "Indikatoren", "Parameter"} <= set(book.sheetnames)


def test_the_first_sheet_names_sources_licence_and_date(folder):
    sheet = openpyxl.load_workbook(folder / "nahraum.xlsx")["Lies mich"]
    said = " ".join(str(cell) for row in sheet.iter_rows(values_only=True) for cell in row if cell)
    for needed in ("© OpenStreetMap contributors", "ODbL-1.0", "2025-06-30", "town.osm.pbf", "dl-de/by-2-0"):
        assert needed in said
    assert "/secret/folder" not in said


def test_numbers_in_the_workbook_are_numbers_and_shares_per_cent(folder):
    sheet = openpyxl.load_workbook(folder / "nahraum.xlsx")["Quartiere Grün"]
    ids = [cell.value for cell in sheet[2]]
    share = sheet.cell(row=3, column=ids.index("lacks_green_share") + 1)
    assert share.value == 0.5
    assert share.number_format == "0.0 %"


def test_no_cell_of_the_workbook_is_a_formula(folder):
    book = openpyxl.load_workbook(folder / "nahraum.xlsx")
    names = [cell for sheet in book for row in sheet.iter_rows() for cell in row if str(cell.value).startswith("=")]
    assert names
    assert all(cell.data_type == "s" and cell.quotePrefix for cell in names)


def test_headings_are_in_the_language_of_the_study(tmp_path):
    write_workbook(make_bundle(study=make_study(language="en")), tmp_path)
    book = openpyxl.load_workbook(tmp_path / "tables" / "nahraum.xlsx")
    assert book.sheetnames[0] == "Read me"
    assert "Quartiere" not in " ".join(book.sheetnames)
    heading = [cell.value for cell in book["quarters living space"][1]]
    assert "Floor area per resident [m²/person]" in heading


def test_the_workbook_says_what_is_lacking_in_words(folder):
    sheet = openpyxl.load_workbook(folder / "nahraum.xlsx")["Quartiere"]
    ids = [cell.value for cell in sheet[2]]
    assert sheet.cell(row=3, column=ids.index("class") + 1).value == "mehrere Voraussetzungen fehlen"
    known = sheet.cell(row=3, column=ids.index("known_dimensions") + 1).value
    assert known == "Wohnraum + Grün + Internet-Angebot + Nahversorgung"


def test_the_workbook_was_created_on_the_reference_date(folder):
    made = openpyxl.load_workbook(folder / "nahraum.xlsx").properties
    assert made.created.date().isoformat() == "2025-06-30"
