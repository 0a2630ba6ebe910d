"""Berlin's Monitoring Soziale Stadtentwicklung from its published shares (STATISTICS.md, "Published … values").

Published: Senatsverwaltung für Stadtentwicklung Berlin, MSS 2015 (435 planning areas) and 2019 (436), CC BY 3.0 DE.
"""

from types import SimpleNamespace

import numpy as np
import pytest

from nahraum.sources.published import read_all, replication
from nahraum.workflow.replicate_status import mss, with_sample_sd

pytestmark = [pytest.mark.real, pytest.mark.xdist_group("published")]
EDITIONS = ("mss-berlin-2015", "mss-berlin-2019")
FLIPS = "09030901"  # Dorf Altglienicke: index -1.0008, a thousandth beyond the limit


@pytest.fixture(scope="module")
def editions(data_dir) -> SimpleNamespace:
    found = {}
    for name in EDITIONS:
        wanted = replication(name)
        tables = read_all(wanted, data_dir)
        found[name] = SimpleNamespace(wanted=wanted, tables=tables, result=mss(wanted, tables))
    return found


@pytest.mark.parametrize("name", EDITIONS)
@pytest.mark.parametrize("what", ["status_class", "dynamics_class", "group", "attention", "z", "sum_of_z"])
def test_every_published_class_group_and_z_value_is_computed(editions, name, what):
    agreement = next(each for each in editions[name].result.agreements if each.id == what)
    assert agreement.agree == agreement.compared > 0
    assert agreement.needed == 1.0 and agreement.reached


@pytest.mark.parametrize(
    ("name", "status", "dynamics"),
    [
        ("mss-berlin-2015", {"mittel": 270, "hoch": 78, "niedrig": 49, "sehr niedrig": 38}, (350, 48, 37)),
        ("mss-berlin-2019", {"mittel": 283, "hoch": 67, "niedrig": 47, "sehr niedrig": 39}, (357, 46, 33)),
    ],
)
def test_the_classes_have_the_published_sizes(editions, name, status, dynamics):
    areas = editions[name].result.status.areas
    assert areas["class_de"].value_counts().to_dict() == status
    counts = areas["dynamics_class_de"].value_counts().to_dict()
    assert counts == dict(zip(("stabil", "positiv", "negativ"), dynamics, strict=True))


def test_the_published_index_of_2015_is_computed_to_five_decimals(editions):
    agreement = next(each for each in editions["mss-berlin-2015"].result.agreements if each.id == "index")
    assert agreement.agree == 435 and agreement.largest < 1e-5


@pytest.mark.parametrize(("name", "need"), [("mss-berlin-2015", 43), ("mss-berlin-2019", 42)])
def test_areas_that_need_attention_are_those_of_the_groups_4_any_and_3_minus(editions, name, need):
    areas = editions[name].result.status.areas
    assert set(areas.loc[areas["attention"], "group"]) <= {"4+", "4+/-", "4-", "3-"}
    assert areas["attention"].sum() == need


def test_z_values_agree_with_the_published_ones_to_five_decimals_only_with_the_population_sd(editions):
    table = editions["mss-berlin-2019"].tables["areas"]
    shares, published = table[["s1", "s3", "s4"]].to_numpy(), table[["z_s1", "z_s3", "z_s4"]].to_numpy()
    centred = shares - shares.mean(axis=0)
    apart = [np.abs(centred / shares.std(axis=0, ddof=ddof) - published).max() for ddof in (0, 1)]
    assert apart[0] < 1e-5 < 1e-3 < apart[1]


def test_with_the_sample_sd_one_area_flips_and_it_is_dorf_altglienicke(editions):
    """The trap of STATISTICS.md: 436 areas, the sample standard deviation puts 09030901 into another class."""
    found = editions["mss-berlin-2019"].result
    other = with_sample_sd(found.inputs, found.status.method)
    own = found.status.areas.set_index("area_id")["class_de"]
    assert list(own.index[own != other.reindex(own.index)]) == [FLIPS]
    assert (own[FLIPS], other[FLIPS]) == ("hoch", "mittel")
    assert found.status.areas.set_index("area_id").loc[FLIPS, "index"] == pytest.approx(-1.000817, abs=1e-6)


def test_in_2015_the_standard_deviation_moves_nobody(editions):
    found = editions["mss-berlin-2015"].result
    own = found.status.areas.set_index("area_id")["class_de"]
    assert (with_sample_sd(found.inputs, found.status.method).reindex(own.index) == own).all()


def test_a_wrong_column_is_found_out_and_told(editions):
    """The heading z_d1 stands over the sum: whoever goes by headings takes another column, and the bar says so."""
    tables = dict(editions["mss-berlin-2019"].tables)
    tables["areas"] = tables["areas"].assign(s1=tables["areas"]["sum_of_z"] + 10)
    found = mss(editions["mss-berlin-2019"].wanted, tables)
    assert not found.reached
    assert not next(each for each in found.agreements if each.id == "status_class").reached
