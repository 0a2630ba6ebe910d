"""From raw values to one index, step by step, arrays only; every step is kept so that it can be explained."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from nahraum.index.status import shrink
from nahraum.index.status.compose import aggregated, between, exponential_of
from nahraum.index.status.constants import constant_pair
from nahraum.index.status.method import Domain, Method, Part
from nahraum.index.status.normalise import Floats, minmax, standardised, winsorised, z
from nahraum.index.status.weights import Component, first_component, part_weights

Int64 = npt.NDArray[np.int64]
Fit = Mapping[str, Component]
PER = {"percent": 100.0}
WHOLE = ""


@dataclass(frozen=True)
class Recipe:
    """One side of a method: the status, or the dynamics."""

    parts: tuple[Part, ...]
    standardise: str
    weights: str
    aggregate: str
    restandardise: str
    domains: tuple[Domain, ...] = ()
    winsor: tuple[float, float] = (0.0, 1.0)


@dataclass(frozen=True)
class Inputs:
    """Values of the valid areas, one column per part: raw, the people behind them, the number of the larger area."""

    values: Floats
    people: Floats
    larger: Int64

    def with_value(self, area: int, part: int, value: float) -> Inputs:
        """The same with another value of one part in one area."""
        values = self.values.copy()
        values[area, part] = value
        return Inputs(values, self.people, self.larger)

    def only(self, part: int) -> Inputs:
        """The same with one part alone."""
        own = slice(part, part + 1)
        return Inputs(self.values[:, own], self.people[:, own], self.larger[:, own])

    def column(self, part: int) -> Floats:
        """The raw values of one part."""
        return np.asarray(self.values[:, part])


@dataclass(frozen=True)
class Units:
    """Parts or domains on their way to the index: (areas, units)."""

    score: Floats
    standardised: Floats
    weight: Floats
    contribution: Floats


@dataclass(frozen=True)
class Steps:
    """Everything between raw values and index; `weight` of parts and domains as shares of all weight."""

    adjusted: Floats
    parts: Units
    domains: Units | None
    raw: Floats
    index: Floats
    components: Mapping[str, Component]
    given: Fit | None = None


def status_recipe(method: Method) -> Recipe:
    """How the status comes about."""
    return Recipe(
        method.parts, method.standardise, method.weights, method.aggregate, method.restandardise, method.domains,
        method.winsor,
    )  # fmt: skip


def dynamics_recipe(method: Method) -> Recipe | None:
    """How the dynamics come about; None where the method has none."""
    side = method.dynamics
    if side is None:
        return None
    return Recipe(side.parts, side.standardise, "given", side.aggregate, side.restandardise, winsor=method.winsor)


def adjusted(inputs: Inputs, recipe: Recipe) -> Floats:
    """Values after shrinkage, logarithm and winsorising, in the direction of the source."""
    columns = []
    for j, part in enumerate(recipe.parts):
        per = PER.get(part.scale, 1.0)
        values = inputs.values[:, j]
        if part.shrink == "marshall":
            values = shrink.marshall(values / per, inputs.people[:, j]) * per
        elif part.shrink == "imd":
            values = shrink.imd(values / per, inputs.people[:, j], inputs.larger[:, j]) * per
        if part.transform == "log":
            values = np.log(values)
        elif part.transform == "winsor":
            values = winsorised(values[:, None], recipe.winsor)[:, 0]
        columns.append(values)
    return np.column_stack(columns)


def _signs(parts: tuple[Part, ...]) -> Floats:
    return np.array([1.0 if part.high_is == "disadvantage" else -1.0 for part in parts])


def _posts(parts: tuple[Part, ...]) -> tuple[Floats, Floats]:
    """Goalposts, oriented; logarithms where the part is one."""
    pairs = [(float(part.low or 0.0), float(part.high or 0.0)) for part in parts]
    ends = np.array(
        [np.log(pair) if part.transform == "log" else pair for part, pair in zip(parts, pairs, strict=True)]
    )
    turned = _signs(parts)[:, None] * ends
    return np.min(turned, axis=1), np.max(turned, axis=1)


def _scaled(oriented: Floats, parts: tuple[Part, ...], how: str, *, counting: bool, fitted: Component | None) -> Floats:
    """Standardised parts; what is unknown takes the mean of the known (an imputed value moves nobody)."""
    if counting:
        cuts = np.array([np.nan if part.cut is None else part.cut for part in parts]) * _signs(parts)
        scaled = np.where(np.isnan(oriented), np.nan, (oriented >= cuts).astype(np.float64))
    elif how == "z" and fitted is not None:
        scaled = z(oriented, mean=fitted.mean, spread=fitted.spread)
    else:
        scaled = standardised(oriented, how, posts=_posts(parts) if how == "goalposts" else None)
    known = ~np.isnan(scaled)
    if known.all():
        return scaled
    mean = np.where(known, scaled, 0.0).sum(axis=0) / np.maximum(known.sum(axis=0), 1)
    return np.where(known, scaled, mean)


def rescaled(pieces: Floats, whole: Floats, how: str) -> Floats:
    """Pieces that add up to `whole`, changed so that they add up to the rescaled whole. (areas, pieces)"""
    if how == "none" or not len(whole):
        return pieces
    if how == "minmax":
        span = float(whole.max() - whole.min())
        return (pieces - pieces[int(whole.argmin())]) / span if span > 0 else np.zeros_like(pieces)
    spread = float(whole.std()) if whole.max() > whole.min() else 0.0
    return (pieces - pieces.mean(axis=0)) / spread if spread > 0 else np.zeros_like(pieces)


def scaled_parts(inputs: Inputs, recipe: Recipe) -> Floats:
    """Standardised parts, oriented, without weights and components."""
    oriented = adjusted(inputs, recipe) * _signs(recipe.parts)
    counting = recipe.aggregate == "counting"
    return _scaled(oriented, recipe.parts, recipe.standardise, counting=counting, fitted=None)


def pieces_of(scaled: Floats, weights: Floats, recipe: Recipe, whole: Floats) -> Floats:
    """What each part adds to the aggregate by this recipe."""
    return _pieces(scaled, weights, recipe.aggregate, recipe.standardise, whole)


def _pieces(scaled: Floats, weights: Floats, how: str, scale: str, whole: Floats) -> Floats:
    """What each unit adds to the aggregate; the pieces of an area add up to it."""
    share = weights / weights.sum() if weights.sum() else weights
    if how in ("sum", "counting"):
        return weights * scaled
    if how == "mean":
        return share * scaled
    if how == "exponential_rank":
        return weights * exponential_of(scaled)
    if how == "maximum":
        first = np.where(weights > 0, scaled, -np.inf).argmax(axis=1)
        return np.where(np.arange(scaled.shape[1]) == first[:, None], scaled, 0.0)
    if how == "geometric":
        logs = share * np.log(between(scaled, scale, *constant_pair("geometric_range")))
        total = logs.sum(axis=1, keepdims=True)
        return np.where(total > 0, logs / np.where(total > 0, total, 1.0), share) * whole[:, None]
    mean_of, spread_of = constant_pair("mazziotta_pareto_scale")
    ranged = between(scaled, scale, *constant_pair("mazziotta_pareto_range"))
    points = mean_of + spread_of * scaled if scale == "z" else ranged
    mean = (share * points).sum(axis=1, keepdims=True)
    return np.asarray(share * points + share * (points - mean) ** 2 / mean)


def _component(oriented: Floats, how: str, toward: Floats | None, given: Component | None) -> Component | None:
    if given is not None or how not in ("pca", "pca_score"):
        return given
    return first_component(oriented, toward=toward)


def _shares(weights: Floats) -> Floats:
    total = np.abs(weights).sum()
    return weights / total if total > 0 else weights


def rescaled_index(raw: Floats, how: str) -> Floats:
    """The index of the areas: the aggregate as it is, as z, or on 0..1."""
    if how == "none":
        return raw
    return (z if how == "z" else minmax)(raw[:, None])[:, 0]


def _plain(oriented: Floats, recipe: Recipe, fit: Fit) -> tuple[Units, None, Floats, dict[str, Component]]:
    component = _component(oriented, recipe.weights, None, fit.get(WHOLE))
    weights = part_weights(recipe.weights, np.array([part.weight for part in recipe.parts]), component)
    counting = recipe.aggregate == "counting"
    scaled = _scaled(oriented, recipe.parts, recipe.standardise, counting=counting, fitted=fit.get(WHOLE))
    raw = aggregated(scaled, weights, recipe.aggregate, scale=recipe.standardise)
    pieces = _pieces(scaled, weights, recipe.aggregate, recipe.standardise, raw)
    units = Units(oriented, scaled, _shares(weights), rescaled(pieces, raw, recipe.restandardise))
    return units, None, raw, {} if component is None else {WHOLE: component}


def _of_domain(oriented: Floats, recipe: Recipe, domain: Domain, fit: Fit) -> tuple[Floats, Floats, Component | None]:
    """Standardised parts of a domain and what each adds to its score."""
    own = [j for j, part in enumerate(recipe.parts) if part.domain == domain.id]
    parts = tuple(recipe.parts[j] for j in own)
    names = [part.id for part in recipe.parts]
    toward = oriented[:, names.index(domain.orient)] if domain.orient in names else None
    component = _component(oriented[:, own], domain.weights, toward, fit.get(domain.id))
    weights = part_weights(domain.weights, np.array([part.weight for part in parts]), component)
    scaled = _scaled(oriented[:, own], parts, domain.standardise, counting=False, fitted=fit.get(domain.id))
    return scaled, weights, component


def _in_domains(oriented: Floats, recipe: Recipe, fit: Fit) -> tuple[Units, Units, Floats, dict[str, Component]]:
    scaled, shares = np.full(oriented.shape, np.nan), np.zeros(len(recipe.parts))
    pieces, scores = np.full(oriented.shape, np.nan), []
    components: dict[str, Component] = {}
    given = np.array([domain.weight for domain in recipe.domains])
    members = [[j for j, part in enumerate(recipe.parts) if part.domain == d.id] for d in recipe.domains]
    for domain, own in zip(recipe.domains, members, strict=True):
        scaled[:, own], weights, component = _of_domain(oriented, recipe, domain, fit)
        components |= {} if component is None else {domain.id: component}
        shares[own] = _shares(weights)
        scores.append(scaled[:, own] @ weights)
        pieces[:, own] = rescaled(scaled[:, own] * weights, scores[-1], recipe.standardise)
    score = np.column_stack(scores)
    level = standardised(score, recipe.standardise)
    weights = given if recipe.weights == "given" else np.ones(len(given))
    raw = aggregated(level, weights, recipe.aggregate, scale=recipe.standardise)
    of_domain = rescaled(_pieces(level, weights, recipe.aggregate, recipe.standardise, raw), raw, recipe.restandardise)
    linear = recipe.aggregate in ("sum", "mean") and recipe.standardise in ("z", "minmax", "none")
    factor = weights / (weights.sum() if recipe.aggregate == "mean" else 1.0)
    for d, own in enumerate(members):
        pieces[:, own] *= factor[d]
        shares[own] *= _shares(weights)[d]
    told = rescaled(pieces, raw, recipe.restandardise) if linear else np.full(oriented.shape, np.nan)
    domains = Units(score, level, _shares(weights), of_domain)
    return Units(oriented, scaled, shares, told), domains, raw, components


def computed(inputs: Inputs, recipe: Recipe, fit: Fit | None = None) -> Steps:
    """The index of the areas by one recipe, with every step.

    Parameters
        fit : principal components of other areas or years (by domain id, "" without domains), else the areas' own.
    """
    values = adjusted(inputs, recipe)
    oriented = values * _signs(recipe.parts)
    chosen = fit or {}
    parts, domains, raw, components = (_in_domains if recipe.domains else _plain)(oriented, recipe, chosen)
    return Steps(values, parts, domains, raw, rescaled_index(raw, recipe.restandardise), components, fit)


def fitted(inputs: Inputs, recipe: Recipe) -> Fit:
    """The principal components of these areas, to be used for others (GISD: years pooled)."""
    return dict(computed(inputs, recipe).components)
