"""Published tables of small areas as they lie in NAHRAUM_DATA, against their published totals."""

import tomllib
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest

from nahraum.errors import InputError
from nahraum.sources.areatable import AreaTable
from nahraum.sources.rows import read_rows
from nahraum.sources.statistics import load_statistics
from nahraum.study import SourceSpec
from nahraum.study_keys import GROUP_KEYS, SOURCE_KINDS

ROOT = Path(__file__).resolve().parents[2]
pytestmark = [pytest.mark.real, pytest.mark.xdist_group("statistics")]


def table(kind: str, *files: Path, **options: object) -> AreaTable:
    return load_statistics(SourceSpec("statistics.x", kind, tuple(files), options))


def planning_areas(data_dir: Path) -> set[str]:
    folder = data_dir / "berlin" / "lor_2021"
    return set(gpd.read_file(folder / "lor_planungsraeume_2021.shp", ignore_geometry=True)["PLR_ID"])


# ── the examples of the handbook ─────────────────────────────────────────────────────────────────


def handbook() -> dict[str, dict[str, object]]:
    page = (ROOT / "docs" / "howto" / "own-statistics.md").read_text(encoding="utf-8")
    block = page.split("## Real tables, mapped")[1].split("```toml")[1].split("```")[0]
    return tomllib.loads(block)["sources"]["statistics"]


@pytest.mark.parametrize(
    ("name", "areas", "column", "total"),
    [
        ("gigabit", 542, "gigabit", 2_067_165),
        ("housing", 438, "dwellings", 1_893_644),
        ("hamburg", 99, "residents", 1_782_217),
        ("koeln", 86, "residents", 1_036_117),
        ("register", 542, "residents", 3_821_881),
    ],
)
def test_the_examples_of_the_handbook_read_the_real_tables(data_dir, name, areas, column, total):
    options = dict(handbook()[name])
    patterns = options.pop("files", None) or [options.pop("file")]
    files = [file for pattern in patterns for file in sorted(data_dir.rglob(str(pattern)))]
    read = table(str(options.pop("kind", "table")), *files, **options)
    assert len(read.table) == areas
    assert read.table[column].sum() == total


def test_every_example_of_the_handbook_has_known_keys():
    page = (ROOT / "docs" / "howto" / "own-statistics.md").read_text(encoding="utf-8")
    for block in page.split("```toml")[1:]:
        for section in tomllib.loads(block.split("```")[0])["sources"].get("statistics", {}).values():
            assert set(section) <= GROUP_KEYS["statistics"]
            assert section.get("kind", "table") in SOURCE_KINDS["statistics"]


# ── Berlin ───────────────────────────────────────────────────────────────────────────────────────

BROADBAND = "Ist-Versorgung | {}-Versorgung der Wohn- und Gewerbeeinheiten | {}"


@pytest.mark.parametrize(("ending", "header"), [("csv", 3), ("xlsx", 4)])
def test_all_542_planning_areas_of_berlin_have_their_gigabit_coverage(data_dir, ending, header):
    file = data_dir / "berlin" / "broadband" / f"Berlin_LOR_Versorgungsdaten_Stand_2402.{ending}"
    columns = {
        "gigabit": BROADBAND.format("Gigabit", "Anzahl"),
        "gigabit_percent": BROADBAND.format("Gigabit", "Anteil (%)"),
        "fibre": BROADBAND.format("Glasfaser", "Anzahl"),
        "change": BROADBAND.format("Gigabit", "Veränderung zum Vorjahr (%)"),
    }
    read = table(
        "table", file, id="LOR Planungsräume Nummer", id_digits=8, header=header, columns=columns, marks={"-": "zero"}
    )
    assert set(read.table["area_id"]) == planning_areas(data_dir)
    assert read.table["gigabit"].sum() == 2_067_165  # the row "Land Berlin", which has no Planungsraum and is left out
    assert read.table["fibre"].sum() == 741_551
    assert read.counts["without_id"] == 1
    assert set(read.table["change_status"]) == {"ok"}
    assert read.table["gigabit_percent"].between(0, 100).all()


