"""Synthetic households in dwellings for every unit of cells, fitted to all margins of the census there are."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from nahraum.errors import InputError
from nahraum.frames import require
from nahraum.grid import parent_key
from nahraum.households import margins as published
from nahraum.households.assembly import assembled
from nahraum.households.contracts import CLASSES, OF_HOUSEHOLDS, OF_PERSONS, PLACES, STATED
from nahraum.households.fitting import Fitted, Weights, fit_level
from nahraum.households.labels import labelled
from nahraum.households.margins import Margin
from nahraum.households.persons import aged, ages_of_level
from nahraum.households.pools import units as pooled
from nahraum.households.quality import Where, fit_table
from nahraum.households.seed import Block, seed_blocks
from nahraum.parameters import Parameters

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Synthetic:
    """Households, the unit of every cell, the fit of every margin; and what draws start from.

    open : dimensions without any published class: no column of the households.
    statement : goes with every file that holds these households.
    """

    households: pd.DataFrame
    pools: pd.DataFrame
    fits: pd.DataFrame
    open: tuple[str, ...]
    unit_ids: Ints
    totals: Ints
    blocks: dict[str, Block]
    fitted: Fitted
    margins: dict[str, Margin]
    statement: str = STATED


def synthetic_households(
    margins: pd.DataFrame,
    cells: pd.DataFrame,
    *,
    parameters: Parameters | None = None,
    seed: int = 1,
    strength: float | None = None,
) -> Synthetic:
    """Households with size, type, ages, tenure, in dwellings with rooms, floor area, building, per unit of cells.

    Parameters
        margins : `contracts.MARGINS`: counts of the cell, its 1 km cell, its municipality.
        cells : `contracts.PLACES`: the inhabited cells.
        seed : same seed, same households; those of a unit do not depend on the other units.
        strength : association of the seed; the first of households.association by default.

    Returns
        A dimension without any published class on any level is no column. A cell that does not publish a dimension has
        it from its kilometre, else from the municipality, else from the seed: `fits` says where classes are open.

    Raises
        InputError for impossible margins, cells that repeat, or where no cell has a household; all problems at once.

    References
        Lovelace, R. & Dumont, M. (2016). Spatial microsimulation with R. doi 10.1201/9781315381640.
        Cox, L. H. (1987). doi 10.1080/01621459.1987.10478455.
    """
    return fitted_units(margins, cells, parameters=parameters, strength=strength).households(parameters, seed=seed)


@dataclass(frozen=True, eq=False)
class FittedUnits:
    """What households are made of, whatever the chance: units, their margins and fitted weights."""

    blocks: dict[str, Block]
    shown: _Shown
    pools: pd.DataFrame
    fitted: Fitted
    absent: tuple[str, ...]
    ages: tuple[npt.NDArray[np.float64], Ints] | None
    where: Where
    unit: Ints

    def households(self, parameters: Parameters | None = None, *, seed: int = 1, fits: bool = True) -> Synthetic:
        """The households of the units.

        Parameters
            parameters : those of the fit; what is assumed of persons by age may be other.
            fits : whether it is told how well they fit; else that table is empty.
        """
        known, shown, fitted = parameters or Parameters(), self.shown, self.fitted
        homes = assembled(
            self.blocks, fitted.weights, shown.totals, units=shown.ids, seed=seed, absent=self.absent
        )  # fmt: skip
        if self.ages is not None:
            block = self.blocks["persons"]
            homes, fitted = _with_ages(homes, fitted, shown, block, start=self.ages, parameters=known, seed=seed)
        told = pd.DataFrame()
        if fits:
            told = fit_table(
                homes, shown.ids, shown.margins, fitted.targets, fitted, self.blocks, self.where, self.unit
            )  # fmt: skip
        return Synthetic(
            labelled(homes, shown.ids, self.absent, known), self.pools, told, self.absent, shown.ids, shown.totals,
            self.blocks, fitted, shown.margins,
        )  # fmt: skip


def fitted_units(
    margins: pd.DataFrame, cells: pd.DataFrame, *, parameters: Parameters | None = None, strength: float | None = None
) -> FittedUnits:
    """The units and weights that `synthetic_households` makes its households of; as there."""
    known = parameters or Parameters()
    rows = _with_sizes(published.checked(margins))
    places = require(cells, PLACES, called="cells of households").sort_values("cell_key", ignore_index=True)
    keys, town = places["cell_key"].to_numpy(), places["municipality_key"].to_numpy()
    km = parent_key(keys)
    powers = known.value("households.association")
    blocks = seed_blocks(known, float(powers[0]) if strength is None else strength)
    unit, shown, pools = _units(rows, keys, km, town, known)
    above, parent, levels = _above(rows, blocks, km, town, known)
    first = np.searchsorted(keys, shown.ids)
    fitted = fit_level(blocks, shown.margins, shown.totals.astype(float), above, parent[first], known)
    there = {name for each in (shown.margins, *levels) for name in each}
    absent = tuple(name for name in CLASSES if name not in there)
    ages = (above["persons"], parent[first]) if there & set(OF_PERSONS) else None
    where = {"km": (km, levels[1]), "municipality": (town, levels[0])}
    return FittedUnits(blocks, shown, pools, fitted, absent, ages, where, unit)


def _with_ages(
    homes: pd.DataFrame,
    fitted: Fitted,
    shown: _Shown,
    block: Block,
    *,
    start: tuple[npt.NDArray[np.float64], Ints],
    parameters: Parameters,
    seed: int,
) -> tuple[pd.DataFrame, Fitted]:
    """The households with the ages of their people, and the fit with that of the ages."""
    ages, how = aged(homes, shown.ids, block, margins=shown.margins, start=start, parameters=parameters, seed=seed)
    weights, targets = {**fitted.weights, "persons": how.weights}, {**fitted.targets, **how.targets}
    return pd.concat([homes, ages], axis=1), replace(fitted, weights=weights, targets=targets)


def _with_sizes(rows: pd.DataFrame) -> pd.DataFrame:
    """The same rows. Raises InputError where nobody publishes sizes: a household without a size is none."""
    if not ((rows["dimension"] == "household_size") & (rows["class_id"] > 0) & rows["count"].notna()).any():
        raise InputError(
            "margins of households know no size of any household",
            where=f"dimensions there are: {sorted(rows['dimension'].unique())}",
            expected="household_size, at least for the municipality",
            fix="fetch the census table of households by size",
        )
    return rows


@dataclass(frozen=True)
class _Shown:
    """Units with enough households: their ids, households and margins."""

    ids: Ints
    totals: Ints
    margins: dict[str, Margin]


def _units(
    rows: pd.DataFrame, keys: Ints, km: Ints, town: Ints, parameters: Parameters
) -> tuple[Ints, _Shown, pd.DataFrame]:
    """The unit of every cell, the units that are shown, and the table of pools."""
    most, least = parameters.number("households.suppressed_most"), int(parameters.number("households.pool_below"))
    of_cells = published.read_level(rows, "cell", keys, suppressed_most=most)
    number, code = published.households_of(of_cells, keys.size)
    unit = pooled(keys, km, town, number, least=least)
    ids, place = np.unique(unit, return_inverse=True)
    totals, codes = np.zeros(ids.size, dtype=np.int64), np.zeros(ids.size, dtype=np.int64)
    np.add.at(totals, place, number)
    np.maximum.at(codes, place, np.where(code == published.MISSING, published.UNRELIABLE, code))
    keep = totals >= max(least, 1)
    if not keep.any():
        raise InputError(
            f"no unit of cells has {least} households or more",
            where=f"{keys.size} cells with {int(number.sum())} known households in all",
            expected="counts of households or dwellings of the level 'cell'",
            fix="give totals (class_id 0) or sizes of households, or more cells",
        )
    for name in (each for each in of_cells if each in OF_HOUSEHOLDS):
        of_cells[name] = published.capped(of_cells[name], number.astype(np.float64), code == published.OK)
    summed = {name: published.summed(each, place, ids.size) for name, each in of_cells.items()}
    chosen = {
        name: Margin(m.published[keep], m.lower[keep], m.upper[keep], m.code[keep], m.stated[keep])
        for name, m in summed.items()
    }
    status = np.where(keep, np.array(published.NAMES, dtype=object)[codes], "suppressed")
    table = {"cell_key": keys, "unit_id": unit, "n_households": totals[place], "n_households_status": status[place]}
    return unit, _Shown(ids[keep], totals[keep], chosen), pd.DataFrame(table)


def _above(
    rows: pd.DataFrame, blocks: dict[str, Block], km: Ints, town: Ints, parameters: Parameters
) -> tuple[Weights, Ints, tuple[dict[str, Margin], dict[str, Margin]]]:
    """Weights of municipalities, then of kilometres in them; the parent of every cell; the margins of both levels."""
    shipped = {name: block.weights[None, :] for name, block in blocks.items()}
    towns, of_town = np.unique(town, return_inverse=True)
    start, upper = _level(
        rows, "municipality", towns, blocks, shipped, np.zeros(towns.size, dtype=np.int64), parameters
    )
    squares, first, of_km = np.unique(km, return_index=True, return_inverse=True)
    weights, lower = _level(rows, "km", squares, blocks, start, of_town[first].astype(np.int64), parameters)
    return weights, of_km.astype(np.int64), (upper, lower)


def _level(
    rows: pd.DataFrame,
    level: str,
    keys: Ints,
    blocks: dict[str, Block],
    above: Weights,
    parent: Ints,
    parameters: Parameters,
) -> tuple[Weights, dict[str, Margin]]:
    """Weights of one level; where an area has no household known, those of the level above."""
    most = parameters.number("households.suppressed_most")
    margins = published.read_level(rows, level, keys, suppressed_most=most)
    totals = published.households_of(margins, keys.size)[0].astype(np.float64)
    none = totals == 0
    found = {name: above[name][parent] for name in above}
    found["persons"] = ages_of_level(blocks["persons"], margins, above["persons"], parent, parameters)
    if not none.all():
        fitted = fit_level(blocks, margins, np.where(none, 1.0, totals), above, parent, parameters)
        found |= {name: np.where(none[:, None], found[name], each) for name, each in fitted.weights.items()}
    return found, margins
