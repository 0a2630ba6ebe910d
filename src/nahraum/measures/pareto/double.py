"""Double inner development: more dwellings and fewer people without green in one plan, or proof that there is none."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nahraum.measures.pareto.model import Front
from nahraum.measures.programme.words import amount

_LEAST_PERSONS = 1.0  # groups count in parts of people; less is nobody


@dataclass(frozen=True)
class Double:
    """Whether a plan adds dwellings and leaves fewer people without green than today.

    exists : yes, no (proven for the stated model and the limits), None where the time was up before either was clear.
    most_green, most_dwellings : ids of the sites of the plan that leaves fewest people without green while it adds
    dwellings, and of the one that adds most dwellings while it leaves fewer people without green; empty where none.
    proven : that no plan which adds dwellings relieves more people.
    relieved, dwellings : people fewer without green, dwellings added, of each of the two plans.
    text_de, text_en : the same in a sentence.
    """

    exists: bool | None
    most_green: tuple[str, ...]
    most_dwellings: tuple[str, ...]
    relieved: tuple[float, float]
    dwellings: tuple[float, float]
    text_de: str
    text_en: str
    proven: bool = True


def double_development(model: Front) -> Double:
    """The two plans at the ends of what improves both, or that there is none."""
    names = [one.name for one in model.objectives]
    green, flats = names.index("people_lacking_green"), names.index("dwellings")
    adds = model.objectives[flats].sites
    smallest = float(adds[adds > 0].min(initial=np.inf))
    if not np.isfinite(smallest):
        return _none("Kein Standort schafft Wohnungen.", "No site adds dwellings.")
    least = np.full(len(names), -np.inf)
    least[flats] = model.base[flats] + smallest
    least[green] = model.base[green] + _LEAST_PERSONS
    found = []
    for goal in (green, flats):
        weights = np.full(len(names), 1e-4)
        weights[goal] = 1.0
        try:
            found.append(model.best(weights, least))
        except TimeoutError:
            return _open()
    if found[0] is None or found[1] is None:
        return _none(
            "Kein Plan innerhalb der Grenzen schafft Wohnungen und lässt zugleich weniger Menschen ohne Grün (bewiesen "
            "für das beschriebene Modell).",
            "No plan within the limits adds dwellings and leaves fewer people without green (proven for the stated "
            "model).",
        )
    ids = np.array(model.problem.site_ids, dtype=object)
    gains = [(one.gains - model.base)[[green, flats]] for one in found if one is not None]
    plans = [tuple(ids[one.chosen]) for one in found if one is not None]
    (a, b), (c, d) = ((float(one[0]), float(one[1])) for one in gains)
    most = ("höchstens", "at most") if found[1].proven else ("soweit in der Zeit gefunden", "as far as found in time")
    return Double(
        True, plans[0], plans[1], (a, c), (b, d),
        f"Doppelte Innenentwicklung ist möglich: {_told(b)[0]} Wohnungen und {_told(a)[0]} Menschen weniger ohne Grün; "
        f"{most[0]} {_told(d)[0]} Wohnungen, dann {_told(c)[0]} Menschen weniger.",
        f"Double inner development is possible: {_told(b)[1]} dwellings and {_told(a)[1]} people fewer without green; "
        f"{most[1]} {_told(d)[1]} dwellings, then {_told(c)[1]} people fewer.", found[0].proven,
    )  # fmt: skip


def _told(value: float) -> tuple[str, str]:
    return amount(float(round(value)), "")


def _none(text_de: str, text_en: str) -> Double:
    return Double(False, (), (), (0.0, 0.0), (0.0, 0.0), text_de, text_en)


def _open() -> Double:
    return Double(
        None, (), (), (0.0, 0.0), (0.0, 0.0), "Ob ein Plan beides verbessert, ist in der Zeit nicht geklärt worden.",
        "Whether a plan improves both was not settled in the time given.",
    )  # fmt: skip
