"""ONVIF export files: who exported them and when they begin, from boxes written by hand."""

import struct
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.support.clips import shared_clip
from video.onvif_boxes import read_onvif
from video.probe import probe
from video.types import TimeNs

START_TICKS = 134_169_339_112_500_000
START = datetime(2026, 3, 2, 14, 5, 11, 250_000, tzinfo=UTC)
EXPORTED_1904 = 3_855_305_111


def box(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I4s", 8 + len(content), kind) + content


def full(kind: bytes, content: bytes, version: int = 0) -> bytes:
    return box(kind, struct.pack(">I", version << 24) + content)


def suep(unit: str = "Recorder 4", operator: str = "Desk 2") -> bytes:
    texts = [unit, "http://10.0.0.4", "08-00-27-00-0C-15"]
    head = b"".join(text.encode() + b"\0" for text in texts)
    source = struct.pack(">H", 1) + b"Market Gate\0http://10.0.0.9\0\0" + b"0\0"
    entries = struct.pack(">I", 1) + source
    time = struct.pack(">Q", EXPORTED_1904)
    return full(b"suep", head + time + operator.encode() + b"\0" + entries, version=1)


def cstb(starts: Mapping[int, int]) -> bytes:
    entries = b"".join(struct.pack(">IQ", track, ticks) for track, ticks in starts.items())
    return box(b"cstb", struct.pack(">I", len(starts)) + entries)


def meta(*inner: bytes) -> bytes:
    handler = full(b"hdlr", bytes(4) + b"null" + bytes(13))
    return full(b"meta", handler + b"".join(inner))


def signed(*inner: bytes) -> bytes:
    scheme = box(b"schi", box(b"sibo", bytes(256)) + box(b"cert", bytes(64)))
    return full(b"ipro", struct.pack(">H", 1) + box(b"sinf", scheme + b"".join(inner)))


def export(folder: Path, *boxes: bytes) -> Path:
    path = folder / "export.mp4"
    path.write_bytes(shared_clip("mp4").path.read_bytes() + b"".join(boxes))
    return path


def test_start_and_exporter_are_those_of_the_boxes(tmp_path: Path) -> None:
    facts = probe(export(tmp_path, meta(suep(), cstb({1: START_TICKS}))), sha256="")
    assert facts.recorded_at == "2026-03-02T14:05:11.250000Z"
    assert facts.exported_by == "Recorder 4, Desk 2"
    assert facts.warnings == ()
    assert facts.frames == 40


def test_the_time_of_the_export_counts_from_1904(tmp_path: Path) -> None:
    onvif = read_onvif(export(tmp_path, meta(suep())))
    assert onvif is not None
    assert onvif.exported_at == datetime(2026, 3, 2, 14, 5, 11, tzinfo=UTC)


def test_the_start_is_that_of_the_first_picture_and_of_its_track(tmp_path: Path) -> None:
    later = START_TICKS + 10 * 10_000_000
    onvif = read_onvif(export(tmp_path, meta(cstb({1: START_TICKS, 2: later}))))
    assert onvif is not None
    assert onvif.start_of(1, TimeNs(0)) == START
    assert onvif.start_of(2, TimeNs(1_500_000_000)) == START + timedelta(seconds=11.5)
    # Often only the first track is named.
    assert onvif.start_of(7, TimeNs(0)) == START


def test_a_corrected_start_is_told_beside_the_original(tmp_path: Path) -> None:
    corrected = START_TICKS - 259 * 10_000_000
    path = export(tmp_path, meta(suep(), cstb({1: START_TICKS}), signed(cstb({1: corrected}))))
    facts = probe(path, sha256="")
    assert facts.recorded_at == "2026-03-02T14:05:11.250000Z"
    told = " ".join(facts.warnings)
    assert "starts at 2026-03-02T14:05:11.250Z" in told
    assert "corrected that to 2026-03-02T14:00:52.250Z" in told
    assert "(259.000 s earlier)" in told
    assert "carries a digital signature, which was not checked" in told


def test_a_correction_that_changes_nothing_is_not_told(tmp_path: Path) -> None:
    same = meta(suep(), cstb({1: START_TICKS}), signed(cstb({1: START_TICKS})))
    (told,) = probe(export(tmp_path, same), sha256="").warnings
    assert "not checked" in told


def test_a_start_that_only_the_signer_tells_counts(tmp_path: Path) -> None:
    facts = probe(export(tmp_path, meta(suep(), signed(cstb({1: START_TICKS})))), sha256="")
    assert facts.recorded_at == "2026-03-02T14:05:11.250000Z"


@pytest.mark.parametrize("name", ["mp4", "mkv", "mpeg_ts", "mjpeg_avi", "raw_h264"])
def test_other_files_have_no_such_boxes(name: str) -> None:
    assert read_onvif(shared_clip(name).path) is None


@pytest.mark.parametrize(
    "boxes",
    [
        meta(box(b"cstb", b"")),
        meta(box(b"cstb", struct.pack(">I", 1 << 31))),
        meta(cstb({1: (1 << 64) - 1})),
        meta(full(b"suep", b"\xff" * 90_000)),
        meta(full(b"suep", b"")),
        meta(struct.pack(">I4s", 1 << 31, b"suep")),
        meta(struct.pack(">I4s", 3, b"suep")),
        meta(struct.pack(">I4sQ", 1, b"suep", (1 << 64) - 1)),
        box(b"meta", b""),
        meta(*(meta() for _ in range(3_000))),
    ],
)
def test_damaged_boxes_cost_only_what_they_say(tmp_path: Path, boxes: bytes) -> None:
    facts = probe(export(tmp_path, boxes), sha256="")
    assert facts.frames == 40
    assert facts.recorded_at is None


def test_boxes_in_boxes_without_end_are_not_followed(tmp_path: Path) -> None:
    nested = cstb({1: START_TICKS})
    for _ in range(5_000):
        nested = box(b"udta", nested)
    assert read_onvif(export(tmp_path, nested)) is None


def test_what_a_writer_puts_into_names_is_one_printable_line(tmp_path: Path) -> None:
    onvif = read_onvif(export(tmp_path, meta(suep("Unit\n\x1b[31m" + "x" * 900, "\u202eevil"))))
    assert onvif is not None
    assert onvif.exported_by.isprintable()
    assert len(onvif.unit) <= 200