def test_the_sheet_and_the_csv_of_berlin_say_the_same(data_dir):
    folder = data_dir / "berlin" / "broadband"
    columns = {"gigabit": BROADBAND.format("Gigabit", "Anzahl"), "name": "LOR Planungsräume Name"}
    one, two = (
        table(
            "table",
            folder / f"Berlin_LOR_Versorgungsdaten_Stand_2402.{ending}",
            id=key,
            header=header,
            columns=columns,
            marks={"-": "zero"},
        )
        for ending, key, header in (("csv", "#3", 3), ("xlsx", "#4", 4))
    )
    assert one.table.equals(two.table)


def test_the_population_register_of_berlin_joins_every_planning_area(data_dir):
    file = data_dir / "berlin" / "social" / "einwohnerbestand_06-2022_plr.csv"
    read = table("table", file, id="PLR-ID", columns={"residents": "Gesamt", "from_65": "65undmehr"})
    assert set(read.table["area_id"]) == planning_areas(data_dir)
    assert read.table["residents"].sum() == 3_821_881


def test_housing_of_berlin_is_right_by_position_although_its_headings_are_shifted(data_dir):
    files = sorted((data_dir / "statistics" / "berlin_housing").glob("berlin-lor-housing-stock-2018-00-*.csv"))
    rooms = {f"rooms_{number}": f"#{number + 2}" for number in range(1, 8)}
    read = table(
        "table",
        *files,
        id="#1",
        id_digits=8,
        columns={"dwellings": "#2", "area_100m2": "#12", **rooms},
        marks={"-": "zero"},
    )
    found = read.table
    assert len(found) == 438
    assert found["dwellings"].sum() == 1_893_644
    assert found["area_100m2"].sum() * 100 == 139_020_700
    assert (found[list(rooms)].sum(axis=1) == found["dwellings"]).all()
    first = found.set_index("area_id").loc["01011101"]
    assert first["area_100m2"] * 100 == 141_200


def test_the_monitoring_of_berlin_gives_back_its_own_sums_by_position(data_dir):
    """Column 19 is headed z_d1 and is the sum of z(S1), z(S3), z(S4); z with the standard deviation over n."""
    folder = data_dir / "statistics" / "berlin_mss"
    file = folder / "berlin-lor-monitoring-social-urban-development-2019-00-planning-areas.csv"
    columns = {"s1": "#10", "s3": "#11", "s4": "#12", "sum_of_z": "#19"}
    found = table("table", file, id="id", id_digits=8, columns=columns, decimal=".").table
    listed = found.dropna(subset=["s1", "s3", "s4", "sum_of_z"])
    assert len(listed) == 436
    values = listed[["s1", "s3", "s4"]].to_numpy()
    z = (values - values.mean(axis=0)) / values.std(axis=0)
    assert np.abs(z.sum(axis=1) - listed["sum_of_z"]).max() < 3e-5
    with pytest.raises(InputError, match="2 columns 'inhabitants'"):
        table("table", file, id="id", columns={"residents": "inhabitants"})


# ── Hamburg, Köln ────────────────────────────────────────────────────────────────────────────────


def hamburg(data_dir: Path, ending: str) -> AreaTable:
    file = data_dir / "statistics" / "hamburg_stadtteilprofile_2014" / f"Daten_fuer_die_Stadtteilprofile_2014.{ending}"
    columns = {"residents": "#2", "size_m2": "#50", "m2_per_resident": "#51", "dwellings": "#46"}
    rows = {"skip_last": 8} if ending == "csv" else {"skip": 1, "header": 3, "skip_last": 8}
    return table("table", file, id="#1", columns=columns, **rows)


def test_the_quarters_of_hamburg_are_read_without_their_totals(data_dir):
    read = hamburg(data_dir, "csv")
    assert len(read.table) == 99
    assert not {"Altona", "Hamburg"} <= set(read.table["area_id"])
    assert read.table["residents"].sum() == 1_782_217  # of 1,788,994: the file has 99 of Hamburg's 104 Stadtteile


def test_the_sheet_and_the_csv_of_hamburg_say_the_same(data_dir):
    csv, sheet = hamburg(data_dir, "csv").table, hamburg(data_dir, "xlsx").table
    joint = csv.merge(sheet, on="area_id", suffixes=("", "_sheet"))
    assert len(joint) == 99
    for name in ("residents", "size_m2", "dwellings"):
        both = joint.dropna(subset=[name, f"{name}_sheet"])
        assert (both[name] - both[f"{name}_sheet"]).abs().max() < 0.06
        assert (joint[name].isna() == joint[f"{name}_sheet"].isna()).all()


