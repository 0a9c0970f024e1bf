"""Tables of events: read as they are meant, refused by the row that is wrong."""

import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from casefiles.case_events import sort_of
from casefiles.errors import BadEvents
from casefiles.exchange.csv_rows import safe_cell
from casefiles.exchange.event_files import lists_events, read_events
from video.clock import BadTime, parse_wall, wall_to_ns
from video.local_time import TimeTwice

CALLS = """time,end,kind,title,text,who,lat,lon,uncertainty
2026-03-02T14:05:11Z,2026-03-02T14:06Z,call,Caller hears shots,"Two, maybe",555,44.95,-93.10,30
2026-03-02T08:04:00-06:00,,alarm,Door,,,,,5 min
"""


def write(folder: Path, text: str, name: str = "events.csv") -> Path:
    path = folder / name
    path.write_bytes(text.encode("utf-8"))
    return path


def wall(text: str) -> int:
    return wall_to_ns(parse_wall(text))


def test_columns_are_read_and_put_in_order_of_time(tmp_path: Path) -> None:
    read = read_events(write(tmp_path, CALLS))
    early, late = (read.events.row(place) for place in range(2))
    assert (early.from_ns, early.kind, early.uncertainty_ns) == (
        wall("2026-03-02T14:04:00Z"), "alarm", 300 * 10**9,
    )  # fmt: skip
    assert (early.lat, early.to_ns) == (None, early.from_ns)
    assert (late.title, late.text, late.who) == ("Caller hears shots", "Two, maybe", "555")
    assert (late.lat, late.lon, late.line) == (44.95, -93.10, 2)
    assert late.to_ns == wall("2026-03-02T14:06:00Z")
    assert not read.needed_zone


@pytest.mark.parametrize("separator", [";", "\t", "|"])
def test_separator_is_that_of_the_heading_whatever_the_texts_hold(
    tmp_path: Path, separator: str
) -> None:
    rows = [["time", "kind", "text"], ["2026-03-02T14:05:11Z", "note", "a, b, c, d, e, f"]]
    text = "\n".join(separator.join(row) for row in rows)
    assert read_events(write(tmp_path, text)).events.row(0).text == "a, b, c, d, e, f"


def test_other_headings_are_known_or_named(tmp_path: Path) -> None:
    file = write(tmp_path, "Timestamp,Type,Caller,Melding\n2026-03-02T14:05:11Z,call,Dispatch,x\n")
    read = read_events(file, mapping={"text": "Melding"})
    assert read.headings == {
        "text": "Melding", "time": "Timestamp", "kind": "Type", "who": "Caller",
    }  # fmt: skip
    with pytest.raises(BadEvents, match="has no column Meldung"):
        read_events(file, mapping={"text": "Meldung"})
    with pytest.raises(BadEvents, match="there is no column wann"):
        read_events(file, mapping={"wann": "Timestamp"})


def test_two_headings_that_may_both_be_meant_are_asked_for(tmp_path: Path) -> None:
    file = write(tmp_path, "timestamp,start,text\n2026-03-02T14:05:11Z,2026-03-02T14:05:12Z,x\n")
    with pytest.raises(BadEvents, match="both may be the time"):
        read_events(file)
    assert read_events(file, mapping={"time": "start"}).events.from_ns[0] % 10**10 == 2 * 10**9


def test_zone_is_given_once_and_never_guessed(tmp_path: Path) -> None:
    file = write(tmp_path, "time,text\n2026-03-02 08:05:11,x\n2026-03-02T14:05:12Z,y\n")
    with pytest.raises(BadEvents, match=r"line 2: .* has no time zone") as refused:
        read_events(file)
    assert "--zone" in refused.value.hint
    read = read_events(file, zone_name="America/Chicago")
    assert read.needed_zone
    assert read.events.from_ns.tolist() == [
        wall("2026-03-02T14:05:11Z"), wall("2026-03-02T14:05:12Z"),
    ]  # fmt: skip
    with pytest.raises(BadTime, match="no time zone 'Atlantis'"):
        read_events(file, zone_name="Atlantis")


