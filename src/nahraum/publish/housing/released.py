"""What of the lab may leave the office: through the one door, held against earlier labs, nothing of small quarters."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from nahraum.errors import InputError
from nahraum.flexhousing.lab import CHAINS, EXPECTED, POTENTIAL, TAKEN, Lab
from nahraum.flexhousing.model import LEVELS, Concept
from nahraum.flexhousing.portfolio import Portfolio
from nahraum.flexhousing.units import ready_years
from nahraum.frames import MICRO
from nahraum.parameters import Parameters
from nahraum.publish.bundle import Released
from nahraum.publish.disclosure import Mask, micro, rules_of
from nahraum.publish.families import Masks, joined
from nahraum.publish.housing.model import ReleasedLab
from nahraum.publish.made_rules import counted_columns, few_households
from nahraum.publish.past_figures import Behind, PastFigures
from nahraum.publish.release import SUPPRESSED, release
from nahraum.publish.rounding import share_of_persons, to_step

_WHOLE = ""
_OFFICE = ["bound_low", "bound_high", "unknown_rent"]
_BY_UNITS = (
    "places", "cost_low_eur", "cost_mid_eur", "cost_high_eur", "land_m2", "carbon_t", "new_build_cost_eur",
    "new_build_land_m2", "new_build_carbon_t",
)  # fmt: skip
_EACH = (
    ("cost_mid_eur", "persons", "cost_per_person_eur"),
    ("new_build_cost_eur", "new_build_persons", "new_build_per_person_eur"),
)
_GAINED = "gained_"
Asked = Mapping[tuple[str, str], float]


def step_of(parameters: Parameters) -> int:
    """Persons are multiples of it."""
    return int(parameters.number("disclosure.rounding_residents_location"))


def released_lab(
    lab: Lab, concepts: Mapping[str, Concept], names: Mapping[str, str], parameters: Parameters, *,
    take: Mapping[str, float] | None = None, past: PastFigures | None = None,
) -> ReleasedLab:  # fmt: skip
    """A lab as it may leave the office.

    Parameters
        names : of the quarters. take : units per year that were asked for.
        past : what was released before; it is told what is released now, for the ledger.

    Raises
        InputError where the whole study has too few households to tell anything of it outside the office.
    """
    _refuse_few(lab, parameters)
    door = _Door(parameters, past or PastFigures(parameters.number("disclosure.minimum_count")))
    state = door.state(lab.state, names)
    homes = lab.homes["low"]
    asked = _units_asked(lab, concepts, take or {})
    most = np.bincount(homes.need[homes.crowded], weights=homes.persons[homes.crowded], minlength=1)
    return ReleasedLab(
        state, door.effects(lab.effects, concepts, asked), door.places(lab.by_quarter, state),
        door.together(lab.together, state), door.stability(lab.stability), lab.notes, lab.years, int(np.argmax(most)),
    )  # fmt: skip


def released_portfolio(found: Portfolio, parameters: Parameters, past: PastFigures) -> Portfolio:
    """A portfolio whose persons are told as everything else of the lab."""
    door = _Door(parameters, past)
    chosen = door.let_out("housing_portfolio", found.chosen, found.chosen["concept_id"].astype(str))
    again = door.row("housing_portfolio_sum", dict(found.recomputed))
    return replace(found, chosen=chosen, recomputed=again)


def released_design(
    table: pd.DataFrame, name: str, parameters: Parameters, past: PastFigures
) -> pd.DataFrame:  # fmt: skip
    """Shares of who would fail in a design and today, on the step of the fewest people behind one of them.

    Parameters
        table : of `design_under_stress`, with `persons` of its smallest kind of dwelling.
    """
    rules, told = rules_of(parameters), table.copy()
    size = micro(table["persons"].to_numpy(dtype=np.float64))
    for column in ("design_share", "today_share"):
        shown = share_of_persons(table[column].to_numpy(dtype=np.float64), size, rules)
        told[column] = np.where(size >= rules.minimum_denominator * MICRO, shown, np.nan)
        for component, value in zip(told["component"], told[column], strict=True):
            where = ("housing_design", f"{name}/{component}", column)
            past.keep("/".join(where), math.nan, float(value), where=where)
    let_out = release(told.drop(columns="persons"), "synthetic", parameters=parameters, name="housing_design")
    return pd.DataFrame(let_out.frame).drop(columns=SUPPRESSED)


def _refuse_few(lab: Lab, parameters: Parameters) -> None:
    least = parameters.number("flexhousing.minimum_households")
    households = float(lab.state.loc[lab.state["quarter_id"] == _WHOLE, "households"].iloc[0])
    if households < least:
        raise InputError(
            "the study has too few households for a lab that is published",
            where=f"{households:,.0f} households", expected=f"at least {least:,.0f}",
            fix="a study of more residents; nahraum.workflow.lab_of gives the exact lab to the office",
        )  # fmt: skip


@dataclass(frozen=True)
class _Door:
    """Lets the tables of one lab out; `past` hears what is told."""

    parameters: Parameters
    past: PastFigures

    def let_out(self, name: str, table: pd.DataFrame, rows: pd.Series) -> pd.DataFrame:
        """A table of figures that stand in no sum with each other, in its own order."""
        if not len(table):
            return table
        kinds = {c: table[c].dtype for c in table.columns if pd.api.types.is_bool_dtype(table[c].dtype)}
        named = table.reset_index(drop=True).astype(dict.fromkeys(kinds, object)).assign(at_row=rows.to_numpy())
        by_id = ["quarter_id"] if "quarter_id" in named else []
        ordered = named.sort_values(by_id, kind="stable") if by_id else named
        told = self.past.checked(
            name, [str(one) for one in ordered["at_row"]],
            Behind.counts(ordered[counted_columns(table)], step_of(self.parameters)),
            lambda _: release(ordered.drop(columns="at_row"), "synthetic", parameters=self.parameters, name=name),
        )  # fmt: skip
        frame = pd.DataFrame(told.frame).set_axis(ordered.index).sort_index().drop(columns=SUPPRESSED)
        return frame[list(table.columns)].astype(kinds)

    def row(self, name: str, values: Mapping[str, float]) -> dict[str, float]:
        """Figures of the whole study by name, as they are told."""
        table = pd.DataFrame([values], columns=list(values), dtype=np.float64)
        if not len(table.columns):
            return {}
        counts = {one: f"{one}_persons" for one in table.columns if one not in counted_columns(table)}
        told = self.let_out(name, table.rename(columns=counts), pd.Series([_WHOLE]))
        back = {new: old for old, new in counts.items()}
        return {str(key): float(value) for key, value in told.rename(columns=back).iloc[0].items()}

    def state(self, table: pd.DataFrame, names: Mapping[str, str]) -> pd.DataFrame:
        """Who lives crowded by quarter and, in the row with quarter_id '', in all; held-back quarters say so."""
        whole = table["quarter_id"] == _WHOLE
        quarters = table[~whole].sort_values("quarter_id", kind="stable", ignore_index=True)
        outside = float(table.loc[whole, "households"].sum() - quarters["households"].sum())
        least = self.parameters.number("flexhousing.minimum_households")
        few = few_households(quarters["households"].to_numpy(dtype=np.float64), outside, least, self.parameters)
        rows = self._areas(table[whole].reset_index(drop=True), np.zeros(1, bool), "housing_study", "municipality")
        if len(quarters):
            parts = [self._areas(quarters, few, "housing_quarters", "quarters"), rows]
            rows = pd.concat(parts, ignore_index=True)
        rows.insert(1, "name", rows["quarter_id"].map(names).fillna(""))
        return rows

    def _areas(self, table: pd.DataFrame, few: Mask, name: str, geography: str) -> pd.DataFrame:
        """Persons by area in tens where a share of them may be told, without areas of few households."""
        step, size = step_of(self.parameters), table["persons"].to_numpy(dtype=np.float64)
        counts = [c for c in map(str, table.columns) if c not in ("quarter_id", "households", "persons")]
        shares = {f"{one}_share": table[one].to_numpy(dtype=np.float64) / np.maximum(size, 1.0) for one in counts}
        frame = pd.DataFrame({"quarter_id": table["quarter_id"].astype(str), "residents": size, **shares})
        always: Masks = dict.fromkeys(shares, few) if few.any() else {}

        def let_out(held: Masks) -> Released:
            more = {f"{one}_share": mask for one, mask in held.items()}
            asked = frame if geography == "quarters" else frame.drop(columns="quarter_id")
            told = release(asked, geography, parameters=self.parameters, name=name, held=joined(always, more) or None)
            exact = {one: to_step(table[one].to_numpy(np.float64), step) for one in counts}
            shown = {one: np.where(told.frame[f"{one}_share"].notna(), exact[one], np.nan) for one in counts}
            return replace(told, frame=pd.DataFrame({"quarter_id": frame["quarter_id"], **shown}))

        rows = [str(one) for one in frame["quarter_id"]]
        told = self.past.checked(name, rows, Behind.counts(table[counts], step), let_out).frame
        plain = {one: np.where(few, np.nan, to_step(table[one].to_numpy(np.float64), step))
                 for one in ("households", "persons")}  # fmt: skip
        return pd.DataFrame(
            {"quarter_id": told["quarter_id"], **plain, **{one: told[one] for one in counts}}
        ).assign(status=np.where(few, "suppressed", "ok"))  # fmt: skip

    def effects(self, table: pd.DataFrame, concepts: Mapping[str, Concept], asked: Asked) -> pd.DataFrame:
        """Effects of the whole study: persons in tens, as are homes of the stock that suit; bounds stay in the office.

        Parameters
            asked : units by concept and case that are tried or expected; fewer follow from the stock.

        Notes
            Cost per person, also of new build, is of the persons that are told, so that it does not give others away;
            of units that round to none there is none.
        """
        shown = table.drop(columns=_OFFICE, errors="ignore")
        exact = _stock_in_steps(shown, concepts, asked, step_of(self.parameters))
        told = self.let_out("housing_concepts", exact, exact["concept_id"].str.cat(exact["case"], sep="/"))
        for cost, persons, each in _EACH:
            middle = (told[f"{persons}_low"] + told[f"{persons}_high"]).astype(np.float64) / 2
            spent = told[cost].astype(np.float64).where(told["units"] > 0)
            told[each] = (spent / middle.where(middle > 0)).round(-2)
        return told.drop(columns=["new_build_persons_low", "new_build_persons_high"])

    def places(self, table: pd.DataFrame, state: pd.DataFrame) -> pd.DataFrame:
        """Persons relieved by concept, case and quarter; what stands in no quarter is left out."""
        known = state.set_index("quarter_id")
        shown = table[table["quarter_id"] != _WHOLE].reset_index(drop=True)
        there = shown["quarter_id"].map(known["status"]).eq("ok").to_numpy()
        counts = counted_columns(shown)
        shown = shown.assign(**{one: np.where(there, shown[one].to_numpy(np.float64), np.nan) for one in counts})
        named = shown["concept_id"].str.cat(shown["case"], sep="/").str.cat(shown["quarter_id"], sep="/")
        told = self.let_out("housing_places", shown, named)
        names = told["quarter_id"].map(known["name"]).fillna("")
        told.insert(1 + list(told.columns).index("quarter_id"), "name", names)
        return told.assign(status=np.where(there, "ok", "suppressed"))

    def together(self, values: Mapping[str, float], state: pd.DataFrame) -> dict[str, float]:
        """All that is tried, at once; who lives crowded as in the row of the whole study."""
        whole = state[state["quarter_id"] == _WHOLE].iloc[0]
        told = self.row("housing_together", {key: one for key, one in values.items() if key not in whole.index})
        return {key: told[key] if key in told else float(whole[key]) for key in values}

    def stability(self, table: pd.DataFrame) -> pd.DataFrame:
        """The expected effect in draws."""
        return self.let_out("housing_stability", table, table["concept_id"].astype(str))


def _units_asked(lab: Lab, concepts: Mapping[str, Concept], take: Mapping[str, float]) -> Asked:
    """Units that are expected or tried, by concept and case, whatever the stock has room for."""
    found: dict[tuple[str, str], float] = {}
    for name, one in lab.units.items():
        built = ready_years(concepts[name], lab.years)
        found |= {(name, f"{EXPECTED}_{level}"): n * built for level, n in zip(LEVELS, one.expected, strict=True)}
        found |= {(name, case): take[name] * built for case in (TAKEN, CHAINS) if name in take}
    return found


def _stock_in_steps(table: pd.DataFrame, concepts: Mapping[str, Concept], asked: Asked, step: int) -> pd.DataFrame:
    """Units that follow from the homes that suit in multiples, with cost and land of as many; what moves free, too."""
    table = table.copy()
    names = [str(one) for one in table["concept_id"]]
    exchange = np.array([concepts[one].effect == "exchange" for one in names], dtype=np.bool_)
    units = table["units"].to_numpy(dtype=np.float64)
    wanted = [asked.get((name, str(case)), 0.0) for name, case in zip(names, table["case"], strict=True)]
    stock = table["case"].str.startswith(POTENTIAL) | (units < np.array(wanted, dtype=np.float64) - 0.5)
    told = np.where(stock, to_step(units, step), units)
    factor = np.divide(told, units, out=np.ones(len(units)), where=units > 0)
    gained = [one for one in map(str, table.columns) if one.startswith(_GAINED)]
    for column in (one for one in (*_BY_UNITS, *gained) if one in table):
        table[column] = table[column].astype(np.float64) * factor
    for column in gained:
        table[column] = np.where(exchange, to_step(table[column].to_numpy(np.float64), step), table[column])
    return table.assign(units=told)
