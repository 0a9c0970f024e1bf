"""Per-user folders; WORKSTATION_HOME redirects all, WORKSTATION_MODELS adds model folders."""

import os
from pathlib import Path

import platformdirs

_APP = "sightline"


def home() -> Path:
    """The folder of the agency store, created on first use.

    Raises:
        OSError: the folder cannot be made.
    """
    return _folder(platformdirs.user_data_path(_APP), "")


def log_folder() -> Path:
    """Where rotating log files go."""
    return _folder(platformdirs.user_log_path(_APP), "logs")


def cache_folder() -> Path:
    """Where things that can be made again are kept."""
    return _folder(platformdirs.user_cache_path(_APP), "cache")


def user_model_folder() -> Path:
    """Where installed models of this user live."""
    return _folder(platformdirs.user_data_path(_APP) / "models", "models")


def extra_model_folders() -> tuple[Path, ...]:
    """The folders named in WORKSTATION_MODELS, in order; they need not exist."""
    return tuple(
        Path(part) for part in os.environ.get("WORKSTATION_MODELS", "").split(os.pathsep) if part
    )


def shared_test_data() -> Path:
    """The folder of test data (WORKSTATION_SHARED, else `../shared` beside the checkout)."""
    named = os.environ.get("WORKSTATION_SHARED")
    return Path(named) if named else Path(__file__).resolve().parents[2] / "shared"


def _folder(default: Path, inside_home: str) -> Path:
    redirected = os.environ.get("WORKSTATION_HOME")
    folder = Path(redirected) / inside_home if redirected else default
    folder.mkdir(parents=True, exist_ok=True)
    return folder
