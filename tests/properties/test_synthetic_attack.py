"""Stress tests and labs told again with other options: what all files of all times say together."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import box

from attack_harness import Span
from attack_synthetic import SyntheticHarness, _rest
from nahraum.errors import InputError
from nahraum.parameters import Parameters
from nahraum.publish import ledger
from nahraum.publish.mapjson import write_json
from nahraum.publish.past_figures import PastFigures
from nahraum.publish.stress.document import stress_document
from nahraum.publish.stress.door import Door
from nahraum.publish.stress.layers import write_stress_layers
from nahraum.publish.stress.released import released_stress
from nahraum.publish.stress.write import _layer, _tables
from nahraum.stress import read_scenario
from nahraum.stress.outcome import Outcome, StressTest

KNOWN, DAY = Parameters(), date(2026, 6, 30)
STUDY = SimpleNamespace(name="Stadt", language="de", reference_date=DAY)
PARTS = ("care", "supply", "several")
HOUSEHOLDS = {"Q1": 400, "Q2": 45, "Q3": 60, "Q4": 900, "Q5": 250, "Q6": 1300, "Q7": 75}
COUNTS = {
    "care": {"Q1": 2.0, "Q2": 7.0, "Q3": 9.0, "Q4": 122.0, "Q5": 31.0, "Q6": 244.0, "Q7": 12.0},
    "supply": {"Q1": 90.0, "Q2": 20.0, "Q3": 33.0, "Q4": 401.0, "Q5": 77.0, "Q6": 612.0, "Q7": 50.0},
    "several": {"Q1": 41.0, "Q2": 5.0, "Q3": 7.0, "Q4": 96.0, "Q5": 15.0, "Q6": 204.0, "Q7": 11.0},
}  # fmt: skip


def stress_of(counts_by_scenario, households=HOUSEHOLDS) -> StressTest:
    """A stress test of couples with these persons who fail, by scenario, part and quarter."""
    quarters, groups = [], []
    for scenario, counts in counts_by_scenario.items():
        rows = [("", sum(households.values()), {part: sum(counts[part].values()) for part in PARTS})]
        rows += [(name, n, {part: counts[part][name] for part in PARTS}) for name, n in households.items()]
        for name, n, persons in rows:
            shares = {}
            for part, count in persons.items():
                shares |= {f"{part}_share{end}": count / (2.0 * n) for end in ("", "_low", "_high")}
                shares[f"{part}_completeness"] = 1.0
            row = {"scenario": scenario, "households": float(n), "persons": 2.0 * n, **shares, "garden_share": 0.5}
            quarters.append({"quarter_id": name, **row})
            if not name:
                groups.append({"group": "couple_without_child", **row})
    empty = pd.DataFrame()
    tables = Outcome(pd.DataFrame(quarters), pd.DataFrame(groups), empty, empty, empty, empty)
    scenarios = tuple(read_scenario(name) for name in counts_by_scenario)
    names = {name: name for name in households}
    return StressTest(scenarios, tables, empty, empty, statement="synthetic", open=(), names=names)


def told_of(counts_by_scenario, past=None, households=HOUSEHOLDS):
    """What is told of such a test."""
    return out_of(stress_of(counts_by_scenario, households), past, households)


def out_of(test, past=None, households=HOUSEHOLDS):
    """What is told of a test."""
    shapes = gpd.GeoDataFrame(
        {"quarter_id": list(households), "name": list(households)}, crs="EPSG:25832",
        geometry=[box(at, 0, at + 1, 1) for at in range(len(households))],
    )  # fmt: skip
    return released_stress(test, shapes, STUDY, KNOWN, past=past)


def written(told, out: Path) -> Path:
    """Its files without the paper."""
    folder = out / "stress"
    folder.mkdir(parents=True)
    _tables(told, folder / "tables")
    _layer(told, folder)
    write_stress_layers(told, folder)
    write_json(stress_document(told), folder / "stress.json")
    return out


def recorded(past: PastFigures, internal: Path):
    return past.record(internal, KNOWN, study="Stadt", reference_date=DAY, version="0")


def near(counts, jump):
    """The same counts, each a person or less off."""
    return {
        part: {name: max(0.0, n + jump * ((at % 3) - 1)) for at, (name, n) in enumerate(each.items())}
        for part, each in counts.items()
    }  # fmt: skip


def figures(told, scenario="open_day"):
    return told.quarters[scenario].frame.set_index("quarter_id").filter(like="_share")


def test_nothing_follows_from_every_file_of_two_tests_of_nearly_the_same_day(tmp_path):
    internal = tmp_path / "internal"
    first, second = (PastFigures.of(internal, KNOWN), None)
    one = written(told_of({"open_day": COUNTS, "heat_wave": near(COUNTS, 1.3)}, first), tmp_path / "one")
    assert recorded(first, internal) is not None
    second = PastFigures.of(internal, KNOWN)
    two = written(told_of({"open_day": COUNTS, "heat_wave": near(COUNTS, 2.2)}, second), tmp_path / "two")
    harness = SyntheticHarness(one, two)
    assert {"csv", "json", "geojson", "gpkg"} <= set(harness.now.files["stress_quarters"])
    assert harness.now.outlines == len(HOUSEHOLDS)
    same = [found for found in harness.release_by_release() if "heat_wave" not in found]
    assert same == []
    assert [
        *harness.off_their_steps(),
        *harness.files_against_files(),
        *harness.few_households(),
        *harness.totals(),
    ] == []


def test_a_figure_a_person_off_is_told_as_before_and_two_ways_of_telling_tell_nothing(tmp_path):
    internal, key = tmp_path / "internal", {"worth": 1.0, "step": 10.0}
    past = PastFigures.of(internal, KNOWN)
    assert past.said("x", 124.0, 120.0, **key) == 120.0
    past.keep("x", 124.0, 120.0, where=("t", "r", "c"))
    assert past.said("x", 126.0, 130.0, **key) == 120.0  # the jump would speak of two
    assert past.said("x", 127.5, 130.0, **key) == 130.0  # three and more are told
    past.keep("x", 128.0, 130.0, where=("t", "r", "c"))
    assert np.isnan(past.said("x", 126.0, 130.0, **key))
    assert past.said("x", 124.0, 120.0, **key) == 120.0  # the same as before, whatever came after
    recorded(past, internal)
    again = PastFigures.of(internal, KNOWN)
    assert again.said("x", 125.0, 130.0, **key) == 120.0 and again.said("y", 125.0, 130.0, **key) == 130.0


def test_a_figure_held_back_once_stays_so_though_another_partner_would_do():
    """Q1 has two persons and Q3, the smallest other one, hides them; later Q7 is smaller, and Q3 would be told."""
    large = {name: n for name, n in HOUSEHOLDS.items() if name != "Q2"}
    counts = {part: {name: each[name] for name in large} for part, each in COUNTS.items()}
    past = PastFigures(3.0)
    first = figures(told_of({"open_day": counts}, past, large))
    assert set(first.index[first["stress_care_share"].isna()]) == {"Q1", "Q3"}
    later = {**counts, "care": {**counts["care"], "Q7": 8.0}}
    again = figures(told_of({"open_day": later}, past, large))
    assert again.loc[["Q1", "Q3"], "stress_care_share"].isna().all()
    alone = figures(told_of({"open_day": later}, PastFigures(3.0), large))
    assert alone.loc["Q3", "stress_care_share"] > 0  # without the past


def test_where_the_end_of_a_range_is_small_the_range_goes_and_the_share_stays(tmp_path):
    """Of 77 people of Q5 two at least would fail: an assumption, no count; the 77 are told, their range is not."""
    large = {name: n for name, n in HOUSEHOLDS.items() if name != "Q2"}
    test = stress_of({"open_day": {part: {name: each[name] for name in large} for part, each in COUNTS.items()}}, large)
    table = test.tables.quarters
    table.loc[table["quarter_id"] == "Q5", "supply_share_low"] = 2.0 / (2 * large["Q5"])
    told = out_of(test, None, large)
    rows = told.quarters["open_day"].frame.set_index("quarter_id")
    assert rows["stress_supply_share"].notna().all() and rows.loc["Q5", "stress_supply_share"] == 0.15
    ends = rows[["stress_supply_share_min", "stress_supply_share_max"]]
    assert ends.loc["Q5"].isna().all() and ends.isna().all(axis=1).sum() == 2 and ends.notna().any().all()
    assert rows.loc["Q5", "suppressed"].split() == ["stress_supply_share_min", "stress_supply_share_max"]
    small = rows["stress_care_share"].isna()  # two people of Q1 are a count: it goes with its ends
    assert small["Q1"] and rows.loc[small, ["stress_care_share_min", "stress_care_share_max"]].isna().all(axis=None)
    assert SyntheticHarness(written(told, tmp_path)).everything() == []
    past = PastFigures(3.0)
    out_of(test, past, large)
    table.loc[table["quarter_id"] == "Q5", "supply_share_low"] = 4.0 / (2 * large["Q5"])
    again = out_of(test, past, large).quarters["open_day"].frame.set_index("quarter_id")
    assert again.loc["Q5", "stress_supply_share"] == 0.15 and np.isnan(again.loc["Q5", "stress_supply_share_min"])


TENANTS = {"Q1": (2000, 0.03, 0.5), "Q2": (2000, 0.1, 0.01), "Q3": (1800, 0.5, 0.4), "Q4": (2400, 0.6, 0.3),
           "Q5": (2200, 0.4, 0.5)}  # fmt: skip
"""Residents, which part of them are tenants whose rent is known, and the share of these whose rent is high."""


def rents_of(tenants=TENANTS, drawn=0.02) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What is told of rents by quarter and in all, with what draws scatter over; and the exact ones."""
    people = sum(n for n, _, _ in tenants.values())
    known = sum(n * part for n, part, _ in tenants.values())
    high = sum(n * part * share for n, part, share in tenants.values())
    found = {"": (people, known / people, high / known), **tenants}
    table = pd.DataFrame([
        {"quarter_id": name, "households": n / 2, "persons": float(n), "rent_high_assumed_share": share,
         "rent_high_assumed_completeness": part, "rent_high_assumed_drawn_share_min": max(0.0, share - drawn),
         "rent_high_assumed_drawn_share_max": share + drawn}
        for name, (n, part, share) in found.items()
    ])  # fmt: skip
    told, whole = Door(KNOWN, PastFigures(3.0)).areas(table, "mismatch", SimpleNamespace(names={}), prefix="")
    return told.frame.set_index("quarter_id"), whole.frame


