"""Tables of small areas: the right column, the right row, the right key – or a question, never a guess."""

import math
from pathlib import Path

import pandas as pd
import pytest

from nahraum.errors import InputError
from nahraum.sources.areatable import AreaTable, Layout, read_area_table
from nahraum.sources.figures import Writing
from nahraum.sources.statistics import load_statistics
from nahraum.study import SourceSpec

PLAIN = "id;name;Einwohner;Anteil\n01011101;Süd;3 384;15,7\n01011103;Nord;.;–\n"


def written(folder: Path, text: str, name: str = "t.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def section(kind: str, *files: Path, **options: object) -> AreaTable:
    return load_statistics(SourceSpec("statistics.x", kind, tuple(files), options))


def records(table: AreaTable) -> list[dict[str, object]]:
    shown = table.table.astype(object).where(table.table.notna(), None)
    return shown.to_dict("records")


def test_figures_come_by_key_with_a_status_and_their_heading(tmp_path):
    read = read_area_table([written(tmp_path, PLAIN)], id="id", columns={"residents": "Einwohner", "share": "Anteil"})
    assert records(read) == [
        {"area_id": "01011101", "residents": 3384.0, "residents_status": "ok", "share": 15.7, "share_status": "ok"},
        {
            "area_id": "01011103",
            "residents": None,
            "residents_status": "suppressed",
            "share": None,
            "share_status": "missing",
        },
    ]
    assert read.labels == {"residents": "Einwohner", "share": "Anteil"}
    assert (read.counts["areas"], read.counts["suppressed"], read.counts["missing"]) == (2, 1, 1)


def test_rows_come_out_sorted_whatever_their_order(tmp_path):
    lines = PLAIN.splitlines()
    turned = written(tmp_path, "\n".join([lines[0], lines[2], lines[1]]) + "\n", "u.csv")
    columns = {"residents": "Einwohner", "name": "name"}
    one = read_area_table([written(tmp_path, PLAIN)], id="id", columns=columns).table
    pd.testing.assert_frame_equal(one, read_area_table([turned], id="id", columns=columns).table)


def test_a_column_under_a_wrong_heading_is_taken_by_its_position(tmp_path):
    path = written(tmp_path, "id,inhabitants,apartments,inhabitants\n1,2288,451,7\n")
    read = read_area_table([path], id="#1", columns={"dwellings": "#2", "one_room": "#3"})
    assert records(read)[0]["dwellings"] == 2288
    assert read.labels == {"dwellings": "inhabitants", "one_room": "apartments"}
    with pytest.raises(InputError, match="2 columns 'inhabitants'") as refused:
        read_area_table([path], id="id", columns={"residents": "inhabitants"})
    assert refused.value.where == ["#2 'inhabitants'", "#4 'inhabitants'"]
    with pytest.raises(InputError, match="no column '#9'"):
        read_area_table([path], id="#9", columns={"residents": "#2"})


def test_a_heading_that_is_not_there_offers_the_nearest(tmp_path):
    with pytest.raises(InputError, match="has no 'Einwohnr'") as refused:
        read_area_table([written(tmp_path, PLAIN)], id="id", columns={"residents": "Einwohnr"})
    assert "'Einwohner'" in refused.value.fix
    with pytest.raises(InputError, match="no column 'idd'"):
        read_area_table([written(tmp_path, PLAIN)], id="idd", columns={"residents": "Einwohner"})


BERLIN = """,,Ist-Versorgung,,Prognose,
,,"Gigabit-Versorgung
der Einheiten",,"Gigabit-Versorgung
der Einheiten",
"LOR
Nummer",Name,Anzahl,Anteil (%),Anzahl,Anteil (%)
01100101,Stülerstraße, 2 613 , 98.3 , 2 613 , -
00,Land Berlin, 2 067 165 , 95.4 , 2 091 619 , 96.5
"""


MERGED = """Einwohner der Stadtteile;;;
;;Einwohner;
Nr;Stadtteil;insgesamt;ab 65
1;Adorf;100;20
2;Bheim;200;30
"""


def test_a_column_that_stands_below_the_headings_is_told_with_the_rows_that_read_it(tmp_path):
    file = written(tmp_path, MERGED)
    with pytest.raises(InputError) as told:
        read_area_table([file], id="Nr", columns={"n": "insgesamt"})
    assert told.value.fix == "'Nr' stands in row 3: skip = 1, header = 2"
    assert told.value.where and told.value.expected
    read = read_area_table([file], id="Nr", columns={"n": "insgesamt"}, layout=Layout(skip=1, header=2))
    assert read.table["n"].tolist() == [100.0, 200.0]
    with pytest.raises(InputError, match="has no column 'Schlüssel'"):
        read_area_table([file], id="Schlüssel", columns={"n": "insgesamt"})


def test_headings_in_several_rows_are_one_name_and_empty_cells_continue_the_left_one(tmp_path):
    wanted = "Prognose | Gigabit-Versorgung der Einheiten | Anzahl"
    read = read_area_table(
        [written(tmp_path, BERLIN)],
        id="LOR Nummer",
        columns={"planned": wanted, "share": "#6"},
        layout=Layout(header=3, exclude=("00",), writing=Writing(marks={"-": "zero"})),
    )
    assert records(read) == [
        {"area_id": "01100101", "planned": 2613.0, "planned_status": "ok", "share": 0.0, "share_status": "ok"}
    ]
    assert read.labels["planned"] == wanted
    assert read.counts["excluded"] == 1


def test_one_row_of_the_headings_is_enough_where_it_is_the_only_one_of_that_name(tmp_path):
    with pytest.raises(InputError, match="2 columns 'Anzahl'"):
        read_area_table([written(tmp_path, BERLIN)], id="#1", columns={"a": "Anzahl"}, layout=Layout(header=3))
    read = read_area_table([written(tmp_path, BERLIN)], id="#1", columns={"a": "#3"}, layout=Layout(header=3))
    assert read.labels == {"a": "Ist-Versorgung | Gigabit-Versorgung der Einheiten | Anzahl"}


def test_lost_leading_zeros_come_back_by_the_length_of_the_key_and_are_counted(tmp_path):
    path = written(tmp_path, "id;n\n1011101;1\n01011103;2\n12601235;3\n")
    read = read_area_table([path], id="id", columns={"n": "n"}, layout=Layout(id_digits=8))
    assert read.table["area_id"].tolist() == ["01011101", "01011103", "12601235"]
    assert read.counts["padded_ids"] == 1


def test_keys_of_two_lengths_are_told_and_left_alone_without_a_rule(tmp_path):
    read = read_area_table([written(tmp_path, "id;n\n1011101;1\n12601235;3\n")], id="id", columns={"n": "n"})
    assert read.table["area_id"].tolist() == ["1011101", "12601235"]
    assert read.counts["ids_of_two_lengths"] == 1


def test_a_key_that_does_not_fit_its_length_is_refused(tmp_path):
    path = written(tmp_path, "id;n\n012601235;3\nBezirk;4\n")
    with pytest.raises(InputError, match="the key has not 8 digits in 2 rows"):
        read_area_table([path], id="id", columns={"n": "n"}, layout=Layout(id_digits=8))


def test_totals_are_left_out_by_pattern_by_number_of_rows_or_because_they_have_no_key(tmp_path):
    text = "id;n\nCranz;1\nBezirk Mitte;5\nHamburg;6\n;7\n"
    path = written(tmp_path, text)
    read = read_area_table([path], id="id", columns={"n": "n"}, layout=Layout(exclude=("Bezirk *", "Hamburg")))
    assert read.table["area_id"].tolist() == ["Cranz"]
    assert (read.counts["excluded"], read.counts["without_id"]) == (2, 1)
    assert len(read_area_table([path], id="id", columns={"n": "n"}, layout=Layout(skip_last=3)).table) == 1


def test_different_rows_of_one_area_are_refused_and_equal_ones_counted(tmp_path):
    twice = written(tmp_path, "id;n\na;1\na;1\nb;2\n")
    assert read_area_table([twice], id="id", columns={"n": "n"}).counts["repeated_rows"] == 1
    differing = written(tmp_path, "id;n\na;1\na;3\nb;2\n")
    with pytest.raises(InputError, match=r"several different figures in 'n' in 1 rows, first: \['a'\]"):
        read_area_table([differing], id="id", columns={"n": "n"})


LONG = """raum_id,raum,jahr,tab,zeile,zahl
000,Stadt Köln,2011,005,Einwohner,1036117.0
101,Altstadt/Süd,2010,005,Einwohner,26000.0
101,Altstadt/Süd,2011,005,Einwohner,26500.0
101,Altstadt/Süd,2011,020,Einwohner,1.0
101,Altstadt/Süd,2011,005,Haushalte,19000.0
102,Neustadt,2011,005,Einwohner,37500.0
"""
ASKED = {"residents": "Einwohner", "households": "Haushalte", "name": "raum", "date": "jahr"}


def test_a_long_table_is_turned_and_keeps_name_and_date(tmp_path):
    layout = Layout(exclude=("0??",), where={"tab": ("005",)}, names="zeile", values="zahl")
    read = read_area_table([written(tmp_path, LONG)], id="raum_id", columns=ASKED, layout=layout)
    assert read.table[["area_id", "name", "date", "residents"]].to_numpy().tolist() == [
        ["101", "Altstadt/Süd", "2010", 26000.0],
        ["101", "Altstadt/Süd", "2011", 26500.0],
        ["102", "Neustadt", "2011", 37500.0],
    ]
    assert read.table["households_status"].tolist() == ["missing", "ok", "missing"]
    assert read.latest()["residents"].tolist() == [26500.0, 37500.0]
    assert read.values == ["residents", "households"]


def dated(tmp_path, *rows):
    text = "id;stand;n\n" + "".join(f"{row}\n" for row in rows)
    return read_area_table([written(tmp_path, text)], id="id", columns={"n": "n", "date": "stand"})


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("31.12.2021", "01.01.2023"), ("12/2021", "01/2022"), ("2021", "2022-01-31"), ("4. Quartal 2021", "Q1 2022"),
        ("31. Dezember 2021", "Mai 2022"), ("2020/21", "2021/2022"), ("2021/11", "2021/12"), ("IV/2021", "I/2022"),
        ("2. Halbjahr 2021", "1. Halbjahr 2022"), ("2021-12-31 00:00:00", "1.1.2022"), ("2021 Q4", "2022 Q1"),
    ],
)  # fmt: skip
def test_of_several_dates_the_last_day_is_taken_and_not_the_last_text(tmp_path, before, after):
    assert dated(tmp_path, f"a;{before};100", f"a;{after};200").latest()["n"].tolist() == [200.0]
    assert dated(tmp_path, f"a;{after};200", f"a;{before};100").latest()["n"].tolist() == [200.0]


