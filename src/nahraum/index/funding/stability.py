"""How firm a proposal is: the same search under need that is a little different."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nahraum.index.funding.limits import Limits, Task
from nahraum.index.funding.search import Effort, Found, Ground, proposals, values_of
from nahraum.index.people import Floats


@dataclass(frozen=True)
class Firmness:
    """unit_share: share of runs in which a unit lies in any proposal; overlap: of each proposal with its like."""

    unit_share: Floats
    overlap: Floats
    runs: int


def perturbed_people(task: Task, noise_share: float, *, seed: int, run: int) -> Floats:
    """People in need of each unit in one run: within what is unknown, and under census noise. [persons]

    Parameters
        noise_share : standard deviation of the noise, relative.

    Notes
        What is unknown is drawn once for the city and once for each unit, and the mean of both taken: unknown values
        mostly have one cause, but not everywhere the same. Never below 0 nor above the residents who are judged.
    """
    rng = np.random.default_rng([seed, run])
    common, own = rng.random(), rng.random(len(task.people))
    noise = rng.standard_normal(len(task.people))
    unknown = task.people_max - task.people_min
    drawn = task.people_min + (common + own) / 2 * unknown
    at_hand = np.where(unknown > 0, drawn, task.people) * np.clip(1 + noise_share * noise, 0.0, None)
    return np.asarray(np.minimum(at_hand, task.judged / 1e6), dtype=np.float64)


def firmness(
    task: Task, ground: Ground, base: Sequence[Found], people: Sequence[Floats], *, limits: Limits, effort: Effort,
    seed: int,
) -> Firmness:  # fmt: skip
    """How often each unit is named, and how alike the proposals stay, when need is as in each of `people`.

    Notes
        Each run looks afresh and also improves the proposals at hand, so that what differs is due to need, not to a
        shorter search. Overlap is people in need in both ÷ in either, with the most similar proposal of the run.
    """
    named, overlap = np.zeros(len(task.units)), np.zeros(len(base))
    marks = [area.inside for area in base]
    need = task.people * task.weight
    for number, drawn in enumerate(people):
        found = proposals(ground, values_of(task, drawn), limits, effort, seed=seed + 1000 * number, warm=marks)
        any_of = np.zeros(len(task.units), dtype=bool)
        for area in found:
            any_of |= area.inside > 0
        named += any_of
        for k, mine in enumerate(marks):
            overlap[k] += max((_alike(mine, area.inside, need) for area in found), default=0.0)
    runs = max(len(people), 1)
    return Firmness(named / runs, overlap / runs, len(people))


def _alike(one: np.ndarray, other: np.ndarray, need: Floats) -> float:
    either = need[(one > 0) | (other > 0)].sum()
    return float(need[(one > 0) & (other > 0)].sum() / either) if either > 0 else 0.0
