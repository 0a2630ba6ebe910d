"""Tables of the social-space analysis: the order of classes is the method's, whatever their ids are."""

from types import SimpleNamespace

import pandas as pd
import pytest

from nahraum.index.social import Social
from nahraum.index.social_people import status_matrix
from nahraum.parameters import Parameters
from nahraum.publish.report.social import ordered_classes
from nahraum.workflow.social_tables import StatusRelease, class_order, social_tables

NAN = float("nan")
IDS = [f"q{at}" for at in range(4)]
CLASSES = ["10", "9", "9", "1"]  # as in England: 10 is the lowest index, 1 the highest
LIMITS = pd.DataFrame({
    "role": ["status"] * 9 + ["dynamics"], "class_below": [*map(str, range(10, 1, -1)), "+"],
    "class_above": [*map(str, range(9, 0, -1)), "-"], "limit": 0.0,
})  # fmt: skip


def released(frame: pd.DataFrame, name: str) -> SimpleNamespace:
    return SimpleNamespace(name=name, frame=frame)


def tables(index: list[float], **social: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Released tables of four quarters, all of them as they come."""
    lacks = {f"lacks_{name}_{what}": 0.5 for name in ("living_space", "green", "internet", "supply")
             for what in ("share", "completeness")}  # fmt: skip
    quarters = pd.DataFrame({
        "quarter_id": IDS, "residents": 1000.0, "residents_judged": 1000.0, "geometry": None,
        "green_m2_per_resident": [40.0, 30.0, 20.0, 10.0], "several_share": 0.5, "several_share_completeness": 1.0,
        **lacks,
    })  # fmt: skip
    status = pd.DataFrame({"area_id": IDS, "class": CLASSES, "class_de": CLASSES, "class_en": CLASSES, "index": index})

    def let_out(frame: pd.DataFrame, geography: str, name: str, against: object) -> SimpleNamespace:
        return released(frame, name)

    made = social_tables(
        Social(limits=LIMITS, **social), StatusRelease(None, released(status, "social_status")),
        released(quarters, "quarters"), Parameters(), let_out,
    )  # fmt: skip
    return {table.name: table.frame for table in made}


def test_classes_are_ordered_as_the_method_has_them_where_no_index_is_shown():
    assert class_order(LIMITS)["10"] == 0 and class_order(LIMITS)["1"] == 9
    found = tables([NAN] * 4)
    assert found["social_matrix"]["class"].tolist() == ["10", "9", "1", "all"]
    fifths = found["social_fifths"].set_index("indicator").loc["green_m2_per_resident"]
    assert fifths[["fifth_1", "fifth_5"]].tolist() == pytest.approx([10, 40])  # fifth 1: class 1, the lowest status


def test_a_class_of_which_one_index_is_shown_keeps_its_place():
    assert tables([NAN, -1.0, -1.1, NAN])["social_matrix"]["class"].tolist()[:3] == ["10", "9", "1"]


def test_the_legend_has_the_order_of_the_method():
    frame = pd.DataFrame({"class": ["9", "1", "10"], "class_de": ["b", "c", "a"], "index": NAN})
    ids = class_order(LIMITS)
    assert ordered_classes(frame, "de", tuple(ids)) == [("10", "a"), ("9", "b"), ("1", "c")]


def test_the_list_of_variants_goes_out_with_its_ranks_to_a_tenth():
    variants = pd.DataFrame({
        "variant_id": ["a", "b"], "normalisation": "z", "weighting": ["equal", "less"], "unit": ["", "work"],
        "aggregation": "mean", "target_factor": 1.0, "rank_shift": [0.1234, 0.0], "target_kept": [0.926666, 1.0],
    })  # fmt: skip
    found = tables([1.0, 2.0, 3.0, 4.0], variants=variants, choices=pd.DataFrame({"choice": ["z"]}))
    assert found["social_variants"]["rank_shift"].tolist() == [0.1, 0.0]
    assert found["social_variants"]["target_kept"].tolist() == [0.93, 1.0]
    assert found["social_variants"]["weighted_part"].tolist() == ["", "work"]


def test_one_quarter_of_several_does_not_speak_for_its_class():
    lacks = {f"lacks_{name}_{what}": 1.0 for name in ("living_space", "internet", "supply")
             for what in ("share", "completeness")}  # fmt: skip
    quarters = pd.DataFrame({
        "quarter_id": IDS, "residents": 100.0, "residents_judged": 100.0, "lacks_green_share": [NAN, 1.0, NAN, 0.4],
        "lacks_green_completeness": 1.0, "several_share": 0.5, "several_share_completeness": 1.0, **lacks,
    })  # fmt: skip
    areas = pd.DataFrame({"area_id": IDS, "class": CLASSES, "class_de": CLASSES, "class_en": CLASSES, "index": 0.0})
    green = status_matrix(quarters, areas).set_index("class")["lacks_green_share"]
    assert green[["9", "10"]].isna().all()
    assert green["1"] == 0.4 and green["all"] == pytest.approx(0.7)  # the only quarter of its class; two of four
