"""What a plan is to reach, and how long may be searched."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from nahraum.errors import InputError
from nahraum.parameters import Parameters
from nahraum.tables import PREREQUISITES

WEIGHTS = ("utilitarian", "prioritarian", "worst_quarter", "worst_fifth")
METHODS = ("auto", "exact", "search")


@dataclass(frozen=True)
class Goal:
    """How lacks are weighed against each other.

    weights : utilitarian (each removed lack counts the same) | prioritarian (it counts more the more prerequisites
        somebody lacks) | worst_quarter (first the quarter that stays behind most: max-min) | worst_fifth (the mean of
        the fifth of people with most lacks after the plan: CVaR).
    aversion : how steep `prioritarian` is; 0 is utilitarian.
    tail_share : how many people the worst fifth are.
    k : lacks from which somebody counts; None takes that of the study.
    quarter_weights : further weight of people by quarter, 1 where none is given; not with the goals of the worst.
    near_share, near_flag_share : who is near a threshold of green, and from which share of the people lifted a plan is
        said to lift mainly these; they do not change the choice.
    """

    weights: str = "utilitarian"
    aversion: float = 1.0
    tail_share: float = 0.2
    k: int | None = None
    quarter_weights: Mapping[str, float] = field(default_factory=dict)
    near_share: float = 0.1
    near_flag_share: float = 0.5

    def __post_init__(self) -> None:
        problems = []
        if self.weights not in WEIGHTS:
            problems.append(f"weights = {self.weights!r}")
        if not (math.isfinite(self.aversion) and self.aversion >= 0):
            problems.append(f"aversion = {self.aversion!r}")
        if not 0 < self.tail_share <= 1:
            problems.append(f"tail_share = {self.tail_share!r}")
        if self.k is not None and self.k not in range(1, len(PREREQUISITES) + 1):
            problems.append(f"k = {self.k!r}")
        given = self.quarter_weights.items()
        problems += [f"weight of quarter {name!r} = {one!r}" for name, one in given if not 0 <= one < math.inf]
        if self.quarter_weights and self.weights in WEIGHTS and not self.linear:
            problems.append(f"weights of quarters with {self.weights}, which does not look at them")
        if problems:
            raise InputError(
                "the goal of the plan cannot be used", where=problems,
                expected=f"weights: {', '.join(WEIGHTS)}; aversion from 0; tail_share "
                f"above 0 to 1; k from 1 to {len(PREREQUISITES)}; weights of quarters from 0, "
                "with utilitarian or prioritarian",
            )  # fmt: skip

    @property
    def linear(self) -> bool:
        """Whether the value of a plan is a weighted sum of lacks removed."""
        return self.weights in ("utilitarian", "prioritarian")


def read_goal(parameters: Parameters, weights: str = "utilitarian", *, k: int | None = None) -> Goal:
    """A goal with the value decisions of the study."""
    number = parameters.number
    return Goal(
        weights=weights, aversion=number("programme.aversion"), tail_share=number("programme.tail_share"), k=k,
        near_share=number("plan_effect.near_margin_share"), near_flag_share=number("plan_effect.near_flag_share"),
    )  # fmt: skip


@dataclass(frozen=True)
class Standing:
    """How far a search is. value : of the best plan so far. bound : no plan is better."""

    value: float
    bound: float


@dataclass(frozen=True)
class Effort:
    """How long is searched.

    method : exact (HiGHS) | search (greedy and exchange, with the bound of the linear relaxation) | auto (search, and
        HiGHS where that has not reached the gap yet).
    gap : relative gap to the bound at which the search may stop. seconds : of the search for the plan.
    watch : told the best value and the bound whenever one of them has become better; it changes nothing.
    """

    method: str = "auto"
    gap: float = 0.0
    seconds: float = 60.0
    watch: Callable[[Standing], None] | None = field(default=None, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.method not in METHODS or not 0 <= self.gap < 1 or not 0 < self.seconds < math.inf:
            raise InputError(
                "the effort of the search cannot be used", where=f"{self}",
                expected=f"method: {', '.join(METHODS)}; gap from 0 to below 1; seconds above 0",
            )  # fmt: skip


def read_effort(parameters: Parameters) -> Effort:
    """The effort as the study has it."""
    number = parameters.number
    return Effort(gap=number("programme.gap"), seconds=number("programme.seconds"))