def test_hour_that_came_twice_is_asked_for_and_one_that_never_was_is_refused(
    tmp_path: Path,
) -> None:
    twice = write(tmp_path, "time,text\n2026-11-01 01:30:00,x\n")
    with pytest.raises(TimeTwice, match=r"line 2: .* came twice in America/Chicago"):
        read_events(twice, zone_name="America/Chicago")
    first, second = (
        read_events(twice, zone_name="America/Chicago", fold=fold).events.from_ns[0]
        for fold in (1, 2)
    )
    assert second - first == 3600 * 10**9
    never = write(tmp_path, "time,text\n2026-03-08 02:30:00,x\n", "never.csv")
    with pytest.raises(BadEvents, match=r"line 2: .* never was in America/Chicago"):
        read_events(never, zone_name="America/Chicago")


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("yesterday,call,x,,,,", "'yesterday' is not a time"),
        (",call,x,,,,", "it has no time"),
        ("2026-03-02,call,x,,,,", "a day without a time of day"),
        ("2026-03-02T14:05:11Z,,,,,,", "nothing is said to have happened"),
        ("2026-03-02T14:05:11Z,call,x,2026-03-02T14:05:10Z,,,", "ends .* before it begins"),
        ("2026-03-02T14:05:11Z,call,x,,91,0,", "is no place"),
        ("2026-03-02T14:05:11Z,call,x,,4_5,0,", "is no place"),
        ("2026-03-02T14:05:11Z,call,x,,45,,", "needs a lat and a lon"),
        ("2026-03-02T14:05:11Z,call,x,,nan,nan,", "is no place"),
        ("2026-03-02T14:05:11Z,call,x,,,,about ten", "is not a length"),
        ("2026-03-02T14:05:11Z,call,x,,,,-5", "is not a length"),
        ("1969-12-31T23:59:59Z,call,x,,,,", "not between the years 1970 and 2200"),
        ("2200-01-01T00:00:00Z,call,x,,,,", "not between the years 1970 and 2200"),
        ("0001-01-01T00:00:00+10:00,call,x,,,,", "outside the calendar"),
        ("2026-03-02T14:05:11Z,call,a\x00b,,,,", "control character"),
        ("2026-03-02T14:05:11Z,call," + "x" * 501 + ",,,,", "more than 500"),
        ("2026-03-02T14:05:11Z,call,x,,,,,,9", "more cells than the heading"),
    ],
)
def test_wrong_row_refuses_the_file_by_its_line(tmp_path: Path, row: str, why: str) -> None:
    good = "2026-03-02T14:05:11Z,call,x,,,,"
    text = f"time,kind,title,end,lat,lon,uncertainty\n{good}\n{row}\n"
    with pytest.raises(BadEvents, match=f"line 3.*{why}"):
        read_events(write(tmp_path, text))


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "has no column time"),
        (b"time,text\n", "holds no event"),
        (b"time,text\n,\n", "holds no event"),
        (b"when,what\n", "has no column time"),
        (b"time,who\n2026-03-02T14:05:11Z,x\n", "does not say what happened"),
        (b"time,text,text\n", "two columns text"),
        (b'time,text\n2026-03-02T14:05:11Z,"x\n', "line"),
        # A half of a surrogate pair, as broken programs write it; and Latin-1.
        (b"time,text\n2026-03-02T14:05:11Z,\xed\xa0\xbd\n", "not UTF-8"),
        (b"time,text\n2026-03-02T14:05:11Z,caf\xe9\n", "not UTF-8"),
        (b"PK\x03\x04\x00\xff", "not UTF-8"),
    ],
)
def test_wrong_file_is_refused(tmp_path: Path, content: bytes, why: str) -> None:
    path = tmp_path / "events.csv"
    path.write_bytes(content)
    with pytest.raises(BadEvents, match=why):
        read_events(path)


def test_formulas_are_text(tmp_path: Path) -> None:
    cell = '=HYPERLINK("http://x";"y")'
    quoted = cell.replace('"', '""')
    text = f'time,text\n2026-03-02T14:05:11Z,"{quoted}"\n'
    assert read_events(write(tmp_path, text)).events.row(0).text == cell
    assert safe_cell(cell) == f"'{cell}"
    assert safe_cell("as it was") == "as it was"


def test_table_of_times_is_told_from_one_of_cameras(tmp_path: Path) -> None:
    assert lists_events(write(tmp_path, CALLS))
    assert not lists_events(write(tmp_path, "id,name,lat,lon,from,to\n", "cameras.csv"))


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=30))
def test_events_come_by_time_and_equal_ones_as_in_the_file(seconds: list[int]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        lines = [f"{np.datetime64(second, 's')}Z,{number}" for number, second in enumerate(seconds)]
        events = read_events(write(Path(folder), "\n".join(["time,text", *lines]) + "\n")).events
    told = [
        (int(ns) // 10**9, int(text)) for ns, text in zip(events.from_ns, events.text, strict=True)
    ]
    assert told == sorted((second, number) for number, second in enumerate(seconds))


def test_kinds_are_drawn_by_their_words() -> None:
    assert [sort_of(kind) for kind in ("911 call", "Witness statement", "ALARM", "visit")] == [
        "call", "statement", "alarm", "other",
    ]  # fmt: skip
