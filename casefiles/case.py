"""One investigation: a folder with a key file and one DuckDB file, opened by one process at a time.

Every act goes through `act` or `record`, so that its audit row is written with it, before any
result is shown. Nothing here knows what the acts are; that is for `casefiles.usecases`.
"""

import os
import shutil
import uuid
from collections.abc import Callable, Collection
from concurrent.futures import Future
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from casefiles import audit, edits
from casefiles.edit_kinds import Edit
from casefiles.errors import (
    NotACase,
    ReadOnlyCopy,
    UnknownCamera,
    UnknownSource,
    Unwritable,
    WrongPlace,
)
from casefiles.intake_types import Intake
from casefiles.store import (
    cameras,
    copies,
    folders,
    header,
    intake,
    keys,
    media_files,
    runs,
    sources,
)
from casefiles.store.engine import Connection, Cursor
from casefiles.store.media_files import MEDIA, REWRAPPED
from casefiles.store.migrate import migrate
from casefiles.store.writer import Writer
from casefiles.types import Actor, Camera, CaseHeader, Run, RunId, Source, SourceId
from casefiles.view_types import Change
from resources.version import PROGRAM_VERSION
from video.clock import now_ns
from video.packet_index import index_from_bytes
from video.types import PacketIndex

T = TypeVar("T")
DATABASE = "case.duckdb"


