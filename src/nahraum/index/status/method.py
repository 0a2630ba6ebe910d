"""What a status index is made of: one dated method, read from a TOML file (`methods/*.toml` or a planner's own)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

HIGH_IS = ("disadvantage", "advantage")
SCALES = ("share", "percent", "points", "rate", "amount", "rank", "score")
TRANSFORMS = ("none", "log", "winsor")
SHRINKS = ("none", "marshall", "imd")
STANDARDISE = ("z", "minmax", "rank", "percentile", "goalposts", "none")
WEIGHTS = ("equal", "given", "pca", "pca_score")
AGGREGATES = ("sum", "mean", "geometric", "mazziotta_pareto", "exponential_rank", "maximum", "counting")
RESTANDARDISE = ("none", "z", "minmax")
CLASS_KINDS = ("sd", "quantile", "fixed", "ceil_rank")
RANK_FROM = ("lowest", "highest")
MISSING = ("drop", "impute", "refuse")
RELATIVE_STANDARDISE = ("z", "minmax", "rank", "percentile")
ANY = "*"


@dataclass(frozen=True)
class Part:
    """One indicator of a method; `scale` says what its column must hold, in which unit.

    weight : relative to the other parts (of its domain). shrink : `marshall` towards all areas, `imd` towards the
    larger area named in the column `larger`; both need the column `denominator`. low, high : goalposts, in the unit
    of the column. cut : for counting, from which value on the part counts (`high_is = "advantage"`: below it).
    """

    id: str
    label_de: str
    label_en: str
    high_is: str = "disadvantage"
    weight: float = 1.0
    domain: str = ""
    scale: str = "share"
    transform: str = "none"
    shrink: str = "none"
    denominator: str = ""
    numerator: str = ""
    larger: str = ""
    low: float | None = None
    high: float | None = None
    cut: float | None = None
    nationality: bool = False

    def label(self, language: str) -> str:
        """The name of the part in German or English."""
        return self.label_de if language == "de" else self.label_en


@dataclass(frozen=True)
class Domain:
    """Parts that are brought together first: standardised, weighted and summed; the method then treats their sums.

    orient : id of a part with which the domain must rise (the sign of a principal component is arbitrary).
    """

    id: str
    label_de: str
    label_en: str
    weight: float = 1.0
    standardise: str = "z"
    weights: str = "equal"
    orient: str = ""


@dataclass(frozen=True)
class Classes:
    """How index values become classes, from the lowest index (high status) to the highest.

    kind : `sd` cuts in standard deviations of the index, `fixed` cuts in its own unit, `quantile` (type 9) and
    `ceil_rank` cuts as shares of the areas. at_cut : to which side a value exactly on a cut belongs. rank_from : for
    `ceil_rank`, whether rank 1 is the lowest or the highest index (the sizes of the classes depend on it).
    """

    kind: str
    cuts: tuple[float, ...]
    ids: tuple[str, ...]
    labels_de: tuple[str, ...]
    labels_en: tuple[str, ...]
    at_cut: tuple[str, ...] = ()
    rank_from: str = "lowest"
    id: str = ""

    @property
    def relative(self) -> bool:
        """Whether a class says something about the other areas, too."""
        return self.kind != "fixed"

    def label(self, class_id: str, language: str) -> str:
        """The name of a class; '' for none."""
        labels = self.labels_de if language == "de" else self.labels_en
        return dict(zip(self.ids, labels, strict=True)).get(class_id, "")


def _stretched(aggregate: str, standardise: str) -> bool:
    """Whether the aggregate itself looks at all areas: by their ranks, or by the lowest and highest of each part."""
    return aggregate == "exponential_rank" or (aggregate in ("geometric", "mazziotta_pareto") and standardise == "none")


@dataclass(frozen=True)
class Dynamics:
    """Parts of change over `years` years, brought together like the status, with classes of their own.

    attention : pairs of status class and dynamics class ("*": any) whose areas need attention.
    """

    parts: tuple[Part, ...]
    classes: Classes
    years: float
    standardise: str = "z"
    aggregate: str = "sum"
    restandardise: str = "z"
    attention: tuple[tuple[str, str], ...] = ()

    @property
    def relative(self) -> bool:
        """Whether a class of change depends on the other areas."""
        drawn = any(part.shrink != "none" or part.transform == "winsor" for part in self.parts)
        scaled = self.standardise in RELATIVE_STANDARDISE or _stretched(self.aggregate, self.standardise)
        return self.restandardise != "none" or self.classes.relative or scaled or drawn


@dataclass(frozen=True)
class Method:
    """One index, complete: what goes in, how it is brought together, which classes, what happens to gaps."""

    id: str
    edition: str
    label_de: str
    label_en: str
    source: str
    date: str
    evidence: str
    tested: bool
    uses_nationality: bool
    parts: tuple[Part, ...]
    standardise: str
    weights: str
    aggregate: str
    restandardise: str
    classes: Classes
    missing: str
    minimum_residents: float
    minimum_areas: int
    dynamics: Dynamics | None = None
    domains: tuple[Domain, ...] = ()
    more_classes: tuple[Classes, ...] = ()
    attention: tuple[str, ...] = ()
    winsor: tuple[float, float] = (0.025, 0.975)
    note_de: str = ""
    note_en: str = ""

    @property
    def relative(self) -> bool:
        """Whether an area's class depends on the other areas; such classes need `minimum_areas`."""
        steps = {self.standardise, *(domain.standardise for domain in self.domains)}
        weights = {self.weights, *(domain.weights for domain in self.domains)}
        drawn = any(part.shrink != "none" or part.transform == "winsor" for part in self.parts)
        scaled = bool(steps & set(RELATIVE_STANDARDISE)) or _stretched(self.aggregate, self.standardise)
        rescaled = self.restandardise != "none" or self.classes.relative
        return rescaled or scaled or drawn or bool(weights & {"pca", "pca_score"})

    def label(self, language: str) -> str:
        """The name of the method in German or English."""
        return self.label_de if language == "de" else self.label_en

    def part(self, part_id: str) -> Part:
        """The part (of status or dynamics) with this id. Raises KeyError for an unknown one."""
        return {part.id: part for part in self.every_part()}[part_id]

    def every_part(self) -> tuple[Part, ...]:
        """Parts of the status, then those of the dynamics."""
        return self.parts + (self.dynamics.parts if self.dynamics else ())


def method_names() -> tuple[str, ...]:
    """Ids of the methods that come with nahraum, sorted."""
    from nahraum.index.status.reading import shipped_files

    return tuple(sorted(shipped_files()))


def read_method(name_or_file: str | Path) -> Method:
    """A shipped method by its id, or a planner's own method file.

    Raises
        InputError with all problems: unknown ids and keys (with the nearest known one), missing marks, wrong values.
    """
    from nahraum.index.status.reading import method_of

    return method_of(name_or_file)
