"""Status and prerequisites together, over people: who lives where how many prerequisites are lacking."""

from __future__ import annotations

import numpy as np
import pandas as pd

from nahraum.index.inequality.fifths import fifths_table
from nahraum.index.inequality.measures import inequality
from nahraum.indicators.catalogue import Indicator
from nahraum.parameters import Parameters
from nahraum.tables import PREREQUISITES

ALL, NO_CLASS = "all", "none"
COUNTED = (*(f"lacks_{name}" for name in PREREQUISITES), "several")
_WORDS = {ALL: ("alle Quartiere", "all quarters"), NO_CLASS: ("ohne Klasse", "no class")}


def status_matrix(quarters: pd.DataFrame, areas: pd.DataFrame) -> pd.DataFrame:
    """Residents by status class of their quarter, and how many of them lack each prerequisite and several.

    Parameters
        quarters : quarter_id, residents, residents_judged, `<lack>_share` and `<lack>_completeness` of `COUNTED`.
        areas : area_id, class, class_de, class_en of the status index.

    Returns
        a row per class from the lowest index on, those without a class, and all: class, class_de, class_en, n_areas,
        residents, and of each lack `_residents` (known to lack), `_share` (of those of whom it is known; NaN unknown)
        and `_completeness`. Empty where no quarter has a class.

    Notes
        Quarters whose figure is not known (or held back) add nothing to it; the completeness says how much is missing.
        Where it is known of one quarter of several, that one does not speak for its class: NaN.
    """
    if "class" not in areas or not len(areas):
        return pd.DataFrame()
    told = areas.set_index("area_id").reindex(quarters["quarter_id"].astype(str))
    of_quarter = told["class"].fillna("").replace("", NO_CLASS).to_numpy(dtype=object)
    if (of_quarter == NO_CLASS).all():
        return pd.DataFrame()
    named = areas[areas["class"] != ""].groupby("class")[["class_de", "class_en", "index"]].agg(
        {"class_de": "first", "class_en": "first", "index": "mean"}
    )  # fmt: skip
    order = [*named.sort_values("index").index, *([NO_CLASS] if (of_quarter == NO_CLASS).any() else []), ALL]
    rows = []
    for name in order:
        member = np.ones(len(quarters), dtype=bool) if name == ALL else of_quarter == name
        if not member.any():
            continue
        labels = _WORDS.get(name) or (named.loc[name, "class_de"], named.loc[name, "class_en"])
        rows.append({"class": name, "class_de": labels[0], "class_en": labels[1], **_counted(quarters[member])})
    return pd.DataFrame(rows)


def status_by_type(quarters: pd.DataFrame, areas: pd.DataFrame, kinds: pd.Series) -> pd.DataFrame:
    """The matrix of status and prerequisites within each municipality type: people and shares, never one list.

    Parameters
        quarters, areas : as for `status_matrix`; classes of all quarters by the same method.
        kinds : type of the municipality of each quarter, by quarter id ('' where none is stated).

    Returns
        as `status_matrix`, with the type in front.
    """
    of_quarter = quarters["quarter_id"].astype(str).map(kinds).fillna("")
    found = []
    for kind in sorted(of_quarter.unique()):
        table = status_matrix(quarters[of_quarter == kind], areas)
        if len(table):
            table.insert(0, "type", kind)
            found.append(table)
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame()


def types_of_quarters(addresses: pd.DataFrame, municipalities: pd.DataFrame) -> pd.Series:
    """Type of the municipality in which most residents of a quarter live, by quarter id.

    Parameters
        addresses : quarter_id, municipality_id, residents, inside. municipalities : municipality_id, type.
    """
    inside = addresses[addresses["inside"].to_numpy(dtype=bool)]
    people = inside.groupby(["quarter_id", "municipality_id"], sort=True)["residents"].sum().reset_index()
    most = people.sort_values(["quarter_id", "residents", "municipality_id"], ascending=[True, False, True])
    first = most.drop_duplicates("quarter_id").set_index("quarter_id")["municipality_id"].astype(str)
    kinds = municipalities.set_index(municipalities["municipality_id"].astype(str))["type"].fillna("").astype(str)
    return first.map(kinds).fillna("")


def _counted(quarters: pd.DataFrame) -> dict[str, float]:
    """Residents of these quarters, and those who lack each prerequisite and several of them."""
    judged = quarters["residents_judged"].to_numpy(dtype=np.float64, na_value=np.nan)
    found: dict[str, float] = {"n_areas": len(quarters), "residents": float(quarters["residents"].sum())}
    for name in COUNTED:
        share = quarters[f"{name}_share"].to_numpy(dtype=np.float64, na_value=np.nan)
        part = quarters[f"{name}_share_completeness" if name == "several" else f"{name}_completeness"]
        known = judged * part.to_numpy(dtype=np.float64, na_value=np.nan)
        there = ~np.isnan(share) & ~np.isnan(known)
        lacking, people = float((share[there] * known[there]).sum()), float(known[there].sum())
        told = people > 0 and (there.sum() > 1 or len(quarters) == 1)
        found[f"{name}_residents"] = lacking if told else np.nan
        found[f"{name}_share"] = lacking / people if told else np.nan
        found[f"{name}_completeness"] = people / float(np.nansum(judged)) if np.nansum(judged) else np.nan
    return found


def fifths_of(
    quarters: pd.DataFrame, index: pd.Series | None, parameters: Parameters, *, entries: tuple[Indicator, ...] = ()
) -> pd.DataFrame:
    """The prerequisites and their main figures by fifths of residents.

    Parameters
        quarters : with quarter_id, residents and the columns of `social.fifths` that the study has.
        index : status index by quarter id, high = low status; None where there is none: each figure is then ordered by
            itself, which tells how unequal it is, not who has it.
    """
    columns = [str(name) for name in parameters.value("social.fifths") if name in quarters.columns]
    if not len(quarters) or not columns:
        return pd.DataFrame()
    table = quarters.set_index(quarters["quarter_id"].astype(str))
    status = None if index is None else index.reindex(table.index).astype(np.float64)
    return fifths_table(
        table[columns].astype(np.float64), table["residents"].astype(np.float64), parameters, status=status,
        entries=entries,
    )  # fmt: skip


def inequality_of(quarters: pd.DataFrame, parameters: Parameters) -> pd.DataFrame:
    """Gini, Theil, MLD, Atkinson and Palma of the amounts of `social.inequality`, over the residents of the quarters.

    Returns
        indicator, measure, value, status, completeness, areas, residents, note_de, note_en.
    """
    table = quarters.set_index(quarters["quarter_id"].astype(str))
    found = []
    for name in parameters.value("social.inequality"):
        if name in table.columns and len(table):
            values = table[name].astype(np.float64)
            people = table["residents"].astype(np.float64)
            rows = inequality(values, people, parameters).assign(residents=float(people[values.notna()].sum()))
            rows.insert(0, "indicator", str(name))
            found.append(rows)
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame()
