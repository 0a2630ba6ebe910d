"""The census of 2011 around Köln in the publisher's long layout, against its own kilometre tables."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from nahraum.parameters import Parameters
from nahraum.sources import zensus2011
from nahraum.sources.gridtable import read_class_files, read_grid_table
from nahraum.sources.longtable import read_long

pytestmark = [pytest.mark.real, pytest.mark.xdist_group("census")]

WINDOW = (4_094_000.0, 3_083_000.0, 4_121_999.0, 3_113_999.0)  # STATISTICS.md: the box of the three archives


def archive(data_dir: Path, topic: str) -> Path:
    return data_dir / "statistics" / "zensus2011_100m_koeln" / f"csv_{topic}_100m_Gitter_koeln.zip"


@pytest.mark.parametrize(
    ("topic", "variable", "absent"),
    [
        ("Wohnungen", "WOHNFLAECHE_10S", ()),
        ("Wohnungen", "RAUMANZAHL", ("RAUMANZAHL 4",)),
        ("Haushalte", "HHGROESS_KLASS", ("HHGROESS_KLASS 1", "HHGROESS_KLASS 2")),
        ("Demographie", "ALTER_10JG", tuple(f"ALTER_10JG {code}" for code in range(2, 9))),
        ("Demographie", "STAATSANGE_KURZ", ("STAATSANGE_KURZ 1",)),
    ],
)
def test_the_archives_of_koeln_say_which_classes_they_lack(data_dir, topic, variable, absent):
    assert read_long(archive(data_dir, topic), variables=[variable]).absent == absent


def test_dwellings_are_those_of_the_class_files_of_germany(data_dir):
    ours = zensus2011.dwellings(archive(data_dir, "Wohnungen"), 100).table
    files = sorted((data_dir / "zensus2011_100m_germany").glob("dwellings_WOHNFLAECHE_10S_*.parquet"))
    middle = Parameters().value("census.floor_area_class_midpoints_m2")
    theirs = read_class_files(files, size_m=100, classes=middle, window_m=WINDOW).table
    joint = ours.merge(theirs, on="cell_key", suffixes=("", "_files"))
    assert len(joint) == len(ours)
    assert (joint["dwellings"] == joint["dwellings_files"]).all()
    assert np.allclose(joint["floor_area_m2_per_dwelling"], joint["floor_area_m2_per_dwelling_files"])


def test_the_mean_of_the_classes_agrees_with_the_published_mean_of_the_kilometre(data_dir):
    """FORMATS 2.2: correlation 0.981, bias -2.3 m², standard deviation 2.9 m²."""
    homes = zensus2011.dwellings(archive(data_dir, "Wohnungen"), 100).table
    kilometre = homes["cell_key"] // 10_000_000 * 1_000_000 + homes["cell_key"] % 1_000_000 // 10
    floor_m2 = homes["dwellings"] * homes["floor_area_m2_per_dwelling"]
    sums = pd.DataFrame({"cell_key": kilometre, "dwellings": homes["dwellings"], "floor_m2": floor_m2})
    sums = sums.groupby("cell_key").sum()
    file = data_dir / "statistics" / "zensus2011_1km_germany" / "continuous_Wohnfl_Whg_D.parquet"
    columns = {"published": "Wohnfl_Whg_D"}
    published = read_grid_table([file], size_m=1000, columns=columns, missing=[-1, -9], window_m=WINDOW).table
    joint = sums[sums["dwellings"] > 200].join(published.set_index("cell_key")["published"]).dropna()
    ours = joint["floor_m2"] / joint["dwellings"]
    assert len(joint) > 350
    assert np.corrcoef(ours, joint["published"])[0, 1] == pytest.approx(0.981, abs=0.002)
    assert (ours - joint["published"]).mean() == pytest.approx(-2.3, abs=0.1)
    assert (ours - joint["published"]).std() == pytest.approx(2.9, abs=0.1)


def test_a_share_that_needs_a_missing_class_is_unknown_everywhere(data_dir):
    read = zensus2011.topic(archive(data_dir, "Haushalte"), "households", 100)
    assert len(read.table) == 19_020
    assert set(read.table["one_person_households_share_status"]) == {"missing"}
    assert read.absent == ("HHGROESS_KLASS 1", "HHGROESS_KLASS 2")
