"""Pictures made of tracks, from the window: a stroboscope still, contact sheets."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from casefiles.case import Case
from casefiles.jobs import Job
from casefiles.types import TrackId
from casefiles.usecases.synopsis_stills import (
    MOST_MOMENTS,
    MadeStills,
    SheetWanted,
    StrobeWanted,
    export_sheet,
    export_strobe,
)
from ui.actions import Actions
from ui.dialogs.track_stills import TrackStillDialog
from ui.session import Session

_USUAL_MOMENTS = 12


class StillsDesk(QObject):
    """Asks where to, makes the pictures in a job, tells of them with the way to their folder."""

    def __init__(
        self,
        session: Session,
        window: QWidget,
        actions: Actions,
        *,
        room: Callable[[], Path],
        tell: Callable[[str, str, Path], None],
    ) -> None:
        """`room` is where people keep what they make; `tell` takes title, hint and folder."""
        super().__init__(window)
        self._session = session
        self._window = window
        self._room, self._tell = room, tell
        actions.bind("export.strobe", self.ask_strobe)
        actions.bind("export.sheet", self.ask_sheet)

    def ask_strobe(self) -> None:
        """Where the selected track goes as one picture, and at how many moments it is shown."""
        track_id = self._session.selection.track_id
        if track_id is None:
            return
        dialog = TrackStillDialog(
            "strobe-dialog",
            self.tr("Stroboscope still of the track"),
            self.tr("Track {0} at several moments over the empty picture of its camera, the "
                    "recorded time at each.").format(track_id),
            self._room() / f"track-{track_id}.png",
            moments=_USUAL_MOMENTS, most=MOST_MOMENTS, parent=self._window,
        )  # fmt: skip
        dialog.accepted.connect(lambda: self._strobe(track_id, dialog))
        dialog.open()

    def ask_sheet(self) -> None:
        """Where the tracks of the results go, the best picture of each."""
        found = self._session.hits
        if found is None or not found.hits:
            return
        count = len(found.hits)
        said = (
            self.tr("The result in view")
            if count == 1
            else self.tr("The {0} results in view, the best picture of each").format(count)
        )
        text = "" if found.question is None else found.question.text
        ids = tuple(hit.track.track_id for hit in found.hits)
        self._ask_sheet(self.tr("Contact sheet of the results"), said, text, ids)

    def ask_sheet_of(self, text: str, ids: Sequence[TrackId]) -> None:
        """The same of what Rapid review shows of the answers to a sentence."""
        said = (
            self.tr("The object shown")
            if len(ids) == 1
            else self.tr("The {0} objects shown, the best picture of each").format(len(ids))
        )
        self._ask_sheet(self.tr("Contact sheet of Rapid review"), said, text, tuple(ids))

    def _ask_sheet(self, title: str, said: str, text: str, ids: tuple[TrackId, ...]) -> None:
        dialog = TrackStillDialog(
            "sheet-dialog",
            title,
            said
            + self.tr(", with camera, recorded time and track id, in order of time; on several "
                      "pages where one is too small."),
            self._room() / "contact-sheet.png",
            parent=self._window,
        )  # fmt: skip
        dialog.accepted.connect(lambda: self._sheet(text, ids, dialog.out.path))
        dialog.open()

    def _strobe(self, track_id: TrackId, dialog: TrackStillDialog) -> None:
        wanted = StrobeWanted(track_id, dialog.out.path, dialog.moments.value())
        self._run(self.tr("Stroboscope still"), lambda case: export_strobe(case, wanted))

    def _sheet(self, text: str, ids: tuple[TrackId, ...], out: Path) -> None:
        wanted = SheetWanted(text, out, len(ids), ids)
        self._run(self.tr("Contact sheet"), lambda case: export_sheet(case, wanted))

    def _run(self, title: str, make: Callable[[Case], Job[MadeStills]]) -> None:
        self._session.run(title, make, on_done=partial(self._told, title))

    def _told(self, title: str, made: MadeStills) -> None:
        first, *more = made.pictures
        said = (
            self.tr("{0} saved: {1} and {2} more pages").format(title, first.name, len(more))
            if more
            else self.tr("{0} saved: {1}").format(title, first.name)
        )
        self._tell(said, "; ".join(made.notes), first.parent)
