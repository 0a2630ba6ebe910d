"""One set of colours and class edges for GeoPackage, report and map; safe for colour-blind readers.

Classes use the vermilion and blue of Okabe & Ito (2008) and differ in lightness too, so that they survive a
grey print. The sequential scale runs from light to dark in even steps of lightness: dark = more lack.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

CLASS_COLOURS = {"lacking": "#c8500a", "not_lacking": "#a6cee8", "undetermined": "#d9d9d9"}
PREREQUISITE_COLOURS = {
    "living_space": "#cc79a7",
    "green": "#009e73",
    "internet": "#0072b2",
    "supply": "#e69f00",
}
SEQUENTIAL = ("#fff4cf", "#f8cd83", "#e79447", "#b9572c", "#6e2018")
NEUTRAL = ("#e3f1ec", "#b4d8cd", "#7db7ab", "#468b83", "#1c5a57")  # where neither end is the better one
UNKNOWN = "#d9d9d9"
SUPPRESSED = "#efefef"
LINE = "#333333"
SERVICE_COLOURS = {
    "food_full_range": "#e69f00",
    "gp": "#0072b2",
    "pharmacy": "#d55e00",
    "primary_school": "#cc79a7",
    "stop": "#333333",
    "stop_rare": "#9a9a9a",
}
BASE_COLOURS = {
    "water": "#c5dbe8",
    "green": "#d5e5cf",
    "building": "#e4e0da",
    "road_major": "#b3aca3",
    "road": "#d2cdc6",
    "path": "#e2ded8",
    "rail": "#8f8a84",
}

CLASS_LABELS = {
    "de": {
        "lacking": "mehrere Voraussetzungen fehlen",
        "not_lacking": "nicht mehrere",
        "undetermined": "unbestimmt (Angaben fehlen)",
    },
    "en": {
        "lacking": "several prerequisites lacking",
        "not_lacking": "not several",
        "undetermined": "undetermined (values unknown)",
    },
}
SHARE_EDGES = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
SHARE_POINTS = (1, 2, 5, 10, 20)  # widths of classes of a share, finest first
_NICE = (1.0, 2.0, 2.5, 5.0, 10.0)


def _step(width: float) -> float:
    magnitude = 10.0 ** math.floor(math.log10(width))
    return float(next(nice * magnitude for nice in _NICE if nice * magnitude >= width * (1 - 1e-9)))


def fine_share_edges(values: npt.ArrayLike) -> tuple[float, ...]:
    """Edges of five classes of 1, 2, 5, 10 or 20 points that span the values: the finest that do. [0..1]

    Neighbouring municipalities often differ by some points only: classes of 20 points would paint them alike.
    """
    numbers = np.asarray(values, dtype=np.float64)
    known = numbers[np.isfinite(numbers)]
    if not len(known):
        return SHARE_EDGES
    n = len(SEQUENTIAL)
    for points in SHARE_POINTS:
        first = min(math.floor(100 * float(known.min()) / points + 1e-9), round(100 / points) - n)
        if 100 * float(known.max()) <= (first + n) * points + 1e-9:
            return tuple(round((first + step) * points / 100, 6) for step in range(n + 1))
    return SHARE_EDGES


def class_edges(values: npt.ArrayLike, *, share: bool = False, n_classes: int = len(SEQUENTIAL)) -> tuple[float, ...]:
    """Edges of equally wide classes with round numbers, lowest first: one more than there are classes.

    Shares always run by fifths from 0 to 1, so that maps of different towns can be laid side by side. No
    quantiles: they would make differences where there are none (and are not allowed below 30 areas).
    Values above the last edge (the top twentieth of a long tail) belong to the last class.
    """
    if share:
        return SHARE_EDGES
    known = np.asarray(values, dtype=np.float64)
    known = known[np.isfinite(known)]
    if not known.size or known.max() <= known.min():
        low = float(known.min()) if known.size else 0.0
        return (low, low + 1.0)
    low, high = float(known.min()), float(np.quantile(known, 0.95, method="lower"))
    if high <= low:
        high = float(known.max())
    step = _step((high - low) / n_classes)
    start = math.floor(low / step) * step
    count = max(1, min(n_classes, math.ceil((high - start) / step - 1e-9)))
    return tuple(round(start + step * i, 10) for i in range(count + 1))


def class_colours(n_classes: int, *, better: str = "lower") -> tuple[str, ...]:
    """Colours of n classes from the lowest value to the highest; the dark end is the side of lack.

    Parameters
        better : "higher" where high values are good (m² of green), "lower" where they are not (distance), "" where
            neither is; then another scale, the dark end for the high values.
    """
    last = len(SEQUENTIAL) - 1
    chosen: Sequence[int] = [round(i * last / max(1, n_classes - 1)) for i in range(n_classes)]
    scale = SEQUENTIAL if better else NEUTRAL
    colours = tuple(scale[i] for i in chosen)
    return colours[::-1] if better == "higher" else colours
