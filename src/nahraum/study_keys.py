"""Which sections a study file may have, which keys each knows, and of which kinds a source may be."""

from __future__ import annotations

_SOURCE_COMMON = {"file", "files", "url", "sha256", "licence", "attribution", "date", "note"}
_AREA_TABLE = {
    "sheet", "id", "columns", "missing", "id_digits", "skip", "header", "skip_last", "exclude", "where", "names",
    "values", "marks", "decimal",
}  # fmt: skip
SOURCE_KEYS: dict[str, set[str]] = {
    "osm": _SOURCE_COMMON | {"window", "kind", "layer", "crs", "name", "closed", "accept_datum_shift"},
    "population": _SOURCE_COMMON | {"kind", "size_m", "columns", "missing", "residents"},
    "floor_area": _SOURCE_COMMON | {"kind", "size_m", "columns", "missing"},
    "dwellings": _SOURCE_COMMON | {"kind", "size_m", "columns", "missing", "classes"},
    "broadband": _SOURCE_COMMON | {"kind", "size_m", "columns", "missing", "unit"},
    "quarters": _SOURCE_COMMON | {"kind", "layer", "crs", "id", "name", "admin_level", "accept_datum_shift"},
    "boundary": _SOURCE_COMMON | {"kind", "layer", "crs", "admin_level", "name", "accept_datum_shift"},
    "municipalities": _SOURCE_COMMON | {"layer", "crs", "id", "name", "type", "residents", "accept_datum_shift"},
    "corrections": _SOURCE_COMMON | {"layer", "crs", "publish_author"},
    "parcels": _SOURCE_COMMON | {"kind", "layer", "crs", "id", "accept_datum_shift", "use"},
    "funding_edits": _SOURCE_COMMON | {"layer", "crs"},
    "measure_sites": _SOURCE_COMMON | {"kind", "layer", "crs", "accept_datum_shift"},
    "timetable": _SOURCE_COMMON | {"day", "complete"},
    "population_register": _SOURCE_COMMON
    | {"kind", "layer", "sheet", "crs", "columns", "missing", "accept_datum_shift"}
    | {"id_digits", "skip", "header", "skip_last", "exclude", "where", "names", "values", "marks", "decimal"},
    "rent_ceilings": _SOURCE_COMMON | _AREA_TABLE,
    "bound_dwellings": _SOURCE_COMMON | _AREA_TABLE,
    "incidence": _SOURCE_COMMON | _AREA_TABLE,
}
GROUP_KEYS: dict[str, set[str]] = {
    "registers": _SOURCE_COMMON
    | {"layer", "sheet", "crs", "columns", "mode", "kinds", "public_values", "missing", "accept_datum_shift"},
    "topics": _SOURCE_COMMON | {"kind", "size_m", "columns", "missing"},
    "context": _SOURCE_COMMON
    | {"kind", "layer", "crs", "size_m", "columns", "missing", "label_de", "label_en", "unit", "better", "decimals"}
    | {"outside", "accept_datum_shift"},
    "statistics": _SOURCE_COMMON | _AREA_TABLE | {"kind", "label_de", "label_en", "unit", "persons"},
}
"""Sections that hold several sources of one kind: `[sources.registers.kita]`, `[sources.topics.rent]` …"""
TOP = {
    "format_version", "study", "area", "sources", "social", "funding", "measures", "plan", "parameters", "completeness",
    "output", "flexhousing",
}  # fmt: skip
SECTIONS: dict[str, set[str]] = {
    "study": {"name", "language", "reference_date", "note", "contact"},
    "area": {"crs", "municipalities", "kreis"},
    "completeness": {"complete", "unknown"},
    "output": {"folder"},
    "social": {"method", "statistics", "columns", "residents", "exclude", "published"},
    "funding": {"propose"},
}
SOURCE_KINDS: dict[str, tuple[str, ...]] = {
    "osm": ("osm", "lines"),
    "population": ("zensus2022", "zensus2011", "grid_table", "buildings"),
    "floor_area": ("zensus2022", "zensus2011", "grid_table"),
    "dwellings": ("zensus2022", "zensus2011", "grid_table", "class_files"),
    "broadband": ("grid_table",),
    "quarters": ("vector", "osm", "delineated", "none"),
    "boundary": ("vector", "osm", "extent"),
    "municipalities": ("vector",),
    "corrections": ("table",),
    "parcels": ("vector",),
    "funding_edits": ("table",),
    "measure_sites": ("vector",),
    "timetable": ("gtfs",),
    "population_register": ("quarter", "block", "address"),
    "rent_ceilings": ("table",),
    "bound_dwellings": ("table",),
    "incidence": ("table",),
    "registers": ("register",),
    "topics": ("zensus2022", "zensus2011", "grid_table"),
    "context": ("polygons", "grid_table"),
    "statistics": ("table", "inkar", "genesis", "ffcsv", "breitbandatlas"),
}
