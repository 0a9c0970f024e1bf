"""The key of an encrypted case: random, wrapped by a key derived from the passphrase.

`case.json` beside the database holds only what is needed to unwrap it (Argon2id, RFC 9106;
AES-256-GCM), nothing about the case. A wrong passphrase fails here, before the database is touched,
and a change of passphrase rewrites this small file alone.
"""

import base64
import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from casefiles.errors import CaseDamaged, CaseFromTheFuture, NotACase, Unwritable, WrongPassphrase

KEY_FILE = "case.json"
_FORMAT = 1
_KIND = "sightline-case"
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
    document: dict[str, object] = {"kind": _KIND, "format": _FORMAT, "encrypted": bool(passphrase)}
    key = None
    if passphrase:
        key = secrets.token_urlsafe(32)
        salt, nonce = os.urandom(16), os.urandom(12)
        wrapping = _derive(passphrase, salt, _TIME_COST, _MEMORY_KIB, _LANES)
        document["key"] = {
            "kdf": "argon2id",
            "time_cost": _TIME_COST,
            "memory_kib": _MEMORY_KIB,
            "lanes": _LANES,
            "salt": _text(salt),
            "cipher": "aes-256-gcm",
            "nonce": _text(nonce),
            "wrapped": _text(AESGCM(wrapping).encrypt(nonce, key.encode(), _KIND.encode())),
        }
    path = folder / KEY_FILE
    beside = path.with_suffix(".new")
    try:
        beside.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise Unwritable(
            f"{path} cannot be written: {error.strerror}", "Check space and rights of the folder."
        ) from error
    return key


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
    wrapping = _derive(
        passphrase, wrapped.salt, wrapped.time_cost, wrapped.memory_kib, wrapped.lanes
    )
    try:
        return AESGCM(wrapping).decrypt(wrapped.nonce, wrapped.key, _KIND.encode()).decode()
    except InvalidTag as error:
        raise WrongPassphrase(
            f"the passphrase does not open the case {folder}", "Check it and try again."
        ) from error


def _read(folder: Path) -> _Wrapped | None:
    path = folder / KEY_FILE
    try:
        text = path.read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError) as error:
        raise NotACase(
            f"{folder} is not a case folder", "Choose one that holds case.json and case.duckdb."
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise CaseDamaged(
            f"{path} cannot be read: {error}", "Restore it from a snapshot."
        ) from error
    try:
        document = json.loads(text)
        if document["kind"] != _KIND:
            raise NotACase(f"{path} belongs to another program", "Choose a case folder.")
        if document["format"] > _FORMAT:
            raise CaseFromTheFuture(
                f"the case {folder} was written by a newer Sightline", "Update Sightline."
            )
        if not document["encrypted"]:
            return None
        key = document["key"]
        wrapped = _Wrapped(
            base64.b64decode(key["salt"], validate=True),
            base64.b64decode(key["nonce"], validate=True),
            base64.b64decode(key["wrapped"], validate=True),
            int(key["time_cost"]),
            int(key["memory_kib"]),
            int(key["lanes"]),
        )
        _check_limits(wrapped)
    except (ValueError, KeyError, TypeError) as error:
        raise CaseDamaged(f"{path} is broken", "Restore it from a snapshot.") from error
    return wrapped


def _check_limits(wrapped: _Wrapped) -> None:
    if not (
        1 <= wrapped.time_cost <= _MOST_TIME_COST
        and 8 <= wrapped.memory_kib <= _MOST_MEMORY_KIB
        and 1 <= wrapped.lanes <= _MOST_LANES
        and len(wrapped.salt) >= 8
        and len(wrapped.nonce) == 12
    ):
        raise ValueError("key parameters out of range")


def _derive(passphrase: str, salt: bytes, time_cost: int, memory_kib: int, lanes: int) -> bytes:
    return hash_secret_raw(
        passphrase.encode(), salt, time_cost, memory_kib, lanes, hash_len=32, type=Type.ID
    )


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
