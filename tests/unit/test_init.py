"""A study for any municipality: found by name or key however it is typed, never guessed, with addresses that fit."""

import os
import subprocess
import sys
import tomllib
from datetime import date

import pytest

from nahraum import workflow
from nahraum.errors import InputError, NahraumError, OutputError
from nahraum.provenance import LICENCES
from nahraum.sources.gazetteer import (
    extent_of,
    extracts_for,
    municipalities_of_kreis,
    municipality_by_ags,
    municipality_by_name,
    read_gazetteer,
)
from nahraum.sources.gazetteer_list import municipalities_of_list
from nahraum.sources.registry import registry
from nahraum.sources.topics import topics
from nahraum.study import read_study
from tiny_vg250 import municipalities, write_vg250

MARGIN_M = 3000.0


@pytest.fixture(scope="module")
def vg250(tmp_path_factory):
    return write_vg250(tmp_path_factory.mktemp("vg250") / "vg250.zip")


@pytest.fixture(scope="module")
def known(vg250):
    return read_gazetteer(vg250)


@pytest.fixture(autouse=True)
def empty_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("NAHRAUM_CACHE", str(tmp_path / "cache"))


def refused(call, *args, **options) -> str:
    with pytest.raises(NahraumError) as caught:
        call(*args, **options)
    return caught.value.message()


@pytest.mark.parametrize(
    ("typed", "ags"),
    [
        ("Kaiserslautern", "07312000"), ("kaiserslautern ", "07312000"), ("Köln", "05315000"), ("koeln", "05315000"),
        ("KOLN", "05315000"), ("Bruchmuehlbach Miesau", "07335003"), ("Bruchmühlbach-Miesau", "07335003"),
        ("Halle (Saale)", "15002000"), ("halle saale", "15002000"), ("neu ulm", "09775135"), ("Konstanz", "08335043"),
    ],
)  # fmt: skip
def test_a_municipality_is_found_by_its_name_however_it_is_typed(known, typed, ags):
    assert municipality_by_name(known, typed) == ags


def test_several_of_one_name_are_told_with_key_and_kreis(known):
    told = refused(municipality_by_name, known, "neustadt")
    assert "2 municipalities are called 'neustadt'" in told
    assert "07335002 Neustadt (Landkreis Kaiserslautern)" in told and "09573002 Neustadt (Landkreis Fürth)" in told
    assert "--ags 07335002" in told


def test_the_one_that_is_called_exactly_so_is_taken_where_another_only_begins_so(known):
    assert municipality_by_name(known, "Halle") == "03255023"


def test_a_name_that_nobody_has_brings_the_nearest(known):
    assert "05315000 Köln" in refused(municipality_by_name, known, "Kölln")
    assert "--ags" in refused(municipality_by_name, known, "Xyzzyqq")


@pytest.mark.parametrize("key", ["07312000", "7312000", " 07312000", "073120000000"])
def test_a_key_is_understood_with_lost_zero_and_as_ars(known, key):
    assert municipality_by_ags(known, key) == "07312000"


def test_an_unknown_key_brings_the_nearest_ones(known):
    told = refused(municipality_by_ags, known, "07335004")
    assert "'07335004'" in told and "07335003 Bruchmühlbach-Miesau (Landkreis Kaiserslautern)" in told
    assert "AGS of eight digits" in told
    assert "07335 Landkreis Kaiserslautern" in refused(municipalities_of_kreis, known, "07336")
    assert municipalities_of_kreis(known, "07335") == ["07335002", "07335003"]


def test_a_file_of_keys_without_names_says_so(tmp_path):
    bare = municipalities().drop(columns=["GEN", "AGS"])
    bare.to_file(tmp_path / "keys.gpkg", driver="GPKG", layer="gem")
    known = read_gazetteer(tmp_path / "keys.gpkg")
    assert municipality_by_ags(known, "05315000") == "05315000"
    assert "no names" in refused(municipality_by_name, known, "Köln")


