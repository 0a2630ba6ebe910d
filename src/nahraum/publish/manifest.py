"""manifest.json: which inputs, parameters and version a publication rests on; no moment of the run in it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from nahraum.publish import facts, labels
from nahraum.publish.bundle import PublishBundle
from nahraum.study import FORMAT_VERSION

FILE = "manifest.json"
MANIFEST_VERSION = 1


def json_text(document: object) -> str:
    """JSON as it is written everywhere: two spaces, keys in the order given, real letters."""
    return json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False, default=str) + "\n"


def _files(paths: Sequence[Path], folder: Path) -> list[dict[str, object]]:
    return [
        {
            "path": path.relative_to(folder).as_posix(),
            "bytes": path.stat().st_size,
            "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        }
        for path in sorted(paths, key=lambda path: path.relative_to(folder).as_posix())
        if path.suffix != ".gpkg"
    ]


def _disclosure(bundle: PublishBundle) -> dict[str, Any]:
    held = {table.name: sum(table.hidden.values()) for table in bundle.tables() if table.hidden}
    return {
        "rules": {p.id: p.value for p in bundle.parameters if p.id.startswith("disclosure.")},
        "values_held_back": held,
    }


def manifest(bundle: PublishBundle) -> dict[str, Any]:
    """The manifest as plain values.

    `inputs` names every file with sha256, licence, attribution, date and scale; `parameters` every value with
    its source and evidence mark; `notes` what was repaired or assumed. Same inputs, same manifest.
    """
    licence, language = facts.output_licence(bundle), bundle.study.language
    verify = [p.id for p in bundle.parameters if p.verify_locally]
    return {
        "manifest_version": MANIFEST_VERSION,
        "format_version": FORMAT_VERSION,
        "nahraum_version": bundle.version,
        "title": facts.title(bundle),
        "description": facts.description(bundle),
        "study": {
            "name": bundle.study.name,
            "language": language,
            "reference_date": facts.date_text(bundle),
            "crs": bundle.crs,
            "note": bundle.study.note,
            "contact": bundle.study.contact,
        },
        "licence": {"id": licence, "address": facts.licence_address(licence), "attribution": bundle.attribution},
        "inputs": [source.as_dict() | {"file": facts.file_name(source.file)} for source in bundle.sources],
        "parameters": [parameter.as_dict() for parameter in bundle.parameters],
        "verify_locally": {"text": labels.text("words", "verify", language), "parameters": verify},
        "disclosure": _disclosure(bundle),
        "notes": [
            {str(key): _plain(value) for key, value in row.items()} for row in bundle.notes.to_dict(orient="records")
        ],
    }


def _plain(value: Any) -> Any:
    return value.item() if hasattr(value, "item") else value


def write_manifest(bundle: PublishBundle, folder: Path, *, files: Sequence[Path] = ()) -> Path:
    """manifest.json, written last: where it stands, the folder is complete.

    Parameters
        files : what was written before; listed with sha256 (the GeoPackage is equal in content only, so not).
    """
    path = folder / FILE
    document = manifest(bundle) | {"files": _files(files, folder)}
    path.write_bytes(json_text(document).encode("utf-8"))
    return path
