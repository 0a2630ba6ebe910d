"""Method files: shipped ones are complete, broken ones are refused with all problems at once."""

import re
from datetime import date
from pathlib import Path

import pytest

from nahraum.errors import InputError
from nahraum.index.status import method_names, read_method, reading
from nahraum.index.status.reading import shipped_files
from nahraum.parameters import EVIDENCE

GOOD = """
[method]
id = "own"
edition = "2025"
label_de = "Eigener Index"
label_en = "Own index"
source = "Stadt X, Statistikamt"
date = 2025-12-31
evidence = "proposal"
tested = false
uses_nationality = false
standardise = "z"
weights = "equal"
aggregate = "sum"
restandardise = "z"
missing = "drop"

[[parts]]
id = "a"
label_de = "A"
label_en = "A"
scale = "percent"

[classes]
kind = "sd"
cuts = [-1.0, 1.0]
ids = ["1", "2", "3"]
labels_de = ["hoch", "mittel", "niedrig"]
labels_en = ["high", "medium", "low"]
"""


def written(folder: Path, text: str) -> Path:
    file = folder / "own.toml"
    file.write_text(text, encoding="utf-8")
    return file


def refused(folder: Path, text: str) -> str:
    with pytest.raises(InputError) as caught:
        read_method(written(folder, text))
    return str(caught.value)


@pytest.mark.parametrize("name", method_names())
def test_every_shipped_method_is_dated_and_says_where_it_is_from(name: str) -> None:
    method = read_method(name)
    assert method.id == name
    assert date.fromisoformat(method.date) and len(method.source) > 20 and method.evidence in EVIDENCE
    assert method.minimum_areas >= 30 and method.minimum_residents >= 300
    assert method.uses_nationality == any(part.nationality for part in method.every_part())


def test_the_methods_of_the_issue_are_shipped() -> None:
    berlin = {f"mss-berlin-{year}" for year in (2013, 2015, 2017, 2019, 2021)}
    others = {"gisd", "imd-england-2019", "muenster", "muenster-without-migration", "nahraum-prerequisites"}
    assert berlin | others | {"hamburg-rise"} <= set(method_names())
    assert not read_method("hamburg-rise").tested
    assert read_method("muenster").uses_nationality and not read_method("muenster-without-migration").uses_nationality
    assert [len(read_method(f"mss-berlin-{year}").parts) for year in (2013, 2015, 2017, 2019, 2021)] == [4, 4, 4, 3, 3]


def test_method_files_are_beside_the_code_so_that_they_are_packaged() -> None:
    assert all(file.name.endswith(".toml") and file.read_text(encoding="utf-8") for file in shipped_files().values())


def test_a_planners_own_file_is_read(tmp_path: Path) -> None:
    method = read_method(written(tmp_path, GOOD))
    assert (method.id, method.date, method.minimum_areas, method.minimum_residents) == ("own", "2025-12-31", 30, 300.0)
    assert method.parts[0].high_is == "disadvantage" and method.relative


def test_an_unknown_key_is_refused_with_the_nearest_known(tmp_path: Path) -> None:
    message = refused(tmp_path, GOOD.replace("aggregate =", "agregate ="))
    assert "knows no 'agregate': did you mean 'aggregate'?" in message
    assert "lacks 'aggregate'" in message


def test_an_unknown_word_is_refused_with_the_nearest_known(tmp_path: Path) -> None:
    message = refused(tmp_path, GOOD.replace('standardise = "z"', 'standardise = "min-max"'))
    assert "did you mean 'minmax'?" in message


def test_all_problems_are_named_at_once(tmp_path: Path) -> None:
    broken = (
        GOOD.replace('scale = "percent"', 'scale = "percent"\nshrink = "marshall"\ntransfrom = "log"\nweight = "much"')
        .replace("cuts = [-1.0, 1.0]", "cuts = [1.0, -1.0, 2.0]")
        .replace("date = 2025-12-31", 'date = "Ende 2025"')
        .replace("tested = false", 'tested = "no"')
    )
    message = refused(tmp_path, broken)
    for words in ("did you mean 'transform'?", "weight = 'much' must be a number", "cuts must rise", "4 ids are needed",
                  "is no date", "tested must be true or false"):  # fmt: skip
        assert words in message, message


