"""The stages a plan rests on: candidate sites and what each changes, found again by what they depend on."""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nahraum.errors import InputError
from nahraum.index.status_groups import StatusGroups, status_groups
from nahraum.measures import sites as rules_of_sites
from nahraum.measures.built import Built
from nahraum.measures.catalogue import read_catalogue
from nahraum.measures.demand import demand_of
from nahraum.measures.effect import effects_of
from nahraum.measures.model import Demand, Effects, MeasureType
from nahraum.measures.sites.candidates import Candidates, candidate_sites
from nahraum.measures.sites.conflict import conflicts
from nahraum.measures.sites.setting import SiteGround
from nahraum.measures.sites.stored import SiteTables, site_tables, sites_of
from nahraum.parameters import Parameters
from nahraum.provenance import file_sha256
from nahraum.scenario.state import StudyState
from nahraum.store import Stage, StageStore
from nahraum.study import SourceSpec, Study
from nahraum.workflow.chain import Chain, Runner, analyse
from nahraum.workflow.progress import Progress

if TYPE_CHECKING:
    from nahraum.measures.programme import Problem

DRAWN = "measure_sites"


@dataclass(frozen=True, eq=False)
class Ready:
    """A study ready to be planned: its analysis, candidate sites, who lives there and what each site changes.

    text : of the study file.
    """

    study: Study
    chain: Chain
    base: Built
    types: Mapping[str, MeasureType]
    candidates: Candidates
    demand: Demand
    effects: Effects
    groups: StatusGroups
    stages: Mapping[str, str]
    text: bytes = b""

    @cached_property
    def exclusions(self) -> list[tuple[int, int]]:
        """Pairs of positions of sites that cannot both be built."""
        return [(int(one), int(other)) for one, other in conflicts(self.candidates.sites)]

    @cached_property
    def problem(self) -> Problem:
        """What can be chosen, and whose lacks go when which sites are built."""
        from nahraum.measures.programme import programme_problem

        return programme_problem(
            self.demand, self.effects, self.candidates.sites, self.types, conflicts=self.exclusions
        )  # fmt: skip

    def excluded_ids(self) -> dict[str, tuple[str, ...]]:
        """What each site excludes, by id."""
        found: dict[str, list[str]] = {}
        ids = [site.site_id for site in self.candidates.sites]
        for one, other in self.exclusions:
            found.setdefault(ids[one], []).append(ids[other])
            found.setdefault(ids[other], []).append(ids[one])
        return {name: tuple(sorted(others)) for name, others in found.items()}


Prepare = Callable[[Study, StageStore, Progress], Ready]


def with_drawn(study: Study, file: Path | None) -> Study:
    """The study with another file of drawn sites, where one is given."""
    if file is None:
        return study
    if not Path(file).is_file():
        raise InputError(
            f"{file} does not exist", expected="a GeoJSON or GeoPackage of sites: type, name, quantity, cost, must",
            fix="docs/howto/plan.md shows one",
        )  # fmt: skip
    spec = study.source(DRAWN) or SourceSpec(DRAWN, "vector", ())
    return replace(study, sources={**study.sources, DRAWN: replace(spec, files=(Path(file).resolve(),))})


def price_year(study: Study) -> int:
    """The year in whose prices a plan is told: what [plan] says, else that of the reference date."""
    return study.plan.price_year or study.reference_date.year


def ready_to_plan(study: Study, store: StageStore, progress: Progress, *, kept: Ready | None = None) -> Ready:
    """Everything a plan of the study needs; stages that are not finished yet are run. Whoever asks holds the lock.

    Parameters
        kept : what an earlier call gave; it is given again where study file and stages are still the same.
    """
    parameters, text = study.parameters(), _text_of(study)
    types = read_catalogue(parameters, study.measures, price_year(study))
    drawn = _drawn(study)
    chain = analyse(study, store, progress)
    runner = Runner(study, store, progress)
    sites = _sites(runner, chain, types, drawn)
    stages = chain.keys() | {"sites": sites.key}
    if kept is not None and text and kept.text == text and stages.items() <= kept.stages.items():
        return kept
    base = Built.of(StudyState.of(chain.area.value, chain.network.value, parameters))
    groups = status_groups(chain.social.value.areas)
    demand = demand_of(base.state, base.tally, status=groups.of_quarter)
    found = sites_of(sites.value)
    effects = _effects(runner, chain, sites, found, (base, demand, parameters))
    progress.heading(f"{len(found.sites)} sites, {len({site.type_id for site in found.sites})} types of measure")
    stages |= {"effects": effects.key}
    return Ready(study, chain, base, types, found, demand, effects.value, groups, stages, text)


def _text_of(study: Study) -> bytes:
    """The study file; nothing where it is gone."""
    try:
        return Path(study.path).read_bytes()
    except OSError:
        return b""


def _drawn(study: Study) -> Any:
    spec = study.source(DRAWN)
    if spec is None:
        return None
    from nahraum.sources.measure_sites import load_measure_sites

    return load_measure_sites(spec)


def _sites(runner: Runner, chain: Chain, types: Mapping[str, MeasureType], drawn: Any) -> Stage[SiteTables]:
    spec = runner.study.source(DRAWN)
    files = [] if spec is None else [(path.name, file_sha256(path)) for path in spec.files]

    def compute(parameters: Parameters) -> SiteTables:
        inputs, area = chain.inputs.value, chain.area.value
        ground = SiteGround(
            area=area, osm=inputs.osm, network=chain.network.value, judged=chain.judged.value,
            access=chain.access.value, topics=inputs.topics, drawn=drawn,
        )  # fmt: skip
        return site_tables(candidate_sites(ground, types, parameters), area.crs)

    rules = [f"{rules_of_sites.__name__}.{one.name}" for one in pkgutil.iter_modules(rules_of_sites.__path__)]
    return runner.stage(
        "sites", "candidate sites", compute, kind=SiteTables, code=("nahraum.measures.sites", *rules),
        inputs=chain.inputs.key, area=chain.area.key, network=chain.network.key, judged=chain.judged.key,
        access=chain.access.key, types={name: asdict(one) for name, one in types.items()}, drawn=files,
    )  # fmt: skip


def _effects(
    runner: Runner, chain: Chain, sites: Stage[SiteTables], found: Candidates, ground: tuple[Built, Demand, Parameters]
) -> Stage[Effects]:
    base, demand, read = ground

    def compute(parameters: Parameters) -> Effects:
        told = effects_of(base.state, demand, found.sites)
        for item in read.used():  # by which the state and its counts were made
            parameters.lookup(item.id)
        return replace(told, seconds=0.0 * told.seconds)

    return runner.stage(
        "effects", "effect of each site", compute, kind=Effects,
        code=("nahraum.measures.effect", "nahraum.measures.demand", "nahraum.measures.built"),
        sites=sites.key, area=chain.area.key, network=chain.network.key,
    )  # fmt: skip
