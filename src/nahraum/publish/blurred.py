"""A study area whose residents are blurred by cell: what answers outside the office are computed with.

Rounding an answer is not enough where anybody may ask as often as he likes: a share, new residents or the area of a
park that is changed little by little shows where a rounded count jumps, and so the count. Here the residents are
rounded before anything is computed, green per resident included. Whatever is asked, and however often, is then an
answer about the rounded residents.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from nahraum.area.model import Area
from nahraum.frames import MICRO, from_micro, to_micro
from nahraum.publish.cellkey import record_keys

Int64 = npt.NDArray[np.int64]


def blurred_area(area: Area, secret: bytes, *, step: int) -> Area:
    """The area with the residents of each cell as a multiple of the step, spread evenly over its inhabited addresses.

    Parameters
        secret : of the office, 16 bytes or more; the same one gives the same figures, so asking again or starting the
            server again tells nothing more. step : a cell goes to the multiple below or above. [persons]

    Notes
        Up with the probability that keeps the mean, each cell by itself (random rounding; Hundepool et al. 2012,
        Statistical Disclosure Control, chapter 5). Residents of communal accommodation are rounded apart.
    """
    addresses, cells = area.addresses.copy(), area.cells.copy()
    communal = to_micro(addresses["residents_communal"].to_numpy(dtype=np.float64))
    everybody = to_micro(addresses["residents"].to_numpy(dtype=np.float64))
    keys = addresses["cell_key"].to_numpy(dtype=np.int64)
    in_care = _blurred(np.minimum(communal, everybody), keys, _Draw("communal", secret, step))
    at_home = _blurred(everybody - np.minimum(communal, everybody), keys, _Draw("private", secret, step))
    for name, micro in (("residents", at_home + in_care), ("residents_communal", in_care)):
        addresses[name] = from_micro(micro)
        sums = pd.Series(micro).groupby(keys).sum().reindex(cells["cell_key"], fill_value=0)
        cells[name] = from_micro(sums.to_numpy(dtype=np.int64))
    return replace(area, addresses=addresses, cells=cells)


class _Draw:
    """What decides whether a cell goes up or down: evenly spread in 0 … 1, the same for the same cell and secret."""

    def __init__(self, what: str, secret: bytes, step: int) -> None:
        self._what, self._secret, self.step = what, secret, step * MICRO

    def of(self, cells: Int64) -> npt.NDArray[np.float64]:
        names = (f"what-if {self._what} {key}" for key in cells.tolist())
        return record_keys(names, self._secret) / 2.0**64


def _blurred(micro: Int64, keys: Int64, draw: _Draw) -> Int64:
    """Persons at each address in millionths, the sums of cells rounded and spread evenly where somebody lives."""
    cells, cell = np.unique(keys, return_inverse=True)
    sums, homes = np.zeros((2, len(cells)), dtype=np.int64)
    np.add.at(sums, cell, micro)
    lived_in = np.flatnonzero(micro > 0)
    np.add.at(homes, cell[lived_in], 1)
    below = sums // draw.step
    rounded = draw.step * (below + (draw.of(cells) < (sums - below * draw.step) / draw.step))
    each, left = np.divmod(rounded, np.maximum(homes, 1))
    told = np.zeros(len(micro), dtype=np.int64)
    told[lived_in] = each[cell[lived_in]]
    _, first = np.unique(cell[lived_in], return_index=True)
    one_of_each = lived_in[first]
    told[one_of_each] += left[cell[one_of_each]]
    return told
