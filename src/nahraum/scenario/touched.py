"""What some changes may have touched, so that they are counted together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from nahraum.scenario.change import Change
from nahraum.scenario.edits import InternetOfferChanged, ResidentsAdded


@dataclass(frozen=True)
class Touched:
    """Addresses with other ways, those where other people live, cells with another internet offer."""

    addresses: frozenset[str] = frozenset()
    peopled: frozenset[str] = frozenset()
    cells: frozenset[int] = frozenset()

    @staticmethod
    def by(changes: Iterable[Change]) -> Touched:
        """What some changes have touched.

        Notes
            Each is asked while its state is at hand: of an earlier one the study is brought there and back.
        """
        addresses, peopled, cells = set[str](), set[str](), set[int]()
        for change in changes:
            addresses.update(change.address_ids())
            if isinstance(change.edit, ResidentsAdded):
                peopled.add(change.edit.address_id)
            elif isinstance(change.edit, InternetOfferChanged):
                cells.update(change.edit.cell_keys())
        return Touched(frozenset(addresses), frozenset(peopled), frozenset(cells))

    def __or__(self, other: Touched) -> Touched:
        """What either has touched."""
        return Touched(self.addresses | other.addresses, self.peopled | other.peopled, self.cells | other.cells)

    def __bool__(self) -> bool:
        """Whether there is anything."""
        return bool(self.addresses or self.peopled or self.cells)


NOTHING = Touched()
