"""The study file: one TOML that, with its inputs, reproduces a run."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from nahraum.errors import StudyError
from nahraum.parameters import Parameters

FORMAT_VERSION = 1
LANGUAGES = ("de", "en")

_SOURCE_COMMON = {"file", "files", "licence", "attribution", "date", "note"}
SOURCE_KEYS: dict[str, set[str]] = {
    "osm": _SOURCE_COMMON,
    "population": _SOURCE_COMMON | {"kind", "size_m", "columns", "missing"},
    "floor_area": _SOURCE_COMMON | {"kind", "size_m", "columns", "missing"},
    "dwellings": _SOURCE_COMMON | {"kind", "size_m", "columns", "missing", "classes"},
    "broadband": _SOURCE_COMMON | {"kind", "size_m", "columns", "missing", "unit"},
    "quarters": _SOURCE_COMMON | {"kind", "layer", "crs", "id", "name", "admin_level", "accept_datum_shift"},
    "boundary": _SOURCE_COMMON | {"kind", "layer", "crs", "admin_level", "name", "accept_datum_shift"},
}
_TOP = {"format_version", "study", "area", "sources", "parameters", "completeness", "output"}
_SECTIONS: dict[str, set[str]] = {
    "study": {"name", "language", "reference_date", "note", "contact"},
    "area": {"crs"},
    "completeness": {"complete", "unknown"},
    "output": {"folder"},
}
SOURCE_KINDS: dict[str, tuple[str, ...]] = {
    "population": ("zensus2022", "grid_table"),
    "floor_area": ("zensus2022", "grid_table"),
    "dwellings": ("zensus2022", "grid_table", "class_files"),
    "broadband": ("grid_table",),
    "quarters": ("vector", "osm"),
    "boundary": ("vector", "osm", "extent"),
}


@dataclass(frozen=True)
class SourceSpec:
    """One `[sources.<name>]` section: which file, in which layout."""

    name: str
    kind: str
    files: tuple[Path, ...]
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def file(self) -> Path:
        """The one file of a source that has one."""
        return self.files[0]

    def option(self, name: str, default: Any = None) -> Any:
        """One further key of the section."""
        return self.options.get(name, default)


@dataclass(frozen=True)
class Study:
    """What one run is about; everything a result depends on is named here."""

    path: Path
    name: str
    language: str
    reference_date: date
    crs: str | None
    sources: Mapping[str, SourceSpec]
    overrides: Mapping[str, Any]
    complete_categories: tuple[str, ...]
    unknown_categories: tuple[str, ...]
    output_folder: Path
    note: str = ""
    contact: str = ""

    def parameters(self) -> Parameters:
        """A fresh parameter set of this study (each stage takes its own and notes what it reads)."""
        return Parameters(self.overrides, on=self.reference_date)

    def source(self, name: str) -> SourceSpec | None:
        """The section `[sources.<name>]`, or None where the study has none."""
        return self.sources.get(name)


def _nearest(name: str, known: set[str]) -> str:
    near = difflib.get_close_matches(name, sorted(known), n=1, cutoff=0.4)
    return f"did you mean {near[0]!r}?" if near else f"known here: {', '.join(sorted(known))}"


def _only(section: Mapping[str, Any], known: set[str], where: str) -> None:
    for name in section:
        if name not in known:
            raise StudyError(f"{where} knows no {name!r}", fix=_nearest(name, known))


def _section(document: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    section = document.get(name, {})
    if not isinstance(section, dict):
        raise StudyError(f"[{name}] must be a section, not a value", fix=f"write [{name}] on a line of its own")
    return section


def _flat(table: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, value in table.items():
        if isinstance(value, dict):
            flat |= _flat(value, f"{prefix}{name}.")
        else:
            flat[f"{prefix}{name}"] = value
    return flat


def _date(value: Any, where: str) -> date:
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise StudyError(f"{where} = {value!r} is no date", expected="2025-06-30") from None


def _source(name: str, section: Mapping[str, Any], folder: Path) -> SourceSpec:
    where = f"[sources.{name}]"
    _only(section, SOURCE_KEYS[name], where)
    kinds = SOURCE_KINDS.get(name, ("osm",))
    kind = str(section.get("kind", kinds[0]))
    if kind not in kinds:
        raise StudyError(f"{where} kind = {kind!r} is not known", expected=" or ".join(kinds))
    listed = section.get("files", [section["file"]] if "file" in section else [])
    if not isinstance(listed, list) or not all(isinstance(item, str) for item in listed):
        raise StudyError(f"{where} files must be a list of paths")
    if not listed and kind not in ("osm", "extent"):
        raise StudyError(f"{where} names no file", fix='add file = "…"')
    if name == "osm" and not listed:
        raise StudyError(f"{where} names no file", fix='add file = "town.osm.pbf"')
    files: list[Path] = []
    for item in listed:
        if any(sign in item for sign in "*?["):
            matches = sorted((folder / item).parent.glob(Path(item).name))
            if not matches:
                raise StudyError(f"{where} finds no file for {item!r}", where=str((folder / item).parent))
            files += matches
        else:
            files.append((folder / item).resolve())
    missing = [str(file) for file in files if not file.is_file()]
    if missing:
        raise StudyError(f"{where}: files are missing", where=missing, fix="paths are relative to the study file")
    options = {k: v for k, v in section.items() if k not in ("kind", "file", "files")}
    return SourceSpec(name=name, kind=kind, files=tuple(files), options=options)


def _parsed(path: Path) -> dict[str, Any]:
    """The document, with only known sections and keys and a known format version."""
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise StudyError(f"{path} does not exist", fix="nahraum demo writes a complete example") from None
    except IsADirectoryError:
        raise StudyError(f"{path} is a folder", expected="a study file, e.g. study.toml") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise StudyError(f"{path} is not valid TOML", where=str(error)) from None
    _only(document, _TOP, str(path))
    version = document.get("format_version", FORMAT_VERSION)
    if version != FORMAT_VERSION:
        raise StudyError(f"{path} has format_version = {version}", expected=f"format_version = {FORMAT_VERSION}")
    for name, known in _SECTIONS.items():
        _only(_section(document, name), known, f"[{name}]")
    return document


def _head(document: Mapping[str, Any]) -> Mapping[str, Any]:
    """The section [study] with what every study must say."""
    head = _section(document, "study")
    for needed in ("name", "reference_date"):
        if needed not in head:
            raise StudyError(f"[study] lacks {needed!r}", fix='e.g. name = "Musterstadt", reference_date = 2025-06-30')
    if str(head.get("language", "de")) not in LANGUAGES:
        raise StudyError(f"[study] language = {head['language']!r}", expected="de or en")
    return head


def read_study(path: str | Path) -> Study:
    """The study described by a TOML file; nothing but the file itself is read.

    Raises
        StudyError for a missing file, a syntax error, an unknown key (with the nearest known one), an
        impossible value or a missing input file.
    """
    path = Path(path)
    document = _parsed(path)
    head, folder = _head(document), path.resolve().parent
    sections = _section(document, "sources")
    _only(sections, set(SOURCE_KEYS), "[sources]")
    for needed in ("osm", "population"):
        if needed not in sections:
            raise StudyError(f"[sources.{needed}] is missing", fix="a run needs streets and residents at least")
    sources = {name: _source(name, _section(sections, name), folder) for name in sections}
    completeness = _section(document, "completeness")
    output = _section(document, "output").get("folder", f"{path.stem}.out")
    study = Study(
        path=path.resolve(),
        name=str(head["name"]),
        language=str(head.get("language", "de")),
        reference_date=_date(head["reference_date"], "[study] reference_date"),
        crs=_section(document, "area").get("crs"),
        sources=sources,
        overrides=_flat(_section(document, "parameters")),
        complete_categories=tuple(completeness.get("complete", ())),
        unknown_categories=tuple(completeness.get("unknown", ())),
        output_folder=(folder / str(output)).resolve(),
        note=str(head.get("note", "")),
        contact=str(head.get("contact", "")),
    )
    study.parameters()  # unknown or impossible overrides are refused at the door
    return study
