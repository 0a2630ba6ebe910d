"""Cell-key perturbation: the same persons always get the same noise, none on average, never more than a maximum.

Every record has a random key that follows from its id and a secret of the office; the key of a count is the sum of the
keys of the records counted, without its whole part. It picks the noise from a table of probabilities. Who counts the
same persons twice, by another way or in another table, therefore gets the same figure.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from nahraum.errors import InputError

Keys = npt.NDArray[np.uint64]
Numbers = npt.NDArray[np.float64]
_WHOLE = 2.0**64
_STEPS = 200
_EXACT = 1e-12


@dataclass(frozen=True)
class PTable:
    """Probabilities of each noise, by count.

    noise : -D … D, ascending.
    probabilities : a row per count 0, 1, 2 …; the last row serves every larger count.
    variance : of each row; less or more than was asked where no distribution has it.
    smallest : the smallest count published beside none.
    """

    noise: npt.NDArray[np.int64]
    probabilities: Numbers
    variance: Numbers
    smallest: int


def record_keys(ids: Iterable[object], secret: bytes) -> Keys:
    """A key for each record, as good as drawn evenly, that only its id and the secret decide. [2^-64]

    Raises
        InputError for a secret of fewer than 16 bytes: keys could be tried out.
    """
    if len(secret) < 16:
        raise InputError(
            "the secret of the cell keys is too short", where=f"{len(secret)} bytes", expected="16 bytes or more",
            fix="let nahraum make one: delete internal/cell_key.secret and run again",
        )  # fmt: skip
    digests = (hashlib.blake2b(str(one).encode(), key=secret[:64], digest_size=8).digest() for one in ids)
    return np.array([int.from_bytes(digest, "little") for digest in digests], dtype=np.uint64)


def sums_of_keys(keys: Keys, groups: npt.NDArray[np.int64], n_groups: int) -> Keys:
    """Key of each count: the sum of the keys of its records, without the whole part; order does not matter."""
    sums = np.zeros(n_groups, dtype=np.uint64)
    np.add.at(sums, groups, keys)  # beyond 2^64 it starts again at none: that is the fraction
    return sums


def _spread(noise: Numbers, at: tuple[float, float]) -> Numbers:
    exponents = at[0] * noise + at[1] * noise**2
    weights = np.exp(exponents - exponents.max())
    return np.asarray(weights / weights.sum(), dtype=np.float64)


def _most_even(noise: Numbers, variance: float) -> Numbers | None:
    """The distribution of largest entropy with mean 0 and this variance; None where the search does not end.

    Notes
        p = exp(a d + b d²) / sum; a and b by Newton's method on the dual, which is convex.
    """
    at = np.zeros(2)
    moments, wanted = np.vstack([noise, noise**2]), np.array([0.0, variance])

    def dual(point: Numbers) -> float:
        exponents = point @ moments
        top = float(exponents.max())
        return top + float(np.log(np.exp(exponents - top).sum())) - float(point @ wanted)

    for _ in range(_STEPS):
        shares = _spread(noise, (at[0], at[1]))
        apart = moments @ shares - wanted
        if np.abs(apart).max() < _EXACT:
            return shares
        bend = (moments * shares) @ moments.T - np.outer(moments @ shares, moments @ shares)
        step = np.linalg.lstsq(bend, -apart, rcond=None)[0]
        size = 1.0
        while size > 1e-10 and dual(at + size * step) > dual(at) + 1e-4 * size * float(apart @ step):
            size /= 2
        at = at + size * step
    shares = _spread(noise, (at[0], at[1]))
    return shares if np.abs(moments @ shares - wanted).max() < 1e-9 else None


def _extreme(noise: Numbers, sign: float) -> Numbers:
    """The distribution of mean 0 with the least (1) or the largest (-1) variance: on two noises, near or far."""
    below, above = noise[noise <= 0], noise[noise >= 0]
    low, high = (below[-1], above[0]) if sign > 0 else (below[0], above[-1])
    shares = np.zeros(len(noise))
    if high == low:
        shares[noise == 0] = 1.0
        return shares
    shares[noise == low], shares[noise == high] = high / (high - low), -low / (high - low)
    return shares


def _row(noise: Numbers, variance: float) -> Numbers:
    """Probabilities of the noises that are allowed for one count, as near to the variance as can be had."""
    least, most = _extreme(noise, 1.0), _extreme(noise, -1.0)
    bounds = [float(shares @ noise**2) for shares in (least, most)]
    if variance <= bounds[0] + 1e-9:
        return least
    if variance >= bounds[1] - 1e-9:
        return most
    found = _most_even(noise, variance)
    if found is None:  # so near to a bound that the weights run out of numbers
        part = (variance - bounds[0]) / (bounds[1] - bounds[0])
        return np.asarray((1 - part) * least + part * most, dtype=np.float64)
    return found


def perturbation_table(largest: int, variance: float, *, never: int = 0) -> PTable:
    """Probabilities of the noise of each count: none on average, `variance`, at most `largest` persons.

    Parameters
        largest : D, the noise is at most so many persons.
        variance : V of the noise. [persons²]
        never : counts 1..never are never published (they become none, or more than never).

    Raises
        InputError where a count could not be published: D is not larger than `never`, or V does not fit D.

    Notes
        Maximum entropy under sum 1, mean 0, variance V. None stays none. Where no distribution has the variance (a
        count of 1 that may only become 0 or 3), the nearest one is taken; `PTable.variance` tells it.

    References
        Giessing (2016), Computational issues in the design of transition probabilities and disclosure risk estimation
        for additive noise. doi:10.1007/978-3-319-45381-1_18; R package ptable (Enderle, Destatis).
    """
    problems = []
    if largest < 1 or never < 0 or largest <= never:
        problems.append(f"noise of at most {largest} persons, counts 1..{never} never published")
    if not 0 < variance <= largest**2:
        problems.append(f"variance {variance:g}")
    if problems:
        raise InputError(
            "the noise of the cell keys cannot be had so", where=problems,
            expected="a noise larger than the counts never published; a variance above 0, at most its square",
            fix="release.cell_key_noise = 5, release.cell_key_variance = 3.0 under [parameters]",
        )  # fmt: skip
    noise = np.arange(-largest, largest + 1)
    rows = [np.where(noise == 0, 1.0, 0.0)]
    for count in range(1, largest + never + 2):
        result = count + noise
        allowed = (result == 0) | (result > never)
        shares = np.zeros(len(noise))
        shares[allowed] = _row(noise[allowed].astype(np.float64), variance)
        rows.append(shares)
    probabilities = np.vstack(rows)
    return PTable(noise.astype(np.int64), probabilities, probabilities @ noise.astype(np.float64) ** 2, never + 1)


def perturbed(counts: npt.ArrayLike, keys: Keys, table: PTable) -> Numbers:
    """Counts with the noise that their keys pick; unknown stays unknown (NaN), none stays none.

    Raises
        InputError for counts that are no whole numbers.
    """
    exact = np.asarray(counts, dtype=np.float64)
    known = ~np.isnan(exact)
    whole = np.rint(np.where(known, exact, 0.0)).astype(np.int64)
    bad = known & ((np.abs(np.where(known, exact, 0.0) - whole) > 1e-6) | (whole < 0))
    if bad.any():
        raise InputError(
            "only whole counts can be perturbed by cell keys",
            where=f"{int(bad.sum())} counts, first: {exact[bad][0]:g}", expected="0, 1, 2 …",
            fix='release.method = "suppress" or "round" for tables of shares and estimates',
        )  # fmt: skip
    rows = np.minimum(whole, len(table.probabilities) - 1)
    place = keys.astype(np.float64) / _WHOLE
    steps = np.cumsum(table.probabilities, axis=1)[rows]
    drawn = np.minimum((place[:, None] >= steps - 1e-15).sum(axis=1), len(table.noise) - 1)
    return np.where(known, whole + np.where(whole == 0, 0, table.noise[drawn]), np.nan)
