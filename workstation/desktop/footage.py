"""Files dropped on the window: looked at, proposed, accepted, added, analysed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QWidget
from shiboken6 import isValid

from casefiles.case import Case
from casefiles.edit_kinds import AddLayer
from casefiles.exchange.canvass_files import lists_owners
from casefiles.exchange.pair_files import gives_pairs
from casefiles.jobs import Job, Progress
from casefiles.types import SourceId
from casefiles.usecases.add_source import AddedSource, plain_copies
from casefiles.usecases.import_cameras import CameraPlan, camera_list_in, first_look
from casefiles.usecases.import_events import lists_events
from casefiles.usecases.import_positions import lists_positions
from casefiles.usecases.index_source import index_sources
from casefiles.usecases.index_work import IndexOptions
from casefiles.usecases.map_layers import is_plan_picture, prepare_layer
from casefiles.usecases.open_case import case_folder
from casefiles.usecases.propose_recordings import (
    Proposal,
    accept_recordings,
    propose_recordings,
)
from casefiles.usecases.read_again import hash_files
from ui.dialogs.intake import IntakeDialog
from ui.session import Session
from workstation.desktop.memory import Memory

_TABLES: Final = {".csv", ".geojson", ".json", ".kml", ".gpx"}
_TILES: Final = {".mbtiles", ".pmtiles"}


@dataclass(frozen=True, slots=True)
class _Way:
    """A file that says where a camera went."""

    path: Path


@dataclass(frozen=True, slots=True)
class _Owners:
    """A registry of other people's cameras."""

    path: Path


@dataclass(frozen=True, slots=True)
class _Pairs:
    """Pairs of points to calibrate a camera by."""

    path: Path