def test_the_box_holds_the_municipality_with_its_margin(known):
    import pyproj

    west, south, east, north = extent_of(known, ["07312000"], MARGIN_M)
    here = pyproj.Transformer.from_crs(25832, 4326, always_xy=True)
    for x, y in ((397_000, 5_447_000), (413_000, 5_463_000), (397_000, 5_463_000), (413_000, 5_447_000)):
        lon, lat = here.transform(x, y)
        assert west <= lon <= east and south <= lat <= north
    assert (east - west) < 0.26 and (north - south) < 0.18


@pytest.mark.parametrize(
    ("ags", "extracts"),
    [
        ("07312000", ["rheinland-pfalz"]),
        ("05315000", ["nordrhein-westfalen"]),  # two Regierungsbezirke: the Land
        ("05162024", ["nordrhein-westfalen"]),
        ("08335043", ["baden-wuerttemberg/freiburg-regbez"]),
        ("08421000", ["baden-wuerttemberg/tuebingen-regbez", "bayern/schwaben"]),
        ("07335003", ["rheinland-pfalz", "saarland"]),
        ("11000000", ["brandenburg"]),  # holds Berlin as well
        ("02000000", ["hamburg"]),
    ],
)
def test_the_smallest_extract_that_holds_the_surroundings_is_taken(known, ags, extracts):
    assert extracts_for(known, [ags], MARGIN_M) == extracts


def test_a_study_is_written_that_can_be_read_before_anything_is_there(tmp_path, vg250):
    path = tmp_path / "kl.toml"
    done = workflow.init(name="Kaiserslautern", out=path, boundaries=vg250, on=date(2026, 11, 23))
    assert done.document["municipalities"] == [{"ags": "07312000", "name": "Kaiserslautern"}]
    study = read_study(path, require_files=False)
    assert (study.name, study.language, study.reference_date) == ("Kaiserslautern", "de", date(2026, 11, 23))
    osm = study.source("osm")
    assert osm.urls == ("https://download.geofabrik.de/europe/germany/rheinland-pfalz-latest.osm.pbf",)
    assert list(osm.window) == done.document["window"]
    assert study.source("boundary").option("name") == "07312000"
    assert {"population", "floor_area", "dwellings", "topics.ages", "topics.rent"} <= set(study.sources)
    assert [spec.name for spec in study.sources.values() if not spec.urls] == ["boundary"]  # the file that was given
    told = refused(read_study, path)
    assert "nahraum fetch" in told and "[sources.osm]" in told and "[sources.topics.rent]" in told


def test_the_boundary_that_the_study_names_is_the_municipality(tmp_path, vg250):
    from nahraum.sources.load import load_polygons

    workflow.init(ags=["08335043"], out=tmp_path / "s.toml", boundaries=vg250)
    boundary, _ = load_polygons(read_study(tmp_path / "s.toml", require_files=False).source("boundary"))
    assert boundary.geometry.iloc[0].area > 0 and len(boundary) == 1


@pytest.mark.parametrize(
    ("options", "kreis", "listed"),
    [({"kreis": "07335"}, "07335", ()), ({"ags": ["07312000", "07335002"]}, "", ("07312000", "07335002"))],
)
def test_a_county_is_a_list_of_municipalities(tmp_path, vg250, options, kreis, listed):
    workflow.init(**options, out=tmp_path / "s.toml", boundaries=vg250, language="en")
    study = read_study(tmp_path / "s.toml", require_files=False)
    assert (study.kreis, study.municipalities) == (kreis, listed)
    assert study.source("municipalities").option("layer") == "VG250_GEM" and study.source("boundary") is None
    assert study.language == "en"


def test_what_is_commented_out_is_a_valid_section_once_the_signs_are_gone(tmp_path, vg250):
    path = tmp_path / "s.toml"
    workflow.init(name="Ulm", out=path, boundaries=vg250)
    lines, section = [], False
    for line in path.read_text(encoding="utf-8").splitlines():
        section = (section or line.startswith(("# [sources", "# household_size ="))) and line.startswith("# ")
        lines.append(line.removeprefix("# ") if section else line)
    path.write_text("\n".join(lines), encoding="utf-8")
    study = read_study(path, require_files=False)
    assert {"timetable", "broadband", "quarters", "topics.building_years"} <= set(study.sources)


