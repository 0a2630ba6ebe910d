"""What cannot be in a method file: classes that do not fit their cuts, steps that do not go together."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import Any

from nahraum.index.status.method import Classes, Domain, Part

Problems = list[str]


def nearest(name: str, known: set[str]) -> str:
    """The known name that was probably meant, else all of them."""
    near = difflib.get_close_matches(name, sorted(known), n=1, cutoff=0.4)
    return f"did you mean {near[0]!r}?" if near else f"known here: {', '.join(sorted(known))}"


def class_problems(classes: Classes | None, where: str) -> Problems:
    """Numbers of cuts, classes and labels that do not fit."""
    if classes is None:
        return []
    n = len(classes.cuts) + 1
    found = [
        f"{where} has {len(classes.cuts)} cuts, so {n} {name} are needed, not {len(listed)}"
        for name, listed in (("ids", classes.ids), ("labels_de", classes.labels_de), ("labels_en", classes.labels_en))
        if len(listed) != n
    ]
    if list(classes.cuts) != sorted(set(classes.cuts)):
        found.append(f"{where} cuts must rise, each once")
    if classes.at_cut and (len(classes.at_cut) != n - 1 or set(classes.at_cut) - {"above", "below"}):
        found.append(f'{where} at_cut must say "above" or "below" for each of the {n - 1} cuts')
    if classes.kind in ("quantile", "ceil_rank") and any(not 0 < cut < 1 for cut in classes.cuts):
        found.append(f"{where} cuts of kind {classes.kind!r} are shares of the areas, between 0 and 1")
    if len(set(classes.ids)) != len(classes.ids):
        found.append(f"{where} ids must differ")
    return found


def part_problems(parts: tuple[Part, ...], method: Mapping[str, Any], domains: tuple[Domain, ...]) -> Problems:
    """Parts that lack what their steps need."""
    found: Problems = []
    names = {domain.id for domain in domains}
    steps = {method.get("standardise"), *(domain.standardise for domain in domains)}
    for part in parts:
        where = f"part {part.id!r}"
        if not part.weight > 0:
            found.append(f"{where} has the weight {part.weight:g}; weights are greater than 0")
        if part.shrink != "none" and (not part.denominator or part.scale not in ("share", "percent")):
            found.append(
                f'{where} shrink = {part.shrink!r} needs a denominator column and scale = "share" or "percent"'
            )
        if part.shrink == "imd" and not part.larger:
            found.append(f"{where} shrink = 'imd' needs `larger`, the column with the larger area")
        if part.numerator and (not part.denominator or part.scale not in ("share", "percent")):
            found.append(f'{where} numerator needs a denominator column and scale = "share" or "percent"')
        if "goalposts" in steps and (part.low is None or part.high is None or not part.low < part.high):
            found.append(f"{where} needs goalposts: low < high")
        if method.get("aggregate") == "counting" and not domains and part.cut is None:
            found.append(f"{where} needs a cut, from which value on it counts")
        if domains and part.domain not in names:
            found.append(f"{where} has the domain {part.domain!r}: {nearest(part.domain, names)}")
        if part.domain and not domains:
            found.append(f"{where} has a domain, but the file has no [[domains]]")
    return found


def combination_problems(section: Mapping[str, Any], domains: tuple[Domain, ...]) -> Problems:
    """Steps that do not go together."""
    found, how, weights = [], section.get("aggregate"), section.get("weights")
    if weights == "pca_score" and how != "sum":
        found.append('[method] weights = "pca_score" are loadings with their sign: they need aggregate = "sum"')
    if domains and weights in ("pca", "pca_score"):
        found.append("[method] weights of domains are equal or given; principal components belong into [[domains]]")
    if how == "counting" and domains:
        found.append('[method] aggregate = "counting" knows no [[domains]]')
    if how == "counting" and section.get("missing") == "impute":
        found.append('[method] missing = "impute" does not go with counting: what is not known cannot be counted')
    if domains and section.get("standardise") == "goalposts":
        found.append('[method] standardise = "goalposts" is for parts: with [[domains]] it belongs there')
    return found


def domain_problems(domains: tuple[Domain, ...], parts: tuple[Part, ...]) -> Problems:
    """Domains without parts, or oriented by a part that is none."""
    names, used = {part.id for part in parts}, {part.domain for part in parts}
    found = [f"the domain {d.id!r} has no parts" for d in domains if d.id not in used]
    turned = [d for d in domains if d.orient and d.orient not in names]
    return found + [f"the domain {d.id!r} has orient = {d.orient!r}: {nearest(d.orient, names)}" for d in turned]
