"""Further census topics: shares of classes and means, read from files as Destatis writes them; computed by hand."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from nahraum.errors import InputError
from nahraum.indicators.further import Given
from nahraum.indicators.themes import census
from nahraum.sources.topics import read_topic, read_topic_table, share_of_classes, topics

CELLS = ("CRS3035RES100mN2689000E4337000;4337050;2689050", "CRS3035RES100mN2689100E4337000;4337050;2689150")
TENS = "Unter10;a10bis19;a20bis29;a30bis39;a40bis49;a50bis59;a60bis69;a70bis79;a80undaelter"
FIVE = "Unter18;a18bis29;a30bis49;a50bis64;a65undaelter"
SIZES = "1_Person;2_Personen;3_Personen;4_Personen;5_Personen;6_Personen_und_mehr"
FAMILIES = "EinpersHH_SingleHH;Paare_ohneKind;Paare_mitKind;Alleinerziehende;MehrpersHHohneKernfam"
ROOMS = "1Raum;2Raeume;3Raeume;4Raeume;5Raeume;6Raeume;7undmehrRaeume"
TYPES = (
    "FreiEFH;EFH_DHH;EFH_Reihenhaus;Freist_ZFH;ZFH_DHH;ZFH_Reihenhaus;MFH_3bis6Wohnungen;MFH_7bis12Wohnungen;"
    "MFH_13undmehrWohnungen;AndererGebaeudetyp"
)
YEARS = "Vor1919;a1919bis1948;a1949bis1978;a1979bis1990;a1991bis2000;a2001bis2010;a2011bis2019;a2020undspaeter"
# topic -> header, values of the first cell, values of the second
FILES = {
    "rent": ("durchschnMieteQM;AnzahlWohnungen;werterlaeuternde_Zeichen", "6,26;3;", "4,45;3;KLAMMERN"),
    "mean_age": ("Durchschnittsalter;werterlaeuternde_Zeichen", "36,75;", "–;"),
    "household_size": ("DurchschnHHGroesse", "2,10", "1,00"),
    "ages": (f"Insgesamt_Bevoelkerung;{TENS}", "40;4;4;4;4;4;4;4;4;8", "9;–;–;–;9;–;–;–;–;–"),
    "age_classes": (f"Insgesamt_Bevoelkerung;{FIVE}", "20;5;5;0;0;10", "3;–;–;–;–;3"),
    "households": (f"Insgesamt_Haushalte;{SIZES}", "10;4;3;3;0;0;0", "3;3;–;–;–;–;–"),
    "families": (f"Insgesamt_Haushalte;{FAMILIES}", "20;4;4;4;5;3", "3;3;–;–;–;–"),
    "dwelling_area": ("durchschnFlaechejeWohn", "81,50", "–"),
    "rooms": (f"Insgesamt_Wohnungen;{ROOMS}", "8;0;2;2;2;0;0;2", "–;–;–;–;–;–;–;–"),
    "ownership": ("Eigentuemerquote", "25,00", "–"),
    "vacancy": ("Leerstandsquote", "4,00", "–"),
    "market_active_vacancy": ("marktaktive_Leerstandsquote", "1,50", "–"),
    "building_types": (f"Insgesamt_Gebaeude;{TYPES}", "10;3;0;0;0;0;0;3;3;1;0", "3;3;–;–;–;–;–;–;–;–;–"),
    "building_years": (f"Insgesamt_Gebaeude;{YEARS}", "10;3;1;4;0;0;2;0;0", "3;–;–;3;–;–;–;–;–"),
    "under_18": ("AnteilUnter18", "12,50", "–"),
    "from_65": ("AnteilUeber65", "30,00", "–"),
}


def _written(folder: Path, topic: str) -> Path:
    header, *rows = FILES[topic]
    lines = [f"GITTER_ID_100m;x_mp_100m;y_mp_100m;{header}"]
    lines += [f"{cell};{row}" for cell, row in zip(CELLS, rows, strict=True)]
    path = folder / f"{topic}_100m-Gitter.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def values(tmp_path_factory) -> pd.DataFrame:
    """Every value at three addresses: two in the first cell and one in the second."""
    folder = tmp_path_factory.mktemp("topics")
    grids = {topic: read_topic(_written(folder, topic), topic, size_m=100) for topic in FILES}
    keys = grids["rent"].table["cell_key"].to_numpy()
    area = SimpleNamespace(addresses=pd.DataFrame({"cell_key": [keys[0], keys[1], keys[0]]}))
    return census.address_values(SimpleNamespace(area=area, given=Given(topics=grids)))


def _is(values: pd.DataFrame, name: str, first: float, second: float, *status: str) -> None:
    assert values[name].round(6).tolist()[0] == pytest.approx(first)
    assert values[name].round(6).tolist()[2] == pytest.approx(first)
    assert values[name].round(6).tolist()[1] == pytest.approx(second, nan_ok=True)
    assert tuple(values[f"{name}_status"].tolist()[:2]) == status


def test_net_cold_rent_eur_m2_keeps_values_in_brackets_as_unreliable(values):
    _is(values, "net_cold_rent_eur_m2", 6.26, 4.45, "ok", "unreliable")


def test_mean_age_years_is_suppressed_where_a_dash_stands(values):
    _is(values, "mean_age_years", 36.75, np.nan, "ok", "suppressed")


def test_mean_household_size_is_read_as_published(values):
    _is(values, "mean_household_size", 2.1, 1.0, "ok", "ok")


def test_under_10_share_is_over_the_sum_of_the_classes(values):
    _is(values, "under_10_share", 4 / 40, 0.0, "ok", "unreliable")


def test_from_80_share_is_over_the_sum_of_the_classes(values):
    _is(values, "from_80_share", 8 / 40, 0.0, "ok", "unreliable")


def test_under_18_share_takes_the_classes_before_the_published_share(values):
    _is(values, "under_18_share", 5 / 20, 0.0, "ok", "unreliable")


def test_from_65_share_takes_the_classes_before_the_published_share(values):
    _is(values, "from_65_share", 10 / 20, 1.0, "ok", "unreliable")


def test_one_person_households_share_is_over_all_sizes(values):
    _is(values, "one_person_households_share", 4 / 10, 1.0, "ok", "unreliable")


def test_lone_parent_households_share_is_over_all_types(values):
    _is(values, "lone_parent_households_share", 5 / 20, 0.0, "ok", "unreliable")


def test_mean_dwelling_m2_is_read_as_published(values):
    _is(values, "mean_dwelling_m2", 81.5, np.nan, "ok", "suppressed")


def test_rooms_per_dwelling_weighs_the_classes_by_rooms(values):
    _is(values, "rooms_per_dwelling", (2 * 2 + 2 * 3 + 2 * 4 + 2 * 7.5) / 8, np.nan, "ok", "missing")


def test_owner_occupied_share_turns_per_cent_into_a_share(values):
    _is(values, "owner_occupied_share", 0.25, np.nan, "ok", "suppressed")


def test_vacant_dwellings_share_turns_per_cent_into_a_share(values):
    _is(values, "vacant_dwellings_share", 0.04, np.nan, "ok", "suppressed")


def test_market_active_vacancy_share_turns_per_cent_into_a_share(values):
    _is(values, "market_active_vacancy_share", 0.015, np.nan, "ok", "suppressed")


def test_large_buildings_share_counts_buildings_with_seven_and_more_dwellings(values):
    _is(values, "large_buildings_share", 4 / 10, 0.0, "ok", "unreliable")


def test_built_before_1949_share_adds_the_two_oldest_classes(values):
    _is(values, "built_before_1949_share", 4 / 10, 0.0, "ok", "unreliable")


def test_built_1949_to_1978_share_takes_one_class(values):
    _is(values, "built_1949_to_1978_share", 4 / 10, 1.0, "ok", "unreliable")


def test_a_share_of_classes_without_any_published_class_is_missing():
    value, status = share_of_classes(np.array([[np.nan, np.nan], [0.0, 0.0], [3.0, np.nan]]), [1.0, 0.0])
    assert np.isnan(value[:2]).all() and value[2] == 1.0
    assert status.tolist() == ["missing", "missing", "unreliable"]


def test_every_value_of_a_topic_has_its_function_and_entry():
    assert {name for values in topics().values() for name in values} == set(census.VALUES)


def test_an_unknown_topic_or_a_file_of_another_topic_is_told(tmp_path):
    with pytest.raises(InputError, match="no topic of the census") as told:
        read_topic(_written(tmp_path, "rent"), "rents", size_m=100)
    assert "rent" in told.value.fix
    with pytest.raises(InputError, match="columns are missing: Durchschnittsalter"):
        read_topic(_written(tmp_path, "rent"), "mean_age", size_m=100)


def test_a_topic_can_come_from_any_grid_table(tmp_path):
    path = tmp_path / "mieten.csv"
    path.write_text("zelle;miete\nCRS3035RES1000mN2689000E4337000;7,5\n", encoding="utf-8")
    columns = {"cell": "zelle", "net_cold_rent_eur_m2": "miete"}
    grid = read_topic_table([path], "rent", size_m=1000, columns=columns, missing=[])
    assert grid.table["net_cold_rent_eur_m2"].tolist() == [7.5]
    with pytest.raises(InputError, match="knows no 'net_rent'"):
        read_topic_table([path], "rent", size_m=1000, columns={"cell": "zelle", "net_rent": "miete"}, missing=[])
