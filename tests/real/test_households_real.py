"""Households of Köln from the 100 m window of 2011: small counts are hidden, whole classes not in the archives."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from nahraum.households import drawn_shares, synthetic_households
from nahraum.sources.longtable import read_long

pytestmark = [pytest.mark.real, pytest.mark.xdist_group("census")]
KOELN = 5315000
WINDOW = (4_102_000.0, 3_096_000.0, 4_107_999.0, 3_101_999.0)
TOPICS = (
    ("Wohnungen", "WOHNFLAECHE_10S", "floor_area"),
    ("Wohnungen", "RAUMANZAHL", "rooms"),
    ("Haushalte", "HHGROESS_KLASS", "household_size"),
    ("Demographie", "ALTER_10JG", "age_tens"),
)


def margins_of(data_dir, topic: str, variable: str, dimension: str) -> pd.DataFrame:
    """What is published; a class that only this cell lacks is none or below 3, one that all lack is missing."""
    archive = data_dir / "statistics" / "zensus2011_100m_koeln" / f"csv_{topic}_100m_Gitter_koeln.zip"
    read = read_long(archive, variables=[variable], window_m=WINDOW)
    count = read.counts.reshape(-1)
    return pd.DataFrame(
        {
            "level": "cell",
            "area_key": np.repeat(read.keys, len(read.classes)),
            "dimension": dimension,
            "class_id": np.tile([code for _, code in read.classes], read.keys.size),
            "count": count,
            "status": np.where(np.isnan(count), "suppressed", "ok"),
        }
    )


@pytest.fixture(scope="module")
def koeln(data_dir):
    margins = pd.concat([margins_of(data_dir, *each) for each in TOPICS], ignore_index=True)
    cells = pd.DataFrame({"cell_key": margins["area_key"].unique(), "municipality_key": KOELN})
    return synthetic_households(margins, cells)


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
    few = synthetic_like(koeln, 30)
    shares = drawn_shares(few, lambda record: record["household_size"] > record["rooms"])
    assert ((shares["low"] <= shares["high"]) & shares["share"].between(0, 1)).all()
    assert (shares["high"] - shares["low"]).median() > 0.01


def synthetic_like(made, n: int):
    """The first units only."""
    return replace(made, unit_ids=made.unit_ids[:n], totals=made.totals[:n], fitted=replace(
        made.fitted, weights={k: v[:n] for k, v in made.fitted.weights.items()}))  # fmt: skip
