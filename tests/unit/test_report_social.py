"""The chapter on social status: what a cell rests on is said beside it, in both languages."""

import json
from types import SimpleNamespace

import pandas as pd
import pytest

from nahraum.publish.report.social import chapter
from nahraum.publish.report.social_incidence import incidence
from nahraum.publish.report.social_people import fifths, matrix
from nahraum.publish.report.words import Words
from nahraum.tables import PREREQUISITES

NAN = float("nan")


def bundle(**tables: pd.DataFrame) -> SimpleNamespace:
    """As much of a bundle as the sections read."""
    found = {name: SimpleNamespace(name=name, frame=frame) for name, frame in tables.items()}
    quarters = SimpleNamespace(frame=pd.DataFrame({"quarter_id": [f"q{at}" for at in range(51)]}))
    notes = pd.DataFrame({
        "code": ["incidence_fifths_not_formed", "incidence_suppressed_counts"],
        "text_de": ["Fünftel lassen sich nicht bilden.", "Gesperrte Fallzahlen."],
        "text_en": ["Fifths cannot be formed.", "Suppressed counts."],
    })  # fmt: skip
    study = SimpleNamespace(parameters=lambda: SimpleNamespace(number=lambda _: 2))
    return SimpleNamespace(table=found.get, quarters=quarters, notes=notes, study=study)


def said(made: object) -> str:
    return json.dumps(made, ensure_ascii=False)


def association(method: str, n: int, period: str, **estimates: float) -> dict[str, object]:
    empty = {f"{name}{end}": NAN for name in ("rank", "rate_ratio_per_sd") for end in ("", "_low", "_high")}
    return empty | {
        "factor_id": "status", "label_de": "Status", "label_en": "status", "period": period, "method": method,
        "n_areas": n, "caveat_de": "Gebiete.", "caveat_en": "Areas.", "notes": "fifths_not_formed suppressed_counts",
    } | estimates  # fmt: skip


CHANGES = pd.DataFrame(
    {"change": ["same_sign"], "factor_id": ["status"], "label_de": "S", "label_en": "s", "turns": ""}
)
RATIO = {"rate_ratio_per_sd": 1.2, "rate_ratio_per_sd_low": 1.1, "rate_ratio_per_sd_high": 1.3}
RANKS = {"rank": -0.32, "rank_low": -0.5, "rank_high": -0.1}


@pytest.mark.parametrize(
    ("language", "cell", "areas", "caption"),
    [
        ("de", "Rang: −0,32 (−0,50 bis −0,10)", "48 bis 51 Quartiere", "kein Verhältnis"),
        ("en", "rank: −0.32 (−0.50 to −0.10)", "48 to 51 quarters", "not a ratio"),
    ],
)
def test_a_rank_correlation_among_ratios_of_rates_is_named_as_one(language, cell, areas, caption):
    rows = [association("poisson", 48, "w1", **RATIO), association("rank_correlation", 51, "w2", **RANKS)]
    found = incidence(bundle(social_associations=pd.DataFrame(rows), social_changes=CHANGES), Words(language))
    told = str(found)
    assert cell in told and areas in told and caption in told
    only = incidence(bundle(social_associations=pd.DataFrame(rows[1:]), social_changes=CHANGES), Words(language))
    assert cell.split(": ")[1] in str(only) and cell not in str(only) and caption not in str(only)


@pytest.mark.parametrize("language", ["de", "en"])
def test_a_note_on_fifths_is_not_told_where_no_fifths_stand(language):
    rows = pd.DataFrame([association("poisson", 48, "w1", **RATIO)])
    found = incidence(bundle(social_associations=rows, social_changes=CHANGES), Words(language))
    assert found["after"] == [{"de": "Gesperrte Fallzahlen.", "en": "Suppressed counts."}[language]]


def class_row(**figures: float) -> dict[str, object]:
    names = [*(f"lacks_{name}" for name in PREREQUISITES), "several"]
    row = {f"{name}_{what}": value for name in names for what, value in (("share", 0.37), ("completeness", 0.98))}
    return {"class": "1", "class_de": "hoch", "class_en": "high", "n_areas": 3, "residents": 2800.0,
            "several_residents": 250.0} | row | figures  # fmt: skip


@pytest.mark.parametrize(("language", "told"), [("de", "250 (13\u202f% [72\u202f%])"), ("en", "250 (13% [72%])")])
def test_what_is_known_for_few_says_for_how_many(language, told):
    rows = [class_row(several_share=0.13, several_completeness=0.7235), class_row(lacks_green_completeness=0.49)]
    made = said(matrix(bundle(social_matrix=pd.DataFrame(rows)), Words(language)))
    assert told in made and "[98" not in made and "[49" not in made and "–" in made


def fifths_row(**changed: object) -> dict[str, object]:
    row = {f"fifth_{n}": 0.1 * n for n in range(1, 6)}
    return row | {
        "indicator": "lacks_supply_share", "ordered_by": "status", "n_areas": 44, "completeness": 0.9601,
        "sii": -0.2, "sii_low": -0.4, "sii_high": -0.1, "text_de": "Satz. Mehr.", "text_en": "Told. More.",
    } | changed  # fmt: skip


@pytest.mark.parametrize(
    ("language", "rest", "line"),
    [
        ("de", "auf 40 bis 44 von 51 Quartieren (90\u202f% bis 96\u202f% der Einwohner)", "Kein Gefälle steht"),
        ("en", "on 40 to 44 of 51 quarters (90% to 96% of residents)", "No slope is told"),
    ],
)
def test_fifths_say_on_how_many_quarters_they_rest_and_why_a_slope_is_missing(language, rest, line):
    empty = {"indicator": "lacks_living_space_share", "sii": NAN, "n_areas": 40, "completeness": 0.9099}
    rows = [fifths_row(), fifths_row(**empty)]
    made = fifths(bundle(social_fifths=pd.DataFrame(rows)), Words(language))
    assert rest in said(made["lead"]) and line in said(made["after"])
    whole = fifths(bundle(social_fifths=pd.DataFrame([fifths_row(n_areas=51)])), Words(language))
    assert "51" not in said(whole["lead"]) and whole["after"] == []


@pytest.mark.parametrize(
    ("language", "variants", "held"),
    [("de", "Unter 429 Varianten", "Für 2 weitere Quartiere"), ("en", "under 429 variants", "For 2 more quarters")],
)
def test_the_number_of_variants_and_the_quarters_not_counted_are_told(language, variants, held):
    from nahraum.publish.report.social import _sureness

    status = pd.DataFrame({"area_id": list("abcde"), "valid": [True] * 4 + [False],
                           "variant_share": [0.95, 0.0, NAN, NAN, NAN]})  # fmt: skip
    found = bundle(social_status=status, social_variants=pd.DataFrame({"variant_id": range(429)}))
    told = " ".join(_sureness(found, Words(language))["lead"])
    assert variants in told and held in told
    assert chapter(bundle(), None, Words(language)) == []
