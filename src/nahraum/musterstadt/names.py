"""Street names and house numbers: every name once as long as the supply lasts."""

from __future__ import annotations

import numpy as np

from nahraum.musterstadt.characters import NAMES
from nahraum.musterstadt.lattice import NAMED
from nahraum.musterstadt.plan import Floats, Ints, Plan
from nahraum.musterstadt.streets import Streets

_ON_FOOT = ("gasse", "pfad", "stieg", "twiete")
METRES_PER_NUMBER = 9.0


def _supply(rng: np.random.Generator) -> list[str]:
    """All names that can be built, in random order; every third after a person."""
    lists = NAMES["streets"]
    things = [stem + ending for stem in lists["stems"] for ending in lists["endings"]]
    people = [f"{a}-{b}-Straße" for a in lists["first"] for b in lists["last"]]
    people += [f"{a}-{b}-Weg" for a in lists["first"] for b in lists["last"]]
    things, people = list(rng.permutation(things)), list(rng.permutation(people))
    mixed = []
    while things or people:
        mixed += things[:2] + people[:1]
        things, people = things[2:], people[1:]
    return [str(name) for name in mixed]


def street_names(plan: Plan, streets: Streets) -> tuple[list[str], Ints]:
    """Names, and for each edge the number of its name; -1 where a way has none."""
    named = np.isin(streets.kind, NAMED) & (streets.name_key >= 0)
    keys, number = np.unique(streets.name_key[named], return_inverse=True)
    supply = _supply(plan.rng(11))
    core = NAMES["streets"]["core_main"]
    names = [supply[k % len(supply)] for k in range(keys.size)]
    index = np.full(streets.kind.size, -1, dtype=np.int64)
    index[named] = number
    wanted = _core_lines(plan, streets)
    for edge, name in zip(wanted, core, strict=False):
        if edge >= 0 and index[edge] >= 0:
            names[index[edge]] = name
    return names, index


def _core_lines(plan: Plan, streets: Streets) -> list[int]:
    places = [("h", 0, 1), ("h", -4, 4), ("v", -2, 2), ("h", -6, 4), ("h", 1, 3), ("h", 2, 0)]
    found = []
    for axis, x, y in places:
        i, j = plan.at(x, y)
        found.append(int((streets.h_edge if axis == "h" else streets.v_edge)[i, j]))
    return found


def house_numbers(streets: Streets, edge: Ints, side: Ints, offset_m: Floats) -> Ints:
    """Numbers that rise along the street, odd on one side and even on the other."""
    corner = streets.start[edge]
    along = np.where(np.isin(side, (0, 2)), corner // streets.rows % 18, corner % streets.rows % 18)
    metres = along * 100.0 + offset_m
    return np.asarray(1 + 2 * np.floor(metres / METRES_PER_NUMBER) + np.isin(side, (0, 3)), dtype=np.int64)
