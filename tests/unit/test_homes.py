"""Households in their quarters: whole shares, rents, draws and value choices; and a whole town through its stages."""

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

import nahraum as nr
from homes_made import homes_by_hand, household
from households_made import key, town
from nahraum.frames import require
from nahraum.households import HOME_QUARTERS, HOUSEHOLDS, UNIT_PLACES, UNITS, synthetic_households
from nahraum.households.drawn import Dice
from nahraum.households.homes import drawn_homes, homes_in_quarters
from nahraum.households.variants import variants
from nahraum.parameters import Parameters
from nahraum.workflow.homes import homes_of, homes_variants, write_homes
from nahraum.workflow.progress import Progress
from nahraum.workflow.verbs import store_of, study_of

NAMES = pd.Series({"A": "Altstadt", "B": "Berg"})


def addresses(rows: list[tuple[int, str, float, float, bool]]) -> pd.DataFrame:
    """Cell number, quarter, residents, of these communal, inside."""
    table = pd.DataFrame(rows, columns=["cell", "quarter_id", "residents", "residents_communal", "inside"])
    return table.assign(cell_key=[key(each) for each in table["cell"]])


@pytest.fixture(scope="module")
def made():
    """Three cells with enough households each."""
    return synthetic_households(*town(3, seed=2, least=60))


@pytest.fixture(scope="module")
def homes(made):
    where = addresses([
        (0, "A", 60.0, 0.0, True), (0, "B", 20.0, 0.0, True), (1, "B", 50.0, 10.0, True), (2, "A", 30.0, 0.0, True),
        (2, "", 10.0, 0.0, False),
    ])  # fmt: skip
    rents = pd.DataFrame({
        "cell_key": [key(0), key(1), key(2)], "net_cold_rent_eur_m2": [7.5, np.nan, 12.0],
        "net_cold_rent_eur_m2_status": ["ok", "suppressed", "unreliable"],
    })  # fmt: skip
    return homes_in_quarters(made, where, names=NAMES, rents=rents, parameters=Parameters())


def test_every_quarter_gets_its_whole_share_of_a_unit(made, homes):
    first = made.totals[0]
    counted = homes.households[homes.households["unit_id"] == key(0)]["quarter_id"].value_counts()
    assert counted["A"] == pytest.approx(0.75 * first, abs=0.5) and counted.sum() == first
    require(homes.places, UNIT_PLACES, called="places")
    assert homes.places.groupby("unit_id")["share"].sum().tolist() == pytest.approx([1, 1, 1])


def test_what_lives_outside_of_the_study_is_in_no_table(made, homes):
    inside = homes.units.set_index("unit_id")["n_households"]
    assert inside[key(2)] == pytest.approx(0.75 * made.totals[2], abs=0.5) and len(homes.households) == inside.sum()
    quarters = require(homes.quarters, HOME_QUARTERS, called="quarters").set_index("quarter_id")
    assert quarters["name"].tolist() == ["Altstadt", "Berg"] and quarters["n_households"].sum() == inside.sum()
    bands = [name for name in quarters if name.startswith("persons_")]
    assert (quarters[bands].sum(axis=1) == quarters["n_persons"]).all()
    assert quarters.loc["B", "residents_communal"] == 10


def test_the_rent_of_a_tenant_is_the_mean_of_the_unit_and_an_owner_has_none(homes):
    units = require(homes.units, UNITS, called="units")
    assert units["net_cold_rent_eur_m2_status"].tolist() == ["ok", "missing", "unreliable"]
    table = homes.households[homes.households["unit_id"] == key(0)]
    tenants = table["tenure"] == "tenant"
    assert (table.loc[tenants, "net_cold_rent_eur_m2"] == 7.5).all()
    assert table.loc[~tenants, "net_cold_rent_eur_m2"].isna().all()
    assert set(table["rent_class"]) == {"7_to_8", ""}
    dear = homes.households[(homes.households["unit_id"] == key(2)) & (homes.households["tenure"] == "tenant")]
    assert set(dear["rent_class"]) == {"12_and_more"}


def test_a_draw_is_another_table_of_as_many_households_and_comes_back_from_its_seed(homes):
    tables = list(drawn_homes(homes, Parameters(), n=2))
    again = list(drawn_homes(homes, Parameters(), n=1))
    pd.testing.assert_frame_equal(tables[0], again[0])
    assert not tables[0]["rooms"].equals(tables[1]["rooms"])
    for table in tables:
        assert table.columns.tolist() == homes.households.columns.tolist() and len(table) == len(homes.households)
        ages = [name for name in table if name.startswith("age_")]
        assert (table[ages].sum(axis=1) == table["household_size"]).all()
        assert (table.loc[table["household_type"] == "one_person", "household_size"] == 1).all()


