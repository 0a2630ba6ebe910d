"""One file from a server of any character: whole and as before, or not at all, and always said why."""

import bz2
import gzip
import hashlib
import io
import json
import random
import shutil
import sqlite3
import ssl
import subprocess
import urllib.request
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from loopback import Served, loopback, proxy
from nahraum import __version__
from nahraum.errors import InputError, OutputError
from nahraum.sources.fetch import Asking, Download, fetch_file
from nahraum.sources.fetch_http import user_agent, usual_manners, waiting_s

PATIENT = replace(usual_manners(), timeout_s=5.0, spare_bytes=0)


def archive(n_bytes: int = 200_000, seed: int = 1) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as opened:
        opened.writestr("table.csv", random.Random(seed).randbytes(n_bytes))
    return packed.getvalue()


CONTENT = archive()


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch):
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


class Patience:
    """Remembers how long it was asked to wait, and does not."""

    def __init__(self, manners=PATIENT):
        self.pauses: list[float] = []
        self.told: list[tuple[int, int | None, str]] = []
        self.asking = Asking(
            user_agent("stadt@example.org"), manners, lambda *said: self.told.append(said), self.pauses.append
        )


def get(server, folder, *, name="table.zip", known=None, sha256="", refresh=False, patience=None, path=None):
    patience = patience or Patience()
    wanted = Download(server.url(path or name), folder / name, sha256)
    return fetch_file(wanted, known, patience.asking, refresh=refresh)


def refused(server, folder, **options) -> InputError:
    with pytest.raises(InputError) as caught:
        get(server, folder, **options)
    return caught.value


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_file_comes_whole_and_what_came_is_noted(tmp_path):
    with loopback(table__zip=CONTENT) as server:
        done = get(server, tmp_path)
        assert done.outcome == "downloaded"
        assert done.locked.sha256 == hashlib.sha256(CONTENT).hexdigest()
        assert (done.locked.bytes, done.locked.etag) == (len(CONTENT), server.files["table.zip"].etag)
        assert (tmp_path / "table.zip").read_bytes() == CONTENT
        assert names(tmp_path) == ["table.zip"]
        assert server.headers(0)["user-agent"] == f"nahraum/{__version__} (+stadt@example.org)"
        assert server.headers(0)["accept-encoding"] == "identity"


def test_a_file_that_is_there_as_noted_is_not_asked_for(tmp_path):
    with loopback(table__zip=CONTENT) as server:
        first = get(server, tmp_path)
        again = get(server, tmp_path, known=first.locked)
        assert (again.outcome, again.locked) == ("unchanged", first.locked)
        assert len(server.asked) == 1


def test_a_refresh_asks_only_for_what_changed(tmp_path):
    with loopback(table__zip=CONTENT) as server:
        first = get(server, tmp_path)
        same = get(server, tmp_path, known=first.locked, refresh=True)
        assert (same.outcome, same.locked) == ("unchanged", first.locked)
        assert server.headers(1)["if-none-match"] == first.locked.etag
        server.files["table.zip"] = Served(newer := archive(seed=2))
        new = get(server, tmp_path, known=first.locked, refresh=True)
        assert new.outcome == "renewed"
        assert (tmp_path / "table.zip").read_bytes() == newer


def test_a_refresh_by_date_where_the_server_knows_no_etag(tmp_path):
    with loopback(table__zip=Served(CONTENT, etag="")) as server:
        first = get(server, tmp_path)
        assert get(server, tmp_path, known=first.locked, refresh=True).outcome == "unchanged"
        assert server.headers(1)["if-modified-since"] == first.locked.last_modified


def test_a_file_put_there_by_hand_is_noted_and_not_loaded(tmp_path):
    (tmp_path / "table.zip").write_bytes(CONTENT)
    with loopback() as server:
        done = get(server, tmp_path)
        assert (done.outcome, done.locked.fetched, server.asked) == ("noted", "found here", [])


