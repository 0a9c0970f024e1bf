"""Cases that many tests begin with: made once a process, and copied for each of them."""

from collections.abc import Callable, Hashable
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from casefiles.case import Case
from casefiles.store import migrate
from casefiles.types import Actor


def opened_copy(folder: Path, actor: Actor, make: Callable[..., Case], *told: Hashable) -> Case:
    """What `make(folder, *told)` would give, which must be the same every time and in plain.

    All copies are one case, with one id: a test that is about two cases makes the second itself.
    """
    folder.mkdir(parents=True, exist_ok=True)
    # Tests of older cases take the newer steps of the format away.
    steps = tuple(step.checksum for step in migrate.packaged_migrations("case"))
    for name, content in _files(make, steps, *told).items():
        (folder / name).write_bytes(content)
    return Case._connect(folder, actor, policy="none", passphrase=None)


@cache
def _files(make: Callable[..., Case], _steps: tuple[str, ...], *told: Hashable) -> dict[str, bytes]:
    with TemporaryDirectory() as place:
        folder = Path(place) / "case"
        make(folder, *told).close()
        return {file.name: file.read_bytes() for file in folder.iterdir()}
