"""People who move in with a measure: told apart, and never counted as relieved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nahraum.frames import MICRO, to_micro
from nahraum.index.people import SHARED, SPACE
from nahraum.indicators.rules import Rules
from nahraum.measures.lacking import counted_services, lacks_green, lacks_supply, needed_services, several
from nahraum.measures.model import Floats
from nahraum.scenario.apply_people import new_address
from nahraum.scenario.edits import InternetOfferChanged, ResidentsAdded
from nahraum.scenario.reached import reached_in
from nahraum.scenario.state import StudyState
from nahraum.tables import PREREQUISITES

_GREEN, _SUPPLY = (PREREQUISITES.index(name) for name in ("green", "supply"))


@dataclass(frozen=True, eq=False)
class Newcomers:
    """What is known of the cells and addresses to which people may move.

    cells : by key, floor area per resident and internet offer. addresses : by id, cell and whether people are counted.
    """

    state: StudyState
    rules: Rules
    cells: dict[int, tuple[float, float]]
    addresses: dict[str, tuple[int, bool]]

    @staticmethod
    def of(state: StudyState, rules: Rules) -> Newcomers:
        """Of a state, before anybody moves in."""
        cells, addresses = state.area.cells, state.area.addresses
        known = (cells[name].to_numpy(dtype=np.float64).tolist() for name in ("floor_area_m2_per_resident",
                                                                             rules.internet_column))  # fmt: skip
        counted = addresses["inside"].to_numpy(dtype=bool) & ~addresses["edge"].to_numpy(dtype=bool)
        where = zip(addresses["cell_key"].tolist(), counted.tolist(), strict=True)
        return Newcomers(
            state, rules, dict(zip(cells["cell_key"].tolist(), zip(*known, strict=True), strict=True)),
            dict(zip(addresses["address_id"].tolist(), where, strict=True)),
        )  # fmt: skip

    def moving_in(self, tried: StudyState) -> tuple[float, float]:
        """Persons who move in by the last edits and are counted, and how many of them lack at least k. [persons]

        Notes
            They live as the others in their cell do; where nobody lived before, living space is not known.
        """
        edits = tried.log[len(self.state.log) :]
        moved = [edit for edit in edits if isinstance(edit, ResidentsAdded)]
        if not moved:
            return 0.0, 0.0
        homes = self._homes(moved)
        people = np.array([to_micro(edit.residents) / MICRO for edit in moved])
        people = np.where([counted for _, counted in homes], people, 0.0)
        lacks = self._lacks(tried, [edit.address_id for edit in moved], [cell for cell, _ in homes])
        return float(people.sum()), float((people * several(lacks, self.rules.lacks_needed)).sum())

    def _homes(self, moved: Sequence[ResidentsAdded]) -> list[tuple[int, bool]]:
        """Cell of each address, and whether who lives there is counted."""
        new: dict[str, tuple[int, bool]] = {}
        for edit in moved:
            if edit.address_id not in self.addresses and edit.address_id not in new:
                row = new_address(self.state.area, edit, self.state.parameters)
                new[edit.address_id] = int(row["cell_key"]), bool(row["inside"]) and not bool(row["edge"])
        return [new.get(edit.address_id) or self.addresses[edit.address_id] for edit in moved]

    def _lacks(self, tried: StudyState, ids: list[str], cells: list[int]) -> Floats:
        rules, now = self.rules, reached_in(tried, np.array(ids, dtype=object), self.rules)
        lacks = np.full((len(ids), len(PREREQUISITES)), np.nan)
        fibre = [edit for edit in tried.log[len(self.state.log) :] if isinstance(edit, InternetOfferChanged)]
        for at, cell in enumerate(cells):
            floor_m2, offered = self.cells.get(cell, (np.nan, np.nan))
            for edit in fibre:
                offered = edit.offered(offered) if cell in edit.cell_keys() else offered
            lacks[at, SPACE] = np.nan if np.isnan(floor_m2) else float(floor_m2 < rules.floor_area_m2)
            lacks[at, SHARED] = np.clip(1.0 - offered, 0.0, 1.0)
        lacks[:, _GREEN] = lacks_green(now.green_access, now.green_m2, needed_m2=rules.green_m2 or 0.0)
        lacks[:, _SUPPLY] = lacks_supply(
            counted_services(now.within, rules), needed=needed_services(rules), least=rules.services_needed
        )
        return lacks
