"""Plans and fronts released before: a figure that differs from an earlier one by fewer than k persons is told as there.

Two plans that differ by one measure would tell together what neither tells alone: rounded figures jump where exact ones
pass the middle between two multiples, and so few persons would be behind the jump. What was told stands in the ledger
of releases (table `plan_figures`), the exact figures beside it for the office only.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from nahraum.errors import InputError
from nahraum.parameters import Parameters
from nahraum.publish import ledger
from nahraum.publish.programme.model import Document, Persons
from nahraum.publish.release import release

TABLE = "plan_figures"
_STEPS_APART = 2.0  # steps between a figure and what is told; beyond, the figure of an earlier plan is given up
_HASH = 12
_ONE_OF = "#"  # before the number of a figure among several of one kind


class Figure(NamedTuple):
    """A number of persons, and what was told of it."""

    persons: float
    told: Persons


@dataclass
class PastPlans:
    """The figures of earlier plans by key, and those of the plan that is released now.

    least : fewer persons are not told, nor differences by so few. step : multiples in which they are told.
    """

    least: float
    step: float
    past: Mapping[str, list[Figure]] = field(default_factory=dict)
    now: dict[str, Figure] = field(default_factory=dict)

    @staticmethod
    def of(internal: Path, parameters: Parameters) -> PastPlans:
        """What the ledger of a study holds; releases that were withdrawn do not count.

        Raises
            InputError where the ledger was changed, or figures of a past release are gone.
        """
        past: dict[str, list[Figure]] = {}
        for entry in ledger.standing(ledger.read_ledger(internal)):
            if any(table.name == TABLE for table in entry.tables):
                for key, figure in _kept(internal, entry.id):
                    past.setdefault(key.partition(_ONE_OF)[0], []).append(figure)
        least, step = parameters.number("disclosure.minimum_count"), parameters.number("serving.rounding_residents")
        return PastPlans(least, step, past)

    def told(self, key: str, persons: float, usual: Persons) -> Persons:
        """What is told of a figure: as in an earlier plan that is so near; nothing where several say otherwise."""
        near = {tuple(one.told.items()) for one in self.past.get(key, ()) if self._near(one, persons)}
        found = usual if not near else dict(next(iter(near))) if len(near) == 1 else {}
        self.now[key] = Figure(persons, found)
        return found

    def usual(self, persons: float) -> Persons:
        """What is told of a number of persons by itself: the nearest multiple, at least one; fewer than the least."""
        if not persons >= self.least:
            return {"fewer_than": int(self.least)}
        return {"about": max(self.step, self.step * math.floor(persons / self.step + 0.5))}

    def alike(self, key: str, numbers: Sequence[float]) -> dict[float, Persons]:
        """What is told of several figures of one kind: the same of those that are so near, also to an earlier one."""
        groups: list[list[float]] = []
        found: dict[float, Persons] = {}
        for number in sorted(set(numbers)):
            if not groups or number - groups[-1][-1] >= self.least:
                groups.append([number])
            elif number - groups[-1][0] <= _STEPS_APART * self.step:
                groups[-1].append(number)
            else:
                found[number] = {}  # near to one that is told too far from it
        for group in groups:
            past = {tuple(one.told.items()) for one in self.past.get(key, ()) for number in group
                    if self._near(one, number)}  # fmt: skip
            usual = self.usual((group[0] + group[-1]) / 2)
            found |= dict.fromkeys(group, usual if not past else dict(next(iter(past))) if len(past) == 1 else {})
        self.now |= {f"{key}{_ONE_OF}{at:03d}": Figure(*one) for at, one in enumerate(found.items())}
        return found

    def _near(self, one: Figure, persons: float) -> bool:
        about = one.told.get("about", 0.0)
        return (
            bool(one.told) and abs(one.persons - persons) < self.least
            and abs(about - persons) <= _STEPS_APART * self.step
        )  # fmt: skip

    @property
    def withheld(self) -> int:
        """How many figures are not told because earlier plans so near tell two different ones."""
        return sum(not one.told for one in self.now.values())

    def record(self, plan: Document, internal: Path, parameters: Parameters) -> None:
        """Writes what is told of a plan or front into the ledger; once, however often the same is released."""
        rows = [{"figure": key, "about": one.told.get("about")} for key, one in sorted(self.now.items())]
        if not rows:
            return
        frame = pd.DataFrame(rows).astype({"about": "float64"})
        table = release(frame, TABLE, parameters=parameters, name=TABLE)
        day = date.fromisoformat(plan["reference_date"])
        text = json.dumps({key: list(one) for key, one in sorted(self.now.items())}, ensure_ascii=False)
        name = f"{ledger.release_id([table], day)}-{sha256(text.encode()).hexdigest()[:_HASH]}.json"
        ledger.keep_beside(internal, name, text.encode())  # first: a line never names what is not there
        ledger.record(
            internal, [table], study=plan["study"]["name"], reference_date=day, released_on=date.today(),
            version=plan["run"]["version"],
        )  # fmt: skip


def _kept(internal: Path, release_id: str) -> list[tuple[str, Figure]]:
    """The exact figures of a release by key; of several where the same was told of them."""
    files = sorted((internal / ledger.FOLDER).glob(f"{release_id}-*.json"))
    found: list[tuple[str, Figure]] = []
    try:
        for path in files:
            told = json.loads(path.read_text(encoding="utf-8"))
            found += [(str(key), Figure(float(persons), dict(said))) for key, (persons, said) in told.items()]
    except (OSError, ValueError, TypeError, AttributeError):
        files = []
    if not files:
        raise InputError(
            f"the figures of a released plan are gone: {release_id}", where=str(internal / ledger.FOLDER),
            expected=f"{release_id}-….json as nahraum wrote it", fix="put it back from a backup",
        )  # fmt: skip
    return found
