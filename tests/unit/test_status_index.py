"""The status index by hand: index, classes, gaps, areas that are left out, bad input, matrices, explanations."""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from nahraum.errors import InputError
from nahraum.index.status import (
    Method,
    StatusIndex,
    components,
    explain_status,
    quarter_lacks,
    read_method,
    status_dynamics,
    status_index,
    status_prerequisites,
)  # fmt: skip
from nahraum.index.status.engine import work_out
from nahraum.index.status.method import Classes, Domain, Part
from nahraum.index.status.moves import _whole, class_at, part_moves
from nahraum.parameters import Parameters

BERLIN = read_method("mss-berlin-2019")


def town(n: int = 40, seed: int = 5) -> pd.DataFrame:
    """Percentages of three parts, and their change in points."""
    rng = np.random.default_rng(seed)
    level = rng.gamma(3.0, 4.0, n)
    parts = {name: np.clip(level * factor + rng.normal(0, 2, n), 0.1, 95) for name, factor in
             (("s1", 0.6), ("s3", 1.0), ("s4", 1.8))}  # fmt: skip
    change = {name: rng.normal(0, 1, n) for name in ("d1", "d3", "d4")}
    return pd.DataFrame(parts | change, index=[f"{i:05d}" for i in range(n)])


def people(values: pd.DataFrame, number: float = 1000.0) -> pd.Series:
    return pd.Series(number, index=values.index)


def area(found: StatusIndex, area_id: str) -> dict[str, Any]:
    return dict(found.areas.set_index("area_id").loc[area_id])


def topics(found: StatusIndex) -> list[str]:
    return found.notes["topic"].tolist()


def refused(values: pd.DataFrame, method: Method = BERLIN, **more: Any) -> str:
    with pytest.raises(InputError) as caught:
        status_index(values, method, **more)
    return str(caught.value)


def test_an_index_of_one_part_is_its_z_value_by_hand() -> None:
    """32 areas: 30 with 10 %, one with 2 %, one with 18 %: mean 10, population variance 4."""
    one = replace(BERLIN, parts=BERLIN.parts[:1], dynamics=None)
    values = pd.DataFrame({"s1": [10.0] * 30 + [2.0, 18.0]}, index=[f"q{i:02d}" for i in range(32)])
    found = status_index(values, one, residents=people(values))
    assert area(found, "q30")["index"] == pytest.approx(-4.0) and area(found, "q31")["index"] == pytest.approx(4.0)
    assert [area(found, name)["class_de"] for name in ("q00", "q30", "q31")] == ["mittel", "hoch", "sehr niedrig"]
    assert [area(found, name)["rank"] for name in ("q00", "q30", "q31")] == [2.0, 32.0, 1.0]


def test_the_sum_of_z_values_is_divided_by_its_standard_deviation() -> None:
    values = town()
    total = sum((values[name] - values[name].mean()) / values[name].std(ddof=0) for name in ("s1", "s3", "s4"))
    found = status_index(values, BERLIN, residents=people(values)).areas.set_index("area_id")
    assert found["index"].to_numpy() == pytest.approx((total / total.std(ddof=0)).to_numpy())
    assert (found["group"] == found["class"] + found["dynamics_class"]).all()


@pytest.mark.parametrize("aggregate", ["sum", "mean", "geometric", "mazziotta_pareto", "exponential_rank", "maximum"])
@pytest.mark.parametrize("again", ["none", "z", "minmax"])
def test_contributions_add_up_to_the_index(aggregate: str, again: str) -> None:
    method = replace(BERLIN, aggregate=aggregate, restandardise=again, dynamics=None)
    found = status_index(town(), method)
    total = found.parts[found.parts["role"] == "status"].groupby("area_id")["contribution"].sum()
    assert total.to_numpy() == pytest.approx(found.areas["index"].to_numpy())


def test_an_advantage_counts_the_other_way_round() -> None:
    values = town()
    turned = values.assign(s1=100.0 - values["s1"])
    parts = (replace(BERLIN.parts[0], high_is="advantage"), *BERLIN.parts[1:])
    plain, other = status_index(values, BERLIN), status_index(turned, replace(BERLIN, parts=parts))
    assert other.areas["index"].to_numpy() == pytest.approx(plain.areas["index"].to_numpy())


