"""Households of Köln from the 100 m window of 2011: small counts are hidden, whole classes not in the archives."""

import pandas as pd
import pytest

from nahraum.households import drawn_shares, margins_of_counts, synthetic_households
from nahraum.parameters import Parameters
from nahraum.sources.household_counts import household_counts
from nahraum.study import SourceSpec

pytestmark = [pytest.mark.real, pytest.mark.xdist_group("census")]
KOELN = 5315000
FEW = Parameters({"households.draws": 10})
WINDOW = (4_102_000.0, 3_096_000.0, 4_107_999.0, 3_101_999.0)
ARCHIVES = {
    "dwellings": "Wohnungen",
    "topics.rooms": "Wohnungen",
    "topics.households": "Haushalte",
    "topics.ages": "Demographie",
}


@pytest.fixture(scope="module")
def koeln(data_dir):
    folder = data_dir / "statistics" / "zensus2011_100m_koeln"
    sources = {
        name: SourceSpec(name, "zensus2011", (folder / f"csv_{each}_100m_Gitter_koeln.zip",))
        for name, each in ARCHIVES.items()
    }
    counts = household_counts(sources, window_m=WINDOW)
    cells = pd.DataFrame({"cell_key": counts["area_key"].unique(), "municipality_key": KOELN})
    return synthetic_households(margins_of_counts(counts, cells, Parameters()), cells)


def test_households_of_koeln_lie_within_every_margin_that_is_published(koeln):
    homes = koeln.fits[~koeln.fits["dimension"].str.startswith("age")]
    consistent = homes[homes["consistent"] & homes["lower"].notna()]
    assert len(consistent) > 20_000
    assert (consistent["difference"].abs() <= 1).all()


def test_classes_that_the_archives_lack_are_told_as_missing_and_open(koeln):
    fits = koeln.fits
    told = fits.groupby(["dimension", "class_id"])["published"].count()
    lacking = {name: set(told[name].index[told[name] == 0]) for name in told.index.unique("dimension")}
    assert lacking["household_size"] == {1, 2}
    assert lacking["rooms"] == {4}
    assert lacking["age_tens"] == {2, 3, 4, 5, 6, 7, 8}
    assert lacking["floor_area"] == set()
    never = fits.set_index(["dimension", "class_id"]).index.isin(told.index[told == 0])
    assert (fits.loc[never, "status"] == "missing").all()


def test_what_nobody_publishes_in_koeln_is_no_column(koeln):
    assert {"household_type", "tenure", "building_type", "building_year", "age_five"} == set(koeln.open)
    assert not {"household_type", "tenure", "building_type", "building_year"} & set(koeln.households.columns)
    assert len(koeln.households) > 50_000
    assert koeln.pools["n_households_status"].isin(["unreliable", "suppressed"]).all()
    assert koeln.households.groupby("unit_id").size().min() >= 30


def test_a_share_of_koeln_is_an_interval(koeln):
    shares = drawn_shares(koeln, lambda homes: homes["household_size"] > homes["rooms"], parameters=FEW)
    assert ((shares["low"] <= shares["high"]) & shares["share"].between(0, 1)).all()
    assert (shares["high"] - shares["low"]).median() > 0.01
