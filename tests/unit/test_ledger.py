"""The ledger of past releases: whole lines or none, the same release once, and what two releases tell together."""

from __future__ import annotations

import json
import stat
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from nahraum.errors import InputError
from nahraum.parameters import Parameters
from nahraum.publish import Released, ledger, release
from nahraum.publish.over_time import compare
from nahraum.publish.past import PastReleases

PARAMETERS = Parameters(on=date(2025, 6, 30))
DAY = date(2026, 11, 23)


def cases(**counts: float) -> pd.DataFrame:
    """Cases of one wave by quarter, among 1,000 residents each."""
    return pd.DataFrame([
        {"area_id": area, "period": "w1", "cases": count, "residents": 1000.0, "rate_per_100000": count * 100}
        for area, count in counts.items()
    ])  # fmt: skip


def out(table: pd.DataFrame) -> Released:
    return release(table, "incidence", parameters=PARAMETERS)


def write(folder: Path, table: pd.DataFrame, day: date = DAY) -> ledger.Entry | None:
    return ledger.record(
        folder, [out(table)], study="town", reference_date=date(2025, 6, 30), released_on=day, version="1"
    )


def test_a_release_is_kept_with_its_values_and_only_its_owner_may_read_it(tmp_path):
    entry = write(tmp_path, cases(A=10, B=20, C=2))
    assert entry is not None
    assert ledger.read_ledger(tmp_path) == (entry,)
    ((_, frame),) = ledger.past_values(tmp_path, "incidence")
    assert frame["cases"].isna().sum() == 2  # C and a partner
    assert stat.S_IMODE((tmp_path / "ledger").stat().st_mode) == 0o700
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "ledger.jsonl").stat().st_mode) == 0o600


def test_the_same_release_twice_adds_no_line(tmp_path):
    write(tmp_path, cases(A=10, B=20))
    before = (tmp_path / "ledger.jsonl").read_bytes()
    assert write(tmp_path, cases(B=20, A=10), date(2027, 1, 1)) is None
    assert (tmp_path / "ledger.jsonl").read_bytes() == before


def test_lines_are_only_added_and_name_the_line_before(tmp_path):
    first, second = write(tmp_path, cases(A=10, B=20)), write(tmp_path, cases(A=30, B=20))
    assert ledger.read_ledger(tmp_path) == (first, second)
    assert first.previous == "0" * 64
    lines = (tmp_path / "ledger.jsonl").read_text().splitlines()
    (tmp_path / "ledger.jsonl").write_text(lines[1] + "\n")
    with pytest.raises(InputError, match="line 1 does not follow"):
        ledger.read_ledger(tmp_path)


@pytest.mark.parametrize("damage", ["{", "[]", '{"id": 1}', "null"])
def test_a_damaged_line_is_told_and_nothing_is_added(tmp_path, damage):
    write(tmp_path, cases(A=10, B=20))
    with (tmp_path / "ledger.jsonl").open("a") as stream:
        stream.write(damage + "\n")
    with pytest.raises(InputError, match="line 2 cannot be read"):
        write(tmp_path, cases(A=11, B=50))


def test_a_run_killed_before_its_line_leaves_no_half_entry(tmp_path, monkeypatch):
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    write(tmp_path, cases(A=10, B=20))
    before = (tmp_path / "ledger.jsonl").read_bytes()
    monkeypatch.setattr(ledger, "_append", killed)
    with pytest.raises(KeyboardInterrupt):
        write(tmp_path, cases(A=40, B=20))
    assert (tmp_path / "ledger.jsonl").read_bytes() == before
    monkeypatch.undo()
    assert write(tmp_path, cases(A=40, B=20)) is not None
    assert len(ledger.read_ledger(tmp_path)) == 2


def test_a_run_killed_while_it_writes_leaves_the_old_ledger(tmp_path, monkeypatch):
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    write(tmp_path, cases(A=10, B=20))
    monkeypatch.setattr(Path, "replace", killed)
    with pytest.raises(KeyboardInterrupt):
        write(tmp_path, cases(A=40, B=20))
    monkeypatch.undo()
    assert len(ledger.read_ledger(tmp_path)) == 1
    assert write(tmp_path, cases(A=40, B=20)) is not None


def test_values_that_were_changed_are_noticed(tmp_path):
    write(tmp_path, cases(A=10, B=20))
    (path,) = (tmp_path / "ledger").glob("*.parquet")
    out(cases(A=11, B=20)).frame.to_parquet(path)
    with pytest.raises(InputError, match="values of a past release are gone"):
        ledger.past_values(tmp_path, "incidence")


