"""What one publication holds: only released tables, and the facts that must travel with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from nahraum.errors import NahraumError
from nahraum.indicators.catalogue import Indicator
from nahraum.parameters import Parameter
from nahraum.provenance import NOT_STATED, Source
from nahraum.study import Study

_SEAL = object()


@dataclass(frozen=True)
class Released:
    """A table that went through disclosure control; only `publish.release` can make one.

    `frame` keeps its rows; values held back are NaN (or ''), their `<column>_status` is "suppressed" and the
    column `suppressed` of the row names them ("all": class only). `hidden` counts the values per column.
    """

    name: str
    geography: str
    frame: pd.DataFrame | gpd.GeoDataFrame
    hidden: Mapping[str, int] = field(default_factory=dict)
    seal: object = field(default=None, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Refuse a table that did not come through the door."""
        if self.seal is not _SEAL:
            raise NahraumError(
                f"table {self.name!r} has not been released",
                expected="a table returned by nahraum.publish.release",
                fix="call release(table, geography, parameters=…) first; it applies disclosure control",
            )

    @property
    def spatial(self) -> bool:
        """Whether the rows have a geometry."""
        return isinstance(self.frame, gpd.GeoDataFrame)


@dataclass(frozen=True)
class Chapter:
    """A chapter that another verb made of released tables, as the report prints it; its pictures are in `folder`."""

    title: str
    sections: Sequence[Mapping[str, Any]]
    folder: Path


@dataclass(frozen=True)
class PublishBundle:
    """Everything that goes into `public/`: read by the file writers, the report and the map.

    Tables
        cells : squares in EPSG:3035, a row per inhabited cell.
        quarters, locations : polygons in the study's CRS.
        municipality : one row.
        location_services : what is missing near a location and where the nearest one is.
        combinations : the 16 combinations of lacks with residents, and the undetermined.
        partly_known : what is known of the undetermined.
        discriminating, variants, categories : how far the result can be trusted.
        places, greens, entrances : place facts.
        base : drawing only (kind, name, geometry), no data.
        background : the same for the map in a browser, in full (`area.background`); None: `base` is drawn there too.
        more : tables that only some studies have (municipalities, corrections, registers …); each becomes a CSV and
            a sheet of its own, and a layer and a Parquet file where it has a geometry.
        chapters : that other verbs made for the report (`report.beside`).
    """

    study: Study
    cells: Released
    quarters: Released
    municipality: Released
    locations: Released
    location_services: Released
    combinations: Released
    discriminating: Released
    variants: Released
    categories: Released
    places: Released
    greens: Released
    entrances: Released
    base: gpd.GeoDataFrame
    notes: pd.DataFrame
    sources: tuple[Source, ...]
    parameters: tuple[Parameter, ...]
    catalogue: tuple[Indicator, ...]
    version: str
    crs: str
    partly_known: Released | None = None
    more: tuple[Released, ...] = ()
    chapters: tuple[Chapter, ...] = ()
    background: gpd.GeoDataFrame | None = None

    def tables(self) -> tuple[Released, ...]:
        """All released tables in the order in which they are written and listed."""
        partly = () if self.partly_known is None else (self.partly_known,)
        return (
            self.cells, self.quarters, self.municipality, self.locations, self.location_services,
            self.combinations, *partly, self.discriminating, self.variants, self.categories,
            self.places, self.greens, self.entrances, *self.more,
        )  # fmt: skip

    def table(self, name: str) -> Released | None:
        """One of `more` by its name, None where the study has none."""
        return next((table for table in self.more if table.name == name), None)

    @property
    def attribution(self) -> str:
        """Who must be named, each once, in the order of the sources."""
        named = (one.attribution for one in self.sources if one.attribution not in ("", NOT_STATED))
        return "; ".join(dict.fromkeys(named))
