"""Dated parameters: thresholds, standards and densities as data with source, date and evidence mark.

Every value sits in a TOML file beside this module. `Parameters` answers for one study: it knows the
reference date, applies the study's overrides, and remembers what was read (that is part of a stage's key).
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib import resources
from typing import Any

from nahraum.errors import InputError, StudyError

EVIDENCE = ("published", "derived", "from_knowledge", "proposal")


@dataclass(frozen=True)
class Parameter:
    """One dated value with its source and evidence mark."""

    id: str
    value: Any
    unit: str
    source: str
    date: date
    evidence: str
    note: str = ""
    overridden: bool = False

    @property
    def verify_locally(self) -> bool:
        """Whether outputs that rest on it must say "bitte örtlich prüfen / verify locally"."""
        return self.evidence == "from_knowledge"

    def as_dict(self) -> dict[str, Any]:
        """Plain values for the manifest."""
        return {
            "id": self.id,
            "value": self.value,
            "unit": self.unit,
            "source": self.source,
            "date": self.date.isoformat(),
            "evidence": self.evidence,
            "note": self.note,
            "overridden_in_study": self.overridden,
        }


def _entries(table: Mapping[str, Any], prefix: str) -> list[tuple[str, Mapping[str, Any]]]:
    found: list[tuple[str, Mapping[str, Any]]] = []
    for name, item in table.items():
        path = f"{prefix}.{name}" if prefix else name
        if isinstance(item, dict) and "value" in item:
            found.append((path, item))
        elif isinstance(item, dict):
            found += _entries(item, path)
    return found


def _parameter(path: str, item: Mapping[str, Any]) -> Parameter:
    for needed in ("value", "source", "date", "evidence"):
        if needed not in item:
            raise InputError(f"parameter {path!r} lacks its mark {needed!r}", expected="value, source, date, evidence")
    if item["evidence"] not in EVIDENCE:
        raise InputError(f"parameter {path!r} has the evidence mark {item['evidence']!r}", expected=str(EVIDENCE))
    return Parameter(
        id=path,
        value=item["value"],
        unit=str(item.get("unit", "")),
        source=str(item["source"]),
        date=item["date"],
        evidence=str(item["evidence"]),
        note=str(item.get("note", "")),
    )


@lru_cache(maxsize=1)
def shipped() -> dict[str, Parameter]:
    """All parameters that come with nahraum, by id."""
    found: dict[str, Parameter] = {}
    for file in sorted(resources.files(__name__).iterdir(), key=lambda entry: entry.name):
        if not file.name.endswith(".toml"):
            continue
        for path, item in _entries(tomllib.loads(file.read_text(encoding="utf-8")), ""):
            if path in found:
                raise InputError(f"parameter {path!r} is defined twice, again in {file.name}")
            found[path] = _parameter(path, item)
    return found


def _checked_override(parameter: Parameter, value: Any) -> Any:
    wanted = type(parameter.value)
    number = (int, float)
    if isinstance(value, bool) != isinstance(parameter.value, bool) or not (
        isinstance(value, wanted) or (isinstance(value, number) and isinstance(parameter.value, number))
    ):
        raise StudyError(
            f"[parameters] {parameter.id!r} = {value!r} is of the wrong kind",
            expected=f"a value like {parameter.value!r} {parameter.unit}".rstrip(),
        )
    if isinstance(value, number) and not isinstance(value, bool) and (value != value or abs(value) == float("inf")):
        raise StudyError(f"[parameters] {parameter.id!r} must be a finite number")
    if isinstance(value, number) and not isinstance(value, bool) and value < 0:
        raise StudyError(f"[parameters] {parameter.id!r} = {value!r} is negative", expected="a number from 0 on")
    if parameter.unit.startswith("share") and isinstance(value, number) and value > 1:
        raise StudyError(f"[parameters] {parameter.id!r} = {value!r} is no share", expected="a number from 0 to 1")
    return value


class Parameters:
    """The parameters of one study: shipped values, overridden by `[parameters]` of the study file."""

    def __init__(self, overrides: Mapping[str, Any] | None = None, *, on: date | None = None) -> None:
        self.on = on
        self._read: set[str] = set()
        self._values = dict(shipped())
        for name, value in (overrides or {}).items():
            if name not in self._values:
                near = difflib.get_close_matches(name, self._values, n=1, cutoff=0.4)
                raise StudyError(
                    f"[parameters] knows no {name!r}",
                    fix=f"did you mean {near[0]!r}?" if near else f"known: {', '.join(sorted(self._values))}",
                )
            base = self._values[name]
            self._values[name] = Parameter(
                base.id, _checked_override(base, value), base.unit, "study.toml", on or base.date, base.evidence,
                base.note, True,
            )  # fmt: skip

    def lookup(self, name: str) -> Parameter:
        """The parameter with its marks; noted as read. Raises InputError for an unknown id."""
        if name not in self._values:
            near = difflib.get_close_matches(name, self._values, n=1, cutoff=0.4)
            raise InputError(f"there is no parameter {name!r}", fix=f"did you mean {near[0]!r}?" if near else "")
        self._read.add(name)
        return self._values[name]

    def value(self, name: str) -> Any:
        """Only the value; noted as read."""
        return self.lookup(name).value

    def peek(self, name: str) -> Any:
        """The value without noting it as read; None for an unknown id."""
        return self._values[name].value if name in self._values else None

    def number(self, name: str) -> float:
        """The value as a float; noted as read."""
        return float(self.lookup(name).value)

    def group(self, prefix: str) -> dict[str, Parameter]:
        """All parameters below `prefix.`, by the rest of their id; noted as read."""
        names = [name for name in self._values if name.startswith(prefix + ".")]
        return {name[len(prefix) + 1 :]: self.lookup(name) for name in sorted(names)}

    def values_by_id(self) -> dict[str, Any]:
        """All values by id, without noting them as read (for texts that print thresholds)."""
        return {name: item.value for name, item in self._values.items()}

    def used(self) -> list[Parameter]:
        """What was read so far, sorted by id."""
        return [self._values[name] for name in sorted(self._read)]

    def all(self) -> list[Parameter]:
        """Every parameter as the study sees it, sorted by id."""
        return [self._values[name] for name in sorted(self._values)]