def test_draws_lie_around_the_counts(made):
    rooms = made.households["rooms"].value_counts().reindex(range(1, 8), fill_value=0)
    where = addresses([(k, "A", 10.0, 0.0, True) for k in range(3)])
    homes = homes_in_quarters(made, where, names=NAMES, parameters=Parameters())
    tables = drawn_homes(homes, Parameters(), n=24)
    drawn = np.array([each["rooms"].value_counts().reindex(range(1, 8), fill_value=0) for each in tables])
    expected = rooms.to_numpy()
    assert np.abs(drawn.mean(axis=0) - expected).max() < 0.06 * len(made.households)
    spread = drawn.std(axis=0)
    assert (spread + 1.0 > 0.4 * np.sqrt(expected)).all() and spread.max() < 3 * np.sqrt(expected.max())


def test_dice_throw_each_class_as_often_as_its_chance():
    dice = Dice.of(np.array([[1.0, 0.0, 3.0], [0.0, 0.0, 0.0]]))
    steps = (np.arange(1000) + 0.5) / 1000
    thrown = dice.thrown(np.zeros(1000, dtype=np.int64), steps)
    assert np.bincount(thrown, minlength=3).tolist() == [250, 0, 750]
    assert len(set(dice.thrown(np.ones(1000, dtype=np.int64), steps).tolist())) == 3


def test_value_choices_are_named_and_rates_stay_shares():
    listed = {each.name: each for each in variants(Parameters())}
    assert list(listed) == [
        "as_assumed", "no_association", "twice_the_association", "seed_2", "seed_3", "rates_low", "rates_high",
    ]  # fmt: skip
    high = listed["rates_high"].overrides(Parameters())
    assert all(0 <= rate <= 1 for rates in high.values() for rate in rates)
    assert not listed["seed_2"].overrides(Parameters())


def test_partners_are_of_about_one_age_and_without_association_they_are_not():
    margins, places = town(2, seed=4, least=110)
    apart = []
    for together in (0.0, 0.85):
        known = Parameters({"households.age_association": together})
        table = synthetic_households(margins, places, parameters=known).households
        couples = table[(table["household_type"] == "couple_without_child") & (table["household_size"] == 2)]
        old = couples[[f"age_{band}" for band in ("65_69", "70_79", "80_plus")]].sum(axis=1)
        apart.append((old == 1).mean())
    assert apart[1] < 0.7 * apart[0]


def test_households_by_hand_are_the_same_kind_of_table():
    homes = homes_by_hand([household(2, rooms=3, age_30_39=2), household(1, rooms=1, age_80_plus=1)], ("A", "B"))
    require(homes.households, HOUSEHOLDS, called="households")
    require(homes.quarters, HOME_QUARTERS, called="quarters")
    assert homes.quarters["persons_80_plus"].tolist() == [0, 1]


@pytest.fixture(scope="module")
def town_homes(small_town):
    return nr.synthetic_households(small_town.study)


def test_a_town_has_households_for_all_who_live_in_none_of_its_communal_homes(town_homes):
    quarters = require(town_homes.quarters, HOME_QUARTERS, called="quarters")
    assert not town_homes.made.open and len(town_homes.households) == quarters["n_households"].sum()
    assert quarters["n_persons"].sum() == pytest.approx(
        (quarters["residents"] - quarters["residents_communal"]).sum(), rel=0.1
    )
    assert {"rent_class", "building_year", "floor_area_m2", "age_80_plus"} <= set(town_homes.households)


def test_a_town_meets_every_margin_that_its_census_publishes_consistently(town_homes):
    fits = town_homes.made.fits
    mine = fits[(fits["level"] == "unit") & ~fits["dimension"].str.startswith("age") & fits["consistent"]]
    assert len(mine) > 100 and (mine["difference"].abs() <= 1).all()


def test_the_stage_is_found_again_and_variants_move_only_what_they_name(small_town, town_homes):
    study = study_of(small_town.study)
    store = store_of(study)
    with store.lock():
        again = homes_of(study, store, Progress(quiet=True))
        assert not again.fresh
        pd.testing.assert_frame_equal(again.value.households, town_homes.households)
        found = dict(homes_variants(study, store, Progress(quiet=True), names=("rates_low",)))
    low = found["rates_low"].households
    same = [name for name in low if not name.endswith("_assumed")]
    pd.testing.assert_frame_equal(low[same], town_homes.households[same], check_dtype=False)
    assert low["workers_assumed"].sum() < town_homes.households["workers_assumed"].sum()


def test_every_file_says_that_no_row_is_a_household_that_exists_and_the_office_alone_may_read_it(
    small_town, town_homes, tmp_path
):
    folder = study_of(small_town.study).output_folder / "internal" / "households"
    assert folder.stat().st_mode & 0o077 == 0
    written = write_homes(town_homes, tmp_path)
    assert sorted(path.name for path in folder.iterdir()) == sorted(path.name for path in written)
    for path in folder.iterdir():
        told = pq.read_metadata(path).metadata[b"statement"].decode() if path.suffix == ".parquet" else path.read_text()
        assert "no personal record" in told
