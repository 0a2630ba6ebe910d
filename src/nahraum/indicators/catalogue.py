"""The catalogue: what every published value is, how it is computed, where it comes from, when it misleads."""

from __future__ import annotations

import difflib
import math
import re
import tomllib
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from importlib import resources
from typing import Any

from nahraum.errors import InputError
from nahraum.parameters import EVIDENCE, Parameter, Parameters

KINDS = ("indicator", "lack", "count", "class")
SCOPES = ("row", "quarter", "study")
DIRECTIONS = ("higher", "lower", "")
THEMES = (
    "living_space", "green", "public_space", "play", "supply", "short_ways", "transit", "internet", "density",
    "affordability", "people", "context", "walkers", "municipal", "social",
)  # fmt: skip
"""Themes of further indicators, in the order of report and tables."""
SUMMED = ("", "mean", "median", "share", "zone")
OF = ("residents", "places")
SHARE = "share"
LABELS_DE = {"living_space": "Wohnraum", "green": "Grün", "internet": "Internet-Angebot", "supply": "Nahversorgung"}
LABELS_EN = {
    "living_space": "living space",
    "green": "green",
    "internet": "internet offer",
    "supply": "everyday supply",
}
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_OFFERED, _LETTERS, _ALIKE = 5, 3, 0.7  # ids offered; letters of a part of a word; likeness (Ratcliff and Obershelp)
_CLASSES_DE = {
    "lacking": "mehrere Voraussetzungen fehlen",
    "not_lacking": "es fehlen nicht mehrere",
    "undetermined": "unbestimmt",
}
_CLASSES_EN = {
    "lacking": "several prerequisites are lacking",
    "not_lacking": "not several are lacking",
    "undetermined": "undetermined",
}


@dataclass(frozen=True)
class Indicator:
    """One entry. `function` is `module:name`; `needs` are ids or columns it is computed from.

    `columns` are the columns of published tables that hold the value; `parameters` are the ids it depends
    on, `{standard}` standing for the green standard of the study. Further indicators (not of the four
    prerequisites) have a `theme` and say how values of addresses are `summed` up to an area: mean, median or
    share of residents; `zone` is computed per area. `of` tells whether a share is one of residents or of places;
    `typical` how far two cells of a quarter usually differ in a mean (it is published so coarsely that five persons
    do not show); `weight` names the share of residents who count (an age), where not all do. `letters` is how many
    classes the numbers stand for (1 is A, 2 is B …; the next is no class), 0 for a plain number. `counts`: a figure of
    the study's own that counts persons.
    """

    id: str
    label_de: str
    label_en: str
    unit: str
    unit_de: str
    kind: str
    prerequisite: str
    geographies: tuple[str, ...]
    function: str
    formula_de: str
    formula_en: str
    sentence_de: str
    sentence_en: str
    limits_de: str
    limits_en: str
    source: str
    evidence: str
    better: str
    scope: str
    needs: tuple[str, ...]
    decimals: int
    parameters: tuple[str, ...]
    columns: tuple[str, ...] = ()
    theme: str = ""
    summed: str = ""
    of: str = "residents"
    typical: float = 0.0
    weight: str = ""
    letters: int = 0
    counts: bool = False

    @property
    def value_column(self) -> str:
        """The column of a cell or quarter that holds the value itself."""
        return f"{self.id}_share" if self.kind == "lack" else self.id

    def text(self, name: str, language: str) -> str:
        """One of label, formula, sentence, limits or unit in German or English."""
        if name == "unit" and language == "en":
            return self.unit
        return str(getattr(self, f"{name}_{language}"))


_DEFAULTS: dict[str, Any] = {
    "columns": (), "theme": "", "summed": "", "of": "residents", "typical": 0.0, "weight": "", "letters": 0,
    "counts": False,
}  # fmt: skip


def _entry(name: str, item: dict[str, Any]) -> Indicator:
    known = {field.name for field in fields(Indicator)} - {"id"}
    wrong = sorted(set(item) - known) + sorted(known - set(_DEFAULTS) - set(item))
    allowed = {
        "kind": KINDS, "scope": SCOPES, "better": DIRECTIONS, "evidence": EVIDENCE, "theme": ("", *THEMES),
        "summed": SUMMED, "of": OF,
    }  # fmt: skip
    item = _DEFAULTS | item
    wrong += [f"{key} = {item.get(key)!r}" for key, values in allowed.items() if item.get(key) not in values]
    wrong += ["a theme without summed"] if bool(item["theme"]) != bool(item["summed"]) else []
    if wrong:
        raise InputError(f"catalogue entry {name!r} is not complete", where=[str(part) for part in wrong])
    lists = {key: tuple(value) for key, value in item.items() if isinstance(value, list)}
    return Indicator(id=name, **(item | {"columns": (name,)} | lists))


def further_entry(name: str, item: dict[str, Any]) -> Indicator:
    """An entry that a study brings itself (a column of its own statistics), checked like those that are shipped."""
    return _entry(name, item)


def _files() -> list[Any]:
    """The catalogue of the prerequisites, then one file per theme of further indicators, in their order."""
    folder = resources.files("nahraum.indicators")
    themes = [folder.joinpath("themes", f"{theme}.toml") for theme in THEMES]
    return [folder.joinpath("catalogue.toml"), *(file for file in themes if file.is_file())]


@lru_cache(maxsize=1)
def read_catalogue() -> tuple[Indicator, ...]:
    """All entries, in the order in which a planner reads them.

    Raises
        InputError for an entry that lacks a field or has an unknown one.
    """
    documents = [tomllib.loads(file.read_text(encoding="utf-8")) for file in _files()]
    return tuple(_entry(name, item) for document in documents for name, item in document.items())