def test_a_broken_off_download_goes_on_where_it_ended(tmp_path):
    patience = Patience()
    with loopback(table__zip=Served(CONTENT, break_after=[70_000, 60_000, None])) as server:
        done = get(server, tmp_path, patience=patience)
        assert done.outcome == "resumed"
        assert (tmp_path / "table.zip").read_bytes() == CONTENT
        assert [headers.get("range") for _, headers in server.asked] == [None, "bytes=70000-", "bytes=130000-"]
        assert server.headers(1)["if-range"] == server.files["table.zip"].etag
        assert patience.pauses == [1.0, 1.0]  # each try brought something: the pause does not grow


def test_an_interrupted_command_is_gone_on_with_by_the_next(tmp_path):
    def stop(done, whole, remark):
        if done > 50_000:
            raise KeyboardInterrupt

    with loopback(table__zip=CONTENT) as server:
        asking = replace(Patience().asking, tell=stop)
        with pytest.raises(KeyboardInterrupt):
            fetch_file(Download(server.url("table.zip"), tmp_path / "table.zip"), None, asking)
        assert names(tmp_path) == ["table.zip.part", "table.zip.part.json"]
        size = (tmp_path / "table.zip.part").stat().st_size
        assert get(server, tmp_path).outcome == "resumed"
        assert server.headers(1)["range"] == f"bytes={size}-"
        assert (tmp_path / "table.zip").read_bytes() == CONTENT


def test_a_file_that_changed_meanwhile_is_loaded_from_the_beginning(tmp_path):
    with loopback(table__zip=Served(CONTENT, break_after=[70_000] * 6)) as server:
        patience = Patience(replace(PATIENT, tries=1))
        refused(server, tmp_path, patience=patience)
        server.files["table.zip"] = Served(newer := archive(seed=2))
        get(server, tmp_path)
        assert (tmp_path / "table.zip").read_bytes() == newer


def test_a_server_that_ignores_the_question_and_knows_no_etag_joins_no_two_versions(tmp_path):
    """Both versions are as long; only Last-Modified tells that the rest is of another file."""
    lines = [f"{number};{number % 7}\n" for number in range(20_000)]
    old, newer = "".join(lines).encode(), "".join(lines).replace(";1\n", ";9\n").encode()
    with loopback() as server:
        first = Served(old, etag="", last_modified="Mon, 01 Jan 2024 00:00:00 GMT", break_after=[70_000] * 9)
        server.files["table.csv"] = first
        with pytest.raises(InputError):
            get(server, tmp_path, name="table.csv", patience=Patience(replace(PATIENT, tries=1)))
        later = "Tue, 02 Jan 2024 00:00:00 GMT"
        server.files["table.csv"] = Served(newer, etag="", last_modified=later, blind=True)
        get(server, tmp_path, name="table.csv")
        assert (tmp_path / "table.csv").read_bytes() == newer


def test_a_table_without_length_that_ends_inside_a_line_is_asked_for_again(tmp_path):
    table = b"a;b\n" + b"1;2\n" * 500
    with loopback() as server:
        server.files["table.csv"] = Served(table, length=False, break_after=[1001, None])
        get(server, tmp_path, name="table.csv")
        assert (tmp_path / "table.csv").read_bytes() == table
        server.files["open.csv"] = Served(table + b"3;4", length=False)  # its last line has no end, twice
        get(server, tmp_path, name="open.csv")
        assert (tmp_path / "open.csv").read_bytes() == table + b"3;4"
        assert [path for path, _ in server.asked] == ["/table.csv"] * 2 + ["/open.csv"] * 2


def test_a_server_that_cannot_go_on_sends_all_again(tmp_path):
    with loopback(table__zip=Served(CONTENT, ranges=False, break_after=[70_000, None])) as server:
        get(server, tmp_path)
        assert (tmp_path / "table.zip").read_bytes() == CONTENT


def test_a_server_that_proves_nothing_is_asked_from_the_beginning(tmp_path):
    plain = Served(CONTENT, etag="", last_modified=None, break_after=[70_000, None])
    with loopback(table__zip=plain) as server:
        get(server, tmp_path)
        assert [headers.get("range") for _, headers in server.asked] == [None, None]


