"""Small tables of every format an office sends: the same rows out of all of them, and refused where harmful."""

import struct
import zipfile
from datetime import datetime
from pathlib import Path

import pytest
import xlsxwriter

import tiny_xls
from nahraum.errors import InputError
from nahraum.sources.rows import read_rows, text_rows

ROWS = [["Stadtteil", "Anzahl"], ["Süd", "1 675"], ["Nord", "2,5"]]


def test_the_delimiter_is_the_one_that_cuts_the_lines_alike():
    assert text_rows("Stadtteil;Anzahl\nSüd;1 675\nNord;2,5\n".encode(), "t") == ROWS
    assert text_rows(b"a,b\n1;5,2\n3,4\n", "t") == [["a", "b"], ["1;5", "2"], ["3", "4"]]
    assert text_rows(b"a\tb\n1,5\t2\n", "t") == [["a", "b"], ["1,5", "2"]]


def test_titles_above_and_notes_below_do_not_change_the_delimiter():
    text = "Bevölkerung, nach Stadtteilen\nStand: 2022\na;b;c\n1,0;2,0;3,0\n4,0;5,0;6,0\n7,0;8,0;9,0\n© Amt, 2023\n"
    assert text_rows(text.encode(), "t")[3] == ["1,0", "2,0", "3,0"]


def test_line_breaks_inside_quoted_headings_stay_in_their_cell():
    text = '\ufeff"LOR\nPlanungsräume",Anzahl\n01100101, 2 613 \n'
    assert text_rows(text.encode(), "t") == [["LOR\nPlanungsräume", "Anzahl"], ["01100101", "2 613"]]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_every_usual_encoding_is_read(encoding):
    assert text_rows("Stadtteil;Anzahl\nSüd;1 675\nNord;2,5\n".encode(encoding), "t") == ROWS


def test_a_file_of_two_encodings_is_read_line_by_line():
    data = "Name;n\nSüd;1\n".encode() + "Köln;2\n".encode("cp1252")
    assert text_rows(data, "t")[1:] == [["Süd", "1"], ["Köln", "2"]]


def test_a_zip_with_one_csv_is_read_and_one_with_two_is_refused(tmp_path):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("folder/a.csv", "a;b\n1;2\n")
        archive.writestr("readme.pdf", "x")
    assert read_rows(path).rows == [["a", "b"], ["1", "2"]]
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("b.csv", "a;b\n")
    with pytest.raises(InputError, match="must hold one CSV"):
        read_rows(path)


@pytest.mark.parametrize("head", [b"PAR1", b"SQLite format 3\0", b"%PDF-1.7", b"\x1f\x8b"])
def test_other_formats_are_refused_with_advice(tmp_path, head):
    path = tmp_path / "a.csv"
    path.write_bytes(head + b"rest of it")
    with pytest.raises(InputError, match="no table of rows"):
        read_rows(path)


def written_xlsx(path: Path) -> Path:
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("Daten")
    sheet.write_row(1, 1, ["Stadtteil", "Anzahl"])
    sheet.write(2, 1, "Süd & West")
    sheet.write(2, 2, 1675.5)
    sheet.write_rich_string(3, 1, "No", book.add_format({"bold": True}), "rd")
    sheet.write_formula(3, 2, "=1+1", None, 2)
    sheet.write_formula(4, 1, '="O"&"st"', None, "Ost")
    sheet.write_boolean(4, 2, True)
    day = book.add_format({"num_format": "dd.mm.yyyy"})
    sheet.write_datetime(5, 1, datetime(2022, 5, 15), day)
    sheet.write_formula(5, 2, "=1/0", None, "#DIV/0!")
    book.close()
    return path


def test_a_sheet_is_read_as_it_stands_with_stored_results_of_formulas(tmp_path):
    read = read_rows(written_xlsx(tmp_path / "a.xlsx"))
    assert read.called == "a.xlsx"
    assert read.rows == [
        [],
        ["", "Stadtteil", "Anzahl"],
        ["", "Süd & West", 1675.5],
        ["", "Nord", 2.0],
        ["", "Ost", 1.0],
        ["", "2022-05-15"],
    ]


def test_openpyxl_reads_the_same_sheet(tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    path = written_xlsx(tmp_path / "a.xlsx")
    theirs = [
        ["" if cell is None else cell for cell in row]
        for row in openpyxl.load_workbook(path, data_only=True, rich_text=False)["Daten"].iter_rows(values_only=True)
    ]
    ours = [[*row, *[""] * (3 - len(row))] for row in read_rows(path).rows]
    assert ours[:4] == theirs[:4]


def test_of_several_sheets_one_has_to_be_chosen(tmp_path):
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(path)
    for name in ("Titel", "T1"):
        book.add_worksheet(name).write(0, 0, name)
    book.close()
    with pytest.raises(InputError, match="several sheets") as refused:
        read_rows(path)
    assert refused.value.where == ["Titel", "T1"]
    assert read_rows(path, sheet="T1").rows == [["T1"]]
    with pytest.raises(InputError, match="no sheet 'T2'"):
        read_rows(path, sheet="T2")


_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def harmful_xlsx(path: Path, sheet: str) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{_RELATIONS}"><Relationship Id="w" Type="{_OFFICE}/officeDocument" '
            'Target="xl/workbook.xml"/></Relationships>',
        )
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns:r="{_OFFICE}"><sheets><sheet name="a" sheetId="1" r:id="x"/></sheets></workbook>',
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{_RELATIONS}"><Relationship Id="x" Type="{_OFFICE}/worksheet" '
            'Target="worksheets/s.xml"/></Relationships>',
        )
        archive.writestr("xl/worksheets/s.xml", sheet)
    return path


