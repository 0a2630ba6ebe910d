"""C: what a household needs of its line at a busy hour, down and up, against what is offered where it lives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

import numpy as np

from nahraum.parameters import Parameters
from nahraum.stress.home import Chances
from nahraum.stress.model import Scenario
from nahraum.stress.people import Floats, Ints, People, by_kind, sum_distribution

_TENTH = 10  # Mbit/s are counted in tenths
Loads = Sequence[tuple[str, float, float, float]]


def loads_of(scenario: Scenario, parameters: Parameters) -> Loads:
    """Who, how likely, and how much down and up, for each activity of a scenario that needs the line."""
    found = []
    for one in dict.fromkeys(activity.what for activity in scenario.activities):
        if f"stress.mbit.{one}" not in parameters.values_by_id():
            continue
        down, up = parameters.value(f"stress.mbit.{one}")
        found += [(who, chance, float(down), float(up)) for who, chance in scenario.doing(one)]
    return found


def mbit_needed(people: People, loads: Loads, *, usable: float, quantile: float) -> tuple[Floats, Floats] | None:
    """Down and up that are enough in so many busy hours; None where nobody says who is there. [Mbit/s]

    Notes
        B_q = q-quantile of Σ Binomial(n, p) b, divided by the share of a line that can be used. All cases are counted.
    """
    numbers = [people.number(who) for who, *_ in loads]
    if any(one is None for one in numbers):
        return None
    known = [one for one in numbers if one is not None]
    if not known:
        none = np.zeros(people.persons.size)
        return none, none

    def of(rates: Sequence[float]) -> Floats:
        steps = tuple(round(rate * _TENTH) for rate in rates)
        chances = tuple(load[1] for load in loads)

        return by_kind(known, lambda row: _tenths_needed(row, chances, steps, quantile) / _TENTH / usable)

    return of([down for _, _, down, _ in loads]), of([up for *_, up in loads])


@lru_cache(maxsize=8192)
def _tenths_needed(numbers: tuple[int, ...], chances: tuple[float, ...], steps: tuple[int, ...], q: float) -> float:
    """Sum of steps that is enough in a share q of the busy hours."""
    reached = np.cumsum(sum_distribution(numbers, chances, steps))
    enough = np.flatnonzero(reached >= min(q, 1.0) - 1e-12)
    return float(enough[0] if q < 1 else sum(n * s for n, s in zip(numbers, steps, strict=True)))


def class_needed(people: People, scenario: Scenario, parameters: Parameters) -> Floats | None:
    """The smallest class of downlinks that is enough down and up, with the uplink it usually has. [Mbit/s]

    Returns
        inf where none is; None where nobody says who is there.
    """
    needs = mbit_needed(
        people, loads_of(scenario, parameters), usable=parameters.number("stress.usable_line_share"),
        quantile=parameters.number("stress.line_quantile"),
    )  # fmt: skip
    if needs is None:
        return None
    classes = np.asarray(parameters.value("stress.upload_by_download"), dtype=np.float64)
    found = np.full(people.persons.size, np.inf)
    for down, up in classes[::-1]:  # the first class that is enough stays
        found = np.where((down >= needs[0]) & (up >= needs[1]), down, found)
    return found


def line(wanted: Floats, offered: Mapping[int, Floats], rows: Ints | None = None) -> Chances:
    """Chance that the line offered is not enough for the household, down or up.

    Parameters
        wanted : class that each household needs. [Mbit/s]
        offered : share of households at each place that are offered a downlink, by Mbit/s; NaN not known.
        rows : place of each household; by default each has a place of its own.

    Notes
        Where the class that is needed is not told, or not of this place, the next higher one that is told decides
        (likely, high) and the next lower one (low). A class above another is never offered to more.
    """
    n, speeds = wanted.size, sorted(offered)
    if not speeds:
        return Chances.unknown(n)
    shares = np.stack([np.asarray(offered[speed], dtype=np.float64) for speed in speeds], axis=1)
    without = 1.0 - np.where(np.isnan(shares), np.nan, np.fmin.accumulate(shares, axis=1))
    above = np.searchsorted(speeds, wanted, side="left")
    below = np.searchsorted(speeds, wanted, side="right") - 1
    at, beyond = np.arange(n) if rows is None else rows, np.isinf(wanted)
    high = np.where(above < len(speeds), _next_known(without)[at, np.minimum(above, len(speeds) - 1)], np.nan)
    low = np.where(below >= 0, _next_known(without[:, ::-1])[:, ::-1][at, np.maximum(below, 0)], 0.0)
    likely = np.where(beyond, 1.0, high)
    least = np.where(beyond, 1.0, np.nan_to_num(low, nan=0.0))
    return Chances(least, likely, np.where(np.isnan(likely), 1.0, likely))


def _next_known(values: Floats) -> Floats:
    """Each row with its unknown values replaced by the next known one to the right; NaN where there is none."""
    found = values.copy()
    for at in range(values.shape[1] - 2, -1, -1):
        found[:, at] = np.where(np.isnan(found[:, at]), found[:, at + 1], found[:, at])
    return found
