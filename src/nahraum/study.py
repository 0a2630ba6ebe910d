"""The study file: one TOML that, with its inputs, reproduces a run."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from nahraum.errors import StudyError
from nahraum.parameters import Parameters
from nahraum.study_addresses import FETCH_KEYS, address_of, box_of
from nahraum.study_keys import GROUP_KEYS, SECTIONS, SOURCE_KEYS, SOURCE_KINDS, TOP
from nahraum.study_measures import PlanSpec, measures_of, plan_of
from nahraum.study_social import SocialSpec, funding_wanted, social_of

FORMAT_VERSION = 1
_ITEM = re.compile(r"[a-z][a-z0-9_]*")
LANGUAGES = ("de", "en")


@dataclass(frozen=True)
class SourceSpec:
    """One `[sources.<name>]` section: which file, in which layout; `registers.kita` is the name of one of a group."""

    name: str
    kind: str
    files: tuple[Path, ...]
    options: Mapping[str, Any] = field(default_factory=dict)
    urls: tuple[str, ...] = ()
    checksums: tuple[str, ...] = ()
    window: tuple[float, float, float, float] | None = None

    @property
    def file(self) -> Path:
        """The one file of a source that has one."""
        return self.files[0]

    @property
    def sha256(self) -> str:
        """The checksum that the study demands of its one address; '' for none."""
        return self.checksums[0] if self.checksums else ""

    @property
    def group(self) -> str:
        """The group of a source that is one of several: `registers` of `registers.kita`, else its name."""
        return self.name.partition(".")[0]

    @property
    def item(self) -> str:
        """Its name within the group: `kita` of `registers.kita`, '' for a source of its own."""
        return self.name.partition(".")[2]

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
    municipalities: tuple[str, ...] = ()
    kreis: str = ""
    note: str = ""
    contact: str = ""
    social: SocialSpec | None = None
    funding: bool = False
    measures: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    plan: PlanSpec = field(default_factory=PlanSpec)
    flexhousing: Mapping[str, Any] = field(default_factory=dict)

    def parameters(self) -> Parameters:
        """A fresh parameter set of this study (each stage takes its own and notes what it reads)."""
        return Parameters(self.overrides, on=self.reference_date)

    def source(self, name: str) -> SourceSpec | None:
        """The section `[sources.<name>]`, or None where the study has none."""
        return self.sources.get(name)

    def group(self, name: str) -> dict[str, SourceSpec]:
        """The sections `[sources.<name>.<item>]` by item, in the order of the study file."""
        return {spec.item: spec for spec in self.sources.values() if spec.item and spec.group == name}


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


def _require_files(found: Mapping[str, SourceSpec], path: Path) -> None:
    """Raises StudyError that names every file that is not there, and what brings it."""
    missing = [(spec, file) for spec in found.values() for file in spec.files if not file.is_file()]
    if missing:
        by_fetch = [spec for spec, _ in missing if spec.urls]
        fix = f"nahraum fetch {path} downloads {'them' if len(by_fetch) > 1 else 'it'}" if by_fetch else ""
        by_hand = "paths are relative to the study file" if len(by_fetch) < len(missing) else ""
        raise StudyError(
            f"{path.name}: {len(missing)} files are missing" if len(missing) > 1 else f"{path.name}: a file is missing",
            where=[f"[sources.{spec.name}] {file}" for spec, file in missing],
            fix="; ".join(part for part in (fix, by_hand) if part),
        )


def _source(name: str, section: Mapping[str, Any], folder: Path, *, require_files: bool = True) -> SourceSpec:
    where = f"[sources.{name}]"
    group = name.partition(".")[0]
    _only(section, (SOURCE_KEYS | GROUP_KEYS)[group], where)
    kinds = SOURCE_KINDS.get(group, ("osm",))
    kind = str(section.get("kind", kinds[0]))
    if kind not in kinds:
        raise StudyError(f"{where} kind = {kind!r} is not known", expected=" or ".join(kinds))
    listed = section.get("files", [section["file"]] if "file" in section else [])
    if not isinstance(listed, list) or not all(isinstance(item, str) for item in listed):
        raise StudyError(f"{where} files must be a list of paths")
    if not listed and kind not in ("osm", "extent", "delineated", "none", "buildings"):
        raise StudyError(f"{where} names no file", fix='add file = "…"')
    if name == "osm" and not listed:
        raise StudyError(f"{where} names no file", fix='add file = "town.osm.pbf"')
    files: list[Path] = []
    for item in listed:
        if any(sign in item for sign in "*?["):
            matches = sorted((folder / item).parent.glob(Path(item).name))
            if not matches and require_files:
                raise StudyError(f"{where} finds no file for {item!r}", where=str((folder / item).parent))
            files += matches
        else:
            files.append((folder / item).resolve())
    urls, pinned = address_of(section, where)
    window = box_of(section, where)
    options = {k: v for k, v in section.items() if k not in ("kind", "file", "files", *FETCH_KEYS)}
    return SourceSpec(name, kind, tuple(files), options, urls=urls, checksums=pinned, window=window)


def _sources(sections: Mapping[str, Any], folder: Path, *, require_files: bool) -> dict[str, SourceSpec]:
    """All sections below [sources], those of a group under `<group>.<item>`."""
    _only(sections, {*SOURCE_KEYS, *GROUP_KEYS}, "[sources]")
    for needed in ("osm", "population"):
        if needed not in sections:
            raise StudyError(f"[sources.{needed}] is missing", fix="a run needs streets and residents at least")
    found: dict[str, SourceSpec] = {}
    for name in sections:
        section = _section(sections, name)
        if name not in GROUP_KEYS:
            found[name] = _source(name, section, folder, require_files=require_files)
            continue
        for item in section:
            if not _ITEM.fullmatch(item):
                raise StudyError(f"[sources.{name}.{item}] has no usable name", expected="small letters, digits and _")
            key = f"{name}.{item}"
            found[key] = _source(key, _section(section, item), folder, require_files=require_files)
    return found


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
    _only(document, TOP, str(path))
    version = document.get("format_version", FORMAT_VERSION)
    if version != FORMAT_VERSION:
        raise StudyError(f"{path} has format_version = {version}", expected=f"format_version = {FORMAT_VERSION}")
    for name, known in SECTIONS.items():
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


def _meant_key(given: object) -> str:
    """Advice for a municipality key that is none."""
    digits = re.sub(r"\s", "", str(given))
    if re.fullmatch(r"\d{7}", digits):
        return f'it has 7 digits, a leading zero was lost: is "0{digits}" meant?'
    if re.fullmatch(r"\d{12}", digits):
        return f'that is an ARS of 12 digits: its AGS is "{digits[:5]}{digits[9:]}"'
    if re.fullmatch(r"\d{8}", digits):
        return f'write it as text: "{digits}"'
    return f"it has {len(digits)} characters; nahraum init writes the keys of a name, a list or a Kreis"


def _chosen(section: Mapping[str, Any], sources: Mapping[str, SourceSpec]) -> tuple[tuple[str, ...], str]:
    """The municipalities and the Kreis that [area] names."""
    listed, kreis = section.get("municipalities", []), section.get("kreis", "")
    wrong = [] if isinstance(listed, list) else [listed]
    wrong += [key for key in listed if not (isinstance(key, str) and re.fullmatch(r"\d{8}", key))] if not wrong else []
    if wrong:
        raise StudyError(
            f"[area] municipalities holds {wrong[0]!r}", fix=_meant_key(wrong[0]),
            expected='a list of AGS of eight digits, as text: ["07335009", "07335016"]',
        )  # fmt: skip
    if not isinstance(kreis, str) or (kreis and not re.fullmatch(r"\d{2,5}", kreis)):
        raise StudyError(f"[area] kreis = {kreis!r}", expected='the first five digits of the AGS, as text: "07335"')
    if (listed or kreis) and "municipalities" not in sources:
        fix = "add [sources.municipalities] with the VG250 of the BKG; nahraum init writes it"
        raise StudyError("[area] names municipalities, but no file says where they are", fix=fix)
    return tuple(listed), kreis


def read_study(path: str | Path, *, require_files: bool = True) -> Study:
    """The study described by a TOML file; nothing but the file itself is read.

    Parameters
        require_files : whether its input files must be there; `nahraum fetch` is about to bring them.

    Raises
        StudyError for a missing file, a syntax error, an unknown key (with the nearest known one), an
        impossible value or a missing input file.
    """
    path = Path(path)
    document = _parsed(path)
    head, folder = _head(document), path.resolve().parent
    sources = _sources(_section(document, "sources"), folder, require_files=require_files)
    if require_files:
        _require_files(sources, path)
    chosen, kreis = _chosen(_section(document, "area"), sources)
    completeness, funding = _section(document, "completeness"), _section(document, "funding")
    statistics = [spec.item for spec in sources.values() if spec.group == "statistics" and spec.item]
    output = _section(document, "output").get("folder", f"{path.stem}.out")
    study = Study(
        path=path.resolve(),
        name=str(head["name"]),
        language=str(head.get("language", "de")),
        reference_date=_date(head["reference_date"], "[study] reference_date"),
        crs=_section(document, "area").get("crs"),
        municipalities=chosen,
        kreis=kreis,
        sources=sources,
        overrides=_flat(_section(document, "parameters")),
        complete_categories=tuple(completeness.get("complete", ())),
        unknown_categories=tuple(completeness.get("unknown", ())),
        output_folder=(folder / str(output)).resolve(),
        note=str(head.get("note", "")),
        contact=str(head.get("contact", "")),
        social=social_of(_section(document, "social"), folder, statistics, require_files=require_files),
        funding=funding_wanted(funding, sources),
        measures=measures_of(_section(document, "measures")),
        plan=plan_of(_section(document, "plan"), statistics),
        flexhousing=_section(document, "flexhousing"),
    )
    study.parameters()  # unknown or impossible overrides are refused at the door
    return study