def test_rents_of_few_tenants_in_a_large_quarter_are_not_told_nor_what_draws_scatter_over():
    """Q1 has 60 tenants, two of the 200 of Q2 pay much: counted among all 2,000 residents none of it would be small."""
    told, whole = rents_of()
    shares = [name for name in told if "_share" in str(name)]
    assert set(told.index) == set(TENANTS) and len(shares) == 3
    assert told.loc[["Q1", "Q2"], shares].isna().all(axis=None)
    assert told.loc[["Q3", "Q4", "Q5"], "rent_high_assumed_share"].notna().sum() >= 2
    known = told["rent_high_assumed_drawn_share_max"].dropna()  # on the step of the tenants, no finer one
    assert len(known) and (known * 100 % 1 < 1e-9).all() and whole["rent_high_assumed_share"].notna().all()


def test_what_draws_scatter_over_goes_with_its_share_and_alone_where_only_it_is_small(tmp_path):
    """Of two people of Q1 draws say nobody to four: no count is small in it, and yet the share is held back."""
    large = {name: n for name, n in HOUSEHOLDS.items() if name != "Q2"}
    test = stress_of({"open_day": {part: {name: each[name] for name in large} for part, each in COUNTS.items()}}, large)
    table = test.tables.quarters
    for part in PARTS:
        table[f"{part}_drawn_share_min"] = (table[f"{part}_share"] - 2.0 / table["persons"]).clip(0.0, 1.0)
        table[f"{part}_drawn_share_max"] = table[f"{part}_share"] + 2.0 / table["persons"]
    table.loc[table["quarter_id"] == "Q6", "supply_drawn_share_min"] = 2.0 / (2 * large["Q6"])
    told = out_of(test, None, large)
    rows = told.quarters["open_day"].frame.set_index("quarter_id")
    gone = rows["stress_care_share"].isna()
    assert gone["Q1"] and rows.loc[gone, [f"stress_care_drawn_share_{end}" for end in ("min", "max")]].isna().all(
        axis=None
    )
    assert rows.loc["Q6", "stress_supply_share"] == 0.23 and np.isnan(rows.loc["Q6", "stress_supply_drawn_share_min"])
    assert SyntheticHarness(written(told, tmp_path)).everything() == []


