"""The documents of a plan: workbook, sheets, chapter, indicators, layers; drawn from one plan.json, sums by hand."""

from __future__ import annotations

import csv
import io
import json
import math
import sqlite3
import stat
import zipfile
from pathlib import Path
from types import SimpleNamespace

import docx
import openpyxl
import pandas as pd
import pikepdf
import pyogrio
import pytest
from plan_example import example_plan, figure, measure, people
from publish_bundle import make_bundle, make_study

from nahraum.errors import InputError
from nahraum.publish.programme import assemble, read_plan, released_plan, write_plan
from nahraum.publish.programme.chapter import application
from nahraum.publish.programme.drawings import Ground
from nahraum.publish.programme.kuf import write_kuf
from nahraum.publish.programme.made_outcome import target_share
from nahraum.publish.programme.measure_sheets import measure_sheets
from nahraum.publish.programme.model import PlanDocument
from nahraum.publish.programme.words import PlanWords, texts

FILES = {
    "plan.json", "kuf.xlsx", "emo.csv", "plan.gpkg", "measures.geojson", "candidate_sites.geojson", "application.pdf",
    "application.docx", "measure_sheets.pdf", "measure_sheets.docx",
}  # fmt: skip


def written(plan, folder: Path) -> Path:
    bundle = make_bundle()
    ground = Ground(bundle.cells.frame, bundle.quarters.frame, bundle.base, bundle.crs)
    write_plan(plan, folder, make_study().parameters(), ground=ground)
    return folder / "plan" / plan["name"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return written(example_plan(), tmp_path_factory.mktemp("plan"))


@pytest.fixture(scope="module")
def english(tmp_path_factory) -> Path:
    return written(example_plan("en"), tmp_path_factory.mktemp("plan_en"))


def sheets(folder: Path, *, values: bool) -> openpyxl.Workbook:
    return openpyxl.load_workbook(folder / "kuf.xlsx", data_only=values)


def all_text(document: docx.document.Document) -> str:
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(one.text for one in document.paragraphs), *cells])


def rows_of(sheet) -> list[list[object]]:
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def test_everything_is_written_and_the_exact_plan_stays_in_the_office(folder):
    assert {path.name for path in folder.iterdir()} == FILES
    exact = folder.parents[1] / "internal" / "plan" / "fuenfhundert"
    assert stat.S_IMODE(exact.stat().st_mode) == 0o700
    assert stat.S_IMODE((exact / "plan.json").stat().st_mode) == 0o600
    assert read_plan(exact / "plan.json")["measures"][0]["effect"]["relieved"] == {"exact": 123.4}


def test_the_same_plan_gives_the_same_bytes(folder, tmp_path):
    again = written(example_plan(), tmp_path)
    for name in sorted(FILES - {"plan.gpkg"}):
        assert (again / name).read_bytes() == (folder / name).read_bytes(), name


def test_outside_persons_are_rounded_to_ten_and_small_counts_are_not_told(folder):
    plan = read_plan(folder / "plan.json")
    assert plan["released"]
    first, second, _ = plan["measures"]
    assert first["effect"]["relieved"] == {"about": 120}
    assert second["effect"]["relieved"] == {"fewer_than": 3}
    assert second["effect"]["prerequisites"]["green"]["gain"] == {"fewer_than": 3}
    assert plan["solution"]["recomputed"] == plan["outcome"]["lacks_removed"]["about"] == 440.0
    assert plan["outcome"]["by_status"][0]["residents"] == 3220
    assert '"exact"' not in (folder / "plan.json").read_text(encoding="utf-8")


def test_a_target_follows_from_the_published_share_and_the_persons_that_are_told():
    """Of 2,000 people of whom it is known 44 % lack green; 210 of them no longer do: 33.5 %, in steps of 1 %."""

    def target(residents: float, known: float, gain: float = 211.0) -> float | None:
        plan = example_plan()
        share = figure("lacks_green_share", "Grün", 0.44, 0.1, area_id="Q1")  # the exact target is not asked
        plan["area"]["quarters"][0] |= {"residents": residents, "known": {"lacks_green_share": known}}
        plan["outcome"]["by_quarter"][0] |= {"residents": residents, **people(green=gain)}
        rows = released_plan(plan | {"monitoring": [share]}, make_study().parameters())["monitoring"]
        return rows[0]["target"] if rows else None  # a row would tell that somebody gains

    assert target(3200.0, 2000.0) == 0.34 and target(3200.0, 3200.0) == 0.37
    assert target(500.0, 500.0) == 0.02 and target(250.0, 220.0, 20.0) == 0.34  # steps worth five persons
    assert target(3200.0, 3200.0, 2.0) is None  # a step passed by two persons would tell of them


