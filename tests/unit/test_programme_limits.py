"""What a plan must keep to, what is left of it, and which limits no plan can keep."""

from dataclasses import replace

import numpy as np
import pytest

from drawn_programmes import demand, drawn, effects, measure_type, site
from nahraum.errors import InputError
from nahraum.measures.model import Cost
from nahraum.measures.programme import (
    Effort,
    Goal,
    Limits,
    Row,
    assigned_green,
    best_programme,
    cheapest_programme,
    choice_shares,
    next_euros,
    programme_problem,
)
from nahraum.measures.programme import best as best_module
from nahraum.measures.programme import infeasible as infeasible_module
from nahraum.measures.programme import shares as shares_module
from nahraum.measures.programme.highs import INFEASIBLE, UNKNOWN, Solved, maximised

TYPES = {
    "park": measure_type("park", programmes=("A",)),
    "shop": measure_type("shop", lead_years=2, programmes=("A", "B")),
    "fibre": measure_type("fibre", lead_years=5),
}


@pytest.fixture
def four():
    """Four parks for 10, 20, 30 and 40 people; 100,000 EUR each, the last one 300,000 EUR."""
    people = demand([10, 20, 30, 40], m2=[1] * 4, space=[1] * 4, internet=[1] * 4, quarter=[0, 0, 1, 1])
    records = {f"p{i}": {i: {"green_m2": 9.0}} for i in range(4)}
    sites = [
        site(f"p{i}", 300_000.0 if i == 3 else 100_000.0, quarter_id="Q1" if i < 2 else "Q2",
             type_id="shop" if i == 2 else "park") for i in range(4)
    ]  # fmt: skip
    return programme_problem(people, effects(records), sites, TYPES)


def test_the_best_two_parks_are_bought_and_the_rest_of_the_budget_is_slack(four):
    plan = best_programme(four, Goal(), Limits(budget_eur=250_000))
    assert plan.chosen == ("p1", "p2")
    assert (plan.value, plan.bound, plan.gap, plan.status) == (50, 50, 0, "optimal")
    budget = plan.limits.set_index("name").loc["budget"]
    assert (budget["used"], budget["slack"], budget["binding"]) == (200_000, 50_000, False)


def test_what_the_next_euros_buy_is_told_with_what_comes_and_goes(four):
    limits = Limits(budget_eur=250_000)
    plan = best_programme(four, Goal(), limits)
    more = next_euros(four, plan, Goal(), limits, step_eur=50_000)
    assert (more.gain, more.added, more.dropped) == (10, ("p0",), ())
    assert more.price == pytest.approx(50_000 * 40 / 300_000)  # the margin of the relaxation is p3


def test_must_haves_and_must_nots_are_kept(four):
    plan = best_programme(four, Goal(), Limits(budget_eur=400_000, must=["p3"], must_not=["p2"]))
    assert plan.chosen == ("p1", "p3")


def test_priority_quarters_get_their_share_of_the_money(four):
    plan = best_programme(four, Goal(), Limits(budget_eur=300_000, priority_quarters=["Q1"], priority_share=0.6))
    assert plan.chosen == ("p0", "p1", "p2")
    assert plan.quarters["cost_eur"].tolist() == [200_000, 100_000]


def test_each_quarter_gets_what_it_must(four):
    limits = Limits(budget_eur=200_000, least_removed_in_quarter={"Q1": 20})
    assert best_programme(four, Goal(), limits).chosen == ("p1", "p2")
    spent = best_programme(four, Goal(), Limits(budget_eur=300_000, least_eur_in_quarter={"Q2": 300_000}))
    assert spent.chosen == ("p3",)


def test_a_measure_is_paid_out_of_one_programme(four):
    limits = Limits(budget_eur=1e6, programme_eur={"A": 100_000, "B": 100_000})
    plan = best_programme(four, Goal(), limits)
    assert plan.chosen == ("p1", "p2")
    assert plan.sites.set_index("site_id")["programme"].to_dict() == {"p1": "A", "p2": "B"}
    assert plan.limits.set_index("name").loc["programme:B", "used"] == 100_000


