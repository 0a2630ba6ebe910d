"""Status crossed with dynamics, and status crossed with lacking prerequisites: counted, never added up."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from nahraum.errors import InputError
from nahraum.frames import sum_by
from nahraum.index.status.engine import StatusIndex
from nahraum.index.status.method import ANY, Classes
from nahraum.parameters import Parameters
from nahraum.tables import PREREQUISITES

UNCLASSED = ""
DYNAMICS_COLUMNS = [
    "class", "class_de", "class_en", "dynamics_class", "dynamics_class_de", "dynamics_class_en", "attention", "n_areas",
    "residents",
]  # fmt: skip
LACKS_COLUMNS = ["class", "class_de", "class_en", "lacks_known", "lacks_unknown", "n_areas", "residents"]


def _named(table: pd.DataFrame, column: str, classes: Classes) -> pd.DataFrame:
    """The labels of a column of class ids beside it."""
    labels = {language: [classes.label(item, language) for item in table[column]] for language in ("de", "en")}
    return table.assign(**{f"{column}_{language}": listed for language, listed in labels.items()})


def _counted(table: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """Areas and residents per combination; residents are not known where one of its areas' are not."""
    key = pd.Series(list(map(repr, table[list(by)].itertuples(index=False, name=None))), index=table.index)
    first = table.groupby(key)[list(by)].first()
    known = table["residents"].notna()
    residents = sum_by(table.loc[known, "residents"].astype(np.float64), key[known]).reindex(first.index)
    residents = residents.where(~first.index.isin(key[~known]))
    return first.assign(n_areas=key.value_counts().reindex(first.index), residents=residents).reset_index(drop=True)


def _with_residents(index: StatusIndex, residents: pd.Series | None) -> pd.DataFrame:
    areas = index.areas.set_index("area_id", drop=False)
    if residents is None:
        return areas.assign(residents=np.nan)
    lost = areas.index.difference(residents.index)
    if len(lost):
        raise InputError(
            "residents do not fit the areas of the status index", where=f"without residents: {list(lost)[:3]}",
            expected="one number of residents per area",
        )  # fmt: skip
    return areas.assign(residents=residents.reindex(areas.index))


def status_dynamics(index: StatusIndex, residents: pd.Series | None = None) -> pd.DataFrame:
    """Status × dynamics: areas and residents of every combination, also the empty ones, and which need attention.

    Parameters
        residents : per area_id [persons]; without, the residents are not known.

    Returns
        Columns `DYNAMICS_COLUMNS`, sorted by status (high first), then dynamics (positive first). Areas without a
        class are not in it. No rows where the method or the table has no dynamics.
    """
    method = index.method
    if method.dynamics is None or not index.available:
        return pd.DataFrame(columns=DYNAMICS_COLUMNS)
    table = _with_residents(index, residents)
    table = table[(table["class"] != UNCLASSED) & (table["dynamics_class"] != UNCLASSED)]
    if table.empty:
        return pd.DataFrame(columns=DYNAMICS_COLUMNS)
    found = _counted(table, ["class", "dynamics_class"])
    grid = [(status, change) for status in method.classes.ids for change in method.dynamics.classes.ids]
    every = pd.DataFrame(grid, columns=["class", "dynamics_class"])
    whole = every.merge(found, how="left", on=["class", "dynamics_class"])
    whole["n_areas"] = whole["n_areas"].fillna(0).astype(np.int64)
    whole["residents"] = whole["residents"].mask(whole["n_areas"] == 0, 0.0)
    wanted = {(item, change) for item, change in method.dynamics.attention}
    wanted |= {(item, ANY) for item in method.attention}
    whole["attention"] = [
        (s, d) in wanted or (s, "*") in wanted for s, d in zip(whole["class"], whole["dynamics_class"], strict=True)
    ]
    named = _named(_named(whole, "class", method.classes), "dynamics_class", method.dynamics.classes)
    return named[DYNAMICS_COLUMNS]


def quarter_lacks(quarters: pd.DataFrame, parameters: Parameters) -> pd.DataFrame:
    """How many prerequisites at least half of the residents of a quarter lack, and of how many that is not known.

    Parameters
        quarters : quarter_id, `lacks_<prerequisite>_share` and `_completeness`, as `index.places` makes them.
        parameters : `counting.majority_share`, `counting.minimum_completeness`.

    Returns
        lacks_known, lacks_unknown by quarter_id. A prerequisite known of too few residents is unknown, not there.
    """
    majority, least = (parameters.number(f"counting.{name}") for name in ("majority_share", "minimum_completeness"))
    share = quarters[[f"lacks_{name}_share" for name in PREREQUISITES]].to_numpy(dtype=np.float64)
    complete = quarters[[f"lacks_{name}_completeness" for name in PREREQUISITES]].to_numpy(dtype=np.float64)
    known = ~np.isnan(share) & (complete >= least)
    return pd.DataFrame(
        {"lacks_known": (known & (share >= majority)).sum(axis=1), "lacks_unknown": (~known).sum(axis=1)},
        index=pd.Index(quarters["quarter_id"].astype(str), name="area_id"),
    )


def status_prerequisites(index: StatusIndex, quarters: pd.DataFrame, parameters: Parameters) -> pd.DataFrame:
    """Status × number of lacking prerequisites: quarters and residents of each combination that occurs.

    Parameters
        index : status of the quarters; quarters : as for `quarter_lacks`, with `residents`.

    Returns
        Columns `LACKS_COLUMNS`, sorted by status, then lacks; quarters without a class come last, class "".
        The lacks are counted, the status is a class: no sum of both is ever made.
    """
    lacks = quarter_lacks(quarters, parameters)
    people = pd.Series(quarters["residents"].to_numpy(dtype=np.float64), index=lacks.index)
    of_status = index.areas.set_index("area_id")["class"].reindex(lacks.index).fillna(UNCLASSED)
    table = lacks.assign(**{"class": of_status, "residents": people})
    found = _counted(table, ["class", "lacks_known", "lacks_unknown"])
    order = {name: k for k, name in enumerate((*index.method.classes.ids, UNCLASSED))}
    found = found.assign(order=found["class"].map(order)).sort_values(["order", "lacks_known", "lacks_unknown"])
    named = _named(found, "class", index.method.classes)
    return named[LACKS_COLUMNS].reset_index(drop=True)
