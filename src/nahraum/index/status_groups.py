"""Status groups: the quarters of a study by the class of its status index, for whoever counts people by status."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd


@dataclass(frozen=True)
class StatusGroup:
    """One class of the status index."""

    id: str
    label_de: str
    label_en: str


@dataclass(frozen=True)
class StatusGroups:
    """of_quarter : class of each quarter that has one, by id; groups : the classes, the lowest status first."""

    of_quarter: Mapping[str, str] = field(default_factory=dict)
    groups: tuple[StatusGroup, ...] = ()

    def of(self, quarter_id: str) -> str:
        """The class of a quarter, "" where it has none."""
        return self.of_quarter.get(quarter_id, "")


def status_groups(areas: pd.DataFrame) -> StatusGroups:
    """The status groups of a study.

    Parameters
        areas : as `index.social.Social.areas`; empty where the study has no status index.
    """
    if "class" not in areas or not len(areas):
        return StatusGroups()
    told = areas[areas["class"].fillna("").astype(str) != ""]
    named = told.groupby("class", sort=True).agg({"class_de": "first", "class_en": "first", "index": "mean"})
    lowest_first = named.sort_values("index", ascending=False, kind="stable")  # a high index is a low status
    groups = [StatusGroup(str(key), str(row["class_de"]), str(row["class_en"])) for key, row in lowest_first.iterrows()]
    return StatusGroups(dict(zip(told["area_id"].astype(str), told["class"].astype(str), strict=True)), tuple(groups))
