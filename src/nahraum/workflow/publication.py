"""From analysed stages to `internal/` and `public/`: everything public goes through `publish.release`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import geopandas as gpd
import pandas as pd

from nahraum import __version__
from nahraum.area import Area
from nahraum.area.municipalities import municipality_of_points
from nahraum.area.transit import RARE_STOP
from nahraum.grid import cell_id
from nahraum.index import Result
from nahraum.index.social_columns import OF_STATUS
from nahraum.index.social_people import types_of_quarters
from nahraum.indicators.catalogue import Indicator, read_catalogue, spoken
from nahraum.parameters import Parameters
from nahraum.provenance import Source
from nahraum.publish import PublishBundle, release
from nahraum.publish.bundle import Released
from nahraum.publish.disclosure import rules_of
from nahraum.publish.frequency import with_frequency
from nahraum.publish.nested import Beside, Nested, nested_pieces
from nahraum.publish.past import PastReleases
from nahraum.publish.report.beside import read_chapters
from nahraum.sources.load import provenance_of
from nahraum.study import Study
from nahraum.tables import SERVICES
from nahraum.workflow.chain import Chain
from nahraum.workflow.correction_tables import published_corrections
from nahraum.workflow.overlays import cells_to_hold_back
from nahraum.workflow.own_tables import write_register_objects
from nahraum.workflow.social_tables import social_door, social_tables, status_release


def squares(cells: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Cells with their printed INSPIRE id; the key itself is not published."""
    frame = cells.drop(columns="cell_key").copy()  # one block again after so many columns were joined
    frame.insert(0, "cell_id", cell_id(cells["cell_key"].to_numpy()))
    return frame


def _points(table: pd.DataFrame, crs: str) -> gpd.GeoDataFrame:
    geometry = gpd.points_from_xy(table["x_m"], table["y_m"], crs=crs)
    return gpd.GeoDataFrame(table.drop(columns=["x_m", "y_m"]), geometry=geometry, crs=crs)


def _placed(places: pd.DataFrame, area: Area) -> pd.DataFrame:
    """Places with what a correction of them must say: degrees, and in which municipality they lie ('' in none)."""
    points = gpd.points_from_xy(places["x_m"], places["y_m"], crs=area.crs).to_crs("EPSG:4326")
    placed = places.assign(lon=points.x.round(6), lat=points.y.round(6))
    if area.municipalities is None:
        return placed
    ids, _ = municipality_of_points(area.municipalities, places["x_m"], places["y_m"])
    names = dict(zip(area.municipalities["municipality_id"], area.municipalities["name"], strict=True))
    return placed.assign(municipality=[str(names.get(one, "")) for one in ids])


def place_facts(area: Area, language: str) -> dict[str, gpd.GeoDataFrame]:
    """Places of supply, greens and entrances: facts of the place, nothing about persons.

    Stops tell how often they are served; without a timetable that is unknown.
    """
    kept = ["facility_id", "category", "name", "status", "x_m", "y_m"]
    services = area.facilities[area.facilities["category"].isin((*SERVICES, RARE_STOP))][kept]
    rates = None if area.transit is None else area.transit.stops.set_index("facility_id")["departures_per_hour"]
    services = _placed(with_frequency(services, rates, language), area)
    return {
        "places": _points(services.reset_index(drop=True), area.crs),
        "greens": area.greens,
        "entrances": _points(area.green_entrances, area.crs),
    }


def sources_of(study: Study) -> tuple[Source, ...]:
    """Every input file with hash, licence, attribution, date and scale."""
    return tuple(source for name in study.sources for source in provenance_of(study.sources[name]))


def _more(
    area: Area, result: Result, let_out: Callable[[pd.DataFrame, str], Released], corrections: pd.DataFrame | None
) -> tuple[Released, ...]:
    """The tables that only some studies have."""
    found = []
    if corrections is not None:
        found.append(let_out(corrections, "corrections"))
    if result.municipalities is not None:
        found.append(let_out(result.municipalities, "municipalities"))
    if len(area.population_difference):
        found.append(let_out(area.population_difference, "population_difference"))
    if len(area.register_matches):
        found.append(let_out(area.register_matches, "registers"))
    return tuple(found)


def _corrections(study: Study, chain: Chain) -> pd.DataFrame | None:
    report = chain.inputs.value.corrections if study.source("corrections") else None
    return None if report is None else published_corrections(report, study)


def catalogue_of(
    chain: Chain, quarters: Iterable[str] = (), parameters: Parameters | None = None
) -> tuple[Indicator, ...]:
    """The catalogue of this run: of the further indicators only those that were computed, with the study's own.

    Parameters
        quarters : columns of the published quarters, with those of their status.
        parameters : of the study, for the words that tell some of them.
    """
    computed = {str(column) for column in chain.index.value.municipality.columns}
    computed |= {str(column) for column in (*chain.index.value.quarters.columns, *quarters)}
    shipped = (item for item in read_catalogue() if item.id in computed or not (item.theme or item.id in OF_STATUS))
    told = shipped if parameters is None else (spoken(item, parameters) for item in shipped)
    return (*told, *chain.further.value.catalogue())


