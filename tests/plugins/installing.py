"""Installs the package of a plugin as `pip install -e` does, with no network: its metadata lies beside its code."""

import tomllib
from pathlib import Path


def install(package: Path) -> Path:
    """Write the metadata of a package, and give the folder that belongs on the path."""
    project = tomllib.loads((package / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    src = package / "src"
    info = src / f"{project['name'].replace('-', '_')}-{project['version']}.dist-info"
    info.mkdir()
    head = f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n"
    (info / "METADATA").write_text(head, encoding="utf-8")
    points = "".join(f"{name} = {value}\n" for name, value in project["entry-points"]["regua"].items())
    (info / "entry_points.txt").write_text(f"[regua]\n{points}", encoding="utf-8")
    return src