@pytest.mark.parametrize("residents", [250.0, 3200.0])
def test_rents_that_the_study_does_not_publish_stay_in_the_office_and_their_hint_tells_nothing(residents):
    plan = example_plan()
    plan["area"]["quarters"][0]["residents"] = residents
    plan["displacement"][0]["text"] = "Miete unter und SGB-II-Anteil über dem Median"
    told = released_plan(plan, make_study().parameters())["displacement"][0]
    assert (told["rent"], told["sgb2"], told["text"]) == ("", "", "Mieten und Wegzüge jährlich beobachten.")
    plan["study"]["figures_published"] = True
    told = released_plan(plan, make_study().parameters())["displacement"][0]
    assert told["rent"] == ("" if residents < 300 else "7,80 €/m²")
    assert ("SGB" in told["text"]) == (residents >= 300)


def attacked(hidden: float) -> PlanDocument:
    """A released plan in which a quarter of 95 residents gains so many persons of green, by a measure of its own."""
    flows, own = people(relieved=2350.0, green=2350.0), people(relieved=hidden, green=hidden)
    share = 0.40 - (2350.0 + hidden) / 12_000
    green = {"id": "lacks_green_share", "label": "", "unit": "share", "kind": "output", "area_id": "", "area": "M",
             "baseline": 0.4, "target": share, "source": ""}  # fmt: skip
    of_held = green | {"area_id": "QX", "target": 1 - hidden / 95}
    told = {"exact": 2350.0 + hidden}
    rows = [{"quarter_id": name, "name": name, "residents": residents, "missed": one["relieved"],
             "lacks_removed": one["relieved"], **one}
            for name, residents, one in (("Q1", 11_905.0, flows), ("QX", 95.0, own))]  # fmt: skip
    plan = example_plan(
        measures=[measure("M01", "Park", effect=people(relieved=2350.0 + hidden, green=2350.0 + hidden), missed=told,
                          effect_by_quarter=rows),
                  measure("M05", "Oase", effect=own, missed={"exact": hidden}, effect_by_quarter=rows[1:])],
        goals=[{"id": "Z1", "label": "Grün", "text": f"Rund {10 * round((2350 + hidden) / 10)}", "year": None,
                "figures": [green, of_held]}],
        monitoring=[green, of_held, green | {"id": "people_relieved", "unit": "persons", "baseline": 0.0,
                                             "target": 2350.0 + hidden}],
        financing=[], displacement=[],
    )  # fmt: skip
    plan["area"]["quarters"] = [
        plan["area"]["quarters"][0] | {"quarter_id": name, "residents": residents, "status": "niedrig"}
        for name, residents in (("Q1", 11_905.0), ("QX", 95.0))
    ]
    plan["outcome"] |= {
        "lacks_removed": told, "people_relieved": told, "by_quarter": rows, "lowest_status_gain": hidden / 1000,
        "by_prerequisite": [
            {"id": name, "gain": told if name == "green" else {"exact": 0.0}, "lose": {"exact": 0.0}}
            for name in flows["prerequisites"]
        ],
        "by_status": [{"name": "niedrig", "residents": 12_000.0, "relieved": told, "newly_lacking": {"exact": 0.0}}],
        "measures": [{"measure": "h", "before": 0.4, "after": share}],
    }  # fmt: skip
    plan["solution"] |= dict.fromkeys(("value", "bound", "predicted", "recomputed"), 2350.0 + hidden)
    plan["next_money"] |= {"gain": hidden, "most": hidden, "quarter_ids": ["QX"]}
    return released_plan(plan, make_study().parameters())