def test_a_server_that_always_ends_at_the_same_place_is_given_up(tmp_path):
    """It announces 200 kB and never sends more than 70: the loop ends, and what came is kept."""
    patience = Patience()
    with loopback(table__zip=Served(CONTENT, ranges=False, break_after=[70_000] * 99)) as server:
        told = refused(server, tmp_path, patience=patience).message()
        assert f"after 70,000 of {len(CONTENT):,} bytes" in told and "run the same command again" in told
        assert len(server.asked) == PATIENT.tries
        assert patience.pauses == [1.0, 2.0, 4.0, 8.0, 16.0]


def test_an_announced_length_that_is_too_short_gives_a_damaged_archive(tmp_path):
    with loopback(table__zip=Served(CONTENT, claims=len(CONTENT) // 2)) as server:
        told = refused(server, tmp_path).message()
        assert "damaged" in told and "cut off" in told
        assert names(tmp_path) == []


def test_an_announced_length_that_is_too_long_is_noticed(tmp_path):
    with loopback(table__zip=Served(CONTENT, claims=len(CONTENT) + 5, ranges=False)) as server:
        told = refused(server, tmp_path).message()
        assert f"after {len(CONTENT):,} of {len(CONTENT) + 5:,} bytes" in told
        assert not (tmp_path / "table.zip").exists()


def test_an_answer_without_length_is_taken_when_it_is_sound(tmp_path):
    with loopback(table__zip=Served(CONTENT, length=False)) as server:
        assert get(server, tmp_path).locked.bytes == len(CONTENT)


def test_a_web_page_instead_of_the_file_is_refused_at_its_first_words(tmp_path):
    page = b"<!DOCTYPE html><html><head><title>Wartung &amp; mehr\x1b[31m</title></head>" + b"x" * 3_000_000
    with loopback(table__zip=Served(page, headers={"Content-Type": "application/zip"})) as server:
        told = refused(server, tmp_path).message()
        assert "a web page ('Wartung & mehr\\x1b[31m') instead of a zip archive" in told
        assert "open the address in a browser" in told
        assert names(tmp_path) == []


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("town.osm.pbf", b"PK\x03\x04" + b"x" * 600, "instead of an OpenStreetMap extract"),
        ("town.osm.pbf", b"", "empty"),
        ("shapes.geojson", b"<html>", "a web page instead of a JSON file"),
        ("table.csv", b"<html><title>404</title>", "a web page ('404') instead of a table"),
        ("table.zip", b'{"error": "unknown"}', "instead of a zip archive"),
    ],
)
def test_every_kind_of_file_is_known_by_its_content(tmp_path, name, content, said):
    with loopback() as server:
        server.files[name] = Served(content)
        assert said in refused(server, tmp_path, name=name).message()
        assert names(tmp_path) == []


def stored(content: bytes) -> bytes:
    """A zip archive that holds its member as it is."""
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as target:
        target.writestr("table.csv", content)
    return sink.getvalue()


def geopackage(folder: Path) -> bytes:
    with sqlite3.connect(folder / "a.gpkg") as base:
        base.execute("CREATE TABLE t (x TEXT)")
        base.executemany("INSERT INTO t VALUES (?)", [("x" * 500,)] * 500)
    base.close()
    return (folder / "a.gpkg").read_bytes()


def test_damage_inside_a_file_is_found_whatever_its_length(tmp_path):
    (tmp_path / "made").mkdir()
    table = b"a;b\n" + b"1;2\n" * 5000
    gpkg, archive = geopackage(tmp_path / "made"), stored(table)
    broken = {
        "a.zip": (archive, archive.replace(b"1;2\n", b"1;3\n", 1)),
        "a.csv.gz": (gzip.compress(table), gzip.compress(table)[:-9]),
        "a.csv.bz2": (bz2.compress(table), bz2.compress(table)[:-9]),
        "a.geojson": (b'{"features": []}\n', b'{"features": ['),
        "a.parquet": (b"PAR1" + b"x" * 600 + b"PAR1", b"PAR1" + b"x" * 600),
        "a.gpkg": (gpkg, gpkg[:-4096]),
    }
    with loopback() as server:
        for name, (sound, damaged) in broken.items():
            server.files[name] = Served(damaged)
            assert "gave a damaged" in refused(server, tmp_path, name=name).message(), name
            server.files[name] = Served(sound)
            assert get(server, tmp_path, name=name).outcome == "downloaded", name


