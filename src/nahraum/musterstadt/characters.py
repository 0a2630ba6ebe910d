"""What quarters look like and the names of the synthetic city, read from the data files beside this module."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from importlib import resources
from typing import Any


@dataclass(frozen=True)
class Character:
    """Assumptions about quarters of one kind; the meaning of each field stands in characters.toml."""

    id: str
    label: str
    density: float
    space: tuple[float, float]
    crowded: float
    slow: float
    houses: int
    width: float
    front: float
    back: float
    sides: str
    levels: tuple[int, int]
    building: str
    street: str
    built: int
    household_m2: float
    ages: tuple[float, ...]
    singles: float
    rent_eur_m2: float
    vacancy_percent: float
    owner_percent: float
    status: float


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((resources.files(__package__) / name).read_text(encoding="utf-8"))


def _characters() -> tuple[Character, ...]:
    found = []
    for key, entry in _read("characters.toml").items():
        fields: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in entry.items()}
        found.append(Character(id=key, **fields))
    return tuple(found)


CHARACTERS = _characters()
INDEX = {character.id: number for number, character in enumerate(CHARACTERS)}
NAMES = _read("names.toml")


def plain(text: str) -> str:
    """Sort key of a German word: umlauts next to their vowels."""
    return text.casefold().translate(str.maketrans("äöüß", "aous"))