def _of_shown(services: pd.DataFrame, locations: Released) -> pd.DataFrame:
    """Services of locations whose combination is published; of the others they would tell it."""
    frame = locations.frame
    shown = frame.loc[frame["combination"].fillna("") != "", "location_id"]
    return services[services["location_id"].isin(shown)].reset_index(drop=True)


def beside_of(chain: Chain, parameters: Parameters) -> Beside:
    """How quarters and municipalities add up to one another (in a study of several); own counts of persons."""
    counted = tuple(item.id for item in chain.further.value.catalogue() if item.counts)
    rows = chain.index.value.municipalities
    if rows is None:
        return Beside(counted=counted)
    pieces = Nested(nested_pieces(chain.area.value.addresses))
    shown = release(rows, "municipalities", parameters=parameters, beside=Beside(pieces, counted))
    return Beside(pieces.with_rows(shown.frame), counted)


def _audited(cells: Released, beside: Sequence[Released], chain: Chain, parameters: Parameters) -> Released:
    """Cells without those that would tell, with the other areas, of 1..k-1 persons between their borders."""
    tables = {table.geography: table for table in (cells, *beside)}
    gone = cells_to_hold_back(chain.area.value.addresses, tables, rules_of(parameters))
    if not gone.any():
        return cells
    return release(squares(chain.index.value.cells), "cells", parameters=parameters, held={"residents": gone})


def _kinds(area: Area) -> pd.Series | None:
    """Type of the municipality of each quarter, in a study of several."""
    if area.municipalities is None or not len(area.quarters):
        return None
    return types_of_quarters(area.addresses, area.municipalities)


def build_bundle(study: Study, chain: Chain, parameters: Parameters, past: PastReleases | None = None) -> PublishBundle:
    """All tables of the study, released, with the facts that travel with them; held against `past` releases."""
    area, result = chain.area.value, chain.index.value
    past = past or PastReleases(study.output_folder / "internal", parameters)
    facts = place_facts(area, study.language)

    beside = beside_of(chain, parameters)
    municipality = release(result.municipality, "municipality", parameters=parameters, beside=beside)

    def let_out(table: pd.DataFrame, geography: str) -> Released:
        against = municipality if geography in ("discriminating", "variants") else None
        return past.checked(
            geography,
            lambda held, earlier: release(
                table,
                geography,
                parameters=parameters,
                against=against,
                beside=beside,
                secret=past.secret,
                held=held,
                earlier=earlier,
            ),
        )

    social, let_social = chain.social.value, social_door(parameters, past)
    status = status_release(social, let_social, published=study.social is not None and study.social.published)
    locations = let_out(result.locations, "locations")
    quarters = let_out(status.beside(result.quarters, study.language), "quarters")
    cells = _audited(let_out(squares(result.cells), "cells"), (quarters, municipality, locations), chain, parameters)
    return PublishBundle(
        study=study,
        cells=cells,
        quarters=quarters,
        municipality=municipality,
        locations=locations,
        location_services=let_out(_of_shown(result.location_services, locations), "location_services"),
        combinations=let_out(result.combinations, "combinations"),
        discriminating=let_out(result.discriminating, "discriminating"),
        variants=let_out(result.variants, "variants"),
        categories=let_out(area.categories, "categories"),
        places=let_out(facts["places"], "places"),
        greens=let_out(facts["greens"], "greens"),
        entrances=let_out(facts["entrances"], "entrances"),
        base=area.base,
        background=area.background,
        notes=pd.concat([area.notes, chain.further.value.notes, social.notes], ignore_index=True),
        sources=sources_of(study),
        parameters=tuple(parameters.used()),
        catalogue=catalogue_of(chain, quarters.frame.columns, parameters),
        version=__version__,
        crs=area.crs,
        partly_known=let_out(result.partly_known, "partly_known"),
        more=(
            *_more(area, result, let_out, _corrections(study, chain)),
            *social_tables(social, status, quarters, parameters, let_social, kinds=_kinds(area)),
        ),
        chapters=read_chapters(study.output_folder, basis=chain.social.key),
    )


def write_internal(chain: Chain, folder: Path) -> list[Path]:
    """Addresses, cells and the list of registers in `internal/`, unsuppressed: they never leave the office."""
    area, access, judged, result = (
        chain.area.value,
        chain.access.value,
        chain.judged.value,
        chain.index.value,
    )
    addresses = area.addresses.set_index("address_id")
    for table in (access, judged, result.addresses, *([area.ages] if len(area.ages) else [])):
        one = table.set_index("address_id") if "address_id" in table.columns else table
        addresses = addresses.join(one[[c for c in one.columns if c not in addresses.columns]], how="left")
    written = write_register_objects(area, folder)
    for name, frame in (("addresses", addresses.reset_index()), ("cells", result.cells)):
        path, temporary = folder / f"{name}.parquet", folder / f".tmp-{name}.parquet"
        frame.to_parquet(temporary, compression="zstd")
        temporary.replace(path)
        path.chmod(0o600)
        written.append(path)
    return written
