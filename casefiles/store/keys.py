"""The key of an encrypted case: random, wrapped by a key derived from the passphrase.

`case.json` beside the database holds only what is needed to unwrap it (Argon2id, RFC 9106;
AES-256-GCM), nothing about the case. A wrong passphrase fails here, before the database is touched,
and a change of passphrase rewrites this small file alone.
"""

import base64
import hashlib
import json
import os
import secrets
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from argon2.exceptions import HashingError
from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from casefiles.errors import CaseDamaged, CaseFromTheFuture, NotACase, Unwritable, WrongPassphrase

KEY_FILE = "case.json"
_BESIDE: Final = "case.new"
_FORMAT = 1
_KIND = "sightline-case"
_CHECK: Final = "check"
"""Name of the SHA-256 over all the rest, in every format to come: tells a damaged file from a wrong
passphrase."""
_NAMES: Final = {"kind", "format", "encrypted", "key", _CHECK}
# Ours has some 400 bytes; nobody reads gigabytes to find out that a file is not ours.
_MOST_BYTES: Final = 65_536
# Argon2id as RFC 9106 recommends for a desktop: 64 MiB, 3 passes, 4 lanes.
_TIME_COST, _MEMORY_KIB, _LANES = 3, 65_536, 4
# A hostile file must not make us take all memory or run for hours.
_MOST_MEMORY_KIB, _MOST_TIME_COST, _MOST_LANES = 1_048_576, 16, 16


@dataclass(frozen=True, slots=True)
class _Wrapped:
    salt: bytes
    nonce: bytes
    key: bytes
    time_cost: int
    memory_kib: int
    lanes: int


def write_key_file(folder: Path, passphrase: str | None) -> str | None:
    """Writes `case.json` for a new case; gives the database key, or None for a plain case.

    Raises:
        Unwritable: the file cannot be written; an older one is left as it was.
    """
    if not passphrase:
        _write(folder, {"kind": _KIND, "format": _FORMAT, "encrypted": False})
        return None
    key = secrets.token_urlsafe(32)
    wrap_key(folder, key, passphrase)
    return key


def wrap_key(folder: Path, key: str, passphrase: str) -> None:
    """Writes `case.json` so that `passphrase` gives `key`, and no earlier one does any more.

    At every moment the folder holds a whole file, the old or the new one, whatever happens to
    program or power.

    Raises:
        Unwritable: the file cannot be written; an older one is left as it was.
    """
    salt, nonce = os.urandom(16), os.urandom(12)
    wrapping = _derive(passphrase, salt, _TIME_COST, _MEMORY_KIB, _LANES)
    _write(folder, {
        "kind": _KIND,
        "format": _FORMAT,
        "encrypted": True,
        "key": {
            "kdf": "argon2id",
            "time_cost": _TIME_COST,
            "memory_kib": _MEMORY_KIB,
            "lanes": _LANES,
            "salt": _text(salt),
            "cipher": "aes-256-gcm",
            "nonce": _text(nonce),
            "wrapped": _text(AESGCM(wrapping).encrypt(nonce, key.encode(), _KIND.encode())),
        },
    })  # fmt: skip


def is_encrypted(folder: Path) -> bool:
    """Whether the case in `folder` needs a passphrase.

    Raises:
        NotACase, CaseFromTheFuture, CaseDamaged: as `read_key`.
    """
    return _read(folder) is not None


def read_key(folder: Path, passphrase: str | None) -> str | None:
    """The database key of the case in `folder`, or None for a plain case.

    Raises:
        NotACase: there is no key file.
        CaseFromTheFuture: a newer program wrote it.
        CaseDamaged: it is not what we write.
        WrongPassphrase: missing or wrong; nothing was touched.
    """
    wrapped = _read(folder)
    if wrapped is None:
        return None
    if not passphrase:
        raise WrongPassphrase(
            f"the case {folder} is encrypted", "Set WORKSTATION_PASSPHRASE or type it when asked."
        )
    try:
        wrapping = _derive(
            passphrase, wrapped.salt, wrapped.time_cost, wrapped.memory_kib, wrapped.lanes
        )
    except HashingError as error:
        raise CaseDamaged(
            f"the key of {folder / KEY_FILE} cannot be worked out: {error}",
            f"It takes {wrapped.memory_kib // 1024} MiB of memory: close other programs.",
        ) from error
    try:
        return AESGCM(wrapping).decrypt(wrapped.nonce, wrapped.key, _KIND.encode()).decode()
    except InvalidTag as error:
        raise WrongPassphrase(
            f"the passphrase does not open the case {folder}", "Check it and try again."
        ) from error


