"""The PDF report: tagged, dated by the study, in both languages, with a text beside every picture."""

import io
from dataclasses import replace

import pikepdf
import pytest
from publish_bundle import make_bundle, make_study

from nahraum.publish.report import render_report
from nahraum.publish.report.build import _green_method, findings
from nahraum.publish.report.tables import rule
from nahraum.publish.report.words import Words
from nahraum.tables import PREREQUISITES


@pytest.fixture(scope="module", params=["de", "en"])
def report(request) -> tuple[str, bytes]:
    return request.param, render_report(make_bundle(study=replace(make_study(), language=request.param)))


def test_the_report_is_tagged_titled_and_in_its_language(report):
    language, data = report
    document = pikepdf.open(io.BytesIO(data))
    root = document.Root
    assert str(root.Lang).startswith(language)
    assert bool(root.MarkInfo.Marked)
    assert bool(root.ViewerPreferences.DisplayDocTitle)


def test_the_report_claims_pdf_a_and_pdf_ua(report):
    _, data = report
    document = pikepdf.open(io.BytesIO(data))
    metadata = document.open_metadata()
    assert metadata["pdfaid:part"] == "2"
    assert metadata["pdfuaid:part"] == "1"


def test_the_same_bundle_gives_the_same_bytes(report):
    language, data = report
    again = render_report(make_bundle(study=replace(make_study(), language=language)))
    assert again == data


def test_names_with_markup_are_printed_as_they_are():
    study = replace(make_study(), name="#panic() *Ort* $x$ <b>")
    assert render_report(make_bundle(study=study)).startswith(b"%PDF")


def main_finding(**known: tuple[float, float]) -> str:
    """The sentence on what is most widely missing; by prerequisite the share among the known, and their share."""
    bundle = make_bundle()
    row = bundle.municipality.frame.copy()
    for name in PREREQUISITES:
        share, completeness = known.get(name, (float("nan"), 0.0))
        row[f"lacks_{name}_share"], row[f"lacks_{name}_completeness"] = share, completeness
    told = replace(bundle, municipality=replace(bundle.municipality, frame=row))
    return next(line for line in findings(told, 2, Words("en")) if line.startswith("Most widely missing"))


def test_what_is_most_widely_missing_is_not_what_is_known_of_few_who_lack_it():
    assert main_finding(supply=(1.0, 0.12), green=(0.38, 1.0)).endswith("green (38% of residents).")
    least = main_finding(supply=(0.62, 0.63), green=(0.36, 1.0))  # 0.62 x 0.63 = 39%
    assert "as far as known: everyday supply (at least 39% of residents" in least


@pytest.mark.parametrize(
    ("language", "number", "share", "span"),
    [("de", "12.345,7", "12,5\u202f%", "6–85\u202f%"), ("en", "12,345.7", "12.5%", "6–85%")],
)
def test_numbers_are_written_as_the_reader_expects(language, number, share, span):
    words = Words(language)
    assert words.number(12345.67, 1) == number
    assert words.share(0.125, 1) == share
    assert words.interval(0.0587, float("nan"), 0.853) == span


def test_an_interval_whose_ends_print_alike_is_one_number():
    assert Words("de").interval(0.2757, float("nan"), 0.2772) == "28\u202f%"


def test_a_small_share_is_not_printed_as_nothing():
    assert Words("de").share(0.001) == "<\u202f1\u202f%"
    assert Words("de").share(0.0) == "0\u202f%"
    assert Words("de").share(float("nan")) == "–"


@pytest.mark.parametrize(("standard", "said"), [("nahraum_green", "m Fußweg"), ("who_europe", "m Luftlinie")])
def test_the_rule_for_green_is_told_in_the_metric_of_its_standard(standard, said):
    values = replace(make_study(), overrides={"green.standard": standard}).parameters().values_by_id()
    words = Words("de")
    told = rule("green", values, words)
    assert said in told
    assert "–" not in told, "no threshold is missing"
    assert ("Luftlinie" in _green_method(values, words)) == (standard == "who_europe")
