"""`nahraum fetch`: everything a study names, once, in turn, noted; from a server to a study that can be checked."""

import hashlib
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import geopandas as gpd
import osmium
import pytest
import shapely
from test_fetch import archive

from loopback import Served, loopback
from nahraum import workflow
from nahraum.errors import InputError, NahraumError, OutputError, StudyError
from nahraum.sources.fetch_lock import LOCK_NAME, read_lock
from nahraum.sources.osm.cut import cut_extract
from nahraum.sources.registry import registry
from nahraum.study import read_study
from tiny_vg250 import municipalities, write_vg250

# the command line, that does not wait between the files of one host
WITHOUT_PAUSES = """
from nahraum.cli import main
from nahraum.sources.registry import registry
registry()["fetch"].update(first_pause_s=0.01, pause_between_s=0.0)
main()
"""


@pytest.fixture(autouse=True)
def quick(tmp_path, monkeypatch):
    """No proxy, an empty cache, no pauses."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NAHRAUM_CACHE", str(tmp_path / "cache"))
    for key, value in {"first_pause_s": 0.01, "pause_between_s": 0.0, "tries": 2, "spare_bytes": 0}.items():
        monkeypatch.setitem(registry()["fetch"], key, value)


@pytest.fixture(scope="module")
def town(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("raw") / "town"
    workflow.musterstadt(1000, seed=1, folder=folder)
    return folder


def section(server, name: str, file: str, **extra: object) -> str:
    given = "".join(f"{key} = {json.dumps(value)}\n" for key, value in extra.items())
    return f'[sources.{name}]\nfile = "daten/{file}"\nurl = "{server.url(file)}"\n{given}'


def write(folder: Path, *sections: str, head: str = "") -> Path:
    text = '[study]\nname = "Ort"\nreference_date = 2026-01-01\ncontact = "amt@example.org"\nlanguage = "en"\n'
    path = folder / "study.toml"
    path.write_text(text + head + "\n".join(sections), encoding="utf-8")
    return path


@contextmanager
def small_study(folder: Path, *more: str):
    """A study of two zips on a server."""
    with loopback(people__zip=archive(seed=1), flats__zip=archive(seed=2), town__zip=archive(seed=3)) as server:
        yield (
            server,
            write(
                folder,
                section(server, "osm", "town.zip"),
                section(server, "population", "people.zip"),
                section(server, "floor_area", "flats.zip"),
                *more,
            ),
        )


def outcomes(summary) -> dict[str, str]:
    return {" ".join(file["sources"]): file["outcome"] for file in summary.document["files"]}


def test_every_file_comes_once_and_is_noted_beside_the_study(tmp_path):
    with small_study(tmp_path) as (server, study):
        done = workflow.fetch(study, quiet=True)
        assert outcomes(done) == {"osm": "downloaded", "population": "downloaded", "floor_area": "downloaded"}
        assert server.most_open == 1
        assert {headers["user-agent"].partition(" ")[2] for _, headers in server.asked} == {"(+amt@example.org)"}
        noted = json.loads((tmp_path / LOCK_NAME).read_text())
        assert list(noted["files"]) == ["daten/flats.zip", "daten/people.zip", "daten/town.zip"]
        assert set(outcomes(workflow.fetch(study, quiet=True)).values()) == {"unchanged"}
        assert len(server.asked) == 3
        assert set(outcomes(workflow.fetch(study, refresh=True, quiet=True)).values()) == {"unchanged"}
        assert [h.get("if-none-match") is not None for _, h in server.asked[3:]] == [True] * 3


def test_only_fetches_what_was_named_and_offers_the_nearest_name(tmp_path):
    with small_study(tmp_path) as (server, study):
        assert outcomes(workflow.fetch(study, only=["population"], quiet=True)) == {"population": "downloaded"}
        assert [path for path, _ in server.asked] == ["/people.zip"]
        with pytest.raises(StudyError, match="did you mean 'floor_area'"):
            workflow.fetch(study, only=["floorarea"], quiet=True)


def test_only_takes_all_of_a_group(tmp_path):
    with loopback(a__zip=archive(seed=1), b__zip=archive(seed=2), o__zip=archive(seed=3)) as server:
        study = write(
            tmp_path,
            section(server, "osm", "o.zip"),
            section(server, "population", "o.zip", kind="zensus2022"),
            section(server, "topics.rent", "a.zip"),
            section(server, "topics.ages", "b.zip"),
        )
        assert outcomes(workflow.fetch(study, only=["topics"], quiet=True)) == {
            "topics.rent": "downloaded",
            "topics.ages": "downloaded",
        }
        assert outcomes(workflow.fetch(study, quiet=True))["osm population"] == "downloaded"  # one file, two sections


def test_what_fails_is_told_at_the_end_and_the_rest_is_there(tmp_path):
    with small_study(tmp_path) as (server, study):
        server.files["people.zip"] = Served(b"<html><title>Wartung</title></html>")
        server.files["flats.zip"] = Served(b"", statuses=[(404, {})])
        with pytest.raises(InputError) as caught:
            workflow.fetch(study, quiet=True)
        told = caught.value.message()
        assert "2 of 3 files could not be fetched" in told and "Wartung" in told and "404" in told
        assert (tmp_path / "daten" / "town.zip").exists()
        assert list(read_lock(tmp_path)) == ["daten/town.zip"]


def test_a_study_without_its_files_says_what_brings_them(tmp_path):
    with small_study(tmp_path) as (_, study):
        for verb in (workflow.check, workflow.run):
            with pytest.raises(StudyError) as caught:
                verb(study, quiet=True)
            assert "3 files are missing" in caught.value.message()
            assert f"nahraum fetch {study} downloads them" in caught.value.fix


def test_a_study_that_names_another_address_gets_the_other_file(tmp_path):
    with small_study(tmp_path) as (server, study):
        workflow.fetch(study, quiet=True)
        server.files["people2.zip"] = Served(newer := archive(seed=9))
        study.write_text(
            study.read_text().replace("/people.zip", "/people2.zip").replace("daten/people2", "daten/people")
        )
        assert outcomes(workflow.fetch(study, quiet=True))["population"] == "renewed"
        assert (tmp_path / "daten" / "people.zip").read_bytes() == newer


def test_files_to_be_got_by_hand_are_listed(tmp_path):
    by_hand = '[sources.broadband]\nfile = "daten/breitband.csv"\n'
    with small_study(tmp_path, by_hand) as (_, study):
        done = workflow.fetch(study, quiet=True)
        assert done.document["by_hand"] == [
            {"source": "broadband", "file": str((tmp_path / "daten" / "breitband.csv").resolve())}
        ]
        assert any("breitband.csv" in line for line in done.lines)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('url = "ftp://example.org/a.zip"', "no address to download from"),
        ('url = "https://amt:geheim@example.org/a.zip"', "no address to download from"),
        ('url = ["https://example.org/a.zip", "https://example.org/b.zip"]', "several addresses"),
        ('url = "https://example.org/a.zip"\nsha256 = "abc"', "no checksum"),
        ('url = "https://example.org/a.zip"\nwindow = [7.9, 49.3, 7.6, 49.5]', "west, south, east, north"),
    ],
)
def test_an_address_that_cannot_be_one_is_refused_with_the_study(tmp_path, line, said):
    study = write(tmp_path, f'[sources.osm]\nfile = "a.osm.pbf"\n{line}', '[sources.population]\nfile = "p.zip"')
    with pytest.raises(StudyError) as caught:
        read_study(study, require_files=False)
    assert said in caught.value.message()


def test_one_file_from_two_addresses_is_refused(tmp_path):
    with loopback() as server:
        first = section(server, "population", "a.zip")
        second = section(server, "floor_area", "a.zip").replace('/a.zip"\n', '/b.zip"\n', 2)
        second = second.replace("daten/b.zip", "daten/a.zip")
        study = write(tmp_path, section(server, "osm", "o.osm.pbf"), first, second)
        with pytest.raises(StudyError, match="comes from two addresses"):
            workflow.fetch(study, quiet=True)


def test_a_study_without_addresses_says_so(tmp_path):
    study = write(tmp_path, '[sources.osm]\nfile = "a.osm.pbf"', '[sources.population]\nfile = "p.zip"')
    with pytest.raises(StudyError, match="nothing to download"):
        workflow.fetch(study, quiet=True)


def test_notes_that_are_not_understood_are_not_overwritten(tmp_path):
    with small_study(tmp_path) as (_, study):
        (tmp_path / LOCK_NAME).write_text("{}")
        with pytest.raises(InputError, match=LOCK_NAME):
            workflow.fetch(study, quiet=True)
        assert (tmp_path / LOCK_NAME).read_text() == "{}"


def test_two_at_once_do_not_write_the_same_files(tmp_path):
    from nahraum.store.lock import sole_writer

    with small_study(tmp_path) as (_, study), sole_writer(tmp_path / ".nahraum-fetch"), pytest.raises(OutputError):
        workflow.fetch(study, quiet=True)


def test_between_two_files_of_one_host_there_is_a_pause(tmp_path, monkeypatch):
    pauses: list[float] = []
    monkeypatch.setitem(registry()["fetch"], "pause_between_s", 1.5)
    monkeypatch.setattr("nahraum.workflow.fetching.time.sleep", pauses.append)
    with small_study(tmp_path) as (_, study):
        workflow.fetch(study, quiet=True)
        assert pauses == [1.5, 1.5]
        workflow.fetch(study, quiet=True)
        assert pauses == [1.5, 1.5]


def test_the_list_of_municipalities_comes_into_the_cache_and_from_there_into_a_study(tmp_path, monkeypatch):
    whole = write_vg250(tmp_path / "whole.zip").read_bytes()
    with loopback() as server:
        server.files["vg250.zip"] = Served(whole)
        monkeypatch.setitem(registry()["downloads"]["vg250"], "url", server.url("vg250.zip"))
        (tmp_path / "s").mkdir()
        with pytest.raises(InputError, match="not there yet"):
            workflow.init(name="Ulm", out=tmp_path / "s" / "study.toml")
        assert server.asked == []  # nothing is asked without being told to
        workflow.init(name="Ulm", out=tmp_path / "s" / "study.toml", download=True, quiet=True)
        assert len(server.asked) == 1
        done = workflow.fetch(tmp_path / "s" / "study.toml", only=["boundary"], quiet=True)
        assert outcomes(done) == {"boundary": "copied"} and len(server.asked) == 1
        assert (tmp_path / "s" / "daten" / "vg250.zip").read_bytes() == whole
        assert workflow.fetch_boundaries(quiet=True).document["files"][0]["outcome"] == "unchanged"


def box_of(file: Path) -> tuple[float, float, float, float]:
    from nahraum.sources.osm import read_osm

    return read_osm(file).extent


def ids(file: Path) -> dict[str, set[int]]:
    found: dict[str, set[int]] = {"n": set(), "w": set(), "r": set()}
    for item in osmium.FileProcessor(str(file)):
        found[item.type_str()].add(item.id)
    return found


def test_a_box_holds_every_way_that_touches_it_whole(town, tmp_path):
    whole, cut = town / "musterstadt.osm.pbf", tmp_path / "cut.osm.pbf"
    west, south, east, north = box_of(whole)
    box = (west, south, (west + east) / 2, (south + north) / 2)
    cut_extract([whole], box, cut)
    inside = {
        node.id
        for node in osmium.FileProcessor(str(whole), osmium.osm.NODE)
        if box[0] <= node.location.lon <= box[2] and box[1] <= node.location.lat <= box[3]
    }
    ways = {way.id: [node.ref for node in way.nodes] for way in osmium.FileProcessor(str(whole), osmium.osm.WAY)}
    touching = {way for way, nodes in ways.items() if inside.intersection(nodes)}
    kept = ids(cut)
    assert inside <= kept["n"] and touching <= kept["w"]
    assert all(set(ways[way]) <= kept["n"] for way in kept["w"])
    assert len(kept["n"]) < len(ids(whole)["n"])
    assert box_of(cut)[2] < east
    assert osmium.io.Reader(str(cut)).header().box().valid()


def test_two_extracts_are_joined_with_each_object_once(town, tmp_path):
    whole = town / "musterstadt.osm.pbf"
    west, south, east, north = box_of(whole)
    middle, every = (west + east) / 2, (west - 0.01, south - 0.01, east + 0.01, north + 0.01)
    cut_extract([whole], (every[0], every[1], middle, every[3]), tmp_path / "west.osm.pbf")
    cut_extract([whole], (middle, every[1], every[2], every[3]), tmp_path / "east.osm.pbf")
    cut_extract([tmp_path / "west.osm.pbf", tmp_path / "east.osm.pbf"], every, tmp_path / "both.osm.pbf")
    cut_extract([whole], every, tmp_path / "one.osm.pbf")
    assert ids(tmp_path / "both.osm.pbf") == ids(tmp_path / "one.osm.pbf") == ids(whole)
    listed = [(item.type_str(), item.id) for item in osmium.FileProcessor(str(tmp_path / "both.osm.pbf"))]
    assert len(listed) == len(set(listed))


def test_the_same_box_gives_the_same_bytes_and_an_empty_one_is_refused(town, tmp_path):
    whole = town / "musterstadt.osm.pbf"
    box = box_of(whole)
    for name in ("a", "b"):
        cut_extract([whole], box, tmp_path / f"{name}.osm.pbf")
    assert (tmp_path / "a.osm.pbf").read_bytes() == (tmp_path / "b.osm.pbf").read_bytes()
    with pytest.raises(InputError, match="nothing in the box"):
        cut_extract([whole], (0.0, 0.0, 1.0, 1.0), tmp_path / "c.osm.pbf")
    assert sorted(path.name for path in tmp_path.iterdir() if path.name != "cache") == ["a.osm.pbf", "b.osm.pbf"]


def test_an_extract_is_downloaded_once_cut_and_cut_again_only_for_another_box(town, tmp_path):
    whole = (town / "musterstadt.osm.pbf").read_bytes()
    west, south, east, north = box_of(town / "musterstadt.osm.pbf")
    box = [round(edge, 4) for edge in (west, south, (west + east) / 2, north)]
    with loopback(people__zip=archive()) as server:
        server.files["land-latest.osm.pbf"] = Served(whole)
        osm = f'[sources.osm]\nfile = "daten/ort.osm.pbf"\nurl = "{server.url("land-latest.osm.pbf")}"\nwindow = '
        study = write(tmp_path, f"{osm}{box}\n", section(server, "population", "people.zip"))
        done = workflow.fetch(study, only=["osm"], quiet=True)
        assert [file["outcome"] for file in done.document["files"]] == ["downloaded", "cut"]
        first = (tmp_path / "daten" / "ort.osm.pbf").stat().st_size
        (tmp_path / "daten" / "land-latest.osm.pbf").unlink()  # the large file may go
        done = workflow.fetch(study, only=["osm"], quiet=True)
        assert [file["outcome"] for file in done.document["files"]] == ["unchanged"]
        assert len(server.asked) == 1
        study.write_text(study.read_text().replace(str(box), str([*box[:2], round(east, 4), box[3]])))
        done = workflow.fetch(study, only=["osm"], quiet=True)
        assert [file["outcome"] for file in done.document["files"]] == ["downloaded", "cut"]
        assert (tmp_path / "daten" / "ort.osm.pbf").stat().st_size > first


def test_a_cut_of_two_extracts_has_a_checksum_for_each(town, tmp_path):
    whole = (town / "musterstadt.osm.pbf").read_bytes()
    box = [round(edge, 4) for edge in box_of(town / "musterstadt.osm.pbf")]
    other = tmp_path / "other.osm.pbf"
    west, south, east, north = box_of(town / "musterstadt.osm.pbf")
    cut_extract([town / "musterstadt.osm.pbf"], (west, south, (west + east) / 2, north), other)
    sums = [hashlib.sha256(content).hexdigest() for content in (whole, other.read_bytes())]
    with loopback(people__zip=archive()) as server:
        server.files["a.osm.pbf"], server.files["b.osm.pbf"] = Served(whole), Served(other.read_bytes())
        urls = [server.url("a.osm.pbf"), server.url("b.osm.pbf")]
        osm = f'[sources.osm]\nfile = "daten/ort.osm.pbf"\nurl = {json.dumps(urls)}\nwindow = {box}\nsha256 = '
        study = write(tmp_path, f"{osm}{json.dumps(sums)}\n", section(server, "population", "people.zip"))
        done = workflow.fetch(study, only=["osm"], quiet=True)
        assert [file["outcome"] for file in done.document["files"]] == ["downloaded", "downloaded", "cut"]
        study.write_text(study.read_text().replace(json.dumps(sums), json.dumps(sums[0])))
        with pytest.raises(StudyError, match="2 addresses and 1 sha256"):
            workflow.fetch(study, only=["osm"], quiet=True)
        study.write_text(study.read_text().replace(json.dumps(sums[0]), json.dumps([sums[0], sums[0]])))
        with pytest.raises(InputError, match="is another file than before"):
            workflow.fetch(study, only=["osm"], refresh=True, quiet=True)


def test_an_extract_cut_by_hand_is_kept(town, tmp_path):
    (tmp_path / "daten").mkdir()
    (tmp_path / "daten" / "ort.osm.pbf").write_bytes((town / "musterstadt.osm.pbf").read_bytes())
    with loopback(people__zip=archive()) as server:
        osm = f'[sources.osm]\nfile = "daten/ort.osm.pbf"\nurl = "{server.url("x.osm.pbf")}"\nwindow = [7, 49, 8, 50]\n'
        study = write(tmp_path, osm, section(server, "population", "people.zip"))
        assert outcomes(workflow.fetch(study, only=["osm"], quiet=True)) == {"osm": "noted"}
        assert outcomes(workflow.fetch(study, only=["osm"], quiet=True)) == {"osm": "unchanged"}
        study.write_text(study.read_text().replace("[7, 49, 8, 50]", "[7, 49, 8.5, 50]"))
        assert outcomes(workflow.fetch(study, only=["osm"], quiet=True)) == {"osm": "noted"}
        assert server.asked == []


def with_addresses(text: str, server) -> str:
    """Musterstadt's study as `init` would write it: every file in a folder, with its address."""

    def told(match: re.Match) -> str:
        between = "\n" if match[1] == "" else ", "
        return f'{match[1]}file = "daten/{match[2]}"{between}url = "{server.url(match[2])}"'

    return re.sub(r'^((?:[^#\n]*[{,] *)?)file = "([^"]+)"', told, text, flags=re.M)


