"""Further topics of the census by grid cell: rents, ages, households, buildings; as shares and means in our names."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from nahraum.errors import InputError
from nahraum.sources.gridtable import read_grid_table
from nahraum.sources.problems import nearest_name
from nahraum.sources.tabular import Window
from nahraum.sources.zensus import read_zensus2022
from nahraum.tables import GridTable

Floats = npt.NDArray[np.float64]


@lru_cache(maxsize=1)
def topics() -> dict[str, dict[str, dict[str, Any]]]:
    """Every known topic with its values and how they come out of the publisher's columns."""
    file = resources.files("nahraum.sources").joinpath("topics.toml")
    return tomllib.loads(file.read_text(encoding="utf-8"))


def values_of(topic: str) -> dict[str, dict[str, Any]]:
    """The values of one topic. Raises InputError for one that is not known, naming the nearest."""
    known = topics()
    if topic not in known:
        raise InputError(f"[sources.topics.{topic}] is no topic of the census", fix=nearest_name(topic, sorted(known)))
    return known[topic]


def read_topic(path: Path, topic: str, *, size_m: int, window_m: Window | None = None) -> GridTable:
    """One topic of the Zensus 2022: a column per value of `topics.toml`, each with its status.

    Returns
        Shares 0..1 and means. Status ok, unreliable (the publisher's bracket, or a class of the sum is not published),
        suppressed, missing.

    Raises
        InputError as `read_zensus2022`, and where the file holds none of the columns.
    """
    wanted = values_of(topic)
    frame = read_zensus2022(path, size_m=size_m, window_m=window_m)
    there = {str(name).casefold(): str(name) for name in frame.columns}
    columns: dict[str, object] = {"cell_key": frame["cell_key"]}
    for name, rule in wanted.items():
        value, status = _value(frame, rule, there, called=f"{path.name}, {name}")
        columns |= {name: value, f"{name}_status": status}
    return GridTable(size_m, pd.DataFrame(columns))


def _value(
    frame: pd.DataFrame, rule: Mapping[str, Any], there: Mapping[str, str], *, called: str
) -> tuple[Floats, npt.NDArray[np.object_]]:
    if "columns" in rule:
        found = [there[name.casefold()] for name in rule["columns"] if name.casefold() in there]
        if not found:
            raise _lost(rule["columns"], there, called)
        number = frame[found[0]].to_numpy(dtype=np.float64) * float(rule.get("factor", 1.0))
        return number, frame[f"{found[0]}_status"].to_numpy(dtype=object)
    lost = [name for name in rule["of"] if name.casefold() not in there]
    if lost:
        raise _lost(lost, there, called)
    classes = frame[[there[name.casefold()] for name in rule["of"]]].to_numpy(dtype=np.float64)
    weights = rule.get("mean_of") or [float(name in rule["part"]) for name in rule["of"]]
    return share_of_classes(classes, weights)


def share_of_classes(classes: Floats, weights: Sequence[float]) -> tuple[Floats, npt.NDArray[np.object_]]:
    """Weighted mean over the classes of each row, and its status.

    Parameters
        classes : a column per class, NaN where none is published ("nothing, or secret").
        weights : 1 for the classes counted and 0 for the others gives a share.

    Notes
        Classes that are not published count as none: the census hides small counts only. The value is unreliable where
        that concerns a class; missing where nothing is published at all.
    """
    known = np.nan_to_num(classes, nan=0.0)
    total = known.sum(axis=1)
    value = np.where(total > 0, known @ np.asarray(weights, dtype=np.float64) / np.maximum(total, 1e-9), np.nan)
    status = np.where(total > 0, np.where(np.isnan(classes).any(axis=1), "unreliable", "ok"), "missing")
    return value, status.astype(object)


def _lost(names: Sequence[str], there: Mapping[str, str], called: str) -> InputError:
    shown = [name for name in there.values() if not name.endswith("_status")][:12]
    return InputError(
        f"{called}: columns are missing: {', '.join(names)}",
        where=f"there are: {', '.join(shown)}",
        expected="the columns as Destatis spells them",
        fix="name the right archive, or map your own table: kind = 'grid_table', columns = { … }",
    )


def read_topic_table(
    files: Sequence[Path],
    topic: str,
    *,
    size_m: int,
    columns: Mapping[str, str],
    missing: Sequence[float],
    window_m: Window | None = None,
) -> GridTable:
    """One topic from any grid table whose columns the study maps to our values (shares 0..1).

    Raises
        InputError for a value that the topic does not have, and as `read_grid_table`.
    """
    known = values_of(topic)
    strange = [name for name in columns if name not in (*known, "cell", "x", "y")]
    if strange:
        raise InputError(
            f"[sources.topics.{topic}] columns knows no {strange[0]!r}", fix=nearest_name(strange[0], list(known))
        )
    return read_grid_table(files, size_m=size_m, columns=columns, missing=missing, window_m=window_m)