def test_the_same_call_gives_the_same_file_and_never_overwrites(tmp_path, vg250):
    for name in ("a.toml", "b.toml"):
        workflow.init(name="Ulm", out=tmp_path / name, boundaries=vg250, on=date(2026, 1, 1))
    first, second = ((tmp_path / name).read_text(encoding="utf-8") for name in ("a.toml", "b.toml"))
    assert first.replace("a.toml", "b.toml") == second
    with pytest.raises(OutputError, match="exists already"):
        workflow.init(name="Ulm", out=tmp_path / "a.toml", boundaries=vg250)


def test_names_with_quotes_stay_names(tmp_path):
    table = municipalities(("07312000",)).assign(GEN='Ort "am" \\ Berg')
    file = write_vg250(tmp_path / "odd.zip", table)
    workflow.init(ags=["07312000"], out=tmp_path / "s.toml", boundaries=file)
    assert tomllib.loads((tmp_path / "s.toml").read_text(encoding="utf-8"))["study"]["name"] == 'Ort "am" \\ Berg'


def test_without_the_list_of_municipalities_the_command_that_brings_it_is_told(tmp_path):
    told = refused(workflow.init, name="Ulm", out=tmp_path / "s.toml")
    assert "nahraum fetch --boundaries" in told and "gdz.bkg.bund.de" in told and "--boundaries FILE" in told
    with pytest.raises(InputError, match="does not exist"):
        workflow.init(name="Ulm", out=tmp_path / "s.toml", boundaries=tmp_path / "none.zip")


def test_the_command_line_asks_for_one_way_to_name_it(tmp_path, vg250):
    def nahraum(*arguments):
        command = [sys.executable, "-m", "nahraum.cli", "init", *arguments]
        return subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, env=os.environ, timeout=120)

    assert nahraum("--name", "Ulm", "--ags", "08421000").returncode == 2
    shown = nahraum("--name", "Ulm", "--boundaries", str(vg250), "--json")
    assert shown.returncode == 0 and '"ags": "08421000"' in shown.stdout
    again = nahraum("--name", "Ulm", "--boundaries", str(vg250))
    assert again.returncode == 1 and again.stderr.startswith("WHAT ")


def test_every_download_says_licence_place_and_how_well_it_is_known():
    for name, known in registry()["downloads"].items():
        assert known["evidence"] in ("verified", "reported", "from_knowledge"), name
        assert known["page"].startswith("https://") and known["attribution"] and known["layout"] and known["seen"]
        assert known["licence"] in LICENCES or name == "broadband"
        assert known.get("url", "https://").startswith("https://")
        assert known["purpose_de"] != known["purpose_en"]


def test_every_topic_that_a_study_begins_with_has_a_reader():
    archives = registry()["zensus2022"]["archives"]
    assert set(archives) <= set(topics())
    assert set(registry()["init"]["topics"]) <= set(archives)


# ── a list of names ───────────────────────────────────────────────────────────────────────────────────────────────

TYPED = """# Gemeinden, Stand gestern

kaiserslautern
Neustadt, Landkreis Fürth   # nicht das bei Kaiserslautern
Neustadt (07335)
7335003 Bruchmühlbach
"Halle (Saale)";
Koeln
Köln
"""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_a_list_is_read_however_it_is_typed_and_each_municipality_once(known, tmp_path, encoding):
    path = tmp_path / "names.txt"
    path.write_bytes(TYPED.replace("\n", "\r\n").encode(encoding))
    assert municipalities_of_list(known, path) == [
        "07312000", "09573002", "07335002", "07335003", "15002000", "05315000"
    ]  # fmt: skip