def test_the_long_table_of_koeln_adds_up_to_the_city(data_dir):
    file = data_dir / "statistics" / "koeln" / "bevoelkerung.csv"
    common = {
        "id": "raum_id",
        "names": "zeile",
        "values": "zahl",
        "columns": {"residents": "Einwohner", "name": "raum"},
    }
    where = {"tab_id": "005", "jahr": "2011"}
    quarters = table("table", file, where=where, exclude=["0??"], **common)
    districts = table("table", file, where=where, exclude=["000", "[1-9]??"], **common)
    assert (len(quarters.table), len(districts.table)) == (86, 9)
    assert quarters.table["residents"].sum() == districts.table["residents"].sum() == 1_036_117


def test_an_old_sheet_of_koeln_says_what_its_csv_says(data_dir):
    folder = data_dir / "statistics" / "koeln"
    sheet = {str(row[0]): row for row in read_rows(folder / "13211-03ir.xls").rows if row and len(row) > 30}
    months = [row for row in read_rows(folder / "13211-03ir.csv").rows[1:] if row[1]]
    assert len(months) == 174
    for date, total, men, women in months:
        year, month = date[:4], int(date[5:7])
        assert sheet[year][1 + 3 * (month - 1) :][:3] == [float(total), float(men), float(women)]


# ── INKAR, Breitbandatlas ────────────────────────────────────────────────────────────────────────


def test_every_export_of_inkar_has_its_400_kreise(data_dir):
    files = sorted((data_dir / "statistics" / "inkar_kreise").glob("*.xls"))
    assert len(files) == 10
    for file in files:
        indicator = str(read_rows(file, sheet="Daten").rows[0][3])
        read = table("inkar", file, columns={"value": indicator, "name": "Raumeinheit"})
        assert len(read.table) == 400
        assert read.labels["value"] == f"{indicator} | 2021"
        assert read.table["area_id"].str.fullmatch(r"\d{5}").all()
        assert read.table["area_id"][0] == "01001"


def test_the_income_tax_of_iris_is_found_by_either_of_its_headings(data_dir):
    file = data_dir / "statistics" / "inkar_kreise" / "IRIS_Einkommenssteuer_Gemeindeverbaende_2022.csv"
    read = table("inkar", file, columns={"a": "Einkommensteuer 2022", "b": "q_einkst_bev22"})
    assert len(read.table) == 4_600
    assert read.table["area_id"][0] == "010010000"
    assert read.table["a"].equals(read.table["b"])
    assert read.table["a"][0] == 419.18


@pytest.mark.parametrize(
    ("name", "areas", "share", "unpopulated"),
    [
        ("Verf_Gemeinden_atene_Mitte 18.csv", 11_330, "all_50_share", 145),
        ("gemeinde_privat_2019_mitte.csv", 11_330, "all_50_share", 119),
        ("gemeinde_bezirke_privat_2021_mitte.csv", 11_388, "all_50_share", 238),
        ("2021_BBA_Kreisdaten.xls", 402, "wired_50_share", 0),
        ("bundesland_privat_2021_1.csv", 16, "wired_50_share", 0),
    ],
)
def test_the_layouts_of_the_breitbandatlas_are_read(data_dir, name, areas, share, unpopulated):
    read = table("breitbandatlas", data_dir / "statistics" / "breitbandatlas" / name)
    assert len(read.table) == areas
    assert read.counts["unpopulated"] == unpopulated
    assert read.table[share].dropna().between(0, 1).all()
    assert (read.table[share].isna() == (read.table[f"{share}_status"] == "missing")).all()


def test_a_city_has_the_published_figures_in_two_editions(data_dir):
    folder = data_dir / "statistics" / "breitbandatlas"
    one, two = (
        table("breitbandatlas", folder / name).table.set_index("area_id")["all_50_share"]
        for name in ("Verf_Gemeinden_atene_Mitte 18.csv", "gemeinde_privat_2019_mitte.csv")
    )
    assert one["05911000"] == 0.95
    assert two["01001000"] == pytest.approx(0.9889)
