"""How much a relation hangs on how the map is cut (MAUP): the same numbers over other zones."""

from __future__ import annotations

import heapq
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pandas as pd

from nahraum.errors import InputError
from nahraum.parameters import Parameters

Floats = npt.NDArray[np.float64]
Int64 = npt.NDArray[np.int64]
Statistic = Callable[[Floats, Floats, Floats], float]
CELL_M, OFFSETS = 100, ((0.0, 0.0), (0.5, 0.0), (0.0, 0.5), (0.5, 0.5))
NEEDED = ("x_m", "y_m", "residents", "a", "b")


def weighted_correlation(weight: Floats, a: Floats, b: Floats) -> float:
    """Correlation of two values of zones, each zone counted by its residents; NaN where one does not vary."""
    if len(weight) < 3 or not weight.sum() > 0:
        return float("nan")
    share = weight / weight.sum()
    of_a, of_b = a - (share * a).sum(), b - (share * b).sum()
    spread = np.sqrt((share * of_a**2).sum() * (share * of_b**2).sum())
    return float((share * of_a * of_b).sum() / spread) if spread > 0 else float("nan")


def zone_means(zone: Int64, residents: Floats, values: Floats) -> tuple[Floats, Floats]:
    """Residents and their mean value, zone by zone (zones without residents left out)."""
    n = int(zone.max()) + 1
    people: Floats = np.bincount(zone, residents, n).astype(np.float64)
    total: Floats = np.bincount(zone, residents * values, n).astype(np.float64)
    inhabited = people > 0
    return people[inhabited], total[inhabited] / people[inhabited]


def square_zones(x_m: Floats, y_m: Floats, size_m: float, offset: tuple[float, float]) -> Int64:
    """Squares of a grid that is moved by a share of its size."""
    column = np.floor((x_m - offset[0] * size_m) / size_m).astype(np.int64)
    row = np.floor((y_m - offset[1] * size_m) / size_m).astype(np.int64)
    return np.unique(np.column_stack([row, column]), axis=0, return_inverse=True)[1].reshape(-1).astype(np.int64)


def _neighbours(x_m: Floats, y_m: Floats) -> list[list[int]]:
    """Cells that share a side, by their place on the 100 m grid."""
    column, row = (np.floor(values / CELL_M).astype(np.int64) for values in (x_m, y_m))
    place = {(int(r), int(c)): i for i, (r, c) in enumerate(zip(row, column, strict=True))}
    steps = ((1, 0), (-1, 0), (0, 1), (0, -1))
    return [
        [place[key] for dr, dc in steps if (key := (int(r) + dr, int(c) + dc)) in place]
        for r, c in zip(row, column, strict=True)
    ]


def grown_zones(x_m: Floats, y_m: Floats, residents: Floats, n_zones: int, rng: np.random.Generator) -> Int64:
    """Zones of about equal residents grown at random: the smallest zone always takes the next cell beside it.

    A zone that others have walled in stays smaller; cells that no zone can reach (islands) go to the nearest seed.
    """
    near = _neighbours(x_m, y_m)
    seeds = rng.choice(len(x_m), size=min(n_zones, len(x_m)), replace=False)
    zone = np.full(len(x_m), -1, dtype=np.int64)
    zone[seeds] = np.arange(len(seeds))
    heap = [(float(residents[cell]), number) for number, cell in enumerate(seeds)]
    heapq.heapify(heap)
    border = [list(near[cell]) for cell in seeds]
    while heap:
        people, number = heapq.heappop(heap)
        free = [cell for cell in border[number] if zone[cell] < 0]
        if not free:
            continue
        taken = free[int(rng.integers(len(free)))]
        zone[taken] = number
        border[number] = [cell for cell in free if cell != taken] + near[taken]
        heapq.heappush(heap, (people + float(residents[taken]), number))
    for cell in np.flatnonzero(zone < 0):
        zone[cell] = int(np.argmin((x_m[seeds] - x_m[cell]) ** 2 + (y_m[seeds] - y_m[cell]) ** 2))
    return zone


def _checked(cells: pd.DataFrame) -> pd.DataFrame:
    missing = [name for name in (*NEEDED, "quarter_id") if name not in cells.columns]
    if missing:
        raise InputError(
            "the cells cannot be cut into zones", where=f"columns missing: {missing}",
            expected=", ".join((*NEEDED, "quarter_id")), fix="one row per inhabited 100 m cell",
        )  # fmt: skip
    known = cells[list(NEEDED)].notna().all(axis=1) & (cells["residents"] > 0)
    if known.sum() < 3:
        raise InputError("fewer than three cells with both values", expected="inhabited cells with known values",
                         fix="choose indicators that are known in more cells")  # fmt: skip
    return cells[known].reset_index(drop=True)


def _systems(cells: pd.DataFrame, parameters: Parameters, seed: int) -> list[tuple[str, str, Int64]]:
    x, y, people = (cells[name].to_numpy(dtype=np.float64) for name in ("x_m", "y_m", "residents"))
    quarters = pd.factorize(cells["quarter_id"], sort=True)[0].astype(np.int64)
    found = [("cells", "", np.arange(len(cells), dtype=np.int64)), ("quarters", "", quarters)]
    for size in parameters.value("robust.maup_grid_m"):
        found += [
            (f"squares_{size}", f"{dx:g}/{dy:g}", square_zones(x, y, float(size), (dx, dy))) for dx, dy in OFFSETS
        ]
    rng, n = np.random.default_rng(seed), int(quarters.max()) + 1
    for turn in range(int(parameters.number("robust.maup_random_systems"))):
        found.append(("grown", str(turn), grown_zones(x, y, people, n, rng)))
    return found


def zone_dependence(
    cells: pd.DataFrame, parameters: Parameters, *, statistic: Statistic = weighted_correlation, seed: int = 1
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """A statistic of two values over cells, quarters, squares at four offsets, and random zones of the quarters' size.

    Parameters
        cells : x_m, y_m, residents, a, b, quarter_id of inhabited 100 m cells; rows with unknown values are left out.
        statistic : of residents and both values of the zones; by default the correlation weighted by residents.

    Returns
        systems : system, version, n_zones, value. summary : system, n_systems, lowest, highest, sign_changes (share of
        the versions whose sign differs from that over quarters); the system "all" holds every one.

    Raises
        InputError where columns are missing or fewer than three cells are known.
    """
    known = _checked(cells)
    people, a, b = (known[name].to_numpy(dtype=np.float64) for name in ("residents", "a", "b"))
    rows = []
    for system, version, zone in _systems(known, parameters, seed):
        weight, of_a = zone_means(zone, people, a)
        _, of_b = zone_means(zone, people, b)
        rows.append((system, version, len(weight), statistic(weight, of_a, of_b)))
    table = pd.DataFrame(rows, columns=["system", "version", "n_zones", "value"])
    reference = float(table.loc[table["system"] == "quarters", "value"].iloc[0])
    changed = (np.sign(table["value"]) != np.sign(reference)) & table["value"].notna()
    every = pd.concat([table.assign(changed=changed), table.assign(system="all", changed=changed)], ignore_index=True)
    groups = every.groupby("system", sort=True)
    summary = groups.agg(n_systems=("value", "size"), lowest=("value", "min"), highest=("value", "max"),
                         sign_changes=("changed", "mean")).reset_index()  # fmt: skip
    return table, summary