def test_shrinkage_without_a_denominator_is_refused(tmp_path: Path) -> None:
    message = refused(tmp_path, GOOD.replace('scale = "percent"', 'scale = "percent"\nshrink = "imd"'))
    assert "needs a denominator column" in message and "needs `larger`" in message


@pytest.mark.parametrize(("line", "least"), [("minimum_areas = 10", "30"), ("minimum_residents = 50", "300")])
def test_a_method_cannot_ask_for_less_than_nahraum(tmp_path: Path, line: str, least: str) -> None:
    message = refused(tmp_path, GOOD.replace('missing = "drop"', f'missing = "drop"\n{line}'))
    assert f"is below {least}" in message


def test_nationality_of_a_part_must_be_said_of_the_whole(tmp_path: Path) -> None:
    message = refused(tmp_path, GOOD.replace('scale = "percent"', 'scale = "percent"\nnationality = true'))
    assert "uses_nationality must be true" in message


def test_goalposts_and_cuts_are_asked_for_where_they_are_needed(tmp_path: Path) -> None:
    assert "needs goalposts" in refused(tmp_path, GOOD.replace('standardise = "z"', 'standardise = "goalposts"'))
    assert "needs a cut" in refused(tmp_path, GOOD.replace('aggregate = "sum"', 'aggregate = "counting"'))


def test_an_unknown_name_is_refused_with_the_nearest_known() -> None:
    with pytest.raises(InputError, match="did you mean 'mss-berlin-20"):
        read_method("mss-berlin-2018")


def test_a_file_that_is_no_toml_and_one_that_is_not_there(tmp_path: Path) -> None:
    assert "not valid TOML" in refused(tmp_path, "[method\n")
    with pytest.raises(InputError, match="cannot be read"):
        read_method(tmp_path / "nowhere.toml")


def test_a_document_without_sections_is_refused_in_one_go(tmp_path: Path) -> None:
    message = refused(tmp_path, "method = 3\n")
    assert "[method] must be a section" in message and "there are no [[parts]]" in message


def test_a_changed_method_file_makes_a_finished_stage_stale() -> None:
    """The store hashes the data files of the packages a stage imports; the methods are such a package."""
    from nahraum.index.status import methods

    assert reading.methods is methods
    assert sorted(Path(str(methods.__file__)).parent.glob("*.toml"))


def test_the_example_of_the_guide_is_a_valid_method_file(tmp_path: Path) -> None:
    guide = (Path(__file__).parents[2] / "docs" / "howto" / "status-index.md").read_text(encoding="utf-8")
    example = guide.split("```toml\n")[1].split("```")[0]
    method = read_method(written(tmp_path, example))
    assert (method.id, method.minimum_residents, [p.weight for p in method.parts]) == (
        "example-town",
        500.0,
        [2.0, 1.0],
    )


@pytest.mark.parametrize("name", method_names())
def test_the_guide_names_every_shipped_method(name: str) -> None:
    guide = (Path(__file__).parents[2] / "docs" / "howto" / "status-index.md").read_text(encoding="utf-8")
    short = f"-{name.rsplit('-', 1)[-1]}`"
    assert f"`{name}`" in guide or (name.startswith("mss-berlin") and short in guide)


def test_no_method_file_speaks_of_people_as_if_they_were_their_status() -> None:
    words = re.compile(r"\b(arm|arme|poor|deprived|worst|benachteilig\w*)\b", re.IGNORECASE)
    texts = [file.read_text(encoding="utf-8") for file in shipped_files().values()]
    texts += [
        (Path(str(reading.__file__)).parent / name).read_text(encoding="utf-8")
        for name in ("notes.toml", "explain.toml")
    ]
    assert [found for text in texts for found in words.findall(text)] == []
