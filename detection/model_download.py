"""Models from the network: over https, going on where a cut download stopped, verified at the end.

What is half there lies in a `.part` file that nothing ever loads; a model appears only whole, and
what was there before stays until then. Nothing but the request for the file leaves the computer.
"""

import errno
import hashlib
import shutil
from collections.abc import Generator, Iterator
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPException, HTTPMessage, HTTPResponse, RemoteDisconnected
from pathlib import Path
from ssl import SSLError
from typing import IO, Final
from urllib.error import HTTPError, URLError
from urllib.request import HTTPRedirectHandler, OpenerDirector, Request, build_opener

from detection.errors import ModelCorrupt, ModelMissing
from detection.model_cards import ModelCard, ModelFile, address_allowed
from detection.model_import import home_of
from detection.models import candidates, folders_of, how_to_get, reads_as
from resources.errors import UserError
from resources.version import PROGRAM_VERSION

_CHUNK: Final = 1 << 16
_SILENCE_S: Final = 30
"""Seconds without a byte before a connection counts as cut."""
_TRIES: Final = 4
"""Connections to one address that may be cut, as long as each brought something."""
_SPARE: Final = 1 << 24
"""Bytes that must stay free beside the model."""
_PARTIAL, _RANGE_REFUSED = 206, 416


@dataclass(frozen=True, slots=True)
class Fetched:
    """How far the download of a model is."""

    file: str
    done: int
    total: int
    """Bytes of all its files."""


class _Cut(Exception):
    """The connection ended before the file did; what came is kept."""


def download(wanted: ModelCard) -> Generator[Fetched, None, None]:
    """Fetches every file of the model that is not here yet, one after the other.

    Yields after every piece; ended early, it keeps what came, and goes on from there next time.

    Raises:
        ModelMissing: nobody offers the model, or it cannot be had from any address.
        ModelCorrupt: what came has not the hash of the card.
        UserError: it cannot be stored.
    """
    if not all(part.addresses for part in wanted.files):
        raise ModelMissing(f"no address is known for the model {wanted.name}", how_to_get(wanted))
    opener = build_opener(_OnlySafe())
    folder = home_of(wanted)
    done, staged = 0, []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _require_space(wanted, folder)
        for part in wanted.files:
            if _here(wanted, part):
                done += part.size_bytes
                continue
            half = _half(part, folder)
            for bytes_now in _fetch(opener, wanted, part, half):
                yield Fetched(part.name, done + bytes_now, wanted.size_bytes)
            done += part.size_bytes
            staged.append((half, folder / part.name))
        for half, target in staged:
            half.replace(target)
    except OSError as error:
        if error.errno == errno.ENOSPC:
            for part in wanted.files:
                _half(part, folder).unlink(missing_ok=True)
        raise UserError(
            f"the model {wanted.name} cannot be stored in {folder}: {error}",
            "Free some space or check the rights on that folder, then install again.",
        ) from error
    finally:
        with suppress(OSError):
            if not any(folder.iterdir()):
                folder.rmdir()


def _fetch(opener: OpenerDirector, wanted: ModelCard, part: ModelFile, half: Path) -> Iterator[int]:
    """Brings one file into `half`, verified; tells how many of its bytes are there."""
    trouble = ""
    for address in part.addresses:
        for _ in range(_TRIES):
            before = _size(half)
            try:
                yield from _read(opener, address, part, half)
            except _Cut as cut:
                trouble = f"{address}: {cut}"
                # Nothing came: the next try would bring nothing either.
                if _size(half) <= before:
                    break
                continue
            except (HTTPError, URLError, HTTPException, ValueError) as error:
                trouble = f"{address}: {_in_words(error)}"
                break
            _verify(wanted, part, half, address)
            return
    came = _size(half)
    kept = f"; {came:,} of {part.size_bytes:,} bytes are kept" if came else ""
    go_on = ": it goes on from there" if came else ""
    raise ModelMissing(
        f"{part.name} of the model {wanted.name} could not be fetched ({trouble}){kept}",
        f"Check the network and run the same command again{go_on}; or bring the file another way "
        "and run: workstation models import DIR.",
    )