def test_capacities_of_types_parcels_and_conflicts_exclude():
    people = demand([10, 20, 30], m2=[1] * 3, space=[1] * 3)
    records = {f"p{i}": {i: {"green_m2": 9.0}} for i in range(3)}
    sites = [site("p0", 1.0), site("p1", 1.0, parcel_id="X"), site("p2", 1.0, parcel_id="X")]
    told = programme_problem(people, effects(records), sites, TYPES, conflicts=[(0, 2)])
    assert best_programme(told, Goal(), Limits(budget_eur=9)).chosen in (("p0", "p1"), ("p2",))
    assert best_programme(told, Goal(), Limits(budget_eur=9, most_of_type={"park": 1})).chosen == ("p2",)


def test_yearly_budgets_say_when_what_is_begun(four):
    limits = Limits(budget_eur=300_000, yearly_eur=[100_000, 50_000, 50_000], first_year=2027)
    plan = best_programme(four, Goal(), limits)
    assert plan.chosen == ("p1", "p2")
    years = plan.sites.set_index("site_id")[["start_year", "ready_year"]]
    assert years.loc["p1"].tolist() == [2027, 2028]
    assert years.loc["p2"].tolist() == [2028, 2030]  # two years of 50,000 EUR
    assert plan.years["invest_eur"].tolist()[:3] == [100_000, 50_000, 50_000]
    assert plan.years["running_eur"].tolist() == [0, 2, 2, 4]


def test_what_a_year_leaves_is_spent_later_only_where_that_is_allowed(four):
    strict = Limits(yearly_eur=[150_000, 150_000])
    assert "p3" not in best_programme(four, Goal(), strict).chosen
    saving = Limits(yearly_eur=[150_000, 150_000], carry_over=True, must=["p3"])
    plan = best_programme(four, Goal(), saving)
    assert plan.sites["start_year"].tolist() == [2]


def test_running_costs_may_be_limited(four):
    plan = best_programme(four, Goal(), Limits(budget_eur=1e6, running_eur=4.0))
    assert plan.chosen == ("p2", "p3")


def test_what_is_not_known_is_not_chosen_under_a_limit_and_without_a_cost_not_at_all():
    """A path without known upkeep counts as nothing only where nobody limits it; a closed green has no cost."""
    nan = float("nan")
    path = site("path", 100.0, running=Cost(nan, nan, nan))
    closed = replace(site("closed", 100.0), cost=Cost(nan, nan, nan))
    people = demand([10, 20], m2=[1] * 2, space=[1] * 2)
    told = effects({name: {at: {"green_m2": 9.0}} for at, name in enumerate(("closed", "path"))})
    problem = programme_problem(people, told, [closed, path], TYPES)
    plan = best_programme(problem, Goal(), Limits(budget_eur=1e6))
    assert plan.chosen == ("path",)
    assert set(plan.notes["code"]) >= {"cost_unknown", "running_unknown"}
    assert best_programme(problem, Goal(), Limits(budget_eur=1e6, running_eur=1e9)).chosen == ()
    with pytest.raises(InputError, match="closed"):
        best_programme(problem, Goal(), Limits(budget_eur=1e6, must=["closed"]))
    known = replace(closed, cost=Cost(50.0, 50.0, 50.0))  # as [measures.<type>] cost = 50 of a study has it
    again = programme_problem(people, told, [known, path], TYPES)
    assert best_programme(again, Goal(), Limits(budget_eur=1e6)).chosen == ("closed", "path")


def test_a_row_of_ones_own_is_a_limit_with_slack(four):
    row = Row("own", "höchstens einer", "one at most", "sites", np.ones(4), most=1.0)
    plan = best_programme(four, Goal(), Limits(budget_eur=1e6, rows=[row]))
    assert plan.chosen == ("p3",)
    assert bool(plan.limits.set_index("name").loc["own", "binding"])


