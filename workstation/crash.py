"""Bug reports on disk: trace and versions, never footage, plates or case content."""

import platform
import traceback
from datetime import UTC, datetime

from resources import paths
from resources.version import PROGRAM_VERSION


def save_report(error: BaseException) -> str:
    """Writes the report; gives its path, or why there is none."""
    # Only types and places: messages may quote a path or a name from a case.
    frames = "".join(traceback.format_tb(error.__traceback__))
    chain = []
    seen: BaseException | None = error
    while seen is not None:
        chain.append(type(seen).__name__)
        seen = seen.__cause__ or seen.__context__
    moment = datetime.now(UTC)
    text = (
        f"Sightline {PROGRAM_VERSION} · Python {platform.python_version()} · "
        f"{platform.platform()}\n{moment.isoformat()}\n{' <- '.join(chain)}\n{frames}"
    )
    try:
        path = paths.log_folder() / f"crash-{moment:%Y%m%dT%H%M%S%f}.txt"
        path.write_text(text, encoding="utf-8")
    except OSError as unwritable:
        return f"could not be written ({unwritable.strerror})"
    return str(path)