@pytest.mark.xdist_group("town")
def test_from_a_server_with_musterstadts_files_to_a_study_that_can_be_checked(town, tmp_path, monkeypatch):
    """The same layouts as the publishers', one of them breaking off, one busy; then `check` finds nothing missing."""
    text = (town / "study.toml").read_text(encoding="utf-8")
    with loopback() as server:
        for file in town.iterdir():
            server.files[file.name] = Served(file.read_bytes())
        server.files["musterstadt.osm.pbf"].break_after = [9_000, 5_000, None]
        server.files["Zensus2022_Bevoelkerungszahl.zip"].statuses = [(503, {"Retry-After": "0"})]
        study = tmp_path / "study.toml"
        study.write_text(with_addresses(text, server), encoding="utf-8")
        shutil.copy(town / "sozialindex.toml", tmp_path)  # the office's own method lies beside its study
        command = [sys.executable, "-c", WITHOUT_PAUSES, "fetch", str(study), "--json"]
        shown = subprocess.run(command, capture_output=True, text=True, timeout=180, env=os.environ | {"no_proxy": "*"})
        assert shown.returncode == 0, shown.stdout + shown.stderr
        told = {" ".join(file["sources"]): file["outcome"] for file in json.loads(shown.stdout)["files"]}
        assert told["osm"] == "resumed" and told["population"] == "downloaded"

    def no_network(*args: object) -> None:
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket.socket, "connect", no_network)
    checked = workflow.check(study, quiet=True)
    assert checked.document["residents"] == pytest.approx(
        workflow.check(town / "study.toml", quiet=True).document["residents"]
    )


