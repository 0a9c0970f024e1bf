"""A pack: the cut-outs and empty pictures of a take in one file; written once, read in any order.

Cut-outs lie there as JPEG with their mask, one bit a pixel; the soft edge is made when they are
read. With a key every record is encrypted (AES-256-GCM), its place being part of the seal: nothing
of a picture can be seen or moved about unnoticed. Without one a checksum finds damage.
"""

import hashlib
import os
import struct
import threading
import zlib
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import cv2
import numpy as np
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from numpy.typing import NDArray

from video.errors import CannotWrite, Damaged
from video.synopsis.scaling import from_jpeg, to_jpeg
from video.synopsis.types import Cutout, Spot
from video.types import Pixels

SUFFIX: Final = ".pack"
CUTOUT_QUALITY: Final = 88
PLATE_QUALITY: Final = 92
_MAGIC: Final = b"SIGHTLINE-PACK-1"
_FLAGS: Final = {False: b"plain\0\0\0", True: b"aes-gcm\0"}
_HEADER: Final = len(_MAGIC) + 8
# Kind, reliable, height, width of the mask, bytes of the mask; then the mask, then the JPEG.
_RECORD: Final = struct.Struct("<BBHHI")
_CUTOUT, _PLATE = 1, 2
_CHECK: Final = 4
_MOST_BYTES: Final = 64 << 20
"""No record is longer: a damaged length must not ask for all memory."""
_PACKED: Final = 1
"""zlib's fastest: masks are runs, the next levels save a twentieth for four times the time."""


class PackWriter:
    """Writes a new pack; a context manager that closes it.

    Raises:
        CannotWrite: the disk is full, read-only or gone; `close` and every record too.
    """

    def __init__(self, path: Path, key: bytes | None) -> None:
        """Makes the file `path`, which must not exist; `key`: 32 bytes used for no other pack."""
        self._path = path
        self._cipher = None if key is None else AESGCM(key)
        self._hash = hashlib.sha256()
        self._at = 0
        try:
            # Some of it may wait: a record a write would be a hundred a second.
            self._file = path.open("xb", buffering=1 << 20)
        except OSError as error:
            raise self._unwritable(error) from error
        try:
            self._put(_MAGIC + _FLAGS[key is not None])
        except CannotWrite:
            self._give_up()
            raise

    @property
    def size_bytes(self) -> int:
        """How long the file is so far."""
        return self._at

    def cutout(self, picture: Pixels, alpha: NDArray[np.uint8], reliable: bool) -> Spot:
        """Adds a cut-out: `picture (h, w, 3)` BGR and `alpha (h, w)`, of which is kept where it
        is above the half; nothing of it where it is not `reliable`."""
        mask = b""
        height, width = picture.shape[:2]
        if reliable:
            mask = zlib.compress(np.packbits(alpha > 127).tobytes(), _PACKED)
        head = _RECORD.pack(_CUTOUT, reliable, height, width, len(mask))
        return self._add(head + mask + to_jpeg(picture, CUTOUT_QUALITY))

    def plate(self, picture: Pixels) -> Spot:
        """Adds an empty picture `(h, w, 3)` BGR."""
        height, width = picture.shape[:2]
        head = _RECORD.pack(_PLATE, True, height, width, 0)
        return self._add(head + to_jpeg(picture, PLATE_QUALITY))

    def close(self) -> str:
        """Ends the file, safe on the disk, and gives the SHA-256 of its bytes; once more gives the
        same."""
        try:
            if not self._file.closed:
                self._file.flush()
                os.fsync(self._file.fileno())
            self._file.close()
        except OSError as error:
            raise self._unwritable(error) from error
        return self._hash.hexdigest()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None:
            self.close()
            return
        self._give_up()

    def _give_up(self) -> None:
        # What is being raised says more than that the rest did not fit either.
        with suppress(OSError):
            self._file.close()

    def _add(self, record: bytes) -> Spot:
        at = self._at
        if self._cipher is None:
            self._put(record + zlib.crc32(record, at & 0xFFFFFFFF).to_bytes(_CHECK, "little"))
        else:
            self._put(self._cipher.encrypt(_nonce(at), record, _MAGIC))
        return Spot(at, self._at - at)

    def _put(self, content: bytes) -> None:
        try:
            self._file.write(content)
        except OSError as error:
            raise self._unwritable(error) from error
        self._hash.update(content)
        self._at += len(content)

    def _unwritable(self, error: OSError) -> CannotWrite:
        return CannotWrite(
            f"{self._path} cannot be written: {error.strerror}",
            "Free some space on the disk of the case and try again; what was finished is kept.",
        )


