"""Packs: what is put in comes out, from many threads, and damage is told."""

import hashlib
import threading
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from video.errors import CannotWrite, Damaged
from video.synopsis.pack import PackReader, PackWriter
from video.synopsis.types import Spot
from video.types import Pixels

KEY = bytes(range(32))
KEYS = pytest.mark.parametrize("key", [None, KEY], ids=["plain", "encrypted"])


def picture(height: int, width: int, shade: int) -> Pixels:
    """A smooth picture, which JPEG keeps nearly."""
    down, across = np.mgrid[:height, :width]
    return np.stack([down % 200, across % 200, np.full_like(down, shade)], axis=2).astype(np.uint8)


def disc(height: int, width: int) -> NDArray[np.uint8]:
    down, across = np.mgrid[:height, :width]
    inside = ((down - height / 2) / height) ** 2 + ((across - width / 2) / width) ** 2 < 0.16
    return np.asarray(255 * inside, np.uint8)


@KEYS
def test_what_is_put_in_comes_out(tmp_path: Path, key: bytes | None) -> None:
    path = tmp_path / "one.pack"
    shown, alpha = picture(90, 41, 80), disc(90, 41)
    with PackWriter(path, key) as writer:
        plate = writer.plate(picture(240, 320, 120))
        object_ = writer.cutout(shown, alpha, True)
        doubtful = writer.cutout(shown, alpha, False)
        sha256 = writer.close()
    assert sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert writer.size_bytes == path.stat().st_size
    with PackReader(path, key) as reader:
        found = reader.cutout(object_)
        assert np.abs(found.picture.astype(int) - shown).mean() < 4
        assert found.reliable
        # The edge is soft, and lies where it was.
        assert ((found.alpha > 127) == (alpha > 127)).mean() > 0.99
        assert len(np.unique(found.alpha)) > 4
        blurred = reader.cutout(doubtful)
        assert not blurred.reliable
        assert blurred.alpha[45, 20] == 255
        assert blurred.alpha[0, 0] < 100
        assert reader.plate(plate).shape == (240, 320, 3)
        with pytest.raises(Damaged, match="of another kind"):
            reader.plate(object_)
    reader.close()


@KEYS
def test_many_threads_read_at_once(tmp_path: Path, key: bytes | None) -> None:
    with PackWriter(tmp_path / "one.pack", key) as writer:
        spots = [writer.cutout(picture(30, 20, shade), disc(30, 20), True) for shade in range(100)]
    shades = np.full(100, -1.0)
    with PackReader(tmp_path / "one.pack", key) as reader:

        def read(first: int) -> None:
            for at in range(first, 100, 8):
                shades[at] = reader.cutout(spots[at]).picture[..., 2].mean()

        threads = [
            threading.Thread(target=read, args=(first,))  # noqa: TID251 - what is tested
            for first in range(8)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert np.abs(shades - np.arange(100)).max() < 3


@KEYS
def test_any_changed_byte_of_a_record_is_told(tmp_path: Path, key: bytes | None) -> None:
    path = tmp_path / "one.pack"
    with PackWriter(path, key) as writer:
        spot = writer.cutout(picture(30, 20, 9), disc(30, 20), True)
    whole = path.read_bytes()
    for at in range(spot.at, spot.at + spot.length, 37):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 64]) + whole[at + 1 :])
        with PackReader(path, key) as reader, pytest.raises(Damaged, match="was changed"):
            reader.cutout(spot)
    path.write_bytes(whole[:-3])
    with PackReader(path, key) as reader, pytest.raises(Damaged, match="ends too early"):
        reader.cutout(spot)


@KEYS
def test_a_record_in_another_place_is_told(tmp_path: Path, key: bytes | None) -> None:
    path = tmp_path / "one.pack"
    with PackWriter(path, key) as writer:
        one, two = (writer.cutout(picture(30, 20, 9), disc(30, 20), True) for _ in range(2))
    whole = path.read_bytes()
    path.write_bytes(whole[: two.at] + whole[one.at : one.at + one.length])
    with PackReader(path, key) as reader, pytest.raises(Damaged):
        reader.cutout(Spot(two.at, one.length))


@KEYS
@pytest.mark.parametrize("spot", [Spot(-1, 5), Spot(0, 0), Spot(24, 1 << 40), Spot(9999, 1)])
def test_a_place_that_is_none_is_told(tmp_path: Path, key: bytes | None, spot: Spot) -> None:
    with PackWriter(tmp_path / "one.pack", key) as writer:
        writer.plate(picture(8, 8, 1))
    with PackReader(tmp_path / "one.pack", key) as reader, pytest.raises(Damaged):
        reader.cutout(spot)


def test_missing_foreign_and_wrongly_keyed_packs_are_told(tmp_path: Path) -> None:
    with pytest.raises(Damaged, match="No such file"):
        PackReader(tmp_path / "none.pack", None)
    (tmp_path / "text.pack").write_text("These are only words, and more than a few.")
    (tmp_path / "empty.pack").touch()
    for name in ("text.pack", "empty.pack"):
        with pytest.raises(Damaged, match="cannot be used"):
            PackReader(tmp_path / name, None)
    with PackWriter(tmp_path / "one.pack", KEY) as writer:
        spot = writer.plate(picture(8, 8, 1))
    with pytest.raises(Damaged, match="of another case"):
        PackReader(tmp_path / "one.pack", None)
    with PackReader(tmp_path / "one.pack", KEY[::-1]) as reader, pytest.raises(Damaged):
        reader.plate(spot)


def test_an_encrypted_pack_shows_no_picture(tmp_path: Path) -> None:
    with PackWriter(tmp_path / "one.pack", KEY) as writer:
        for _ in range(20):
            writer.cutout(picture(30, 20, 9), disc(30, 20), True)
            writer.plate(picture(64, 64, 30))
    with PackWriter(tmp_path / "plain.pack", None) as writer:
        writer.plate(picture(64, 64, 30))
    assert b"JFIF" in (tmp_path / "plain.pack").read_bytes()
    content = (tmp_path / "one.pack").read_bytes()
    assert b"JFIF" not in content
    assert b"\xff\xd8\xff" not in content
    # Equal records are not even seen to be equal.
    assert len({content[at : at + 16] for at in range(24, len(content) - 16, 16)}) == (
        len(range(24, len(content) - 16, 16))
    )


def test_a_pack_is_never_written_over_and_a_bad_folder_is_told(tmp_path: Path) -> None:
    PackWriter(tmp_path / "one.pack", None).close()
    for path in (tmp_path / "one.pack", tmp_path / "nowhere" / "one.pack"):
        with pytest.raises(CannotWrite, match="cannot be written"):
            PackWriter(path, None)
