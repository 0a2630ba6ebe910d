"""From the counts of a census to the households of a study: which cells it has, which rents, which quarters."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from nahraum.frames import require
from nahraum.grid import parent_key
from nahraum.households.contracts import PLACES
from nahraum.households.counted import margins_of_counts
from nahraum.households.homes import Homes, homes_in_quarters
from nahraum.households.synthesis import FittedUnits, fitted_units
from nahraum.households.variants import Variant
from nahraum.parameters import Parameters
from nahraum.tables import GridTable

_RENT = "net_cold_rent_eur_m2"
_USUAL = Variant("as_assumed")


@dataclass(frozen=True)
class Ground:
    """Where the households of a study live.

    addresses : `tables.ADDRESSES`. names : of the quarters, by quarter_id.
    rents : census table with net_cold_rent_eur_m2; None where the study has none.
    """

    addresses: pd.DataFrame
    names: pd.Series
    rents: GridTable | None = None


def homes_from_counts(counts: pd.DataFrame, ground: Ground, parameters: Parameters, variant: Variant = _USUAL) -> Homes:
    """Counts to margins, margins to households, households to quarters.

    Parameters
        counts : `tables.HOUSEHOLD_COUNTS`.
        variant : seed of chance and strength of association; its rates are among the parameters already.

    Raises
        InputError where no size of any household is counted, or no unit of cells has enough households.
    """
    return Counted.of(counts, ground, parameters).homes(parameters, variant)


@dataclass(frozen=True, eq=False)
class Counted:
    """Counts as margins, for several variants of the same households: each strength of association is fitted once.

    parameters : of the study; a variant's differ in what is assumed of persons only (`Variant.overrides`).
    """

    margins: pd.DataFrame
    cells: pd.DataFrame
    ground: Ground
    rents: pd.DataFrame | None
    parameters: Parameters
    _fitted: dict[float, FittedUnits] = field(default_factory=dict)

    @staticmethod
    def of(counts: pd.DataFrame, ground: Ground, parameters: Parameters) -> Counted:
        """Counts to margins; as `homes_from_counts`."""
        cells = cells_of(ground.addresses)
        rents = None if ground.rents is None else _by_cell(ground.rents, cells["cell_key"])
        return Counted(margins_of_counts(counts, cells, parameters), cells, ground, rents, parameters)

    def homes(self, parameters: Parameters, variant: Variant = _USUAL, *, fits: bool = True) -> Homes:
        """Margins to households, households to quarters.

        Parameters
            parameters : with the variant's rates. fits : whether it is told how well they fit; else its table is empty.
        """
        first = float(self.parameters.value("households.association")[0])
        strength = first if variant.strength is None else variant.strength
        if strength not in self._fitted:
            self._fitted[strength] = fitted_units(
                self.margins, self.cells, parameters=self.parameters, strength=strength
            )  # fmt: skip
        made = self._fitted[strength].households(parameters, seed=variant.seed, fits=fits)
        return homes_in_quarters(
            made, self.ground.addresses, names=self.ground.names, rents=self.rents, parameters=parameters,
            seed=variant.seed,
        )  # fmt: skip


def cells_of(addresses: pd.DataFrame) -> pd.DataFrame:
    """`contracts.PLACES`: the cells with addresses inside the study, and the number of their municipality."""
    here = addresses[addresses["inside"]]
    town = here["municipality_id"] if "municipality_id" in here else pd.Series("", index=here.index)
    number = pd.to_numeric(town, errors="coerce").fillna(0).astype(np.int64)
    people = pd.DataFrame({"cell_key": here["cell_key"], "municipality_key": number, "residents": here["residents"]})
    summed: pd.DataFrame = people.groupby(["cell_key", "municipality_key"])["residents"].sum().reset_index()
    ordered = summed.sort_values(["cell_key", "residents", "municipality_key"], ascending=[True, False, True])
    first = ordered.drop_duplicates("cell_key")[["cell_key", "municipality_key"]].reset_index(drop=True)
    return require(first, PLACES, called="cells of households")


def _by_cell(rents: GridTable, cells: pd.Series) -> pd.DataFrame | None:
    """Rents of 100 m cells; those of a coarser table hold for all of its cells."""
    if _RENT not in rents.table:
        return None
    keys = cells.to_numpy()
    above = keys if rents.size_m == 100 else parent_key(keys, 100, rents.size_m)
    table = rents.table.set_index("cell_key")[[_RENT, f"{_RENT}_status"]].reindex(above)
    return table.assign(cell_key=keys).reset_index(drop=True)
