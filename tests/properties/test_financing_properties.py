"""Whatever the plan: every view adds up to the cost to the cent, and the order of measures changes nothing."""

import random

from hypothesis import given
from hypothesis import strategies as st

from nahraum.measures.catalogue import read_catalogue
from nahraum.measures.funding import PlanItem, Terms, financing, rules_for
from nahraum.parameters import Parameters

TYPES = read_catalogue(Parameters())
RULES = [rules_for("05112000"), rules_for("07312000"), rules_for("05112000", ["nrw-2023", "efre-nrw-wohnviertel"])]
CENT = 100


@st.composite
def item(draw: st.DrawFn, number: int) -> PlanItem:
    cost = draw(st.integers(1, 10**9))
    income = draw(st.integers(0, cost // 2))
    private = draw(st.integers(0, cost - income))
    not_eligible = draw(st.integers(0, cost))
    return PlanItem(
        f"m{number}", draw(st.sampled_from(sorted(TYPES))), "", cost / CENT, draw(st.integers(2024, 2029)),
        income_eur=income / CENT, private_eur=private / CENT, not_eligible_eur=not_eligible / CENT,
    )  # fmt: skip


@st.composite
def plan(draw: st.DrawFn) -> list[PlanItem]:
    return [draw(item(number)) for number in range(draw(st.integers(1, 5)))]


terms = st.builds(
    Terms,
    unemployment=st.sampled_from([-1.0, 0.0, 1.0]),
    finance=st.sampled_from([-1.0, 0.0, 1.0]),
    budget_distress=st.booleans(),
    overall_measure=st.booleans(),
    purses=st.sampled_from([{}, {"sozialer_zusammenhalt": 12_345.67}]),
)


@given(items=plan(), given_terms=terms, rules=st.sampled_from(RULES))
def test_every_view_adds_up_to_the_cost_to_the_cent(items, given_terms, rules) -> None:
    found = financing(items, TYPES, rules, given_terms)
    costs = {one.item_id: round(one.cost_eur * CENT) for one in items}
    for view in ("programme", "cost", "cash"):
        rows = found.table[found.table["view"] == view]
        assert rows.groupby("item_id")["cents"].sum().to_dict() == costs
        others = rows[(rows["funder"] != "municipality") & (view != "cost")]
        assert (others["cents"] >= 0).all()
    by_funder = found.table.groupby(["item_id", "funder", "view"])["cents"].sum().unstack(fill_value=0)
    assert (by_funder["programme"] == by_funder["cost"]).all() and (by_funder["cost"] == by_funder["cash"]).all()


@given(items=plan(), given_terms=terms, rules=st.sampled_from(RULES))
def test_no_grant_is_above_its_rate_and_the_own_share_is_kept(items, given_terms, rules) -> None:
    found = financing(items, TYPES, rules, given_terms).items
    paid = found[found["programme"] != ""]
    assert (paid["grant_eur"] <= paid["rate"] * paid["eligible_eur"] + 1e-6).all()
    assert (paid["municipality_share"] >= 0.1 - 1e-9)[paid["grant_eur"] > 0].all()
    assert found.loc[found["programme"] == "", "grant_eur"].eq(0).all()


@given(items=plan(), given_terms=terms, seed=st.integers(0, 99))
def test_the_order_of_measures_changes_nothing(items, given_terms, seed) -> None:
    mixed = random.Random(seed).sample(items, len(items))
    one, other = (financing(some, TYPES, RULES[0], given_terms) for some in (items, mixed))
    assert one.table.equals(other.table) and one.items.equals(other.items) and one.notes.equals(other.notes)
