"""Readers: the world's files become tables, each row with a status.

Importing this package closes GDAL's doors before GDAL is first loaded: network drivers, virtual formats
(a file that tells GDAL to read another file) and drivers that start programs are off, PROJ fetches no grids.
GDAL reads these settings only once, at its first import; set later they are silently ignored. That is why
this is the one import of nahraum with a side effect (docs/explanation/threat-model.md).
"""

from __future__ import annotations

import os

# Names must exist in the GDAL of the wheels, or GDAL prints a warning at import. Vector files are opened by
# a driver chosen by content anyway (vectorfile.py); this list is the second lock on the same door.
_OFF = (
    # virtual: a description that names other files, or a pipeline to run
    *("VRT", "OGR_VRT", "GDALG", "GTI", "STACTA", "STACIT", "GPSBabel", "ADBC"),
    # network
    *("HTTP", "WFS", "OAPIF", "OGCAPI", "WMS", "WMTS", "WCS", "CSW", "EEDA", "EEDAI", "DAAS", "NGW"),
    *("Elasticsearch", "Carto", "AmigoCloud", "PLSCENES", "PLMOSAIC"),
)
_SETTINGS = {
    "GDAL_DRIVER_PATH": "disable",
    "GDAL_VRT_ENABLE_PYTHON": "NO",
    "OGR_SQLITE_ALLOW_EXTERNAL_ACCESS": "NO",
    "PROJ_NETWORK": "OFF",
}


def _close_doors() -> None:
    given = os.environ.get("GDAL_SKIP", "")
    named = [name.strip() for name in given.split("," if "," in given else " ") if name.strip()]
    os.environ["GDAL_SKIP"] = ",".join([*named, *(name for name in _OFF if name not in named)])
    os.environ.update(_SETTINGS)


_close_doors()
