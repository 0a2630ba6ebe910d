"""Small invented problems of choice: people, sites and what sites change, drawn from a seed."""

from __future__ import annotations

import numpy as np
from shapely.geometry import Point

from nahraum.measures.model import PARTS, Cost, Demand, Effects, MeasureType, Site
from nahraum.measures.programme import Problem, programme_problem
from nahraum.tables import SERVICES

N_SERVICES = len(SERVICES)


def measure_type(type_id: str, *, lead_years: float = 1.0, programmes: tuple[str, ...] = ()) -> MeasureType:
    cost = Cost(1.0, 1.0, 1.0)
    return MeasureType(
        type_id, type_id, type_id, "green", "site", cost, cost, 2026, "Test", "test", "2026-11-23", "proposal",
        lead_years, 20.0, {"500": 1.0}, "building", programmes, "municipality", "green_added", "drawn",
    )  # fmt: skip


def site(site_id: str, cost_eur: float, **more) -> Site:
    cost = more.pop("cost", Cost(cost_eur * 0.8, cost_eur, cost_eur * 1.5))
    running = more.pop("running", Cost(1.0, 2.0, 3.0))
    given = {"type_id": "park", "quarter_id": "Q1", "x_m": 0.0, "y_m": 0.0, "quantity": 1.0} | more
    return Site(site_id, geometry=Point(given["x_m"], given["y_m"]), edits=(), cost=cost, running=running, **given)


def demand(residents, *, within=None, access=None, m2=None, internet=None, space=None, quarter=None, k=2) -> Demand:
    """Rows of people who have everything, but for what is given."""
    n = len(residents)
    quarter = np.zeros(n, dtype=np.int64) if quarter is None else np.asarray(quarter, dtype=np.int64)
    full = np.ones(n)
    return Demand(
        np.arange(n), np.array([f"A{i:03}" for i in range(n)], dtype=object), np.arange(n), quarter,
        tuple(f"Q{i + 1}" for i in range(int(quarter.max(initial=0)) + 1)), np.asarray(residents, dtype=float),
        np.ones((n, N_SERVICES)) if within is None else np.asarray(within, dtype=float),
        full if access is None else np.asarray(access, dtype=float),
        full * 10 if m2 is None else np.asarray(m2, dtype=float),
        full * 0 if internet is None else np.asarray(internet, dtype=float),
        full * 0 if space is None else np.asarray(space, dtype=float),
        ("food_full_range",), 4, 6.0, k,
    )  # fmt: skip


def effects(records: dict[str, dict[int, dict[str, float]]]) -> Effects:
    """Effects from site -> row -> part -> change."""
    rows, changes, start = [], [], [0]
    for of_site in records.values():
        for row, parts in sorted(of_site.items()):
            rows.append(row)
            changes.append([parts.get(part, 0.0) for part in PARTS])
        start.append(len(rows))
    nothing = np.zeros(len(records))
    return Effects(
        tuple(records), np.array(start, dtype=np.int64), np.array(rows, dtype=np.int64),
        np.array(changes, dtype=float).reshape(-1, len(PARTS)), nothing, nothing, nothing,
    )  # fmt: skip


def drawn_demand(rng: np.random.Generator, n_rows: int, *, k: int = 2, n_quarters: int = 3) -> Demand:
    def flag(yes, unknown):
        return rng.choice([1.0, 0.0, np.nan], size=n_rows, p=[yes, 1 - yes - unknown, unknown])

    within = np.column_stack([flag(0.5, 0.05) for _ in SERVICES])
    m2 = np.where(
        rng.random(n_rows) < 0.05, np.nan, np.round(rng.uniform(0, 10, n_rows), 2) + 0.003
    )  # no sum is just what is needed
    internet = rng.choice([0.0, 0.25, 0.5, 1.0, np.nan], size=n_rows, p=[0.4, 0.2, 0.2, 0.15, 0.05])
    quarter = np.concatenate([np.arange(n_quarters), rng.integers(0, n_quarters, n_rows)])[:n_rows]
    return demand(
        rng.integers(1, 40, n_rows), within=within, access=flag(0.5, 0.05), m2=m2, internet=internet,
        space=flag(0.5, 0.05), quarter=quarter, k=k,
    )  # fmt: skip


def drawn_effects(rng: np.random.Generator, people: Demand, names: list[str], *, reach: int) -> Effects:
    """Services and access come where they are not and sometimes go where they are; m² and offers change by amounts."""
    records: dict[str, dict[int, dict[str, float]]] = {}
    n = len(people.row)
    flags = np.column_stack([people.within, people.green_access]) == 1.0
    for name in names:
        kind = rng.choice(["shop", "park", "fibre", "homes", "swap"], p=[0.35, 0.3, 0.15, 0.1, 0.1])
        here: dict[int, dict[str, float]] = {}
        for row in rng.choice(n, size=min(n, reach), replace=False).tolist():
            parts: dict[str, float] = {}
            if kind in ("shop", "swap"):
                for service in rng.choice(N_SERVICES, size=rng.integers(1, 3), replace=False).tolist():
                    if flags[row, service]:
                        parts[SERVICES[service]] = -1.0 if kind == "swap" else 0.0
                    else:
                        parts[SERVICES[service]] = 1.0
            elif kind == "park":
                parts["green_m2"] = round(float(rng.uniform(0.5, 8)), 2)
                parts["green_access"] = 0.0 if flags[row, N_SERVICES] else 1.0
            elif kind == "homes":
                parts["green_m2"] = -round(float(rng.uniform(0.1, 3)), 2)
            elif people.internet[row] > 0:
                parts["internet"] = -round(float(people.internet[row]) * rng.choice([0.5, 1.0]), 3)
            if any(parts.values()):
                here[row] = parts
        records[name] = here
    return effects(records)


def drawn(
    rng: np.random.Generator, *, n_rows: int = 25, n_sites: int = 8, reach: int = 8, k: int = 2, parcels: bool = True
) -> Problem:
    """A problem of a handful of sites."""
    people = drawn_demand(rng, n_rows, k=k)
    names = [f"s{i:02}" for i in range(n_sites)]
    told = drawn_effects(rng, people, names, reach=reach)
    kinds = {
        "park": measure_type("park", lead_years=1, programmes=("A",)),
        "shop": measure_type("shop", lead_years=2, programmes=("A", "B")),
        "fibre": measure_type("fibre", lead_years=3),
    }
    sites = [
        site(
            name, float(rng.integers(5, 60)) * 10_000, type_id=str(rng.choice(list(kinds))),
            quarter_id=str(rng.choice(people.quarters)),
            parcel_id=str(rng.choice(["", "", "P1", "P2"])) if parcels else "",
        )
        for name in names
    ]  # fmt: skip
    return programme_problem(people, told, sites, kinds, conflicts=[(0, n_sites - 1)] if parcels else [])
