"""From a table of cases to what may be said: waves, larger areas, refusals, sentences without causes."""

import numpy as np
import pandas as pd
import pytest

from nahraum.errors import InputError
from nahraum.index.incidence import (
    Factor,
    cases_of_larger_areas,
    incidence_analysis,
    prerequisite_factor,
    status_factor,
)
from nahraum.index.spatial.neighbours import Neighbours, from_pairs
from nahraum.parameters import Parameters
from nahraum.tables import CASES

PERIODS = (("1. Welle", "2020-03-02", "2020-05-17"), ("2. Welle", "2020-09-28", "2021-02-28"))
THIRD = ("3. Welle", "2021-03-01", "2021-06-13")


def row(area: str, period: tuple[str, str, str], cases: float | None, residents: float = 1000, **more: object):
    status = "suppressed" if cases is None else "ok"
    found = {
        "area_id": area, "period": period[0], "begin": period[1], "end": period[2], "age": "", "age_first": np.nan,
        "age_last": np.nan, "cases": np.nan if cases is None else cases, "cases_status": status,
        "residents": residents, "residents_status": "missing" if np.isnan(residents) else "ok",
    }  # fmt: skip
    return found | more


def table(*rows: dict) -> pd.DataFrame:
    return pd.DataFrame(list(rows))[CASES.names()]


def ids(n: int) -> list[str]:
    return [f"{k:03d}" for k in range(n)]


def planted(n: int, slopes: tuple[float, ...], seed: int = 1) -> tuple[pd.DataFrame, pd.Series]:
    """Cases of n areas whose rates go with a status by exp(slope · status), a slope for each wave."""
    rng = np.random.default_rng(seed)
    status = pd.Series(rng.normal(size=n), index=ids(n))
    rows = []
    for period, slope in zip((*PERIODS, THIRD), slopes, strict=False):
        people = rng.integers(2_000, 9_000, n)
        mean = 0.02 * people * np.exp(slope * status.to_numpy())
        counts = rng.poisson(mean * rng.gamma(50, 1 / 50, n))
        rows += [row(a, period, float(c), float(p)) for a, c, p in zip(ids(n), counts, people, strict=True)]
    return table(*rows), status


def line(n: int) -> Neighbours:
    at = np.arange(n - 1, dtype=np.int64)
    return from_pairs(ids(n), np.concatenate([at, at + 1]), np.concatenate([at + 1, at]))


def analysed(cases: pd.DataFrame, *factors: Factor, residents=None, neighbours=None, **overrides: object):
    parameters = Parameters({f"incidence.{name}": value for name, value in overrides.items()})
    return incidence_analysis(cases, factors, residents, neighbours=neighbours, parameters=parameters)


def test_a_suppressed_count_is_an_interval_and_never_a_zero():
    cases = table(row("a", PERIODS[0], None), row("b", PERIODS[0], 20.0), row("c", PERIODS[0], 0.0))
    found = analysed(cases).areas.set_index("area_id")
    assert np.isnan(found.loc["a", "rate_per_100000"])
    assert found.loc["a", "rate_per_100000_status"] == "suppressed"
    assert found.loc["a", ["cases_least", "cases_most"]].tolist() == [1, 2]
    assert found.loc["a", "rate_per_100000_low"] > 0
    assert found.loc["b", "rate_per_100000"] == 2000
    assert found.loc["c", "rate_per_100000"] == 0 and found.loc["c", "rate_per_100000_high"] > 300
    five = analysed(cases, suppressed_below=5).areas.set_index("area_id")
    assert five.loc["a", ["cases_least", "cases_most"]].tolist() == [1, 4]


def test_observed_over_expected_is_one_over_all_areas():
    cases = table(row("a", PERIODS[0], 30.0), row("b", PERIODS[0], 10.0), row("c", PERIODS[0], 20.0, 2000.0))
    found = analysed(cases).areas
    assert found["expected"].tolist() == [15, 15, 30]
    assert found["ratio"].tolist() == pytest.approx([2, 2 / 3, 2 / 3])


def test_an_area_where_nobody_lives_or_residents_are_not_known_has_no_rate():
    cases = table(row("a", PERIODS[0], 30.0), row("b", PERIODS[0], 1.0, 0.0), row("c", PERIODS[0], 2.0, np.nan))
    found = analysed(cases).areas.set_index("area_id")
    assert found["rate_per_100000_status"].tolist() == ["ok", "missing", "missing"]
    assert found.loc["c", "residents_status"] == "missing"


