"""How counts of cases go with a factor: negative binomial regression with an offset, or Poisson where that suffices.

Variance μ + μ²/θ. Maximum likelihood by Newton's method in (β, log θ); standard errors from the observed information of
both together. Plain NumPy, because a study should not need a statistics package for one model.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from nahraum.index.incidence.rates import Floats

Kind = Literal["negative_binomial", "poisson"]
Told = Callable[[Floats], tuple[float, Floats, Floats]]  # log-likelihood, score, observed information
_STEPS = 200
_HALVINGS = 40
_DONE = 1e-12  # score · step: twice the log-likelihood still to gain
_NEARLY = 1e-6  # the same where rounding leaves no better place
_LARGEST_LOG_THETA = 16.0  # θ = 9e6: no overdispersion that could be told from none


@dataclass(frozen=True)
class CountModel:
    """A fitted model: log μ = log expected + design · coefficients.

    theta : variance μ + μ²/θ; infinite for Poisson. converged : False where no maximum was found (nothing to tell).
    """

    kind: Kind
    coefficients: Floats
    covariance: Floats
    theta: float
    log_likelihood: float
    fitted: Floats
    converged: bool

    def standard_error(self, contrast: Floats) -> float:
        """Standard error of contrast · coefficients."""
        return float(np.sqrt(max(float(contrast @ self.covariance @ contrast), 0.0)))

    def pearson_residuals(self, cases: Floats) -> Floats:
        """(O − μ) ÷ standard deviation under the model, an area each."""
        return np.asarray((cases - self.fitted) / np.sqrt(self.fitted + self.fitted**2 / self.theta), dtype=np.float64)


def count_model(cases: Floats, design: Floats, expected: Floats) -> CountModel:
    """The model with the largest likelihood; Poisson where the counts vary no more than Poisson counts do.

    Parameters
        cases : observed, from 0 on; they need not be whole (middle of a suppressed count). [cases]
        design : areas × columns, with a column of ones, of full rank.
        expected : above 0; its logarithm is the offset. [cases]

    Notes
        Poisson is the boundary θ = ∞. It is chosen where Σ ((O − μ)² − O) ≤ 0 there: then the likelihood falls
        as soon as θ becomes finite (Cameron and Trivedi 2013, section 3.4).

    References
        Lawless (1987): Negative binomial and mixed Poisson regression. doi 10.2307/3314912
    """
    offset = np.log(expected)
    start = np.zeros(design.shape[1])
    total = cases.sum()
    if total <= 0 or np.linalg.matrix_rank(design) < design.shape[1] or len(cases) <= design.shape[1]:
        return _failed(design, "poisson")
    start[_constant(design)] = np.log(total / expected.sum())
    poisson = _poisson(cases, design, offset, start)
    if not poisson.converged or ((cases - poisson.fitted) ** 2 - cases).sum() <= 0:
        return poisson
    return _negative_binomial(cases, design, offset, poisson)


def _constant(design: Floats) -> int:
    """The column of ones."""
    return int(np.flatnonzero((design == 1).all(axis=0))[0])


def _failed(design: Floats, kind: Kind) -> CountModel:
    columns = design.shape[1]
    nothing = np.full(columns, np.nan)
    square = np.full((columns, columns), np.nan)
    return CountModel(kind, nothing, square, np.nan, np.nan, np.full(len(design), np.nan), converged=False)


def _poisson(cases: Floats, design: Floats, offset: Floats, start: Floats) -> CountModel:
    from scipy.special import gammaln, xlogy

    def told(beta: Floats) -> tuple[float, Floats, Floats]:
        mu = np.exp(np.minimum(offset + design @ beta, 700.0))
        value = float((xlogy(cases, mu) - mu - gammaln(cases + 1)).sum())
        return value, design.T @ (cases - mu), (design.T * mu) @ design

    found = _newton(told, start)
    if found is None:
        return _failed(design, "poisson")
    beta, value, information = found
    mu: Floats = np.exp(offset + design @ beta)
    return CountModel("poisson", beta, np.linalg.inv(information).astype(np.float64), np.inf, value, mu, converged=True)


def _negative_binomial(cases: Floats, design: Floats, offset: Floats, poisson: CountModel) -> CountModel:
    from scipy.special import digamma, gammaln, polygamma, xlogy

    columns = design.shape[1]

    def told(at: Floats) -> tuple[float, Floats, Floats]:
        theta = np.exp(min(float(at[-1]), 50.0))
        mu = np.exp(np.minimum(offset + design @ at[:columns], 700.0))
        both = theta + mu
        value = gammaln(cases + theta) - gammaln(theta) - gammaln(cases + 1)
        value = value + theta * np.log(theta / both) + xlogy(cases, mu / both)
        slope = digamma(cases + theta) - digamma(theta) + np.log(theta / both) + 1 - (cases + theta) / both
        bend = polygamma(1, cases + theta) - polygamma(1, theta) + 1 / theta - 2 / both + (cases + theta) / both**2
        score = np.append(design.T @ ((cases - mu) * theta / both), theta * slope.sum())
        information = np.empty((columns + 1, columns + 1))
        information[:columns, :columns] = (design.T * (mu * theta * (cases + theta) / both**2)) @ design
        crossed = -theta * (design.T @ ((cases - mu) * mu / both**2))
        information[:columns, columns] = information[columns, :columns] = crossed
        information[columns, columns] = -(theta**2 * bend.sum() + theta * slope.sum())
        return float(value.sum()), score, information

    mu = poisson.fitted
    moment = float((mu**2).sum() / ((cases - mu) ** 2 - cases).sum())
    found = _newton(told, np.append(poisson.coefficients, np.log(moment)))
    if found is None or found[0][-1] <= -_LARGEST_LOG_THETA:
        return _failed(design, "negative_binomial")
    if found[0][-1] > _LARGEST_LOG_THETA:
        return poisson
    at, value, information = found
    covariance = np.linalg.inv(information).astype(np.float64)[:columns, :columns]
    mu = np.exp(offset + design @ at[:columns])
    return CountModel(
        "negative_binomial", at[:columns], covariance, float(np.exp(at[-1])), value, mu, converged=True
    )  # fmt: skip


def _newton(told: Told, start: Floats) -> tuple[Floats, float, Floats] | None:
    """Where a log-likelihood is largest, its value and the information there; None where no such place was found."""
    at = start
    value, score, information = told(at)
    for _ in range(_STEPS):
        if not (np.isfinite(value) and np.isfinite(score).all() and np.isfinite(information).all()):
            return None
        step, convex = _step(information, score)
        if convex and float(score @ step) < _DONE:
            return at, value, information
        for halving in range(_HALVINGS):
            following = at + step / 2**halving
            answer = told(following)
            if np.isfinite(answer[0]) and answer[0] > value:
                break
        else:
            return (at, value, information) if convex and float(score @ step) < _NEARLY else None
        at, (value, score, information) = following, answer
    return None


def _step(information: Floats, score: Floats) -> tuple[Floats, bool]:
    """Newton's step, bent towards the slope where the likelihood is not convex; and whether it is."""
    scale = float(np.abs(np.diag(information)).max()) or 1.0
    ridge = 0.0
    while True:
        try:
            lower = np.linalg.cholesky(information + ridge * scale * np.eye(len(score)))
        except np.linalg.LinAlgError:
            ridge = max(ridge * 4, 1e-8)
            continue
        return np.linalg.solve(lower.T, np.linalg.solve(lower, score)), ridge == 0.0
