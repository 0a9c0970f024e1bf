"""Makes the clips of resources/demo out of the surveillance sample that OpenCV distributes.

    python installer/make_demo_material.py /usr/share/doc/opencv-doc/examples/data/vtest.avi

One fixed view becomes four cameras of a made-up town: crops of its pixels, never scaled, each with
a recorder clock of its own. It must take nothing but the pictures: no published labels of the
footage go into the crops, the times or the notes.
"""

import argparse
import hashlib
import json
import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from fractions import Fraction
from pathlib import Path
from typing import Final

import av
import numpy as np
from av.codec.context import Flags
from numpy.typing import NDArray

SOURCE_SHA256: Final = "45cddc9490be69345cbdab64ca583be65987e864ca408038e648db99e10516cf"
SOURCE_FRAMES: Final = 400
"""Only the first 400 frames are used; the rest of the footage is left to measuring."""
SOURCE_FPS: Final = 7
"""PETS 2009 was recorded at 7 frames a second; the file claims 10."""
TRUE_START: Final = datetime(2026, 3, 2, 17, 24, 0, tzinfo=timezone(timedelta(hours=-6)))
"""The invented moment of source frame 0."""
DEMO_FOLDER: Final = Path(__file__).resolve().parents[1] / "resources" / "demo"
_LONGEST_RUN_DROPPED: Final = 2

Planes = NDArray[np.uint8]
"""A yuv420p picture as PyAV lays it out: `(height * 3 / 2, width)`, Y above U above V."""


class MaterialError(Exception):
    """The footage is not the one the clips are made of."""


@dataclass(frozen=True, slots=True)
class Crop:
    """A rectangle of source pixels; chroma is halved twice, hence multiples of two and four."""

    left: int
    top: int
    width: int
    height: int

    def __post_init__(self) -> None:
        if self.left % 2 or self.top % 2 or self.width % 2 or self.height % 4:
            raise ValueError(f"{self} does not fall on whole chroma samples")


@dataclass(frozen=True, slots=True)
class Clip:
    """One made-up recording: source frames from `first` up to but not including `stop`.

    `drop_share` of the frames is left out pseudo-randomly, and all frames strictly between the two
    numbers of `gap`. `offset_s` is recorder minus true time; positive means the recorder is fast.
    """

    file: str
    camera: str
    crop: Crop
    first: int
    stop: int
    offset_s: Fraction
    evidence: str
    drop_share: float = 0.0
    gap: tuple[int, int] | None = None
    b_frames: int = 0
    claims_its_start: bool = False

    def __post_init__(self) -> None:
        if not 0 <= self.first < self.stop <= SOURCE_FRAMES:
            raise ValueError(f"{self.file} leaves the first {SOURCE_FRAMES} frames")
        if self.first % SOURCE_FPS:
            raise ValueError(f"{self.file} must start on a whole second to be written exactly")

    @property
    def recorded_start(self) -> datetime:
        """What the recorder showed at the first frame."""
        shown = Fraction(self.first, SOURCE_FPS) + self.offset_s
        return TRUE_START + timedelta(microseconds=int(shown * 1_000_000))


CLIPS: Final = (
    Clip(
        file="harbor-west.mp4",
        camera="harbor-west",
        crop=Crop(0, 0, 464, 576),
        first=0,
        stop=400,
        offset_s=Fraction(0),
        evidence="Recorder follows the harbor office's time server; its clock was photographed "
        "beside the server's display at collection: no difference.",
        claims_its_start=True,
    ),
    Clip(
        file="harbor-east.mp4",
        camera="harbor-east",
        crop=Crop(304, 0, 464, 576),
        first=14,
        stop=400,
        offset_s=Fraction("-3.4"),
        evidence="The same steps of a walker in the view shared with harbor-west: this recorder "
        "shows them 3.4 s earlier, so it is 3.4 s slow.",
    ),
    Clip(
        file="ferry-stairs.mkv",
        camera="ferry-stairs",
        crop=Crop(480, 0, 288, 432),
        first=35,
        stop=400,
        offset_s=Fraction("2.5"),
        evidence="Photograph of the recorder's clock beside a phone on network time at "
        "collection: 2.5 s fast. It drops frames under load and was out once for 4 s.",
        drop_share=0.3,
        gap=(55, 83),
    ),
    Clip(
        file="market-gate.mp4",
        camera="market-gate",
        crop=Crop(0, 48, 320, 320),
        first=119,
        stop=400,
        offset_s=Fraction(3617),
        evidence="Photograph of the recorder's clock beside a phone on network time at "
        "collection: already on summer time (3600 s), and 17 s fast by drift.",
        b_frames=2,
    ),
)


def kept_frames(clip: Clip) -> tuple[int, ...]:
    """The source frames of a clip in order; its ends and the edges of its gap are always kept.

    At most two frames in a row are dropped, so that only `gap` is a gap. The seed is the clip's
    first frame, and `random()` gives the same sequence in every Python.
    """
    chance = random.Random(clip.first)
    outage = range(clip.gap[0] + 1, clip.gap[1]) if clip.gap else range(0)
    wanted = {clip.first, clip.stop - 1, *(clip.gap or ())}
    kept: list[int] = []
    run = 0
    for number in range(clip.first, clip.stop):
        unlucky = chance.random() < clip.drop_share and run < _LONGEST_RUN_DROPPED
        if number in outage or (unlucky and number not in wanted):
            run += 1
            continue
        kept.append(number)
        run = 0
    return tuple(kept)