def test_an_extract_that_ends_inside_a_blob_is_refused(tmp_path):
    from nahraum.musterstadt import write_city

    write_city(1000, 1, tmp_path / "town")
    whole = (tmp_path / "town" / "musterstadt.osm.pbf").read_bytes()
    (tmp_path / "in").mkdir()
    with loopback() as server:
        server.files["a.osm.pbf"] = Served(whole[:-100])
        assert "bytes are missing" in refused(server, tmp_path / "in", name="a.osm.pbf").message()
        server.files["a.osm.pbf"] = Served(whole)
        assert get(server, tmp_path / "in", name="a.osm.pbf").outcome == "downloaded"


def test_another_content_than_first_downloaded_is_refused_naming_both(tmp_path):
    with loopback(table__zip=CONTENT) as server:
        first = get(server, tmp_path)
        (tmp_path / "table.zip").unlink()
        server.files["table.zip"] = Served(newer := archive(seed=2))
        told = refused(server, tmp_path, known=first.locked).message()
        assert first.locked.sha256 in told and hashlib.sha256(newer).hexdigest() in told
        assert "--refresh" in told and names(tmp_path) == []
        assert get(server, tmp_path, known=first.locked, refresh=True).locked.bytes == len(newer)


def test_a_file_changed_on_this_machine_is_refused_naming_both(tmp_path):
    with loopback(table__zip=CONTENT) as server:
        first = get(server, tmp_path)
        (tmp_path / "table.zip").write_bytes(newer := archive(seed=2))
        told = refused(server, tmp_path, known=first.locked).message()
        assert first.locked.sha256 in told and hashlib.sha256(newer).hexdigest() in told


def test_a_checksum_in_the_study_is_a_demand(tmp_path):
    right = hashlib.sha256(CONTENT).hexdigest()
    with loopback(table__zip=CONTENT) as server:
        told = refused(server, tmp_path, sha256="0" * 64).message()
        assert "0" * 64 in told and right in told
        assert get(server, tmp_path, sha256=right).outcome == "downloaded"
        assert "0" * 64 in refused(server, tmp_path, sha256="0" * 64).message()


@pytest.mark.parametrize(
    ("status", "advice"),
    [(404, "moved"), (403, "by hand"), (401, "password"), (410, "successor"), (400, "look up the address")],
)
def test_what_will_not_pass_is_said_at_once(tmp_path, status, advice):
    patience = Patience()
    with loopback(table__zip=Served(CONTENT, statuses=[(status, {})])) as server:
        told = refused(server, tmp_path, patience=patience).message()
        assert f"answers {status}" in told and advice in told
        assert len(server.asked) == 1 and patience.pauses == []


def test_what_may_pass_is_tried_again_as_the_server_asks(tmp_path):
    soon = [(500, {}), (503, {"Retry-After": "7"}), (429, {}), (502, {})]
    patience = Patience()
    with loopback(table__zip=Served(CONTENT, statuses=soon)) as server:
        assert get(server, tmp_path, patience=patience).outcome == "downloaded"
        assert patience.pauses == [1.0, 7.0, 4.0, 8.0]
        assert "503" in patience.told[1][2]


def test_a_server_that_asks_for_an_hour_is_left_alone(tmp_path):
    patience = Patience()
    with loopback(table__zip=Served(CONTENT, statuses=[(503, {"Retry-After": "3600"})])) as server:
        assert "in 60 minutes" in refused(server, tmp_path, patience=patience).message()
        assert patience.pauses == [] and len(server.asked) == 1