def test_all_lines_that_are_wrong_are_told_at_once_with_candidates(known, tmp_path):
    path = tmp_path / "names.txt"
    path.write_text("neustadt\nUlm\nKölln\n99999999\nNeustadt, Landkreis Köln\nXyzzyqq\n", encoding="utf-8")
    told = refused(municipalities_of_list, known, path)
    assert "5 of 6 lines" in told
    assert "line 1, 'neustadt': several are called so: 07335002 Neustadt (Landkreis Kaiserslautern); 09573002" in told
    assert "line 3, 'Kölln': did you mean 05315000 Köln" in told
    assert "line 4, '99999999': near it: " in told
    assert "line 5, 'Neustadt, Landkreis Köln': several" in told
    assert "line 6, 'Xyzzyqq': nobody is called so" in told


@pytest.mark.parametrize(
    ("content", "why"),
    [(b"# nothing\n\n", "names no municipality"), (b"PK\x03\x04", "no list"), (b"a\0b", "no list")],
)
def test_a_file_that_is_no_list_is_refused(known, tmp_path, content, why):
    path = tmp_path / "names.txt"
    path.write_bytes(content)
    assert why in refused(municipalities_of_list, known, path)
    assert "cannot be opened" in refused(municipalities_of_list, known, tmp_path / "none.txt")


def test_a_study_is_begun_from_a_list(vg250, tmp_path):
    (tmp_path / "names.txt").write_text("Neustadt (07335)\nbruchmuehlbach miesau\n", encoding="utf-8")
    done = workflow.init(names=tmp_path / "names.txt", out=tmp_path / "s.toml", boundaries=vg250)
    assert tomllib.loads((tmp_path / "s.toml").read_text())["area"]["municipalities"] == ["07335002", "07335003"]
    assert done.lines[-2:] == [
        f"als Nächstes: nahraum fetch {tmp_path / 's.toml'}", f"danach: nahraum region {tmp_path / 's.toml'}"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("title", "language", "called", "verb"),
    [("", "de", "Westpfalz", "nahraum region"), ("Zweckverband\nWest", "en", "Zweckverband West", "nahraum region")],
)
def test_a_study_of_a_list_is_called_by_its_title_or_its_file_and_names_its_own_verb(
    vg250, tmp_path, title, language, called, verb
):
    (tmp_path / "Westpfalz.txt").write_text("07335002\n07335003\n", encoding="utf-8")
    path = tmp_path / "s.toml"
    workflow.init(names=tmp_path / "Westpfalz.txt", title=title, out=path, boundaries=vg250, language=language)
    text = path.read_text(encoding="utf-8")
    assert tomllib.loads(text)["study"]["name"] == called
    assert f"{verb} s.toml" in text and "nahraum run" not in text
    assert ("die Gemeinden und 3 km" if language == "de" else "the municipalities and 3 km") in text


def test_the_study_says_what_happens_without_quarters_of_ones_own(vg250, tmp_path):
    workflow.init(name="Ulm", out=tmp_path / "s.toml", boundaries=vg250)
    text = (tmp_path / "s.toml").read_text(encoding="utf-8")
    assert 'nimmt nahraum Stadtteilgrenzen aus OpenStreetMap\n# oder grenzt selbst ab; kind = "none" lässt' in text
    workflow.init(kreis="07335", out=tmp_path / "k.toml", boundaries=vg250)
    assert "Ohne sie ist jede Gemeinde ein Quartier." in (tmp_path / "k.toml").read_text(encoding="utf-8")


def test_a_folder_of_boundaries_is_called_a_folder_and_its_file_offered(tmp_path):
    folder = tmp_path / "vg250"
    folder.mkdir()
    (folder / "VG250_GEM.shp").write_bytes(b"")
    (folder / "VG250_KRS.shp").write_bytes(b"")
    told = refused(workflow.init, name="Ulm", out=tmp_path / "s.toml", boundaries=folder)
    assert "is a folder" in told and f"--boundaries {folder / 'VG250_GEM.shp'}" in told
    (folder / "VG250_GEM.shp").unlink()
    (folder / "VG250_KRS.shp").unlink()
    told = refused(workflow.init, name="Ulm", out=tmp_path / "s.toml", boundaries=folder)
    assert "name the zip or the shp file" in told
