"""What a page says: units beside their values, classes by letter, a first sentence that does not refer to nothing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from publish_bundle import make_bundle

from nahraum.indicators.catalogue import entry
from nahraum.publish.report.build import findings
from nahraum.publish.report.further import named, value_of
from nahraum.publish.report.words import Words


def test_the_unit_stands_beside_a_label_that_only_holds_its_letter():
    assert named(entry("green_10ha_distance_m"), "de").endswith("[m]")  # "zum" holds an m, too
    assert named(entry("transit_class_de"), "de")[-1] != "]"


def test_a_class_of_public_transport_is_a_letter_on_every_page():
    classes = entry("transit_class_de")
    assert [value_of(classes, number, Words("de")) for number in (4.0, 4.5)] == ["D", "D–E"]


def told(share: float, language: str = "de") -> list[str]:
    """Findings of a bundle whose bounds are held back."""
    bundle = make_bundle()
    frame = bundle.municipality.frame.assign(
        several_k2_share_min=np.nan, several_k2_share_max=np.nan, several_k2_share=share
    )
    municipality = replace(bundle.municipality, frame=frame)
    return findings(replace(bundle, municipality=municipality), 2, Words(language))


def test_where_bounds_are_held_back_the_first_sentence_tells_the_share_itself():
    said = told(0.37)[0].replace("\u202f", " ")
    assert said == "In Probestadt fehlen rund 37 % der Einwohner mindestens 2 der vier Voraussetzungen."
    assert "about 37% of the residents lack at least 2" in told(0.37, "en")[0]


@pytest.mark.parametrize(("language", "said"), [("de", "Mindestens 2 Voraussetzungen fehlen"), ("en", "at least 2")])
def test_where_no_share_is_told_the_sentence_on_quarters_stands_alone(language, said, monkeypatch):
    monkeypatch.setattr("nahraum.publish.report.build.leading_quarters", lambda *_: (["Nord"], "40 %"))
    [line] = [line for line in told(np.nan, language) if "Nord" in line]
    assert said in line
    assert not line.startswith(("Am häufigsten ist das", "This is most"))
