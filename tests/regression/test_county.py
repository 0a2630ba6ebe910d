"""The Musterkreis as a county planner meets it: one command, one report; every row held against a count by hand."""

import re
from pathlib import Path
from types import SimpleNamespace

import geopandas as gpd
import numpy as np
import pandas as pd
import pikepdf
import pytest
import shapely

from nahraum import workflow
from nahraum.errors import InputError, StudyError
from nahraum.study import read_study
from nahraum.tables import PREREQUISITES
from nahraum.workflow.chain import analyse
from nahraum.workflow.progress import Progress
from nahraum.workflow.verbs import store_of

pytestmark = pytest.mark.xdist_group("county")

NUMBER, RESIDENTS = 12, 20_000
SEVERAL = "several_k2_share"


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> SimpleNamespace:
    """Twelve municipalities of 1,000 to 2,900 residents, and what `nahraum region` made of them."""
    folder = tmp_path_factory.mktemp("county") / "musterkreis"
    workflow.musterstadt(RESIDENTS, seed=1, folder=folder, municipalities=NUMBER)
    summary = workflow.region([folder / "study.toml"], quiet=True)
    output = folder / "ergebnis"
    return SimpleNamespace(
        folder=folder, study=folder / "study.toml", summary=summary, public=output / "public",
        released=gpd.read_parquet(output / "public" / "municipalities.parquet"),
        internal=result(folder / "study.toml"),
        addresses=pd.read_parquet(output / "internal" / "addresses.parquet"),
    )  # fmt: skip


def result(study: Path) -> SimpleNamespace:
    """The unsuppressed results of a study, from its finished stages where there are any."""
    known = read_study(study)
    index = analyse(known, store_of(known), Progress(quiet=True)).index.value
    return SimpleNamespace(
        municipality=index.municipality.iloc[0],
        rows=None if index.municipalities is None else index.municipalities.set_index("municipality_id"),
        shares=index.municipality_variants,
    )


def by_hand(addresses: pd.DataFrame) -> dict[str, float]:
    """Shares of the judged residents of some addresses, added up one by one."""
    people, lacks = addresses["residents"] * addresses["judged"], {p: addresses[f"lacks_{p}"] for p in PREREQUISITES}
    shares = {
        f"lacks_{p}_share": (people * lack)[lack.notna()].sum() / people[lack.notna()].sum()
        for p, lack in lacks.items()
    }
    sure = sum(lacks[p].fillna(0.0) for p in PREREQUISITES if p != "internet")
    part = lacks["internet"]  # a share of the cell: whoever lacks one more lacks two where the offer is missing too
    two = np.where(sure >= 2, 1.0, np.where(sure == 1, part, 0.0))
    known = ~pd.concat(lacks.values(), axis=1).isna().any(axis=1)
    return shares | {SEVERAL: (people * two)[known].sum() / people[known].sum(), "residents": people.sum()}


def test_one_command_makes_a_report_and_a_page_for_each_municipality(county):
    assert county.released["municipality_id"].tolist() == [f"05999{n:03d}" for n in range(1, NUMBER + 1)]
    whole = pd.read_csv(county.public / "tables" / "municipality.csv", sep=";", decimal=",", encoding="utf-8-sig")
    assert county.released["residents"].sum() == pytest.approx(whole["residents"][0], abs=NUMBER / 2)
    assert county.internal.rows["residents"].sum() == pytest.approx(county.internal.municipality["residents"], abs=1e-6)
    assert county.released["residents"].sum() == pytest.approx(RESIDENTS, rel=0.01)  # the census moves small counts
    pages = sorted(path.stem.partition("_")[0] for path in (county.public / "municipalities").glob("*.pdf"))
    assert pages == county.released["municipality_id"].tolist()
    (page,) = (county.public / "municipalities").glob("05999001_*.pdf")  # its name follows the key
    for path in (county.public / "region.pdf", page):
        assert len(pikepdf.open(path).pages) >= 1


