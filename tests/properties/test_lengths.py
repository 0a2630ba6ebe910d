"""The fast geodesic length is the full one, for any line and place."""

import numpy as np
import pyproj
from hypothesis import given, settings
from hypothesis import strategies as st

from nahraum.network.lengths import geodesic_dm

GEOD = pyproj.Geod(ellps="WGS84")
degrees = st.floats(-0.02, 0.02)


@settings(deadline=None, max_examples=300)
@given(lon=st.floats(-180, 180), lat=st.floats(-89, 89), lines=st.lists(st.tuples(degrees, degrees), min_size=1))
def test_lengths_are_those_of_the_full_computation(lon, lat, lines):
    east, north = np.array(lines).T
    x, y = np.append(lon, lon + east), np.append(lat, np.clip(lat + north, -90, 90))
    ends = np.stack([np.zeros(len(lines), dtype=np.int64), np.arange(1, len(lines) + 1)])
    full = np.array(GEOD.inv(x[ends[0]], y[ends[0]], x[ends[1]], y[ends[1]])[2])
    assert geodesic_dm(x, y, ends).tolist() == np.maximum(np.rint(full * 10), 1).astype(int).tolist()


def test_a_hundred_thousand_lines_of_a_town_have_the_full_lengths():
    rng = np.random.default_rng(5)
    x, y = rng.uniform(7.0, 7.1, 200_000), rng.uniform(51.0, 51.005, 200_000)
    ends = np.stack([np.arange(0, 200_000, 2), np.arange(1, 200_000, 2)])
    full = np.array(GEOD.inv(x[ends[0]], y[ends[0]], x[ends[1]], y[ends[1]])[2])
    assert np.array_equal(geodesic_dm(x, y, ends), np.maximum(np.rint(full * 10), 1))