class FootageDesk(QObject):
    """What becomes of files: footage, cameras or a map."""

    added = Signal(object)
    """Recordings were added (`list[SourceId]`)."""
    positions_dropped = Signal(object)
    """A file of positions was among the files (`Path`)."""
    cameras_dropped = Signal(object)
    """A camera list was among the files: what it would change (`CameraPlan`)."""
    case_dropped = Signal(object)
    """A case was among the files: its folder (`Path`)."""
    plan_chosen = Signal(object)
    """The picture of a site plan is to be laid on the map (`Path`)."""
    registry_dropped = Signal(object)
    """A registry of other people's cameras was among the files (`Path`)."""
    pairs_dropped = Signal(object)
    """Pairs of points of a picture and the ground were among the files (`Path`)."""
    events_dropped = Signal(object)
    """A table of events was among the files (`Path`)."""

    def __init__(
        self,
        session: Session,
        window: QWidget,
        new_case: Callable[[Callable[[], None]], None],
        memory: Memory,
    ) -> None:
        super().__init__(window)
        self._memory = memory
        self._session = session
        self._window = window
        self._new_case = new_case

    def take(self, files: Sequence[Path]) -> None:
        """Takes whatever was dropped; without an open case, asks for a new one first. A case is
        opened, and never read as footage."""
        paths = list(files)
        self._session.reader.ask(
            lambda: [case_folder(path) for path in paths],
            lambda found: self._take_sorted(paths, found),
        )

    def _take_sorted(self, files: Sequence[Path], cases: Sequence[Path | None]) -> None:
        case = next((folder for folder in cases if folder is not None), None)
        if case is not None:
            self.case_dropped.emit(case)
        paths = [path for path, found in zip(files, cases, strict=True) if found is None]
        if paths:
            self._take_footage(paths)

    def _take_footage(self, paths: Sequence[Path]) -> None:
        if self._session.case is None:
            self._new_case(lambda: self._take_footage(paths))
            return
        tables = [path for path in paths if path.suffix.lower() in _TABLES]
        tiles = [path for path in paths if path.suffix.lower() in _TILES]
        footage = [path for path in paths if path not in (*tables, *tiles)]
        for path in tables:
            self.take_table(path)
        for path in tiles:
            self.take_map(path)
        if footage:
            self._session.run(
                self.tr("Look at what was dropped"),
                lambda case: propose_recordings(case, footage),
                on_done=self._propose,
            )

    def choose_footage(self) -> None:
        """Asks for recordings."""
        self._choose(self.tr("Add footage"), QFileDialog.FileMode.ExistingFiles, self.take)

    def choose_map(self) -> None:
        """Asks for a map."""
        self._choose(
            self.tr("Load map"),
            QFileDialog.FileMode.ExistingFile,
            lambda files: self.take_map(files[0]),
        )

    def take_map(self, path: Path) -> None:
        """Adds a map file as the highest layer, which can be undone; the picture of a plan is to be
        laid by pairs of points first (`plan_chosen`)."""

        def make(case: Case) -> Job[Path | AddLayer]:
            yield Progress(0, 0, "bytes", path.name)
            if is_plan_picture(path):
                return path
            return (yield from prepare_layer(case, path))[0]

        self._session.run(self.tr("Load map {0}").format(path.name), make, on_done=self._keep_map)

    def _keep_map(self, found: Path | AddLayer) -> None:
        if isinstance(found, Path):
            self.plan_chosen.emit(found)
        else:
            words = self.tr("map layer {0}").format(found.layer.name)
            self._session.do(words, found)

    def take_table(self, path: Path) -> None:
        """Cameras where the file lists some; a CSV file with times lists events, one with owners
        other people's cameras, a file of timed places where a camera went; JSON may be pairs of
        points, and any other GeoJSON file is a map."""

        def make(case: Case) -> Job[AddLayer | Path | _Way | _Owners | _Pairs | CameraPlan]:
            yield Progress(0, 0, "files", path.name)
            kind = path.suffix.lower()
            if kind == ".csv" and lists_events(path):
                return path
            if kind == ".csv" and lists_owners(path):
                return _Owners(path)
            if kind == ".json" and gives_pairs(path):
                return _Pairs(path)
            cameras = camera_list_in(path)
            if cameras is not None:
                return first_look(case, cameras)
            if lists_positions(path):
                return _Way(path)
            return (yield from prepare_layer(case, path))[0]

        self._session.run(self.tr("Take in {0}").format(path.name), make, on_done=self._told_table)

    def _told_table(self, told: AddLayer | Path | _Way | _Owners | _Pairs | CameraPlan) -> None:
        if isinstance(told, _Way):
            self.positions_dropped.emit(told.path)
        elif isinstance(told, _Owners):
            self.registry_dropped.emit(told.path)
        elif isinstance(told, _Pairs):
            self.pairs_dropped.emit(told.path)
        elif isinstance(told, CameraPlan):
            self.cameras_dropped.emit(told)
        elif isinstance(told, Path):
            self.events_dropped.emit(told)
        else:
            self._keep_map(told)

    def analyse(self, source_ids: Sequence[SourceId]) -> None:
        """Finds and follows what is on these recordings."""
        ids = list(source_ids)
        if not ids:
            return
        title = (
            self.tr("Analyse {0} recordings").format(len(ids))
            if len(ids) > 1
            else self.tr("Analyse one recording")
        )
        self._session.run(
            title, lambda case: index_sources(case, ids, IndexOptions()), on_done=self._told
        )

    def analyse_all(self) -> None:
        """The same for every recording of the case."""
        view = self._session.view
        if view is not None:
            self.analyse([source.source_id for source in view.sources])

    def _propose(self, proposals: tuple[Proposal, ...]) -> None:
        view = self._session.view
        if view is None:
            return
        dialog = IntakeDialog(
            proposals,
            view.cameras,
            view.zone_name,
            self._window,
            analyse=self._memory.settings.flag("analyse_after_adding"),
            known=view.sources,
        )
        dialog.hashes_wanted.connect(lambda paths: self._hash(dialog, paths))
        dialog.accepted.connect(
            lambda: self._accept(dialog.accepted_proposals(), analyse=dialog.analyse_wanted())
        )
        dialog.open()

    def _hash(self, dialog: IntakeDialog, paths: Sequence[Path]) -> None:
        """Computes hashes before adding, one file after the other, while the table is open."""

        def take(found: tuple[tuple[Path, str], ...]) -> None:
            # It may have been closed meanwhile.
            if isValid(dialog):
                for path, sha256 in found:
                    dialog.model.set_hash(path, sha256)

        job = self._session.run(
            self.tr("Compute SHA-256 of {0} files").format(len(paths)),
            lambda _: hash_files(paths),
            on_done=take,
        )
        if job is not None:
            dialog.finished.connect(job.cancel)

    def _accept(self, proposals: tuple[Proposal, ...], *, analyse: bool) -> None:
        if not proposals:
            return

        def done(results: tuple[AddedSource, ...]) -> None:
            ids = [one.source.source_id for one in results if one.source is not None]
            for one in results:
                if one.error is not None:
                    self._session.failed.emit(one.error)
            case = self._session.case
            if case is not None and case.encrypted and (copies := plain_copies(results)):
                self._session.notice.emit(f"{copies}.")
            if ids:
                self.added.emit(ids)
                if analyse:
                    self.analyse(ids)

        self._session.run(
            self.tr("Add {0} recordings").format(len(proposals)),
            lambda case: accept_recordings(case, proposals),
            on_done=done,
        )

    def _told(self, reports: object) -> None:
        told = reports if isinstance(reports, tuple) else ()
        note = next((report.device_note for report in told if report.device_note), "")
        if note:
            self._session.notice.emit(note)
        # Last, so that a lesser word does not lie over it.
        for report in told:
            if report.problem is not None:
                self._session.failed.emit(report.problem)

    def _choose(
        self, title: str, mode: QFileDialog.FileMode, then: Callable[[Sequence[Path]], None]
    ) -> None:
        dialog = QFileDialog(self._window, title)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(mode)
        dialog.filesSelected.connect(lambda names: then([Path(name) for name in names]))
        dialog.open()
