"""Points on the nearest way: the grid and its kernel against looking at every edge."""

import numpy as np
import pandas as pd
import pytest
import shapely

from nahraum.network import SmallComponents, attach_points, network_of_edges
from nahraum.network.legs import Ways

LIMIT_M = 250.0


def town(seed: int):
    """Streets of a crooked grid, some missing, with loose parts and parallel edges; coordinates in metres."""
    rng = np.random.default_rng(seed)
    side = 14
    n = side * side
    column, row = np.arange(n) % side, np.arange(n) // side
    x, y = (60.0 * axis + rng.normal(0, 8, n) + 1e5 for axis in (column, row))
    right = np.flatnonzero(column < side - 1)
    up = np.flatnonzero(row < side - 1)
    first, second = np.concatenate([right, up, right[:9]]), np.concatenate([right + 1, up + side, right[:9] + 1])
    kept = rng.random(len(first)) < 0.62
    first, second = first[kept], second[kept]
    length = np.rint(10 * np.hypot(x[first] - x[second], y[first] - y[second])).astype(np.int64)
    way = rng.integers(1, 40, len(first))
    ids = rng.permutation(1000)[:n]
    return network_of_edges((ids, x, y), (first, second, length, way)), rng


def every_leg(network, x, y):
    """Leg to every edge in decimetres, the point where it ends, and the offset along the edge. [points, edges]"""
    a = np.stack([network.x_m[network.edge_from], network.y_m[network.edge_from]], axis=1)
    b = np.stack([network.x_m[network.edge_to], network.y_m[network.edge_to]], axis=1)
    lines = shapely.linestrings(np.stack([a, b], axis=1))
    spots = shapely.points(x, y)
    share = shapely.line_locate_point(lines[None, :], spots[:, None], normalized=True)
    share = np.nan_to_num(share)
    foot = a[None] + share[..., None] * (b - a)[None]
    leg = np.rint(10 * np.hypot(foot[..., 0] - x[:, None], foot[..., 1] - y[:, None])).astype(int)
    return leg, foot, np.rint(share * network.edge_length_dm).astype(int)


def nearest(leg, allowed):
    """Lowest edge among the nearest allowed ones within the limit, -1 for none."""
    legs = np.where(allowed & (leg <= LIMIT_M * 10), leg, 10**9)
    best = legs.argmin(axis=1)
    return np.where(legs.min(axis=1) < 10**9, best, -1)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("across", [True, False])
def test_feet_are_those_found_by_looking_at_every_edge(seed, across):
    network, rng = town(seed)
    n = 300
    x, y = (rng.uniform(1e5 - 330, 1e5 + 60 * 14 + 330, n) for _ in range(2))
    x[:40], y[:40] = network.x_m[:40], network.y_m[:40]  # on crossings: ties
    rails = np.array([shapely.LineString(rng.uniform(1e5, 1e5 + 800, (4, 2))) for _ in range(3)])
    small = SmallComponents(minimum_length_m=50, factor=1.5, served=frozenset(range(0, 30, 2)))
    points = pd.DataFrame({"id": [f"{at:04d}" for at in range(n)], "x_m": x, "y_m": y})
    found = attach_points(network, points, maximum_leg_m=LIMIT_M, small=small, barriers=rails, across=across)

    leg, foot, offset = every_leg(network, x, y)
    part = network.component[network.edge_from]
    lengths = network.component_length_dm()[part]
    main = nearest(leg, part == 0)
    besides = nearest(leg, (part != 0) & (lengths >= 500) & (part % 2 == 0) & (part < 30))
    anywhere = nearest(leg, part != 0)
    rows = np.arange(n)
    edge = np.where((besides >= 0) & (main >= 0) & (leg[rows, besides] * 1.5 <= leg[rows, main]), besides, main)
    edge = np.where(edge < 0, anywhere, edge)
    for at in range(n):
        if edge[at] < 0:
            continue
        here = np.broadcast_to([x[at], y[at]], foot[at].shape)
        legs = shapely.linestrings(np.stack([here, foot[at]], axis=1))
        crossed = shapely.crosses(legs[:, None], rails).any(axis=1)
        if crossed[edge[at]]:
            free = nearest(leg[at : at + 1], (part == 0) & ~crossed)[0]
            edge[at] = free if free >= 0 or not across else edge[at]
    assert found.edge.tolist() == edge.tolist()
    held = edge >= 0
    assert found.leg_dm[held].tolist() == leg[rows, edge][held].tolist()
    assert np.abs(found.offset_dm[held] - offset[rows, edge][held]).max() <= 1  # shapely rounds the share elsewhere
    assert {"ok", "unreachable"} <= set(found.status.tolist())


def test_a_hamlet_far_away_makes_the_squares_larger_and_changes_no_foot():
    network, rng = town(1)
    x, y = (rng.uniform(1e5 - 330, 1e5 + 60 * 14 + 330, 300) for _ in range(2))
    points = pd.DataFrame({"id": [f"{at:04d}" for at in range(300)], "x_m": x, "y_m": y})
    far = np.array([4e5, 4e5 + 40])
    wide = network_of_edges(
        (np.append(network.node_id, [5000, 5001]), np.append(network.x_m, far), np.append(network.y_m, far)),
        (
            np.append(network.edge_from, network.n_nodes), np.append(network.edge_to, network.n_nodes + 1),
            np.append(network.edge_length_dm, 566), np.append(network.edge_way_id, 9999),
        ),
    )  # fmt: skip
    found, expected = (attach_points(one, points, maximum_leg_m=LIMIT_M) for one in (wide, network))
    for name in ("edge", "offset_dm", "leg_dm"):
        np.testing.assert_array_equal(getattr(found, name), getattr(expected, name))
    grids = [Ways.of(one).grid for one in (wide, network)]
    assert [grid.cell_m for grid in grids] == [1600.0, 50.0]
    assert max(len(grid.start) for grid in grids) <= 1 + (1 << 16)