def test_residents_come_from_beside_where_the_table_has_none():
    cases = table(row("a", PERIODS[0], 30.0, np.nan), row("b", PERIODS[0], 10.0, np.nan))
    found = analysed(cases, residents=pd.Series({"b": 500.0, "a": 1000.0})).areas
    assert found["rate_per_100000"].tolist() == [3000, 2000]
    with pytest.raises(InputError, match="no area with cases has residents"):
        analysed(cases, residents=pd.Series({"x": 500.0}))


def aged(area: str, age: str, span: tuple[float, float], cases: float | None, residents: float) -> dict:
    return row(area, PERIODS[0], cases, residents, age=age, age_first=span[0], age_last=span[1])


def test_ages_are_allowed_for_where_cases_and_residents_tell_them():
    """Both areas have the same rates by age; only the old live in b. Their standardised rates are equal."""
    young, old = (0.0, 64.0), (65.0, np.nan)
    cases = table(
        aged("a", "0-64", young, 9.0, 900.0), aged("a", "65+", old, 4.0, 100.0),
        aged("b", "0-64", young, 1.0, 100.0), aged("b", "65+", old, 36.0, 900.0),
    )  # fmt: skip
    found = analysed(cases).areas
    assert found["rate_per_100000"].tolist() == [1300, 3700]
    assert found["adjusted_per_100000"].tolist() == pytest.approx([1000 * 0.805 + 4000 * 0.195] * 2)
    assert found["expected"].tolist() == pytest.approx([13, 37])
    assert found["ratio"].tolist() == pytest.approx([1, 1])


def test_residents_by_age_may_come_from_beside_too():
    young, old = (0.0, 64.0), (65.0, np.nan)
    cases = table(aged("a", "0-64", young, 9.0, np.nan), aged("a", "65+", old, 4.0, np.nan))
    found = analysed(cases, residents=pd.DataFrame({"0-64": {"a": 900.0}, "65+": {"a": 100.0}})).areas
    assert found["residents"].tolist() == [1000]
    assert found["adjusted_per_100000"].tolist() == pytest.approx([1585])


def test_cases_of_unknown_age_count_in_the_rate_of_all():
    cases = table(
        aged("a", "0-64", (0.0, 64.0), 9.0, 900.0), aged("a", "65+", (65.0, np.nan), 4.0, 100.0),
        aged("a", "unknown", (np.nan, np.nan), 2.0, np.nan),
    )  # fmt: skip
    found = analysed(cases).areas.iloc[0]
    assert (found["cases"], found["rate_per_100000"]) == (15, 1500)
    assert found["adjusted_per_100000"] == pytest.approx(1585)


def test_a_suppressed_age_leaves_the_total_an_interval():
    cases = table(aged("a", "0-64", (0.0, 64.0), None, 900.0), aged("a", "65+", (65.0, np.nan), 4.0, 100.0))
    found = analysed(cases).areas.iloc[0]
    assert (found["cases_least"], found["cases_most"]) == (5, 6)
    assert found["adjusted_per_100000_status"] == "suppressed"
    assert 0 < found["adjusted_per_100000_low"] < found["adjusted_per_100000_high"]


def day(area: str, when: str, cases: float | None) -> dict:
    return row(area, ("", when, when), cases)


def test_days_are_summed_up_to_waves_and_days_between_are_left_out():
    cases = table(
        day("a", "2020-03-10", 4.0), day("a", "2020-04-10", None), day("b", "2020-04-11", 2.0),
        day("b", "2020-07-01", 9.0), day("b", "2020-10-01", 5.0),
    )  # fmt: skip
    found = analysed(cases).areas.set_index(["area_id", "period"])
    assert set(found.index.get_level_values("period")) == {"1. Welle", "2. Welle"}
    assert found.loc[("a", "1. Welle"), ["cases_least", "cases_most"]].tolist() == [5, 6]
    assert found.loc[("b", "1. Welle"), "cases"] == 2
    assert found.loc[("a", "2. Welle"), "cases"] == 0, "no row on any day of the wave: no case"
    with pytest.raises(InputError, match="no day of the table of cases lies in a wave"):
        analysed(table(day("a", "2019-01-01", 4.0)))


