"""An attacker holds every public table of a real run and the open census, and solves for what is held back."""

from __future__ import annotations

import itertools
from types import SimpleNamespace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from scipy.optimize import linprog

from nahraum.tables import PREREQUISITES

pytestmark = pytest.mark.xdist_group("town")
K, UNIT, LACKS_NEEDED = 3, 5.0, 2
STEPS = (0.001, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5)
LADDERS = {"floor_area_m2_per_resident": (0.1, 30.0)}
TYPES = [
    (space, *rest) for space in (0.0, 1.0, None) for rest in itertools.product((0.0, 1.0), repeat=3)
]  # lacks of a person in the order of PREREQUISITES; living space may be unknown


def _read(town: SimpleNamespace, name: str) -> pd.DataFrame:
    return pd.read_csv(town.public / "tables" / f"{name}.csv", sep=";", decimal=",", na_values=["."],
                       encoding="utf-8-sig", dtype={"quarter_id": str})  # fmt: skip


def _step(size: float) -> float:
    return next((step for step in STEPS if step * size >= UNIT - 1e-9), STEPS[-1])


def _span(share: float, size: float) -> tuple[float, float]:
    """Persons that a published share may stand for: its step and the unit that the persons were rounded to."""
    half = _step(size) * size / 2 + UNIT / 2 + 1e-6
    return max(0.0, share * size - half), min(size, share * size + half)


def _small(low: float, high: float) -> bool:
    """Whether nothing but 1..k-1 whole persons is left."""
    first, last = np.ceil(low - 1e-6), np.floor(high + 1e-6)
    return bool(1 <= first <= last <= K - 1)


def _at_least(k: int, unknown: float) -> np.ndarray:
    counts = [sum(unknown if lack is None else lack for lack in kind) for kind in TYPES]
    return (np.array(counts) >= k).astype(float)


def _lacking(at: int) -> tuple[np.ndarray, np.ndarray]:
    lack = np.array([kind[at] == 1.0 for kind in TYPES], dtype=float)
    return lack, np.array([kind[at] is not None for kind in TYPES], dtype=float)


class Attack:
    """Persons of each type in each quarter, and all that the tables say of sums of them."""

    def __init__(self, quarters: pd.DataFrame) -> None:
        self.quarters = quarters
        self.n = len(TYPES) * len(quarters)
        self.rows: list[np.ndarray] = []
        self.bounds: list[float] = []
        everywhere = np.ones(len(quarters), dtype=bool)
        for at, row in enumerate(quarters.to_dict("records")):
            here = np.arange(len(quarters)) == at
            self.between(self.sum(np.ones(len(TYPES)), here), row["residents"], row["residents"])
            self.area(row, here)
        self.everywhere = everywhere

    def sum(self, kinds: np.ndarray, where: np.ndarray) -> np.ndarray:
        return np.outer(where, kinds).ravel().astype(float)

    def between(self, row: np.ndarray, low: float, high: float) -> None:
        self.rows += [row, -row]
        self.bounds += [high + 1e-6, -low + 1e-6]

    def area(self, row: dict[str, float], where: np.ndarray) -> None:
        """What one published row of a quarter, the municipality or a variant says."""
        size = float(row["residents"])
        for at, name in enumerate(PREREQUISITES):
            share = row.get(f"lacks_{name}_share", np.nan)
            if not np.isnan(share):
                lack, known = _lacking(at)
                half = (_step(size) / 2 + UNIT / 2 / size) * 1.3  # the known ones are somewhat fewer
                self.between_shares(lack, known, where, (share - half, share + half))
        for k in (1, 2, 3, 4):
            for end, unknown in (("_min", 0.0), ("_max", 1.0)):
                share = row.get(f"several_k{k}_share{end}", np.nan)
                if not np.isnan(share):
                    self.between(self.sum(_at_least(k, unknown), where), *_span(share, size))
        for at, name in enumerate(PREREQUISITES):
            share = row.get(f"censored_{name}_share", np.nan)
            if not np.isnan(share) and row.get("several_share_completeness") == 1.0:
                lack, _ = _lacking(at)
                self.between(self.sum(lack * _at_least(LACKS_NEEDED, 0.0), where), *_span(share, size))
        if not np.isnan(row.get("m0_min", np.nan)) and not np.isnan(row.get("m0_max", np.nan)):
            weights = sum(_at_least(k, 0.0) * (LACKS_NEEDED if k == LACKS_NEEDED else 1) for k in (2, 3, 4)) / 4
            self.between(self.sum(np.asarray(weights), where), _span(row["m0_min"], size)[0], size)

    def between_shares(
        self, lack: np.ndarray, known: np.ndarray, where: np.ndarray, share: tuple[float, float]
    ) -> None:
        self.rows += [self.sum(lack - share[1] * known, where), self.sum(share[0] * known - lack, where)]
        self.bounds += [1e-6, 1e-6]

    def solve(self, target: np.ndarray) -> tuple[float, float]:
        limits = []
        for sign in (1, -1):
            found = linprog(sign * target, A_ub=np.vstack(self.rows), b_ub=self.bounds, bounds=(0, None))
            assert found.status == 0, f"the published tables contradict each other: {found.message}"
            limits.append(sign * found.fun)
        return limits[0], limits[1]


