"""Promises of the repository itself: layers, types, style, no foreign addresses, commands that exist."""

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pandas as pd
import pytest

from nahraum.indicators.catalogue import entry_of, read_catalogue
from nahraum.study_keys import GROUP_KEYS, SOURCE_KEYS

ROOT = Path(__file__).parents[2]
SELF = "tests/contracts/test_repository.py"
KEYS = {"cell_id", "quarter_id", "name", "location_id", "suppressed", "geometry", "bbox", "n_comparable"}
PEOPLE = {"residents", "residents_communal", "residents_judged", "residents_edge"}  # labelled in publish/labels.toml


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True)
    if listed.returncode:
        (pytest.fail if os.environ.get("CI", "").lower() == "true" else pytest.skip)("no git checkout")
    return [ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


def tool(*command: str) -> subprocess.CompletedProcess:
    return subprocess.run([sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True)


def test_a_package_imports_only_what_stands_above_it():
    script = Path(sys.executable).parent / "lint-imports"
    shown = subprocess.run([str(script)], cwd=ROOT, capture_output=True, text=True)
    assert shown.returncode == 0, shown.stdout[-2000:]


def test_style_is_kept():
    shown = tool("ruff", "check", ".")
    assert shown.returncode == 0, shown.stdout[-2000:]
    shown = tool("ruff", "format", "--check", ".")
    assert shown.returncode == 0, shown.stdout[-2000:]


def test_types_are_strict():
    shown = tool("mypy")
    assert shown.returncode == 0, shown.stdout[-2000:]


def test_no_file_names_a_registry_or_a_path_of_some_machine():
    addresses = re.compile(r"pythonhosted\.org|pypi\.org|registry\.npmjs|deb\.debian\.org|/work/(main|shared)|/root/")
    found = [
        str(path.relative_to(ROOT))
        for path in tracked()
        if str(path.relative_to(ROOT)) != SELF and addresses.search(path.read_text(encoding="utf-8", errors="replace"))
    ]
    assert found == []


def test_nothing_built_and_nothing_large_is_in_git():
    names = [str(path.relative_to(ROOT)) for path in tracked()]
    assert [name for name in names if "node_modules" in name or "web/static/" in name or name.endswith(".lock")] == []
    assert [str(path) for path in tracked() if path.stat().st_size > 500_000] == []


def test_every_key_of_a_source_is_shown_in_the_example_study():
    text = (ROOT / "config" / "example.toml").read_text(encoding="utf-8")
    missing = [
        key for keys in (SOURCE_KEYS | GROUP_KEYS).values() for key in keys if not re.search(rf"\b{key}\b", text)
    ]
    assert missing == []


def test_the_version_is_the_same_everywhere():
    import nahraum

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert project["version"] == nahraum.__version__
    assert f"version: {nahraum.__version__}" in citation


def test_links_between_the_documents_lead_somewhere():
    files = set(tracked())
    there = files | {folder for path in files for folder in path.parents}
    broken = []
    for page in [path for path in files if path.suffix == ".md"]:
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
            if (page.parent / target).resolve() not in there:
                broken.append(f"{page.relative_to(ROOT)} → {target}")
    assert broken == []


@pytest.mark.xdist_group("town")
@pytest.mark.parametrize("table", ["cells", "quarters"])
def test_every_published_column_has_its_entry_in_the_catalogue(small_town, table):
    columns = pd.read_parquet(small_town.public / f"{table}.parquet").columns
    known = {column for item in read_catalogue() for column in (item.id, item.value_column, *item.columns)}
    strange = []
    for column in columns:
        bare = column.removesuffix("_status").removesuffix("_completeness")
        if column in KEYS | PEOPLE or bare in known or bare.endswith(("_nearest_id", "_nearest_name")):
            continue
        if bare.startswith("offered_") or entry_of(bare) is not None:
            continue
        strange.append(column)
    assert strange == []


@pytest.mark.xdist_group("town")
@pytest.mark.parametrize("page", ["README.md", "README.de.md", "docs/tutorial/first-run.md"])
def test_what_the_documents_call_results_of_the_demo_exists_after_a_demo(small_town, page):
    text = (ROOT / page).read_text(encoding="utf-8")
    named = re.findall(r"nahraum-demo/([\w./-]+)", text)
    assert [name for name in named if not (small_town.folder / name.rstrip(".")).exists()] == []