def _write(folder: Path, document: dict[str, object]) -> None:
    text = json.dumps({**document, _CHECK: _sum(document)}, indent=1) + "\n"
    path, beside = folder / KEY_FILE, folder / _BESIDE
    try:
        with beside.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            # On the disk before it takes the place of the old one: without this file nobody ever
            # reads the case again.
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError as error:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
        raise Unwritable(
            f"{path} cannot be written: {error.strerror}", "Check space and rights of the folder."
        ) from error
    _settle(folder)


def _settle(folder: Path) -> None:
    """Has the system write the folder itself, which holds the new name; where it knows how."""
    with suppress(OSError):
        number = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)


def _read(folder: Path) -> _Wrapped | None:
    path = folder / KEY_FILE
    damaged = CaseDamaged(
        f"{path} was changed outside the program or is damaged", "Restore it from a snapshot."
    )
    try:
        with path.open("rb") as file:
            raw = file.read(_MOST_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise NotACase(
            f"{folder} is not a case folder", "Choose one that holds case.json and case.duckdb."
        ) from error
    except OSError as error:
        raise CaseDamaged(
            f"{path} cannot be read: {error.strerror}", "Check its rights, or restore a snapshot."
        ) from error
    try:
        document = json.loads(raw.decode())
        _check_sum(document)
        if document["kind"] != _KIND:
            raise NotACase(f"{path} belongs to another program", "Choose a case folder.")
        if document["format"] > _FORMAT:
            raise CaseFromTheFuture(
                f"the case {folder} was written by a newer Sightline", "Update Sightline."
            )
        if not document.keys() <= _NAMES or type(document["encrypted"]) is not bool:
            raise damaged
        if not document["encrypted"]:
            return None
        return _wrapped(document["key"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise damaged from error


def _check_sum(document: dict[str, Any]) -> None:
    # Files of the first version carry none.
    said = document.get(_CHECK)
    rest = {name: value for name, value in document.items() if name != _CHECK}
    if said is not None and said != _sum(rest):
        raise ValueError("the checksum differs")


def _sum(document: dict[str, object]) -> str:
    text = json.dumps(document, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _wrapped(key: dict[str, Any]) -> _Wrapped:
    if (key["kdf"], key["cipher"]) != ("argon2id", "aes-256-gcm"):
        raise ValueError("unknown ways of encryption")
    costs = (key["time_cost"], key["memory_kib"], key["lanes"])
    if any(type(cost) is not int for cost in costs):
        raise TypeError("costs are whole numbers")
    time_cost, memory_kib, lanes = costs
    wrapped = _Wrapped(
        base64.b64decode(key["salt"], validate=True),
        base64.b64decode(key["nonce"], validate=True),
        base64.b64decode(key["wrapped"], validate=True),
        time_cost,
        memory_kib,
        lanes,
    )
    if not (
        1 <= time_cost <= _MOST_TIME_COST
        and 1 <= lanes <= _MOST_LANES
        # Argon2 itself wants eight blocks a lane.
        and 8 * lanes <= memory_kib <= _MOST_MEMORY_KIB
        and len(wrapped.salt) >= 8
        and len(wrapped.nonce) == 12
    ):
        raise ValueError("key parameters out of range")
    return wrapped


def _derive(passphrase: str, salt: bytes, time_cost: int, memory_kib: int, lanes: int) -> bytes:
    # Whatever was typed or pasted is a passphrase, half characters too.
    secret = passphrase.encode("utf-8", "surrogatepass")
    return hash_secret_raw(secret, salt, time_cost, memory_kib, lanes, hash_len=32, type=Type.ID)


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
