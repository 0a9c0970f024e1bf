"""Conversions between stamps, media time, wall time and text lose nothing and guess nothing."""

from datetime import UTC, datetime, timedelta, timezone
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from video.clock import (
    BadTime,
    ClockOffset,
    format_media,
    format_wall,
    format_wall_in,
    local_zone_name,
    now_ns,
    ns_to_pts,
    parse_wall,
    pts_to_ns,
    wall_from_ns,
    wall_to_ns,
    zone_of,
)
from video.types import TimeNs

stamps = st.integers(-(1 << 50), 1 << 50)
time_bases = st.builds(Fraction, st.integers(1, 2000), st.integers(1, 2_000_000)).filter(
    lambda base: base > Fraction(2, 1_000_000_000)
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# The whole calendar but for its first and last day, where another zone would leave it.
moments = st.integers(-62_135_510_400_000_000, 253_402_214_400_000_000).map(
    lambda microseconds: _EPOCH + timedelta(microseconds=microseconds)
)
wall_times = st.integers(-(10**18), 4 * 10**18)


@given(stamps, stamps, time_bases)
def test_stamp_and_media_time_are_inverse(pts: int, first: int, base: Fraction) -> None:
    assert ns_to_pts(pts_to_ns(pts, first, base), first, base) == pts


@given(stamps, stamps, time_bases)
def test_media_time_is_rounded_once(pts: int, first: int, base: Fraction) -> None:
    exact = (pts - first) * base * 1_000_000_000
    assert abs(pts_to_ns(pts, first, base) - exact) <= Fraction(1, 2)


def test_thirty_thousand_frames_of_ntsc_do_not_drift() -> None:
    assert pts_to_ns(30_000, 0, Fraction(1001, 30_000)) == 1001 * 1_000_000_000


@given(moments)
def test_a_wall_time_survives_nanoseconds(moment: datetime) -> None:
    assert wall_from_ns(wall_to_ns(moment)) == moment


@given(moments)
def test_a_wall_time_survives_its_text_to_the_millisecond(moment: datetime) -> None:
    again = parse_wall(format_wall(moment))
    assert abs(again - moment) <= timedelta(microseconds=500)
    assert format_wall(again) == format_wall(moment)


@given(moments, st.integers(-14 * 60, 14 * 60))
def test_the_zone_of_a_text_is_heeded(moment: datetime, minutes: int) -> None:
    away = moment.astimezone(timezone(timedelta(minutes=minutes)))
    assert parse_wall(away.isoformat()) == moment


def test_texts_look_as_promised() -> None:
    moment = datetime(2026, 3, 2, 14, 5, 11, 249_600, UTC)
    assert format_wall(moment) == "2026-03-02T14:05:11.250Z"
    assert format_wall(datetime(999, 1, 1, tzinfo=UTC)) == "0999-01-01T00:00:00.000Z"
    assert parse_wall(" 2026-03-02T08:05:11-06:00 ") == datetime(2026, 3, 2, 14, 5, 11, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "2026-03-02",
        "2026-03-02T14:05:11",
        "2026-13-02T14:05:11Z",
        "0001-01-01T00:00:00+14:00",
    ],
)
def test_a_time_that_would_have_to_be_guessed_is_refused(text: str) -> None:
    with pytest.raises(BadTime) as caught:
        parse_wall(text)
    assert caught.value.hint


def test_now_lies_between_before_and_after() -> None:
    before = datetime.now(UTC)
    now = wall_from_ns(now_ns())
    assert before <= now <= datetime.now(UTC)


def test_a_wall_time_without_zone_is_a_bug() -> None:
    with pytest.raises(ValueError, match="zone"):
        wall_to_ns(datetime(2026, 3, 2))  # noqa: DTZ001


@given(wall_times, st.integers(-(10**15), 10**15), st.integers(0, 10**15))
def test_recorder_clock_and_media_time_are_inverse(start: int, offset: int, time_ns: int) -> None:
    clock = ClockOffset(start, offset)
    assert clock.to_media(clock.to_wall_ns(TimeNs(time_ns))) == time_ns


def test_a_fast_recorder_shows_too_late_a_time() -> None:
    shown = datetime(2026, 3, 2, 14, 0, 30, tzinfo=UTC)
    clock = ClockOffset(wall_to_ns(shown), offset_ns=30 * 1_000_000_000)
    assert clock.to_wall(TimeNs(0)) == datetime(2026, 3, 2, 14, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("time_ns", "text"),
    [
        (0, "0:00:00.000"),
        (3_725_004_000_000, "1:02:05.004"),
        (59_999_500_000, "0:01:00.000"),
        (-1_500_000_000, "-0:00:01.500"),
        (-400_000, "0:00:00.000"),
        (360_000_000_000_000, "100:00:00.000"),
    ],
)
def test_media_time_as_text(time_ns: int, text: str) -> None:
    assert format_media(time_ns) == text


@pytest.mark.parametrize(
    ("name", "offset"),
    [("-06:00", -360), ("+0530", 330), ("Z", 0), ("UTC", 0), ("America/Chicago", -360)],
)
def test_zone_is_a_name_or_an_offset(name: str, offset: int) -> None:
    moment = datetime(2026, 1, 15, 12, tzinfo=UTC).astimezone(zone_of(name))
    assert moment.utcoffset() == timedelta(minutes=offset)


@pytest.mark.parametrize(
    "name", ["", "Nowhere", "America", "../etc/passwd", "/etc/localtime", "-6", "+24:00", "a\0b"]
)
def test_zone_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(BadTime):
        zone_of(name)


@pytest.mark.parametrize("set_to", ["Asia/Tokyo", ":Asia/Tokyo", "XYZ7", ""])
def test_zone_of_this_computer_is_one_that_can_be_used(
    monkeypatch: pytest.MonkeyPatch, set_to: str
) -> None:
    monkeypatch.setenv("TZ", set_to)
    name = local_zone_name()
    zone_of(name)
    assert ("Tokyo" in set_to) == (name == "Asia/Tokyo")


@given(wall_ns=st.integers(-(2**62), 2**62), minutes=st.integers(-14 * 60, 14 * 60))
def test_time_shown_in_a_zone_reads_back_to_the_millisecond(wall_ns: int, minutes: int) -> None:
    shown = format_wall_in(wall_ns, timezone(timedelta(minutes=minutes)))
    day, time, offset = shown.split(" ")
    assert abs(wall_to_ns(parse_wall(f"{day}T{time}{offset}")) - wall_ns) <= 500_000


def test_time_is_shown_with_its_zone() -> None:
    moment = wall_to_ns(datetime(2026, 3, 2, 23, 24, 0, 250_000, tzinfo=UTC))
    assert format_wall_in(moment, zone_of("-06:00")) == "2026-03-02 17:24:00.250 -06:00"
