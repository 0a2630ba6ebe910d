"""Scenario files: rules of a day as dated data, checked key by key."""

from __future__ import annotations

import difflib
import math
import tomllib
from collections.abc import Iterable, Mapping
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Any

from nahraum.errors import InputError
from nahraum.parameters import EVIDENCE, shipped
from nahraum.stress.model import NO_LIMIT, WHAT, WHO, Activity, Retail, Rule, Scenario

FORMAT_VERSION = 1
_TOP = ("format_version", "id", "label_de", "label_en", "begin", "end", "note_de", "note_en", "activity", "rules")
_NEEDED = ("id", "label_de", "label_en")
_MARKS = ("source", "date", "evidence")
_RULES = ("isolate", "retail", "distance_m", "radius_m", "closed", "heat")
_KINDS = "stress.closed_kinds."
_RETAIL = ("m2_per_customer", "up_to_m2", "m2_per_customer_above")
_ACTIVITY = ("who", "what", "chance", "of", "source_en", *_MARKS)
_WITHIN = {"pupils_from_10": "pupils"}  # each of these is one of those, too
_ISOLATE = Rule(
    "isolate", 1, "persons of a household who would keep apart", "nahraum: gilt, wo die Datei nichts sagt",
    date(2026, 11, 1), "proposal", "nahraum: holds where the file says nothing",
)  # fmt: skip


def ready_scenarios() -> tuple[str, ...]:
    """Ids of the scenarios that come with nahraum, the open day first, then by their begin."""
    found = [read_scenario(name) for name in _ready()]
    return tuple(one.id for one in sorted(found, key=lambda s: (s.heat, s.begin or date.min, s.id)))


def read_scenario(name: str | Path) -> Scenario:
    """A scenario that comes with nahraum by its id, or one of a file.

    Raises
        InputError with all problems at once: unknown keys with the nearest known one, values out of range, missing
        marks (source, date, evidence), activities that nobody of that kind does.
    """
    path = Path(name)
    if path.suffix == ".toml":
        if not path.is_file():
            raise InputError(f"{path} does not exist", expected="a scenario file", fix=_known())
        return scenario_of(path.read_text(encoding="utf-8"), called=str(path))
    file = _folder() / f"{name}.toml"
    if "/" in str(name) or not file.is_file():
        raise InputError(f"there is no scenario {str(name)!r}", expected="an id, or a file *.toml", fix=_known())
    return scenario_of(file.read_text(encoding="utf-8"), called=f"scenario {name}")


def _folder() -> Any:
    return resources.files("nahraum.stress") / "scenarios"


def _known() -> str:
    return "ready: " + ", ".join(_ready())


def _ready() -> list[str]:
    return sorted(file.name.removesuffix(".toml") for file in _folder().iterdir() if file.name.endswith(".toml"))


