"""The server of a study: who may ask, what it hands out, and that it never says more."""

import asyncio
import socket
import subprocess
import sys
import threading
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress

import pytest
import shapely
import uvicorn
from fastapi import FastAPI
from served import HERE, PORT, TOKEN, asking
from starlette.testclient import TestClient

from nahraum.errors import InputError, NahraumError, OutputError, StudyError
from nahraum.store.scenarios import OutdatedScenarioError, UnknownScenarioError
from nahraum.web.app import create_app, rules_for
from nahraum.web.features import features_router
from nahraum.web.guard import Guard, Limits, Rules
from nahraum.web.patience import Patient
from nahraum.web.problems import install, status_of
from nahraum.web.run import _listener, config_of
from nahraum.workflow.serving import published

PARTS = {"error", "what", "where", "expected", "fix"}


@pytest.fixture(scope="module")
def town(small_town):
    return published(small_town.study)


@pytest.fixture
def planner(town):
    return asking(town)


@pytest.fixture
def anybody(town):
    return asking(town, token=None)


def refused(answer, status: int) -> None:
    assert answer.status_code == status, answer.text
    assert set(answer.json()) == PARTS
    assert "Traceback" not in answer.text and "/home" not in answer.text


def test_without_the_token_nothing_is_told(town):
    nobody = asking(town, authorization="Bearer wrong")
    for path in ("/", "/api", "/api/downloads", "/api/openapi.json", "/api/ogc", "/data/cells.json", "/nothing"):
        refused(nobody.get(path), 401)


def test_the_start_up_address_gives_a_cookie_that_scripts_and_other_sites_cannot_use(town):
    browser = asking(town, authorization="")
    answer = browser.get(f"/start?token={TOKEN}")
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie and "SameSite=Strict" in cookie and TOKEN not in cookie
    assert browser.get("/api").status_code == 200
    refused(asking(town, authorization="").get("/start?token=wrong"), 401)
    refused(asking(town, authorization="").get("/start"), 401)


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "127.0.0.1:1", "127.0.0.1:8000.evil.example", ""])
def test_another_host_is_refused_even_with_the_token(planner, anybody, host):
    refused(planner.get("/api", headers={"host": host}), 403)
    refused(anybody.get("/api", headers={"host": host}), 403)
    refused(planner.get(f"/start?token={TOKEN}", headers={"host": host}), 403)


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:1", f"file://127.0.0.1:{PORT}"])
def test_another_origin_is_refused(planner, origin):
    refused(planner.get("/api", headers={"origin": origin}), 403)
    assert planner.get("/api", headers={"origin": HERE}).status_code == 200
    refused(planner.get("/api", headers={"sec-fetch-site": "cross-site"}), 403)


def test_a_change_without_the_header_is_refused(town):
    forged = TestClient(create_app(town, rules_for(town, port=PORT, token=TOKEN)), base_url=HERE)
    refused(forged.post("/api/scenarios", json={"name": "x"}, headers={"authorization": f"Bearer {TOKEN}"}), 403)


@pytest.mark.parametrize(
    "path",
    [
        "../internal/addresses.parquet", "..%2finternal%2faddresses.parquet", "%2e%2e/internal/addresses.parquet",
        "/etc/passwd", "//etc/passwd", "tables/../../internal/cells.parquet", "map/index.html", "report.pdf%00", "",
    ],
)  # fmt: skip
def test_no_path_leads_out_of_what_is_offered(anybody, path):
    refused(anybody.get(f"/api/downloads/{path}"), 404)
    assert anybody.get(f"/{path}").status_code in (200, 404)  # the map's page for '', nothing else
    assert b"PAR1" not in anybody.get(f"/{path}").content


def test_what_is_published_can_be_had_and_nothing_internal_is_listed(anybody, town):
    listed = {one["path"] for one in anybody.get("/api/downloads").json()}
    assert {"report.pdf", "nahraum.gpkg", "tables/quarters.csv", "cells.parquet", "manifest.json"} <= listed
    assert not any("address" in path or "internal" in path for path in listed)
    assert anybody.get("/api/downloads/report.pdf").content.startswith(b"%PDF")


def test_every_answer_has_the_headers_that_keep_a_page_to_itself(anybody, planner):
    for answer in (anybody.get("/"), anybody.get("/api"), anybody.get("/nothing"), planner.get("/api")):
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert "unsafe" not in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert "server" not in answer.headers
    assert planner.get("/api").headers["cache-control"] == "no-store"


def test_the_map_is_served_at_the_root(anybody):
    assert anybody.get("/").headers["content-type"].startswith("text/html")
    assert anybody.get("/data/quarters.json").status_code == 200


