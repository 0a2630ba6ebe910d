"""Edges by place, for a few points at a time: which lie in a box, and which is the nearest to a point.

`attach.attach_points` looks at all points of a study at once; what-if asks for one or for some hundreds and may
not look at all edges for that. The same arithmetic, so the same feet; tests compare both.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from nahraum.compiled import compiled
from nahraum.network.graph import Float64, Int64

Int32 = npt.NDArray[np.int32]
_CELL_M = 50.0
_MOST_CELLS, _CELLS_PER_EDGE = 1 << 16, 8  # a wide extent with few ways gets larger squares instead of more memory
_NONE = np.int64(1) << np.int64(60)
MAIN, QUALIFIED, OTHER = 0, 1, 2  # what a connected part of the network is to a point that is attached


@dataclass(frozen=True)
class EdgeGrid:
    """Squares of 50 m (larger where ways are few and far apart) and, for each, the edges whose box meets it."""

    west_m: float
    south_m: float
    n_columns: int
    n_rows: int
    start: Int64
    edge: Int32
    cell_m: float = _CELL_M

    @staticmethod
    def of(ends: tuple[Float64, Float64, Float64, Float64]) -> EdgeGrid:
        """The grid of straight edges given by x, y of the first and of the second end. [m]"""
        x0, y0, x1, y1 = ends
        box = (np.minimum(x0, x1), np.minimum(y0, y1), np.maximum(x0, x1), np.maximum(y0, y1))
        west, south = (float(np.floor(side.min(initial=0.0) if not len(side) else side.min())) for side in box[:2])
        east, north = (float(side.max()) if len(side) else 0.0 for side in box[2:])
        cell_m, most = _CELL_M, max(_MOST_CELLS, _CELLS_PER_EDGE * len(x0))
        while _cells(east - west, cell_m) * _cells(north - south, cell_m) > most:
            cell_m *= 2
        shape = _cells(east - west, cell_m), _cells(north - south, cell_m)
        start, edge = _fill(*box, west, south, *shape, cell_m)
        return EdgeGrid(west, south, *shape, start, edge, cell_m)

    def arrays(self) -> tuple[float, float, int, int, Int64, Int32, float]:
        """The grid as `nearest_edges` takes it."""
        return self.west_m, self.south_m, self.n_columns, self.n_rows, self.start, self.edge, self.cell_m

    def within(self, west_m: float, south_m: float, east_m: float, north_m: float) -> Int64:
        """Edges that may meet a box: all that do, and some that stand close by; sorted."""
        left, right = (int(np.clip((x - self.west_m) // self.cell_m, 0, self.n_columns - 1)) for x in (west_m, east_m))
        low, high = (int(np.clip((y - self.south_m) // self.cell_m, 0, self.n_rows - 1)) for y in (south_m, north_m))
        found = [
            self.edge[self.start[row * self.n_columns + left] : self.start[row * self.n_columns + right + 1]]
            for row in range(low, high + 1)
        ]
        return np.unique(np.concatenate(found)).astype(np.int64)


def _cells(extent_m: float, cell_m: float) -> int:
    return int(extent_m // cell_m) + 1


@compiled
def _fill(west, south, east, north, origin_x, origin_y, n_columns, n_rows, cell_m):  # type: ignore[no-untyped-def]
    start = np.zeros(n_columns * n_rows + 1, np.int64)
    for fill in range(2):
        if fill == 1:
            total = np.int64(0)
            for cell in range(n_columns * n_rows):
                count = start[cell]
                start[cell] = total
                total += count
            edges = np.empty(total, np.int32)
        for at in range(len(west)):
            left, right = int((west[at] - origin_x) // cell_m), int((east[at] - origin_x) // cell_m)
            low, high = int((south[at] - origin_y) // cell_m), int((north[at] - origin_y) // cell_m)
            for row in range(low, high + 1):
                for column in range(left, right + 1):
                    cell = row * n_columns + column
                    if fill == 1:
                        edges[start[cell]] = at
                    start[cell] += 1
    for cell in range(n_columns * n_rows, 0, -1):
        start[cell] = start[cell - 1]
    start[0] = 0
    return start, edges


@compiled
def _goes_before(edge, other, ways):  # type: ignore[no-untyped-def]
    """Whether an edge stands before another in the order of a network: way id, node ids, length, then position."""
    first, second, length, way, _, node_id, _, _, _, _ = ways
    if way[edge] != way[other]:
        return way[edge] < way[other]
    if node_id[first[edge]] != node_id[first[other]]:
        return node_id[first[edge]] < node_id[first[other]]
    if node_id[second[edge]] != node_id[second[other]]:
        return node_id[second[edge]] < node_id[second[other]]
    if length[edge] != length[other]:
        return length[edge] < length[other]
    return edge < other


@compiled
def _leg(edge, px, py, first, second, x, y):  # type: ignore[no-untyped-def]
    """Straight way from a point to an edge, and where along the edge it ends. [dm, share]"""
    x0, y0 = x[first[edge]], y[first[edge]]
    dx, dy = x[second[edge]] - x0, y[second[edge]] - y0
    square = dx * dx + dy * dy
    along = ((px - x0) * dx + (py - y0) * dy) / (square if square > 0 else 1.0)
    along = min(max(along, 0.0), 1.0)
    off_x, off_y = px - (x0 + along * dx), py - (y0 + along * dy)
    return np.int64(np.rint(np.sqrt(off_x * off_x + off_y * off_y) * 10)), along


@compiled
def _offer(edge, walked, along, kind, at, best, leg, share, ways):  # type: ignore[no-untyped-def]
    """Takes an edge for a point where it is nearer than the best of its kind; of equal legs the lower in order."""
    for kept in range(3):
        if kept != kind and not (kept == 2 and kind == 1):
            continue
        known = best[at, kept]
        nearer = walked < leg[at, kept]
        if nearer or (walked == leg[at, kept] and known != edge and _goes_before(edge, known, ways)):
            best[at, kept], leg[at, kept], share[at, kept] = edge, walked, along


@compiled
def nearest_edges(px, py, grid, extra, ways, limit_m):  # type: ignore[no-untyped-def]
    """For each point the nearest living edge of each kind of part: edge (-1 none), leg [dm], share along it. [n, 3]

    `extra` are edges beyond the grid's; `ways` are of the edges first and second node, length, way id, alive; of
    the nodes id, x, y, component; of the components their kind (MAIN, QUALIFIED, OTHER; the column OTHER sees
    both kinds of small parts).
    """
    west, south, n_columns, n_rows, start, edges, cell_m = grid
    first, second, _, _, alive, _, x, y, component, part = ways  # unpacked once: it costs more than a leg
    n = len(px)
    best, leg, share = np.full((n, 3), -1, np.int64), np.full((n, 3), _NONE, np.int64), np.zeros((n, 3))
    limit_dm = np.int64(np.rint(limit_m * 10))
    for at in range(n):
        for edge in extra:
            walked, along = _leg(edge, px[at], py[at], first, second, x, y)
            if walked <= limit_dm and alive[edge]:
                _offer(edge, walked, along, part[component[first[edge]]], at, best, leg, share, ways)
        column, row = int((px[at] - west) // cell_m), int((py[at] - south) // cell_m)
        ring = 0
        while True:
            for r in range(max(row - ring, 0), min(row + ring, n_rows - 1) + 1):
                step = 1 if abs(r - row) == ring else 2 * ring
                for c in range(column - ring, column + ring + 1, step):
                    if 0 <= c < n_columns:
                        cell = r * n_columns + c
                        for k in range(start[cell], start[cell + 1]):
                            edge = edges[k]
                            walked, along = _leg(edge, px[at], py[at], first, second, x, y)
                            kind = part[component[first[edge]]]
                            nearest = max(leg[at, kind], leg[at, 2] if kind == 1 else 0)
                            if walked <= min(limit_dm, nearest) and alive[edge]:
                                _offer(edge, walked, along, kind, at, best, leg, share, ways)
            seen_m = ring * cell_m
            if seen_m > limit_m + 0.1 or (best[at, 0] >= 0 and leg[at, 0] / 10 + 0.1 < seen_m):
                break
            ring += 1
    return best, leg, share


@compiled
def offered(px, py, leg_dm, edges, ends):  # type: ignore[no-untyped-def]
    """Whether the box around any of some edges is as near to a point as its present leg, or nearer."""
    first, second, x, y = ends
    found = np.zeros(len(px), np.bool_)
    for at in range(len(px)):
        reach = leg_dm[at] / 10 + 0.1
        for edge in edges:
            x0, y0 = x[first[edge]], y[first[edge]]
            x1, y1 = x[second[edge]], y[second[edge]]
            if px[at] < min(x0, x1) - reach or px[at] > max(x0, x1) + reach:
                continue
            if py[at] < min(y0, y1) - reach or py[at] > max(y0, y1) + reach:
                continue
            found[at] = True
            break
    return found


@compiled
def offered_in_grid(px, py, leg_dm, wanted, grid, extra, ends):  # type: ignore[no-untyped-def]
    """As `offered`, for many points and edges: `wanted` marks these among all; `extra` are those beyond the grid."""
    first, second, x, y = ends
    west, south, n_columns, n_rows, start, edges, cell_m = grid
    found = np.zeros(len(px), np.bool_)
    for at in range(len(px)):
        reach = leg_dm[at] / 10 + 0.1
        left, right = int((px[at] - reach - west) // cell_m), int((px[at] + reach - west) // cell_m)
        low, high = int((py[at] - reach - south) // cell_m), int((py[at] + reach - south) // cell_m)
        for row in range(max(low, 0), min(high, n_rows - 1) + 1):
            for column in range(max(left, 0), min(right, n_columns - 1) + 1):
                cell = row * n_columns + column
                for k in range(start[cell], start[cell + 1]):
                    if wanted[edges[k]] and not found[at]:
                        found[at] = _beside(px[at], py[at], reach, edges[k], first, second, x, y)
        for edge in extra:
            if wanted[edge] and not found[at]:
                found[at] = _beside(px[at], py[at], reach, edge, first, second, x, y)
    return found


@compiled
def _beside(px, py, reach, edge, first, second, x, y):  # type: ignore[no-untyped-def]
    """Whether a point is within reach of the box around an edge."""
    x0, y0, x1, y1 = x[first[edge]], y[first[edge]], x[second[edge]], y[second[edge]]
    if px < min(x0, x1) - reach or px > max(x0, x1) + reach:
        return False
    return not (py < min(y0, y1) - reach or py > max(y0, y1) + reach)
