"""dcat.ttl: the publication as German open-data portals harvest it (DCAT-AP.de)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from string import Template

import geopandas as gpd

from nahraum.publish import facts
from nahraum.publish.bundle import PublishBundle
from nahraum.publish.csvfiles import FOLDER, csv_tables
from nahraum.publish.geopackage import FILE as GPKG
from nahraum.publish.parquet import FILES as PARQUET
from nahraum.publish.workbook import FILE as XLSX

FILE = "dcat.ttl"
_LICENCES = {
    "ODbL-1.0": "http://dcat-ap.de/def/licenses/odbl",
    "dl-de/by-2-0": "http://dcat-ap.de/def/licenses/dl-by-de/2.0",
}
_FILE_TYPES = "http://publications.europa.eu/resource/authority/file-type/"
_TYPES = {".csv": "CSV", ".parquet": "PARQUET", ".gpkg": "GPKG", ".xlsx": "XLSX", ".pdf": "PDF", ".html": "HTML"}

_DATASET = Template("""\
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dcatde: <http://dcat-ap.de/def/dcatde/> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix geo: <http://www.opengis.net/ont/geosparql#> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

<#dataset> a dcat:Dataset ;
    dct:identifier $identifier ;
    dct:title $title_de@de , $title_en@en ;
    dct:description $description_de@de , $description_en@en ;
    dct:language <http://publications.europa.eu/resource/authority/language/$language> ;
    dct:issued $date^^xsd:date ;
    dct:publisher [ a foaf:Agent ; foaf:name $publisher ] ;
    dct:license <$licence> ;
    dcatde:licenseAttributionByText $attribution@de ;
    dcat:theme <http://publications.europa.eu/resource/authority/data-theme/REGI> ,
        <http://publications.europa.eu/resource/authority/data-theme/SOCI> ;
    dcat:keyword "Sozialraumanalyse"@de , "Nahversorgung"@de , "Grün"@de , "Wohnraum"@de , "Breitband"@de ;
    dct:spatial [ a dct:Location ; dcat:bbox $bbox^^geo:wktLiteral ] ;
    dct:temporal [ a dct:PeriodOfTime ; dcat:endDate $date^^xsd:date ] ;
    prov:wasGeneratedBy [ a prov:Activity ; dct:title $software ] ;
    dct:source $sources ;
    dcat:distribution $distributions .
""")
_DISTRIBUTION = Template("""
<#$name> a dcat:Distribution ;
    dct:title $title ;
    dcat:accessURL <$path> ;
    dcat:downloadURL <$path> ;
    dct:format <$type> ;
    dct:license <$licence> ;
    dcatde:licenseAttributionByText $attribution@de .
""")


def literal(text: str) -> str:
    """A Turtle string with everything escaped that could end it."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    for sign, written in (("\n", "\\n"), ("\r", "\\r"), ("\t", "\\t")):
        escaped = escaped.replace(sign, written)
    return f'"{escaped}"'


def _box(cells: gpd.GeoDataFrame) -> str:
    west, south, east, north = cells.to_crs("EPSG:4326").total_bounds
    corners = [(west, south), (east, south), (east, north), (west, north), (west, south)]
    return f"POLYGON(({', '.join(f'{x:.4f} {y:.4f}' for x, y in corners)}))"


def _distributions(bundle: PublishBundle, folder: Path) -> dict[str, str]:
    listed = {f"{name}-parquet": path for name, path in PARQUET.items()}
    listed |= {"geopackage": GPKG, "workbook": f"{FOLDER}/{XLSX}"}
    listed |= {f"{facts.slug(t.name)}-csv": f"{FOLDER}/{t.name}.csv" for t in csv_tables(bundle)}
    further = {"report": "report.pdf", "map": "map/index.html"}
    return listed | {name: path for name, path in further.items() if (folder / path).is_file()}


def _values(bundle: PublishBundle, listed: Mapping[str, str]) -> dict[str, str]:
    study, cells = bundle.study, bundle.cells.frame
    box = _box(cells) if isinstance(cells, gpd.GeoDataFrame) and len(cells) else "POLYGON EMPTY"
    return {
        "identifier": literal(f"nahraum-{facts.slug(study.name)}-{facts.date_text(bundle)}"),
        "title_de": literal(facts.title(bundle, "de")),
        "title_en": literal(facts.title(bundle, "en")),
        "description_de": literal(facts.description(bundle, "de")),
        "description_en": literal(facts.description(bundle, "en")),
        "language": {"de": "DEU", "en": "ENG"}[study.language],
        "date": literal(facts.date_text(bundle)),
        "publisher": literal(study.contact or study.name),
        "bbox": literal(box),
        "software": literal(f"nahraum {bundle.version}"),
        "sources": " , ".join(literal(f"{s.name}: {s.attribution} ({s.licence})") for s in bundle.sources)
        or literal("-"),
        "distributions": " , ".join(f"<#{name}>" for name in listed),
    }


def dcat_text(bundle: PublishBundle, folder: Path) -> str:
    """Dataset and distributions in Turtle; addresses are relative to where the folder is published.

    DCAT-AP.de also wants a contributor id, which a portal hands out: it is left to the portal.
    """
    licence = facts.output_licence(bundle)
    shared = {"licence": _LICENCES[licence], "attribution": literal(bundle.attribution)}
    listed = _distributions(bundle, folder)
    parts = [_DATASET.substitute(_values(bundle, listed) | shared)]
    for name, path in listed.items():
        kind = _FILE_TYPES + _TYPES[Path(path).suffix]
        values = {"name": name, "title": literal(path), "path": path, "type": kind}
        parts.append(_DISTRIBUTION.substitute(values | shared))
    return "".join(parts)


def write_dcat(bundle: PublishBundle, folder: Path) -> Path:
    """dcat.ttl beside the files that it describes."""
    path = folder / FILE
    path.write_bytes(dcat_text(bundle, folder).encode("utf-8"))
    return path
