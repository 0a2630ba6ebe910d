"""A chosen plan computed once more in full: what the model said of it beside what is so, and the model corrected."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from nahraum.access import measure
from nahraum.frames import to_micro
from nahraum.index.people import LACKS
from nahraum.index.status_groups import StatusGroups
from nahraum.indicators import address_values, lack_values
from nahraum.measures.built import Built
from nahraum.measures.demand import demand_of
from nahraum.measures.lacking import N_SERVICES, Parts, lacks_by, parts_of, parts_with
from nahraum.measures.lives import FLOWS, Lives, flows_of, summed_flows
from nahraum.measures.model import PARTS, Demand, Effects, Floats, Int64, Site
from nahraum.measures.outcome import Outcome, outcome
from nahraum.scenario.apply import edited

_M2, _INTERNET = PARTS.index("green_m2"), PARTS.index("internet")


@dataclass(frozen=True)
class Figures:
    """What a plan does in a few numbers. [persons; lacks_removed: pairs of person and prerequisite]"""

    lacks_removed: float
    people_relieved: float
    people_newly_lacking: float
    people_gaining: float
    people_losing: float

    @staticmethod
    def of(lives: Lives, k: int) -> Figures:
        """Of people in two states."""
        summed = summed_flows(flows_of(lives, k), lives, np.zeros_like(lives.row), pd.Index(["all"])).iloc[0]
        one = {name: float(summed[name]) for name in FLOWS}
        return Figures(
            one["lacks_gone"] - one["lacks_arisen"], one["people_relieved"], one["people_newly_lacking"],
            one["people_gaining"], one["people_losing"],
        )  # fmt: skip


@dataclass(frozen=True, eq=False)
class Recomputed:
    """A plan as the model has it and as it is.

    predicted, recomputed : the same figures. difference_share : of lacks_removed, by the larger of the two; 0 where
    both are nothing. agrees : at most `plan_effect.agreement_share`.
    outcome : all that differs, recomputed. parts : what people have with the plan, by rows of `Demand`.
    """

    predicted: Figures
    recomputed: Figures
    difference_share: float
    agrees: bool
    outcome: Outcome
    built: Built
    parts: Parts


def recomputed(
    base: Built, demand: Demand, effects: Effects, sites: Sequence[Site], *, chosen: Sequence[int],
    groups: StatusGroups | None = None,
) -> Recomputed:  # fmt: skip
    """All chosen sites built at once, on the network, with everybody competing; and what the model said of them.

    Parameters
        base, demand, effects, sites : as for `effects_of`. chosen : positions of the chosen sites.

    Raises
        InputError where the edits of the chosen sites do not go together.
    """
    at = sorted(chosen, key=lambda one: sites[one].site_id)
    built = base.after([edit for one in at for edit in sites[one].edits])
    after = demand_of(built.state, built.tally)
    said = Figures.of(predicted_lives(demand, effects, at), demand.k)
    found = outcome(base, built, groups=groups)
    is_so = Figures.of(_lives(demand, lacks_by(demand, parts_of(after))), demand.k)
    most = max(abs(said.lacks_removed), abs(is_so.lacks_removed))
    difference = abs(said.lacks_removed - is_so.lacks_removed) / most if most > 0 else 0.0
    limit = built.state.parameters.number("plan_effect.agreement_share")
    return Recomputed(said, is_so, difference, bool(difference <= limit), found, built, parts_of(after))


def predicted_lives(demand: Demand, effects: Effects, chosen: Sequence[int]) -> Lives:
    """The people of a study without and with some sites, by the model."""
    return _lives(demand, lacks_by(demand, parts_with(demand, effects, np.array(chosen, dtype=np.int64))))


def _lives(demand: Demand, after: Floats) -> Lives:
    return Lives(demand.row, demand.quarter, to_micro(demand.residents), lacks_by(demand, parts_of(demand)), after)


def corrected(demand: Demand, effects: Effects, chosen: Sequence[int], parts: Parts) -> Effects:
    """The effects changed so that the model says of a plan what is so, for solving again.

    Parameters
        chosen : positions of the sites of the plan. parts : what people have with it (`Recomputed.parts`).

    Notes
        What the sum of the sites says too much or too little (m² per resident, internet offer) is shared among those
        chosen, by the size of their own change there; a service that is not within reach after all, or not lost
        after all, is taken from them. What only several of them bring together stays unsaid: the model then says too
        little. Sites outside the plan keep their effects.
    """
    change, own = effects.change.copy(), _records(effects, chosen)
    rows, mine = effects.row[own], effects.change[own]
    model = parts_with(demand, effects, np.array(chosen, dtype=np.int64))
    for part, said, is_so in ((_M2, model.green_m2, parts.green_m2), (_INTERNET, model.internet, parts.internet)):
        size = np.abs(mine[:, part])
        whole = np.zeros(len(demand.row))
        np.add.at(whole, rows, size)
        missing = np.nan_to_num(is_so - said, nan=0.0)[rows]
        change[own, part] += np.where(size > 0, missing * size / np.where(size > 0, whole[rows], 1.0), 0.0)
    flags = np.column_stack([model.within, model.green_access])[rows]
    real = np.column_stack([parts.within, parts.green_access])[rows]
    here = mine[:, : N_SERVICES + 1]
    wrong = ((here > 0) & (flags == 1) & (real != 1)) | ((here < 0) & (flags == 0) & (real == 1))
    change[own, : N_SERVICES + 1] = np.where(wrong, 0.0, here)
    return replace(effects, change=change)


def _records(effects: Effects, chosen: Sequence[int]) -> Int64:
    """Positions of the records of some sites."""
    empty = np.empty(0, dtype=np.int64)
    held = [np.arange(effects.start[site], effects.start[site + 1]) for site in sorted(set(chosen))]
    return np.concatenate([empty, *held])


@dataclass(frozen=True)
class Verified:
    """A plan against a run of the edited study from nothing: addresses in all, and those with any other lack."""

    n_addresses: int
    n_differing: int


def verified(base: Built, built: Built) -> Verified:
    """Whether a plan's lacks are those of a run from nothing: edited tables, ways on foot, judged.

    Notes
        Nothing of the incremental answer is used again but the log. As long as a run of the stage "ways on foot".
    """
    study, log = base.state, built.state.log[len(base.state.log) :]
    parameters = study.parameters
    area, network = edited(study.area, study.network, log, parameters)
    values = address_values(area, measure(area, network, parameters))
    lacks = lack_values(values, built.tally.ground.rules)[list(LACKS)].to_numpy(dtype=np.float64)
    place = built.tally.ground.place
    at = np.array([place[name] for name in values["address_id"].tolist()], dtype=np.int64)
    held = built.tally.take(at).lacks[:, : len(LACKS)]
    same = ((held == lacks) | (np.isnan(held) & np.isnan(lacks))).all(axis=1)
    return Verified(len(same), int((~same).sum()))
