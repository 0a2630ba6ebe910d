"""What is told of one area: people, ground, recall, precision, compactness, barriers; its outline and its name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from nahraum.area.space import Geometries
from nahraum.index.funding.limits import Limits, Task
from nahraum.index.funding.units import Flags, Units
from nahraum.index.naming import location_names
from nahraum.index.people import Floats

FORMULA = {
    "de": "Zielgröße = Menschen mit Bedarf × (ihr Anteil an den Einwohnern ^ {exponent:g}) ÷ Meter Grenze",
    "en": "objective = people in need × (their share of residents ^ {exponent:g}) ÷ metres of border",
}
FIGURES = (
    "n_units", "residents", "people", "people_min", "people_max", "hectares", "border_m", "compactness", "recall",
    "precision", "objective", "barriers_crossed", "pieces", "enclosed",
)  # fmt: skip


def figures(task: Task, inside: Flags) -> dict[str, Any]:
    """The figures of one area.

    Returns
        n_units; residents, people (in need), people_min, people_max [persons]; hectares; border_m [m]; compactness
        (4 pi A / P^2); recall (share of the city's weighted need); precision (share of the judged residents who are
        in need; NaN where nobody is judged); objective; barriers_crossed; pieces (1: contiguous); enclosed (gaps).
    """
    border_m = _outline_mm(task, inside) / 1000
    ground_m2 = task.ground_cm2[inside].sum() / 1e4
    people, judged = task.people[inside].sum(), task.judged[inside].sum() / 1e6
    need, all_need = (task.people * task.weight)[inside].sum(), (task.people * task.weight).sum()
    share = min(1.0, people / judged) if judged > 0 else float("nan")
    value = 0.0
    if border_m > 0 and judged > 0:
        value = need * share**task.limits.precision_exponent / border_m
    return {
        "n_units": int(inside.sum()),
        "residents": float(task.residents[inside].sum() / 1e6),
        "people": float(people),
        "people_min": float(task.people_min[inside].sum()),
        "people_max": float(task.people_max[inside].sum()),
        "hectares": float(ground_m2 / 1e4),
        "border_m": float(border_m),
        "compactness": float(4 * np.pi * ground_m2 / border_m**2) if border_m else float("nan"),
        "recall": float(need / all_need) if all_need > 0 else float("nan"),
        "precision": float(share),
        "objective": float(value),
        "barriers_crossed": _crossed(task.units, inside),
        "pieces": _pieces(task.units, inside),
        "enclosed": len(_holes(area_outline(task.units, inside))),
    }


def missed_limits(told: dict[str, Any], limits: Limits) -> list[tuple[str, str]]:
    """What an area (a planner's, perhaps) does not keep, in German and English; empty where all is kept."""
    found = []
    for name, unit_de, unit_en in (("residents", "Einwohner", "residents"), ("hectares", "ha", "ha")):
        low, high = getattr(limits, f"minimum_{name}"), getattr(limits, f"maximum_{name}")
        if told[name] < low:
            found.append(
                (f"{told[name]:.0f} {unit_de}, mindestens {low:g}", f"{told[name]:.0f} {unit_en}, at least {low:g}")
            )
        if told[name] > high:
            found.append(
                (f"{told[name]:.0f} {unit_de}, höchstens {high:g}", f"{told[name]:.0f} {unit_en}, at most {high:g}")
            )
    if told["compactness"] < limits.minimum_compactness:
        text = f"{told['compactness']:.2f} < {limits.minimum_compactness:g}"
        found.append((f"Kompaktheit {text}", f"compactness {text}"))
    if told["pieces"] != 1:
        found.append((f"{told['pieces']} getrennte Teile", f"{told['pieces']} separate pieces"))
    return found


def _outline_mm(task: Task, inside: Flags) -> int:
    borders = task.units.borders
    inner = inside[borders.first] & inside[borders.second]
    return int(task.units.outer_mm[inside].sum() - 2 * borders.shared_mm[inner].sum())


def _labels(n: int, first: np.ndarray, second: np.ndarray) -> np.ndarray:
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    links = coo_array((np.ones(len(first), dtype=np.int8), (first, second)), shape=(n, n))
    return np.asarray(connected_components(links, directed=False)[1])


def _pieces(units: Units, inside: Flags) -> int:
    borders = units.borders
    both = inside[borders.first] & inside[borders.second] & borders.is_open
    label = _labels(len(units), borders.first[both], borders.second[both])
    return len(np.unique(label[inside]))


def _crossed(units: Units, inside: Flags) -> int:
    """Barriers with the area on both sides: stretches of one kind that follow each other count once."""
    borders = units.borders
    across = inside[borders.first] & inside[borders.second] & (borders.kind != "")
    across &= borders.declared | ~borders.is_open
    number = 0
    for kind in sorted(set(borders.kind[across])):
        rows = np.flatnonzero(across & (borders.kind == kind))
        beside = np.zeros(len(units), dtype=bool)
        beside[borders.first[rows]] = beside[borders.second[rows]] = True
        near = beside[borders.first] & beside[borders.second]
        label = _labels(len(units), borders.first[near], borders.second[near])
        number += len(np.unique(label[borders.first[rows]]))
    return number


def area_outline(units: Units, inside: Flags) -> shapely.Geometry:
    """The ground of an area: its units put together, with their own points along the border.

    Notes
        Where streets lie between units they are taken in up to the widest gap.
    """
    shapes = units.shapes[inside]
    if not len(shapes):
        return shapely.Polygon()
    if not units.gap_m:
        return shapely.normalize(shapely.coverage_union_all(shapes))
    whole = shapely.union_all(shapes)
    half = units.gap_m / 2 + 0.01
    closed = shapely.buffer(shapely.buffer(whole, half, join_style="mitre"), -half, join_style="mitre")
    others = units.shapes[~inside]
    near = others[shapely.STRtree(others).query(closed, predicate="intersects")] if len(others) else others
    ground = shapely.union(whole, shapely.difference(closed, shapely.union_all(near))) if len(near) else closed
    parts = shapely.get_parts(shapely.union(ground, whole))
    kept = parts[shapely.intersects(parts, whole) & (shapely.area(parts) > 1.0)]
    return shapely.normalize(shapely.union_all(kept))


def _holes(outline: shapely.Geometry) -> Geometries:
    rings = [shapely.get_interior_ring(part, k) for part in shapely.get_parts(outline)
             for k in range(shapely.get_num_interior_rings(part))]  # fmt: skip
    return np.array(rings, dtype=object)


def area_names(units: Units, people: Floats, inside: Sequence[Flags], quarters: gpd.GeoDataFrame | None) -> list[str]:
    """A name for each area: the quarter of most of its residents, numbered where two have the same.

    Parameters
        people : residents of each unit; quarters : name and geometry in the CRS of the units, None for none.
    """
    if quarters is None or not len(quarters):
        return [f"Gebiet {number + 1}" for number in range(len(inside))]
    points = shapely.point_on_surface(units.shapes)
    quarter, unit = shapely.STRtree(points).query(quarters.geometry.to_numpy(), predicate="intersects")
    of_unit = np.full(len(units), len(quarters), dtype=np.int64)
    np.minimum.at(of_unit, unit, quarter)
    names = np.append(quarters["name"].astype(str).to_numpy(dtype=object), "")
    found = []
    for marks in inside:
        table = pd.DataFrame({"name": names[of_unit[marks]], "people": people[marks]})
        summed = table.groupby("name", sort=True)["people"].sum()
        summed = summed[summed.index != ""]
        found.append(str(summed.idxmax()) if len(summed) else "")
    fallback = [f"Gebiet {number + 1}" for number in range(len(found))]
    return location_names(found, [""] * len(found), fallback, range(len(found)))
