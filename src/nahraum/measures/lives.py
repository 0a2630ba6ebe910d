"""The people who live in a study, what they lack in two states of it, and what goes and arises between the two."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from nahraum.frames import MICRO
from nahraum.index.people import LACKS, SHARED, SPACE, Floats, Int64
from nahraum.measures.lacking import censored_chance, lack_count, removed, several
from nahraum.scenario.tally import Tally
from nahraum.tables import PREREQUISITES

FIFTH = 0.2
FLOWS = (
    "lacks_gone", "lacks_arisen", "people_relieved", "people_newly_lacking", "people_gaining", "people_losing",
    *(f"{name}_{way}" for name in PREREQUISITES for way in ("no_longer_lacking", "now_lacking")),
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Lives:
    """People who live in a study without any edit, and what they lack in two states of it: groups judged alike.

    row : position of their address; quarter : number of their quarter; micro : how many. [1e-6 persons]
    """

    row: Int64
    quarter: Int64
    micro: Int64
    before: Floats
    after: Floats

    @property
    def people(self) -> Floats:
        """How many they are. [persons]"""
        return self.micro / MICRO

    def gone(self) -> Floats:
        """Share of each group that no longer lacks a prerequisite."""
        return removed(self.before, self.after)

    def known_both(self) -> tuple[Floats, Floats]:
        """What they lack in both states, as far as it is known in both: what is not known before or after stays as it
        was before.

        A pharmacy where practices are not mapped turns a lack of supply into something unknown; nobody is relieved.
        """
        unknown = np.isnan(self.before) | np.isnan(self.after)
        return self.before, np.where(unknown, self.before, self.after)

    def arisen(self) -> Floats:
        """Share of each group that lacks a prerequisite now and did not."""
        return removed(self.after, self.before)


def lives_between(before: Tally, after: Tally) -> Lives:
    """The people who live in a study without any edit, in two states of it."""
    ground = after.ground
    people = ground.persons.people()
    sides = []
    for tally in (before, after):
        lacks = tally.take(np.arange(ground.n)).lacks[people.row, : len(LACKS)]
        lacks[:, SPACE] = people.lacks[:, SPACE]  # who lives there keeps the space he has
        sides.append(lacks)
    return Lives(people.row, ground.persons.quarter[people.row], people.micro, *sides)


def most_lacks(lives: Lives) -> Floats:
    """How many of each group are of the fifth of people with most lacks before. [persons]

    Notes
        Lacks that are known count, the internet offer as a share. Of those who tie at the limit each has the same part.
    """
    count, people = lack_count(lives.before), lives.people
    levels, of_group = np.unique(-count, return_inverse=True)
    at_level = np.zeros(len(levels))
    np.add.at(at_level, of_group, people)
    so_far = np.cumsum(at_level) - at_level
    part = np.clip((FIFTH * people.sum() - so_far) / np.where(at_level > 0, at_level, 1.0), 0.0, 1.0)
    return np.asarray(people * part[of_group])


def flows_of(lives: Lives, k: int) -> Int64:
    """Per group and column of `FLOWS`. [1e-6 persons]"""
    gone, arisen = lives.gone(), lives.arisen()
    counted = gone * censored_chance(lives.before, k)
    before, after = lives.known_both()
    other = several(after, k) - several(before, k)
    columns = [counted.sum(axis=1), arisen.sum(axis=1), np.maximum(-other, 0.0), np.maximum(other, 0.0), _any(gone)]
    columns.append(_any(arisen))
    for j in range(len(PREREQUISITES)):
        columns += [gone[:, j], arisen[:, j]]
    return np.rint(np.column_stack(columns) * lives.micro[:, None]).astype(np.int64)


def _any(shares: Floats) -> Floats:
    """Share of each group for whom any prerequisite changes; the share of the internet offer is spread evenly."""
    others = np.delete(shares, SHARED, axis=1).max(axis=1)
    return np.asarray(others + (1.0 - others) * shares[:, SHARED])


def summed_flows(flows: Int64, lives: Lives, code: Int64, names: pd.Index) -> pd.DataFrame:
    """People and flows by group of groups: people, and `FLOWS`. [persons]"""
    totals = np.zeros((len(names), 1 + len(FLOWS)), dtype=np.int64)
    np.add.at(totals, code, np.column_stack([lives.micro, flows]))
    return pd.DataFrame(totals / MICRO, index=names, columns=["people", *FLOWS])