def test_repairs_stand_in_the_order_of_what_is_told_of_them():
    """Two measures repair fewer than ten; which of them repairs more is not told by who comes first."""
    persons = {"b": 8.0, "a": 1.0, "c": 31.0, "d": 38.0}
    table = pd.DataFrame([
        {"site_id": site, "several_persons": n, "line_persons": 0.0, "scenario": day}
        for day in ("heat_wave", "autumn") for site, n in sorted(persons.items(), key=lambda one: -one[1])
    ])  # fmt: skip
    told = Door(KNOWN, PastFigures(3.0)).repairs(table)
    assert told["scenario"].tolist() == ["heat_wave"] * 4 + ["autumn"] * 4
    assert told["site_id"].tolist() == ["c", "d", "a", "b"] * 2 and told["several_persons"].tolist()[:4] == [
        30,
        30,
        0,
        0,
    ]


def test_other_assumptions_are_held_against_their_own_persons():
    """Tables come assumption by assumption and are told scenario by scenario."""
    whole = SimpleNamespace(frame=pd.DataFrame({"residents": [1000.0], "stress_care_share": [0.2]}))
    past, names = PastFigures(3.0), ["scenario", "choice", "care_share"]

    def told(*rows):
        found = Door(KNOWN, past).choices(pd.DataFrame(rows, columns=names), {"open_day": whole, "heat_wave": whole})
        return found["care_share"].tolist()

    first = [("open_day", "a", 0.1), ("heat_wave", "a", 0.2), ("open_day", "b", 0.215), ("heat_wave", "b", 0.4)]
    assert told(*first) == [0.1, 0.22, 0.2, 0.4]
    assert told(("heat_wave", "b", 0.201)) == [0.2]  # the 200 people were those of another assumption
    assert told(("heat_wave", "b", 0.2124)) == [0.22]  # fewer than three off 215


