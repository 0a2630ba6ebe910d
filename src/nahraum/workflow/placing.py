"""From what was read to what the area is built of: which polygons are quarters, which the boundary."""

from __future__ import annotations

from nahraum.access.walkers import Walkers
from nahraum.area import AreaInputs, boundary_from_osm, quarters_from_osm
from nahraum.area.municipalities import chosen_municipalities
from nahraum.errors import StudyError
from nahraum.indicators.further import Given
from nahraum.sources.load import reference_date_of
from nahraum.study import Study
from nahraum.workflow.inputs import Inputs
from nahraum.workflow.socially import other_statistics


def area_inputs(inputs: Inputs, study: Study) -> AreaInputs:
    """The tables of the readers as the area wants them."""
    quarters = study.source("quarters")
    boundary = study.source("boundary")
    polygons = dict(inputs.polygons)
    if quarters is not None and quarters.kind == "osm":
        polygons["quarters"] = quarters_from_osm(inputs.osm, int(quarters.option("admin_level", 10)))
    if boundary is not None and boundary.kind == "osm":
        level, name = int(boundary.option("admin_level", 8)), str(boundary.option("name", ""))
        polygons["boundary"] = boundary_from_osm(inputs.osm, level, name=name)
    municipalities = inputs.municipalities
    if municipalities is not None:
        municipalities = chosen_municipalities(municipalities, ags=study.municipalities, kreis=study.kreis)
    return AreaInputs(
        osm=inputs.osm,
        population=inputs.grids.get("population"),
        residents_stated=inputs.residents_stated,
        floor_area=inputs.grids.get("floor_area"),
        dwellings=inputs.grids.get("dwellings"),
        broadband=inputs.grids.get("broadband"),
        quarters=polygons.get("quarters"),
        boundary=polygons.get("boundary"),
        complete_categories=study.complete_categories,
        unknown_categories=study.unknown_categories,
        municipalities=municipalities,
        delineate="any" if quarters is None else "size" if quarters.kind == "delineated" else "",
        timetable=inputs.timetable,
        timetable_complete=_complete(study),
        registers=inputs.registers,
        population_register=inputs.population_register,
        population_date=reference_date_of(study.sources["population"]),
    )


def _complete(study: Study) -> bool:
    """Whether the study says that its timetable holds every line of the area."""
    spec = study.source("timetable")
    said = False if spec is None else spec.option("complete", False)
    if not isinstance(said, bool):
        raise StudyError(f"[sources.timetable] complete = {said!r}", expected="true or false")
    return said


def given_of(inputs: Inputs, study: Study, walkers: Walkers) -> Given:
    """What the study brings for the further indicators."""
    groups = ("topics", "context", "statistics")
    options = {f"{group}.{item}": dict(spec.options) for group in groups for item, spec in study.group(group).items()}
    return Given(
        topics=inputs.topics, context=inputs.context, statistics=other_statistics(inputs, study), options=options,
        housing=inputs.housing,
        minutes=walkers.minutes, walkers=walkers.known,
    )  # fmt: skip
