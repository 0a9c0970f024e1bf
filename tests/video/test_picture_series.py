"""Numbered pictures in a folder are one recording: found, ordered, timed, hashed, wrapped whole."""

import hashlib
import struct
from pathlib import Path

import cv2
import numpy as np
import pytest

from tests.support.clips import packet_bytes
from video.decoder import open_source
from video.errors import CannotOpen
from video.exif_times import read_taken
from video.packet_index import read_index
from video.picture_series import (
    PictureSeries,
    find_series,
    hash_series,
    series_in,
    series_times,
    wrap_series,
)
from video.probe import hash_file
from video.series_facts import series_at_a_glance, series_facts
from video.synthetic.scene import Scene, read_number

COUNT = 12


def write_series(folder: Path, names: list[str]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for number, name in enumerate(names):
        assert cv2.imwrite(str(folder / name), Scene().picture(number))
    return folder


def numbered(folder: Path, suffix: str = ".jpg") -> Path:
    # Not padded: as text, 10 comes before 9.
    return write_series(folder / "shots", [f"img {number}{suffix}" for number in range(COUNT)])


def series_of(folder: Path) -> PictureSeries:
    series = series_in(folder)
    assert series is not None
    return series


def with_exif(jpeg: bytes, taken: str, fraction: str = "", order: str = "<") -> bytes:
    """A JPEG with `DateTimeOriginal`, and `SubSecTimeOriginal` where given."""
    tags = [(0x9003, taken.encode() + b"\0")] + (
        [(0x9291, fraction.encode() + b"\0")] * bool(fraction)
    )
    place = 26 + 2 + 12 * len(tags) + 4
    entries, texts = b"", b""
    for tag, text in tags:
        where = (
            struct.pack(f"{order}I", place + len(texts)) if len(text) > 4 else text.ljust(4, b"\0")
        )
        texts += text if len(text) > 4 else b""
        entries += struct.pack(f"{order}HHI", tag, 2, len(text)) + where
    head = (b"II" if order == "<" else b"MM") + struct.pack(f"{order}HI", 42, 8)
    first = struct.pack(f"{order}HHHIII", 1, 0x8769, 4, 1, 26, 0)
    inner = struct.pack(f"{order}H", len(tags)) + entries + bytes(4)
    content = b"Exif\0\0" + head + first + inner + texts
    return jpeg[:2] + b"\xff\xe1" + struct.pack(">H", len(content) + 2) + content + jpeg[2:]


@pytest.mark.parametrize("suffix", [".jpg", ".png"])
def test_every_picture_is_kept_byte_for_byte_and_found_by_its_number(
    tmp_path: Path, suffix: str
) -> None:
    series = series_of(numbered(tmp_path, suffix))
    copy = tmp_path / f"copy{series.suffix}"
    times = series_times(series)
    wrap_series(series, copy, times)
    assert packet_bytes(copy) == [
        (series.folder / f"img {number}{suffix}").read_bytes() for number in range(COUNT)
    ]
    index = read_index(copy)
    with open_source(copy, index) as decoder:
        for number in (7, 0, 11, 10, 2):
            frame = decoder.frame_at(int(index.pts[number]))
            assert read_number(frame.bgr()) == number
            assert frame.time_ns == number * 1_000_000_000


def test_times_are_counted_at_the_rate_that_is_given_and_that_is_said(tmp_path: Path) -> None:
    series = series_of(numbered(tmp_path))
    times = series_times(series, 8)
    assert times.ms[:4].tolist() == [0, 125, 250, 375]
    facts = series_at_a_glance(series, times)
    assert facts.warnings[0] == (
        "A series of 12 pictures: times are counted at 8 pictures a second."
    )
    assert facts.duration_ns == COUNT * 125_000_000


def test_times_in_the_names_count_with_their_gaps(tmp_path: Path) -> None:
    seconds = [0, 1, 2, 3, 20, 21]
    names = [f"cam3_20260302_1405{second:02d}.jpg" for second in seconds]
    series = series_of(write_series(tmp_path / "cam3", names))
    times = series_times(series)
    assert times.ms.tolist() == [1000 * second for second in seconds]
    assert "times are those of their file names" in times.basis
    assert "the first says 2026-03-02 14:05:00.000, without a time zone" in times.basis
    assert len(series_at_a_glance(series, times).gaps) == 1


def test_names_that_repeat_a_time_are_counted_and_that_is_said(tmp_path: Path) -> None:
    names = [f"20260302_14050{number // 2}_{number:02d}.jpg" for number in range(6)]
    times = series_times(series_of(write_series(tmp_path / "burst", names)))
    assert times.counted
    assert "because those of their file names repeat or run backwards" in times.basis


@pytest.mark.parametrize("order", ["<", ">"])
def test_times_that_the_cameras_wrote_count(tmp_path: Path, order: str) -> None:
    folder = numbered(tmp_path)
    for number in range(COUNT):
        file = folder / f"img {number}.jpg"
        second, part = divmod(number * 400, 1000)
        taken = f"2026:03:02 14:05:{second:02d}"
        file.write_bytes(with_exif(file.read_bytes(), taken, f"{part:03d}", order))
    times = series_times(series_of(folder))
    assert times.ms.tolist() == [400 * number for number in range(COUNT)]
    assert "EXIF" in times.basis


def test_one_picture_without_a_time_means_that_all_are_counted(tmp_path: Path) -> None:
    folder = numbered(tmp_path)
    for number in range(COUNT - 1):
        file = folder / f"img {number}.jpg"
        file.write_bytes(with_exif(file.read_bytes(), f"2026:03:02 14:05:{number:02d}"))
    assert series_times(series_of(folder)).counted


@pytest.mark.parametrize(
    "spoil", [b"\xff\xe1\xff\xff", b"\xff\xe1\0\x10Exif\0\0II*\0\xff\xff\xff\xff"]
)
def test_damaged_exif_data_tells_no_time(tmp_path: Path, spoil: bytes) -> None:
    path = tmp_path / "odd.jpg"
    path.write_bytes(b"\xff\xd8" + spoil + bytes(40))
    assert read_taken(path) is None


def test_the_hash_is_over_names_and_hashes_in_order(tmp_path: Path) -> None:
    folder = numbered(tmp_path)
    lines = [
        f"{hashlib.sha256((folder / f'img {number}.jpg').read_bytes()).hexdigest()}"
        f"  img {number}.jpg\n"
        for number in range(COUNT)
    ]
    before = hash_file(folder)
    assert before == hashlib.sha256("".join(lines).encode()).hexdigest()
    (folder / "notes.txt").write_text("not a picture", encoding="utf-8")
    assert hash_series(series_of(folder)) == before
    (folder / "img 3.jpg").rename(folder / "img 33.jpg")
    assert hash_file(folder) != before


def test_folders_with_anything_else_are_no_series(tmp_path: Path) -> None:
    one = numbered(tmp_path)
    mixed = write_series(tmp_path / "mixed", ["a1.jpg", "a2.jpg", "a3.png"])
    named = write_series(tmp_path / "named", ["door.jpg", "gate.jpg", "stairs.jpg"])
    two = write_series(tmp_path / "two", ["a1.jpg", "a2.jpg"])
    files = [file for folder in (one, mixed, named, two) for file in sorted(folder.iterdir())]
    assert [series.folder for series in find_series(files)] == [one]
    assert find_series([*one.iterdir(), one / "clip.mp4"]) == []
    for folder in (mixed, named, two, tmp_path / "nowhere"):
        assert series_in(folder) is None
    with pytest.raises(CannotOpen, match="is a folder"):
        hash_file(mixed)


def test_facts_are_those_of_the_pictures(tmp_path: Path) -> None:
    series = series_of(numbered(tmp_path))
    copy, times = tmp_path / "copy.mkv", series_times(series)
    wrap_series(series, copy, times)
    facts = series_facts(series, copy, times, sha256="given")
    glance = series_at_a_glance(series, times)
    assert (facts.path, facts.sha256, facts.frames) == (series.folder, "given", COUNT)
    assert facts.size_bytes == sum(file.stat().st_size for file in series.folder.iterdir())
    assert (facts.container, facts.codec, facts.width, facts.height) == (
        "pictures", "mjpeg", 320, 240,
    )  # fmt: skip
    assert np.array_equal(glance.index.pts, facts.index.pts)
    assert glance.warnings == facts.warnings


def test_a_text_among_the_pictures_is_told(tmp_path: Path) -> None:
    folder = numbered(tmp_path)
    (folder / "img 0.jpg").write_bytes(b"no picture at all")
    series = series_of(folder)
    with pytest.raises(CannotOpen, match="cannot be used as a recording"):
        wrap_series(series, tmp_path / "copy.mkv", series_times(series))
    assert list(tmp_path.glob("copy*")) == []
