"""Rapid review in the window: its objects go everywhere else, what is said of them is kept, and
what leaves the case is exported."""

from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QStandardPaths, QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QInputDialog

from casefiles.decision_types import Verdict
from casefiles.edit_kinds import AddBookmark
from casefiles.synopsis_types import Synopsis
from casefiles.types import SourceId, TrackId
from casefiles.usecases.export_synopsis import SynopsisExport, SynopsisWanted, export_synopsis
from casefiles.usecases.map_synopsis import tracks_of
from casefiles.view_types import Bookmark
from ui.actions import Actions
from ui.dialogs.synopsis_export import SynopsisDialog
from ui.messages import Message
from ui.models.synopsis import Opened
from ui.models.synopsis_words import coverage_line, ratio_line
from ui.panels.map import MapPanel
from ui.panels.rapid_review import RapidReviewPanel
from ui.playback.synopsis_values import ShowFrame
from ui.session import Selection, Session
from ui.views.synopsis_marks import Mark
from ui.window import MainWindow
from video.types import TimeNs
from workstation.desktop.stills import StillsDesk

_STAMP: Final = "%Y%m%dT%H%M%S"
_MORE: Final = (
    "rapid.paths", "rapid.dwell", "rapid.stops", "", "export.strobe", "rapid.sheet",
    "export.synopsis", "", "rapid.map", "map.true",
)  # fmt: skip
"""What the dock leads to; empty: a line."""


class SynopsisDesk(QObject):
    """Owns the panel; `close` ends its thread."""

    offered = Signal(object)
    """A message with a button (`Message`)."""

    def __init__(self, session: Session, map_panel: MapPanel, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._map = map_panel
        self._window: MainWindow | None = None
        self.panel = RapidReviewPanel(session)
        self.panel.original_wanted.connect(self._go)
        self.panel.decided.connect(self._decide)
        self.panel.bookmark_wanted.connect(self._bookmark)
        self.panel.export_wanted.connect(self.ask_export)
        self.panel.frame_shown.connect(self._show_on_map)
        self.panel.review.opened.connect(self._map_anew)

    def bind(self, window: MainWindow, actions: Actions) -> None:
        """Its commands, once there is a window."""
        self._window = window
        actions.bind("rapid.prepare", self.prepare)
        actions.bind("export.synopsis", self.ask_export)
        menu = self.panel.controls.more_menu
        for name in _MORE:
            if name:
                menu.addAction(actions[name])
            else:
                menu.addSeparator()

    def close(self) -> None:
        """Ends the thread that composes."""
        self.panel.close_player()

    def prepare(self) -> None:
        """Cuts out what was found, where that was not done yet."""
        if self._window is not None:
            self._window.show_dock("rapid")
        self.panel.review.prepare()

    # -- an object, everywhere else

    def _go(self, mark: Mark, look: bool) -> None:
        """Selects the track, and shows on all cameras the moment it was recorded."""
        track_id = TrackId(mark.shown.tube)

        def show(source_id: SourceId, media_ns: TimeNs) -> None:
            self._session.select(Selection(source_id=source_id, track_id=track_id))
            wall_ns = self._wall(source_id, media_ns)
            if wall_ns is not None:
                # By itself: every panel follows the selection, and then the playhead.
                QTimer.singleShot(0, self, partial(self._session.go_to, wall_ns))
            if look and self._window is not None:
                self._window.show_dock("tiles")

        self.panel.review.ask_original(track_id, int(mark.shown.time_ns), show)

    def _wall(self, source_id: SourceId, media_ns: TimeNs) -> int | None:
        view = self._session.view
        source = None if view is None else view.source(source_id)
        if view is None or source is None:
            return None
        return view.clock_of(source).to_wall_ns(media_ns)

    def _decide(self, track_id: int, verdict: Verdict) -> None:
        self.panel.review.decide(TrackId(track_id), verdict)

    def _bookmark(self, mark: Mark) -> None:
        track_id = TrackId(mark.shown.tube)
        self.panel.player.pause()

        def keep(source_id: SourceId, media_ns: TimeNs, note: str) -> None:
            self._session.do(
                self.tr("bookmark"),
                AddBookmark(
                    Bookmark(
                        note.strip() or self.tr("Bookmark"),
                        wall_ns=self._wall(source_id, media_ns),
                        source_id=source_id,
                        time_ns=media_ns,
                        track_id=track_id,
                    )
                ),
            )

        def ask(source_id: SourceId, media_ns: TimeNs) -> None:
            dialog = QInputDialog(self._window)
            dialog.setWindowTitle(self.tr("Bookmark this moment"))
            dialog.setLabelText(self.tr("Note"))
            dialog.textValueSelected.connect(partial(keep, source_id, media_ns))
            dialog.finished.connect(dialog.deleteLater)
            dialog.open()

        self.panel.review.ask_original(track_id, int(mark.shown.time_ns), ask)

    # -- on the map

    def _map_anew(self, opened: Opened | None) -> None:
        can_play = opened is not None and opened.make is not None
        self._map.set_replay(opened.synopsis if can_play and opened is not None else None)

    def _show_on_map(self, frame: ShowFrame) -> None:
        self._map.show_replay(frame.show_ns)

    # -- export

    def ask_export(self) -> None:
        """Where the synopsis that is shown goes."""
        latest = self.panel.review.latest
        if latest is None or latest.make is None:
            self._session.notice.emit(
                self.tr("There is nothing to export: open Rapid review, and prepare it.")
            )
            return
        synopsis = latest.synopsis
        said = f"{ratio_line(synopsis)}. {coverage_line(synopsis.coverage)}."
        view = self._session.view
        stamp = f"{datetime.now(UTC):{_STAMP}}"
        number = "case" if view is None else _plain(view.header.number)
        out = _room() / f"rapid-review-{number}-{stamp}.mp4"
        dialog = SynopsisDialog(said, out, self._window)
        dialog.accepted.connect(lambda: self.export(synopsis, dialog.wanted()))
        dialog.open()

    def ask_sheet(self, stills: StillsDesk) -> None:
        """Where the objects that are shown go as contact sheets."""
        latest = self.panel.review.latest
        if latest is None or latest.make is None:
            self._session.notice.emit(
                self.tr("There is nothing for a sheet: open Rapid review, and prepare it.")
            )
            return
        ids = sorted(set(tracks_of(latest.synopsis)))
        stills.ask_sheet_of(latest.synopsis.text, ids)

    def export(self, synopsis: Synopsis, wanted: SynopsisWanted) -> None:
        """Writes it, as a job."""

        def told(made: SynopsisExport) -> None:
            folder = made.video.parent
            self.offered.emit(
                Message(
                    "notice",
                    self.tr("Rapid review exported: {0}").format(made.video.name),
                    made.note,
                    action=self.tr("Show folder"),
                    act=partial(QDesktopServices.openUrl, QUrl.fromLocalFile(str(folder))),
                )
            )

        self._session.run(
            self.tr("Export of Rapid review"),
            lambda case: export_synopsis(case, synopsis, wanted),
            on_done=told,
        )


def _plain(text: str) -> str:
    """A text as part of a file name anywhere."""
    kept = "".join(one if one.isalnum() or one in "-_" else "-" for one in text)
    return kept.strip("-")[:40] or "case"


def _room() -> Path:
    """Where people keep what they make."""
    place = QStandardPaths.StandardLocation.DocumentsLocation
    return Path(QStandardPaths.writableLocation(place) or str(Path.home()))
