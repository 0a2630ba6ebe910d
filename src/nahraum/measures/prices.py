"""What a cost of one year is in prices of another: the building price index of Destatis."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from nahraum.errors import InputError
from nahraum.parameters import Parameters

INDEX = "price_index.residential_buildings"
_YEAR = re.compile(r"y(\d{4})")


@dataclass(frozen=True)
class Prices:
    """A series of yearly index values, and the years whose value is told as "verify locally"."""

    values: Mapping[int, float]
    from_knowledge: frozenset[int]

    def nearest(self, year: int) -> int:
        """The year itself, or the first or last one that the series knows."""
        return min(max(year, min(self.values)), max(self.values))

    def factor(self, of_year: int, to_year: int) -> float:
        """By what a cost of one year is multiplied to be in prices of another; beyond the series its ends count."""
        return self.values[self.nearest(to_year)] / self.values[self.nearest(of_year)]

    def verify_locally(self, of_year: int, to_year: int) -> bool:
        """Whether one of the two values is from knowledge only, and the years differ."""
        used = {self.nearest(of_year), self.nearest(to_year)}
        return len(used) > 1 and bool(used & self.from_knowledge)


def read_prices(parameters: Parameters) -> Prices:
    """The series of the study.

    Raises
        InputError for a year that has no usable value.
    """
    group = {int(found[1]): item for name, item in parameters.group(INDEX).items() if (found := _YEAR.fullmatch(name))}
    wrong = [f"[parameters] {item.id} = {item.value!r}" for item in group.values() if not float(item.value) > 0]
    if wrong or not group:
        raise InputError(
            "the building price index cannot be used", where=wrong or f"no year below {INDEX}",
            expected="numbers above 0, one per year",
        )  # fmt: skip
    years = {year: float(group[year].value) for year in sorted(group)}
    return Prices(years, frozenset(year for year, item in group.items() if item.verify_locally))
