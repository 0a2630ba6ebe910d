"""The thresholds by which a lack is judged, read once from the parameters of a study."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from nahraum.errors import StudyError
from nahraum.parameters import Parameters
from nahraum.parameters.standards import GREEN_STANDARDS, green_standard
from nahraum.tables import PREREQUISITES, SERVICES

FOOD = "food_full_range"
INTERNET_COLUMN = "internet_offer_share"


@dataclass(frozen=True)
class Rules:
    """When a person lacks a prerequisite; a variant is the same rules with one value replaced.

    `green_m2` is None where the chosen standard asks for no capacity. `internet_column` names the column
    of the cells with the share of households that are offered `required_mbit_s`.
    """

    floor_area_m2: float
    green_standard: str
    green_distance_m: float
    green_m2: float | None
    required_mbit_s: int
    supply_distance_m: float
    services: tuple[str, ...]
    services_needed: int
    lacks_needed: int
    internet_column: str = INTERNET_COLUMN


def _whole(parameters: Parameters, name: str, allowed: tuple[int, ...]) -> int:
    value: Any = parameters.value(name)
    if value not in allowed:
        raise StudyError(
            f"[parameters] {name!r} = {value!r} cannot be used", expected=f"one of {', '.join(map(str, allowed))}"
        )
    return int(value)


def _services(parameters: Parameters) -> tuple[str, ...]:
    listed = tuple(str(item) for item in parameters.value("supply.services"))
    strange = sorted(set(listed) - set(SERVICES))
    if strange or not listed or len(set(listed)) != len(listed):
        raise StudyError(
            f"[parameters] 'supply.services' = {list(listed)} cannot be used",
            where=f"not known: {strange}" if strange else "empty or repeated",
            expected=f"some of {', '.join(SERVICES)}, each once",
        )
    return tuple(name for name in SERVICES if name in listed)


def read_rules(parameters: Parameters) -> Rules:
    """The rules of a study.

    Raises
        StudyError where the number of lacks, the services or the green standard are impossible.
    """
    standard = green_standard(parameters)
    marks = parameters.group(f"{GREEN_STANDARDS}.{standard}")
    services = _services(parameters)
    capacity = marks.get("minimum_m2_per_resident")
    return Rules(
        floor_area_m2=parameters.number("living_space.minimum_m2_per_resident"),
        green_standard=standard,
        green_distance_m=float(marks["maximum_distance_m"].value),
        green_m2=None if capacity is None else float(capacity.value),
        required_mbit_s=int(parameters.number("internet.required_mbit_s")),
        supply_distance_m=parameters.number("supply.maximum_distance_m"),
        services=services,
        services_needed=_whole(parameters, "supply.services_needed", tuple(range(1, len(services) + 1))),
        lacks_needed=_whole(parameters, "counting.lacks_needed", tuple(range(1, len(PREREQUISITES) + 1))),
    )