def test_the_same_test_again_tells_the_same_and_adds_nothing(tmp_path):
    internal, counts = tmp_path / "internal", {"open_day": COUNTS, "heat_wave": near(COUNTS, 1.3)}
    frames = []
    for _ in range(2):
        past = PastFigures.of(internal, KNOWN)
        frames.append(pd.concat([figures(told_of(counts, past), name) for name in counts]))
        recorded(past, internal)
    pd.testing.assert_frame_equal(frames[0], frames[1])
    entries = ledger.read_ledger(internal)
    assert [[table.name for table in one.tables] for one in entries] == [["synthetic_figures"]]


def test_a_draft_that_is_withdrawn_binds_nobody_and_a_missing_file_is_noticed(tmp_path):
    internal = tmp_path / "internal"
    past = PastFigures.of(internal, KNOWN)
    past.keep("x", 124.0, 120.0, where=("t", "r", "c"))
    entry = recorded(past, internal)
    assert PastFigures.of(internal, KNOWN).said("x", 126.0, 130.0) == 120.0
    (kept,) = (internal / "ledger").glob(f"{entry.id}-*.parquet")
    assert kept.stat().st_mode & 0o777 == 0o600
    saved = kept.read_bytes()
    kept.unlink()
    with pytest.raises(InputError, match="are gone"):
        PastFigures.of(internal, KNOWN)
    kept.write_bytes(saved)
    ledger.withdraw(internal, entry.id, reason="Entwurf", on=DAY, version="0")
    assert PastFigures.of(internal, KNOWN).said("x", 126.0, 130.0) == 130.0