def test_the_attacker_finds_two_persons_where_exact_sums_tell_them() -> None:
    exact = Attack(pd.DataFrame({"residents": [200.0, 300.0]}))
    lack, both = _lacking(1)[0], np.array([True, True])
    exact.between(exact.sum(lack, both), 52.0, 52.0)
    exact.between(exact.sum(lack, np.array([True, False])), 50.0, 50.0)
    assert _small(*exact.solve(exact.sum(lack, np.array([False, True]))))


@pytest.fixture(scope="module")
def attack(small_town: SimpleNamespace) -> Attack:
    quarters, whole = _read(small_town, "quarters"), _read(small_town, "municipality").iloc[0].to_dict()
    found = Attack(quarters)
    found.area(whole, found.everywhere)
    size = float(whole["residents"])
    for row in _read(small_town, "variants").to_dict("records"):
        k = 3 if row["variant_id"] == "k_3" else LACKS_NEEDED
        if row["variant_id"] in ("base", "k_3"):  # the others speak of other lacks
            found.area({"residents": size} | {f"several_k{k}_share{end}": row[f"several_share{end}"]
                                              for end in ("_min", "_max")}, found.everywhere)  # fmt: skip
    for row in _read(small_town, "combinations").to_dict("records"):
        kind = tuple(row[name] for name in PREREQUISITES)
        if not np.isnan(row["residents"]) and not np.isnan(kind).any():
            only = np.array([one == kind for one in TYPES], dtype=float)
            low, high = row["residents"] - UNIT / 2, row["residents"] + UNIT / 2
            found.between(found.sum(only, found.everywhere), max(0.0, low), high)
    return found


def test_no_small_count_of_persons_follows_from_all_tables_together(attack: Attack) -> None:
    places = [np.arange(len(attack.quarters)) == at for at in range(len(attack.quarters))] + [attack.everywhere]
    for where in places:
        size = float(attack.quarters["residents"].to_numpy()[where].sum())
        for at, name in enumerate(PREREQUISITES):
            for target in (_lacking(at)[0], _lacking(at)[0] * (1 - _at_least(2, 0.0))):
                low, high = attack.solve(attack.sum(target, where))
                assert not _small(low, high) and not _small(size - high, size - low), (name, where)
        for k in (1, 2, 3, 4):
            low, high = attack.solve(attack.sum(_at_least(k, 0.0), where))
            assert not _small(low, high) and not _small(size - high, size - low), (k, where)
            exactly = _at_least(k, 0.0) - (_at_least(k + 1, 0.0) if k < 4 else 0.0)
            assert not _small(*attack.solve(attack.sum(exactly, where))), (k, where)


def test_no_combination_of_lacks_of_one_or_two_persons_follows_from_all_tables_together(attack: Attack) -> None:
    for at in range(len(TYPES)):
        only = np.arange(len(TYPES)) == at
        assert not _small(*attack.solve(attack.sum(only, attack.everywhere))), TYPES[at]


def test_no_share_of_a_cell_times_its_residents_is_one_or_two_persons(small_town: SimpleNamespace) -> None:
    cells = gpd.read_parquet(small_town.public / "cells.parquet")
    known = cells[cells["residents"].notna()]
    assert (known["residents"] >= 10).all()
    personal = ("m0_", "a_", "censored_", "contribution_", "residents_", "several_k", "several_share_m")
    assert [c for c in cells if c.startswith(personal) or c in ("m0", "a") or c.endswith("_residents")] == []
    shares = [c for c in cells if c.endswith("_share") and c != "in_target_share"] + [
        c for c in cells if c.endswith("_completeness")
    ]
    for column in shares:
        for share, size in known[[column, "residents"]].dropna().itertuples(index=False):
            step = max(_step(size), 0.2) if column == "several_share" else _step(size)
            low, high = max(0.0, share - step / 2) * size, min(1.0, share + step / 2) * size
            assert not _small(low, high) and not _small(size - high, size - low), (column, share, size)