def test_areas_below_300_residents_have_no_index_and_count_for_no_mean() -> None:
    values = town()
    residents = people(values)
    residents["00003"] = 299.0
    values.loc["00003", "s1"] = 99.0
    found = status_index(values, BERLIN, residents=residents)
    assert (area(found, "00003")["reason"], area(found, "00003")["class"]) == ("few_residents", "")
    without = values.drop(index="00003")
    alone = status_index(without, BERLIN, residents=people(without)).areas["index"]
    assert found.areas.loc[found.areas["valid"], "index"].tolist() == alone.tolist()
    assert "few_residents" in topics(found)


def test_the_reasons_for_no_index_are_told_apart() -> None:
    values, residents = town(), people(town())
    residents["00001"] = np.nan
    values.loc["00002", "s3"] = np.nan
    found = status_index(values, BERLIN, residents=residents, excluded=["00004"])
    reasons = [area(found, name)["reason"] for name in ("00000", "00001", "00002", "00004")]
    assert reasons == ["", "residents_unknown", "missing_part", "excluded"]


def test_gaps_are_dropped_filled_visibly_or_refused_as_the_method_says() -> None:
    values = town()
    values.loc[["00002", "00007"], "s3"] = np.nan
    filled = status_index(values, replace(BERLIN, missing="impute"))
    assert area(filled, "00002")["valid"] and area(filled, "00002")["imputed"] == "s3"
    row = filled.parts.set_index(["area_id", "part_id"]).loc[("00002", "s3")]
    assert row["status"] == "imputed" and np.isnan(row["value"])
    assert row["standardised"] == pytest.approx(0.0) and row["contribution"] == pytest.approx(0.0)
    assert "00002, 00007" in filled.notes.set_index("topic").loc["imputed", "note_de"]
    message = refused(values, replace(BERLIN, missing="refuse"))
    assert "refuses gaps" in message and "['00002', '00007']" in message


def test_no_classes_below_30_valid_areas() -> None:
    found = status_index(town(29), BERLIN)
    assert not found.available and found.reason == "too_few_areas"
    assert (found.areas["class"] == "").all() and found.areas["index"].notna().all()
    assert found.limits.empty and not found.areas["attention"].any()
    assert status_index(town(30), BERLIN).available


def test_one_area_alone_has_no_index() -> None:
    found = status_index(town(1), BERLIN)
    assert not found.available and found.areas["index"].isna().all() and "one_area" in topics(found)


def test_a_part_that_is_equal_everywhere_adds_nothing_and_is_named() -> None:
    values = town().assign(s1=7.0)
    found = status_index(values, BERLIN)
    rows = found.parts[found.parts["part_id"] == "s1"]
    assert (rows["contribution"] == 0).all() and "constant_part" in topics(found)


def test_where_all_areas_are_equal_they_share_one_class() -> None:
    values = pd.DataFrame(dict.fromkeys(("s1", "s3", "s4"), 5.0), index=[f"{i}" for i in range(35)])
    found = status_index(values, BERLIN)
    assert (found.areas["class"] == "2").all() and "constant_index" in topics(found)


def test_without_values_of_change_there_is_status_but_no_dynamics() -> None:
    found = status_index(town()[["s1", "s3", "s4"]], BERLIN)
    assert found.available and found.areas["dynamics"].isna().all() and "no_dynamics" in topics(found)


def test_attention_that_hangs_on_unknown_dynamics_is_not_known() -> None:
    values = town(60)
    low = status_index(values, BERLIN).areas.query("`class` == '3'")["area_id"].iloc[0]
    values.loc[low, "d1"] = np.nan
    found = status_index(values, BERLIN)
    assert not area(found, low)["attention"] and not area(found, low)["attention_known"]
    assert "attention_unknown" in topics(found)


def test_change_is_also_told_in_points() -> None:
    values = town()
    found = status_index(values, BERLIN).areas.set_index("area_id")
    assert found["change_points"].to_numpy() == pytest.approx(values[["d1", "d3", "d4"]].mean(axis=1).to_numpy())


def test_the_result_says_that_classes_hold_for_this_city_and_edition_only() -> None:
    text = status_index(town(), BERLIN).notes.set_index("topic").loc["relative"]
    assert "2019" in text["note_de"] and "cannot be compared" in text["note_en"]