def test_retry_after_is_a_number_or_a_date():
    now = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
    assert waiting_s("120") == 120
    assert waiting_s("Mon, 23 Nov 2026 08:01:30 GMT", now) == 90
    assert waiting_s("Mon, 23 Nov 2026 07:00:00 GMT", now) == 0
    assert waiting_s("soon") is waiting_s(None) is None


def test_a_redirect_is_followed_but_not_in_circles_nor_to_files(tmp_path):
    with loopback(table__zip=CONTENT, old__zip=Served(b"", redirect="/table.zip")) as server:
        assert get(server, tmp_path, path="old.zip").locked.bytes == len(CONTENT)
        server.files["a.zip"] = Served(b"", redirect="/b.zip")
        server.files["b.zip"] = Served(b"", redirect="/a.zip")
        assert "sends on to itself" in refused(server, tmp_path, name="a.zip").message()
        for target in ("file:///etc/passwd", "ftp://127.0.0.1/x.zip", "data:,x"):
            server.files["c.zip"] = Served(b"", redirect=target)
            assert "not followed" in refused(server, tmp_path, name="c.zip").message()


def test_no_way_leads_back_from_https_to_http():
    from nahraum.sources.fetch_http import _Redirects

    request = urllib.request.Request("https://example.org/a.zip")
    with pytest.raises(InputError, match="not followed"):
        _Redirects().http_error_302(request, None, 302, "", {"location": "http://example.org/a.zip"})


def test_a_slow_server_is_waited_for_and_one_that_drips_is_not(tmp_path):
    small = archive(2000)
    with loopback(table__zip=Served(small, drip=(400, 0.05))) as server:
        assert get(server, tmp_path).locked.bytes == len(small)
    hurried = Patience(replace(PATIENT, slow_for_s=0.15, slowest_bytes_per_s=10_000.0, tries=2))
    with loopback(drop__zip=Served(small, drip=(20, 0.05), ranges=False)) as server:
        assert "bytes per second came" in refused(server, tmp_path, name="drop.zip", patience=hurried).message()


def test_a_server_that_falls_silent_is_left(tmp_path):
    hurried = Patience(replace(PATIENT, timeout_s=2.0, tries=2))
    with loopback(table__zip=Served(CONTENT, drip=(60_000, 600.0))) as server:
        refusal = refused(server, tmp_path, patience=Patience(replace(PATIENT, timeout_s=2.0, tries=1)))
        assert "sends nothing any more" in refusal.message()
        assert (tmp_path / "table.zip.part").stat().st_size >= 60_000
        assert hurried.pauses == []


def test_a_machine_without_network_gets_four_parts(tmp_path, monkeypatch):
    with loopback() as server:
        gone = server.address
    patience = Patience(replace(PATIENT, tries=2))
    with pytest.raises(InputError) as caught:
        fetch_file(Download(f"{gone}/table.zip", tmp_path / "table.zip"), None, patience.asking)
    assert "was not reached" in caught.value.message() and "https_proxy" in caught.value.fix


def test_a_download_goes_through_the_proxy_of_the_environment(tmp_path, monkeypatch):
    with loopback(table__zip=CONTENT) as server, proxy() as (address, asked):
        monkeypatch.setenv("http_proxy", address)
        get(server, tmp_path)
        assert asked == [server.url("table.zip")]
        monkeypatch.setenv("no_proxy", "127.0.0.1")
        (tmp_path / "table.zip").unlink()
        get(server, tmp_path)
        assert len(asked) == 1


def test_a_proxy_that_refuses_is_named_without_its_password(tmp_path, monkeypatch):
    with loopback(table__zip=CONTENT) as server, proxy(password="x") as (address, _):
        monkeypatch.setenv("http_proxy", address)
        assert "the proxy asks for a name" in refused(server, tmp_path).message()
        monkeypatch.setenv("https_proxy", address.replace("//", "//amt:geheim@"))
        with pytest.raises(InputError) as caught:
            fetch_file(Download("https://example.org/a.zip", tmp_path / "a.zip"), None, Patience().asking)
    told = caught.value.message()
    assert "does not let nahraum to example.org" in told and "geheim" not in told