def test_each_row_is_what_its_addresses_add_up_to(county):
    for key, row in county.internal.rows.iterrows():
        mine = by_hand(county.addresses[county.addresses["municipality_id"] == key])
        assert mine["residents"] == pytest.approx(row["residents_judged"], abs=1e-6)
        for name in (*(f"lacks_{p}_share" for p in PREREQUISITES), SEVERAL):
            low, high = row.get(f"{name}_min", row[name]), row.get(f"{name}_max", row[name])
            assert low - 0.005 <= mine[name] <= high + 0.005, (key, name)
        for p in PREREQUISITES:
            assert mine[f"lacks_{p}_share"] == pytest.approx(row[f"lacks_{p}_share"], abs=1e-6)


def test_what_is_released_is_the_same_rounded(county):
    released, known = county.released.set_index("municipality_id"), county.internal.rows
    for p in PREREQUISITES:
        shown = released[f"lacks_{p}_share"].dropna()
        assert len(shown) >= NUMBER / 2
        assert (shown - known.loc[shown.index, f"lacks_{p}_share"]).abs().max() <= 0.05


def test_a_municipality_has_the_row_that_a_study_of_its_own_would_give_it(county):
    ground = gpd.read_file(f"zip://{county.folder / 'vg250_musterkreis.zip'}!vg250_ebenen/VG250_GEM.shp")
    ground[ground["AGS"] == "05999004"].to_file(county.folder / "one.gpkg", driver="GPKG")
    text = without_area(county.study) + '[sources.boundary]\nkind = "vector"\nfile = "one.gpkg"\n'
    alone = result(written(county.folder / "one.toml", text, output="one")).municipality
    row = county.internal.rows.loc["05999004"]
    names = [*(f"lacks_{p}_share" for p in PREREQUISITES), SEVERAL, f"{SEVERAL}_min", f"{SEVERAL}_max", "residents"]
    names += ["residents_judged", "green_distance_m", "food_full_range_distance_m", "floor_area_m2_per_resident"]
    assert row[names].astype(float).to_dict() == pytest.approx(alone[names].astype(float).to_dict(), rel=1e-9)


def without_area(study: Path) -> str:
    """The study's text without its municipalities, further topics and output."""
    text = study.read_text(encoding="utf-8").partition("[output]")[0]
    for section in ("area", "sources.municipalities", "sources.topics"):
        text = re.sub(rf"\[{re.escape(section)}\]\n(?:[^\[\n].*\n)*", "", text)
    return text


def written(path: Path, text: str, *, output: str) -> Path:
    path.write_text(f'{text}\n[output]\nfolder = "{output}"\n', encoding="utf-8")
    return path


def test_the_three_to_visit_first_are_those_with_most_people_lacking_several(county):
    people = {
        row["name"]: by_hand(county.addresses[county.addresses["municipality_id"] == key])
        for key, row in county.internal.rows.iterrows()
    }
    most = sorted(people, key=lambda name: -people[name][SEVERAL] * people[name]["residents"])[:3]
    line = next(line for line in county.summary.lines if "Zuerst hinfahren" in line)
    assert re.findall(r"(\w+(?: \w+)*) \(\d+\)", line.partition(" leben in ")[2].replace(" und ", ", ")) == most
    assert county.summary.lines[-2].endswith("region.pdf")


def test_ranks_count_only_within_a_type(county):
    rows = county.internal.rows
    assert rows["type"].value_counts().to_dict() == dict.fromkeys(rows["type"].unique(), 4)
    assert (rows["n_comparable"] == 4).all()
    share = county.internal.shares.set_index("variant_id").iloc[0]
    for _, like in rows.groupby("type"):
        assert like["rank"].tolist() == share[like.index].rank(ascending=False, method="min").tolist()
    assert (rows["rank_min"] <= rows["rank"]).all() and (rows["rank"] <= rows["rank_max"]).all()


def test_quarters_of_the_same_name_say_in_which_municipality_they_lie(county):
    names = gpd.read_parquet(county.public / "quarters.parquet")["name"]
    assert not names.duplicated().any()
    assert "Schlehenbusch (Ahlbeckhausen)" in set(names)


