"""Packaged data by name, through importlib.resources; never an absolute path in the code."""

from importlib.resources import files
from pathlib import Path

from resources.errors import MissingFile


def packaged(*parts: str) -> Path:
    """The path of a packaged file or folder, such as `packaged("demo", "town.geojson")`.

    Raises:
        MissingFile: the installation lacks it.
    """
    path = Path(str(files("resources").joinpath(*parts)))
    if not path.exists():
        raise MissingFile(
            f"{'/'.join(parts)} is missing from the installed program", "Install it again."
        )
    return path