class PackReader:
    """Reads a pack; a context manager. Several threads may read at once.

    Raises:
        Damaged: the file is missing, no pack, another one, or changed; every record too.
    """

    def __init__(self, path: Path, key: bytes | None) -> None:
        self._path = path
        self._cipher = None if key is None else AESGCM(key)
        self._turn = threading.Lock()
        try:
            self._file = path.open("rb", buffering=0)
        except OSError as error:
            raise self._damaged(error.strerror or "it cannot be opened") from error
        try:
            header = self._bytes(Spot(0, _HEADER))
            if header != _MAGIC + _FLAGS[key is not None]:
                raise self._damaged("it is none, or one of another case")
        except BaseException:
            self._file.close()
            raise

    def cutout(self, spot: Spot) -> Cutout:
        """The cut-out that lies there."""
        height, width, reliable, mask, coded = self._record(spot, _CUTOUT)
        picture = self._picture(coded, height, width)
        if not reliable:
            return Cutout(picture, feathered(height, width), reliable=False)
        bits = self._unpacked(mask, height * width)
        return Cutout(picture, soft(bits.reshape(height, width)), reliable=True)

    def plate(self, spot: Spot) -> Pixels:
        """The empty picture `(h, w, 3)` BGR that lies there."""
        height, width, _, _, coded = self._record(spot, _PLATE)
        return self._picture(coded, height, width)

    def close(self) -> None:
        """Closes the file; a second close does nothing."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _record(self, spot: Spot, wanted: int) -> tuple[int, int, bool, bytes, bytes]:
        stored = self._bytes(spot)
        if self._cipher is not None:
            try:
                record = self._cipher.decrypt(_nonce(spot.at), stored, _MAGIC)
            except (InvalidTag, ValueError) as error:
                raise self._damaged("a record was changed, or is of another pack") from error
        else:
            record = stored[:-_CHECK]
            said = int.from_bytes(stored[-_CHECK:], "little")
            if zlib.crc32(record, spot.at & 0xFFFFFFFF) != said:
                raise self._damaged("a record was changed, or is of another pack")
        if len(record) < _RECORD.size:
            raise self._damaged("a record is too short")
        kind, reliable, height, width, length = _RECORD.unpack_from(record)
        if kind != wanted:
            raise self._damaged("a record is of another kind")
        at = _RECORD.size + length
        return height, width, bool(reliable), record[_RECORD.size : at], record[at:]

    def _bytes(self, spot: Spot) -> bytes:
        if not 0 < spot.length <= _MOST_BYTES or spot.at < 0:
            raise self._damaged("a place in it is none")
        try:
            if hasattr(os, "pread"):
                content = os.pread(self._file.fileno(), spot.length, spot.at)
            else:
                with self._turn:
                    self._file.seek(spot.at)
                    content = self._file.read(spot.length)
        except OSError as error:
            raise self._damaged(error.strerror or "it cannot be read") from error
        if len(content) != spot.length:
            raise self._damaged("it ends too early")
        return content

    def _picture(self, coded: bytes, height: int, width: int) -> Pixels:
        picture = from_jpeg(coded)
        if picture is None or picture.shape != (height, width, 3):
            raise self._damaged("a picture in it does not decode")
        return picture

    def _unpacked(self, mask: bytes, count: int) -> NDArray[np.uint8]:
        try:
            # One byte more than there may be, so that more is noticed and not made room for.
            raw = zlib.decompressobj().decompress(mask, (count + 7) // 8 + 1)
        except zlib.error as error:
            raise self._damaged("a mask in it does not decode") from error
        if len(raw) != (count + 7) // 8:
            raise self._damaged("a mask in it does not decode")
        return np.unpackbits(np.frombuffer(raw, np.uint8), count=count)

    def _damaged(self, why: str) -> Damaged:
        return Damaged(
            f"the pack of cut-outs {self._path} cannot be used: {why}",
            "Make it again: workstation synopsis CASE --prepare.",
        )


def soft(mask: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A mask of 0 and 1 as alpha with a soft edge some two pixels wide, 255 inside."""
    # The half stays where it was, so that what is counted as the object is so afterwards too.
    return np.asarray(cv2.GaussianBlur(mask * np.uint8(255), (5, 5), 1.0), np.uint8)


def feathered(height: int, width: int) -> NDArray[np.uint8]:
    """Alpha of a whole box, fading out towards its edge over an eighth of its shorter side."""
    reach = max(min(height, width) / 8, 1.0)
    down = np.minimum(np.arange(height) + 1, np.arange(height, 0, -1)) / reach
    across = np.minimum(np.arange(width) + 1, np.arange(width, 0, -1)) / reach
    return np.asarray(255 * np.minimum(np.minimum(down[:, None], across[None, :]), 1), np.uint8)


def _nonce(at: int) -> bytes:
    """Its place is a record's number: none comes twice under the key of one pack."""
    return at.to_bytes(12, "big")
