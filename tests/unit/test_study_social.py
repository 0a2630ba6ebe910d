"""The section [social]: what a planner may write there, and what is refused."""

from pathlib import Path

import pytest

from nahraum.errors import StudyError
from nahraum.study_social import social_of


def test_a_study_without_the_section_has_no_status_index(tmp_path: Path) -> None:
    assert social_of({}, tmp_path, ["sozial"]) is None


def test_the_only_table_of_statistics_needs_no_name(tmp_path: Path) -> None:
    spec = social_of({"method": "mss-berlin-2019", "columns": {"s1": "sgb2"}, "exclude": ["04"]}, tmp_path, ["sozial"])
    assert spec is not None
    assert (spec.statistics, spec.columns, spec.exclude, spec.method_file) == ("sozial", {"s1": "sgb2"}, ("04",), None)


def test_a_method_file_is_found_beside_the_study(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text("", encoding="utf-8")
    spec = social_of({"method": "own.toml"}, tmp_path, ["sozial"])
    assert spec is not None and spec.method_file == tmp_path / "own.toml"


@pytest.mark.parametrize(
    ("section", "tables", "said"),
    [
        ({"statistics": "sozial"}, ["sozial"], "names no method"),
        ({"method": "gisd"}, [], "no section"),
        ({"method": "gisd"}, ["a", "b"], "no section"),
        ({"method": "gisd", "statistics": "c"}, ["a", "b"], "'c' is no section"),
        ({"method": "lost.toml"}, ["a"], "does not exist"),
        ({"method": "gisd", "columns": ["s1"]}, ["a"], "columns must map"),
        ({"method": "gisd", "exclude": "04"}, ["a"], "list of quarter ids"),
    ],
)
def test_what_cannot_be_meant_is_refused(tmp_path: Path, section: dict, tables: list[str], said: str) -> None:
    with pytest.raises(StudyError, match=said):
        social_of(section, tmp_path, tables)
