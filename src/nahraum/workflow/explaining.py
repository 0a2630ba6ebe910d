"""`nahraum explain`: one value of one place with everything it rests on."""

from __future__ import annotations

import json

from nahraum.errors import InputError
from nahraum.index.explain import Explanation, Known
from nahraum.index.explain import explain as explain_known
from nahraum.index.social_columns import OF_STATUS
from nahraum.publish import labels
from nahraum.publish.wording import source_text, unit_text
from nahraum.store import StageStore
from nahraum.study import Study
from nahraum.workflow.chain import analyse, used_parameters
from nahraum.workflow.explain_social import explain_quarter
from nahraum.workflow.progress import Progress
from nahraum.workflow.socially import social_given
from nahraum.workflow.summary import Summary

_WORDS = {
    "de": {
        "status": "Status",
        "formula": "Formel",
        "inputs": "Eingaben",
        "parameters": "Schwellen und Annahmen",
        "lifts": "Was es ändern würde",
        "limits": "Grenzen",
        "source": "Quelle",
        "verify": "bitte örtlich prüfen",
        "internal": "Interner Wert, nicht zur Veröffentlichung.",
        "stale": "Seit dem letzten Lauf geändert; veröffentlicht wird es erst mit: nahraum run",
    },
    "en": {
        "status": "status",
        "formula": "formula",
        "inputs": "inputs",
        "parameters": "thresholds and assumptions",
        "lifts": "what would change it",
        "limits": "limits",
        "source": "source",
        "verify": "verify locally",
        "internal": "Internal value, not for publication.",
        "stale": "Changed since the last run; published only by: nahraum run",
    },
}


def _lines(found: Explanation, language: str) -> list[str]:
    words = _WORDS[language]

    def said(name: str) -> str:
        return str(getattr(found, f"{name}_{language}"))

    lines = [f"{said('label')} – {found.place_name or found.place_id}", "", f"  {said('sentence')}"]
    lines.append(f"  {words['status']}: {labels.text('statuses', found.status, language)}")
    lines += ["", f"{words['formula']}: {said('formula')}"]
    lines += _input_lines(found, language)
    if found.parameters:
        lines += ["", f"{words['parameters']}:"]
        for parameter in found.parameters:
            mark = f"; {words['verify']}" if parameter.verify_locally else ""
            unit, source = unit_text(parameter.unit, language), source_text(parameter.source, language)
            lines.append(f"  {parameter.id} = {parameter.value} {unit} ({source}{mark})")
    if found.lifts:
        lines += ["", f"{words['lifts']}:"]
        lines += [f"  {lift.de if language == 'de' else lift.en}" for lift in found.lifts]
    source = source_text(found.source, language)
    return [*lines, "", f"{words['limits']}: {said('limits')}", f"{words['source']}: {source}", words["internal"]]


def _input_lines(found: Explanation, language: str) -> list[str]:
    """What the value was computed from, without the value itself."""
    lines = []
    for item in found.inputs:
        label, text = (item.label_de, item.text_de) if language == "de" else (item.label_en, item.text_en)
        if item.name != found.column or text != (found.text_de if language == "de" else found.text_en):
            lines.append(f"  {label}: {text}  [{labels.text('statuses', item.status, language)}]")
    return ["", f"{_WORDS[language]['inputs']}:", *lines] if lines else []


def explain_value(study: Study, store: StageStore, *, indicator: str, cell: str | None, quarter: str | None) -> Summary:
    """The explanation of a value of a finished run.

    Raises
        InputError where the study has not been run, or the indicator, cell or quarter is not known.
    """
    if not (store.folder / "index").is_dir():
        raise InputError(
            f"{study.name} has not been run yet",
            where=str(study.output_folder),
            fix="nahraum run STUDY (and the same --out, if you gave one)",
        )
    progress = Progress(quiet=True)
    with store.lock():
        chain = analyse(study, store, progress)
    if indicator.removesuffix("_status") in OF_STATUS and quarter is not None:
        given, quarters = social_given(chain.inputs.value, study), chain.index.value.quarters
        status = explain_quarter(chain.social.value, given, quarters, quarter=quarter, language=study.language)
        stale = ["", _WORDS[study.language]["stale"]] if progress.computed else []
        return Summary(status.document, [*status.lines, *stale])
    parameters = used_parameters(study, chain, store)
    own = chain.further.value.catalogue()
    known = Known(chain.area.value, chain.access.value, chain.index.value, parameters, own)
    found = explain_known(known, indicator, cell=cell, quarter=quarter)
    lines = _lines(found, study.language)
    if progress.computed:
        lines += ["", _WORDS[study.language]["stale"]]
    return Summary(json.loads(json.dumps(found.as_dict(), default=str)), lines)