def test_a_budget_below_every_cost_is_refused_with_the_cheapest_site(four):
    with pytest.raises(InputError) as caught:
        best_programme(four, Goal(), Limits(budget_eur=99_999))
    assert "below the cost of every measure" in str(caught.value)
    assert "p0 (park), 100,000 EUR" in str(caught.value)
    german = vars(caught.value)["german"]
    assert (german["what"], german["expected"]) == ("Das Budget von 99.999 € reicht für keine Maßnahme",
                                                    "ein Budget ab 100.000 €")  # fmt: skip
    assert german["where"] == ["am günstigsten: p0 (park), 100.000 €"]


def test_limits_that_contradict_each_other_are_named_in_words_with_what_would_help(four):
    with pytest.raises(InputError) as caught:
        best_programme(four, Goal(), Limits(budget_eur=350_000, must=["p0", "p3"], most_of_type={"shop": 1}))
    told = str(caught.value)
    assert [place for place in caught.value.where if "shop" in place] == []
    assert "total budget: at most 350,000 EUR" in told
    assert "p0 must be built" in told
    assert "raise the limit 'total budget' to 400,000 EUR" in told
    german = vars(caught.value)["german"]
    assert "Budget insgesamt: höchstens 350.000 €" in german["where"]
    assert "die Grenze „Budget insgesamt“ auf 400.000 € erhöhen" in german["fix"]


def test_a_plan_that_was_not_found_in_time_is_no_contradiction(four, monkeypatch):
    nothing, limits = np.empty(0), Limits(budget_eur=350_000, must=["p0", "p3"])
    open_ = Solved(UNKNOWN, nothing, np.nan, np.inf, nothing)
    monkeypatch.setattr(infeasible_module, "maximised", lambda *_, **__: open_)
    with pytest.raises(InputError, match="whether there is one is not known") as caught:
        best_programme(four, Goal(), limits)
    assert "total budget: at most 350,000 EUR" in caught.value.where
    assert "ob es einen gibt, ist offen" in vars(caught.value)["german"]["what"]
    told = iter([Solved(INFEASIBLE, nothing, np.nan, -np.inf, nothing)])  # of all together; of fewer nothing is known
    monkeypatch.setattr(infeasible_module, "maximised", lambda *_, **__: next(told, open_))
    with pytest.raises(InputError, match="contradict") as caught:
        best_programme(four, Goal(), limits)
    assert {"p0 must be built", "p3 must be built", "total budget: at most 350,000 EUR"} <= set(caught.value.where)


def test_a_budget_is_kept_to_the_cent():
    """Three euros too many are 6e-7 of a large budget; HiGHS takes that for nothing."""
    sites = [site("large", 5_000_003.0), site("small", 1_000.0)]
    people = demand([10, 20], m2=[1] * 2, space=[1] * 2)
    told = programme_problem(people, effects({"large": {0: {"green_m2": 9.0}}, "small": {1: {"green_m2": 9.0}}}),
                             sites, TYPES)  # fmt: skip
    with pytest.raises(InputError) as caught:
        best_programme(told, Goal(), Limits(budget_eur=5_000_000, must=["large"]))
    assert "raise the limit 'total budget' to 5,000,003 EUR" in str(caught.value)
    for method in ("exact", "search"):
        plan = best_programme(told, Goal(), Limits(budget_eur=5_000_000), effort=Effort(method=method))
        assert (plan.chosen, plan.status) == (("small",), "optimal" if method == "exact" else plan.status)
    cent = best_programme(told, Goal(), Limits(budget_eur=5_000_002.995, must=["large"]))
    assert cent.chosen == ("large",)