def test_no_total_less_what_is_shown_tells_of_a_quarter_that_is_held_back():
    plan, other = attacked(0.0), attacked(80.0)
    assert other == plan
    assert plan["solution"]["recomputed"] == 2350.0
    assert [(one["id"], one["target"]) for one in plan["monitoring"]][1:] == [("people_relieved", 2350)]
    assert plan["outcome"]["by_status"][0]["relieved"] == plan["outcome"]["people_relieved"] == {"about": 2350}
    assert plan["measures"][1]["effect"]["relieved"] == plan["measures"][1]["missed"] == {"fewer_than": 3}
    assert "Rund 2.350" in plan["goals"][0]["text"] or "sinkt" in plan["goals"][0]["text"]


def test_a_fair_goal_keeps_its_value_per_person_and_the_model_is_compared_in_pairs():
    plan = example_plan()
    plan["area"]["quarters"] = plan["area"]["quarters"][:1]
    plan["outcome"]["by_quarter"] = plan["outcome"]["by_quarter"][:1]
    plan["solution"] |= {"value": -0.834, "bound": -0.812, "unit": "lacks per person, negative"}
    told = released_plan(plan, make_study().parameters())
    assert (told["solution"]["value"], told["solution"]["bound"]) == (-0.83, -0.81)
    told["solution"]["predicted"] = 460.0
    blocks = application(told, None).blocks
    assert any("sagt 460 voraus" in one.text for one in blocks if one.kind == "paragraph")
    assert "0,83\\xa0fehlende Voraussetzungen je Person" in str(blocks)
    assert "460,0" not in str(blocks)


@pytest.mark.parametrize("language", ["de", "en"])
def test_a_plan_without_a_budget_says_so(language):
    plan = example_plan(language)
    plan["ask"]["budget_eur"] = None
    told = str(application(plan, None).blocks)
    assert ("ohne Grenze des Budgets" if language == "de" else "without a limit of the budget") in told


def test_a_quarter_with_few_residents_is_left_out_and_totals_are_sums_of_what_is_shown(folder):
    outcome = read_plan(folder / "plan.json")["outcome"]
    assert [one["quarter_id"] for one in outcome["by_quarter"]] == ["Q1"]  # Q2 has 60 residents
    assert outcome["people_relieved"] == {"about": 120}
    green = next(one for one in outcome["by_prerequisite"] if one["id"] == "green")
    assert green["gain"] == {"about": 210}


def test_the_workbook_holds_formulas_with_right_values(folder):
    formulas, values = sheets(folder, values=False), sheets(folder, values=True)
    counted = 0
    for sheet in formulas.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and cell.value.startswith("=SUM("):
                    counted += 1
                    assert values[sheet.title][cell.coordinate].value == pytest.approx(
                        summed(values[sheet.title], cell.value), abs=0.005
                    ), (sheet.title, cell.coordinate)
    assert counted > 40


def summed(sheet, formula: str) -> float:
    """What a sum of single cells or one range comes to."""
    inside = formula.removeprefix("=SUM(").removesuffix(")")
    if ":" in inside:
        cells = [cell for row in sheet[inside] for cell in (row if isinstance(row, tuple) else (row,))]
    else:
        cells = [sheet[one] for one in inside.split(",")]
    return sum(cell.value for cell in cells if isinstance(cell.value, int | float))


def test_the_overview_adds_up_to_the_cent_by_measure_year_and_funder(folder):
    rows = rows_of(sheets(folder, values=True)["KuF"])
    assert rows[3][:3] == ["Nr.", "Maßnahme", "Geldgeber"]
    assert rows[3][3:] == ["2027", "2028", "Summe"]
    whole = next(row for row in rows if row[1] == "alle Maßnahmen")
    assert whole[3:] == [450_000.0, 100_000.0, 550_000.0]
    by_funder = {row[2]: row[5] for row in rows[rows.index(whole) + 1 :] if row[2]}
    assert by_funder == {
        "Bund": 133_333.33, "Land": 133_333.33, "EU": 0.0, "Gemeinde": 133_333.34, "Private": 0.0,
        "andere Stellen": 150_000.0,
    }  # fmt: skip