def test_cases_go_to_the_larger_areas_of_a_factor_and_never_the_other_way():
    cases = table(row("a1", PERIODS[0], 4.0), row("a2", PERIODS[0], None), row("b1", PERIODS[0], 7.0, 500.0))
    larger = pd.Series({"a1": "a", "a2": "a", "b1": "b"})
    found = cases_of_larger_areas(cases, larger, suppressed_below=3)
    assert found["area_id"].tolist() == ["a", "b"]
    assert found[["cases_least", "cases_most"]].to_numpy().tolist() == [[5, 6], [7, 7]]
    assert found["cases_status"].tolist() == ["suppressed", "ok"]
    assert found["residents"].tolist() == [2000, 500]
    assert analysed(found).areas["cases_most"].tolist() == [6, 7]
    with pytest.raises(InputError, match="1 areas lie in none"):
        cases_of_larger_areas(cases, larger.drop("b1"), suppressed_below=3)
    with pytest.raises(InputError, match="1 areas lie in several"):
        cases_of_larger_areas(cases, pd.concat([larger, pd.Series({"b1": "a"})]), suppressed_below=3)


def test_a_factor_of_larger_areas_copied_onto_smaller_ones_is_refused():
    """Sixty areas with six different figures are six observations, not sixty."""
    cases, _ = planted(60, (0.3,))
    copied = pd.Series(np.repeat([0.1127, 0.2241, 0.3118, 0.0512, 0.4079, 0.2706], 10), index=ids(60))
    found = analysed(cases, prerequisite_factor("living_space", copied)).associations.iloc[0]
    assert found["method"] == "none" and "factor_of_larger_areas" in found["notes"]
    assert "zählt eine Beobachtung mehrfach" in found["sentence_de"]
    assert np.isnan(found["rate_ratio_per_sd"]) and np.isnan(found["rank"])


def test_below_thirty_areas_there_are_ranks_and_no_regression():
    cases, status = planted(29, (0.4,))
    found = analysed(cases, status_factor(status, high_is="advantage")).associations.iloc[0]
    assert found["method"] == "rank_correlation" and "few_areas_rank_only" in found["notes"]
    assert np.isnan(found[["rate_ratio_per_sd", "rate_ratio_fifths", "theta"]].astype(float)).all()
    assert found["rank_low"] < found["rank"] < found["rank_high"]
    cases, status = planted(30, (0.4,))
    assert analysed(cases, status_factor(status, high_is="advantage")).associations["method"][0] == "negative_binomial"


def test_the_planted_rate_ratio_lies_in_its_interval():
    cases, status = planted(120, (0.3,))
    found = analysed(cases, status_factor(status, high_is="advantage"), neighbours=line(120)).associations.iloc[0]
    truth = np.exp(0.3 * status.to_numpy().std())
    assert found["rate_ratio_per_sd_low"] < truth < found["rate_ratio_per_sd_high"]
    assert found["rate_ratio_fifths"] > found["rate_ratio_per_sd"] > 1
    assert found["direction"] == 1
    assert "residuals_cluster" not in found["notes"] and not np.isnan(found["residual_moran_p"])


def test_a_status_index_that_is_high_for_disadvantage_is_turned():
    cases, status = planted(60, (0.3,))
    one = analysed(cases, status_factor(status, high_is="advantage"))
    other = analysed(cases, status_factor(-status, high_is="disadvantage"))
    pd.testing.assert_frame_equal(one.associations, other.associations)
    pd.testing.assert_frame_equal(one.areas, other.areas)
    with pytest.raises(InputError, match="no direction"):
        status_factor(status, high_is="up")


def test_a_change_of_sign_is_told_from_three_waves_on():
    cases, status = planted(60, (0.4, -0.4, -0.3))
    found = analysed(cases, status_factor(status, high_is="advantage"))
    assert found.associations["direction"].tolist() == [1, -1, -1]
    change = found.changes.iloc[0]
    assert (change["signs"], change["change"], change["turns"]) == ("+ − −", "sign_changes", "1. Welle → 2. Welle")
    two = analysed(cases[cases["period"] != THIRD[0]], status_factor(status, high_is="advantage"))
    assert two.changes.iloc[0]["change"] == "too_few_waves" and two.changes.iloc[0]["turns"] == ""
    assert "too_few_waves" in two.notes["topic"].tolist()