def test_a_wrong_word_of_highs_that_there_is_no_plan_proves_nothing(four, monkeypatch):
    def mistaken(*given, relaxed=False, **more):
        found = maximised(*given, relaxed=relaxed, **more)
        return found if relaxed else Solved(INFEASIBLE, np.empty(0), np.nan, -np.inf, np.empty(0))

    monkeypatch.setattr(best_module, "maximised", mistaken)
    plan = best_programme(four, Goal(), Limits(budget_eur=350_000), effort=Effort(method="exact"))
    assert plan.status == "feasible"
    assert plan.bound > plan.value and np.isfinite(plan.bound)


def test_contradictions_and_bad_amounts_are_refused_at_the_door():
    with pytest.raises(InputError, match="both must and must not: a"):
        Limits(must=["a"], must_not=["a"])
    with pytest.raises(InputError) as caught:
        Limits(budget_eur=-1, yearly_eur=[1, float("nan")], priority_share=2, most_of_type={"park": -1})
    assert len(caught.value.where) >= 4
    with pytest.raises(InputError, match="k = 9"):
        Goal(k=9)
    with pytest.raises(InputError, match="utilitarian"):
        Goal(weights="fair")
    with pytest.raises(InputError, match="weights of quarters with worst_fifth"):
        Goal(weights="worst_fifth", quarter_weights={"Q1": 2.0})
    with pytest.raises(InputError, match="method"):
        Effort(method="magic")


def test_unknown_names_are_refused_all_at_once(four):
    limits = Limits(budget_eur=1e6, must=["p9"], priority_quarters=["Q7"], priority_share=0.5, least_of_type={"zoo": 1})
    with pytest.raises(InputError) as caught:
        best_programme(four, Goal(), limits)
    assert len(caught.value.where) == 3


def test_the_cheapest_plan_that_removes_so_many_lacks(four):
    plan = cheapest_programme(four, Goal(), Limits(budget_eur=1e6), removed=50)
    assert (plan.chosen, plan.value, plan.unit) == (("p1", "p2"), -200_000, "EUR")
    with pytest.raises(InputError, match="at most: 100"):
        cheapest_programme(four, Goal(), Limits(budget_eur=1e6), removed=101)


def test_a_site_is_firm_that_every_variant_chooses(four):
    limits = Limits(budget_eur=250_000)
    plan = best_programme(four, Goal(), limits)
    told = choice_shares(four, plan, Goal(), limits)
    shares = told.sites.set_index("site_id")["share"]
    assert shares["p2"] == 1.0
    assert shares["p3"] < 0.5
    assert set(told.variants["level"]) == {"low", "mid", "high"}


def test_the_plan_stands_for_its_own_question_and_the_other_variants_begin_from_it(four, monkeypatch):
    limits, starts = Limits(budget_eur=250_000), []

    def watched(*given, start=None, **more):
        starts.append(start)
        return best_programme(*given, start=start, **more)

    monkeypatch.setattr(shares_module, "best_programme", watched)
    plan = best_programme(four, Goal(), replace(limits, must=["p0"]))  # not the best one without the must
    told = choice_shares(four, plan, Goal(), limits).variants
    own = told[(told["level"] == "mid") & (told["k"] == 2) & (told["weights"] == "utilitarian")].iloc[0]
    assert (own["same"], own["gap"]) == (1.0, plan.gap)
    assert len(starts) == len(told) - 1 and all(start is plan.mask for start in starts)


def test_a_variant_that_is_searched_too_coarsely_does_not_count():
    told = drawn(np.random.default_rng(5), n_rows=60, n_sites=30)
    limits = Limits(budget_eur=float(0.3 * told.cost_eur.sum()))
    plan = best_programme(told, Goal(), limits)
    shares = choice_shares(told, plan, Goal(), limits, effort=Effort(method="search"))
    coarse = shares.variants[shares.variants["gap"] > 0]
    assert len(coarse) and (coarse["status"] == "open").all() and coarse["reason"].str.contains("%").all()
    assert shares.sites["n_variants"].iloc[0] == len(shares.variants) - len(coarse)