def test_the_kuf_of_more_measures_than_a_spreadsheet_takes_in_one_sum(tmp_path):
    """300 measures of 100 EUR each; Excel and LibreOffice refuse a function of more than 255 arguments."""
    names = [f"M{number:03d}" for number in range(1, 301)]
    plan = example_plan(
        measures=[measure(name, "Tor", mid=100.0) for name in names],
        financing=[
            {"number": name, "funder": who, "basis": basis, "year": 2027, "eur": eur}
            for name in names for basis in ("programme", "cash")
            for who, eur in (("land", 60.0), ("municipality", 40.0))
        ],
    )  # fmt: skip
    path = write_kuf(plan, tmp_path)
    formulas, values = (openpyxl.load_workbook(path, data_only=one)["KuF"] for one in (False, True))
    assert max(
        str(cell.value).count(",") for row in formulas.iter_rows() for cell in row if str(cell.value).startswith("=")
    ) < 255  # fmt: skip
    whole = next(row[0].row for row in values.iter_rows() if row[1].value == "alle Maßnahmen")
    last = whole - 1
    assert formulas.cell(whole, 4).value == f'=SUMIF($C$5:$C${last},"Summe",D$5:D${last})'
    labelled = [values.cell(row, 4).value for row in range(5, whole) if values.cell(row, 3).value == "Summe"]
    assert len(labelled) == 300 and values.cell(whole, 4).value == sum(labelled) == 30_000.0


def test_the_check_column_is_nought_where_the_financing_pays_the_cost(folder):
    rows = rows_of(sheets(folder, values=True)["Ausgaben"])
    place = rows[3].index("Prüfung (muss 0 sein)")
    assert [row[place] for row in rows[4:8]] == [0.0, 0.0, 0.0, 0.0]
    formulas = rows_of(sheets(folder, values=False)["Ausgaben"])
    assert str(formulas[4][place]).startswith("=ROUND(")


def test_other_sheets_point_to_the_matrix_so_that_a_changed_amount_is_seen_everywhere(folder):
    formulas, values = (sheets(folder, values=one) for one in (False, True))
    place = rows_of(formulas["Ausgaben"])[3].index("Finanzierung")
    told = str(rows_of(formulas["Ausgaben"])[4][place])
    assert told == "='KuF'!F8"
    assert values["KuF"]["F8"].value == 300_000.0
    assert str(rows_of(formulas["Finanzierung"])[4][1]).startswith("='KuF'!D")


def test_programme_years_and_cash_years_stand_apart(folder):
    rows = rows_of(sheets(folder, values=True)["Finanzierung"])
    heads = {row[0]: row for row in rows if row[0] in ("Programmjahre", "Kassenjahre")}
    assert [one for one in heads["Programmjahre"] if one] == ["Programmjahre", "2027", "2028", "Summe"]
    assert [one for one in heads["Kassenjahre"] if one] == ["Kassenjahre", "2028", "2029", "Summe"]


def test_what_the_funding_does_not_pay_stands_with_who_does(folder):
    rows = rows_of(sheets(folder, values=True)["andere Stellen"])
    body = "Telekommunikationsunternehmen, Gigabitförderung"
    assert rows[4] == ["M03", "Glasfaser (bitte örtlich prüfen)", body, 150_000.0]


def test_unknown_running_cost_is_told_as_unknown_not_as_nought(folder):
    rows = rows_of(sheets(folder, values=True)["Folgekosten"])
    assert rows[6][3:] == ["nicht bekannt"] * 3 + [0.0, "nicht bekannt"]  # nothing before it is ready


def test_running_costs_stand_by_calendar_year_from_the_year_in_which_a_measure_is_ready(folder):
    """M02 is ready in 2028, M01 in 2029; each costs 7,500 a year by the middle estimate, M03 is not known."""
    values, formulas = (rows_of(sheets(folder, values=one)["Folgekosten"]) for one in (True, False))
    assert values[3][6:] == ["2028", "2029"]
    assert [row[6:] for row in values[4:6]] == [[0.0, 7500.0], [7500.0, 7500.0]]
    assert formulas[5][6] == "=$E6" and values[7][6:] == [7500.0, 15_000.0]
    assert formulas[6][7] == "=$E7"  # not known yet: whoever fills it in sees the year and the sum follow