def test_all_problems_of_a_table_are_named_at_once() -> None:
    values = town().astype({"s1": object})
    values.loc["00001", "s1"] = "viel"
    values["s3"] = values["s3"] / 100
    values.loc["00002", "s4"] = 120.0
    message = refused(values, residents=people(values).drop("00005"), excluded=["99999"])
    for words in ("'s1' holds text", "these are shares; multiply by 100", "'s4' must hold percentages",
                  "not given for 1 areas of the values: ['00005']", "['99999']"):  # fmt: skip
        assert words in message, message


def test_repeated_areas_numbers_as_ids_and_missing_columns_are_refused() -> None:
    values = town()
    assert "the area repeats: ['00000']" in refused(pd.concat([values, values.iloc[:1]]))
    assert "area ids must be texts" in refused(values.reset_index(drop=True))
    assert "columns missing: ['s4']" in refused(values.drop(columns="s4"))
    assert "no area in the table" in refused(values.iloc[:0])
    strange = pd.concat([people(values), pd.Series({"xyz": 400.0})])
    assert "given for 1 areas that have no values: ['xyz']" in refused(values, residents=strange)


def test_percentages_where_shares_are_declared_are_refused() -> None:
    shares = replace(BERLIN, parts=tuple(replace(part, scale="share") for part in BERLIN.parts))
    assert 'divide by 100 or say scale = "percent"' in refused(town(), shares)


COUNTED = Part("s1", "A", "A", scale="percent", numerator="unemployed", denominator="aged_15_64")


def test_a_part_may_come_as_count_and_denominator() -> None:
    values = town()
    counts = values.assign(aged_15_64=2000.0, unemployed=values["s1"] * 20).drop(columns="s1")
    found = status_index(counts, replace(BERLIN, parts=(COUNTED, *BERLIN.parts[1:])))
    assert found.areas["index"].to_numpy() == pytest.approx(status_index(values, BERLIN).areas["index"].to_numpy())


def test_counts_above_their_denominator_are_refused() -> None:
    values = town().assign(aged_15_64=10.0, unemployed=11.0).drop(columns="s1")
    message = refused(values, replace(BERLIN, parts=(COUNTED, *BERLIN.parts[1:])))
    assert "'unemployed' is greater than the denominator 'aged_15_64' in 40 areas" in message


def test_a_value_without_anybody_behind_it_is_refused() -> None:
    values = town().assign(aged_15_64=100.0)
    values.loc["00003", "aged_15_64"] = 0.0
    parts = (Part("s1", "A", "A", scale="percent", shrink="marshall", denominator="aged_15_64"), *BERLIN.parts[1:])
    assert "denominator 'aged_15_64' is 0 or not known: ['00003']" in refused(values, replace(BERLIN, parts=parts))


def domains_method(**more: Any) -> Method:
    parts = (replace(BERLIN.parts[0], domain="x"), replace(BERLIN.parts[1], domain="x"),
             replace(BERLIN.parts[2], domain="y"))  # fmt: skip
    domains = (Domain("x", "X", "X", weights="pca_score", orient="s1"), Domain("y", "Y", "Y"))
    base = replace(BERLIN, dynamics=None, parts=parts, domains=domains, standardise="minmax", restandardise="minmax")
    return replace(base, **more)


def test_domains_are_brought_together_first_by_hand() -> None:
    """The first component of two standardised parts that rise together is their sum times √½."""
    values = town()
    found = status_index(values, domains_method())
    z = {name: (values[name] - values[name].mean()) / values[name].std(ddof=0) for name in ("s1", "s3", "s4")}
    x, y = z["s1"] + z["s3"], z["s4"]
    total = sum((each - each.min()) / (each.max() - each.min()) for each in (x, y))
    expected = (total - total.min()) / (total.max() - total.min())
    assert found.areas["index"].to_numpy() == pytest.approx(expected.to_numpy())
    for role in ("status", "domain"):
        parts = found.parts[found.parts["role"] == role].groupby("area_id")["contribution"].sum()
        assert parts.to_numpy() == pytest.approx(found.areas["index"].to_numpy())


