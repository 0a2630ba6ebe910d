"""Writes exact versions into `[tool.uv] constraint-dependencies`, without any address (docs/decisions/lock.md)."""

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).parent.parent
command = [
    "uv",
    "pip",
    "compile",
    "pyproject.toml",
    "--universal",
    "--group",
    "dev",
    "--no-annotate",
    "--no-header",
    "--upgrade",
]
BLOCK = re.compile(r"constraint-dependencies = \[.*?\n?\]", flags=re.S)
project = ROOT / "pyproject.toml"
old = project.read_text(encoding="utf-8")
try:  # uv obeys the old versions where it sees them
    project.write_text(BLOCK.sub("constraint-dependencies = []", old, count=1), encoding="utf-8")
    text = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
finally:
    project.write_text(old, encoding="utf-8")
pins = [line.strip() for line in text.splitlines() if re.match(r"^[A-Za-z0-9][\w.-]*==", line)]
block = "constraint-dependencies = [\n" + "".join(f'    "{pin.replace(chr(34), chr(39))}",\n' for pin in pins) + "]"
new = BLOCK.sub(lambda _: block, old, count=1)
project.write_text(new, encoding="utf-8")
print(f"{len(pins)} versions written to pyproject.toml")