def test_a_name_that_a_spreadsheet_would_compute_stays_a_text(folder):
    sheet = sheets(folder, values=False)["KuF"]
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value == "Durchstich =Hafen"]
    assert cells
    plan = example_plan(measures=[measure("M01", "=1+1", name="=1+1")], financing=[])
    told = openpyxl.load_workbook(written(plan, folder.parent / "formel") / "kuf.xlsx")
    cells = [cell for row in told["Ausgaben"].iter_rows() for cell in row if str(cell.value).startswith("=1+1")]
    assert cells and all(cell.data_type == "s" for cell in cells)


def test_every_sheet_is_set_up_for_print_and_says_what_it_is(folder):
    for sheet in sheets(folder, values=False).worksheets:
        assert "kein amtlicher Vordruck" in str(sheet["A2"].value)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage and sheet.page_setup.fitToHeight == 0
    assert "0123456789abcdef" in str(sheets(folder, values=False)["KuF"].oddFooter.left.text)


@pytest.mark.parametrize("name", ["application", "measure_sheets"])
def test_both_documents_are_tagged_pdf_in_their_language(folder, english, name):
    for place, language in ((folder, "de"), (english, "en")):
        document = pikepdf.open(place / f"{name}.pdf")
        assert str(document.Root.Lang).startswith(language)
        metadata = document.open_metadata()
        assert (metadata["pdfaid:part"], metadata["pdfuaid:part"]) == ("2", "1")


@pytest.mark.parametrize("name", ["application", "measure_sheets"])
def test_the_editable_document_has_real_headings_language_notice_and_run(folder, name):
    document = docx.Document(folder / f"{name}.docx")
    assert [one for one in document.paragraphs if one.style.name == "Heading 1"]
    text = all_text(document)
    assert "Arbeitshilfe, kein amtlicher Vordruck" in text
    foot = document.sections[0].footer.paragraphs[0].text
    assert "0123456789abcdef" in foot and "OpenStreetMap" in foot
    assert document.core_properties.language == "de-DE"
    described = [shape._inline.docPr.get("descr") for shape in document.inline_shapes]
    assert described and all(described)


def test_a_sheet_tells_what_a_funder_asks_for(folder):
    text = all_text(docx.Document(folder / "measure_sheets.docx"))
    for told in ("M01 · Kleiner Park", "DIN 276", "bitte örtlich prüfen", "rund 120", "Sozialer Zusammenhalt",
                 "nicht bekannt", "Parkplatz in einem Wohnviertel ohne Grün.", "von der Kommune zu ergänzen",
                 "in 88", "Risiken", "Subsidiarität"):  # fmt: skip
        assert told.lower() in text.lower(), told


def test_the_chapter_has_every_part_of_an_application(folder):
    headings = [one.text for one in docx.Document(folder / "application.docx").paragraphs
                if one.style.name == "Heading 1"]  # fmt: skip
    assert headings == [
        "Gebiet und Gründe", "Ziele mit Ausgangs- und Zielwert", "Maßnahmen", "Wirkung des Plans",
        "Kosten und Finanzierung", "Zeitplan", "Klima und Umwelt", "Prüfung auf Verdrängung", "Monitoring",
        "Wie der Plan gewählt wurde", "Was die Kommune noch beibringt", "Herkunft der Zahlen",
    ]  # fmt: skip


def test_the_chapter_tells_investments_and_running_costs_by_year_and_the_notes_of_the_rules():
    years = [{"year": 2027, "running_eur": 0.0, "invest_eur": 450_000.0},
             {"year": 2028, "running_eur": 7_500.0, "invest_eur": 0.0}]  # fmt: skip
    blocks = application(released_plan(example_plan(running=years), make_study().parameters()), None).blocks
    table = next(one for one in blocks if one.kind == "table" and "Folgekosten" in one.head)
    assert table.rows == (("2027", "450.000\u00a0€", "0\u00a0€"), ("ab 2028 jährlich", "–", "7.500\u00a0€"))
    assert ("Frist 30. 9.",) in [one.items for one in blocks if one.kind == "bullets"]