def scenario_of(text: str, *, called: str) -> Scenario:
    """The scenario of a TOML text; raises InputError as `read_scenario`."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{called} is not valid TOML", where=str(error), expected="a scenario file") from None
    problems = list(_problems(document))
    if problems:
        raise InputError(
            f"{called} cannot be used", where=problems,
            expected="who does what and how likely ([[activity]]), and rules, each with source, date, evidence",
            fix="docs/howto/stress.md shows one; " + _known(),
        )  # fmt: skip
    rules = {name: _rule(name, item) for name, item in document.get("rules", {}).items()}
    rules.setdefault(_ISOLATE.name, _ISOLATE)

    def value(name: str, otherwise: Any) -> Any:
        return rules[name].value if name in rules else otherwise

    retail = value("retail", None)
    return Scenario(
        id=str(document["id"]), label_de=str(document["label_de"]), label_en=str(document["label_en"]),
        begin=document.get("begin"), end=document.get("end"),
        activities=tuple(_activity(item) for item in document.get("activity", ())),
        isolate=int(rules[_ISOLATE.name].value), retail=None if retail is None else Retail(**_floats(retail)),
        distance_m=float(value("distance_m", 0.0)), heat=bool(value("heat", False)), rules=tuple(rules.values()),
        note_de=str(document.get("note_de", "")), note_en=str(document.get("note_en", "")),
        radius_m=float(value("radius_m", NO_LIMIT)), closed=tuple(sorted(set(value("closed", ())))),
    )  # fmt: skip


def _floats(table: Mapping[str, Any]) -> dict[str, float]:
    return {name: float(value) for name, value in table.items()}


def _activity(item: Mapping[str, Any]) -> Activity:
    return Activity(
        who=str(item["who"]), what=str(item["what"]), chance=float(item["chance"]), of=str(item.get("of", "")),
        source=str(item["source"]), date=item["date"], evidence=str(item["evidence"]),
        source_en=str(item.get("source_en", "")),
    )  # fmt: skip


def _rule(name: str, item: Mapping[str, Any]) -> Rule:
    return Rule(
        name, item["value"], str(item.get("unit", "")), str(item["source"]), item["date"], str(item["evidence"]),
        str(item.get("source_en", "")),
    )  # fmt: skip


def _problems(document: Mapping[str, Any]) -> Iterable[str]:
    yield from _unknown(document, _TOP, "the file")
    yield from (f"{name} is missing" for name in _NEEDED if not str(document.get(name, "")).strip())
    if document.get("format_version", FORMAT_VERSION) != FORMAT_VERSION:
        yield f"format_version = {document['format_version']}, known is {FORMAT_VERSION}"
    for name in ("begin", "end"):
        if name in document and not isinstance(document[name], date):
            yield f"{name} = {document[name]!r} is no date"
    activities = document.get("activity", [])
    if not isinstance(activities, list):
        yield "activity must be a list: [[activity]]"
        return
    for number, item in enumerate(activities, start=1):
        yield from _of_activity(item, f"[[activity]] {number}", activities)
    yield from _twice(activities)
    rules = document.get("rules", {})
    yield from _unknown(rules, _RULES, "[rules]")
    for name in (one for one in _RULES if one in rules):
        yield from _of_rule(name, rules[name])


def _of_activity(item: Mapping[str, Any], where: str, others: list[Mapping[str, Any]]) -> Iterable[str]:
    yield from _unknown(item, _ACTIVITY, where)
    yield from _marks(item, where)
    who, what, chance = item.get("who"), item.get("what"), item.get("chance")
    if who not in WHO:
        yield f"{where}: who = {who!r}, known are {', '.join(WHO)}"
    if what not in WHAT:
        yield f"{where}: what = {what!r}, known are {', '.join(WHAT)}"
    elif who in WHO and who not in WHAT[what]:
        yield f"{where}: {what} is of {', '.join(WHAT[what])}, not of {who}"
    if isinstance(chance, bool) or not isinstance(chance, int | float) or not 0 <= chance <= 1:
        yield f"{where}: chance = {chance!r} is no share from 0 to 1"
    of = item.get("of", "")
    whole = [one for one in others if of and one.get("what") == of and one.get("who") == who]
    if of and (of == what or not whole or any(one.get("of") for one in whole)):
        yield f"{where}: of = {of!r} is no activity of {who} of its own"


def _twice(activities: list[Mapping[str, Any]]) -> Iterable[str]:
    """The same persons would do the same twice, and be counted twice."""
    seen: set[tuple[Any, Any]] = set()
    for number, item in enumerate(activities, start=1):
        who, what = str(item.get("who")), str(item.get("what"))
        if who in WHO and (who, what) in seen:
            yield f"[[activity]] {number}: {what} of {who} is there already"
        seen.add((who, what))
    for who, what in sorted(seen):
        if (_WITHIN.get(who), what) in seen:
            yield f"{what} is there for {who} and for {_WITHIN[who]}: {who} are among these and would count twice"


def _of_rule(name: str, item: Any) -> Iterable[str]:
    where = f"[rules.{name}]"
    if not isinstance(item, dict) or "value" not in item:
        yield f"{where} has no value"
        return
    yield from _unknown(item, ("value", "unit", "source_en", *_MARKS), where)
    yield from _marks(item, where)
    value = item["value"]
    if name == "heat":
        if not isinstance(value, bool):
            yield f"{where}: value = {value!r}, true or false is needed"
    elif name == "closed":
        yield from _of_closed(value, where)
    elif name == "radius_m":
        if not _above_0(value):
            yield f"{where}: value = {value!r} is no distance above 0 m"
    elif name == "retail":
        if not isinstance(value, dict) or "m2_per_customer" not in value:
            yield f"{where}: value must hold {', '.join(_RETAIL)}"
            return
        yield from _unknown(value, _RETAIL, where)
        yield from (f"{where}: {key} = {one!r} is no m² above 0" for key, one in value.items() if not _above_0(one))
        if ("up_to_m2" in value) != ("m2_per_customer_above" in value):
            yield f"{where}: up_to_m2 and m2_per_customer_above belong together, one of them is missing"
    elif isinstance(value, bool) or not isinstance(value, int | float) or value < 0 or value != value:
        yield f"{where}: value = {value!r} is no number from 0 on"
    elif name == "isolate" and value % 1 != 0:
        yield f"{where}: value = {value!r} is no whole number of persons"


def closable() -> tuple[str, ...]:
    """Kinds of open space that a scenario may close."""
    return tuple(name.removeprefix(_KINDS) for name in sorted(shipped()) if name.startswith(_KINDS))


def _of_closed(value: Any, where: str) -> Iterable[str]:
    if not isinstance(value, list) or not value:
        yield f"{where}: value = {value!r}, a list of {', '.join(closable())} is needed"
        return
    for one in (each for each in value if each not in closable()):
        near = difflib.get_close_matches(str(one), closable(), n=1, cutoff=0.4)
        yield f"{where} knows no {one!r}" + (f", is {near[0]!r} meant?" if near else f": {', '.join(closable())}")


def _above_0(value: Any) -> bool:
    return not isinstance(value, bool) and isinstance(value, int | float) and value > 0 and not math.isnan(value)


def _marks(item: Mapping[str, Any], where: str) -> Iterable[str]:
    yield from (f"{where} lacks {mark}" for mark in _MARKS if mark not in item)
    if "evidence" in item and item["evidence"] not in EVIDENCE:
        yield f"{where}: evidence = {item['evidence']!r}, known are {', '.join(EVIDENCE)}"
    if "date" in item and not isinstance(item["date"], date):
        yield f"{where}: date = {item['date']!r} is no date"


def _unknown(table: Mapping[str, Any], known: Iterable[str], where: str) -> Iterable[str]:
    names = list(known)
    if not isinstance(table, dict):
        yield f"{where} must be a section"
        return
    for name in (one for one in table if one not in names):
        near = difflib.get_close_matches(name, names, n=1, cutoff=0.4)
        yield f"{where} knows no {name!r}" + (f", is {near[0]!r} meant?" if near else "")