def test_an_untrusted_certificate_names_the_setting(monkeypatch):
    from nahraum.sources.fetch_http import _unreachable

    refused_by_tls = ssl.SSLCertVerificationError(1, "self-signed certificate in certificate chain")
    refused_by_tls.verify_message = "self-signed certificate"
    told = _unreachable("https://example.org/a.zip", refused_by_tls)
    assert isinstance(told, InputError) and "SSL_CERT_FILE" in told.fix


def test_a_disk_that_is_too_small_and_a_file_that_is_too_large_are_told_before(tmp_path, monkeypatch):
    with loopback(table__zip=CONTENT) as server:
        full = Patience(replace(PATIENT, spare_bytes=10**18))
        with pytest.raises(OutputError, match="does not fit"):
            get(server, tmp_path, patience=full)
        small = Patience(replace(PATIENT, largest_bytes=100_000))
        assert "larger than anything expected" in refused(server, tmp_path, patience=small).message()
        server.files["table.zip"].length = False
        assert "larger than anything expected" in refused(server, tmp_path, patience=small).message()


def test_a_packed_answer_that_nobody_asked_for_is_refused(tmp_path):
    with loopback(table__zip=Served(CONTENT, headers={"Content-Encoding": "gzip"})) as server:
        assert "Content-Encoding: gzip" in refused(server, tmp_path).message()


def test_a_part_of_another_address_is_not_gone_on_with(tmp_path):
    (tmp_path / "table.zip.part").write_bytes(b"something else")
    (tmp_path / "table.zip.part.json").write_text(json.dumps({"url": "http://other/", "etag": '"x"'}))
    with loopback(table__zip=CONTENT) as server:
        get(server, tmp_path)
        assert "range" not in server.headers(0)
        assert (tmp_path / "table.zip").read_bytes() == CONTENT


def test_a_contact_cannot_break_out_of_its_header():
    assert user_agent("") == f"nahraum/{__version__}"
    assert user_agent("Jürgen\r\nX-Evil: 1") == f"nahraum/{__version__} (+J rgen X-Evil: 1)"


def test_a_bundle_of_the_office_makes_its_certificate_trusted(tmp_path, monkeypatch):
    """A server with a certificate of its own: refused by default, accepted by SSL_CERT_FILE."""
    if shutil.which("openssl") is None:
        pytest.skip("no openssl to make a certificate with")
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    command += ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run(command, check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with loopback(tls=context, table__zip=CONTENT) as server:
        told = refused(server, tmp_path).message()
        assert "certificate that is not trusted" in told and "SSL_CERT_FILE" in told
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert get(server, tmp_path).outcome == "downloaded"
        server.files["down.zip"] = Served(b"", redirect=server.url("table.zip").replace("https:", "http:"))
        assert "no way back from https to http" in refused(server, tmp_path, name="down.zip").message()
        (tmp_path / "table.zip").unlink()
        with proxy(tunnels=True) as (address, asked):
            monkeypatch.setenv("https_proxy", address)
            assert get(server, tmp_path).outcome == "downloaded"
            assert asked == [f"CONNECT {server.address.removeprefix('https://')}"]


@pytest.mark.parametrize("told", ["bytes 0-99/100", "bytes 70001-200121/200122", "70000-", "bytes 70000-99999/100000"])
def test_a_rest_that_is_not_the_rest_is_not_joined(tmp_path, told):
    """The server answers 206, but with another place or another size: everything is loaded again."""
    with loopback(table__zip=Served(CONTENT, break_after=[70_000], told_range=told)) as server:
        get(server, tmp_path)
        assert (tmp_path / "table.zip").read_bytes() == CONTENT
        assert [headers.get("range") for _, headers in server.asked] == [None, "bytes=70000-", None]


def test_a_part_that_nobody_asked_for_is_no_answer(tmp_path):
    with loopback(table__zip=Served(CONTENT[:1000], always_206=True)) as server:
        told = refused(server, tmp_path, patience=Patience(replace(PATIENT, tries=2))).message()
        assert "from the beginning" in told and names(tmp_path) == []
