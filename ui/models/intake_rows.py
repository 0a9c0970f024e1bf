"""One proposed recording as a person corrects it: what is typed is checked where it stands."""

from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo
from typing import Final

from casefiles.intake_types import Origin
from casefiles.types import CameraId
from casefiles.usecases.add_source import GIVEN
from casefiles.usecases.name_hints import both_readings
from casefiles.usecases.propose_recordings import Proposal
from ui.models.wall_text import zone_label, zone_of
from video import clock

_MOST_OFFSET_S: Final = 20 * 366 * 86_400.0
"""A recorder that was reset starts decades ago; more than that is a slip."""


@dataclass(frozen=True, slots=True)
class StartOption:
    """A start to choose, how it is known, and both in words."""

    start: datetime
    basis: str
    words: str


@dataclass(slots=True)
class IntakeRow:
    """One proposal with what the person made of it; `zone` is the one it is shown and typed in."""

    proposal: Proposal
    wanted: bool
    camera_id: CameraId | None
    zone_name: str
    zone: tzinfo
    start_text: str
    offset_text: str
    start: datetime | None
    basis: str
    offset_s: float
    origin: Origin
    sha256: str = ""
    start_problem: str = ""
    offset_problem: str = ""
    readings: tuple[datetime, ...] = ()
    """What a typed start can mean, where the clocks repeat or skip that hour."""
    overlap: str = ""
    twin: str = ""
    """Another row or source that has the same bytes."""
    known_zone: str = field(default="")
    """The zone of the case."""

    @property
    def problem(self) -> str:
        """What keeps it from being added, in words; empty when nothing does."""
        if self.proposal.already_in_case is not None:
            return "already in the case"
        # The row names the file already.
        wrong = self.proposal.problem.removeprefix(f"{self.proposal.path} ")
        return wrong or self.start_problem or self.offset_problem or self.twin

    @property
    def doubts(self) -> tuple[str, ...]:
        """What to look at before it is added."""
        if not self.proposal.addable:
            return ()
        unknown = () if self.start is not None else (self._unknown,)
        return tuple(one for one in (*unknown, self.overlap, *self.proposal.notes) if one)

    @property
    def _unknown(self) -> str:
        asked = any(claim.choices for claim in self.proposal.claims)
        return "choose the start: that hour is skipped or repeated" if asked else "start not known"

    @property
    def looks(self) -> tuple[str, ...]:
        """Its problem and its doubts."""
        return (self.problem, *self.doubts) if self.problem else self.doubts

    @property
    def known(self) -> str:
        """How start and camera are known, in words."""
        parts = [self.basis if self.start is not None else ""]
        parts.append(self.proposal.camera_why if self.camera_id == self.proposal.camera_id else "")
        return " · ".join(part for part in parts if part)

    @property
    def options(self) -> tuple[StartOption, ...]:
        """The starts that something tells, each reading of a doubtful hour among them."""
        found = []
        for claim in self.proposal.claims:
            for start in (claim.start, *claim.choices):
                if start is not None:
                    found.append(self._option(start, claim.basis))
        found += [self._option(one, GIVEN) for one in self.readings]
        return tuple(found)

    def corrected(self) -> Proposal:
        """The proposal as it stands now."""
        return replace(
            self.proposal,
            camera_id=self.camera_id,
            start=self.start,
            start_basis=self.basis if self.start is not None else "",
            offset_s=self.offset_s,
            origin=self.origin,
        )

    def take_start(self, text: str) -> None:
        """Another start was typed, or one of the options chosen by its words."""
        text = text.strip()
        chosen = next((one for one in self.options if one.words == text), None)
        if chosen is not None:
            self.choose(chosen)
            return
        if text == self._words(self.proposal.start):
            # What is shown is rounded: unchanged means exactly what was proposed.
            self.start, self.basis = self.proposal.start, self.proposal.start_basis
            self.start_text, self.start_problem, self.readings = text, "", ()
            return
        self.start_text, self.basis = text, GIVEN
        try:
            self.readings = ()
            self.start, self.start_problem = read_start(text, self.zone), ""
        except TwoReadings as error:
            self.start, self.start_problem = None, str(error)
            self.readings = error.readings
        except ValueError as error:
            self.start, self.start_problem = None, str(error)

    def choose(self, option: StartOption) -> None:
        """One of the options is the start."""
        self.start, self.basis, self.start_problem = option.start, option.basis, ""
        self.start_text = self._words(option.start)
        # Of a doubtful hour what is shown must say which it is.
        if len(both_readings(_bare(option.start, self.zone), self.zone)) > 1:
            self.start_text = option.start.isoformat(" ", "seconds")

    def choose_by(self, by: str) -> bool:
        """The start is what the file itself tells (`file`), its name (`name`), or unknown."""
        if by == "none":
            self.take_start("")
            return True
        claim = next((one for one in self.proposal.claims if one.by == by), None)
        if claim is None or claim.start is None:
            return False
        self.choose(self._option(claim.start, claim.basis))
        return True

    def set_zone(self, name: str) -> None:
        """What is shown as start was in another zone.

        Raises:
            BadTime: there is no such zone.
        """
        zone = clock.zone_of(name)
        if self.start is not None:
            readings = both_readings(_bare(self.start, self.zone), zone)
            known = self.basis
            self.zone, self.zone_name = zone, name
            if len(readings) > 1:
                self.readings, self.start = readings, None
                self.start_problem = str(TwoReadings(readings))
                return
            self.start = readings[0]
            self.basis = f"{known}; zone {name} by a person"
            self.start_text = self._words(self.start)
        self.zone, self.zone_name = zone, name

    def take_offset(self, text: str) -> None:
        """Another offset was typed."""
        self.offset_text, self.offset_problem = text.strip(), ""
        try:
            self.offset_s = float(self.offset_text.replace(",", ".").replace("−", "-") or 0)
        except ValueError:
            self.offset_s, self.offset_problem = 0.0, "write seconds, like 259 or -3.4"
            return
        # Written so that NaN fails too.
        if not abs(self.offset_s) <= _MOST_OFFSET_S:
            self.offset_s, self.offset_problem = 0.0, "no recorder is that far off"

    def _option(self, start: datetime, basis: str) -> StartOption:
        there = start.astimezone(self.zone)
        return StartOption(start, basis, f"{there:%Y-%m-%d %H:%M:%S} {zone_label(there)} · {basis}")

    def _words(self, start: datetime | None) -> str:
        return start_words(start, self.zone, said=self.zone_name != self.known_zone)


