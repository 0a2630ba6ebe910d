"""The manifest, the data package and the catalogue entry say what the files rest on."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pytest
from publish_bundle import make_bundle, make_study

from nahraum.publish import facts
from nahraum.publish.datapackage import datapackage
from nahraum.publish.dcat import dcat_text, literal
from nahraum.publish.manifest import json_text, manifest
from nahraum.publish.write import write_all


@pytest.fixture(scope="module")
def public(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("study") / "public"
    write_all(make_bundle(), folder)
    return folder


def test_every_input_stands_with_hash_licence_attribution_date_and_scale():
    for source in manifest(make_bundle())["inputs"]:
        assert re.fullmatch("[0-9a-f]{64}", source["sha256"])
        for needed in ("file", "licence", "attribution", "reference_date", "scale"):
            assert source[needed]


def test_no_folder_of_this_machine_is_published():
    assert "/secret" not in json_text(manifest(make_bundle()))


def test_every_parameter_stands_with_its_evidence_and_what_to_verify_is_listed():
    document = manifest(make_bundle())
    assert all(p["evidence"] and p["source"] and p["date"] for p in document["parameters"])
    marked = [p["id"] for p in document["parameters"] if p["evidence"] == "from_knowledge"]
    assert document["verify_locally"] == {"text": "bitte örtlich prüfen", "parameters": marked}


def test_versions_and_the_reference_date_are_named_and_no_moment_of_the_run():
    document = manifest(make_bundle())
    assert document["format_version"] == 1
    assert document["nahraum_version"] == "0.1.0"
    assert document["study"]["reference_date"] == "2025-06-30"
    assert not re.search(r"\d\d:\d\d:\d\d", json_text(document))


def test_the_manifest_says_how_much_was_held_back_and_by_which_rules():
    disclosure = manifest(make_bundle())["disclosure"]
    assert disclosure["rules"]["disclosure.minimum_count"] == 3
    assert disclosure["values_held_back"]["cells"] > 0


def test_notes_travel_in_both_languages():
    assert manifest(make_bundle())["notes"][0]["text_de"].startswith("2 Zellen")


def test_the_manifest_lists_the_files_with_their_hashes(public):
    document = json.loads((public / "manifest.json").read_text(encoding="utf-8"))
    listed = {entry["path"] for entry in document["files"]}
    on_disk = {p.relative_to(public).as_posix() for p in public.rglob("*") if p.is_file()}
    assert listed == on_disk - {"manifest.json", "nahraum.gpkg"}


def test_share_alike_data_make_share_alike_results():
    assert facts.output_licence(make_bundle()) == "ODbL-1.0"


def test_the_data_package_describes_every_csv_as_it_is(public):
    package = json.loads((public / "datapackage.json").read_text(encoding="utf-8"))
    assert re.fullmatch(r"[a-z0-9._-]+", package["name"])
    names = [resource["name"] for resource in package["resources"]]
    assert len(names) == len(set(names))
    for resource in package["resources"]:
        assert re.fullmatch(r"[a-z0-9._-]+", resource["name"])
        assert not resource["path"].startswith("/")
        file = public / resource["path"]
        assert file.is_file()
        if resource["format"] != "csv":
            continue
        assert resource["bytes"] == file.stat().st_size
        check_table(file, resource)


def check_table(file: Path, resource: dict) -> None:
    """What a Frictionless validator checks: headings, types, missing values, keys."""
    with file.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.reader(stream, delimiter=resource["dialect"]["delimiter"]))
    fields, missing = resource["schema"]["fields"], set(resource["schema"]["missingValues"])
    assert rows[0] == [field["name"] for field in fields]
    for place, field in enumerate(fields):
        assert field["title"]
        values = [row[place] for row in rows[1:] if row[place] not in missing]
        if field["type"] == "number":
            assert all(re.fullmatch(r"-?\d+(,\d+)?", value) for value in values), field["name"]
        elif field["type"] == "boolean":
            assert set(values) <= {"0", "1"}
    key = [place for place, field in enumerate(fields) if field["name"] in resource["schema"].get("primaryKey", [])]
    keys = [tuple(row[place] for place in key) for row in rows[1:]]
    assert not key or len(set(keys)) == len(keys)


def test_the_catalogue_entry_names_licence_attribution_and_every_file(public):
    text = (public / "dcat.ttl").read_text(encoding="utf-8")
    assert "dcatde:licenseAttributionByText" in text
    assert "http://dcat-ap.de/def/licenses/odbl" in text
    for path in re.findall(r"dcat:downloadURL <([^>]+)>", text):
        assert (public / path).is_file(), path
    assert text.count('"') % 2 == 0


def test_a_name_with_quotes_cannot_break_the_catalogue_entry(tmp_path):
    bundle = make_bundle(study=make_study(name='Ort "am\n<Berg>\\'))
    assert literal('a"b\\c\nd') == '"a\\"b\\\\c\\nd"'
    text = dcat_text(bundle, tmp_path)
    assert 'Ort \\"am\\n<Berg>\\\\' in text


def test_a_report_is_described_only_where_it_stands(tmp_path):
    assert "report" not in {r["name"] for r in datapackage(make_bundle(), tmp_path)["resources"]}
    (tmp_path / "report.pdf").write_bytes(b"%PDF-1.7")
    assert "report" in {r["name"] for r in datapackage(make_bundle(), tmp_path)["resources"]}
