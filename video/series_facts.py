"""The facts of a series of pictures, found out through its wrapped copy."""

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import numpy as np

from video.packet_index import duration_ns
from video.picture_series import PictureSeries, SeriesTimes, wrap_series
from video.probe import find_gaps, is_variable_rate, probe
from video.types import PacketIndex, SourceFacts

_LOOKED_AT: Final = 3


def series_facts(
    series: PictureSeries, copy: Path, times: SeriesTimes, *, sha256: str
) -> SourceFacts:
    """The facts of a series whose wrapped copy is there; `sha256` is that of the series."""
    return _of_series(probe(copy, sha256=sha256), series, times)


def series_at_a_glance(series: PictureSeries, times: SeriesTimes) -> SourceFacts:
    """The same with nothing written beside the pictures and only the first of them read."""
    few = PictureSeries(series.folder, series.pictures[:_LOOKED_AT])
    with TemporaryDirectory() as folder:
        copy = Path(folder) / "first.mkv"
        wrap_series(few, copy, SeriesTimes(times.ms[:_LOOKED_AT], times.basis, times.counted))
        facts = probe(copy, sha256="")
    count = len(series.pictures)
    index = PacketIndex(times.ms, np.ones(count, np.bool_), facts.index.time_base)
    rate = (count - 1) * 1000 / int(times.ms[-1])
    whole = replace(
        facts,
        index=index,
        duration_ns=duration_ns(index),
        gaps=find_gaps(index),
        variable_rate=is_variable_rate(index),
        measured_fps=rate,
    )
    return _of_series(whole, series, times)


def _of_series(facts: SourceFacts, series: PictureSeries, times: SeriesTimes) -> SourceFacts:
    told = f"A series of {len(series.pictures)} pictures: {times.basis}."
    return replace(
        facts,
        path=series.folder,
        size_bytes=series.size_bytes,
        container="pictures",
        claimed_fps=None,
        claimed_frames=None,
        claimed_duration_ns=None,
        recorded_at=None,
        warnings=(told, *facts.warnings),
    )