def test_every_failure_of_a_download_has_four_parts(tmp_path):
    with small_study(tmp_path) as (server, study):
        server.files.clear()
        with pytest.raises(NahraumError) as caught:
            workflow.fetch(study, only=["osm"], quiet=True)
        assert caught.value.what and caught.value.where and caught.value.expected and caught.value.fix


@pytest.mark.xdist_group("town")
def test_from_a_name_to_a_study_that_can_be_checked(town, tmp_path, monkeypatch):
    """The way of a planner: init --download by name, fetch, check; the publishers are played by one server."""
    west, south, east, north = box_of(town / "musterstadt.osm.pbf")
    shape = gpd.GeoSeries([shapely.box(west, south, east, north)], crs=4326).to_crs(25832).buffer(-500)
    table = municipalities(("07312000",)).assign(GEN="Musterstadt", AGS="07999000", ARS="079990000000")
    vg250 = write_vg250(tmp_path / "vg250.zip", table.set_geometry(shape.to_numpy(), crs=25832))
    with loopback() as server:
        for file in town.glob("*.zip"):
            server.files[f"zensus/{file.name}"] = Served(file.read_bytes())
        server.files["osm/rheinland-pfalz-latest.osm.pbf"] = Served((town / "musterstadt.osm.pbf").read_bytes())
        server.files["vg250.zip"] = Served(vg250.read_bytes())
        known = registry()["downloads"]
        monkeypatch.setitem(known["vg250"], "url", server.url("vg250.zip"))
        monkeypatch.setitem(known["zensus2022"], "url", server.url("zensus/{archive}"))
        monkeypatch.setitem(known["geofabrik"], "url", server.url("osm/{region}-latest.osm.pbf"))
        study = tmp_path / "amt" / "study.toml"
        workflow.init(name="musterstadt", out=study, download=True, quiet=True)
        told = outcomes(workflow.fetch(study, quiet=True))
        assert told["boundary"] == "copied" and told["osm"] == "cut" and told["topics.rent"] == "downloaded"
    checked = workflow.check(study, quiet=True)
    assert checked.document["study"] == "Musterstadt" and checked.document["residents"] > 500
    assert {source["name"]: source["reference_date"] for source in checked.document["sources"]}["osm"] != "not stated"