def test_components_of_pooled_years_serve_for_each_year() -> None:
    first, second = town(40, 1), town(40, 2)
    pooled = pd.concat(
        [first.set_axis([f"a{i}" for i in first.index]), second.set_axis([f"b{i}" for i in second.index])]
    )
    fit = components(pooled, domains_method())
    own = status_index(first, domains_method(), fit=fit)
    z = {name: (first[name] - pooled[name].mean()) / pooled[name].std(ddof=0) for name in ("s1", "s3", "s4")}
    x = z["s1"] + z["s3"]
    domain = own.parts[(own.parts["role"] == "domain") & (own.parts["part_id"] == "x")]["standardised"]
    assert domain.to_numpy() == pytest.approx(((x - x.min()) / (x.max() - x.min())).to_numpy())


def test_counting_by_hand_has_fixed_classes_even_for_few_areas() -> None:
    method = read_method("nahraum-prerequisites")
    names = [part.id for part in method.parts]
    values = pd.DataFrame(
        [[0.5, 0.2, 0.9, 0.0], [0.1, 0.1, 0.1, 0.49], [0.6, np.nan, 0.6, 0.6]], ["a", "b", "c"], names
    )
    found = status_index(values, method, residents=people(values))
    assert found.available
    assert [area(found, name)["class"] for name in "abc"] == ["2", "0", ""]
    assert area(found, "c")["reason"] == "missing_part"


def test_further_classes_stand_beside_the_first() -> None:
    fifths = Classes("quantile", (0.2, 0.8), ("1", "2", "3"), ("a", "b", "c"), ("a", "b", "c"), id="k")
    found = status_index(town(50), replace(BERLIN, more_classes=(fifths,)))
    assert found.areas["class_k"].value_counts().to_dict() == {"2": 30, "1": 10, "3": 10}


def test_status_and_dynamics_cross_with_all_their_combinations() -> None:
    values = town(60)
    found = status_index(values, BERLIN, residents=people(values, 500.0))
    table = status_dynamics(found, people(values, 500.0))
    assert len(table) == 12 and table["n_areas"].sum() == 60 and table["residents"].sum() == 30_000
    wanted = table[table["attention"]]
    assert set(wanted["class"] + wanted["dynamics_class"]) == {"4+", "4+/-", "4-", "3-"}
    assert wanted["n_areas"].sum() == found.areas["attention"].sum()