def test_a_draft_is_withdrawn_with_a_reason_and_no_longer_counts(tmp_path):
    entry = write(tmp_path, cases(A=10, B=20))
    with pytest.raises(InputError, match="no reason"):
        ledger.withdraw(tmp_path, entry.id, reason=" ", on=DAY, version="1")
    with pytest.raises(InputError, match="0 releases"):
        ledger.withdraw(tmp_path, "nothing", reason="draft", on=DAY, version="1")
    ledger.withdraw(tmp_path, entry.id[:6], reason="draft", on=DAY, version="1")
    assert len(ledger.read_ledger(tmp_path)) == 2
    assert ledger.past_values(tmp_path, "incidence") == []
    again = write(tmp_path, cases(A=10, B=20))  # released after all
    assert again is not None and again.id == entry.id
    assert len(ledger.past_values(tmp_path, "incidence")) == 1  # it binds, though a draft of it was withdrawn
    assert write(tmp_path, cases(A=10, B=20)) is None
    ledger.withdraw(tmp_path, entry.id, reason="draft, too", on=DAY, version="1")
    assert ledger.past_values(tmp_path, "incidence") == [] and len(ledger.read_ledger(tmp_path)) == 4


def test_a_hash_does_not_depend_on_how_numbers_are_stored():
    one = pd.DataFrame({"a": [1.0, np.nan, -0.0], "b": ["x", "", "z"]})
    other = one.astype({"a": "float32"}).assign(a=lambda t: t["a"].astype("Float64"))
    assert ledger.content_hash(one) == ledger.content_hash(other)
    assert ledger.content_hash(one) != ledger.content_hash(one.rename(columns={"a": "c"}))


def again_out(table: pd.DataFrame, held: object, earlier: object) -> Released:
    return release(table, "incidence", parameters=PARAMETERS, held=held, earlier=earlier)


def again(before: pd.DataFrame, after: pd.DataFrame, tmp_path: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The second release beside the first, and what was found."""
    write(tmp_path, before)
    past = PastReleases(tmp_path, PARAMETERS)
    table = past.checked("incidence", lambda *more: again_out(after, *more))
    return table.frame.set_index("area_id"), pd.concat(past.findings, ignore_index=True)


def test_a_count_that_grew_by_two_is_held_back_with_a_partner(tmp_path):
    frame, found = again(cases(A=10, B=20, C=30, D=90), cases(A=12, B=20, C=30, D=90), tmp_path)
    assert found[["why", "action"]].drop_duplicates().to_numpy().tolist() == [["small_change", "held_back"]]
    assert np.isnan(frame.loc["A", "cases"])
    assert np.isnan(frame.loc["A", "rate_per_100000"])
    assert frame["cases"].isna().sum() == 2  # alone it would follow from the city's total


def test_a_count_that_grew_by_three_stays(tmp_path):
    frame, found = again(cases(A=10, B=20), cases(A=13, B=20), tmp_path)
    assert not len(found)
    assert frame["cases"].tolist() == [13, 20]


def test_a_value_held_back_now_that_was_published_before_is_told(tmp_path):
    before = cases(A=10, B=20, C=30)
    frame, found = again(before, pd.concat([before, cases(D=1)]), tmp_path)
    assert np.isnan(frame.loc["D", "cases"])
    assert set(found["why"]) <= {"published_before", "derivable"}
    assert "published_before" in set(found["why"])


def test_two_releases_of_the_same_counts_with_other_gaps_do_not_tell_them():
    """First A and B are held back, then A and C: together everything but A is known, and A from the total."""
    rules = PastReleases(Path(), PARAMETERS).rules
    table = out(cases(A=2, B=9, C=30, D=40)).frame
    city = pd.DataFrame([{"area_id": "", "level": "city", "period": "w1", "cases": 81.0, "suppressed": ""}])
    now = pd.concat([table.assign(level="area"), city], ignore_index=True)
    assert now["cases"].isna().tolist() == [True, True, False, False, False]
    before = now.copy()
    before["cases"] = [np.nan, 9.0, np.nan, 40.0, 81.0]
    found = compare("incidence", now, [("2026-01-01", before)], rules)
    derivable = found.findings[found.findings["why"] == "derivable"]
    assert derivable["action"].tolist() == ["held_back"]
    assert found.masks["cases"].tolist() == [False, False, True, False, False]  # C is what is new today


def test_sentences_say_what_happened_and_how_to_take_a_draft_back(tmp_path):
    write(tmp_path, cases(A=10, B=20, C=30, D=90))
    past = PastReleases(tmp_path, PARAMETERS)
    after = cases(A=12, B=20, C=30, D=90)
    past.checked("incidence", lambda *more: again_out(after, *more))
    assert past.lines("en")[0].startswith("1 figures in incidence are held back: they differ from the release of 2026-")
    assert "Entwurf" in past.lines("de")[-1]
    assert PastReleases(tmp_path / "none", PARAMETERS).lines("de") == []


def test_the_secret_of_cell_keys_is_made_once(tmp_path):
    first = ledger.office_secret(tmp_path)
    assert len(first) == 32
    assert ledger.office_secret(tmp_path) == first
    assert stat.S_IMODE((tmp_path / ledger.SECRET).stat().st_mode) == 0o600


def test_the_ledger_holds_no_facts_about_places(tmp_path):
    places = release(pd.DataFrame({"facility_id": ["f1"], "category": ["gp"]}), "places", parameters=PARAMETERS)
    entry = ledger.record(
        tmp_path, [places], study="t", reference_date=DAY, released_on=DAY, version="1"
    )  # fmt: skip
    assert entry.tables == ()
    assert json.loads((tmp_path / "ledger.jsonl").read_text())["tables"] == []