def test_a_killed_download_is_gone_on_with(tmp_path):
    """SIGKILL in the middle: what was loaded lies in `.part`, and the next call asks only for the rest."""
    with small_study(tmp_path) as (server, study):
        server.files["town.zip"].drip = (50_000, 600.0)  # then silent for longer than the test takes
        command = [sys.executable, "-m", "nahraum.cli", "fetch", str(study), "--only", "osm"]
        part = tmp_path / "daten" / "town.zip.part"
        running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until = time.monotonic() + 240
        while not (part.exists() and part.stat().st_size > 40_000) and time.monotonic() < until:
            time.sleep(0.02)
        running.kill()
        running.wait()
        size = part.stat().st_size
        server.files["town.zip"].drip = None
        assert outcomes(workflow.fetch(study, only=["osm"], quiet=True)) == {"osm": "resumed"}
        assert server.headers(-1)["range"] == f"bytes={size}-"
        assert (tmp_path / "daten" / "town.zip").read_bytes() == server.files["town.zip"].content


def test_fetch_wants_a_study_or_the_list_of_municipalities():
    shown = subprocess.run([sys.executable, "-m", "nahraum.cli", "fetch"], capture_output=True, text=True)
    assert shown.returncode == 2 and "either a study or --boundaries" in shown.stderr


def test_another_try_is_told_with_its_reason(tmp_path, caplog):
    with small_study(tmp_path) as (server, study), caplog.at_level("INFO", logger="nahraum"):
        server.files["town.zip"].statuses = [(503, {})]
        workflow.fetch(study, only=["osm"])
    assert any("town.zip" in line and "503" in line and "again in" in line for line in caplog.messages)