def test_dates_that_nobody_can_order_are_refused_where_an_area_has_several(tmp_path):
    assert dated(tmp_path, "a;vorher;100", "b;nachher;200").latest()["n"].tolist() == [100.0, 200.0]
    with pytest.raises(InputError) as refused:
        dated(tmp_path, "a;vorher;100", "a;2022;200", "a;31.12.2022;300", "b;30.02.2022;1", "b;2021;2")
    text = str(refused.value)
    assert "cannot be put in order" in text
    assert "'vorher', '30.02.2022'" in text
    assert "a: 2022, 31.12.2022" in text


def test_a_name_that_the_long_table_does_not_have_offers_the_nearest(tmp_path):
    layout = Layout(names="zeile", values="zahl", where={"jahr": ("2010",)})
    with pytest.raises(InputError, match="has no 'Einwohnr'") as refused:
        read_area_table([written(tmp_path, LONG)], id="raum_id", columns={"n": "Einwohnr"}, layout=layout)
    assert "'Einwohner'" in refused.value.fix


def test_files_that_each_bring_a_column_are_joined_by_area(tmp_path):
    one, two = written(tmp_path, "id;a\n1;10\n2;20\n", "1.csv"), written(tmp_path, "id;b\n2;5\n3;6\n", "2.csv")
    read = read_area_table([one, two], id="id", columns={"a": "a", "b": "b"})
    assert read.table["a_status"].tolist() == ["ok", "ok", "missing"]
    assert read.table["b"].tolist()[1:] == [5.0, 6.0]
    assert math.isnan(read.table["b"][0])