def test_the_chapter_tells_depth_the_fifth_with_most_lacks_and_the_counting_measures():
    plan = example_plan()
    plan["outcome"]["measures"] = [{"measure": "h", "before": 0.22, "after": 0.2}, {"measure": "m0", "before": 0.12,
                                                                                 "after": None}]  # fmt: skip
    table = next(one for one in application(plan, None).blocks if one.kind == "table" and "wen er" in one.caption)
    assert table.rows == (
        ("behobene fehlende Voraussetzungen je Person, die etwas hinzugewinnt", "1,23"),
        ("… je Person des Fünftels, dem vorher am meisten fehlte (im Saldo)", "0,12"),
        ("Anteil derer, denen mindestens 2 fehlen (H)", "heute 22,0\u202f%, mit dem Plan 20,0\u202f%"),
    )


def test_the_chapter_tells_by_quarter_who_gains_which_prerequisite():
    table = next(one for one in application(example_plan(), None).blocks
                 if one.kind == "table" and "Wirkung nach Quartier" in one.caption)  # fmt: skip
    assert [one.replace("\u00ad", "") for one in table.head[3:]] == ["Grün", "Internet-Angebot", "Nahversorgung"]
    assert table.rows == (("Am Markt", "124", "1", "211", "180", "55"), ("Klein", "40", "0", "40", "0", "0"))


def test_a_plan_by_hand_says_that_it_is_one():
    plan = example_plan()
    plan["ask"]["by_hand"], plan["solution"]["method"] = True, "by_hand"
    told = str(application(plan, None).blocks)
    assert "sind von Hand zusammengestellt" in told and "method_by_hand" not in told


def test_the_next_money_calls_sites_as_measures_are_called():
    """By name, street or quarter, whichever is there first: two of one type in a quarter are told apart."""
    places = ("a", "", "Bachweg"), ("b", "", ""), ("c", "Anger", "Bachweg")
    sites = [SimpleNamespace(site_id=one, type_id="gate", quarter_id="Q1", name=name, street=street, source="data")
             for one, name, street in places]  # fmt: skip
    made = SimpleNamespace(
        next_money=SimpleNamespace(step_eur=1e5, gain=5.0, most_gain=6.0, unit="", added=("a", "b", "c")),
        place={"a": 0, "b": 1, "c": 2}, sites=sites, language="de", quarter_name=lambda one: "Nordend",
        types={"gate": SimpleNamespace(text=lambda name, language: "Tor")},
    )  # fmt: skip
    assert assemble._next(made)["names"] == ["Tor, Bachweg", "Tor, Nordend", "Tor, Anger"]


def test_a_limit_that_is_kept_with_nothing_used_is_told_and_what_cannot_be_built_is_not():
    names = ("sealing", "sealing_unknown", "must_not:x")
    table = pd.DataFrame({"name": names, "unit": ["m²", "sites", "sites"], "used": 0.0, "most": 0.0})
    table = table.assign(label_de=names, least=-math.inf, slack=0.0, binding=True, price=math.nan)
    told = assemble._limits(SimpleNamespace(plan=SimpleNamespace(limits=table), language="de"), [])
    assert [(one["name"], one["used"], one["allowed"], one["slack"]) for one in told] == [("sealing", 0.0, 0.0, 0.0)]


def test_limits_are_told_with_their_unit():
    plan = example_plan()
    plan["limits"] = [{"label": "Versiegelung", "used": 168.0, "allowed": 200.0, "slack": 32.0, "unit": "m²"}]
    table = next(one for one in application(plan, None).blocks if one.kind == "table" and "Grenze" in one.head)
    assert table.rows == (("Versiegelung", "168\u00a0m²", "200\u00a0m²", "32\u00a0m²"),)