def crop_planes(picture: Planes, crop: Crop) -> Planes:
    """The pixels of `crop` in the same yuv420p layout, unchanged.

    Raises:
        ValueError: the crop leaves the picture.
    """
    height, width = picture.shape[0] * 2 // 3, picture.shape[1]
    if crop.left + crop.width > width or crop.top + crop.height > height:
        raise ValueError(f"{crop} leaves a picture of {width}x{height}")
    luma = picture[:height]
    chroma = picture[height:].reshape(2, height // 2, width // 2)
    rows = slice(crop.top, crop.top + crop.height)
    columns = slice(crop.left, crop.left + crop.width)
    half_rows = slice(crop.top // 2, (crop.top + crop.height) // 2)
    half_columns = slice(crop.left // 2, (crop.left + crop.width) // 2)
    return np.concatenate(
        [luma[rows, columns], chroma[:, half_rows, half_columns].reshape(-1, crop.width)]
    )


def source_pictures(path: Path) -> Iterator[tuple[int, Planes]]:
    """Frame numbers and pictures of the first 400 frames of the sample.

    Raises:
        MaterialError: another file, or one that breaks off.
    """
    if not path.is_file() or _sha256(path) != SOURCE_SHA256:
        raise MaterialError(f"{path} is not the vtest.avi that OpenCV distributes")
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        stream.codec_context.thread_count = 1
        stream.codec_context.flags |= Flags.bitexact
        for number, frame in enumerate(container.decode(stream)):
            if number == SOURCE_FRAMES:
                return
            yield number, np.asarray(frame.to_ndarray(format="yuv420p"), np.uint8)
    raise MaterialError(f"{path} breaks off before frame {SOURCE_FRAMES}")


def write_clip(source: Path, clip: Clip, path: Path) -> None:
    """Encodes one clip; the same FFmpeg build gives the same bytes again.

    Raises:
        MaterialError: `source` is not the sample.
    """
    kept = frozenset(kept_frames(clip))
    container_options = {"fflags": "+bitexact"}
    if path.suffix == ".mp4":
        container_options["movflags"] = "+faststart"
    with av.open(str(path), "w", options=container_options) as container:
        if clip.claims_its_start:
            start = clip.recorded_start.astimezone(UTC).replace(tzinfo=None)
            container.metadata["creation_time"] = f"{start.isoformat()}Z"
        stream = container.add_stream(
            "libx264",
            rate=SOURCE_FPS,
            options={
                "crf": "20",
                "preset": "medium",
                "g": "28",
                "bf": str(clip.b_frames),
                # One thread and one algorithm on every processor: the bytes must not depend on it.
                "x264-params": "threads=1:lookahead-threads=1:cpu-independent=1",
            },
        )
        stream.width, stream.height = clip.crop.width, clip.crop.height
        stream.pix_fmt = "yuv420p"
        stream.codec_context.time_base = Fraction(1, SOURCE_FPS)
        stream.codec_context.thread_count = 1
        stream.codec_context.flags |= Flags.bitexact
        for number, picture in source_pictures(source):
            if number not in kept:
                continue
            frame = av.VideoFrame.from_ndarray(crop_planes(picture, clip.crop), format="yuv420p")
            frame.pts = number - clip.first
            frame.time_base = Fraction(1, SOURCE_FPS)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def footage_table(clips: Sequence[Clip], hashes: Sequence[str]) -> str:
    """The text of footage.toml: what a person who collected the recordings would have noted."""
    major, minor, micro = av.library_versions["libavcodec"]
    blocks = [
        "# Written by installer/make_demo_material.py. The town, the cameras and the times are\n"
        "# invented. recorded_start is what the recorder showed at the first frame; offset_s is\n"
        "# recorder minus true time, positive when the recorder is fast.\n"
        f'encoder = "libavcodec {major}.{minor}.{micro}"\n'
    ]
    for clip, sha256 in zip(clips, hashes, strict=True):
        blocks.append(
            "[[clip]]\n"
            f"file = {json.dumps(clip.file)}\n"
            f"sha256 = {json.dumps(sha256)}\n"
            f"camera = {json.dumps(clip.camera)}\n"
            f"recorded_start = {clip.recorded_start.isoformat(timespec='milliseconds')}\n"
            f"offset_s = {float(clip.offset_s)}\n"
            f"evidence = {json.dumps(clip.evidence)}\n"
        )
    return "\n".join(blocks)


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def main(arguments: Sequence[str] | None = None) -> int:
    """Writes the four clips and footage.toml; 2 when the footage is not the sample."""
    parser = argparse.ArgumentParser(description="Make the clips of the demo town.")
    parser.add_argument("source", type=Path, help="vtest.avi of Debian's package opencv-doc")
    parser.add_argument("--out", type=Path, default=DEMO_FOLDER, help="default: resources/demo")
    options = parser.parse_args(arguments)
    folder: Path = options.out
    folder.mkdir(parents=True, exist_ok=True)
    try:
        for clip in CLIPS:
            write_clip(options.source, clip, folder / clip.file)
            print(f"{clip.file}: {(folder / clip.file).stat().st_size} bytes")
    except MaterialError as error:
        print(error, file=sys.stderr)
        return 2
    hashes = [_sha256(folder / clip.file) for clip in CLIPS]
    (folder / "footage.toml").write_text(footage_table(CLIPS, hashes), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
