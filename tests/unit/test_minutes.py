"""Walking times on a street where 100 m take 100 s."""

import numpy as np
import pytest

import nahraum
from nahraum.access import measure
from nahraum.access.minutes import share_within, walking_minutes
from nahraum.errors import InputError
from nahraum.network import PROFILES
from nahraum.parameters import Parameters
from tiny_walks import area, street


def timed(**changes):
    """The street of one kilometre at 3.6 km/h: a decimetre takes a tenth of a second."""
    network = street()
    slow = network.with_costs(network.edge_forward, network.edge_backward, unit="ds", pace=1.0)
    town = area(
        {"a": (100, 0, 10.0), "b": (900, 20, 30.0), "far": (500, 900, 5.0), "rim": (0, 0, 7.0)},
        [("shop", "food_full_range", 300, 0), ("halt", "stop", 1000, 0)],
        edge=("rim",),
        **changes,
    )
    return walking_minutes(town, slow, Parameters()).set_index("address_id")


def test_minutes_are_the_way_at_the_speed_of_the_walker_legs_included():
    table = timed()
    assert table["food_full_range_minutes"].tolist()[:2] == pytest.approx([200 / 60, (20 + 600) / 60])
    assert table["food_full_range_minutes_status"].tolist() == ["ok", "ok", "unreachable", "edge"]
    assert np.isnan(table.loc["far", "stop_minutes"])


def test_the_share_in_time_counts_residents_whose_time_is_known():
    share = share_within(timed().reset_index(), minutes=5).set_index("service")
    assert share.loc["food_full_range", ["share", "completeness"]].tolist() == pytest.approx([10 / 45, 45 / 52])
    assert share.loc["stop", "share"] == pytest.approx(30 / 45)
    assert share.loc["gp", "share"] == 0
    assert share.loc["green", "completeness"] == pytest.approx(5 / 52)  # no green is mapped; only `far` meets no way


def test_a_network_of_times_knows_no_distances():
    network = street()
    slow = network.with_costs(network.edge_forward, network.edge_backward, unit="ds", pace=1.0)
    with pytest.raises(InputError, match="network of lengths"):
        measure(area({"a": (100, 0, 1.0)}), slow, Parameters())


def test_a_network_of_lengths_knows_no_times():
    with pytest.raises(InputError, match="walking profile"):
        walking_minutes(area({"a": (100, 0, 1.0)}), street(), Parameters())


@pytest.mark.xdist_group("town")
def test_a_study_tells_the_times_of_every_profile(small_town):
    times = {name: nahraum.walking_minutes(small_town.study, profile=name).set_index("address_id") for name in PROFILES}
    for service in ("food_full_range", "stop", "green"):
        adult, older, child, wheels = (
            times[name][f"{service}_minutes"] for name in ("adult", "older_person", "child", "wheelchair")
        )
        known = adult.notna()
        assert known.any()
        assert (older[known] >= adult[known]).all()
        assert (older[known] <= adult[known] * 4.8 / 3.6 + 0.1).all()  # waiting at crossings is the same for both
        assert older.equals(child)
        assert not (wheels[known] < adult[known]).any()