def test_costs_from_knowledge_are_marked_in_every_document(folder):
    for name in ("application", "measure_sheets"):
        assert "bitte örtlich prüfen" in all_text(docx.Document(folder / f"{name}.docx"))
    for name in ("Ausgaben", "andere Stellen", "DIN 276", "Folgekosten"):
        assert "bitte örtlich prüfen" in str(rows_of(sheets(folder, values=True)[name])), name
    rows = csv.DictReader(io.StringIO((folder / "emo.csv").read_text(encoding="utf-8-sig")), delimiter=";")
    assert {row["indicator_id"]: row["note"] for row in rows}["cost_eur"] == "bitte örtlich prüfen"


def test_a_plan_without_measures_is_still_written(tmp_path):
    plan = example_plan(measures=[], financing=[], outcome={}, goals=[], displacement=[], candidates=[])
    folder = written(plan, tmp_path)
    assert {path.name for path in folder.iterdir()} == FILES - {"plan.gpkg"}
    assert "keine Maßnahme" in all_text(docx.Document(folder / "application.docx"))


def test_the_indicators_are_input_output_and_context_with_unknown_left_empty(folder):
    data = (folder / "emo.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig")), delimiter=";"))
    assert [row["kind"] for row in rows] == ["input", "output", "output", "context"]
    assert (rows[1]["baseline"], rows[1]["target"], rows[1]["target_year"]) == ("0,44", "0,398", "2029")  # 210 of 5,050
    assert rows[3]["target"] == "" and rows[3]["target_year"] == ""
    assert {row["run"] for row in rows} == {"0123456789abcdef"}


def test_the_layers_open_coloured_and_hold_no_person_exactly(folder):
    found = dict(pyogrio.list_layers(folder / "plan.gpkg"))
    assert found["measures"] == "Point" and found["candidate_sites"] == "Point"
    assert {"measure_shapes", "measure_lines"} <= set(found)
    with sqlite3.connect(folder / "plan.gpkg") as database:
        styled = {name for (name,) in database.execute("SELECT f_table_name FROM layer_styles")}
    assert {"measures", "measure_shapes", "measure_lines", "candidate_sites"} <= styled
    frame = pyogrio.read_dataframe(folder / "plan.gpkg", layer="measures")
    assert frame["relieved"].tolist() == ["rund 120", "weniger als 3", "weniger als 3"]
    assert frame.crs.to_epsg() == 25832


def test_the_layers_of_the_map_have_points_and_shapes_in_degrees(folder):
    document = json.loads((folder / "measures.geojson").read_text(encoding="utf-8"))
    assert [one["geometry"]["type"] for one in document["features"]] == ["Polygon", "LineString", "Polygon"]
    assert document["features"][0]["properties"]["point"] == [10.2135, 47.31525]
    sites = json.loads((folder / "candidate_sites.geojson").read_text(encoding="utf-8"))
    assert [one["properties"]["chosen"] for one in sites["features"]] == ["yes", "no", "no", "no"]


def test_a_deviation_beyond_the_limit_and_a_plan_near_thresholds_are_labelled():
    plan = example_plan()
    plan["solution"] |= {"agrees": False, "deviation": 0.05}
    plan["outcome"] |= {"near_flag": True, "near_threshold_share": 0.7}
    told = released_plan(plan, make_study().parameters())
    words = [one.text for one in application(told, None).blocks if one.kind == "paragraph"]
    assert any("größer als 2\u00a0%" in one for one in words)
    assert any(one.startswith("Achtung: 70") for one in words)


def test_both_languages_have_the_same_texts():
    german, english = texts("de"), texts("en")

    def keys(table, prefix=""):
        return {f"{prefix}{key}" for key in table} | {
            inner for key, item in table.items() if isinstance(item, dict) for inner in keys(item, f"{prefix}{key}.")
        }

    assert keys(german) == keys(english)


def test_amounts_and_persons_are_written_as_the_reader_expects():
    german, english = PlanWords("de"), PlanWords("en")
    assert german.eur(1234567.4) == "1.234.567\u00a0€" and english.eur(1234567.4) == "€1,234,567"
    assert english.eur(-5.0) == "−€5"
    assert german.persons({"about": 1230}) == "rund 1.230" and german.persons({"fewer_than": 3}) == "weniger als 3"
    assert german.quantity(1.0, "dwelling") == "1\u00a0Wohnung"
    assert german.change(None, "m²") == "nicht bekannt"


