"""Internet offer: the share of households to whom the required speed is offered (never: subscribed)."""

from __future__ import annotations

import pandas as pd

from nahraum.indicators.living_space import of_cell


def internet_offer_share(cells: pd.DataFrame, cell_key: pd.Series) -> pd.Series:
    """Share of the households of the cell that are offered the required speed. [share]

    Returns
        One value per address; NaN where the cell's value is missing.

    References
        Bundesnetzagentur, Gigabit-Grundbuch (Breitbandatlas), Versorgungsdaten Gitterzellen.
    """
    return of_cell(cells, cell_key, "internet_offer_share")


def lacks_internet(offer_share: pd.Series) -> pd.Series:
    """Share of the households at an address to whom the required speed is not offered. [share]

    Notes
        A share, not yes or no: within a cell it is not known which household has the offer. The share of
        the cell is taken for each of its addresses.
    """
    return (1.0 - offer_share).clip(0.0, 1.0).rename("lacks_internet")