@pytest.mark.parametrize(
    ("sheet", "why"),
    [
        ('<!DOCTYPE a [<!ENTITY b "c">]><worksheet>&b;</worksheet>', "document type of its own"),
        ("<worksheet><row", "xl/worksheets/s.xml"),
        (
            '<worksheet><sheetData><row r="1"><c r="A1" t="s"><v>7</v></c></row></sheetData></worksheet>',
            "string index not found",
        ),
    ],
)
def test_a_harmful_or_damaged_sheet_is_refused(tmp_path, sheet, why):
    with pytest.raises(InputError) as refused:
        read_rows(harmful_xlsx(tmp_path / "a.xlsx", sheet))
    assert why in refused.value.message()


def test_cells_at_the_far_edge_do_not_fill_the_memory(tmp_path, monkeypatch):
    monkeypatch.setattr("nahraum.sources.xlsx.MAXIMUM_CELLS", 50_000)
    stated = "".join(f'<row r="{n}"><c r="XFD{n}"><v>1</v></c></row>' for n in range(1, 10))
    apart = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="A1048576"><v>1</v></c></row>'
    unstated = "<row/>" * 300 + f"<row>{'<c><v>1</v></c>' * 300}</row>"
    for rows in (stated, apart, unstated):
        with pytest.raises(InputError, match="more than 50,000 cells"):
            read_rows(harmful_xlsx(tmp_path / "a.xlsx", f"<worksheet><sheetData>{rows}</sheetData></worksheet>"))


def test_a_part_larger_than_it_declares_is_refused_before_anything_reads_it(tmp_path):
    path = written_xlsx(tmp_path / "a.xlsx")
    data = bytearray(path.read_bytes())
    size = next(m.file_size for m in zipfile.ZipFile(path).infolist() if m.filename == "xl/worksheets/sheet1.xml")
    honest, smaller = struct.pack("<I", size), struct.pack("<I", size - 40)
    path.write_bytes(bytes(data).replace(honest, smaller))
    with pytest.raises(InputError, match=r"larger than|damaged"):
        read_rows(path)


CELLS = [
    tiny_xls.shared(0, 0, 0),
    tiny_xls.shared(0, 1, 1),
    tiny_xls.label(1, 0, "01001"),
    tiny_xls.number(1, 1, 44.62),
    tiny_xls.packed(1, 2, (4691 << 2) | 2),  # a whole number
    tiny_xls.packed(1, 3, (4462 << 2) | 3),  # a whole number of hundredths
    tiny_xls.packed(1, 4, struct.unpack("<I", struct.pack("<d", 1.5)[4:])[0]),  # upper half of a double
    tiny_xls.packed_row(2, 1, (-7 << 2) | 2, (8 << 2) | 2),
    tiny_xls.formula_text(2, 0, "Süd"),
]
TEXTS = struct.pack("<II", 2, 2) + tiny_xls.text("Kennziffer") + tiny_xls.text("Größe – €", wide=True)
EXPECTED = [["Kennziffer", "Größe – €"], ["01001", 44.62, 4691.0, 44.62, 1.5], ["Süd", -7.0, 8.0]]


def test_an_old_workbook_is_read_in_all_its_kinds_of_cells(tmp_path):
    path = tiny_xls.write_xls(tmp_path / "a.xls", tiny_xls.workbook({"Daten": CELLS}, [TEXTS]))
    assert read_rows(path).rows == EXPECTED


FIRST = 8 + 3, 8 + 3 + 10  # the letters of "Kennziffer", one byte each
SECOND = FIRST[1] + 3, len(TEXTS)  # those of the other text, two bytes each


@pytest.mark.parametrize("cut", [*range(*FIRST), *range(SECOND[0], SECOND[1], 2)])
def test_a_text_may_run_on_into_the_next_record_at_any_letter(tmp_path, cut):
    packed_as = b"\x01" if cut >= SECOND[0] else b"\x00"
    strings = [TEXTS[:cut], packed_as + TEXTS[cut:]]
    path = tiny_xls.write_xls(tmp_path / "a.xls", tiny_xls.workbook({"Daten": CELLS}, strings))
    assert read_rows(path).rows == EXPECTED


@pytest.mark.parametrize(
    ("stream", "name", "why"),
    [
        (tiny_xls.workbook({"a": []}, [], version=0x0500), "Workbook", "Excel 95"),
        (tiny_xls.workbook({"a": []}, []), "Book", "no workbook"),
        (tiny_xls.workbook({"a": []}, [], extra=tiny_xls.record(0x2F, bytes(6))), "Workbook", "password"),
        (tiny_xls.workbook({}, []), "Workbook", "no sheet"),
    ],
)
def test_workbooks_that_cannot_be_read_say_why_and_what_to_do(tmp_path, stream, name, why):
    with pytest.raises(InputError) as refused:
        read_rows(tiny_xls.write_xls(tmp_path / "a.xls", stream, name=name))
    assert why in refused.value.message()
    assert "save it as .xlsx or .csv" in refused.value.fix


def test_a_damaged_old_workbook_is_an_input_error_wherever_it_is_damaged(tmp_path):
    whole = tiny_xls.write_xls(tmp_path / "a.xls", tiny_xls.workbook({"Daten": CELLS}, [TEXTS])).read_bytes()
    damaged = tmp_path / "b.xls"
    for place in range(8, len(whole) - 3500, 5):
        for value in (0x00, 0xFF):
            damaged.write_bytes(whole[:place] + bytes([value]) + whole[place + 1 :])
            try:
                read_rows(damaged)
            except InputError:
                continue
    for length in range(8, len(whole), 211):
        damaged.write_bytes(whole[:length])
        try:
            read_rows(damaged)
        except InputError:
            continue