def test_all_problems_of_the_rows_are_said_at_once(tmp_path):
    path = written(tmp_path, "id;a;b\n1;viel;2\n1;3;4\n1;5;6\n")
    with pytest.raises(InputError) as refused:
        read_area_table([path], id="id", columns={"a": "a", "b": "b"})
    assert len(refused.value.where) == 3


# ── sections of the study ────────────────────────────────────────────────────────────────────────


def test_a_section_says_everything_a_table_needs(tmp_path):
    text = "Titel\nid|n\n1|-9\n2|geheim\n3|-\n4|x\nSumme|9\n".replace("|", ";")
    read = section(
        "table",
        written(tmp_path, text),
        id="id",
        columns={"n": "n"},
        skip=1,
        skip_last=1,
        missing=[-9, "geheim"],
        marks={"–": "zero", "X": "suppressed"},
    )
    assert read.table["n_status"].tolist() == ["suppressed", "suppressed", "ok", "suppressed"]
    assert read.table["n"][2] == 0


@pytest.mark.parametrize(
    ("options", "what"),
    [
        ({}, "which column holds the key"),
        ({"id": "id", "columns": {}}, "no column of figures"),
        ({"id": "id", "columns": {"n": 3}}, "columns must map"),
        ({"id": "id", "columns": {"Zahl der Räume": "n"}}, "no usable name"),
        ({"id": "id", "columns": {"n_status": "n"}}, "no usable name"),
        ({"id": "id", "columns": {"n": "n"}, "header": -1}, "header = -1"),
        ({"id": "id", "columns": {"n": "n"}, "id_digits": "8"}, "id_digits = '8'"),
        ({"id": "id", "columns": {"n": "n"}, "exclude": "Hamburg"}, "exclude must be a list"),
        ({"id": "id", "columns": {"n": "n"}, "where": ["a"]}, "where must name"),
        ({"id": "id", "columns": {"n": "n"}, "names": "zeile"}, "long table only by half"),
        ({"id": "id", "columns": {"n": "n"}, "decimal": "comma"}, "decimal = 'comma'"),
        ({"id": "id", "columns": {"n": "n"}, "marks": {"-": "null"}}, "'-' = 'null' is not known"),
    ],
)
def test_options_that_cannot_be_understood_are_refused_in_words(tmp_path, options, what):
    with pytest.raises(InputError, match=what):
        section("table", written(tmp_path, "id;n\n1;2\n"), **options)


