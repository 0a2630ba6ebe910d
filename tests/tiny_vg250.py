"""A tiny Germany in the layout of VG250: squares with keys, names and Kreise, in a zip with folders."""

from __future__ import annotations

import tempfile
import zipfile
from pathlib import Path

import geopandas as gpd
import shapely

# AGS, name, column and row of its square (10 km each, EPSG:25832), GF
PLACES = (
    ("07312000", "Kaiserslautern", 0, 0, 4),
    ("07335002", "Neustadt", 1, 0, 4),
    ("07335003", "Bruchmühlbach-Miesau", 2, 0, 4),
    ("10045114", "Homburg", 3, 0, 4),
    ("09573002", "Neustadt", 8, 0, 4),
    ("15002000", "Halle (Saale)", 8, 4, 4),
    ("03255023", "Halle", 5, 8, 4),
    ("05315000", "Köln", 0, 6, 4),
    ("05162024", "Neuss", 0, 7, 4),
    ("08421000", "Ulm", 5, 0, 4),
    ("09775135", "Neu-Ulm", 6, 0, 4),
    ("08335043", "Konstanz", 5, -4, 4),
    ("08335043", "Konstanz", 5, -5, 2),
    ("02000000", "Hamburg", 2, 11, 4),
    ("11000000", "Berlin", 9, 8, 4),
    ("12054000", "Potsdam", 8, 8, 4),
)
KREISE = {
    "07312": "Kaiserslautern", "07335": "Kaiserslautern", "10045": "Saarpfalz-Kreis", "09573": "Fürth",
    "15002": "Halle (Saale)", "03255": "Holzminden", "05315": "Köln", "05162": "Rhein-Kreis Neuss", "08421": "Ulm",
    "09775": "Neu-Ulm", "08335": "Konstanz", "02000": "Hamburg", "11000": "Berlin", "12054": "Potsdam",
}  # fmt: skip
SIDE_M, EAST, NORTH = 10_000.0, 400_000.0, 5_450_000.0


def square(column: int, row: int) -> shapely.Polygon:
    x, y = EAST + SIDE_M * column, NORTH + SIDE_M * row
    return shapely.box(x, y, x + SIDE_M, y + SIDE_M)


def municipalities(only: tuple[str, ...] = ()) -> gpd.GeoDataFrame:
    rows = [place for place in PLACES if not only or place[0] in only]
    return gpd.GeoDataFrame(
        {
            "ARS": [f"{ags[:5]}{ags[5:].rjust(4, '0')[:4]}{ags[5:]}"[:12] for ags, *_ in rows],
            "AGS": [ags for ags, *_ in rows],
            "GEN": [name for _, name, *_ in rows],
            "BEZ": ["Gemeinde" for _ in rows],
            "GF": [form for *_, form in rows],
        },
        geometry=[square(column, row) for _, _, column, row, _ in rows],
        crs=25832,
    )


def write_vg250(path: Path, table: gpd.GeoDataFrame | None = None) -> Path:
    """The zip as the BKG packs it: layers VG250_GEM and VG250_KRS in a folder, a text beside them."""
    table = municipalities() if table is None else table
    kreise = table.assign(AGS=table["AGS"].str[:5]).drop_duplicates("AGS")
    kreise = kreise.assign(GEN=kreise["AGS"].map(KREISE), BEZ="Landkreis")
    inside = "vg250_01-01.utm32s.shape.ebenen/vg250_ebenen_0101"
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, layer in (("VG250_GEM", table), ("VG250_KRS", kreise)):
            layer.to_file(Path(folder) / f"{name}.shp", encoding="utf-8")
        for file in sorted(Path(folder).iterdir()):
            archive.write(file, f"{inside}/{file.name}")
        archive.writestr("vg250_01-01.utm32s.shape.ebenen/aktualitaet.txt", "Stand: 01.01.")
    return path
