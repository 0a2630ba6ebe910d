"""What the Python interface hands out: a study with its area, and the analysis as GeoDataFrames."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from nahraum.area import Area
from nahraum.index.social import Social
from nahraum.study import Study
from nahraum.workflow.chain import Chain
from nahraum.workflow.publication import squares


@dataclass(frozen=True)
class StudyArea:
    """A study and the area built for it."""

    study: Study
    area: Area

    @property
    def addresses(self) -> pd.DataFrame:
        """Residents at address points (`tables.ADDRESSES`)."""
        return self.area.addresses

    @property
    def quarters(self) -> gpd.GeoDataFrame:
        """Quarters in the study's CRS."""
        return self.area.quarters


@dataclass(frozen=True)
class Analysis:
    """The result of one study, unsuppressed: for the office, not for publication.

    Tables
        cells : squares in EPSG:3035, a row per inhabited cell.
        quarters, locations : polygons in the study's CRS.
        municipality : one row with H, A, M0 and their intervals.
        combinations : the 16 combinations of lacks with residents.
        social : status, fifths, incidence, funding areas (`index.social.Social`); its tables are empty without data.
    """

    cells: gpd.GeoDataFrame
    quarters: gpd.GeoDataFrame
    locations: gpd.GeoDataFrame
    municipality: pd.DataFrame
    combinations: pd.DataFrame
    social: Social


def analysis_of(chain: Chain) -> Analysis:
    """The tables of a finished chain."""
    result = chain.index.value
    return Analysis(
        cells=squares(result.cells),
        quarters=result.quarters,
        locations=result.locations,
        municipality=result.municipality,
        combinations=result.combinations,
        social=chain.social.value,
    )