def _mean_step(residents: float) -> float:
    finest, apart = LADDERS["floor_area_m2_per_resident"]
    ladder = [step for step in (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0) if step >= finest]
    return next((step for step in ladder if step * residents >= UNIT * apart), apart)


def _solve_cells(
    part: pd.DataFrame, quarter: pd.Series, locations: pd.DataFrame, target: np.ndarray
) -> tuple[float, float]:
    """Least and most residents of hidden cells, from the residents of the quarter, the mean of floor area with the
    open census, and the residents of locations."""
    hidden = part[part["residents"].isna()]
    rest = float(quarter["residents"] - part["residents"].sum())
    rows, bounds = [np.ones(len(hidden)), -np.ones(len(hidden))], [rest + 1e-6, -rest + 1e-6]
    mean, area = quarter["floor_area_m2_per_resident"], hidden["floor_area"].to_numpy()
    if not np.isnan(mean) and not np.isnan(area).any() and quarter["floor_area_m2_per_resident_completeness"] == 1.0:
        told = part["residents"].notna() & part["floor_area"].notna()
        total = float(mean * quarter["residents"] - (part["floor_area"] * part["residents"])[told].sum())
        half = _mean_step(quarter["residents"]) * quarter["residents"] / 2 + 1e-3
        rows, bounds = [*rows, area, -area], [*bounds, total + half, half - total]
    for location in locations.itertuples():
        inside = (part["location_id"] == location.location_id).to_numpy()
        one_quarter = str(location.quarter_ids) == str(quarter["quarter_id"])
        if one_quarter and (inside & part["residents"].isna().to_numpy()).any() and not np.isnan(location.residents):
            left = location.residents - part.loc[inside, "residents"].sum()
            at = (hidden["location_id"] == location.location_id).to_numpy(dtype=float)
            rows, bounds = [*rows, at, -at], [*bounds, left + 5.0, 5.0 - left]
    limits = []
    for sign in (1, -1):
        found = linprog(sign * target, A_ub=np.vstack(rows), b_ub=bounds, bounds=(1, None))
        assert found.status == 0, (quarter["quarter_id"], found.message)
        limits.append(sign * found.fun)
    return limits[0], limits[1]


def test_the_residents_of_no_cell_below_ten_follow_from_quarters_and_the_open_census(
    small_town: SimpleNamespace,
) -> None:
    cells = pd.DataFrame(gpd.read_parquet(small_town.public / "cells.parquet").drop(columns="geometry"))
    truth = gpd.read_parquet(small_town.public.parent / "internal" / "cells.parquet")
    truth["cell_id"] = _cell_ids(truth)
    joined = cells.merge(
        truth[["cell_id", "residents", "floor_area_m2_per_resident"]].rename(
            columns={"residents": "truth", "floor_area_m2_per_resident": "floor_area"}
        ),
        on="cell_id", how="left", validate="one_to_one",
    )  # fmt: skip
    if "location_id" not in joined:
        joined["location_id"] = ""
    locations, looked_at = _read(small_town, "locations"), 0
    for _, quarter in _read(small_town, "quarters").iterrows():
        part = joined[joined["quarter_id"].astype(str) == quarter["quarter_id"]]
        hidden = part[part["residents"].isna()]
        for place, cell in enumerate(hidden.itertuples()):
            if cell.truth >= 10 or np.isnan(quarter["residents"]):
                continue
            target = (np.arange(len(hidden)) == place).astype(float)
            low, high = _solve_cells(part, quarter, locations, target)
            assert np.floor(high + 1e-6) > np.ceil(low - 1e-6), (cell.cell_id, low, high)
            looked_at += 1
    assert looked_at > 0


def _cell_ids(truth: pd.DataFrame) -> np.ndarray:
    from nahraum.grid import cell_id

    return np.asarray(truth["cell_id"] if "cell_id" in truth else cell_id(truth["cell_key"].to_numpy()))
