"""Sentences with the filters they must become, read in the made-up town."""

import json
import tomllib
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from casefiles.exchange.camera_rows import read_cameras
from casefiles.queries.context import Context
from casefiles.queries.describe import filter_document
from casefiles.queries.parse import parse_query
from casefiles.queries.places import places_of
from casefiles.types import CameraId
from casefiles.view_types import Line, Zone
from resources.files import packaged
from video.clock import wall_to_ns

ZONE = timezone(timedelta(hours=-6))
_CAMERA = CameraId("harbor-west")


def ns(text: str) -> int:
    """Wall nanoseconds of a local time of the town."""
    return wall_to_ns(datetime.fromisoformat(text).replace(tzinfo=ZONE).astimezone(UTC))


def town() -> Context:
    """Three days of footage, asked about on the evening of the third; three zones, two lines."""
    corners = ((0, 0), (9, 0), (9, 9))
    return Context(
        read_cameras(packaged("demo", "cameras.csv")),
        places_of(json.loads(packaged("demo", "town.geojson").read_text(encoding="utf-8"))),
        ZONE,
        (ns("2026-03-02T17:24"), ns("2026-03-04T17:25")),
        frozenset(range(1, 10)),
        tuple(Zone(name, corners, camera_id=_CAMERA) for name in ("Door", "Gate", "Yard")),
        (
            # Drawn upwards: who goes to the right in the picture crosses it forward.
            Line("Kerb", ((50, 90), (55, 10)), camera_id=_CAMERA),
            Line("Gate", ((10, 50), (90, 50)), camera_id=_CAMERA),
        ),
        now_ns=ns("2026-03-04T20:00"),
    )


def exactly(file: Path) -> list[str]:
    """For every sentence of a file "ok …", or what was understood and what was meant."""
    context = town()
    told = []
    for one in tomllib.loads(file.read_text(encoding="utf-8"))["sentence"]:
        query = parse_query(one["text"], context)
        got = _in_order(_plain(filter_document(found, ZONE)) for found in query.filters)
        # A camera filter may be written as the words that chose the cameras, or as the cameras.
        wanted = _in_order(_plain(meant) for meant in one["filters"])
        if any(meant.get("because") for meant in one["filters"]):
            got = _in_order(
                {k: v for k, v in json.loads(found).items() if k != "cameras"} for found in got
            )
        words = [sorted(one.get(key, [])) for key in ("struck", "refused", "unknown")]
        found_words = [sorted(query.struck), sorted(query.refused), sorted(query.unknown)]
        if got == wanted and words == found_words:
            told.append(f"ok {one['text']}")
        else:
            told.append(f"{one['text']}\n  meant {wanted} {words}\n  read  {got} {found_words}")
    return told


def _in_order(documents: Any) -> list[str]:
    return sorted(json.dumps(one, sort_keys=True) for one in documents)


def _plain(document: Any) -> Any:
    """Without what is open, and zones and lines by their names."""
    if isinstance(document, int):
        return float(document)
    if not isinstance(document, dict):
        return [_plain(one) for one in document] if isinstance(document, list) else document
    kept = {key: _plain(value) for key, value in document.items() if value not in (None, "")}
    for key in ("zone", "line"):
        if isinstance(kept.get(key), dict):
            kept[key] = kept[key]["name"]
    for key in ("colours", "cameras"):
        if key in kept:
            kept[key] = sorted(kept[key])
    return kept
