"""What a front is drawn between: linear figures of a plan, some to be raised, some to be lowered."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from nahraum.errors import InputError
from nahraum.measures.model import Bools, Floats
from nahraum.measures.programme.goal import Goal
from nahraum.measures.programme.problem import LEVELS, Problem
from nahraum.measures.programme.weights import constant, pair_weights
from nahraum.tables import PREREQUISITES

UP, DOWN = 1, -1


@dataclass(frozen=True, eq=False)
class Objective:
    """A figure of a plan: constant + sign × (sites · chosen + pairs · met), better when it goes the way of `sign`.

    sign : 1 the more the better, -1 the less the better. sites : per site of the problem, as a gain.
    pairs : per pair of the problem, as a gain, not negative; None where it does not look at people.
    unknown : sites whose part is not known; they cannot be chosen while it is looked at.
    """

    name: str
    label_de: str
    label_en: str
    unit: str
    sign: int
    sites: Floats
    pairs: Floats | None
    constant: float
    unknown: Bools

    def gain(self, chosen: Bools, met: Floats) -> float:
        """What is to be raised, whatever the sign. [unit]"""
        people = 0.0 if self.pairs is None else float(self.pairs @ met)
        return float(self.sites @ chosen) + people

    def value(self, gain: float) -> float:
        """The figure as it is told. [unit]"""
        return self.constant + self.sign * gain

    def gain_of(self, value: float) -> float:
        """The gain at which the figure has a value."""
        return (value - self.constant) * self.sign


def objectives_of(problem: Problem, names: Sequence[str]) -> tuple[Objective, ...]:
    """The objectives of these names, in this order.

    Raises
        InputError for names that are not known (with the nearest known one) or come twice.
    """
    wrong = [f"{name!r}, nearest: {_nearest(name)!r}" for name in names if name not in _MAKERS]
    wrong += [f"{name!r} comes twice" for name in sorted({one for one in names if list(names).count(one) > 1})]
    if wrong:
        raise InputError(
            "the objectives of the front cannot be used", where=wrong, expected=", ".join(sorted(_MAKERS)),
            fix="choose different ones of these",
        )  # fmt: skip
    return tuple(_MAKERS[name](problem) for name in names)


def _of_sites(
    name: str, labels: tuple[str, str], unit: str, sign: int, amounts: Callable[[Problem], Floats]
) -> Callable[[Problem], Objective]:
    def made(problem: Problem) -> Objective:
        values = np.asarray(amounts(problem), dtype=np.float64)
        unknown = np.isnan(values)
        return Objective(name, *labels, unit, sign, sign * np.nan_to_num(values), None, 0.0, unknown)

    return made


def _people_lacking(prerequisite: str, labels: tuple[str, str]) -> Callable[[Problem], Objective]:
    """People who live there now and are known to lack it after the plan; newcomers are told apart."""
    number = PREREQUISITES.index(prerequisite)

    def made(problem: Problem) -> Objective:
        pairs, people = problem.pairs, problem.demand.residents
        mine = (pairs.prerequisite == number) * pairs.people
        before = float((np.nan_to_num(problem.before[:, number]) * people).sum())
        without = before + float(mine[~pairs.lacking].sum())  # if nothing at all were met
        nothing = np.zeros(len(problem))
        name = f"people_lacking_{prerequisite}"
        return Objective(name, *labels, "persons", DOWN, nothing, mine, without, nothing > 0)

    return made


def _lacks_removed(problem: Problem) -> Objective:
    weights = pair_weights(problem, Goal())
    nothing = np.zeros(len(problem))
    labels = ("behobene Mängel", "lacks removed")
    offset = -constant(problem, weights)
    return Objective(
        "lacks_removed", *labels, "person × prerequisite", UP, nothing, weights, offset, nothing > 0
    )  # fmt: skip


def _running(problem: Problem) -> Floats:
    """Running cost of each site, NaN where it is not known. [EUR per year]"""
    return np.asarray(problem.runnings[:, LEVELS.index(problem.level)])


_MAKERS: dict[str, Callable[[Problem], Objective]] = {
    "dwellings": _of_sites("dwellings", ("neue Wohnungen", "dwellings added"), "dwellings", UP, lambda p: p.dwellings),
    "cost": _of_sites("cost", ("Kosten", "cost"), "EUR", DOWN, lambda p: p.cost_eur),
    "running": _of_sites("running", ("laufende Kosten", "running costs"), "EUR per year", DOWN, _running),
    "sealing": _of_sites("sealing", ("Versiegelung", "sealing"), "m²", DOWN, lambda p: p.sealing_m2),
    "canopy": _of_sites("canopy", ("Kronendach", "canopy"), "m²", UP, lambda p: p.canopy_m2),
    "people_lacking_green": _people_lacking("green", ("Menschen ohne Grün", "people lacking green")),
    "people_lacking_supply": _people_lacking("supply", ("Menschen ohne Nahversorgung", "people lacking supply")),
    "people_lacking_internet": _people_lacking(
        "internet", ("Menschen ohne schnelles Internet", "people lacking fast internet")
    ),
    "lacks_removed": _lacks_removed,
}
NAMES = tuple(_MAKERS)


def known_at_all(objectives: Sequence[Objective]) -> Bools:
    """Sites whose part in every objective is known."""
    unknown = np.zeros(len(objectives[0].sites), dtype=bool)
    for one in objectives:
        unknown |= one.unknown
    return ~unknown


def _nearest(name: str) -> str:
    found = difflib.get_close_matches(name, _MAKERS, n=1, cutoff=0.0)
    return found[0]


__all__ = ["NAMES", "Objective", "known_at_all", "objectives_of"]
