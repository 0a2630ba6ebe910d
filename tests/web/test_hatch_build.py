"""The build hook: builds what is stale, leaves the rest alone, tells no network from a fault."""

from __future__ import annotations

import importlib.util
import json
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def hook() -> ModuleType:
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["hatch_build"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A clone with a front end of a few lines."""
    web = tmp_path / "web"
    (web / "src").mkdir(parents=True)
    (web / "node_modules").mkdir()
    for name in ("index.html", "package.json", "package-lock.json", "tsconfig.json", "vite.config.js", "src/main.ts"):
        (web / name).write_text("{}")
    return tmp_path


def _fake_tools(hook: ModuleType, monkeypatch: pytest.MonkeyPatch, *, npm: str = "", vite: str = "") -> list[str]:
    """Replace Node by a stand-in; a text for npm or vite is the output with which it fails."""
    called: list[str] = []

    def run(command: list[str], folder: Path) -> None:
        tool = "npm" if "ci" in command else "vite"
        called.append(tool)
        if output := {"npm": npm, "vite": vite}[tool]:
            raise subprocess.CalledProcessError(1, command, output)
        if tool == "vite":
            out = Path(command[command.index("--outDir") + 1])
            out.mkdir()
            (out / "index.html").write_text("built")

    monkeypatch.setattr(hook, "run", run)
    monkeypatch.setattr(hook, "node_and_npm", lambda: ("node", "npm-cli.js"))
    return called


def test_stale_assets_are_built_once_and_then_left_untouched(
    hook: ModuleType, clone: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    called = _fake_tools(hook, monkeypatch)
    assert hook.ensure_assets(clone) == ""
    page = clone / "src" / "nahraum" / "web" / "static" / "index.html"
    before = page.stat().st_mtime_ns
    assert hook.ensure_assets(clone) == ""
    assert called == ["npm", "vite"]
    assert page.stat().st_mtime_ns == before


def test_a_changed_source_is_built_again_with_the_packages_that_are_there(
    hook: ModuleType, clone: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    called = _fake_tools(hook, monkeypatch)
    hook.ensure_assets(clone)
    (clone / "web" / "src" / "main.ts").write_text("changed")
    hook.ensure_assets(clone)
    assert called == ["npm", "vite", "vite"]


def test_line_ends_of_a_windows_clone_do_not_make_assets_stale(hook: ModuleType, clone: Path) -> None:
    main = clone / "web" / "src" / "main.ts"
    main.write_bytes(b"a\nb\n")
    before = hook.source_hash(clone / "web")
    main.write_bytes(b"a\r\nb\r\n")
    assert hook.source_hash(clone / "web") == before


@pytest.mark.parametrize(
    "output",
    [
        "npm error code ENOTFOUND\nnpm error network request failed",
        "npm error code E503",
        "code UNABLE_TO_GET_ISSUER_CERT",
    ],
)
def test_without_a_registry_the_install_goes_on_and_says_that_there_is_no_map(
    hook: ModuleType, clone: Path, monkeypatch: pytest.MonkeyPatch, output: str
) -> None:
    _fake_tools(hook, monkeypatch, npm=output)
    warning = hook.ensure_assets(clone)
    assert "there will be no map" in warning and "python hatch_build.py" in warning
    assert not (clone / "src" / "nahraum" / "web" / "static").exists()


def test_without_a_registry_old_assets_stay_in_place(
    hook: ModuleType, clone: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _fake_tools(hook, monkeypatch)
    hook.ensure_assets(clone)
    (clone / "web" / "package-lock.json").write_text("other")
    _fake_tools(hook, monkeypatch, npm="npm error code EAI_AGAIN")
    assert "stay in place" in hook.ensure_assets(clone)
    assert (clone / "src" / "nahraum" / "web" / "static" / "index.html").read_text() == "built"


@pytest.mark.parametrize(
    "faults",
    [{"npm": "npm error code EUSAGE: package.json and package-lock.json are not in sync"}, {"vite": "error TS1005"}],
)
def test_a_fault_of_the_build_stops_the_install(
    hook: ModuleType, clone: Path, monkeypatch: pytest.MonkeyPatch, faults: dict[str, str]
) -> None:
    _fake_tools(hook, monkeypatch, **faults)
    with pytest.raises(RuntimeError, match="building web/ failed"):
        hook.ensure_assets(clone)
    assert not (clone / "src" / "nahraum" / "web" / "static").exists()


def test_a_wheel_without_front_end_sources_needs_no_build(hook: ModuleType, tmp_path: Path) -> None:
    assert hook.ensure_assets(tmp_path) == ""


def test_the_lock_file_names_exact_versions_and_no_registry() -> None:
    lock = (ROOT / "web" / "package-lock.json").read_text(encoding="utf-8")
    assert '"resolved"' not in lock
    assert not re.search(r"https?://[^\"]*registry", lock)
    package = json.loads((ROOT / "web" / "package.json").read_text(encoding="utf-8"))
    wanted = package["dependencies"] | package["devDependencies"]
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in wanted.values())
    locked = json.loads(lock)["packages"]
    assert {name: locked[f"node_modules/{name}"]["version"] for name in wanted} == wanted


def test_both_dictionaries_are_used_to_the_last_word() -> None:
    sources = [path for path in (ROOT / "web" / "src").rglob("*.ts*") if path.name not in ("de.ts", "en.ts")]
    text = "".join(path.read_text(encoding="utf-8") for path in sources)
    german = re.findall(r'^  "([\w.]+)":', (ROOT / "web/src/i18n/de.ts").read_text(encoding="utf-8"), re.MULTILINE)
    english = re.findall(r'^  "([\w.]+)":', (ROOT / "web/src/i18n/en.ts").read_text(encoding="utf-8"), re.MULTILINE)
    assert german == english
    by_data = (
        "status.",
        "evidence.",
        "reason.",
        "level.",
        "tab.",
        "overlay.",
        "legend.",
        "class.",
        "held.",
        "unknown.",
        "summed.",
    )
    assert [key for key in german if f'"{key}"' not in text and not key.startswith(by_data)] == []
