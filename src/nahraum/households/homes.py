"""Households of a study: in which quarters they live, at which rents, and what the draws say of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from nahraum.households.assembly import handed_out
from nahraum.households.contracts import BANDS, RENTS, STATED
from nahraum.households.drawn import drawn_households
from nahraum.households.labels import words
from nahraum.households.rounding import uniforms, whole
from nahraum.households.synthesis import Synthetic
from nahraum.parameters import Parameters

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
_QUARTER = 30  # stream of chance


@dataclass(frozen=True)
class Homes:
    """Synthetic households of a study with their quarters; no row is a household that exists.

    households : `contracts.HOUSEHOLDS` with quarter_id, net_cold_rent_eur_m2, rent_class; only those inside the study.
    units : `contracts.UNITS`. places : `contracts.UNIT_PLACES`. quarters : `contracts.HOME_QUARTERS`.
    made : the fit they come from: made.fits, made.open.
    statement : goes with every file that holds anything of this.
    """

    households: pd.DataFrame
    units: pd.DataFrame
    places: pd.DataFrame
    quarters: pd.DataFrame
    made: Synthetic
    statement: str = STATED


def homes_in_quarters(
    made: Synthetic,
    addresses: pd.DataFrame,
    *,
    names: pd.Series,
    rents: pd.DataFrame | None = None,
    parameters: Parameters,
    seed: int = 1,
) -> Homes:
    """The households of a study, dealt to the quarters their units lie in.

    Parameters
        addresses : `tables.ADDRESSES` of all cells of the units.
        names : of the quarters, by quarter_id.
        rents : cell_key, net_cold_rent_eur_m2 and its status, of 100 m cells; None where the study has none.

    Notes
        Every quarter gets its whole share of a unit's households by the residents of the addresses (largest
        remainders), dealt by chance: below a quarter it says nothing where a household is.
    """
    places = unit_places(made.pools, addresses)
    shown = _rents(made.unit_ids, places, rents)
    settling = _Settling.of(made.households["unit_id"].to_numpy(), made.unit_ids, places, shown)
    households = _inside(settling.settled(made.households, parameters=parameters, seed=seed))
    per_unit = households.groupby("unit_id")["household_size"].agg(["size", "sum"]).reindex(made.unit_ids, fill_value=0)
    status = made.pools.drop_duplicates("unit_id").set_index("unit_id")["n_households_status"]
    units = pd.DataFrame(
        {
            "unit_id": made.unit_ids,
            "n_households": per_unit["size"].to_numpy(dtype=np.int64),
            "n_households_status": status.reindex(made.unit_ids).to_numpy(dtype=object),
            "n_persons": per_unit["sum"].to_numpy(dtype=np.int64),
            "net_cold_rent_eur_m2": shown["net_cold_rent_eur_m2"].to_numpy(),
            "net_cold_rent_eur_m2_status": shown["status"].to_numpy(dtype=object),
        }
    )
    return Homes(households, units, places, _quarters(households, addresses, names), made)


def drawn_homes(homes: Homes, parameters: Parameters, *, n: int | None = None, seed: int = 1) -> Iterator[pd.DataFrame]:
    """Tables with the columns of `homes.households`, one per draw of what the counts leave open.

    Parameters
        n : how many; households.draws by default.

    Notes
        `drawn.drawn_households` tells what is drawn. A measure written for `homes.households` has its interval from
        the quantiles households.interval over these tables.
    """
    number = int(parameters.number("households.draws")) if n is None else n
    shown = homes.units.rename(columns={"net_cold_rent_eur_m2_status": "status"})
    made = drawn_households(homes.made, parameters=parameters, n=number, seed=seed)
    settling = _Settling.of(
        np.repeat(homes.made.unit_ids, homes.made.totals), homes.made.unit_ids, homes.places, shown
    )  # fmt: skip
    for draw, table in enumerate(made):
        yield _inside(settling.settled(table, parameters=parameters, seed=seed + 1000 * (draw + 1)))


def unit_places(pools: pd.DataFrame, addresses: pd.DataFrame) -> pd.DataFrame:
    """`contracts.UNIT_PLACES`: where the people of every unit that is shown live, without communal accommodation."""
    unit = pools.loc[pools["n_households_status"] != "suppressed"].set_index("cell_key")["unit_id"]
    mine = addresses[addresses["cell_key"].isin(unit.index)]
    private = np.maximum(mine["residents"] - mine["residents_communal"], 0.0)
    rows = mine[["cell_key", "quarter_id", "inside"]].assign(residents=private)
    rows = rows.assign(unit_id=rows["cell_key"].map(unit).astype(np.int64))
    keys = ["unit_id", "cell_key", "quarter_id", "inside"]
    summed: pd.DataFrame = rows.groupby(keys, sort=True)["residents"].sum().reset_index()
    total = summed.groupby("unit_id")["residents"].transform("sum")
    parts = summed.groupby("unit_id")["residents"].transform("size")
    share = np.where(total > 0, summed["residents"] / total.where(total > 0, 1.0), 1.0 / parts)
    return summed.assign(share=share)


def _rents(ids: Ints, places: pd.DataFrame, rents: pd.DataFrame | None) -> pd.DataFrame:
    """Mean net cold rent of each unit over the people of its cells that publish one, and its status."""
    frame = pd.DataFrame({"unit_id": ids, "net_cold_rent_eur_m2": np.nan, "status": "missing"})
    if rents is None:
        return frame
    value, column = "net_cold_rent_eur_m2", "net_cold_rent_eur_m2_status"
    joint = places.merge(rents[["cell_key", value, column]], on="cell_key", how="left")
    told = joint[value].notna() & (joint["share"] > 0)
    known = joint[told].assign(weighed=joint["share"] * joint[value], sure=joint[column] == "ok")
    of_unit = known.groupby("unit_id").agg(share=("share", "sum"), weighed=("weighed", "sum"), sure=("sure", "all"))
    of_unit = of_unit.reindex(ids)
    mean = (of_unit["weighed"] / of_unit["share"]).to_numpy()
    complete = (of_unit["share"] > 1 - 1e-9) & of_unit["sure"].eq(True)
    status = np.where(np.isnan(mean), "missing", np.where(complete, "ok", "unreliable"))
    return frame.assign(net_cold_rent_eur_m2=mean, status=status)


@dataclass(frozen=True, eq=False)
class _Settling:
    """How many households of each unit live where, and at which rents: the same for every draw.

    unit : row of each household. counts, label : [units, slots] households and quarter of each part of a unit.
    """

    ids: Ints
    unit: Ints
    number: Ints
    counts: Ints
    label: npt.NDArray[np.object_]
    rent: Floats

    @staticmethod
    def of(unit_id: Ints, ids: Ints, places: pd.DataFrame, rents: pd.DataFrame) -> _Settling:
        """Of households in the order of their units."""
        unit = np.searchsorted(ids, unit_id)
        homes_of = np.bincount(unit, minlength=ids.size)
        number = np.arange(unit.size) - np.repeat(np.cumsum(homes_of) - homes_of, homes_of)
        grouped = places.assign(where=places["quarter_id"].where(places["inside"]))
        shares = grouped.groupby(["unit_id", "where"], as_index=False, dropna=False, sort=True)["share"].sum()
        row = np.searchsorted(ids, shares["unit_id"].to_numpy())
        slot = np.arange(row.size) - np.searchsorted(row, row)
        table = np.zeros((ids.size, int(slot.max()) + 1))
        table[row, slot] = shares["share"].to_numpy()
        table[table.sum(axis=1) == 0, 0] = 1.0
        label = np.full(table.shape, None, dtype=object)
        label[row, slot] = shares["where"].where(shares["where"].notna(), None).to_numpy(dtype=object)
        return _Settling(
            ids, unit, number, whole(table, homes_of), label, rents["net_cold_rent_eur_m2"].to_numpy()[unit]
        )

    def settled(self, households: pd.DataFrame, *, parameters: Parameters, seed: int) -> pd.DataFrame:
        """The households with quarter (None outside the study) and, for tenants, the mean rent of their unit."""
        chance = uniforms(seed, _QUARTER, self.ids[self.unit], self.number)
        nobody = np.zeros(self.unit.size, dtype=np.int64)
        dealt = handed_out(self.unit, nobody, self.counts[:, None, :], chance)
        frame = households.copy(deep=False)
        frame.insert(2, "quarter_id", pd.Series(self.label[self.unit, dealt], index=frame.index, dtype=object))
        return _with_rent(frame, self.rent, parameters)


def _inside(settled: pd.DataFrame) -> pd.DataFrame:
    """Those that live in a quarter of the study."""
    there = settled["quarter_id"].notna().to_numpy()
    return settled if there.all() else settled[there].reset_index(drop=True)


def _with_rent(frame: pd.DataFrame, mean: Floats, parameters: Parameters) -> pd.DataFrame:
    """Columns net_cold_rent_eur_m2 and rent_class of tenants, where tenure and rents are known at all."""
    if "tenure" not in frame or np.isnan(mean).all():
        return frame
    rent = np.where(frame["tenure"] == "tenant", mean, np.nan)
    limits = np.asarray(parameters.value("households.rent_limits_eur_m2"), dtype=np.float64)
    number = np.where(np.isnan(rent), len(RENTS), np.searchsorted(limits, np.nan_to_num(rent), side="right"))
    return frame.assign(net_cold_rent_eur_m2=rent, rent_class=words([*RENTS, ""], number))


def _quarters(households: pd.DataFrame, addresses: pd.DataFrame, names: pd.Series) -> pd.DataFrame:
    """`contracts.HOME_QUARTERS` with persons by age."""
    here = addresses[addresses["inside"]]
    people = here.groupby("quarter_id")[["residents", "residents_communal"]].sum().sort_index()
    grouped = households.groupby("quarter_id")
    ages = [name for name in (f"age_{band}" for band in BANDS) if name in households]
    of_homes = grouped[["household_size", *ages]].sum().reindex(people.index, fill_value=0)
    private = people["residents"] - people["residents_communal"]
    table = pd.DataFrame(
        {
            "quarter_id": people.index.to_numpy(dtype=object),
            "name": names.reindex(people.index).fillna("").to_numpy(dtype=object),
            "residents": people["residents"].to_numpy(),
            "residents_communal": people["residents_communal"].to_numpy(),
            "n_households": grouped.size().reindex(people.index, fill_value=0).to_numpy(dtype=np.int64),
            "n_persons": of_homes["household_size"].to_numpy(dtype=np.int64),
            "covered_share": (of_homes["household_size"] / private.where(private > 0)).to_numpy(),
        }
    )
    for name in ages:
        table[name.replace("age_", "persons_")] = of_homes[name].to_numpy(dtype=np.int64)
    return table
