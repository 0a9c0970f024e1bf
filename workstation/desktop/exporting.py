"""What leaves a case from the window: stills of tiles, clips of a span."""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QStandardPaths, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QInputDialog, QWidget

from casefiles.case import Case
from casefiles.jobs import Job
from casefiles.types import Source
from casefiles.usecases.export_clips import ClipsExport, export_clips
from casefiles.usecases.export_still import StillExport, StillWanted, export_still
from casefiles.usecases.plan_clips import ClipPlan, ClipsWanted, plan_clips
from casefiles.usecases.read_frame import Moment
from casefiles.view_types import CaseView
from resources.errors import UserError
from ui.actions import Actions
from ui.dialogs.export import ClipChoice, ClipsDialog, StillDialog
from ui.messages import Message
from ui.models.wall_text import local
from ui.panels.tiles import TilesPanel
from ui.panels.timeline import TimelinePanel
from ui.playback import Playback
from ui.session import Session
from video.clock import NS_PER_S, wall_from_ns
from workstation.desktop.stills import StillsDesk

_SHOWN: Final = "%Y%m%dT%H%M%S"


class ExportDesk(QObject):
    """Stills and clips: asked for, made in a job, and told of with the way to their folder."""

    offered = Signal(object)
    """A message with a button (`Message`)."""

    def __init__(
        self,
        session: Session,
        playback: Playback,
        window: QWidget,
        actions: Actions,
        *,
        tiles: TilesPanel,
        timeline: TimelinePanel,
    ) -> None:
        super().__init__(window)
        self._session = session
        self._playback = playback
        self._window = window
        self._tiles = tiles
        self._timeline = timeline
        self.stills = StillsDesk(session, window, actions, room=_room, tell=self._tell)
        actions.bind("export.still", self.ask_still)
        actions.bind("export.stills", self.ask_stills)
        actions.bind("export.clips", self.ask_clips)

    def ask_still(self) -> None:
        """Where the frame of the focused tile goes, and how it is made."""
        view, source_id = self._session.view, self._tiles.focused_source()
        source = None if view is None or source_id is None else view.source(source_id)
        if view is None or source is None:
            return
        moment = self._moment(view, source)
        out = _room() / f"{self._name(view, source)}.png"
        said = self.tr("{0}, as shown at {1}").format(view.title(source), self._when(view))
        dialog = StillDialog(said, out, self._tiles.recipe_of(source.source_id), self._window)
        dialog.accepted.connect(
            lambda: self._save([StillWanted(source.source_id, moment, dialog.out.path,
                                            dialog.recipe())])
        )  # fmt: skip
        dialog.open()

    def ask_stills(self) -> None:
        """Into which folder a frame of every tile goes."""
        view = self._session.view
        if view is None or not self._tiles.shown:
            return
        dialog = QInputDialog(self._window)
        dialog.setObjectName("stills-folder")
        dialog.setWindowTitle(self.tr("Save frames of all tiles"))
        dialog.setLabelText(self.tr("Folder for the pictures and their sidecars"))
        dialog.setTextValue(str(_room()))
        dialog.textValueSelected.connect(partial(self._save_all, view))
        dialog.open()

    def _save_all(self, view: CaseView, folder: str) -> None:
        room = Path(folder.strip()).expanduser()
        wanted = [
            StillWanted(
                source.source_id,
                self._moment(view, source),
                room / f"{self._name(view, source)}.png",
                self._tiles.recipe_of(source.source_id),
            )
            for source in (view.source(one) for one in self._tiles.shown)
            if source is not None and self._is_on(view, source)
        ]
        if not wanted:
            self._session.notice.emit(self.tr("No tile shows footage now: nothing was saved."))
            return
        self._save(wanted)

    def _save(self, wanted: Sequence[StillWanted]) -> None:
        def make(case: Case) -> Job[tuple[StillExport, ...]]:
            done = []
            for one in wanted:
                done.append((yield from export_still(case, one)))
            return tuple(done)

        def told(done: tuple[StillExport, ...]) -> None:
            if done:
                text = (
                    self.tr("Frame saved: {0}").format(done[0].picture.name)
                    if len(done) == 1
                    else self.tr("{0} frames saved").format(len(done))
                )
                self._tell(text, "", done[0].picture.parent)

        title = self.tr("Save a frame") if len(wanted) == 1 else self.tr("Save frames")
        self._session.run(title, make, on_done=told)

    def ask_clips(self) -> None:
        """Which cameras, what kind and where to; the span is the marked one, and can be changed."""
        view, span = self._session.view, self._timeline.span
        if view is None or span is None:
            return
        choices = _choices(view)
        on_wall = {(one.camera_id, None if one.camera_id else int(one.source_id))
                   for one in map(view.source, self._tiles.shown) if one is not None}  # fmt: skip
        checked = [one for one in choices if (one.camera_id, one.source_id) in on_wall]
        stamp = datetime.now(UTC).strftime(_SHOWN)
        folder = _room() / f"clips {_plain(view.header.number)} {stamp}"
        dialog = ClipsDialog(choices, checked, span, view.zone_name, folder, self._window)
        dialog.preview_wanted.connect(partial(self._preview, dialog))
        dialog.accepted.connect(lambda: self._export(dialog.wanted()))
        dialog.open()

    def _preview(self, dialog: ClipsDialog, wanted: ClipsWanted) -> None:
        def failed(error: BaseException) -> None:
            if not isinstance(error, UserError):
                self._session.failed.emit(error)
                return
            dialog.show_preview(wanted, str(error), possible=False)

        self._session.ask(
            lambda case: plan_clips(case, wanted),
            lambda plan: dialog.show_preview(wanted, self._said(plan), possible=True),
            key="export-preview",
            failed=failed,
        )

    def _said(self, plan: ClipPlan) -> str:
        """What a plan comes to, in a few words."""
        cameras, pieces = plan.cameras, len(plan.pieces)
        said = ", ".join([
            self.tr("1 camera") if cameras == 1 else self.tr("{0} cameras").format(cameras),
            self.tr("1 recording") if pieces == 1 else self.tr("{0} recordings").format(pieces),
            self.tr("about {0} MB").format(max(round(plan.bytes_needed / 1e6), 1)),
        ])  # fmt: skip
        lead_s = max(piece.lead_in_ns for piece in plan.pieces) / NS_PER_S
        if plan.wanted.mode != "exact" and lead_s:
            said += self.tr("; copies start up to {0:.1f} s earlier").format(lead_s)
        if len(plan.gaps) == 1:
            said += self.tr("; one time without footage is listed")
        elif plan.gaps:
            said += self.tr("; {0} times without footage are listed").format(len(plan.gaps))
        left = f" {'; '.join(plan.left_out)}." if plan.left_out else ""
        return f"{said}.{left}"

    def _export(self, wanted: ClipsWanted) -> None:
        def told(made: ClipsExport) -> None:
            for failure in made.failures:
                self._session.failed.emit(failure)
            clips = len(made.files)
            said = (
                self.tr("1 clip exported, with manifest and hashes")
                if clips == 1
                else self.tr("{0} clips exported, with manifest and hashes").format(clips)
            )
            lead = next((one.said for one in made.files if one.mode == "copy"), "")
            gaps = self.tr("times without footage: {0}").format(len(made.gaps))
            hints = [lead, gaps if made.gaps else "",
                     *made.left_out, made.note]  # fmt: skip
            self._tell(said, "; ".join(one for one in hints if one), made.folder)

        self._session.run(
            self.tr("Export clips"), lambda case: export_clips(case, wanted), on_done=told
        )

    def _tell(self, title: str, hint: str, folder: Path) -> None:
        show = partial(QDesktopServices.openUrl, QUrl.fromLocalFile(str(folder)))
        self.offered.emit(Message("notice", title, hint, action=self.tr("Show folder"), act=show))

    def _moment(self, view: CaseView, source: Source) -> Moment:
        """The very frame that the tile shows, else the one on show at the playhead."""
        shown = self._playback.shown(source.source_id)
        if shown is not None and shown.state == "frame":
            return Moment(frame=shown.number)
        media = view.clock_of(source).to_media(self._session.playhead_ns)
        return Moment(media_s=media / NS_PER_S)

    def _is_on(self, view: CaseView, source: Source) -> bool:
        media = view.clock_of(source).to_media(self._session.playhead_ns)
        return 0 <= media < source.duration_ns

    def _when(self, view: CaseView) -> str:
        return local(self._session.playhead_ns, view.zone_name).isoformat(" ", "milliseconds")

    def _name(self, view: CaseView, source: Source) -> str:
        moment = wall_from_ns(self._session.playhead_ns)
        stamp = f"{moment:{_SHOWN}}.{moment.microsecond // 1000:03d}Z"
        return f"{_plain(view.title(source))}_{stamp}_source{source.source_id}"


def _choices(view: CaseView) -> list[ClipChoice]:
    """Every camera with recordings, and every recording without a camera."""
    found: dict[tuple[str | None, int | None], ClipChoice] = {}
    for source in view.sources:
        own = None if source.camera_id is not None else int(source.source_id)
        key = (source.camera_id, own)
        found.setdefault(key, ClipChoice(view.title(source), *key))
    return list(found.values())


def _plain(text: str) -> str:
    """A text as part of a file name anywhere."""
    kept = "".join(one if one.isalnum() or one in "-_" else "-" for one in text)
    return kept.strip("-")[:40] or "case"


def _room() -> Path:
    """Where people keep what they make."""
    place = QStandardPaths.StandardLocation.DocumentsLocation
    return Path(QStandardPaths.writableLocation(place) or str(Path.home()))
