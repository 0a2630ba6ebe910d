"""A plan with all it was made of: what the documents are drawn from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pandas as pd

from nahraum.index.status_groups import StatusGroups
from nahraum.measures.model import Demand, Effects, MeasureType, Site
from nahraum.measures.programme.plan import Plan
from nahraum.measures.programme.price import NextEuros
from nahraum.measures.programme.shares import ChoiceShares
from nahraum.measures.recompute import Recomputed
from nahraum.study import Study


@dataclass(frozen=True, eq=False)
class Funded:
    """The financing of a plan in the words of its reader.

    rows : site_id, funder, basis, year, eur. of_site : per site its programme, who pays, eligible and own amounts,
    notes. rules : label, date, source, notes. displacement : per site rent, moves, sgb2, text.
    """

    rows: tuple[Mapping[str, Any], ...] = ()
    of_site: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    rules: Mapping[str, Any] = field(default_factory=dict)
    displacement: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Made:
    """One plan and its ground.

    sites : all candidates, sorted by id, as `effects` and `demand` have them. recomputed : the chosen set, built.
    quarters, whole : the published tables of quarters and municipality, by id, for the baseline.
    ask : what was asked for, plain values. shares : how often each site is chosen over the variants, and next_money
    : what more money would buy; None where not computed. manifest : key of the run; stages : keys of its stages.
    """

    study: Study
    name: str
    crs: str
    types: Mapping[str, MeasureType]
    sites: tuple[Site, ...]
    demand: Demand
    effects: Effects
    plan: Plan
    recomputed: Recomputed | None
    groups: StatusGroups
    quarters: pd.DataFrame
    whole: pd.Series
    ask: Mapping[str, Any]
    funded: Funded = field(default_factory=Funded)
    shares: ChoiceShares | None = None
    next_money: NextEuros | None = None
    conflicts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    manifest: str = ""
    stages: Mapping[str, str] = field(default_factory=dict)
    version: str = ""
    attribution: str = ""
    warnings: tuple[str, ...] = ()

    @property
    def language(self) -> str:
        """Of the reader."""
        return self.study.language

    @cached_property
    def place(self) -> dict[str, int]:
        """Position of each site by id."""
        return {site.site_id: at for at, site in enumerate(self.sites)}

    def chosen_share(self, site_id: str) -> float | None:
        """In how many of the variants a site is chosen; None where they were not made."""
        if self.shares is None:
            return None
        table = self.shares.sites.set_index("site_id")["share"]
        return None if pd.isna(table.get(site_id)) else float(table[site_id])

    def quarter_name(self, quarter_id: str) -> str:
        """A quarter by its name, its id where it has none."""
        if quarter_id in self.quarters.index and "name" in self.quarters.columns:
            return str(self.quarters.loc[quarter_id, "name"] or quarter_id)
        return quarter_id