def test_an_inkar_export_takes_the_last_year_unless_one_is_named(tmp_path):
    heads = ";Raumeinheit;Aggregat;Arbeitslose;Arbeitslose;Quote\nKennziffer;;;2020;2021;2021\n"
    text = heads + "01001;Flensburg;Kreise;5;4;.\n"
    read = section(
        "inkar",
        written(tmp_path, text),
        columns={"now": "Arbeitslose", "before": "Arbeitslose | 2020", "quota": "Quote", "name": "Raumeinheit"},
    )
    assert records(read)[0]["now"] == 4
    assert records(read)[0]["before"] == 5
    assert read.labels["now"] == "Arbeitslose | 2021"
    assert read.table["quota_status"].tolist() == ["suppressed"]


GENESIS = """GENESIS-Tabelle: 12411-01-01-4
Bevölkerungsstand: Bevölkerung nach Geschlecht;;;;
- Stichtag 31.12. -;;;;
regionale Tiefe: Kreise und krfr. Städte;;;;
Bevölkerungsstand (Anzahl);;;;
;;31.12.2014;31.12.2015;31.12.2015
;;Insgesamt;Insgesamt;weiblich
DG;Deutschland;81197537;82175684;41661561
01;  Schleswig-Holstein;2830864;2858714;1459256
01001;      Flensburg, Kreisfreie Stadt;84694;85942;-
01002;      Kiel, Landeshauptstadt, Kreisfreie Stadt;243148;246306;.
01003;      Lübeck, Hansestadt, Kreisfreie Stadt;214420;...;/
__________
(C)opyright Statistisches Bundesamt (Destatis), 2016
Stand: 21.07.2016 / 20:19:53
"""


