"""What makes the stress test quick changes no figure: one pass against the plain way, threads, shared fits."""

import numpy as np
import pandas as pd
import pytest

from households_made import town
from nahraum.households.contracts import BANDS, BUILDING_TYPES, BUILDING_YEARS
from nahraum.households.sums import Groups
from nahraum.households.synthesis import fitted_units, synthetic_households
from nahraum.parameters import Parameters
from nahraum.stress import failing_by, read_scenario, who_fails
from nahraum.stress.line import line
from nahraum.stress.model import Place
from nahraum.stress.summary import failing_tables
from nahraum.stress.threads import at_once


def drawn(n: int, seed: int) -> pd.DataFrame:
    """Households in three units and four quarters, '' among them; sizes, ages and dwellings of any kind."""
    rng = np.random.default_rng(seed)
    ages = rng.multinomial(1, np.full(len(BANDS), 1 / len(BANDS)), (n, 6))
    size = rng.integers(1, 7, n)
    ages = np.stack([one[:k].sum(axis=0) for one, k in zip(ages, size, strict=True)])
    table = pd.DataFrame(ages, columns=[f"age_{band}" for band in BANDS])
    adults = ages[:, 2:].sum(axis=1)
    return table.assign(
        unit_id=rng.integers(1, 4, n), quarter_id=rng.choice(["", "A", "B", "C"], n), household_size=size,
        household_type=np.where(size == 1, "one_person", "other"), rooms=rng.integers(1, 8, n),
        building_type=rng.choice(BUILDING_TYPES, n), building_year=rng.choice(BUILDING_YEARS, n),
        workers_assumed=rng.integers(0, adults + 1), school_children_assumed=rng.integers(0, size - adults + 1),
    )  # fmt: skip


def place(seed: int, unknown: float) -> Place:
    """Shares of every unit and quarter, some of them not known."""
    rng = np.random.default_rng(seed)
    index = pd.MultiIndex.from_product([[1, 2, 3], ["", "A", "B", "C"]], names=["unit_id", "quarter_id"])
    columns = {}
    for name in ("green", "supply"):
        low, likely, high = np.sort(rng.random((3, len(index))), axis=0)
        gone = rng.random(len(index)) < unknown
        for end, values in (("_low", low), ("", np.where(gone, np.nan, likely)), ("_high", high)):
            columns[f"{name}{end}"] = values
    offered = {
        speed: pd.Series(np.where(rng.random(len(index)) < unknown, np.nan, rng.random(len(index))), index=index)
        for speed in (50, 100, 1000)
    }
    return Place(pd.DataFrame(columns, index=index), offered)


@pytest.mark.parametrize("unknown", [0.0, 0.02, 1.0])
@pytest.mark.parametrize("day", ["nrw_spring_2020", "heat_lockdown"])
def test_one_pass_over_the_households_gives_the_plain_figures_to_the_last_bit(day, unknown):
    table, parameters = drawn(400, 3), Parameters()
    failing = who_fails(table, place(4, unknown), read_scenario(day), parameters)
    by = {"quarter": table["quarter_id"], "kind": table["household_type"], "rooms": table["rooms"].astype(str)}
    found = failing_tables(failing, {name: Groups.of(one) for name, one in by.items()}, parameters)
    for name, group in by.items():
        plain = failing_by(failing, group, parameters)
        assert len(plain) > 1 and plain["several_share_high"].notna().all()
        pd.testing.assert_frame_equal(found[name], plain, check_exact=True)


def test_households_without_any_known_component_are_counted_as_open():
    table = drawn(30, 1)[["household_size", "quarter_id", "unit_id"]]
    failing = who_fails(table, None, read_scenario("nrw_spring_2020"))
    found = failing_tables(failing, {"quarter": Groups.of(table["quarter_id"])})["quarter"]
    pd.testing.assert_frame_equal(found, failing_by(failing, table["quarter_id"]), check_exact=True)


def test_a_line_by_place_is_that_of_each_household_there():
    rows = np.array([2, 0, 1, 1])
    wanted, offered = np.array([100.0, 1000.0, 50.0, np.inf]), {50: [0.9, 0.8, np.nan], 1000: [0.3, np.nan, 0.2]}
    of_place = {speed: np.array(values) for speed, values in offered.items()}
    found, plain = line(wanted, of_place, rows), line(wanted, {speed: one[rows] for speed, one in of_place.items()})
    for end in ("low", "likely", "high"):
        np.testing.assert_array_equal(getattr(found, end), getattr(plain, end))


def test_groups_of_some_rows_keep_only_labels_that_anybody_has():
    groups = Groups.of(pd.Series(["b", "a", "", "c", "a"])).only(np.array([False, True, True, True, True]))
    assert (groups.labels.tolist(), groups.place.tolist()) == (["a", "c"], [-1, 0, -1, 1, 0])


def test_answers_come_in_the_order_of_the_questions_and_an_error_is_told():
    assert list(at_once(lambda n: n * n, iter(range(9)), threads=3)) == [n * n for n in range(9)]
    with pytest.raises(ZeroDivisionError):
        list(at_once(lambda n: 1 / n, [2, 1, 0, 3], threads=2))


def test_on_many_cores_only_a_few_towns_of_households_are_in_memory_at_once(monkeypatch):
    monkeypatch.setattr("os.cpu_count", lambda: 64)
    made = iter(range(40))
    assert next(at_once(lambda n: n, made)) == 0 and next(made) == 5


def test_units_that_are_fitted_once_give_the_same_households_in_any_order():
    margins, cells = town(3, seed=2, least=60)
    fitted = fitted_units(margins, cells)
    other = fitted.households(seed=7, fits=False)
    again = fitted.households(Parameters({"households.age_association": 0.0}), seed=1, fits=False)
    made = synthetic_households(margins, cells)
    assert other.fits.empty and not other.households.equals(made.households)
    assert not again.households.filter(like="age_").equals(made.households.filter(like="age_"))
    pd.testing.assert_frame_equal(fitted.households().households, made.households)
    pd.testing.assert_frame_equal(fitted.households().fits, made.fits)
