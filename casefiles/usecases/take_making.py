"""One take in its case: begun, filled as it is cut out, put in the place of earlier ones or given
up. Until it is finished nobody sees it; a program that is killed leaves it to the next that makes
one."""

import secrets
import threading
from contextlib import suppress
from pathlib import Path
from typing import Final

from casefiles import audit
from casefiles.case import Case
from casefiles.errors import Unwritable
from casefiles.store import synopsis, tracks
from casefiles.store.engine import Cursor
from casefiles.store.synopsis import CutFrames
from casefiles.synopsis_types import Take
from casefiles.types import JsonValue, Run, Source
from casefiles.usecases.read_stages import FOLDER, options_of
from casefiles.usecases.tube_paths import TrackBoxes
from casefiles.usecases.tube_work import RECIPE, CutChunk, CutOrder, CutWhole, MadeView
from resources.errors import UserError
from resources.version import PROGRAM_VERSION
from video.clock import now_ns
from video.synopsis.pack import SUFFIX
from video.synopsis.scaling import fitted

_EVENT: Final = "synopsis.tubes"
_PART: Final = ".part"
_KEY_BYTES: Final = 32
_TURN: Final = threading.Lock()
_UNDER_WAY: Final[set[Path]] = set()
"""Packs that jobs of this program are making: they are not left over from a kill."""


class Elsewhere(UserError):
    """Another job of this program makes the same take."""