def test_the_words_are_those_of_the_study_not_of_a_campaign(folder):
    text = all_text(docx.Document(folder / "application.docx")) + json.dumps(dict(texts("de")), ensure_ascii=False)
    text += json.dumps(dict(texts("en")), ensure_ascii=False)
    for word in ("benachteiligt", "deprived", "poor", "worst-off", "abgehängt", "Problemviertel"):
        assert word not in text


def test_after_the_list_each_measure_has_one_page(folder):
    assert len(pikepdf.open(folder / "measure_sheets.pdf").pages) == 4


def test_a_file_that_is_no_plan_is_refused_in_four_parts(tmp_path):
    path = tmp_path / "plan.json"
    for text in ("{", "[]", '{"format": "nahraum-plan", "format_version": 99}'):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(InputError, match="WHAT") as error:
            read_plan(path)
        assert error.value.fix


def test_a_failed_document_leaves_the_plan_of_before(tmp_path, monkeypatch):
    folder = written(example_plan(), tmp_path)
    before = (folder / "kuf.xlsx").read_bytes()

    def broken(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("nahraum.publish.programme.write.write_emo", broken)
    with pytest.raises(OSError, match="cannot be written"):
        written(example_plan(title="anders"), tmp_path)
    assert (folder / "kuf.xlsx").read_bytes() == before
    assert not [path for path in folder.parent.iterdir() if path.name.startswith(".")]


def test_the_editable_document_holds_no_moment_of_its_writing(folder):
    with zipfile.ZipFile(folder / "application.docx") as file:
        assert {item.date_time for item in file.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_effects_of_nobody_are_told_as_few():
    told = released_plan(example_plan(measures=[measure("M01", "Bank", effect=people())]), make_study().parameters())
    assert told["measures"][0]["effect"]["relieved"] == {"fewer_than": 3}
    assert measure_sheets(told, {}).blocks


def test_a_target_is_of_the_people_of_whom_it_was_known_before():
    """Of 100 people supply is known of 50, 20 lack it; 5 gain it, of 15 it is not known any more: 15 of 50 stay."""
    before = pd.DataFrame(
        {"residents_judged": [100.0], "lacks_supply_completeness": [0.5], "lacks_supply_residents": [20.0]}, index=["q"]
    )
    flows = pd.DataFrame({"supply_no_longer_lacking": [5.0], "supply_now_lacking": [0.0]}, index=["q"])
    found = SimpleNamespace(before=before, quarters=flows, total_before=before.iloc[:0], total=flows)
    assert target_share(found, "lacks_supply_share", "q") == pytest.approx(0.3)
    assert target_share(found, "lacks_supply_share", "elsewhere") is None


def test_tables_of_the_word_file_have_the_widths_of_their_cells_in_the_grid_that_libreoffice_goes_by(folder):
    tables = docx.Document(folder / "application.docx").tables
    assert len(tables) > 5
    for one in tables:
        widths = [cell.width for cell in one.rows[0].cells]
        assert [column.width for column in one.columns] == pytest.approx(widths, abs=700)
        assert "cantSplit" in one.rows[0]._tr.xml


def test_rows_of_the_overview_are_high_enough_and_a_sum_over_unknown_amounts_says_so(folder):
    book = sheets(folder, values=True)
    rows = {row[0].value: row for row in book["Folgekosten"].iter_rows()}
    last = [row[1].value for row in book["Folgekosten"].iter_rows() if row[1].value][-1]
    assert rows["M03"][4].value == "nicht bekannt" and last == "Summe des Bekannten"
    texts_of = [(one.title, row, str(row[1].value)) for one in book.worksheets[1:] for row in one.iter_rows(min_row=5)
                if row[1].value and len(str(row[1].value)) > 44]  # fmt: skip
    for title, row, _ in texts_of:
        assert book[title].row_dimensions[row[0].row].height >= 30


def test_a_paper_never_names_the_notes_of_the_project(folder, english):
    for place in (folder, english):
        for name in ("application.docx", "measure_sheets.docx"):
            assert "METHODS" not in all_text(docx.Document(place / name))
        assert "METHODS" not in (place / "plan.json").read_text(encoding="utf-8")
