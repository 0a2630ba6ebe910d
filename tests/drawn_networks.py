"""Networks and points drawn at random: small ones for hypothesis, larger ones from a seed."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st

from nahraum.network import BLOCKED, Attachment, Network, network_of_edges

EDGES = (1, 2, 3, 4, 5, 9)  # short lengths make many ties
LONG = (10_922, 16_383, 16_384, 32_766, 32_767, 32_768, 65_535, 65_536, 200_000)  # around the bounds of 16 bits
LIMITS = (0, 1, 5, 12, 40, 32_765, 32_766, 32_767, 32_768, 65_534, 65_535, 65_536, 500_000, 5_000_000)


def network_of(n_nodes: int, edges: list[tuple[int, int, int]]) -> Network:
    """A network of numbered nodes and edges (node, node, length in dm); loops and parallels welcome."""
    columns = np.array(edges, dtype=np.int64).reshape(-1, 3).T
    nodes = np.arange(n_nodes, dtype=np.int64)
    way = np.arange(len(edges), dtype=np.int64) + 1
    return network_of_edges((nodes, nodes * 10.0, nodes * 7.0 % 31), (columns[0], columns[1], columns[2], way))


def points_of(rows: list[tuple[str, int, int, int]]) -> Attachment:
    """Points (id, edge or -1, offset in dm, leg in dm), sorted by id."""
    rows = sorted(rows, key=lambda row: row[0])
    ids, edge, offset, leg = (list(column) for column in zip(*rows, strict=True)) if rows else ([], [], [], [])
    where = np.array(edge, dtype=np.int64)
    status = np.full(len(rows), "ok", dtype=object)
    status[where < 0] = "unreachable"
    return Attachment(
        np.array(ids, dtype=object), where, np.array(offset, dtype=np.int64), np.array(leg, dtype=np.int64), status
    )


@st.composite
def networks(draw: Any, *, lengths: tuple[int, ...] = EDGES, max_nodes: int = 10) -> Network:
    """Islands, parallel edges, self-loops; walked both ways, one way or not at all; in dm or at times in ds."""
    n_nodes = draw(st.integers(2, max_nodes))
    node = st.integers(0, n_nodes - 1)
    edges = draw(st.lists(st.tuples(node, node, st.sampled_from(lengths)), min_size=2, max_size=18))
    network = network_of(n_nodes, [(0, 1, lengths[0]), *edges])
    kind = draw(st.sampled_from(["both ways", "one way", "times"]))
    if kind == "both ways":
        return network
    return changed_costs(network, np.random.default_rng(draw(st.integers(0, 2**16))), times=kind == "times")


def small_town(seed: int) -> tuple[Network, Attachment, Attachment]:
    """As `networks` and `points` draw them, but from a seed: more variety, no shrinking."""
    rng = np.random.default_rng(seed)
    n_nodes, lengths = int(rng.integers(2, 15)), (EDGES, LONG, EDGES + LONG)[seed % 3]
    ends = rng.integers(0, n_nodes, (int(rng.integers(1, 26)), 2)).tolist()
    network = network_of(n_nodes, [(0, 1, lengths[0]), *((a, b, int(rng.choice(lengths))) for a, b in ends)])
    if rng.random() < 0.6:
        network = changed_costs(network, rng, times=rng.random() < 0.5)
    origins = scattered(rng, network, [f"o{n}" for n in range(int(rng.integers(1, 9)))], max_leg_dm=3)
    return (
        network,
        origins,
        scattered(rng, network, [f"P{n}" for n in rng.integers(0, 6, rng.integers(1, 12))], max_leg_dm=3),
    )


def changed_costs(network: Network, rng: np.random.Generator, *, times: bool) -> Network:
    """The same ways, some of them not walked in one direction or in none; as times also free or uneven ones."""
    both = [network.edge_length_dm.copy(), network.edge_length_dm.copy()]
    if times:
        both = [np.rint(cost * rng.choice([0.0, 0.5, 0.77, 1.3], len(cost))).astype(np.int64) for cost in both]
    for cost in both:
        cost[rng.random(len(cost)) < 0.2] = BLOCKED
    unit, pace = ("ds", float(rng.choice([0.75, 0.8, 1.0]))) if times else ("dm", 1.0)
    if rng.random() < 0.5:
        return network.with_costs(both[0], both[1], unit=unit, pace=pace)
    ids = rng.permutation(network.n_nodes)  # as an extract has them: not in the order of memory
    edges = (network.edge_from, network.edge_to, network.edge_length_dm, network.edge_way_id)
    nodes = (ids, network.x_m, network.y_m)
    return network_of_edges(nodes, edges, costs=(both[0], both[1]), unit=unit, pace=pace)


@st.composite
def points(draw: Any, network: Network, name: str, *, min_size: int = 0, max_size: int = 6) -> Attachment:
    """Points anywhere on the edges, many on one, some beside every way; names starting with P repeat (entrances)."""
    rows = []
    edge = st.one_of(st.just(0), st.integers(-1, network.n_edges - 1))
    for number in range(draw(st.integers(min_size, max_size))):
        at = draw(edge)
        length = int(network.edge_length_dm[at]) if at >= 0 else 0
        offset = draw(st.one_of(st.integers(0, length), st.sampled_from([0, length])))
        label = draw(st.integers(0, 3)) if name.startswith("P") else number
        rows.append((f"{name}{label}", at, offset if at >= 0 else 0, draw(st.integers(0, 3))))
    return points_of(rows)


def large_town(
    seed: int, *, n_nodes: int = 150, n_origins: int = 170, n_places: int = 200, n_groups: int = 150
) -> tuple[Network, Attachment, Attachment]:
    """A town of more places and origins than lanes: a street grid with gaps, one-way streets in odd seeds."""
    rng = np.random.default_rng(seed)
    side = int(np.sqrt(n_nodes))
    at = np.arange(side * side).reshape(side, side)
    across = np.concatenate(
        [np.stack([at[:, :-1].ravel(), at[:, 1:].ravel()]), np.stack([at[:-1].ravel(), at[1:].ravel()])], 1
    )
    across = across[:, rng.random(across.shape[1]) < 0.8]
    anywhere = rng.integers(0, side * side, (2, 12))
    ends = np.concatenate([across, anywhere], axis=1)
    length = rng.integers(1, 60, ends.shape[1])
    network = network_of(side * side, list(zip(*ends.tolist(), length.tolist(), strict=True)))
    if seed % 2:
        network = changed_costs(network, rng, times=seed % 4 == 3)
    return (
        network,
        scattered(rng, network, [f"o{n:04d}" for n in range(n_origins)]),
        scattered(rng, network, [f"p{n:04d}" for n in rng.integers(0, n_groups, n_places)]),
    )


def scattered(rng: np.random.Generator, network: Network, ids: list[str], *, max_leg_dm: int = 29) -> Attachment:
    """Points on edges at random, a few beside every way, a tenth together on one edge."""
    edge = rng.integers(0, network.n_edges, len(ids))
    edge[rng.random(len(ids)) < 0.1] = network.n_edges // 2
    edge[rng.random(len(ids)) < 0.05] = -1
    share = rng.choice([0.0, 0.25, 0.5, 0.9, 1.0], len(ids))
    offset = np.where(edge >= 0, np.rint(share * network.edge_length_dm[edge]), 0).astype(np.int64)
    leg = rng.integers(0, max_leg_dm + 1, len(ids))
    return points_of(list(zip(ids, edge.tolist(), offset.tolist(), leg.tolist(), strict=True)))