# ── several studies ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def studies(county: SimpleNamespace) -> SimpleNamespace:
    """Two studies of the same files: one with an overlap and a municipality without residents, one of a single one."""
    ground = gpd.read_file(f"zip://{county.folder / 'vg250_musterkreis.zip'}!vg250_ebenen/VG250_GEM.shp")
    first, second = ground.geometry[0], ground.geometry[1]
    middle = first.centroid.x, *first.bounds[1:]
    ground.loc[1, "geometry"] = shapely.union(second, shapely.intersection(first, shapely.box(*middle)))
    west, south = first.bounds[:2]
    corner = shapely.box(west + 200, south + 300, west + 400, south + 500)
    empty = ground.iloc[[0]].assign(AGS="05999013", GEN="Leerfeld", EWZ=0).set_geometry([corner], crs=ground.crs)
    pd.concat([ground, empty], ignore_index=True).to_file(county.folder / "gemeinden.gpkg", driver="GPKG")
    text = without_area(county.study)

    def study(name: str, keys: list[str], *, output: str = "", more: str = "") -> Path:
        area = f'[area]\nmunicipalities = {keys}\n[sources.municipalities]\nfile = "gemeinden.gpkg"\ntype = "TYP"\n'
        return written(county.folder / f"{name}.toml", text + more + area, output=output or name)

    a, b = study("a", ["05999001", "05999002", "05999013"]), study("b", ["05999003"])
    out = county.folder / "zusammen"
    summary = workflow.region([a, b], name="Zweckverband", out=out, quiet=True)
    rows = gpd.read_parquet(out / "public" / "municipalities.parquet").set_index("municipality_id")
    return SimpleNamespace(a=a, b=b, study=study, out=out, summary=summary, rows=rows)


def test_studies_are_put_together_in_one_report(studies, county):
    assert studies.rows.index.tolist() == ["05999001", "05999002", "05999003", "05999013"]
    known = county.released.set_index("municipality_id")
    assert studies.rows.loc["05999003", "residents"] == known.loc["05999003", "residents"]
    assert studies.rows.loc["05999003", "lacks_supply_share"] == known.loc["05999003", "lacks_supply_share"]
    assert len(list((studies.out / "public" / "municipalities").glob("*.pdf"))) == 4
    assert studies.summary.lines[1].startswith("Zweckverband: 4 Gemeinden")


def test_where_municipalities_overlap_the_lower_key_has_the_people_and_it_is_said(studies, county):
    known = county.released.set_index("municipality_id")["residents"]
    assert studies.rows.loc[["05999001", "05999002"], "residents"].to_dict() == known.iloc[:2].to_dict()
    notes = workflow.build_area(studies.a).area.notes.set_index("code")["count"]
    assert notes["addresses_in_several_municipalities"] > 10
    assert notes["municipalities_without_residents"] == 1


def test_a_municipality_without_residents_stays_and_is_not_judged(studies):
    empty = studies.rows.loc["05999013"]
    assert empty["residents"] == 0 and np.isnan(empty[SEVERAL]) and np.isnan(empty["rank"])
    assert any("Nicht zu beurteilen: Leerfeld" in line for line in studies.summary.lines)
    (page,) = (studies.out / "public" / "municipalities").glob("05999013*.pdf")
    assert page.stat().st_size > 1000


def test_the_same_studies_give_the_same_bytes(studies):
    def pdfs() -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in sorted((studies.out / "public").rglob("*.pdf"))}

    before = pdfs()
    workflow.region([studies.a, studies.b], name="Zweckverband", out=studies.out, quiet=True)
    assert len(before) == 5 and pdfs() == before


def test_studies_by_other_rules_or_with_the_same_municipality_are_refused(studies):
    other = studies.study("c", ["05999003"], output="b", more='[parameters]\n"supply.maximum_distance_m" = 800.0\n')
    with pytest.raises(InputError, match="different rules") as told:
        workflow.region([studies.a, other], out=studies.out, quiet=True)
    assert "supply.maximum_distance_m = 800.0" in told.value.where[0]
    again = studies.study("d", ["05999003"])
    with pytest.raises(InputError, match="in several studies") as told:
        workflow.region([again, studies.b], out=studies.out, quiet=True)
    assert told.value.where == ["05999003"] and not (again.parent / "d").exists()  # before anything is computed


def test_an_unknown_key_is_refused_with_the_nearest(studies):
    with pytest.raises(StudyError, match="does not hold") as told:
        workflow.build_area(studies.study("e", ["05999044"], output="b"))
    assert "05999004 Dahlkirchen" in told.value.where[0]
