"""Published figures beside ours: only where they are of the same kind, and never mixed up."""

import re
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from publish_bundle import make_study

from nahraum.indicators.catalogue import read_catalogue
from nahraum.publish.report.comparison import published_beside
from nahraum.publish.report.words import Words
from nahraum.study import SourceSpec

OURS = {
    "food_full_range_within_reach_share": 0.8, "pharmacy_within_reach_share": np.nan, "all_services_share": 0.31,
    "no_service_share": 0.05, "residents": 12_000.0,
}  # fmt: skip


def bundle(kind: str = "zensus2022", **overrides: float) -> SimpleNamespace:
    spec = SourceSpec("population", kind, (Path("zensus.zip"),))
    study = replace(make_study(), sources={"population": spec}, overrides=overrides)
    return SimpleNamespace(
        study=study, catalogue=read_catalogue(), municipality=SimpleNamespace(frame=pd.DataFrame([OURS]))
    )


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_figures_of_the_bbsr_stand_beside_ours(language):
    found = published_beside(bundle(), Words(language))
    rows = {row[0]: row[1:] for row in found["rows"]}
    labels = {item.id: item.text("label", language) for item in read_catalogue()}
    first = {name: [re.sub(r"\D", "", cell) for cell in rows[labels[name]]] for name in labels if labels[name] in rows}
    assert first == {
        "food_full_range_within_reach_share": ["80", "75", "", ""], "all_services_share": ["31", "", "84", ""],
        "no_service_share": ["5", "", "", "21"],
    }  # fmt: skip
    assert labels["pharmacy_within_reach_share"] not in rows  # ours is not known
    assert "BBSR" in found["caption"] and "1" in found["caption"]


def test_other_countries_and_other_distances_are_not_compared():
    assert published_beside(bundle(kind="table"), Words("de")) is None
    assert published_beside(bundle(**{"supply.maximum_distance_m": 800.0}), Words("de")) is None