def quarters(n: int) -> pd.DataFrame:
    names = ("living_space", "green", "internet", "supply")
    table = {f"lacks_{name}_share": [0.6, 0.4] * (n // 2) for name in names}
    table |= {f"lacks_{name}_completeness": [1.0] * n for name in names}
    return pd.DataFrame({"quarter_id": [f"{i:05d}" for i in range(n)], "residents": 100.0, **table})


def test_lacks_of_a_quarter_are_counted_and_the_unknown_apart() -> None:
    table = quarters(4)
    table.loc[0, "lacks_green_completeness"] = 0.5
    table.loc[2, "lacks_supply_share"] = np.nan
    found = quarter_lacks(table, Parameters())
    assert found["lacks_known"].tolist() == [3, 0, 3, 0] and found["lacks_unknown"].tolist() == [1, 0, 1, 0]


def test_status_and_prerequisites_cross_but_are_never_added() -> None:
    values = town(40)
    table = quarters(42)
    found = status_prerequisites(status_index(values, BERLIN), table, Parameters())
    assert found["residents"].sum() == 4200 and found["n_areas"].sum() == 42
    assert found[found["class"] == ""]["n_areas"].sum() == 2
    assert set(found["lacks_known"]) == {0, 4}
    assert "index" not in found and "sum" not in found


@pytest.mark.parametrize("method", [BERLIN, replace(BERLIN, weights="pca", dynamics=None), domains_method()],
                         ids=["plain", "pca", "domains"])  # fmt: skip
def test_what_explain_asks_for_is_just_enough(method: Method) -> None:
    """The told value puts the area into the class; a thousandth of the way back leaves it where it is."""
    values = town(45)
    for area_id in ("00004",):
        told = explain_status(values, method, area_id)
        assert len(told.moves) == 3 * 3 + (3 * 2 if method.dynamics else 0)
        for move in told.moves[told.moves["possible"]].to_dict("records"):
            column = "class" if move["role"] == "status" else "dynamics_class"
            ids = (method.classes if move["role"] == "status" else method.dynamics.classes).ids  # type: ignore[union-attr]
            reached, start, aim = [], ids.index(move["class_from"]), ids.index(move["class_to"])
            for share in (1.0, 0.999):
                changed = values.copy()
                changed.loc[area_id, move["part_id"]] = move["value"] + share * move["change"]
                now = ids.index(area(status_index(changed, method), area_id)[column])
                reached.append(now >= aim if aim > start else now <= aim)
            assert reached == [True, False], move


def test_what_one_part_cannot_do_is_said_and_no_value_does_it() -> None:
    values = town(45)
    told = explain_status(values, BERLIN, "00004")
    closed = told.moves[~told.moves["possible"] & (told.moves["role"] == "status")]
    assert len(closed) and closed["text_de"].str.contains("nicht durch diesen Teil allein").all()
    for move in closed.to_dict("records"):
        for value in np.linspace(0.0, 100.0, 7):
            changed = values.copy()
            changed.loc["00004", move["part_id"]] = value
            now = area(status_index(changed, BERLIN), "00004")["class"]
            assert (now < move["class_to"]) == (move["class_from"] < move["class_to"])


@pytest.mark.parametrize("aggregate", ["sum", "mean", "geometric", "mazziotta_pareto", "exponential_rank", "maximum"])
def test_the_short_way_of_explain_is_the_whole_index(aggregate: str) -> None:
    side = work_out(town(40), replace(BERLIN, aggregate=aggregate, weights="given", dynamics=None)).status
    for part in range(3):
        at = class_at(side, 7, part)
        for value in np.linspace(0, 100, 23):
            assert at(float(value)) == _whole(side, 7, part, float(value))


def test_an_imputed_part_has_no_value_that_could_change() -> None:
    values = town()
    values.loc["00002", "s3"] = np.nan
    side = work_out(values, replace(BERLIN, missing="impute")).status
    assert not any(move.possible for move in part_moves(side, 2, 1))


def test_an_area_without_index_is_explained_by_its_reason() -> None:
    values = town()
    told = explain_status(values, BERLIN, "00003", excluded=["00003"])
    assert told.moves.empty and "ausdrücklich ausgenommen" in told.sentence_de
    few = explain_status(town(20), BERLIN, "00003")
    assert few.moves.empty and "zu wenige Gebiete" in few.sentence_de


def test_an_unknown_area_is_refused_with_the_nearest() -> None:
    with pytest.raises(InputError, match="did you mean '00012'"):
        explain_status(town(), BERLIN, "0012")


def test_the_parts_of_an_explanation_have_both_languages_and_plain_values() -> None:
    told = explain_status(town(), BERLIN, "00001").as_dict()
    assert told["area"]["area_id"] == "00001" and len(told["parts"]) == 6
    assert all(row["text_de"] and row["text_en"] for row in told["moves"])
    assert told["sentence_en"].startswith("00001: status")


@pytest.mark.parametrize("method", [BERLIN, domains_method(), replace(BERLIN, weights="pca", dynamics=None)])
@pytest.mark.parametrize("aggregate", ["sum", "geometric", "mazziotta_pareto", "exponential_rank", "maximum"])
def test_no_valid_area_at_all_is_an_answer_and_no_error(method: Method, aggregate: str) -> None:
    found = status_index(town(), replace(method, aggregate=aggregate), residents=people(town(), 10.0))
    assert not found.available and not found.areas["valid"].any() and found.areas["index"].isna().all()
    assert explain_status(town(), method, "00001", residents=people(town(), 10.0)).moves.empty


def test_goalposts_give_an_index_even_to_one_area() -> None:
    parts = tuple(replace(part, low=0.0, high=50.0) for part in BERLIN.parts)
    fixed = Classes("fixed", (0.5,), ("1", "2"), ("a", "b"), ("a", "b"))
    method = replace(
        BERLIN, parts=parts, standardise="goalposts", aggregate="mean", restandardise="none", classes=fixed
    )
    found = status_index(pd.DataFrame({"s1": 10.0, "s3": 20.0, "s4": 60.0}, index=["a"]), method)
    assert not method.relative and found.available
    assert area(found, "a")["index"] == pytest.approx((0.2 + 0.4 + 1.0) / 3) and area(found, "a")["class"] == "2"