class TakeMaking:
    """A take that is being made."""

    def __init__(self, case: Case, source: Source, run: Run) -> None:
        """Stores that it is being made.

        Raises:
            SourceMoved: the recording is not there.
            Elsewhere: another job is at it.
            ReadOnlyCopy: the case is a copy for looking.
            Unwritable: there is no room for it.
        """
        self._case = case
        self._source = source
        self._run = run
        self._media = case.media_path(source)
        self._folder = case.folder / FOLDER
        self._take = case.act(self._started, self._insert, touches=synopsis.TABLES)
        try:
            self._folder.mkdir(exist_ok=True)
        except OSError as error:
            self.give_up("failed", error.strerror or "")
            raise Unwritable(
                f"the folder {self._folder} cannot be made: {error.strerror}",
                "Check space and rights of the case folder.",
            ) from error

    @property
    def _pack(self) -> Path:
        return self._folder / self._take.pack

    def _insert(self, cursor: Cursor) -> Take:
        source, run = self._source, self._run
        running = (one for one in synopsis.every(cursor) if one.state == "running")
        if any(one.source_id == source.source_id for one in running):
            raise Elsewhere(
                f"{source.path.name} is being cut out by another job", "Wait until that is done."
            )
        take_id = synopsis.next_id(cursor)
        take = Take(
            take_id=take_id,
            run_id=run.run_id,
            source_id=source.source_id,
            source_sha256=run.provenance.source_sha256,
            options=options_of(run),
            program_version=PROGRAM_VERSION,
            # Never the name of an earlier pack: somebody may still be reading that.
            pack=f"{take_id}-{secrets.token_hex(4)}{SUFFIX}",
            pack_sha256="",
            pack_key=secrets.token_bytes(_KEY_BYTES) if self._case.encrypted else None,
            size=fitted((source.width, source.height), RECIPE["rows"]),
            state="running",
            views=(),
            dropped={},
            made_ns=now_ns(),
        )
        # Before anybody can see that it runs: else another job would take it for left over.
        with _TURN:
            _UNDER_WAY.add(self._folder / take.pack)
        synopsis.insert(cursor, take)
        return take

    def _started(self, take: Take) -> audit.Entry:
        return self._entry("started", take, {"options": take.options})

    def order(self) -> CutOrder:
        """What is to be done for it."""
        source, run = self._source, self._run
        points = self._case.read(
            lambda cursor: tracks.points_of_run(cursor, run.run_id, with_suppressed=False)
        )
        return CutOrder(
            self._media,
            source.sha256 if source.rewrapped is None else None,
            self._case.packet_index(source.source_id),
            (source.width, source.height),
            source.duration_ns if run.stop is None else run.stop.analysed_to_ns,
            TrackBoxes(points.track_id, points.at.time_ns, points.at.boxes),
            self._pack.with_suffix(_PART),
            self._take.pack_key,
        )

    def keep(self, message: MadeView | CutChunk) -> None:
        """Stores what was cut out.

        Raises:
            Unwritable: the disk is full or gone.
        """
        take_id = self._take.take_id

        def store(cursor: Cursor) -> None:
            if isinstance(message, MadeView):
                synopsis.add_views(cursor, take_id, [(message.view, message.picture)])
                synopsis.add_plates(cursor, take_id, message.plates)
            else:
                cut = CutFrames(
                    message.track_id,
                    message.time_ns,
                    message.boxes,
                    message.pixels,
                    message.at,
                    message.length,
                )
                synopsis.add_frames(cursor, take_id, cut)

        self._case.write(store)

    def finish(self, whole: CutWhole) -> Take:
        """Puts the pack in its place, and the take in that of all earlier ones of the recording,
        whose packs go.

        Raises:
            SourceMoved: the recording is not there any more, or another: what came of it may be
                of neither.
            Unwritable: the disk is full or gone.
        """
        take = self._take
        self._case.media_path(self._source)
        try:
            self._pack.with_suffix(_PART).replace(self._pack)
        except OSError as error:
            raise Unwritable(
                f"{self._pack} cannot be put in place: {error.strerror}",
                "Check space and rights of the case folder.",
            ) from error

        def store(cursor: Cursor) -> tuple[Take, ...]:
            old = tuple(
                one
                for one in synopsis.every(cursor)
                if one.source_id == take.source_id and one.take_id != take.take_id
            )
            for one in old:
                synopsis.delete(cursor, one.take_id)
            synopsis.finish(cursor, take.take_id, whole.pack_sha256, whole.dropped)
            return old

        def entry(old: tuple[Take, ...]) -> audit.Entry:
            facts: dict[str, JsonValue] = {
                "cutouts": whole.frames,
                "pack": whole.pack_sha256,
                "bytes": whole.size_bytes,
                "damaged": whole.damaged,
                "dropped": len(whole.dropped),
                "replaces": [int(one.take_id) for one in old],
            }
            vouches = tuple(f"take:{one.take_id}" for one in (take, *old))
            return self._entry("done", take, facts, vouches=vouches)

        old = self._case.act(entry, store, touches=synopsis.TABLES)
        self._release()
        for one in old:
            _unlink(self._folder / one.pack)
        every = self._case.read(synopsis.every)
        return next(one for one in every if one.take_id == take.take_id)

    def give_up(self, outcome: audit.Outcome, why: str = "") -> None:
        """Removes what there is of it; whoever wrote to its pack must be gone."""
        take = self._take
        self._release()
        _unlink(self._pack.with_suffix(_PART))
        _unlink(self._pack)
        entry = self._entry(outcome, take, private={"why": why} if why else {})
        # Where even that cannot be written the first error is the one to show: what is left is
        # removed before the next take is made.
        with suppress(UserError):
            self._case.act(
                entry,
                lambda cursor: synopsis.delete(cursor, take.take_id),
                touches=synopsis.TABLES,
            )

    def _release(self) -> None:
        with _TURN:
            _UNDER_WAY.discard(self._pack)

    def _entry(
        self,
        outcome: audit.Outcome,
        take: Take,
        facts: dict[str, JsonValue] | None = None,
        *,
        private: dict[str, str] | None = None,
        vouches: tuple[str, ...] = (),
    ) -> audit.Entry:
        return audit.Entry(
            _EVENT,
            outcome,
            object=f"source:{take.source_id}",
            facts={"take": take.take_id, "run": take.run_id, **(facts or {})},
            private=private or {},
            vouches=vouches,
        )


def remove_left_over(case: Case) -> None:
    """Removes what programs that were killed left of takes, and packs that no take names."""
    with _TURN:
        busy = set(_UNDER_WAY)
    folder = case.folder / FOLDER
    every = case.read(synopsis.every)
    left = [one for one in every if one.state == "running" and folder / one.pack not in busy]
    if left:

        def delete(cursor: Cursor) -> None:
            for one in left:
                synopsis.delete(cursor, one.take_id)

        entry = audit.Entry(_EVENT, "cancelled", facts={"left": [int(one.take_id) for one in left]})
        case.act(entry, delete, touches=synopsis.TABLES)
    if case.copied_from is not None or not folder.is_dir():
        return
    kept = {folder / one.pack for one in every if one not in left} | busy
    for path in folder.iterdir():
        if path.suffix in (SUFFIX, _PART) and path.with_suffix(SUFFIX) not in kept:
            _unlink(path)


def _unlink(path: Path) -> None:
    # One that is open elsewhere stays where the system wants it so; the next take removes it.
    with suppress(OSError):
        path.unlink(missing_ok=True)