@settings(max_examples=4, deadline=None)
@given(seed=st.integers(0, 10_000), n=st.integers(3, 9))
def test_no_two_figures_so_near_are_told_in_two_ways(seed, n):
    """Three tests of a drawn town, each a little off the last: judged by the exact persons."""
    rng = np.random.default_rng(seed)
    households = {f"Q{at}": int(rng.integers(20, 900)) for at in range(n)}
    counts = {
        part: {name: float(np.floor(rng.beta(0.4, 4) * 2 * size)) for name, size in households.items()}
        for part in PARTS
    }  # fmt: skip
    past, seen = PastFigures(3.0), {}
    for _ in range(3):
        told = told_of({"open_day": counts}, past, households)
        for name, row in figures(told).iterrows():
            for part in PARTS:
                exact, share = counts[part][name], row[f"stress_{part}_share"]
                step = next(one for one in (0.001, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5) if one * 2 * households[name] >= 5)
                for other, earlier in seen.get((part, name), ()):
                    far = abs(earlier - exact / (2 * households[name])) > 2 * step + 1e-9
                    if abs(other - exact) < 3 and not far and share == share and earlier == earlier:
                        assert share == earlier, (part, name, exact, other)
                seen.setdefault((part, name), []).append((exact, share))
                assert share != share or not 0 < exact < 3
        move = {part: {name: float(rng.integers(-2, 3)) for name in households} for part in PARTS}
        counts = {
            part: {name: min(max(0.0, n + move[part][name]), 2.0 * households[name]) for name, n in each.items()}
            for part, each in counts.items()
        }  # fmt: skip


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of one safe test."""
    folder = tmp_path_factory.mktemp("files")
    written(told_of({"open_day": COUNTS, "heat_wave": near(COUNTS, 4.0)}), folder)
    assert SyntheticHarness(folder).everything() == []
    return folder


def planted(files: Path, out: Path, change, table="stress_quarters") -> SyntheticHarness:
    """The files with one leak in a table, and nothing else that tells of it."""
    shutil.copytree(files, out)
    path = out / "stress" / "tables" / f"{table}.csv"
    frame = pd.read_csv(path, sep=";", decimal=",", encoding="utf-8-sig", dtype={"quarter_id": str})
    change(frame).to_csv(path, sep=";", decimal=",", index=False, encoding="utf-8-sig")
    (out / "stress" / "stress.gpkg").unlink()
    (out / "stress" / "stress.geojson").unlink()
    (out / "stress" / "stress.json").unlink()
    return SyntheticHarness(out)


def test_persons_that_are_no_tens_and_shares_too_fine_are_found(files, tmp_path):
    found = planted(files, tmp_path / "a", lambda t: t.assign(residents=t["residents"] + 1)).off_their_steps()
    assert found and all("residents" in one for one in found)
    finer = planted(files, tmp_path / "b", lambda t: t.assign(stress_supply_share=t["stress_supply_share"] + 0.0013))
    assert any("stress_supply_share" in one for one in finer.off_their_steps())


def test_a_share_of_few_an_end_beside_what_is_held_back_and_an_order_of_something_else_are_found(files, tmp_path):
    def of_few(table):
        return table.assign(stress_supply_completeness=0.05)

    found = planted(files, tmp_path / "a", of_few).few_behind()
    assert any("Q4" in one and "stress_supply_share" in one for one in found)

    def ends_told(table):
        return table.assign(stress_care_drawn_share_max=0.1)

    found = planted(files, tmp_path / "b", ends_told).ends_alone()
    assert any("Q1" in one and "drawn" in one for one in found)
    repairs = pd.DataFrame({"scenario": "open_day", "site_id": ["b", "a"], "several_persons": [0.0, 0.0]})
    shutil.copytree(files, tmp_path / "c")
    repairs.to_csv(tmp_path / "c" / "stress" / "tables" / "stress_repairs.csv", sep=";", index=False)
    assert SyntheticHarness(tmp_path / "c").now.out_of_order


def test_a_document_that_tells_what_a_table_holds_back_is_found(files, tmp_path):
    shutil.copytree(files, tmp_path / "a")
    path = tmp_path / "a" / "stress" / "stress.json"
    document = json.loads(path.read_text(encoding="utf-8"))
    row = next(one for one in document["scenarios"][0]["quarters"] if one["quarter_id"] == "Q1")
    assert row["figures"]["care"]["share"] is None
    row["figures"]["care"]["share"] = 0.0025
    path.write_text(json.dumps(document), encoding="utf-8")
    found = SyntheticHarness(tmp_path / "a").files_against_files()
    assert any("stress_care_share" in one and "Q1" in one for one in found)


def test_a_quarter_alone_outside_the_table_and_a_rest_of_two_are_found(files, tmp_path):
    def nearly_all(table):
        first = table[table["scenario"] == "open_day"]
        rows = [{**first.iloc[0].to_dict(), "quarter_id": name, "residents": 800.0} for name in HOUSEHOLDS][:-1]
        return pd.DataFrame(rows)

    harness = planted(files, tmp_path / "a", nearly_all)
    harness.now.outlines = len(HOUSEHOLDS)
    assert harness.few_households() == ["open_day: a single quarter is not told; the whole study tells it"]
    assert _rest("rest", Span(100.0, 100.0), [Span(98.0, 98.0), None]) and not _rest("none", None, [None])
    assert not _rest("room", Span(95.0, 105.0), [Span(98.0, 98.0), None])


def test_a_figure_that_one_release_tells_and_the_next_one_tells_otherwise_is_found(files, tmp_path):
    def moved(table):
        return table.assign(stress_supply_share=table["stress_supply_share"].where(table["quarter_id"] != "Q4", 0.5))

    planted(files, tmp_path / "a", moved)
    found = SyntheticHarness(files, tmp_path / "a").release_by_release()
    assert found and all("Q4" in one and "stress_supply_share" in one for one in found)
