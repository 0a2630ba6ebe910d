"""Which green standard a study chose, and what each asks for: looked up in one place."""

from __future__ import annotations

from nahraum.errors import StudyError
from nahraum.parameters import Parameters

GREEN_STANDARDS = "green_standards"
GREEN_BESIDE = ("who_europe", "ioer", "ioer_daily", "berlin_near", "berlin_district", "green_300")
"""Standards that are shown beside each other, whichever a study chose."""


def green_standard(parameters: Parameters) -> str:
    """Id of the green standard the study chose; its marks are the parameters `green_standards.<id>.*`.

    Raises
        StudyError for a name that is none; the known ones are offered.
    """
    chosen = str(parameters.value("green.standard"))
    prefix = f"{GREEN_STANDARDS}."
    known = sorted({name.split(".")[1] for name in parameters.values_by_id() if name.startswith(prefix)})
    if chosen not in known:
        raise StudyError(
            f"there is no green standard {chosen!r}", expected=" or ".join(known),
            fix="set green.standard in [parameters] of study.toml",
        )  # fmt: skip
    return chosen


def green_tiers(parameters: Parameters, standard: str) -> tuple[str, list[tuple[float, float]]]:
    """Metric of a green standard, and size at least [m²] and distance at most [m] of each of its tiers."""
    several = parameters.group(f"green_tiers.{standard}")
    if several:
        return str(several["metric"].value), [(float(size), float(limit)) for size, limit in several["tiers"].value]
    marks = parameters.group(f"{GREEN_STANDARDS}.{standard}")
    tier = float(marks["minimum_area_m2"].value), float(marks["maximum_distance_m"].value)
    return str(marks["metric"].value), [tier]
