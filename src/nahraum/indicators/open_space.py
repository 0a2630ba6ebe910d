"""What the themes of public space, play and green share: the surroundings of addresses, and how a value is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from nahraum.access.open_space import Surroundings
from nahraum.indicators.reach import first_status

if TYPE_CHECKING:
    from nahraum.indicators.further import Setting

Bool = npt.NDArray[np.bool_]
Columns = dict[str, pd.Series]
_KINDS = {
    "public_space": ("Plätze und Fußgängerstraßen", "squares and pedestrian streets"),
    "bench": ("Bänke", "benches"),
    "toilets": ("öffentliche Toiletten", "public toilets"),
    "drinking_water": ("Trinkwasserstellen", "places of drinking water"),
    "tree": ("Bäume", "trees"),
    "playground": ("Spielplätze", "playgrounds"),
}


def surroundings(setting: Setting) -> Surroundings | None:
    """The area of the setting ready to be asked for open space; None where it was read without it."""
    space = setting.area.open_space
    return None if space is None else Surroundings(setting.prepared, space, setting.parameters)


def distance_columns(value: pd.Series, around: Surroundings, *, mapped: str, doubtful: Bool | None = None) -> Columns:
    """A way on foot with its status, as columns.

    Parameters
        value : NaN where nothing is reached; named after the indicator. [m]
        mapped : ok, or missing where so little of the kind is mapped that a way is only an upper bound.
        doubtful : the nearest place may not be one (its size is not mapped).

    Notes
        The first that applies: edge (value kept), unreachable (no way), missing or unreachable (nothing reached, by
        `mapped`), unreliable (`mapped` or `doubtful`), ok.
    """
    none = value.isna().to_numpy()
    few = np.full(len(value), mapped != "ok")
    cases = (
        ("edge", around.edge), ("unreachable", around.lost), ("missing", none & few), ("unreachable", none),
        ("unreliable", few if doubtful is None else few | doubtful),
    )  # fmt: skip
    return _columns(value, *cases)


def amount_columns(value: pd.Series, around: Surroundings, *, mapped: str) -> Columns:
    """A sum within reach with its status, as columns: 0 is known none; unknown where too little is mapped.

    Notes
        Edge (value kept), unreachable (no way), missing (too little is mapped), undetermined (nobody competes), ok.
    """
    few = np.full(len(value), mapped != "ok")
    known = value.mask(few | around.lost)
    lost = ("edge", around.edge), ("unreachable", around.lost), ("missing", few)
    return _columns(known, *lost, ("undetermined", known.isna().to_numpy()))


def met_columns(
    value: pd.Series, around: Surroundings, *, mapped: str, on_foot: bool = True, imputed: Bool | None = None
) -> Columns:
    """Whether something is met (1, 0, NaN not known), as columns; nobody is judged at the edge of the data.

    Parameters
        on_foot : an address without a way is unknown; not where distances are straight.
        imputed : the value rests on what was assumed.

    Notes
        Edge, unreachable (no way), missing (too little is mapped), undetermined (may be met), imputed, ok.
    """
    lost = around.lost & on_foot
    few = np.full(len(value), mapped != "ok")
    known = value.mask(few | lost | around.edge)
    cases = ("edge", around.edge), ("unreachable", lost), ("missing", few), ("undetermined", known.isna().to_numpy())
    return _columns(known, *cases, ("imputed", np.zeros(len(value), dtype=bool) if imputed is None else imputed))


def share_columns(share: pd.Series, known: pd.Series, around: Surroundings, *, least: float) -> Columns:
    """A share of the length of ways with its status, as columns; unknown where less than `least` of it is mapped."""
    few = ~(known >= least).to_numpy()
    value = share.mask(few | around.lost)
    return _columns(value, ("edge", around.edge), ("unreachable", around.lost), ("missing", few))


def _columns(value: pd.Series, *cases: tuple[str, Bool]) -> Columns:
    name = str(value.name)
    return {name: value, f"{name}_status": first_status(value.index, *cases, name=f"{name}_status")}


def table_of(columns: Columns, setting: Setting) -> pd.DataFrame:
    """The columns as a table, a row per address."""
    return pd.DataFrame(columns, index=setting.area.addresses.index)


def series(values: npt.NDArray[np.float64], name: str, setting: Setting) -> pd.Series:
    """Values of the addresses under the name of their indicator."""
    return pd.Series(values, index=setting.area.addresses.index, name=name)


def sparse_notes(setting: Setting, kinds: tuple[str, ...]) -> list[tuple[str, int, str, str]]:
    """Which of these kinds are mapped too sparsely to be judged, and how sparsely: code, count, text_de, text_en."""
    space = setting.area.open_space
    if space is None:
        return []
    notes = []
    for row in space.mapped[space.mapped["kind"].isin(kinds) & (space.mapped["status"] != "ok")].to_dict("records"):
        de, en = _KINDS[row["kind"]]
        n, found, least = int(row["n_places"]), float(row["per_1000_residents"]), float(row["minimum_per_1000"])
        numbers = f"{n} ({found:.2f} je 1000 Einwohner; nötig {least:g})".replace(".", ",")
        notes.append(
            (
                f"sparse_{row['kind']}",
                n,
                f"Zu wenige erfasste {de}: {numbers}. Ihre Werte sind unbekannt oder nur eine Grenze.",
                f"Too few mapped {en}: {n} ({found:.2f} per 1000 residents; {least:g} needed). "
                "Their values are unknown or only a bound.",
            )
        )
    return notes