def test_waves_that_all_go_one_way_or_none_are_told_as_such():
    cases, status = planted(60, (0.4, 0.3, 0.4))
    assert analysed(cases, status_factor(status, high_is="advantage")).changes["change"][0] == "same_sign"
    cases, status = planted(60, (0.4, 0.0, 0.4))
    assert analysed(cases, status_factor(status, high_is="advantage")).changes["change"][0] == "not_certain"


def test_every_table_of_associations_says_that_it_is_about_areas_and_no_sentence_names_a_cause():
    cases, status = planted(60, (0.4, -0.4, 0.1))
    lacking = prerequisite_factor("green", pd.Series(np.linspace(0.01, 0.8, 60), index=ids(60)))
    found = analysed(cases, status_factor(status, high_is="advantage"), lacking)
    for made in (found.associations, found.changes):
        assert (made["caveat_de"] == "Zusammenhänge zwischen Gebieten, nicht zwischen Personen.").all()
        assert (made["caveat_en"] == "Associations between areas, not between persons.").all()
        assert made["sentence_de"].str.endswith(found.caveat_de).all()
        assert made["sentence_en"].str.endswith(found.caveat_en).all()
    texts = " ".join([*found.associations["sentence_en"], *found.changes["sentence_en"], *found.notes["note_en"]])
    texts += " ".join([*found.associations["sentence_de"], *found.changes["sentence_de"], *found.notes["note_de"]])
    for cause in (
        "cause",
        "because",
        "due to",
        "effect",
        "lead",
        "weil",
        "wegen",
        "durch ",
        "führt",
        "wirkt",
        "Ursache",
    ):
        assert cause.lower() not in texts.lower()
    assert "testing_unknown" in found.notes["topic"].tolist()


def test_suppressed_counts_widen_the_interval_and_are_told():
    cases, status = planted(60, (0.3,))
    small = cases.assign(cases=np.floor(cases["cases"] / 30))
    hidden = small["cases"].between(1, 2)
    closed = small.assign(
        cases=small["cases"].mask(hidden), cases_status=np.where(hidden, "suppressed", "ok")
    )  # fmt: skip
    factor = status_factor(status, high_is="advantage")
    shown, told = (analysed(each, factor).associations.iloc[0] for each in (small, closed))
    assert told["n_suppressed"] == hidden.sum() > 5 and "suppressed_counts" in told["notes"]
    assert told["rate_ratio_per_sd_low"] <= shown["rate_ratio_per_sd"] <= told["rate_ratio_per_sd_high"]
    width = [each["rate_ratio_per_sd_high"] - each["rate_ratio_per_sd_low"] for each in (shown, told)]
    assert width[1] > width[0]


