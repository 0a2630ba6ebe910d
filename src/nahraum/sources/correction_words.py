"""The words of a corrections file: headings, actions, objects, categories; names as they are compared."""

from __future__ import annotations

import difflib
import re
import tomllib
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources

from nahraum.sources.osm.categories import CATEGORIES, categories
from nahraum.sources.problems import nearest_name

PATH_TAGS = (
    "surface", "incline", "width", "wheelchair", "lit", "smoothness", "tracktype", "step_count", "conveying", "ramp",
    "ramp:wheelchair", "ramp:stroller",
)  # fmt: skip
_ACCENTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_ABBREVIATED = (
    (re.compile(r"str\b\.?"), "strasse"),
    (re.compile(r"\bst\b\.?"), "sankt"),
    (re.compile(r"\bpl\b\.?"), "platz"),
    (re.compile(r"\b(gmbh|ohg|kg|ag|ev|e\.\s*v\.|ek|e\.\s*k\.|mbh|co)(?=\W|$)"), " "),
)
_ID = re.compile(
    r"^(?:https?://(?:www\.)?openstreetmap\.org/)?(?:osm:)?"
    r"(?P<kind>n|w|r|node|way|relation)?[/ ]?(?P<number>\d+)(?P<more>#\w+)?$"
)


@lru_cache(maxsize=1)
def words() -> Mapping[str, Mapping[str, list[str]]]:
    """`corrections.toml`: for each heading, action, object and category the words that mean it."""
    text = resources.files("nahraum.sources").joinpath("corrections.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def folded(text: str) -> str:
    """A word as it is compared: without case, blanks, dots, hyphens, underscores."""
    return re.sub(r"[\s._\-]+", "", text.casefold())


@lru_cache(maxsize=16)
def _meanings(section: str) -> dict[str, str]:
    listed = {folded(word): name for name, said in words()[section].items() for word in said}
    if section == "facility":
        listed = {folded(name): name for name in CATEGORIES} | listed
    return listed


def meaning(section: str, word: str) -> str:
    """What a word of a section means; '' where the section does not know it."""
    known = _meanings(section).get(folded(word), "")
    if known or "=" not in word:
        return known
    key, _, value = (part.strip() for part in word.partition("="))
    if section == "facility":
        return next(iter(categories({key: value})), "")
    return f"{key}={value}" if section == "path" and key in PATH_TAGS and value else ""


def advice(section: str, word: str) -> str:
    """The nearest word of a section, or all of its meanings."""
    near = difflib.get_close_matches(folded(word), list(_meanings(section)), n=1, cutoff=0.6)
    if near:
        return f"did you mean {_spelled(section, near[0])!r}?"
    return nearest_name(word, set(_meanings(section).values()))


def _spelled(section: str, plain: str) -> str:
    """A folded word as one writes it: an id as it is, a noun with a capital."""
    said = [word for words_ in words()[section].values() for word in words_ if folded(word) == plain]
    if not said or (section == "facility" and _meanings(section)[plain] == said[0]):
        return said[0] if said else _meanings(section)[plain]
    return said[0].capitalize() if section in ("facility", "objects") and said[0].islower() else said[0]


def osm_id(text: str, kind: str) -> str:
    """`osm:n12` of `n12`, `node/12`, `way 12` or an address; '' where it is none or no such object can be one.

    Parameters
        kind : facility, gate, green, path or barrier. A bare number is a node for a gate, a way for a path or barrier.
    """
    found = _ID.match(text.strip().casefold())
    if found is None:
        return ""
    usual = {"gate": "n", "path": "w", "barrier": "w"}.get(kind, "")
    letter = (found["kind"] or usual)[:1]
    allowed = {"gate": "n", "path": "w", "barrier": "w", "green": "wr"}.get(kind, "nwr")
    return f"osm:{letter}{int(found['number'])}{found['more'] or ''}" if letter and letter in allowed else ""


def plain_name(name: str) -> tuple[str, ...]:
    """The words of a name, in order of the alphabet: without case, accents, legal forms; street and Sankt spelled out.

    Examples
        >>> plain_name("St. Müller-Str.")
        ('mueller', 'sankt', 'strasse')
    """
    text = name.casefold().translate(_ACCENTS)
    text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii")
    for pattern, spelled in _ABBREVIATED:
        text = pattern.sub(spelled, text)
    return tuple(sorted(re.findall(r"[a-z0-9]+", text)))


def is_similar(one: str, other: str, least: float) -> bool:
    """Whether two names mean one place: each word of the shorter has a like one in the longer.

    Parameters
        least : how like two words must be. [0..1]

    Examples
        >>> is_similar("Edeka Müller", "EDEKA Mueller GmbH", 0.8)
        True
        >>> is_similar("Grundschule Nord", "Grundschule Süd", 0.8)
        False
    """
    short, long = sorted((plain_name(one), plain_name(other)), key=len)
    if not short:
        return False
    return all(max(difflib.SequenceMatcher(None, a, b).ratio() for b in long) >= least for a in short)
