"""Sets of sites tried one after the other: each is built from the nearest one that stands already."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from nahraum.frames import to_micro
from nahraum.index.people import LACKS, SPACE, Floats
from nahraum.index.status_groups import StatusGroups
from nahraum.measures.built import Built
from nahraum.measures.lacking import lacks_by, parts_of
from nahraum.measures.lives import Lives, flows_of, summed_flows
from nahraum.measures.model import Demand, Site
from nahraum.measures.outcome import status_codes
from nahraum.scenario.edits import (
    CapacityChanged,
    Edit,
    EntranceAdded,
    FacilityAdded,
    FootpathAdded,
    GreenAdded,
    checked,
)
from nahraum.scenario.proposals import entrance_removed, facility_closed, green_removed

_LONGEST_LOG = 2000  # edits after which a state is not gone on from: its log is looked through at every step


class Stands:
    """Sets of sites of one study, built; the last ones asked for stay.

    Parameters
        base : the study without any site. most : sets that stay.

    Notes
        A site more is built onto a set that stands. One less is taken away again where that is as if it had never been
        built (places, greens, entrances: `taken_away`); else the set is built from one that is without it. Footpaths
        are built in the order of their ids, as `recomputed` does: one may meet another. All figures are whole numbers,
        so that they do not depend on the way a set was reached.
    """

    def __init__(self, base: Built, sites: Sequence[Site], *, most: int) -> None:
        self._base, self._most = base, most
        self._sites = {site.site_id: site for site in sites}
        self._kept: OrderedDict[frozenset[str], Built] = OrderedDict()

    def of(self, chosen: Collection[str]) -> Built:
        """The study with some sites.

        Raises
            InputError where their edits do not go together.
        """
        wanted = frozenset(chosen)
        start, built = self._nearest(wanted)
        built = built.after([edit for name in sorted(start - wanted) for edit in taken_away(self._sites[name])])
        missing = sorted(wanted - start)
        lasting = [name for name in missing if not self._can_go(name)]
        built = built.after([edit for name in missing if name not in lasting for edit in self._sites[name].edits])
        here = wanted.difference(lasting)
        for name in lasting:  # a set without one of these begins before it
            self._keep(here, built)
            here, built = here | {name}, built.after(self._sites[name].edits)
        self._keep(wanted, built)
        return built

    def _nearest(self, wanted: frozenset[str]) -> tuple[frozenset[str], Built]:
        """The set that stands from which fewest edits lead to another; of several the one asked for last."""
        best, fewest = frozenset[str](), self._steps(wanted)
        for kept, built in reversed(self._kept.items()):
            surplus, missing = kept - wanted, wanted - kept
            if not all(map(self._can_go, surplus)) or len(built.state.log) > _LONGEST_LOG:
                continue
            if self._come_before(missing, kept):
                continue
            steps = self._steps(surplus) + self._steps(missing)
            if steps < fewest:
                best, fewest = kept, steps
        return (best, self._kept[best]) if best in self._kept else (frozenset(), self._base)

    def _steps(self, names: Iterable[str]) -> int:
        return sum(len(self._sites[name].edits) for name in names)

    def _can_go(self, name: str) -> bool:
        return all(isinstance(edit, _CAN_GO) for edit in self._sites[name].edits)

    def _come_before(self, missing: Iterable[str], there: Iterable[str]) -> bool:
        """Whether a site whose turn matters belongs before one that stands."""
        first = min(filter(self._has_turn, missing), default=None)
        return first is not None and any(first < name for name in filter(self._has_turn, there))

    def _has_turn(self, name: str) -> bool:
        return any(isinstance(edit, _HAS_TURN) for edit in self._sites[name].edits)

    def _keep(self, names: frozenset[str], built: Built) -> None:
        self._kept[names] = built
        self._kept.move_to_end(names)
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)


_CAN_GO = (FacilityAdded, GreenAdded, EntranceAdded)
_HAS_TURN = (FootpathAdded, CapacityChanged)  # a path meets those that are there; of two sizes the last counts


def taken_away(site: Site) -> list[Edit]:
    """Edits after which a site of places, greens and entrances is as if it had never been built."""
    found: list[Edit] = []
    for edit in map(checked, reversed(site.edits)):
        if isinstance(edit, FacilityAdded):
            found.append(facility_closed(edit.facility_id))
        elif isinstance(edit, GreenAdded):
            found.append(green_removed(edit.green_id))
        else:
            assert isinstance(edit, EntranceAdded)
            found.append(entrance_removed(edit.entrance_id))
    return found


@dataclass(frozen=True, eq=False)
class Gains:
    """Who gains by a set of sites, as `measures.outcome` tells it. [persons]

    total, quarters, status : `FLOWS` in one row, by quarter, and by status group; people are only those at addresses
    that the set touches. lacks : what is lacked with the set, by rows of `Demand`, columns as `LACKS`.
    """

    total: pd.Series
    quarters: pd.DataFrame
    status: pd.DataFrame
    lacks: Floats


def gains(base: Built, built: Built, demand: Demand, *, groups: StatusGroups | None = None) -> Gains:
    """Who gains between a study and the same with some sites; only addresses that these touch are looked at.

    Parameters
        base : the study without any site; built : with some, branched from it. demand : of the base.
    """
    row = np.flatnonzero(np.isin(demand.row, built.tally.at))
    sides = []
    for tally in (base.tally, built.tally):
        lacks = tally.take(demand.row[row]).lacks[:, : len(LACKS)]
        lacks[:, SPACE] = demand.living_space[row]  # who lives there keeps the space he has
        sides.append(lacks)
    lives = Lives(demand.row[row], demand.quarter[row], to_micro(demand.residents[row]), *sides)
    flows = flows_of(lives, demand.k)
    of_quarter, names = status_codes(demand.quarters, groups or StatusGroups())
    whole = lacks_by(demand, parts_of(demand))
    whole[row] = sides[1]
    return Gains(
        summed_flows(flows, lives, np.zeros_like(lives.row), pd.Index(["all"])).iloc[0],
        summed_flows(flows, lives, lives.quarter, pd.Index(demand.quarters, name="quarter_id")),
        summed_flows(flows, lives, of_quarter[lives.quarter], names), whole,
    )  # fmt: skip