def _read(opener: OpenerDirector, address: str, part: ModelFile, half: Path) -> Iterator[int]:
    """One connection: appends to `half` where the server can go on, else begins anew.

    Raises:
        _Cut: it ended early.
        HTTPError, URLError, HTTPException, ValueError: the server gives no such file.
    """
    have = _size(half)
    if have > part.size_bytes:
        half.unlink()
        have = 0
    if have == part.size_bytes:
        yield have
        return
    asked = Request(address, headers={"User-Agent": f"Sightline/{PROGRAM_VERSION}"})
    if have:
        asked.add_header("Range", f"bytes={have}-")
    try:
        answer: HTTPResponse = opener.open(asked, timeout=_SILENCE_S)
    except HTTPError as error:
        if error.code == _RANGE_REFUSED and have:
            half.unlink()
            raise _Cut("the server has another file of that name") from error
        raise
    except (RemoteDisconnected, TimeoutError) as error:
        raise _Cut(f"no answer: {_in_words(error)}") from error
    with answer:
        start = have if answer.status == _PARTIAL else 0
        if start and not (answer.headers.get("Content-Range") or "").startswith(f"bytes {start}-"):
            raise ValueError("the server went on at another place than asked")
        _require_size(answer, part, start)
        with half.open("r+b" if start else "wb") as file:
            file.seek(start)
            file.truncate()
            yield from _pour(answer, file, start, part.size_bytes)


def _pour(answer: HTTPResponse, file: IO[bytes], start: int, size: int) -> Iterator[int]:
    done = start
    while True:
        try:
            piece = answer.read1(_CHUNK)
        except (HTTPException, ConnectionError, TimeoutError, SSLError) as error:
            raise _Cut(f"the connection was cut: {_in_words(error)}") from error
        if not piece:
            break
        done += len(piece)
        if done > size:
            file.truncate(0)
            raise ValueError(f"the server sends more than the {size:,} bytes of the card")
        file.write(piece)
        yield done
    if done < size:
        raise _Cut(f"the connection was cut after {done:,} of {size:,} bytes")


def _require_size(answer: HTTPResponse, part: ModelFile, start: int) -> None:
    announced = answer.headers.get("Content-Length")
    if announced is None or not announced.isdigit():
        return
    whole = start + int(announced)
    if whole != part.size_bytes:
        raise ValueError(
            f"the server offers {whole:,} bytes, the card says {part.size_bytes:,}: another file"
        )


def _verify(wanted: ModelCard, part: ModelFile, half: Path, address: str) -> None:
    with half.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found == part.sha256:
        return
    half.unlink()
    raise ModelCorrupt(
        f"what {address} gives is not the model {wanted.name}: expected sha256 {part.sha256}, "
        f"found {found}",
        "It was thrown away; whatever was installed before is untouched. Try again later, or bring "
        "the file another way and run: workstation models import DIR.",
    )


def _here(wanted: ModelCard, part: ModelFile) -> bool:
    return any(reads_as(part, path) is not None for path in candidates(part, folders_of(wanted)))


def _require_space(wanted: ModelCard, folder: Path) -> None:
    needed = wanted.size_bytes - sum(_size(_half(part, folder)) for part in wanted.files) + _SPARE
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise UserError(
            f"the model {wanted.name} needs {needed / 1e6:,.0f} MB in {folder}, "
            f"{free / 1e6:,.0f} MB are free",
            "Free some space, then install again.",
        )


def _half(part: ModelFile, folder: Path) -> Path:
    """Where a file grows; of these very bytes, so that no other version is gone on with."""
    return folder / f"{part.name}.{part.sha256[:12]}.part"


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0


def _in_words(error: Exception) -> str:
    if isinstance(error, HTTPError):
        return f"the server answers {error.code} {error.reason}"
    if isinstance(error, URLError):
        return f"no connection: {error.reason}"
    return str(error) or type(error).__name__


class _OnlySafe(HTTPRedirectHandler):
    """Follows a server elsewhere only where models may be fetched from."""

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> Request | None:
        if not address_allowed(newurl):
            raise HTTPError(newurl, code, "sent on to an address that is not https", headers, fp)
        return super().redirect_request(req, fp, code, msg, headers, newurl)