def entry(name: str) -> Indicator:
    """The entry of an id or of a column that belongs to it (`lacks_green_share`, `m0_max`, `gp_distance_m_status`).

    Raises
        InputError for a name that the catalogue does not know, with the nearest known one.
    """
    found = entry_of(name)
    if found is None:
        near = _near(name)
        raise InputError(
            f"there is no indicator {name!r}",
            fix=f"did you mean {' or '.join(near)}?" if near else f"known: {', '.join(i.id for i in read_catalogue())}",
        )
    return found


def _near(name: str) -> list[str]:
    """Ids whose id or label, in either language, holds what was asked for or looks like it; with the label."""
    asked, found = _plain(name), []
    for item in read_catalogue():
        labels = [_plain(text) for text in (item.id, item.label_de, item.label_en)]
        words = [word for label in labels for word in label.split()]
        alike = max(difflib.SequenceMatcher(None, asked, word).ratio() for word in (*labels, *words))
        held = any(asked in label for label in labels) and len(asked) >= _LETTERS
        found.append((-1.0 if held else -alike, item))
    found = sorted((pair for pair in found if pair[0] <= -_ALIKE), key=lambda pair: pair[0])
    return [f"{item.id!r} ({item.label_de})" for _, item in found[:_OFFERED]]


def _plain(text: str) -> str:
    """Small letters, without umlauts and signs: `grün` and `gruen` are the same."""
    return re.sub(r"[\W_]+", " ", text.casefold().translate(_UMLAUTS)).strip()


def entry_of(column: str) -> Indicator | None:
    """The entry a published column belongs to, None where the catalogue does not describe it."""
    return _by_column().get(column)


@lru_cache(maxsize=1)
def _by_column() -> dict[str, Indicator]:
    found: dict[str, Indicator] = {}
    for item in read_catalogue():
        for stem in (item.id, *item.columns):
            for end in ("", "_status", "_completeness"):
                found.setdefault(f"{stem}{end}", item)
    return found


def parameters_of(item: Indicator, parameters: Parameters) -> tuple[Parameter, ...]:
    """The parameters a value depends on, as the study sees them; what its green standard does not set is left out."""
    standard = str(parameters.value("green.standard"))
    known = {parameter.id for parameter in parameters.all()}
    names = [name.format(standard=standard) for name in item.parameters]
    return tuple(parameters.lookup(name) for name in names if name in known)


def format_number(value: float, decimals: int, language: str) -> str:
    """A number as a reader of the language writes it: `1.234,5` or `1,234.5`."""
    text = f"{value:,.{decimals}f}"
    return text.translate(str.maketrans(",.", ".,")) if language == "de" else text


def class_name(letters: int, rank: float, language: str) -> str:
    """A class by its letter: A for 1, "B–C" between two, in words for none."""
    low, high = math.floor(rank), math.ceil(rank)
    if low != high:
        return f"{class_name(letters, low, language)}–{class_name(letters, high, language)}"
    if not 1 <= low <= letters:
        return "keine Klasse" if language == "de" else "no class"
    return chr(ord("A") + low - 1)


def format_value(item: Indicator, value: object, language: str) -> str:
    """A value with its unit; shares in per cent; words for what is not known."""
    if isinstance(value, str):
        words = LABELS_DE | _CLASSES_DE if language == "de" else LABELS_EN | _CLASSES_EN
        return " + ".join(words.get(part, part) for part in value.split("+"))
    number = float(value) if isinstance(value, (int, float)) else math.nan
    if math.isnan(number):
        return "unbekannt" if language == "de" else "unknown"
    if item.letters:
        return class_name(item.letters, number, language)
    if item.unit == SHARE:
        return f"{format_number(number * 100, item.decimals, language)} %"
    return f"{format_number(number, item.decimals, language)} {item.text('unit', language)}".rstrip()


def spoken(item: Indicator, parameters: Parameters) -> Indicator:
    """The entry with the minutes and the walking speed of the study, where its words tell those of a group of walkers.

    Minutes are those that an adult needs for the maximum distance of the standard.
    """
    speeds = [name for name in item.parameters if name.startswith("walking_profiles.") and name.endswith("speed_km_h")]
    if item.theme != "walkers" or not speeds:
        return item
    standard = str(parameters.value("green.standard"))
    distance = next(name for name in item.parameters if name.endswith("maximum_distance_m")).format(standard=standard)
    metres, adult = parameters.number(distance), parameters.number("walkers.budget_speed_km_h")
    minutes, speed = round(metres * 60 / (adult * 1000), 2), parameters.number(speeds[0])
    told: dict[str, Any] = {}
    for name, language, unit in (("label_de", "de", "Minuten"), ("label_en", "en", "minutes"),
                                 ("formula_de", "de", ""), ("formula_en", "en", "")):  # fmt: skip
        text = re.sub(r"[\d.,]+ km/h", f"{_short(speed, language)} km/h", getattr(item, name))
        told[name] = re.sub(rf"[\d.,]+ {unit}\b", f"{_short(minutes, language)} {unit}", text) if unit else text
    return replace(item, **told)


def _short(number: float, language: str) -> str:
    """A number without needless digits: 12,5 and 4."""
    return f"{number:g}".replace(".", ",") if language == "de" else f"{number:g}"


def sentence(item: Indicator, value: object, language: str) -> str:
    """The planner's sentence with the value in it."""
    return item.text("sentence", language).format(value=format_value(item, value, language))
