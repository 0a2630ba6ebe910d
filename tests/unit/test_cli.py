import json
import os
import subprocess
import sys

import pytest


def nahraum(*arguments: str, **options) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", "nahraum.cli", *arguments], capture_output=True, text=True, timeout=120, **options
    )


@pytest.mark.parametrize(
    "verb", ["demo", "musterstadt", "check", "run", "explain", "init", "fetch", "serve", "plan", "pareto"]
)
def test_every_verb_of_the_contract_explains_itself(verb):
    shown = nahraum(verb, "--help")
    assert shown.returncode == 0
    assert "Usage" in shown.stdout


def test_help_answers_in_under_four_tenths_of_a_second_without_bytecode():
    """Processor time, so that a busy machine does not matter; wall time is in benchmarks/RESULTS.md."""
    seconds = []
    for _ in range(3):
        before = os.times()
        subprocess.run([sys.executable, "-B", "-m", "nahraum.cli", "--help"], check=True, capture_output=True)
        after = os.times()
        seconds.append(after.children_user + after.children_system - before.children_user - before.children_system)
    assert min(seconds) < 0.4


def test_an_unknown_verb_is_a_usage_error():
    assert nahraum("frobnicate").returncode == 2


def test_explain_wants_a_cell_or_a_quarter():
    shown = nahraum("explain", "study.toml", "--indicator", "residents")
    assert shown.returncode == 2
    assert "--cell or --quarter" in shown.stderr


def test_a_missing_study_is_told_in_parts_and_exits_with_1():
    shown = nahraum("run", "nothing.toml")
    assert shown.returncode == 1
    assert shown.stderr.splitlines()[0] == "WHAT     nothing.toml does not exist"
    assert "FIX" in shown.stderr
    assert "Traceback" not in shown.stderr


def test_the_same_failure_for_machines_is_one_json_document():
    shown = nahraum("check", "nothing.toml", "--json")
    assert shown.returncode == 1
    assert json.loads(shown.stdout)["what"] == "nothing.toml does not exist"


def test_musterstadt_refuses_a_size_it_cannot_lay_out(tmp_path):
    shown = nahraum("musterstadt", "--residents", "12", "--out", str(tmp_path / "x"))
    assert shown.returncode == 1
    assert "1000 to 5000000" in shown.stderr
    assert not (tmp_path / "x").exists()


def test_a_demo_does_not_write_into_a_folder_of_something_else(tmp_path):
    (tmp_path / "letter.txt").write_text("keep me")
    shown = nahraum("demo", "--out", str(tmp_path))
    assert shown.returncode == 1
    assert [entry.name for entry in tmp_path.iterdir()] == ["letter.txt"]