class TwoReadings(ValueError):
    """A local time can mean two moments."""

    def __init__(self, readings: tuple[datetime, ...]) -> None:
        first, second = (zone_label(one) for one in readings[:2])
        super().__init__(
            f"the clocks were changed in that hour: add {first.removeprefix('UTC')} or "
            f"{second.removeprefix('UTC')}".replace("−", "-")
        )
        self.readings = readings


def row_of(proposal: Proposal, zone_name: str) -> IntakeRow:
    """The row of a proposal nobody has touched yet."""
    zone = zone_of(zone_name)
    return IntakeRow(
        proposal=proposal,
        wanted=proposal.addable,
        camera_id=proposal.camera_id,
        zone_name=zone_name,
        zone=zone,
        start_text=start_words(proposal.start, zone),
        offset_text=f"{proposal.offset_s:g}" if proposal.offset_s else "",
        start=proposal.start,
        basis=proposal.start_basis,
        offset_s=proposal.offset_s,
        origin=proposal.origin,
        sha256=proposal.sha256,
        known_zone=zone_name,
    )


def start_words(start: datetime | None, zone: tzinfo, *, said: bool = False) -> str:
    """A start as it is shown and typed: local in the zone, which is `said` where it is not the
    one of the case; milliseconds only where there are."""
    if start is None:
        return ""
    there = start.astimezone(zone)
    text = f"{there:%Y-%m-%d %H:%M:%S}"
    text += f".{there.microsecond // 1000:03d}" if there.microsecond >= 1000 else ""
    return text + (there.isoformat()[-6:] if said else "")


def read_start(text: str, zone: tzinfo) -> datetime | None:
    """The time that a text names; without a zone, that of the case.

    Raises:
        TwoReadings: the clocks of the zone repeat or skip that hour.
        ValueError: it is no time; its text says how to write one.
    """
    text = text.strip()
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError("write the start like 2026-03-02 14:05:11") from None
    if found.tzinfo is not None:
        return found
    if len(text) < len("2026-03-02 14:05"):
        raise ValueError("a start needs a day and a time, like 2026-03-02 14:05:11")
    readings = both_readings(found, zone)
    if len(readings) > 1:
        raise TwoReadings(readings)
    return readings[0]


def _bare(start: datetime, zone: tzinfo) -> datetime:
    return start.astimezone(zone).replace(tzinfo=None)
