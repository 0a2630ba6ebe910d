"""Method files: strict TOML, every problem named at once, in words a planner can act on."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping
from dataclasses import MISSING as NO_DEFAULT
from dataclasses import fields
from datetime import date
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

from nahraum.errors import InputError
from nahraum.index.status import method as m
from nahraum.index.status import methods
from nahraum.index.status.constants import constant_pair, constant_value
from nahraum.index.status.method import Classes, Domain, Dynamics, Method, Part
from nahraum.index.status.method_rules import (
    Problems,
    class_problems,
    combination_problems,
    domain_problems,
    nearest,
    part_problems,
)
from nahraum.parameters import EVIDENCE

_ALLOWED: dict[str, tuple[str, ...]] = {
    "high_is": m.HIGH_IS, "scale": m.SCALES, "transform": m.TRANSFORMS, "shrink": m.SHRINKS,
    "standardise": m.STANDARDISE, "weights": m.WEIGHTS, "aggregate": m.AGGREGATES, "restandardise": m.RESTANDARDISE,
    "kind": m.CLASS_KINDS, "missing": m.MISSING, "evidence": EVIDENCE,
    "rank_from": m.RANK_FROM,
}  # fmt: skip
_SECTIONS = {"method", "parts", "domains", "classes", "more_classes", "dynamics"}
_DYNAMICS = {"parts", "classes", "years", "standardise", "aggregate", "restandardise", "attention"}
_METHOD = {
    "id", "edition", "label_de", "label_en", "source", "date", "evidence", "tested", "uses_nationality", "standardise",
    "weights", "aggregate", "restandardise", "missing", "minimum_residents", "minimum_areas", "winsor", "attention",
    "note_de", "note_en",
}  # fmt: skip
_TEXTS = {"id", "edition", "label_de", "label_en", "source", "note_de", "note_en"}
_NEEDED = _METHOD - {"winsor", "attention", "note_de", "note_en", "restandardise", "minimum_residents", "minimum_areas"}
EXPECTED = "a method file as docs/howto/status-index.md shows it"


def shipped_files() -> dict[str, Any]:
    """The method files that come with nahraum, by id."""
    folder = resources.files(methods)
    return {file.name.removesuffix(".toml"): file for file in folder.iterdir() if file.name.endswith(".toml")}


def _unknown(section: Mapping[str, Any], known: set[str], where: str) -> Problems:
    return [f"{where} knows no {name!r}: {nearest(name, known)}" for name in section if name not in known]


def _kind_problem(name: str, value: Any, kind: str) -> str:
    """What is wrong with a value of a dataclass field, '' where nothing is."""
    number = isinstance(value, (int, float)) and not isinstance(value, bool) and value == value
    texts = isinstance(value, list) and all(isinstance(item, str) for item in value)
    numbers = isinstance(value, list) and all(isinstance(i, (int, float)) and not isinstance(i, bool) for i in value)
    good = {"str": isinstance(value, str), "float": number, "bool": isinstance(value, bool), "int": number}
    good |= {"float | None": number, "tuple[str, ...]": texts, "tuple[float, ...]": numbers}
    wanted = {"str": "a text", "float": "a number", "float | None": "a number", "int": "a whole number"}
    wanted |= {"bool": "true or false", "tuple[str, ...]": "a list of texts", "tuple[float, ...]": "a list of numbers"}
    return "" if good.get(kind, True) else f"{name} = {value!r} must be {wanted[kind]}"


def _values(section: Mapping[str, Any], where: str) -> Problems:
    """Values outside the words that are known here."""
    found = []
    for name, known in _ALLOWED.items():
        value = section.get(name)
        if name in section and value not in known:
            near = difflib.get_close_matches(str(value), known, n=1, cutoff=0.4)
            hint = f"did you mean {near[0]!r}?" if near else f"one of {', '.join(known)}"
            found.append(f"{where} {name} = {value!r} is not known: {hint}")
    return found


def _made(kind: type, section: Any, where: str, problems: Problems) -> Any:
    """A dataclass from a section; None where it cannot be made, with its problems added."""
    if not isinstance(section, dict):
        problems.append(f"{where} must be a section")
        return None
    known = {field.name: field for field in fields(kind)}
    wrong = _unknown(section, set(known), where) + _values(section, where)
    for name, field in known.items():
        if name not in section and field.default is NO_DEFAULT and field.default_factory is NO_DEFAULT:
            wrong.append(f"{where} lacks {name!r}")
        elif name in section and (problem := _kind_problem(name, section[name], str(field.type))):
            wrong.append(f"{where} {problem}")
    if wrong:
        problems += wrong
        return None
    lists = {name: tuple(value) for name, value in section.items() if isinstance(value, list)}
    return kind(**(dict(section) | lists))


def _several(kind: type, section: Any, where: str, problems: Problems) -> tuple[Any, ...]:
    if not isinstance(section, list):
        problems.append(f"{where} must be a list: [[{where.strip('[]')}]]")
        return ()
    made = [_made(kind, item, f"{where} number {i + 1}", problems) for i, item in enumerate(section)]
    whole = tuple(item for item in made if item is not None)
    twice = sorted({item.id for item in whole if sum(other.id == item.id for other in whole) > 1})
    problems += [f"{where} names {name!r} twice" for name in twice]
    return whole


def _method_problems(section: Mapping[str, Any]) -> Problems:
    found = _unknown(section, _METHOD, "[method]") + _values(section, "[method]")
    found += [f"[method] lacks {name!r}" for name in sorted(_NEEDED - set(section))]
    kinds = {"tested": bool, "uses_nationality": bool}
    for name in sorted(set(section) & _METHOD):
        value = section[name]
        if name in kinds and not isinstance(value, bool):
            found.append(f"[method] {name} must be true or false")
        if name in _TEXTS and not isinstance(value, str):
            found.append(f"[method] {name} = {value!r} must be a text")
    if "date" in section and not isinstance(section["date"], date):
        found.append(f"[method] date = {section['date']!r} is no date, e.g. 2019-12-31")
    if "winsor" in section:
        shares = section["winsor"]
        good = not _kind_problem("winsor", shares, "tuple[float, ...]") and len(shares) == 2
        good = good and 0 <= shares[0] < shares[1] <= 1
        found += [] if good else ["[method] winsor must be two shares, e.g. [0.025, 0.975]"]
    for name in ("minimum_areas", "minimum_residents"):
        value = section.get(name, constant_value(name))
        if not isinstance(value, (int, float)) or isinstance(value, bool) or value < constant_value(name):
            least = constant_value(name)
            found.append(f"[method] {name} = {value!r} is below {least:g}, the least that nahraum gives classes for")
    return found


def _dynamics(section: Any, problems: Problems) -> Dynamics | None:
    if section is None:
        return None
    if not isinstance(section, dict):
        problems.append("[dynamics] must be a section")
        return None
    before = len(problems)
    problems += _unknown(section, _DYNAMICS, "[dynamics]") + _values(section, "[dynamics]")
    parts = _several(Part, section.get("parts", []), "[[dynamics.parts]]", problems)
    classes = _made(Classes, section.get("classes"), "[dynamics.classes]", problems)
    problems += class_problems(classes, "[dynamics.classes]")
    if not parts:
        problems.append("[dynamics] has no parts")
    pairs = section.get("attention", [])
    if not (isinstance(pairs, list) and all(isinstance(p, list) and len(p) == 2 for p in pairs)):
        problems.append('[dynamics] attention must list pairs, e.g. [["4", "*"], ["3", "-"]]')
    if not isinstance(section.get("years"), (int, float)):
        problems.append("[dynamics] years must say over how many years the change goes")
    if len(problems) > before:
        return None
    chosen = {name: section[name] for name in ("standardise", "aggregate", "restandardise") if name in section}
    pairs = tuple((str(first), str(second)) for first, second in pairs)
    return Dynamics(parts=parts, classes=classes, years=float(section["years"]), attention=pairs, **chosen)


def _attention_problems(section: Mapping[str, Any], classes: Classes | None, dynamics: Dynamics | None) -> Problems:
    status = set(classes.ids) if classes else set()
    own = section.get("attention", [])
    if not isinstance(own, list):
        return ['[method] attention must list status classes, e.g. ["4"]']
    listed = [(str(item), m.ANY) for item in own]
    change = {m.ANY, *(dynamics.classes.ids if dynamics else ())}
    listed += list(dynamics.attention) if dynamics else []
    return [
        f"attention names the class {s!r}, {d!r} that is none" for s, d in listed if s not in status or d not in change
    ]


def parsed_method(document: Mapping[str, Any], *, called: str) -> Method:
    """The method that a TOML document describes.

    Raises
        InputError with all problems at once.
    """
    problems = _unknown(document, _SECTIONS, called)
    head = document.get("method", {})
    if not isinstance(head, dict):
        problems.append("[method] must be a section")
        head = {}
    problems += _method_problems(head)
    domains = _several(Domain, document.get("domains", []), "[[domains]]", problems)
    parts = _several(Part, document.get("parts", []), "[[parts]]", problems)
    classes = _made(Classes, document.get("classes"), "[classes]", problems)
    more = _several(Classes, document.get("more_classes", []), "[[more_classes]]", problems)
    dynamics = _dynamics(document.get("dynamics"), problems)
    problems += class_problems(classes, "[classes]") + part_problems(parts, head, domains)
    problems += combination_problems(head, domains) + domain_problems(domains, parts)
    for item in more:
        problems += class_problems(item, f"[[more_classes]] {item.id!r}")
    problems += _attention_problems(head, classes, dynamics)
    if not parts:
        problems.append("there are no [[parts]]")
    every = [part.id for part in parts] + [part.id for part in (dynamics.parts if dynamics else ())]
    problems += [f"the id {name!r} is used twice" for name in sorted({i for i in every if every.count(i) > 1})]
    if any(part.nationality for part in parts) and head.get("uses_nationality") is False:
        problems.append("a part has nationality = true, so [method] uses_nationality must be true")
    if problems:
        raise InputError(f"{called} cannot be used", where=problems, expected=EXPECTED)
    limits = {name: head.get(name, constant_value(name)) for name in ("minimum_areas", "minimum_residents")}
    winsor = tuple(head.get("winsor", constant_pair("winsor")))
    rest = {name: head[name] for name in _METHOD & set(head) if name not in (*limits, "winsor", "date", "attention")}
    return Method(
        **({"restandardise": "none"} | rest), parts=parts, classes=classes, dynamics=dynamics, domains=domains,
        more_classes=more, winsor=winsor, date=head["date"].isoformat(), attention=tuple(head.get("attention", [])),
        minimum_areas=int(limits["minimum_areas"]), minimum_residents=float(limits["minimum_residents"]),
    )  # fmt: skip


def _document(text: str, called: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{called} is not valid TOML", where=str(error), expected=EXPECTED) from None


@lru_cache(maxsize=32)
def _shipped_method(name: str) -> Method:
    text = shipped_files()[name].read_text(encoding="utf-8")
    return parsed_method(_document(text, f"the shipped method {name!r}"), called=f"the shipped method {name!r}")


def method_of(name_or_file: str | Path) -> Method:
    """A shipped method by its id, or a method file. Raises InputError, see `read_method`."""
    if isinstance(name_or_file, str) and name_or_file in shipped_files():
        return _shipped_method(name_or_file)
    path = Path(name_or_file)
    if path.suffix != ".toml":
        raise InputError(
            f"there is no status method {str(name_or_file)!r}", expected=", ".join(sorted(shipped_files())),
            fix=f"{nearest(str(name_or_file), set(shipped_files()))} A method of your own is a file ending in .toml",
        )  # fmt: skip
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"the method file {path.name} cannot be read", where=str(error)) from None
    return parsed_method(_document(text, path.name), called=path.name)
