"""Which green standard a study chose: looked up in one place for area, access and indicators."""

from __future__ import annotations

from nahraum.errors import StudyError
from nahraum.parameters import Parameters

GREEN_STANDARDS = "green_standards"


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
