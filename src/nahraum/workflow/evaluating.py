"""`nahraum evaluate`: what a trial showed, by the plan that was written before it; for the office only."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nahraum.errors import InputError
from nahraum.study import Study
from nahraum.workflow.panels import as_planned, panel_of_study, read_panel
from nahraum.workflow.progress import Progress
from nahraum.workflow.summary import Summary
from nahraum.workflow.verbs import store_of, study_of

if TYPE_CHECKING:
    from nahraum.pilots import Effect

FOLDER, FILE = "evaluation", "effect.json"
_PLAN = "evaluation.json"


@dataclass(frozen=True)
class EvaluateAsk:
    """What a trial is evaluated with.

    plan : file of the plan; the one in `internal/pilots/` by default. panel : a CSV with quarter_id, period and value,
    old periods and new ones. outcome : a column of [sources.statistics] instead; that of the plan by default.
    """

    plan: Path | None = None
    panel: Path | None = None
    outcome: str = ""


def evaluate(
    study: Study | str | Path, ask: EvaluateAsk | None = None, *, out: Path | None = None, quiet: bool = False
) -> Summary:
    """The effect of a trial with its interval, held against what it could show at all: `internal/evaluation/`.

    Raises
        InputError for a plan that cannot be read or is of another study, an outcome that is not known, quarters without
        values before or after the start.
    """
    from nahraum.pilots import effect_of
    from nahraum.publish.programme.write import write_private
    from nahraum.workflow.chain import analyse_area

    known, asked = study_of(study, out), ask or EvaluateAsk()
    plan = _plan(asked.plan or known.output_folder / "internal" / "pilots" / _PLAN, known)
    given = None if asked.panel is None else read_panel(asked.panel)
    store, progress = store_of(known), Progress(quiet=quiet, language=known.language)
    outcome = str(asked.outcome or plan["outcome"].get("id", ""))
    with store.lock():
        inputs, area = analyse_area(known, store, progress)
        panel = given if given is not None else panel_of_study(known, inputs.value, outcome)[0]
        panel, share = as_planned(panel, {"label": outcome} | plan["outcome"])
        effect = effect_of(plan, panel)
        quarters = area.value.quarters
        names = dict(zip(quarters["quarter_id"].astype(str), quarters["name"].astype(str), strict=True))
        told = _document(plan, effect, share=share)
        path = write_private(
            json.dumps(told, ensure_ascii=False, indent=2, allow_nan=False) + "\n",
            known.output_folder / "internal" / FOLDER, FILE,
        )  # fmt: skip
    return Summary(told | {"files": [str(path)]}, effect_lines(plan, effect, names, known.language, share=share))


def _plan(path: Path, study: Study) -> dict[str, Any]:
    """The plan of the evaluation of this study. Raises InputError."""
    from nahraum.pilots import read_evaluation

    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            f"{path} cannot be read", where=str(getattr(error, "strerror", None) or error),
            expected="the plan of an evaluation, written before the trial began", fix="nahraum pilots STUDY, or --plan",
        ) from None  # fmt: skip
    plan = read_evaluation(text, called=path.name)
    if plan["study"] != study.name:
        raise InputError(
            f"{path.name} is the plan of another study", where=str(plan["study"]), expected=study.name,
            fix="--plan with the plan of this study",
        )  # fmt: skip
    return plan


def _document(plan: Mapping[str, Any], effect: Effect, *, share: bool) -> dict[str, Any]:
    """The effect as plain values; null is not known."""
    plain = {
        key: None if isinstance(value, float) and not math.isfinite(value) else value
        for key, value in asdict(effect).items()
    }  # fmt: skip
    return {
        "format": "nahraum-effect", "format_version": 1, "study": plan["study"], "outcome": plan["outcome"],
        "method": plan["method"], "share": share, "significance": plan["significance"], **plain,
        "shown": effect.shown, "large_enough": effect.large_enough, "more_than_trend": effect.more_than_trend,
        "checks_by_hand": [one for one in plan["checks"] if one not in ("pre_trend", "placebo_date")],
    }  # fmt: skip


def effect_lines(
    plan: Mapping[str, Any], effect: Effect, names: Mapping[str, str], language: str, *, share: bool
) -> list[str]:  # fmt: skip
    """The effect in sentences: how much, how sure, how much it could have shown, what else would explain it."""
    words, told = _WORDS[language], _Told(plan, language, share=share)
    label = plan["outcome"].get("label") or plan["outcome"].get("id", "")
    lines = [words["head"].format(
        label=label, pilots=_listed(effect.pilots, names), n=len(effect.comparisons),
        before=told.periods(effect.before), after=told.periods(effect.after),
    )]  # fmt: skip
    span = "" if effect.shown is None else words["span"].format(
        level=round(100 * (1 - plan["significance"])), low=told.value(effect.low), high=told.value(effect.high)
    )  # fmt: skip
    lines.append(words["effect"].format(estimate=told.value(effect.estimate), span=span))
    lines.append(words["shown" if effect.shown else "unknown" if effect.shown is None else "not_shown"])
    if effect.large_enough is None:
        lines.append(words["mde_unknown"])
    else:
        lines.append(words["large" if effect.large_enough else "small"].format(mde=told.size(effect.mde)))
    if effect.more_than_trend is not None:
        key = "trend_against" if effect.against_trend else "trend" if effect.more_than_trend else "trend_explains"
        lines.append(words[key].format(trend=told.value(effect.trend)))
    if not math.isnan(effect.placebo):
        lines.append(words["placebo"].format(placebo=told.value(effect.placebo)))
    if not math.isnan(effect.p_value):
        lines.append(words["choices"].format(share=told.percent(effect.p_value), n=effect.n_choices))
    if effect.left_out:
        lines.append(words["left_out"].format(names=_listed(effect.left_out, names)))
    if len(effect.after) < int(plan["periods_after"]):
        lines.append(words["more"].format(n=len(effect.after), planned=plan["periods_after"]))
    return ["", lines[0], *(f"  {one}" for one in lines[1:]), "", words["office"]]


def _listed(ids: tuple[str, ...], names: Mapping[str, str]) -> str:
    return ", ".join(names.get(one) or one for one in ids)


class _Told:
    """Values of the outcome as they are read."""

    def __init__(self, plan: Mapping[str, Any], language: str, *, share: bool) -> None:
        from nahraum.publish.report.words import Words

        self._words, self._share = Words(language), share
        self._unit = _WORDS[language]["points"] if share else str(plan["outcome"].get("unit", ""))

    def value(self, number: float) -> str:
        """A difference with its sign and unit."""
        sign = "" if number == 0 else "+" if number > 0 else "\N{MINUS SIGN}"
        return f"{sign}{self.size(abs(number))}"

    def size(self, number: float) -> str:
        """An amount with its unit."""
        return f"{self._words.number(100 * number if self._share else number, 2)} {self._unit}".strip()

    def percent(self, value: float) -> str:
        """A share."""
        return self._words.share(value)

    def periods(self, values: tuple[float, ...]) -> str:
        """The first and the last of several periods."""
        ends = [f"{one:g}" for one in (values[0], values[-1])]
        return "–".join(dict.fromkeys(ends))


_WORDS = {
    "de": {
        "head": "{label}: Pilot {pilots}, verglichen mit {n} Quartieren; {before} vorher, {after} nachher",
        "effect": "Veränderung in den Pilotquartieren weniger der in den Vergleichsquartieren: {estimate}{span}.",
        "span": " ({level}-%-Bereich {low} bis {high})",
        "shown": "Das ist mehr, als sich mit Zufall erklären lässt.",
        "not_shown": "Das lässt sich von Zufall nicht unterscheiden.",
        "unknown": "Wie sicher das ist, lässt sich mit so wenigen Quartieren nicht sagen.",
        "large": "Vor dem Versuch stand fest, dass er einen Effekt ab {mde} zuverlässig zeigt; dieser ist so groß.",
        "small": "Vor dem Versuch stand fest, dass er einen Effekt erst ab {mde} zuverlässig zeigt; er ist kleiner.",
        "mde_unknown": "Welchen Effekt der Versuch zeigen kann, war vor ihm nicht bekannt.",
        "trend": "Die Trends vorher hätten von selbst {trend} ergeben; der Effekt ist größer.",
        "trend_against": "Die Trends vorher hätten von selbst {trend} ergeben; der Effekt geht in die andere Richtung.",
        "trend_explains": "Die Trends vorher hätten von selbst {trend} ergeben; der Effekt kann von ihnen kommen.",
        "placebo": "Mit einem Scheinbeginn in der Mitte der Zeit vorher: {placebo} (soll nahe null sein).",
        "choices": "Von allen {n} Möglichkeiten, so viele dieser Quartiere zum Pilot zu erklären, zeigen {share} "
        "mindestens so viel.",
        "left_out": "Ohne Werte und deshalb nicht verglichen: {names}.",
        "more": "Es liegen {n} von {planned} vorgesehenen Zeitpunkten vor; das Ergebnis ist vorläufig.",
        "office": "Das sind Zahlen des Amtes je Quartier: Sie bleiben im Haus (internal/evaluation/effect.json).",
        "points": "Prozentpunkte",
    },
    "en": {
        "head": "{label}: pilot {pilots}, compared with {n} quarters; {before} before, {after} after",
        "effect": "Change in the pilot quarters less that in the quarters of comparison: {estimate}{span}.",
        "span": " ({level} % interval {low} to {high})",
        "shown": "That is more than chance explains.",
        "not_shown": "That cannot be told from chance.",
        "unknown": "How sure that is cannot be said with so few quarters.",
        "large": "Before the trial it was said that it shows an effect from {mde} on reliably; this one is as large.",
        "small": "Before the trial it was said that it shows an effect from {mde} on reliably; this one is smaller.",
        "mde_unknown": "Which effect the trial can show was not known before it.",
        "trend": "The trends before would have made {trend} by themselves; the effect is larger.",
        "trend_against": "The trends before would have made {trend} by themselves; the effect goes the other way.",
        "trend_explains": "The trends before would have made {trend} by themselves; the effect may come from them.",
        "placebo": "With a feigned start in the middle of the time before: {placebo} (should be near zero).",
        "choices": "Of all {n} ways to call as many of these quarters pilots, {share} show at least as much.",
        "left_out": "Without values and therefore not compared: {names}.",
        "more": "{n} of {planned} planned periods are there; the result is provisional.",
        "office": "These are the office's own figures by quarter: they stay in the office "
        "(internal/evaluation/effect.json).",
        "points": "percentage points",
    },
}
