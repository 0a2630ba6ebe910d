"""The number of residents that a study states itself, where it has no census."""

from __future__ import annotations

from nahraum.errors import StudyError
from nahraum.provenance import NOT_STATED, Source
from nahraum.sources.registry import registry
from nahraum.study import SourceSpec

KIND = "buildings"


def stated_residents(spec: SourceSpec) -> int:
    """Residents of the study as `[sources.population] kind = "buildings"` states them; 0 for a census. [persons]

    Raises
        StudyError for the kind without a whole number of residents above 0, and for `residents` beside a census.
    """
    said = spec.option("residents")
    if spec.kind != KIND:
        if said is not None:
            raise StudyError(
                f"[sources.population] kind = {spec.kind!r} knows no residents = {said!r}",
                expected="the census tells how many live where",
                fix='take residents out, or set kind = "buildings" where there is no census',
            )
        return 0
    if said is None or isinstance(said, bool) or not isinstance(said, int) or said <= 0:
        shown = "names no residents" if said is None else f"has residents = {said!r}"
        raise StudyError(
            f'[sources.population] kind = "buildings" {shown}',
            where="buildings tell where people live, not how many",
            expected="the number of residents inside the boundary, a whole number above 0, with its date",
            fix='residents = 380000 and date = "2023-01-01", from your own statistics; or name a census grid',
        )
    if spec.files:
        raise StudyError(
            f'[sources.population] kind = "buildings" reads no file, but names {spec.files[0].name}',
            expected="residents are shared among the buildings of [sources.osm]",
            fix='take file out, or set kind to the census it holds: "zensus2022", "zensus2011", "grid_table"',
        )
    return said


def stated_source(spec: SourceSpec) -> Source:
    """What the manifest says about a number that stands in the study file itself."""
    stated = {name: str(spec.option(name, NOT_STATED)) for name in ("licence", "attribution")}
    return Source(
        name=spec.name,
        file=f"residents = {spec.option('residents')}",
        sha256="",
        bytes=0,
        reference_date=str(spec.option("date", NOT_STATED)),
        scale=str(registry()["osm"]["scale"]),
        note=str(spec.option("note", "stated in the study file, shared among buildings by floor area")),
        **stated,
    )
