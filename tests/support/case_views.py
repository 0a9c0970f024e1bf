"""Views of cases as values, for panels: no file behind them."""

from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

from casefiles.types import (
    Camera,
    CameraId,
    CaseHeader,
    Provenance,
    Run,
    RunId,
    Source,
    SourceId,
)
from casefiles.view_types import CaseView

SECOND = 1_000_000_000
START_NS = 1_772_493_840 * SECOND
"""2026-03-02 17:24:00 in UTC−06:00."""


def a_source(
    number: int,
    camera_id: str | None = None,
    name: str = "",
    *,
    start_ns: int | None = START_NS,
    offset_s: float = 0.0,
    duration_s: int = 120,
    warnings: tuple[str, ...] = (),
) -> Source:
    """A recording of 25 frames a second."""
    return Source(
        source_id=SourceId(number),
        sha256=f"{number:064x}",
        path=Path("/footage") / (name or f"clip-{number}.mp4"),
        size_bytes=1000,
        camera_id=None if camera_id is None else CameraId(camera_id),
        container="mp4",
        codec="h264",
        width=1280,
        height=720,
        time_base=Fraction(1, 12800),
        frames=25 * duration_s,
        duration_ns=duration_s * SECOND,
        claimed_fps=Fraction(25),
        measured_fps=25.0,
        variable_rate=False,
        gaps=(),
        duplicates=0,
        recorded_start_ns=start_ns,
        start_basis=None if start_ns is None else "given",
        offset_ns=round(offset_s * SECOND),
        warnings=warnings,
        rewrapped=None,
        stream_sha256=None,
        added_ns=0,
        added_by="tester",
        program_version="0",
    )


def a_run(source: Source, *, tracks: int = 3, provider: str = "CPUExecutionProvider") -> Run:
    """A finished analysis of a source."""
    return Run(
        run_id=RunId(source.source_id),
        source_id=source.source_id,
        provenance=Provenance(source.sha256, "ssd-oidv4", "0" * 64, "{}", "0"),
        classes=(0,),
        provider=provider,
        state="finished",
        started_ns=0,
        finished_ns=1,
        report={"tracks": tracks},
    )


def a_view(
    sources: Iterable[Source] = (),
    cameras: Iterable[tuple[str, str]] = (),
    runs: Iterable[Run] = (),
) -> CaseView:
    """A case of these sources and cameras (id, name), in UTC−06:00."""
    return CaseView(
        header=CaseHeader("uuid", "26-1", "Test", False, 0, "tester", "0"),
        sources=tuple(sources),
        cameras=tuple(Camera(CameraId(one), name, ()) for one, name in cameras),
        runs={run.source_id: run for run in runs},
        zones=(),
        bookmarks=(),
        zone_name="-06:00",
    )
