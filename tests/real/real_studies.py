"""Studies of the real towns beside this file."""

from pathlib import Path


def study_file(name: str, data_dir: Path, folder: Path) -> Path:
    """The study of a real town beside this file, with its data where they lie on this machine."""
    text = (Path(__file__).parent / f"{name}.toml").read_text(encoding="utf-8")
    path = folder / f"{name}.toml"
    path.write_text(text.replace("../../../shared/data", data_dir.as_posix()), encoding="utf-8")
    return path
