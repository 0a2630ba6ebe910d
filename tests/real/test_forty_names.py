"""Forty names in a file, as a planner types them, against the real municipalities of Germany."""

import tomllib

import geopandas as gpd
import pyogrio
import pytest

from nahraum import workflow
from nahraum.errors import InputError

pytestmark = [pytest.mark.real, pytest.mark.xdist_group("boundaries")]

# As they stand in somebody's list; the names of the BKG are read from VG250_KRS (kreisfreie Städte), never from here.
TYPED = """# unsere vierzig
Flensburg
kiel
Luebeck
NEUMÜNSTER
Hamburg
Braunschweig
Salzgitter
Wolfsburg
Delmenhorst
Emden
Oldenburg (Oldenburg)
osnabrück
Wilhelmshaven
Bremen
Bremerhaven
Duesseldorf
Duisburg
Essen
Krefeld
Moenchengladbach
Mülheim an der Ruhr   # mit Zusatz
Oberhausen
Remscheid
Solingen
Wuppertal
Bonn
koeln
Bottrop
Gelsenkirchen
Muenster
Bielefeld
Bochum
Dortmund
Hagen
Hamm
Herne
Frankfurt am Main
7312000
09 564 000
110000000000
"""


@pytest.fixture(scope="module")
def named(data_dir, tmp_path_factory):
    """The 10,990 real municipalities; the file has no names, so the independent cities get theirs from VG250_KRS."""
    file = data_dir / "boundaries" / "germany" / "VG250_GEM_simplified.zip"
    table = gpd.read_file(f"zip://{file}")
    kreise = pyogrio.read_dataframe(
        data_dir / "statistics" / "vg250_ew_sample" / "VG250_KRS.dbf", read_geometry=False, encoding="utf-8"
    )
    cities = kreise[kreise["BEZ"].isin(["Kreisfreie Stadt", "Stadtkreis"])].drop_duplicates("AGS")
    names = {f"{key}000": name for key, name in zip(cities["AGS"], cities["GEN"], strict=True)}
    ags = table["ARS"].str[:5] + table["ARS"].str[9:]
    path = tmp_path_factory.mktemp("named") / "gemeinden.gpkg"
    table.assign(AGS=ags, GEN=ags.map(names).fillna("Gemeinde " + ags)).to_file(path, layer="VG250_GEM", driver="GPKG")
    return path, names


def test_forty_names_make_a_study_of_forty_municipalities(named, tmp_path):
    path, names = named
    (tmp_path / "namen.txt").write_bytes(TYPED.encode("cp1252"))
    done = workflow.init(names=tmp_path / "namen.txt", out=tmp_path / "kreis.toml", boundaries=path)
    keys = tomllib.loads((tmp_path / "kreis.toml").read_text(encoding="utf-8"))["area"]["municipalities"]
    assert len(keys) == len(set(keys)) == 40
    assert [names[key] for key in keys][:3] == ["Flensburg", "Kiel", "Lübeck"]
    assert names[keys[19]] == "Mönchengladbach" and names[keys[20]].startswith("Mülheim an der Ruhr")
    assert keys[-3:] == ["07312000", "09564000", "11000000"]
    assert len(done.document["municipalities"]) == 40 and done.document["extracts"]


def test_what_is_wrong_in_forty_lines_is_told_at_once(named, tmp_path):
    wrong = TYPED.replace("kiel", "Kihl").replace("Hamm\n", "Hammm\n").replace("7312000", "7312999")
    (tmp_path / "namen.txt").write_text(wrong, encoding="utf-8")
    with pytest.raises(InputError) as told:
        workflow.init(names=tmp_path / "namen.txt", out=tmp_path / "kreis.toml", boundaries=named[0])
    assert "3 of 40 lines" in told.value.what and len(told.value.where) == 3
    assert "line 3, 'Kihl'" in told.value.where[0] and "01002000 Kiel" in told.value.where[0]
    assert "05915000 Hamm" in told.value.where[1] and "07312000 Kaiserslautern" in told.value.where[2]
    assert not (tmp_path / "kreis.toml").exists()