def test_must_haves_beyond_the_budget_at_high_costs_are_a_variant_without_a_plan(four):
    limits = Limits(budget_eur=310_000, must=["p3"])
    told = choice_shares(four, best_programme(four, Goal(), limits), Goal(), limits)
    assert (told.variants[told.variants["level"] == "high"]["status"] == "none").all()
    assert told.sites["n_variants"].iloc[0] < len(told.variants)


def test_given_out_freely_a_park_serves_some_whom_shared_alike_it_serves_not():
    people = demand([10, 10], m2=[3, 3], space=[1, 1])
    park = {"park": {0: {"green_m2": 1.5}, 1: {"green_m2": 1.5}}}
    told = programme_problem(people, effects(park), [site("park", 1.0)], TYPES)
    assert best_programme(told, Goal(), Limits(budget_eur=9)).value == 0
    freely = assigned_green(told, Goal(), Limits(budget_eur=9))
    assert freely.served == pytest.approx(10)  # 30 m² are what ten people miss
    assert (freely.competing, freely.gap) == (0, 0)


def test_the_quarter_that_stays_behind_most_comes_first():
    people = demand([10, 100], m2=[1, 1], space=[1, 0], quarter=[0, 1], k=1)
    records = {"a": {0: {"green_m2": 9.0}}, "b": {1: {"green_m2": 9.0}}}
    told = programme_problem(people, effects(records), [site("a", 5.0), site("b", 5.0)], TYPES)
    assert best_programme(told, Goal(), Limits(budget_eur=5)).chosen == ("b",)
    assert best_programme(told, Goal(weights="worst_quarter"), Limits(budget_eur=5)).chosen == ("a",)
    assert best_programme(told, Goal(weights="worst_fifth", tail_share=0.05), Limits(budget_eur=5)).chosen == ("a",)


def test_a_known_solution_that_highs_mangles_does_not_spoil_the_proof():
    """HiGHS 1.16.0: presolve turned the start into a value of 233 where its solution has 198 and the best is 207."""
    rng = np.random.default_rng(135)
    told = drawn(rng)
    budget = float(rng.uniform(0.2, 0.8) * told.cost_eur.sum())
    plan = best_programme(told, Goal(), Limits(budget_eur=budget))
    assert (plan.value, plan.status) == (207.0, "optimal")


def test_what_a_year_may_grant_spreads_the_measures_over_the_years_or_leaves_them_out(four):
    grants = Row("purse:A", "Zuwendungen A", "grants A", "EUR", 0.5 * four.cost_eur, most=60_000.0)
    three = {"budget_eur": 300_000, "begun": [grants], "must_not": ["p3"]}
    assert best_programme(four, Goal(), Limits(**three)).chosen == ("p2",)  # one year: 60,000 EUR of grants
    plan = best_programme(four, Goal(), Limits(**three, yearly_eur=[150_000] * 2))
    assert plan.chosen == ("p1", "p2")  # p2 takes two years to build: it is begun in the first, p1 in the second
    assert plan.sites["start_year"].tolist() == [2, 1]
    purse = plan.limits.set_index("name").loc["purse:A"]
    assert (purse["used"], purse["most"]) == (100_000, 120_000)


def test_a_limit_of_a_year_is_a_most_over_sites():
    wrong = Row("least", "mindestens", "at least", "EUR", np.ones(4), least=1.0)
    with pytest.raises(InputError, match="limit of a year 'least'"):
        Limits(begun=[wrong])


def test_who_watches_is_told_only_what_is_better():
    told = drawn(np.random.default_rng(5), n_rows=60, n_sites=30)
    seen = []
    effort = Effort(method="exact", watch=seen.append)
    plan = best_programme(told, Goal(), Limits(budget_eur=float(0.3 * told.cost_eur.sum())), effort=effort)
    assert len(seen) == len(set(seen)) and seen[-1].value == plan.value
    assert all(one.bound >= plan.value - 1e-6 for one in seen)
