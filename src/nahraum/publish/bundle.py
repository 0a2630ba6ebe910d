"""What one publication holds: only released tables, and the facts that must travel with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

import geopandas as gpd
import pandas as pd

from nahraum.errors import NahraumError
from nahraum.parameters import Parameter
from nahraum.provenance import NOT_STATED, Source
from nahraum.study import Study

_SEAL = object()


class Entry(Protocol):
    """What publishing reads of a catalogue entry (`nahraum.indicators.catalogue.Indicator`)."""

    @property
    def id(self) -> str:
        """Indicator id, equal to the column's name."""

    @property
    def label_de(self) -> str:
        """Short German label."""

    @property
    def label_en(self) -> str:
        """Short English label."""

    @property
    def unit(self) -> str:
        """Unit, '' for none."""

    @property
    def unit_de(self) -> str:
        """Unit as a German reader writes it."""

    @property
    def kind(self) -> str:
        """Kind of value: indicator, lack, count or class."""

    @property
    def prerequisite(self) -> str:
        """Prerequisite it belongs to, '' for none."""

    @property
    def better(self) -> str:
        """Which direction is the better one: higher or lower."""

    @property
    def decimals(self) -> int:
        """Digits after the comma worth printing."""

    @property
    def sentence_de(self) -> str:
        """Planner's sentence, German."""

    @property
    def sentence_en(self) -> str:
        """Planner's sentence, English."""

    @property
    def formula_de(self) -> str:
        """Formula in words, German."""

    @property
    def formula_en(self) -> str:
        """Formula in words, English."""

    @property
    def limits_de(self) -> str:
        """When it misleads, German."""

    @property
    def limits_en(self) -> str:
        """When it misleads, English."""

    @property
    def source(self) -> str:
        """Where the definition comes from."""

    @property
    def evidence(self) -> str:
        """Evidence mark."""


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
    catalogue: tuple[Entry, ...]
    version: str
    crs: str
    partly_known: Released | None = None

    def tables(self) -> tuple[Released, ...]:
        """All released tables in the order in which they are written and listed."""
        partly = () if self.partly_known is None else (self.partly_known,)
        return (
            self.cells, self.quarters, self.municipality, self.locations, self.location_services,
            self.combinations, *partly, self.discriminating, self.variants, self.categories,
            self.places, self.greens, self.entrances,
        )  # fmt: skip

    @property
    def attribution(self) -> str:
        """Who must be named, each once, in the order of the sources."""
        named = (one.attribution for one in self.sources if one.attribution not in ("", NOT_STATED))
        return "; ".join(dict.fromkeys(named))
