"""Funding rules as dated data: which programmes there are, at which rate, for which Land and years."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib import resources
from types import MappingProxyType
from typing import Any

from nahraum.errors import InputError
from nahraum.measures.funding import rules
from nahraum.parameters import EVIDENCE, Parameter

NEUTRAL = "bund-laender-drittel"
URBAN = "urban"
FAMILIES = (URBAN, "efre", "gigabit")
FACTS = (
    "grant_base", "grant_step", "grant_low", "grant_high", "grant_distress", "bund_of_grant", "eu_of_eligible",
    "least_own_share", "least_eligible_eur", "deadline_month", "deadline_day", "instalments",
)  # fmt: skip
_NEEDED = ("grant_base", "bund_of_grant", "least_own_share", "instalments")
_HEAD = (
    "label_de", "label_en", "family", "land", "land_name", "rank", "first_year", "source_de", "source_en", "date",
    "note_de", "note_en",
)  # fmt: skip
_MAY = ("last_year", "by_choice")
_MARKS = ("value", "unit", "source", "date", "evidence")
_WHOLE = 1e-9


@dataclass(frozen=True)
class RuleSet:
    """One set of rules.

    family : sets of one family exclude each other (thirds and a Land's own rate are never stacked).
    land : first two digits of the AGS it holds for; "" for everywhere. rank : lower ranks pay first (subsidiarity).
    first_year, last_year : of programme years; 0 for no end. by_choice : only for measures that name its programme.
    programmes : id -> labels. facts : rate, split, threshold, deadline, instalments, each with its marks.
    """

    id: str
    label_de: str
    label_en: str
    family: str
    land: str
    land_name: str
    rank: int
    first_year: int
    last_year: int
    by_choice: bool
    source_de: str
    source_en: str
    date: date
    note_de: str
    note_en: str
    programmes: Mapping[str, Mapping[str, str]]
    facts: Mapping[str, Parameter]

    def number(self, name: str, default: float = 0.0) -> float:
        """A fact as a number; the default where the set has none."""
        return float(self.facts[name].value) if name in self.facts else default

    def instalments(self) -> tuple[float, ...]:
        """Shares of a grant, from the programme year on."""
        return tuple(float(share) for share in self.facts["instalments"].value)

    def holds_in(self, year: int) -> bool:
        """Whether a programme year is one of its own."""
        return self.first_year <= year <= (self.last_year or year)

    @property
    def verify_locally(self) -> bool:
        """Whether one of its facts is from knowledge only."""
        return any(fact.verify_locally for fact in self.facts.values())


@dataclass(frozen=True)
class RuleSets:
    """The sets that hold for one plan, those that pay first in front."""

    ags: str
    sets: tuple[RuleSet, ...]

    def of(self, programme: str) -> RuleSet | None:
        """The set that has a programme."""
        return next((one for one in self.sets if programme in one.programmes), None)

    def programmes(self) -> dict[str, Mapping[str, str]]:
        """All programmes with their labels."""
        return {name: labels for one in self.sets for name, labels in one.programmes.items()}


def rules_for(ags: str = "", names: Sequence[str] = ()) -> RuleSets:
    """The rule sets of a plan: those that are named, else those of the Land; without one of its own, the neutral one.

    Parameters
        ags : of the municipality; "" where it is not known. Sets of a Land then do not hold.
        names : `[plan] funding` of the study.

    Raises
        InputError for a set that is not known, of another Land, or that excludes another one.
    """
    shipped = read_rule_sets()
    if problems := _problems(ags, names, shipped):
        raise InputError(
            "these funding rules cannot be used", where=problems,
            expected="rule sets of the municipality's own Land, one for urban development",
            fix="[plan] ags and funding of the study; without funding, nahraum takes those of the Land",
        )  # fmt: skip
    if names:
        chosen = {name: shipped[name] for name in names}
    else:
        own = {name: one for name, one in shipped.items() if one.land and one.land == ags[:2] and not one.last_year}
        urban = any(one.family == URBAN for one in own.values())
        chosen = own if urban else own | {NEUTRAL: shipped[NEUTRAL]}
    chosen |= {name: one for name, one in shipped.items() if one.by_choice and not one.land}
    return RuleSets(ags, tuple(sorted(chosen.values(), key=lambda one: (one.rank, one.id))))


def _problems(ags: str, names: Sequence[str], shipped: Mapping[str, RuleSet]) -> list[str]:
    found, families = [], dict[str, str]()
    for name in names:
        if name not in shipped:
            near = difflib.get_close_matches(name, shipped, n=1, cutoff=0.4)
            hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(shipped)}"
            found.append(f"there is no rule set {name!r}: {hint}")
            continue
        one = shipped[name]
        if one.land and one.land != ags[:2]:
            where = f"the municipality {ags} lies elsewhere" if ags else "the study does not say in which Land it lies"
            found.append(f"{name!r} holds in {one.land_name} (AGS {one.land}…) only; {where}")
        if one.family in families and families[one.family] != name:
            found.append(f"{families[one.family]!r} and {name!r} exclude each other: their rates are never added")
        families.setdefault(one.family, name)
    return found


@lru_cache(maxsize=1)
def read_rule_sets() -> Mapping[str, RuleSet]:
    """The rule sets that come with nahraum, by id.

    Raises
        InputError where a file lacks something.
    """
    found = {}
    for file in sorted(resources.files(rules).iterdir(), key=lambda entry: entry.name):
        if file.name.endswith(".toml"):
            name = file.name.removesuffix(".toml")
            found[name] = rule_set(name, tomllib.loads(file.read_text(encoding="utf-8")))
    return MappingProxyType(found)


def rule_set(name: str, document: Mapping[str, Any]) -> RuleSet:
    """One set from its file.

    Raises
        InputError with everything that is missing or cannot be.
    """
    head, facts = document.get("rule_set", {}), document.get("facts", {})
    wrong = [f"[rule_set] lacks {key!r}" for key in _HEAD if key not in head]
    wrong += [f"[rule_set] knows no {key!r}" for key in head if key not in (*_HEAD, *_MAY)]
    wrong += [f"[facts.{key}] is missing" for key in _NEEDED if key not in facts]
    wrong += [f"[facts] knows no {key!r}" for key in facts if key not in FACTS]
    wrong += [f"[facts.{key}] lacks {mark!r}" for key, item in facts.items() for mark in _MARKS if mark not in item]
    if head.get("family") not in FAMILIES:
        wrong.append(f"[rule_set] family = {head.get('family')!r}, not one of {', '.join(FAMILIES)}")
    if not document.get("programmes"):
        wrong.append("[programmes] is empty")
    if not wrong:
        wrong = [text for key, item in facts.items() for text in _fact_problems(key, item)]
    if wrong:
        raise InputError(f"the rule set {name!r} is not complete", where=wrong)
    known = {key: Parameter(f"{name}.{key}", *(item[mark] for mark in _MARKS)) for key, item in facts.items()}
    usual: dict[str, Any] = {"last_year": 0, "by_choice": False}
    return RuleSet(id=name, programmes=document["programmes"], facts=known, **(usual | head))


def _fact_problems(name: str, item: Mapping[str, Any]) -> list[str]:
    value, found = item["value"], []
    if item["evidence"] not in EVIDENCE:
        found.append(f"[facts.{name}] evidence = {item['evidence']!r}")
    if name == "instalments":
        if not isinstance(value, list) or abs(sum(value) - 1.0) > _WHOLE or min(value) < 0:
            found.append(f"[facts.{name}] = {value!r} does not add up to 1")
    elif str(item["unit"]).startswith("share") and not 0 <= value <= 1:
        found.append(f"[facts.{name}] = {value!r} is no share")
    return found
