"""Tracks and detections as MOT text, COCO and JSON (accountability D.10, D-21)."""

from collections.abc import Iterator
from dataclasses import asdict

from casefiles.trait_types import Traits
from casefiles.types import Placed, PlacedPoints, Source, TrackMaking, TrackRow
from detection.labels import ObjectClass
from video.clock import format_wall
from video.types import TimeNs


def mot_tracks(points: PlacedPoints) -> Iterator[str]:
    """MOT lines `frame,id,left,top,width,height,conf,-1,-1,-1`; frame = presentation order + 1."""
    for line, track_id in zip(_mot(points.at), points.track_id.tolist(), strict=True):
        frame, rest = line
        yield f"{frame},{track_id},{rest}"


def mot_detections(found: Placed) -> Iterator[str]:
    """MOT lines with −1 for the id: raw detections belong to nobody yet."""
    for frame, rest in _mot(found):
        yield f"{frame},-1,{rest}"


def _mot(found: Placed) -> Iterator[tuple[int, str]]:
    for frame, (left, top, right, bottom), score in zip(
        found.frame.tolist(), found.boxes.tolist(), found.scores.tolist(), strict=True
    ):
        yield (
            frame + 1,
            f"{left:.2f},{top:.2f},{right - left:.2f},{bottom - top:.2f},{score:.4f},-1,-1,-1",
        )


def coco_detections(source: Source, found: Placed) -> dict[str, object]:
    """COCO document of raw detections; `images` keep time stamps, which COCO itself cannot."""
    times = zip(found.pts.tolist(), found.time_ns.tolist(), strict=True)
    frames = dict(zip(found.frame.tolist(), times, strict=True))
    return {
        "info": {"source": source.source_id, "sha256": source.sha256},
        "images": [
            {
                "id": number,
                "width": source.width,
                "height": source.height,
                "file_name": f"{source.path.name}#{number}",
                "pts": pts,
                "time_base": str(source.time_base),
                "wall_time": wall_text(source, TimeNs(time_ns)),
            }
            for number, (pts, time_ns) in frames.items()
        ],
        "annotations": [
            {
                "id": number,
                "image_id": frame,
                "category_id": class_id,
                "bbox": [round(v, 2) for v in (left, top, right - left, bottom - top)],
                "area": round((right - left) * (bottom - top), 2),
                "iscrowd": 0,
                "score": round(score, 4),
            }
            for number, (frame, (left, top, right, bottom), score, class_id) in enumerate(
                zip(
                    found.frame.tolist(),
                    found.boxes.tolist(),
                    found.scores.tolist(),
                    found.class_ids.tolist(),
                    strict=True,
                ),
                1,
            )
        ],
        "categories": [{"id": int(kind), "name": kind.label} for kind in ObjectClass],
    }


def json_track(source: Source, track: TrackRow, making: TrackMaking) -> dict[str, object]:
    """One track as the command line prints it; `quality` is null where it is not known."""
    quality = making.quality
    return {
        "track": track.track_id,
        "source": track.source_id,
        "camera": source.camera_id,
        "class": ObjectClass(track.class_id).label,
        "from_s": track.from_ns / 1e9,
        "to_s": track.to_ns / 1e9,
        "from": wall_text(source, track.from_ns),
        "to": wall_text(source, track.to_ns),
        "points": track.points,
        "mean_score": round(track.mean_score, 4),
        "suppressed": track.suppressed,
        "quality": None if quality is None else _rounded(asdict(quality)),
        "joined_from": [
            {
                "track": piece.piece,
                "from_s": piece.from_ns / 1e9,
                "to_s": piece.to_ns / 1e9,
                "gap_s": None if piece.gap_ns is None else piece.gap_ns / 1e9,
                "confidence": None if piece.confidence is None else round(piece.confidence, 4),
            }
            for piece in making.pieces
        ],
    }


def json_traits(known: Traits) -> dict[str, object]:
    """What is known of a track as the command line prints it; `movement` null: not measured."""
    moved = known.movement
    return {
        "attributes": [
            {
                "name": one.name,
                "value": one.value,
                "confidence": round(one.confidence, 3),
                "frame": one.frame,
                "pts": one.pts,
            }
            for one in known.attributes
        ],
        "movement": None
        if moved is None
        else {
            name: None if (value := getattr(moved, name)) is None else round(value, 3)
            for name in ("across", "towards", "net", "path", "speed", "standing", "height_px")
        },
    }


def _rounded(values: dict[str, float]) -> dict[str, float]:
    return {name: round(value, 4) for name, value in values.items()}


def wall_text(source: Source, time_ns: TimeNs) -> str | None:
    """Corrected wall time as text, or None where the start of the source is not known."""
    return None if source.clock is None else format_wall(source.clock.to_wall(time_ns))


def id_ranges(ids: list[int]) -> str:
    """Ids as ranges, such as `1-5,9`: what an audit row keeps of the rows shown."""
    parts: list[str] = []
    ordered = sorted(set(ids))
    start = 0
    for position in range(1, len(ordered) + 1):
        if position == len(ordered) or ordered[position] != ordered[position - 1] + 1:
            first, last = ordered[start], ordered[position - 1]
            parts.append(str(first) if first == last else f"{first}-{last}")
            start = position
    return ",".join(parts)