def test_a_genesis_table_finds_its_head_and_foot_and_a_dash_is_zero_there(tmp_path):
    path = tmp_path / "12411-01-01-4.csv"
    path.write_bytes(GENESIS.encode("cp1252"))
    read = section("genesis", path, columns={"n": "Insgesamt", "women": "weiblich", "name": "#2"}, exclude=["DG", "??"])
    assert read.labels["n"] == "31.12.2015 | Insgesamt"
    assert read.table["area_id"].tolist() == ["01001", "01002", "01003"]
    assert read.table["name"][0] == "Flensburg, Kreisfreie Stadt"
    assert read.table["n_status"].tolist() == ["ok", "ok", "missing"]
    assert read.table["women_status"].tolist() == ["ok", "suppressed", "suppressed"]
    assert read.table["women"][0] == 0
    assert read.counts["excluded"] == 2


def test_a_genesis_table_with_the_day_in_front_of_the_region_finds_the_region(tmp_path):
    text = "Tabelle: 1\nTitel;;;\n;;;Insgesamt\n31.12.2022;01001;Flensburg;5\n31.12.2023;01001;Flensburg;6\n____\n"
    read = section("genesis", written(tmp_path, text), columns={"n": "Insgesamt", "date": "#1"})
    assert read.latest()[["area_id", "n"]].to_numpy().tolist() == [["01001", 6.0]]


def test_a_genesis_table_without_regions_is_refused(tmp_path):
    with pytest.raises(InputError, match="no row with a region key"):
        section("genesis", written(tmp_path, "Tabelle: 1\n;;a;b\nJanuar;x;1;2\n"), columns={"n": "a"})


FFCSV = """statistics_code;statistics_label;time_code;time_label;time;1_variable_code;1_variable_label;\
1_variable_attribute_code;1_variable_attribute_label;value;value_unit;value_variable_code;value_variable_label;value_q
1000A;Bevölkerung kompakt;STAG;Stichtag;2022-05-15;GEOGM4;Gemeinden;092760130130;Lindberg;108,84;qkm;FLC001;Fläche;e
1000A;Bevölkerung kompakt;STAG;Stichtag;2022-05-15;GEOGM4;Gemeinden;092760130130;Lindberg;2294;Anzahl;PRS018;Personen;e
1000A;Bevölkerung kompakt;STAG;Stichtag;2022-05-15;GEOGM4;Gemeinden;092760130130;Lindberg;21;Ew/qkm;PRS017;Dichte;e
"""


def test_a_flat_genesis_file_is_read_by_the_codes_of_its_figures(tmp_path):
    columns = {"residents": "PRS018", "area_km2": "FLC001", "date": "time"}
    read = section("ffcsv", written(tmp_path, FFCSV), columns=columns)
    assert records(read) == [
        {
            "area_id": "092760130130",
            "date": "2022-05-15",
            "residents": 2294.0,
            "residents_status": "ok",
            "area_km2": 108.84,
            "area_km2_status": "ok",
        }
    ]


def test_the_older_flat_genesis_file_is_an_ordinary_table(tmp_path):
    text = (
        "Statistik_Code;Statistik_Label;Zeit_Code;Zeit_Label;Zeit;1_Merkmal_Code;1_Merkmal_Label;1_Auspraegung_Code;"
        "1_Auspraegung_Label;     FLC006__Gebietsflaeche__qkm\n"
        "11111;Feststellung;STAG;Stichtag;31.12.2022;DLAND;Bundesländer;08;Baden-Württemberg;35747,85\n"
        "11111;Feststellung;STAG;Stichtag;31.12.2022;DLAND;Bundesländer;09;Bayern;-\n"
    )
    columns = {"area_km2": "FLC006__Gebietsflaeche__qkm", "name": "1_Auspraegung_Label", "date": "Zeit"}
    path = written(tmp_path, text)
    read = section("table", path, id="1_Auspraegung_Code", columns=columns, marks={"-": "zero"})
    assert read.table["area_id"].tolist() == ["08", "09"]
    assert read.table["area_km2"].tolist() == [35747.85, 0.0]
