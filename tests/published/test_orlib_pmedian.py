"""p-median of OR-Library: all 20 files at hand to their published optimum, each proven.

Optima: J. E. Beasley, OR-Library (pmedopt.txt), 40 uncapacitated p-median problems of 100 to 900 nodes.
Where an edge comes twice in a file, the last one holds; costs are shortest ways.
"""

import numpy as np
import pytest
from scipy.sparse.csgraph import shortest_path

from nahraum.measures.facility import p_median, served_by_matrix

pytestmark = pytest.mark.xdist_group("facility")  # one worker compiles their kernels

OPTIMA = {
    1: 5819, 2: 4093, 3: 4250, 4: 3034, 5: 1355, 6: 7824, 7: 5631, 8: 4445, 9: 2734, 10: 1255, 11: 7696, 13: 4374,
    15: 1729, 16: 8162, 18: 4809, 20: 1789, 21: 9138, 25: 1828, 26: 9917, 30: 1989,
}  # fmt: skip


@pytest.mark.parametrize("number", OPTIMA)
def test_the_published_optimum_is_found_and_proven(number, data_dir):
    text = (data_dir / "statistics" / "orlib_pmed" / f"pmed{number}.txt").read_text().split()
    n, n_edges, p = map(int, text[:3])
    length = np.zeros((n, n))
    for one, other, cost in np.array(text[3 : 3 + 3 * n_edges], dtype=int).reshape(-1, 3):
        length[one - 1, other - 1] = length[other - 1, one - 1] = cost
    found = p_median(served_by_matrix(shortest_path(length, directed=False)), p)
    assert len(found.sites) == p
    assert found.value == OPTIMA[number]
    assert (found.status, found.bound, found.gap) == ("optimal", OPTIMA[number], 0.0)