def test_texts_of_the_map_go_packed_to_whoever_takes_that_and_ranges_as_they_lie_there(anybody, town):
    lies_there = (town.folder / "map" / "data" / "cells.json").read_bytes()
    packed = anybody.get("/data/cells.json", headers={"accept-encoding": "gzip, br"})
    assert packed.headers["content-encoding"] == "gzip" and packed.headers["vary"] == "accept-encoding"
    assert int(packed.headers["content-length"]) < len(lies_there) / 2
    assert packed.content == lies_there
    again = anybody.get("/data/cells.json", headers={"if-none-match": packed.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    for accepted in ("identity", "br;q=1, gzip;q=0", ""):
        plain = anybody.get("/data/cells.json", headers={"accept-encoding": accepted})
        assert "content-encoding" not in plain.headers and plain.content == lies_there
        assert plain.headers["vary"] == "accept-encoding"
    part = anybody.get("/data/cells.json", headers={"range": "bytes=2-5", "accept-encoding": "gzip"})
    assert (part.status_code, part.content) == (206, lies_there[2:6])
    assert "content-encoding" not in anybody.get("/data/base.pmtiles").headers


def test_a_body_that_is_too_large_is_refused_whether_it_says_so_or_not(planner):
    refused(planner.post("/api/scenarios", content=b"x" * 1_000_001), 413)
    refused(planner.post("/api/scenarios", content=b"{}", headers={"content-length": "-1"}), 413)

    async def reading(scope, receive, send):
        while (await receive()).get("more_body"):
            pass
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    rules = Rules(frozenset({f"127.0.0.1:{PORT}"}), None, limits=Limits(body_bytes=1000))
    client = TestClient(Guard(reading, rules), base_url=HERE, headers={"x-nahraum": "1"})
    assert client.post("/", content=(b"x" * 300 for _ in range(3))).status_code == 204
    refused(client.post("/", content=(b"x" * 300 for _ in range(4))), 413)


def test_who_asks_too_often_must_wait():
    now = [0.0]

    async def app(scope, receive, send):
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    rules = Rules(frozenset({f"127.0.0.1:{PORT}"}), None, limits=Limits(per_second=1.0, at_once=3))
    client = TestClient(Guard(app, rules, clock=lambda: now[0]), base_url=HERE)
    assert [client.get("/").status_code for _ in range(4)] == [204, 204, 204, 429]
    assert client.get("/").headers["retry-after"] == "1"
    now[0] = 2.0
    assert [client.get("/").status_code for _ in range(3)] == [204, 204, 429]


def test_one_table_says_which_error_is_which_status():
    assert status_of(InputError("x")) == 422
    assert status_of(UnknownScenarioError("x")) == 404
    assert status_of(OutdatedScenarioError("x")) == 409
    assert status_of(OutputError("x")) == 503
    assert status_of(StudyError("x")) == 500
    assert status_of(NahraumError("x")) == 400


def test_a_failure_nobody_thought_of_tells_nothing_of_itself(town, monkeypatch):
    def broken():
        raise RuntimeError("secret /path")

    monkeypatch.setattr(town, "downloads", broken)
    answer = asking(town, token=None).get("/api/downloads")
    refused(answer, 500)
    assert "secret" not in answer.text


def test_the_page_knows_by_whom_it_is_served(planner, anybody, town):
    for client, told in ((planner, "planner"), (anybody, "public")):
        for path in ("/", "/index.html"):
            assert f'<meta name="nahraum-server" content="{told}" />' in client.get(path).text
    assert "nahraum-server" not in (town.folder / "map" / "index.html").read_text(encoding="utf-8")
    assert anybody.get("/data/study.json").json()["name"] == town.study.name


def test_a_public_server_has_no_scenarios(anybody):
    assert anybody.get("/api").json()["role"] == "public"
    assert anybody.get("/api").json()["what_if"] is False
    refused(anybody.get("/api/scenarios"), 404)
    assert anybody.post("/api/whatif", json={"edits": []}).status_code in (404, 405)


def test_a_study_without_results_says_how_to_get_them(tmp_path, small_town):
    with pytest.raises(InputError, match="nahraum run"):
        published(small_town.study, out=tmp_path)


def test_the_layers_are_listed_with_their_reference_systems(anybody):
    told = anybody.get("/api/ogc/collections").json()["collections"]
    names = {one["id"] for one in told}
    assert {"cells", "quarters", "locations", "places"} <= names and not {"base_areas", "addresses"} & names
    assert all(one["crs"][0].endswith("CRS84") and one["crs"][1].endswith("EPSG/0/25832") for one in told)
    assert len(anybody.get("/api/ogc/conformance").json()["conformsTo"]) >= 4
    assert {link["rel"] for link in anybody.get("/api/ogc").json()["links"]} >= {"conformance", "data", "service-desc"}


def test_pages_hold_every_feature_once(anybody, town):
    seen, url = [], "/api/ogc/collections/cells/items?limit=17"
    while url:
        page = anybody.get(url).json()
        assert page["numberReturned"] == len(page["features"]) <= 17
        seen += [one["id"] for one in page["features"]]
        url = next((link["href"] for link in page["links"] if link["rel"] == "next"), "")
    assert len(seen) == len(set(seen)) == page["numberMatched"] == len(town.layers()["cells"].frame)


def test_a_box_gives_what_meets_it_in_either_reference_system(anybody, town):
    layer = town.layers()["cells"]
    shapes = layer.frame.geometry
    west, south, east, north = shapes.iloc[:3].total_bounds
    hit = shapes.intersects(shapely.box(west, south, east, north))
    here = set(layer.frame["cell_id"][hit].astype(str))
    crs = layer.crs_uris[1]
    asked = {"bbox": f"{west},{south},{east},{north}", "bbox-crs": crs, "crs": crs, "limit": 10000}
    answer = anybody.get("/api/ogc/collections/cells/items", params=asked)
    assert {one["id"] for one in answer.json()["features"]} == here
    assert answer.headers["content-crs"] == f"<{crs}>"
    nothing = anybody.get("/api/ogc/collections/cells/items?bbox=0,0,1,1").json()
    assert nothing["numberMatched"] == 0 and nothing["features"] == []


@pytest.mark.parametrize(
    "asked",
    ["bbox=1,2,3", "bbox=1,2,3,x", "bbox=5,5,1,1", "limit=0", "offset=-1", "crs=EPSG:4326", "bbox-crs=x&bbox=1,1,2,2",
     "datetime=gestern", "nmae=x"],
)  # fmt: skip
def test_what_cannot_be_asked_is_told_as_the_standard_wants_it(anybody, asked):
    refused(anybody.get(f"/api/ogc/collections/quarters/items?{asked}"), 400)


def test_layers_that_cannot_be_read_are_no_fault_of_who_asks():
    def broken():
        raise StudyError("the published layers cannot be read")

    app = FastAPI()
    install(app)
    app.include_router(features_router(broken, title="Ort", most=10))
    with TestClient(app) as client:
        refused(client.get("/api/ogc/collections/quarters/items"), 500)


def test_one_feature_by_its_id(anybody, town):
    key = str(town.layers()["quarters"].frame["quarter_id"].iloc[0])
    one = anybody.get(f"/api/ogc/collections/quarters/items/{key}").json()
    assert one["type"] == "Feature" and one["properties"]["quarter_id"] == key
    links = {link["rel"]: link["href"] for link in one["links"]}
    assert anybody.get(links["self"]).json() == one and anybody.get(links["collection"]).json()["id"] == "quarters"
    assert anybody.get("/api/ogc/collections/quarters/items?datetime=2026-01-01/..").json()["numberMatched"] > 0
    assert anybody.get("/api/ogc/").json() == anybody.get("/api/ogc").json()
    refused(anybody.get(f"/api/ogc/collections/quarters/items/{key}?crs=EPSG:1"), 400)
    refused(anybody.get("/api/ogc/collections/quarters/items/nowhere"), 404)
    refused(anybody.get("/api/ogc/collections/nothing/items"), 404)


def test_answers_do_not_wait_for_nagle():
    """asyncio turns Nagle's algorithm off only where the socket names its protocol; else an answer takes 40 ms more."""
    with _listener("127.0.0.1", 0) as listener:
        assert listener.proto == socket.IPPROTO_TCP


def test_who_follows_the_address_before_the_server_runs_waits_and_is_not_refused():
    with _listener("127.0.0.1", 0) as listener, socket.create_connection(listener.getsockname(), timeout=60) as early:
        assert early.getpeername() == listener.getsockname()


@contextmanager
def running(town, http: type[Patient] = Patient):
    """The port of a real public server."""
    listener = _listener("127.0.0.1", 0)
    port = listener.getsockname()[1]
    server = uvicorn.Server(config_of(create_app(town, rules_for(town, port=port, token=None)), http))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        yield port
    finally:
        server.should_exit = True
        thread.join(timeout=60)


class Hasty(Patient):
    within_s = 0.3


def test_silent_clients_are_let_go_and_hold_no_place_of_others(town):
    with running(town, Hasty) as port:
        begun = [b"GET /api HTTP/1.1\r\nHost: 127.0.0.1\r\n"]  # and never ends
        begun += [b"POST /api HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5\r\n\r\nab", *[b""] * 248]
        quiet = []
        for text in begun:
            quiet.append(socket.create_connection(("127.0.0.1", port), timeout=60))
            quiet[-1].sendall(text)  # at once: on a busy machine the first are let go before the last ones come
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/api", timeout=60) as answer:
            assert answer.status == 200
        for one in quiet:
            with one, suppress(ConnectionResetError):
                while one.recv(10_000):
                    pass  # what was refused before is told first; then the connection ends


def test_more_requests_under_way_than_are_borne_are_refused():
    async def slow(scope, receive, send):
        await asyncio.sleep(0.2)
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    guard = Guard(slow, Rules(frozenset({"here"}), None, limits=Limits(under_way=2)))

    async def status() -> int:
        told = []

        async def send(message):
            told.append(message.get("status"))

        await guard({"type": "http", "method": "GET", "path": "/", "headers": [(b"host", b"here")]}, None, send)
        return told[0]

    async def together() -> list[int]:
        return [*await asyncio.gather(*(status() for _ in range(3))), await status()]

    with ThreadPoolExecutor(1) as beside:  # in this thread a browser's loop may run
        assert beside.submit(asyncio.run, together()).result() == [204, 204, 503, 204]


def test_gdal_lists_counts_and_filters_the_layers(town):
    with running(town) as port:
        told = by_gdal(port)
    assert told.returncode == 0, told.stderr
    n, some = map(int, told.stdout.split())
    assert n == len(town.layers()["cells"].frame) and 1 <= some < n


def by_gdal(port: int) -> subprocess.CompletedProcess[str]:
    """What GDAL reads of the server, in a process whose network drivers are on."""
    script = f"""
import pyogrio
url = "OAPIF:http://127.0.0.1:{port}/api/ogc"
names = set(pyogrio.list_layers(url)[:, 0])
assert {{"cells", "quarters", "locations"}} <= names, names
cells = pyogrio.read_dataframe(url, layer="cells")
west, south, east, north = cells.geometry.iloc[0].bounds
some = pyogrio.read_dataframe(url, layer="cells", bbox=(west, south, (west + east) / 2, (south + north) / 2))
print(len(cells), len(some))
"""
    clean = {"PATH": "/usr/bin:/bin", "GDAL_HTTP_TIMEOUT": "120"}
    return subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=300, env=clean)


def framed(town, *sites: str):
    rules = rules_for(town, port=PORT, token=None, embedded_by=sites)
    return TestClient(create_app(town, rules), base_url=HERE)


def opened(destination: str) -> dict[str, str]:
    return {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": destination}


def test_a_public_map_is_shown_in_a_frame_only_by_the_sites_that_are_named(town, anybody):
    shown = framed(town, "https://www.stadt.de/", "https://Quartier.stadt.de")
    page = shown.get("/", headers=opened("iframe"))
    assert page.status_code == 200 and "x-frame-options" not in page.headers
    assert (
        "frame-ancestors 'self' https://www.stadt.de https://quartier.stadt.de"
        in (page.headers["content-security-policy"])
    )
    assert shown.get("/api").json()["embeddable"] is True
    refused(anybody.get("/", headers=opened("iframe")), 403)
    assert anybody.get("/").headers["x-frame-options"] == "DENY"
    assert "frame-ancestors 'none'" in anybody.get("/").headers["content-security-policy"]


def test_a_link_of_another_site_opens_a_public_map_and_nothing_else(anybody, planner):
    assert anybody.get("/", headers=opened("document")).status_code == 200
    refused(anybody.get("/api", headers={"sec-fetch-site": "cross-site", "sec-fetch-mode": "cors"}), 403)
    refused(anybody.get("/data/quarters.json", headers={"sec-fetch-site": "cross-site"}), 403)
    refused(planner.get("/", headers=opened("document")), 403)


@pytest.mark.parametrize(
    "site", ["www.stadt.de", "https://a.de/karte", "https://a.de;script-src *", "*", "https://*.de"]
)
def test_what_is_no_site_may_not_show_the_map(town, site):
    with pytest.raises(InputError, match="no sites"):
        rules_for(town, port=PORT, token=None, embedded_by=[site])
    with pytest.raises(InputError, match="only a public server"):
        rules_for(town, port=PORT, token=TOKEN, embedded_by=["https://www.stadt.de"])