class Case:
    """An open case; a context manager. Made by `create` and `open`, never directly."""

    def __init__(
        self, folder: Path, connection: Connection, about: CaseHeader, actor: Actor, policy: str
    ) -> None:
        self.folder = folder
        self.header = about
        self.actor = actor
        self.policy = policy
        self.copied_from = copies.copied_from(folder)
        """The case that this is a copy of, for looking only; None for a case of its own."""
        self._connection = connection
        self.left_out_bytes = connection.left_out_bytes
        self._writer = Writer(connection)
        self._listeners: dict[object, Callable[[Change], None]] = {}
        self._revision = 0

    @classmethod
    def create(
        cls,
        folder: Path,
        actor: Actor,
        *,
        number: str,
        title: str,
        policy: str,
        passphrase: str | None = None,
        training: bool = False,
    ) -> Self:
        """Makes a case in `folder`, which must be absent or empty; encrypted with a passphrase.

        Raises:
            CaseExists: something is in the folder.
            Unwritable: it cannot be made; nothing is left of it.
        """
        folders.check_free(folder)
        # Made beside and put in place whole: a program killed meanwhile leaves no half case.
        beside = folder.with_name(f".{folder.name}.new-{os.getpid()}")
        folders.make_folder(beside)
        try:
            _fill(
                beside, actor, number=number, title=title, policy=policy, passphrase=passphrase,
                training=training,
            )  # fmt: skip
            if folder.is_dir():
                folder.rmdir()
            beside.rename(folder)
        except BaseException as error:
            shutil.rmtree(beside, ignore_errors=True)
            if isinstance(error, OSError):
                raise Unwritable(
                    f"the case {folder} cannot be made: {error.strerror}",
                    "Check space and rights of the folder above it.",
                ) from error
            raise
        return cls._connect(folder, actor, policy=policy, passphrase=passphrase)

    @classmethod
    def open(
        cls, folder: Path, actor: Actor, *, policy: str, passphrase: str | None = None
    ) -> Self:
        """Opens the case in `folder` and writes who did.

        Raises:
            NotACase, CaseFromTheFuture, CaseBusy, WrongPassphrase, CaseDamaged, Unwritable:
                nothing was changed.
        """
        case = cls._connect(folder, actor, policy=policy, passphrase=passphrase)
        try:
            left_out = {"left_out_bytes": case.left_out_bytes} if case.left_out_bytes else {}
            case.record(audit.Entry("case.open", "done", facts=left_out))
        except BaseException:
            case.close()
            raise
        return case

    @classmethod
    def _connect(cls, folder: Path, actor: Actor, *, policy: str, passphrase: str | None) -> Self:
        key = keys.read_key(folder, passphrase)
        path = folder / DATABASE
        if not path.is_file():
            raise NotACase(
                f"{folder} holds no {DATABASE}", "Choose a case folder, or restore a snapshot."
            )
        connection = Connection(path, key=key, create=False)
        try:
            connection.check_length()
            migrate(connection, "case", new=False)
            with connection.cursor() as cursor:
                about = header.read(cursor)
        except BaseException:
            connection.abandon()
            raise
        return cls(folder, connection, about, actor, policy)

    @property
    def encrypted(self) -> bool:
        return self._connection.encrypted

    @property
    def revision(self) -> int:
        """How many changes listeners were told of so far."""
        return self._revision

    def read(self, query: Callable[[Cursor], T]) -> T:
        """Runs a reading function against one consistent view of the case, whatever is written
        meanwhile."""
        with self._connection.transaction() as cursor:
            return query(cursor)

    def act(
        self,
        entry: audit.Entry | Callable[[T], audit.Entry],
        work: Callable[[Cursor], T],
        *,
        touches: Collection[str] = (),
    ) -> T:
        """Runs `work` and writes its audit row in one transaction: both, or neither.

        An `entry` that depends on what `work` gives is a function of it. Listeners are told of
        the tables that `work` `touches`.
        """

        def both(cursor: Cursor) -> T:
            self._refuse_in_copy(touches)
            result = work(cursor)
            self._append(cursor, entry if isinstance(entry, audit.Entry) else entry(result))
            return result

        return self._writer.do(both, after=lambda _: self._tell(touches))

    def write(self, work: Callable[[Cursor], T], *, touches: Collection[str] = ()) -> T:
        """Runs bulk work of an act whose start was recorded, in one transaction; `touches` as
        for `act`."""
        self._refuse_in_copy(touches)
        done = self._writer.post(work, bulk=True, after=lambda _: self._tell(touches))
        return done.result()

    def post(self, next_edit: Callable[[], Edit]) -> "Future[Edit]":
        """Queues an edit and its audit row as one transaction; the future gives its inverse.

        `next_edit` is called by the writer, when all edits posted before are done: it may wait
        for the future of an earlier one.

        Raises:
            RuntimeError: the case is closed. The future raises what `edits.apply` does.
        """

        def both(cursor: Cursor) -> Edit:
            edit = next_edit()
            self._refuse_in_copy((type(edit).__name__,))
            inverse = edits.apply(cursor, edit, by=self.actor.user)
            self._append(cursor, edits.describe(edit, inverse))
            return inverse

        return self._writer.post(both, after=lambda inverse: self._tell(edits.touched(inverse)))

    def listen(self, fn: Callable[[Change], None]) -> Callable[[], None]:
        """Calls `fn` on the writer's thread after every change that is stored, until the function
        given back is called (more than once does no harm); one call may be under way then.

        `fn` must neither raise nor wait, and cannot write to the case.
        """
        ticket = object()
        self._listeners[ticket] = fn

        def stop() -> None:
            self._listeners.pop(ticket, None)

        return stop

    def _tell(self, tables: Collection[str]) -> None:
        """On the writer's thread: tells everybody of tables that were written, if any were."""
        if not tables:
            return
        self._revision += 1
        change = Change(frozenset(tables), self._revision)
        # Copied in one step: listeners come and go on other threads.
        for fn in list(self._listeners.values()):
            fn(change)

    def _refuse_in_copy(self, touches: Collection[str]) -> None:
        """Only the log grows in a copy: what is changed there would be lost with it."""
        if touches and self.copied_from is not None:
            raise ReadOnlyCopy(
                f"{self.folder} is a copy of {self.copied_from}, for looking only",
                "Open the case itself to change or analyse something.",
            )

    def record(self, entry: audit.Entry) -> None:
        """Writes an audit row alone."""
        self._writer.do(lambda cursor: self._append(cursor, entry))

    def _append(self, cursor: Cursor, entry: audit.Entry) -> None:
        audit.append(
            cursor,
            entry,
            self.actor,
            scope=f"case:{self.header.case_uuid}",
            policy=self.policy,
        )

    def sources(self) -> tuple[Source, ...]:
        """All sources by id."""
        return self.read(sources.every)

    def source(self, source_id: int) -> Source:
        """One source.

        Raises:
            UnknownSource: the case has none with this id.
        """
        known = self.sources()
        for source in known:
            if source.source_id == source_id:
                return source
        ids = ", ".join(str(source.source_id) for source in known) or "none yet"
        raise UnknownSource(f"the case has no source {source_id}", f"Known sources: {ids}.")

    def cameras(self) -> tuple[Camera, ...]:
        """All cameras by id."""
        return self.read(cameras.every)

    def camera(self, camera_id: str) -> Camera:
        """One camera.

        Raises:
            UnknownCamera: the case has none with this id.
        """
        known = self.cameras()
        for camera in known:
            if camera.camera_id == camera_id:
                return camera
        ids = ", ".join(camera.camera_id for camera in known[:12]) or "none yet"
        raise UnknownCamera(
            f"the case has no camera {camera_id}",
            f"Known cameras: {ids}{' …' if len(known) > 12 else ''}. Import it first.",
        )

    def packet_index(self, source_id: SourceId) -> PacketIndex:
        """The presentation times of a source, as found when it was added."""
        return index_from_bytes(self.read(lambda cursor: sources.index_bytes(cursor, source_id)))

    def media_path(self, source: Source) -> Path:
        """The file to decode: the original, else its collected copy; the re-wrapped copy of a raw
        stream.

        Raises:
            SourceMoved: it is not there, or has another size than when it was added.
        """
        # A copy made for looking leaves them where they are.
        return media_files.media_path(self.copied_from or self.folder, source)

    def intakes(self) -> dict[SourceId, Intake]:
        """How each source came into the case; those of older cases may be missing."""
        return self.read(intake.every)

    def current_runs(self) -> dict[SourceId, Run]:
        """The run shown of each source that has been indexed: the last that was asked for."""
        return self.read(runs.current)

    def run(self, run_id: RunId) -> Run:
        """One run that exists."""
        return next(run for run in self.read(runs.every) if run.run_id == run_id)

    def snapshot(self, target: Path) -> None:
        """Writes a consistent copy of the case, openable on its own, into the new folder `target`.

        Originals stay where they are; re-wrapped copies and collected originals go along.

        Raises:
            CaseExists: something is in `target`.
            WrongPlace: `target` lies in the case, so that the copy would hold itself.
            Unwritable: it cannot be written; nothing is left of it.
        """
        if target.resolve().is_relative_to(self.folder.resolve()):
            raise WrongPlace(f"{target} lies in the case itself", "Choose a folder outside it.")
        others = (keys.KEY_FILE, REWRAPPED, MEDIA, copies.MARK)
        copies.write_snapshot(self._connection, self.folder, target, *others)

    def close(self) -> None:
        """Finishes queued writes and closes the file; a second close does nothing."""
        self._writer.close()
        self._connection.close()
        self._listeners.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _fill(
    folder: Path,
    actor: Actor,
    *,
    number: str,
    title: str,
    policy: str,
    passphrase: str | None,
    training: bool,
) -> None:
    """Puts a whole new case into an empty folder, and closes it."""
    key = keys.write_key_file(folder, passphrase)
    about = CaseHeader(
        case_uuid=str(uuid.uuid4()),
        number=number,
        title=title,
        training=training,
        created_ns=now_ns(),
        created_by=actor.user,
        program_version=PROGRAM_VERSION,
    )
    entry = audit.Entry(
        "case.create",
        "done",
        facts={"encrypted": passphrase is not None, "training": training},
        private={"number": number, "title": title},
        vouches=("header",),
    )
    connection = Connection(folder / DATABASE, key=key, create=True)
    try:
        migrate(connection, "case", new=True)
        with connection.transaction() as cursor:
            header.insert(cursor, about)
            scope = f"case:{about.case_uuid}"
            audit.append(cursor, entry, actor, scope=scope, policy=policy)
    finally:
        connection.close()