def test_the_interval_covers_whatever_suppressed_counts_may_be():
    """Few cases: small counts where status is low and large ones where it is high turn a flat line into a rise."""
    status = pd.Series(np.linspace(-1.5, 1.5, 40), index=ids(40))
    known = [3.0, 4.0, 5.0, 3.0]
    counts_ = [None if k % 2 else known[k // 2 % 4] for k in range(40)]
    factor = status_factor(status, high_is="advantage")
    told = analysed(table(*[row(a, PERIODS[0], n) for a, n in zip(ids(40), counts_, strict=True)]), factor)
    told = told.associations.iloc[0]
    rng = np.random.default_rng(7)
    drawn = [
        np.where(status > 0, 2.0, 1.0),
        np.where(status > 0, 1.0, 2.0),
        *rng.integers(1, 3, (20, 40)).astype(float),
    ]
    for hidden in drawn:
        rows = [row(a, PERIODS[0], h if n is None else n) for a, n, h in zip(ids(40), counts_, hidden, strict=True)]
        found = analysed(table(*rows), factor).associations.iloc[0]
        for name in ("rate_ratio_per_sd", "rate_ratio_fifths", "rank"):
            assert told[f"{name}_low"] <= found[f"{name}_low"] + 1e-6, name
            assert told[f"{name}_high"] >= found[f"{name}_high"] - 1e-6, name


def test_twelve_areas_in_one_order_without_exception_say_something():
    status = pd.Series(np.arange(12.0), index=ids(12))
    cases = table(*[row(a, PERIODS[0], 10.0 + 3 * k) for k, a in enumerate(ids(12))])
    found = analysed(cases, status_factor(status, high_is="advantage")).associations.iloc[0]
    assert found["rank"] == 1 and found["direction"] == 1 and np.isnan(found["rank_low"])
    assert "war die Inzidenz höher" in found["sentence_de"] and "incidence was higher" in found["sentence_en"]
    turned = analysed(cases, status_factor(status, high_is="disadvantage")).associations.iloc[0]
    assert turned["direction"] == -1


def test_the_note_on_missing_fifths_says_where_the_figure_stands():
    cases, _ = planted(40, (0.3,))
    share = pd.Series(np.where(np.arange(40) < 25, 0.0, np.arange(40) / 41), index=ids(40))
    found = analysed(cases, prerequisite_factor("green", share))
    assert "fifths_not_formed" in found.associations["notes"][0]
    told = found.notes.set_index("topic").loc["fifths_not_formed"]
    assert "Spalte notes" in told["note_de"] and "column notes" in told["note_en"]


@pytest.mark.parametrize(
    ("values", "code"),
    [(np.full(40, 0.3), "no_variation"), (np.where(np.arange(40) < 4, np.arange(40) / 7, np.nan), "too_few_areas")],
)
def test_a_column_that_says_nothing_gets_a_documented_answer(values, code):
    cases, _ = planted(40, (0.3,))
    found = analysed(cases, prerequisite_factor("supply", pd.Series(values, index=ids(40)))).associations.iloc[0]
    assert found["method"] == "none" and code in found["notes"] and found["direction"] == 0


def test_one_area_only_and_a_wave_without_a_case_get_a_documented_answer():
    one = analysed(table(row("a", PERIODS[0], 4.0)), status_factor(pd.Series({"a": 1.0}), high_is="advantage"))
    assert one.associations["notes"][0].endswith("too_few_areas")
    assert one.areas["smoothed_per_100000"].tolist() == [400]
    none = table(*[row(a, PERIODS[0], 0.0) for a in ids(40)])
    status = pd.Series(np.arange(40.0), index=ids(40))
    found = analysed(none, status_factor(status, high_is="advantage"))
    assert found.associations["notes"][0].endswith("no_cases")
    assert set(found.areas["rate_per_100000"]) == {0.0}


def test_islands_and_areas_whose_neighbours_are_not_known_do_not_stop_the_check():
    cases, status = planted(40, (0.3,))
    some = from_pairs(ids(38), np.array([0, 1, 2, 3]), np.array([1, 0, 3, 2]))
    found = analysed(cases, status_factor(status, high_is="advantage"), neighbours=some)
    assert found.associations["residual_moran_p"].between(0, 1).all()
    last = found.areas.set_index("area_id").loc["039"]
    assert np.isnan(last["locally_smoothed_per_100000"]) and last["smoothed_per_100000"] > 0


def test_factors_of_other_areas_or_with_one_name_are_refused_at_once():
    cases, status = planted(40, (0.3,))
    foreign = prerequisite_factor("green", pd.Series({"x": 0.1, "y": 0.2}))
    with pytest.raises(InputError) as caught:
        analysed(cases, foreign, status_factor(status, high_is="advantage"), status_factor(status, high_is="advantage"))
    assert "knows none of the areas" in str(caught.value) and "'status' comes 2 times" in str(caught.value)


def test_waves_that_overlap_are_told():
    cases = table(row("a", PERIODS[0], 4.0), row("a", ("Frühjahr", "2020-03-01", "2020-06-30"), 9.0))
    assert "waves_overlap" in analysed(cases).notes["topic"].tolist()


def test_the_order_of_rows_and_factors_does_not_matter():
    cases, status = planted(40, (0.3, -0.2))
    green = prerequisite_factor("green", pd.Series(np.linspace(0.01, 0.8, 40), index=ids(40)))
    factors = (status_factor(status, high_is="advantage"), green)
    one = analysed(cases, *factors, neighbours=line(40))
    other = analysed(cases.sample(frac=1, random_state=4), *factors, neighbours=line(40))
    pd.testing.assert_frame_equal(one.areas, other.areas)
    pd.testing.assert_frame_equal(one.associations, other.associations)


def test_a_table_that_is_none_is_refused_with_all_its_problems():
    cases = table(row("a", PERIODS[0], 4.0), row("a", PERIODS[0], -1.0))
    with pytest.raises(InputError) as caught:
        analysed(cases)
    assert "repeats" in str(caught.value) and "below 0" in str(caught.value)
