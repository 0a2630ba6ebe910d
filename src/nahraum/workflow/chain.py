"""The stages of a run, in the order a city is analysed; each found again by what it depends on."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from nahraum.access import measure
from nahraum.access.walkers import Walkers, measure_walkers
from nahraum.area import Area, build_area
from nahraum.index import Result, analyse_index
from nahraum.index.further import with_further
from nahraum.index.social import Social, social_analysis
from nahraum.indicators import judge
from nahraum.indicators.further import THEME_MODULES, Further, Setting, further_values
from nahraum.network import Network, build_network
from nahraum.parameters import Parameters
from nahraum.sources.load import provenance_of
from nahraum.store import Stage, StageStore
from nahraum.study import Study
from nahraum.workflow.inputs import Inputs, read_inputs
from nahraum.workflow.placing import area_inputs, given_of
from nahraum.workflow.progress import Progress
from nahraum.workflow.socially import social_given, social_settings


@dataclass(frozen=True)
class Chain:
    """All analysed stages of a study; values are loaded when asked for."""

    inputs: Stage[Inputs]
    area: Stage[Area]
    network: Stage[Network]
    access: Stage[pd.DataFrame]
    judged: Stage[pd.DataFrame]
    walkers: Stage[Walkers]
    further: Stage[Further]
    index: Stage[Result]
    social: Stage[Social]

    def keys(self) -> dict[str, str]:
        """Key of each stage, for the manifest's reader and the tests."""
        return {name: getattr(self, name).key for name in self.__dataclass_fields__}


def _settings(study: Study) -> dict[str, Any]:
    """What of the study file, besides files and parameters, decides what is read."""
    return {
        name: {
            "kind": spec.kind,
            "files": [(source.file, source.sha256) for source in provenance_of(spec)],
            "options": dict(spec.options),
            # typical days lie near it; a correction must not be of a later day
            **({"near": study.reference_date} if name in ("timetable", "corrections", "funding_edits") else {}),
        }
        for name, spec in study.sources.items()
        if name != "measure_sites"  # sites that somebody draws change no figure of the run, only the plan
    }


class Runner:
    """Runs one stage after the other through the store, telling the progress."""

    def __init__(self, study: Study, store: StageStore, progress: Progress) -> None:
        self.study, self.store, self.progress = study, store, progress

    def stage(
        self,
        name: str,
        title: str,
        compute: Callable[[Parameters], Any],
        *,
        kind: Any,
        code: tuple[str, ...],
        **depends: Any,
    ) -> Stage[Any]:
        """One stage: found again, or computed and stored; `depends` is what decides beside code and parameters."""
        with self.progress.stage(name, title):
            done = self.store.stage(
                name,
                compute,
                kind=kind,
                modules=code,
                parameters=self.study.parameters(),
                depends_on=depends,
            )
            if done.fresh:
                self.progress.computed.append(name)
            else:
                self.progress.note("unchanged")
        return done

    def inputs(self) -> Stage[Inputs]:
        """What the study names, read."""
        return self.stage(
            "inputs",
            "read inputs",
            lambda p: read_inputs(self.study, p),
            kind=Inputs,
            code=("nahraum.workflow.inputs",),
            settings=_settings(self.study),
        )

    def area(self, inputs: Stage[Inputs]) -> Stage[Area]:
        """Residents on addresses, green, places."""
        study = self.study
        return self.stage(
            "area",
            "residents, green, places",
            lambda p: build_area(area_inputs(inputs.value, study), p, crs=study.crs),
            kind=Area,
            code=("nahraum.area", "nahraum.workflow.placing"),
            inputs=inputs.key,
            crs=study.crs,
            municipalities=study.municipalities,
            kreis=study.kreis,
            complete=study.complete_categories,
            unknown=study.unknown_categories,
        )

    def network(self, inputs: Stage[Inputs], area: Stage[Area]) -> Stage[Network]:
        """The walking network."""
        return self.stage(
            "network",
            "walking network",
            lambda p: build_network(inputs.value.osm, crs=area.value.crs),
            kind=Network,
            code=("nahraum.network",),
            inputs=inputs.key,
            crs=self.study.crs,
        )


def analyse_walks(study: Study, store: StageStore, progress: Progress) -> tuple[Stage[Area], Stage[Network]]:
    """Only what an edit changes: area and network. Whoever asks holds the store's lock, also while reading values."""
    runner = Runner(study, store, progress)
    inputs = runner.inputs()
    area = runner.area(inputs)
    return area, runner.network(inputs, area)


def analyse_area(study: Study, store: StageStore, progress: Progress) -> tuple[Stage[Inputs], Stage[Area]]:
    """Only the first two stages: inputs and area. Whoever asks holds the store's lock, also while reading values."""
    runner = Runner(study, store, progress)
    inputs = runner.inputs()
    return inputs, runner.area(inputs)


def analyse(study: Study, store: StageStore, progress: Progress) -> Chain:
    """Inputs to index: every stage of a run up to, but without, what is published."""
    runner = Runner(study, store, progress)
    inputs = runner.inputs()
    area = runner.area(inputs)
    network = runner.network(inputs, area)
    access: Stage[pd.DataFrame] = runner.stage(
        "access",
        "ways on foot",
        lambda p: measure(area.value, network.value, p),
        kind=None,
        code=("nahraum.access",),
        area=area.key,
        network=network.key,
    )
    judged: Stage[pd.DataFrame] = runner.stage(
        "judged",
        "prerequisites",
        lambda p: judge(area.value, access.value, p),
        kind=None,
        code=("nahraum.indicators",),
        area=area.key,
        access=access.key,
    )
    walkers: Stage[Walkers] = runner.stage(
        "walkers",
        "older people, children, wheels",
        lambda p: measure_walkers(area.value, inputs.value.osm, p),
        kind=Walkers,
        code=("nahraum.access.walkers",),
        inputs=inputs.key,
        area=area.key,
    )
    further: Stage[Further] = runner.stage(
        "further",
        "further indicators",
        lambda p: further_values(
            Setting(area.value, network.value, access.value, p, given_of(inputs.value, study, walkers.value))
        ),
        kind=Further,
        code=("nahraum.indicators.further", *THEME_MODULES, "nahraum.workflow.placing"),
        inputs=inputs.key,
        area=area.key,
        network=network.key,
        access=access.key,
        walkers=walkers.key,
        social=social_settings(study),
    )
    index: Stage[Result] = runner.stage(
        "index",
        "counting, locations",
        lambda p: with_further(
            analyse_index(area.value, access.value, judged.value, p), area.value.addresses, further.value, p
        ),
        kind=Result,
        code=("nahraum.index",),
        area=area.key,
        access=access.key,
        judged=judged.key,
        further=further.key,
    )
    social: Stage[Social] = runner.stage(
        "social",
        "status, incidence, areas",
        lambda p: social_analysis(area.value, index.value, social_given(inputs.value, study, lambda: access.value), p),
        kind=Social,
        code=("nahraum.index.social", "nahraum.workflow.socially"),
        index=index.key,
        inputs=inputs.key,
        area=area.key,
        access=access.key,
        settings=social_settings(study),
    )
    return Chain(inputs, area, network, access, judged, walkers, further, index, social)


def used_parameters(study: Study, chain: Chain, store: StageStore) -> Parameters:
    """A parameter set in which everything the stages read is noted."""
    parameters = study.parameters()
    for name, key in chain.keys().items():
        meta = json.loads((store.folder / name / key / "meta.json").read_text(encoding="utf-8"))
        for item in meta["parameters"]:
            parameters.lookup(item)
    return parameters
