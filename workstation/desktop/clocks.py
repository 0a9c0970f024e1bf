"""Clocks of recorders in the window: asked for, aligned on one event, suggested; set with undo."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from casefiles.case import Case
from casefiles.errors import BadClock
from casefiles.types import Source, TrackId
from casefiles.usecases.align_clocks import Seen, propose_alignment
from casefiles.usecases.read_frame import ExactFrame, Moment, read_frame
from casefiles.usecases.set_clock import ClockWords, ProposedClock, propose_clock
from casefiles.usecases.show_looks import show_thumbnails
from casefiles.usecases.suggest_offset import OffsetSuggestion, accepted, suggest_offset
from resources.errors import UserError
from ui.dialogs.align import Alignable, AlignDialog, AlignSide
from ui.dialogs.clock import ClockDialog
from ui.dialogs.suggestion import SuggestionDialog
from ui.models.wall_text import camera_moment, moment, uncertainty_words
from ui.panels.tiles import TilesPanel
from ui.session import Session
from video.clock import format_media
from video.local_time import TimeTwice


class ClockDesk(QObject):
    """What the commands about clocks do."""

    def __init__(self, session: Session, window: QWidget, tiles: TilesPanel) -> None:
        super().__init__(window)
        self._session = session
        self._window = window
        self._tiles = tiles

    def ask_clock(self) -> None:
        """How the clock of the focused recording stood."""
        view, focused = self._session.view, self._focused()
        if view is None or focused is None:
            return
        titles = [(one.source_id, self._title(one)) for one in view.sources]
        timeless = [
            one.source_id for one in view.sources
            if one.clock is None or (one.clock_set is not None and one.clock_set.start_ns)
        ]  # fmt: skip
        dialog = ClockDialog(
            titles, focused.source_id, view.zone_name, self._window, timeless=timeless
        )
        dialog.changed.connect(lambda: self._preview(dialog))
        dialog.wanted.connect(lambda: self._set(dialog))
        dialog.suggestion_wanted.connect(lambda: self._suggest(dialog))
        dialog.align_wanted.connect(lambda: self._align_instead(dialog))
        dialog.open()

    def align(self) -> None:
        """Two recordings side by side, to find one moment in both."""
        focused = self._focused()
        if focused is not None:
            self._align(focused)

    # -- by words

    def _preview(self, dialog: ClockDialog) -> None:
        said = self._said(dialog)
        if said is None or said == ClockWords(zone_name=said.zone_name):
            return
        source_id = dialog.chosen()
        self._session.ask(
            lambda case: propose_clock(case, source_id, said),
            lambda proposed: dialog.preview(self._words(proposed)) if isValid(dialog) else None,
            key="clock-preview",
            failed=lambda error: self._refused(dialog, error),
        )

    def _set(self, dialog: ClockDialog) -> None:
        said = self._said(dialog)
        if said is None:
            return
        source_id = dialog.chosen()

        def put(proposed: ProposedClock) -> None:
            if isValid(dialog):
                self._do(proposed)
                dialog.finish()

        self._session.ask(
            lambda case: propose_clock(case, source_id, said),
            put,
            key="clock-preview",
            failed=lambda error: self._refused(dialog, error),
        )

    def _said(self, dialog: ClockDialog) -> ClockWords | None:
        try:
            return dialog.words()
        except ValueError:
            dialog.refuse(self.tr("Write figures like 259 or −1.5."))
            return None

    def _refused(self, dialog: ClockDialog, error: BaseException) -> None:
        if not isValid(dialog):
            return
        if not isinstance(error, UserError):
            self._session.failed.emit(error)
            return
        if isinstance(error, TimeTwice):
            first, second = error.shown
            dialog.refuse(
                error.message,
                twice=(self.tr("The first: {0}").format(first),
                       self.tr("The second: {0}").format(second)),
            )  # fmt: skip
            return
        is_years = isinstance(error, BadClock) and "years" in error.message
        dialog.refuse(str(error), years=is_years)

    # -- by an event

    def _align_instead(self, dialog: ClockDialog) -> None:
        view = self._session.view
        source = None if view is None else view.source(dialog.chosen())
        dialog.reject()
        if source is not None:
            self._align(source)

    def _align(self, source: Source) -> None:
        view = self._session.view
        if view is None:
            return
        if len(view.sources) < 2:
            self._session.notice.emit(self.tr("There is only one recording to align."))
            return
        known = [self._alignable(one) for one in view.sources]
        at = [one.source_id for one in known].index(source.source_id)
        other = next(n for n in range(len(known)) if n != at)
        dialog = AlignDialog(known, other, at, self._window)
        for side, key in ((dialog.left, "align-left"), (dialog.right, "align-right")):
            side.frame_wanted.connect(lambda one=side, name=key: self._read(dialog, one, name))
            self._read(dialog, side, key)
        dialog.result_wanted.connect(lambda: self._tell_alignment(dialog))
        dialog.wanted.connect(lambda: self._set_alignment(dialog))
        dialog.open()

    def _alignable(self, source: Source) -> Alignable:
        """With the frame that is about on show: how it really lies is seen in the picture."""
        frames, view = source.frames, self._session.view
        first = 0
        if view is not None and source.duration_ns:
            at_ns = view.clock_of(source).to_media(self._session.playhead_ns)
            first = min(max(at_ns * frames // source.duration_ns, 0), max(frames - 1, 0))
        return Alignable(source.source_id, self._title(source), frames, int(first))

    def _read(self, dialog: AlignDialog, side: AlignSide, key: str) -> None:
        dialog.set_button.setEnabled(False)
        source_id, number = side.source_id, side.frame

        def look(case: Case) -> tuple[ExactFrame, QImage]:
            exact = read_frame(case, source_id, Moment(frame=number))
            height, width = exact.picture.shape[:2]
            pixels = exact.picture.tobytes()
            image = QImage(pixels, width, height, 3 * width, QImage.Format.Format_BGR888)
            return exact, image.copy()

        def show(read: tuple[ExactFrame, QImage]) -> None:
            if isValid(dialog) and (side.source_id, side.frame) == (source_id, number):
                exact, image = read
                side.show_frame(number, image, self._where(exact))
                self._tell_alignment(dialog)

        self._session.ask(
            look, show, key=key, failed=lambda error: self._cannot_align(dialog, error)
        )

    def _where(self, exact: ExactFrame) -> str:
        view, source = self._session.view, exact.source
        lines = [
            self.tr("frame {0} of {1} · {2}").format(
                exact.number, source.frames, format_media(exact.time_ns)
            )
        ]
        if view is not None and source.clock is not None:
            wall_ns = source.clock.to_wall_ns(exact.time_ns)
            lines.append(self.tr("true {0}").format(moment(wall_ns, view.zone_name)))
            shown = camera_moment(wall_ns, source, view.zone_name)
            if shown is not None:
                lines.append(self.tr("camera {0}").format(shown))
        return "\n".join(lines)

    def _tell_alignment(self, dialog: AlignDialog) -> None:
        self._with_alignment(dialog, lambda proposed: dialog.preview(self._words(proposed)))

    def _set_alignment(self, dialog: AlignDialog) -> None:
        def put(proposed: ProposedClock) -> None:
            self._do(proposed)
            dialog.finish()

        self._with_alignment(dialog, put)

    def _with_alignment(self, dialog: AlignDialog, then: Callable[[ProposedClock], None]) -> None:
        wrong, trusted = dialog.wrong_and_trusted()
        if wrong.shown is None or trusted.shown is None:
            return
        one = Seen(wrong.source_id, Moment(frame=wrong.shown))
        other = Seen(trusted.source_id, Moment(frame=trusted.shown))
        note = dialog.note.text()
        self._session.ask(
            lambda case: propose_alignment(case, one, other, note=note),
            lambda proposed: then(proposed) if isValid(dialog) else None,
            key="align-result",
            failed=lambda error: self._cannot_align(dialog, error),
        )

    def _cannot_align(self, dialog: AlignDialog, error: BaseException) -> None:
        if isValid(dialog) and isinstance(error, UserError):
            dialog.refuse(str(error))
        else:
            self._session.failed.emit(error)

    # -- by people both views share

    def _suggest(self, dialog: ClockDialog) -> None:
        view = self._session.view
        if view is None:
            return
        source_id = dialog.chosen()
        others = [one.source_id for one in view.sources
                  if one.source_id != source_id and one.source_id in view.runs]  # fmt: skip
        if not others or source_id not in view.runs:
            dialog.refuse(self.tr("Analyse this recording and another one first."))
            return
        dialog.suggest.setEnabled(False)
        dialog.preview(self.tr("Looking for people who go from one view to the other…"))

        def look(case: Case) -> tuple[OffsetSuggestion, ...]:
            found = [one for other in others for one in suggest_offset(case, source_id, other)[:1]]
            return tuple(sorted(found, key=lambda one: (not one.is_clear, -one.score)))

        def show(found: tuple[OffsetSuggestion, ...]) -> None:
            if not isValid(dialog):
                return
            dialog.suggest.setEnabled(True)
            if found:
                dialog.reject()
                self._show_suggestions(found)
            else:
                dialog.refuse(self.tr("Nobody seems to go from this view to another."))

        def failed(error: BaseException) -> None:
            if isValid(dialog):
                dialog.suggest.setEnabled(True)
            self._refused(dialog, error)

        self._session.ask(look, show, key="clock-suggest", failed=failed)

    def _show_suggestions(self, found: tuple[OffsetSuggestion, ...]) -> None:
        view = self._session.view
        source = None if view is None else view.source(found[0].source_id)
        title = "" if source is None else self._title(source)
        dialog = SuggestionDialog(found, title, self._window)

        def put(proposed: ProposedClock) -> None:
            if isValid(dialog):
                self._do(proposed)
                dialog.finish()

        def accept() -> None:
            chosen = dialog.chosen
            self._session.ask(lambda case: accepted(case, chosen), put, key="clock-suggest")

        def picture() -> None:
            ids = [track for one in dialog.chosen.people
                   for track in (one.track_left, one.track_came)]  # fmt: skip
            self._session.ask(
                lambda case: _images(show_thumbnails(case, ids)),
                lambda images: dialog.show_pairs(images) if isValid(dialog) else None,
                key="clock-pictures",
            )

        dialog.chosen_changed.connect(picture)
        dialog.wanted.connect(accept)
        picture()
        dialog.open()

    # -- what all have in common

    def _do(self, proposed: ProposedClock) -> None:
        view = self._session.view
        source = None if view is None else view.source(proposed.clock.source_id)
        title = "" if source is None else self._title(source)
        self._session.do(self.tr("clock of {0}").format(title), proposed.edit)
        for warning in proposed.warnings:
            self._session.notice.emit(f"{warning[:1].upper()}{warning[1:]}.")

    def _words(self, proposed: ProposedClock) -> str:
        clock = proposed.clock
        size = format_media(abs(clock.offset_ns))
        side = self.tr("{0} fast") if clock.offset_ns > 0 else self.tr("{0} slow")
        parts = [side.format(size) if clock.offset_ns else self.tr("no offset")]
        if clock.drift_ppb:
            parts.append(self.tr("drifts {0:+g} ppm").format(clock.drift_ppb / 1000))
        parts.append(uncertainty_words(clock) or self.tr("uncertainty not known"))
        return "\n".join([" · ".join(parts), *proposed.warnings])

    def _focused(self) -> Source | None:
        view = self._session.view
        if view is None or not view.sources:
            return None
        focused = self._tiles.focused_source()
        chosen = self._session.selection.source_id
        for source_id in (chosen, focused):
            source = None if source_id is None else view.source(source_id)
            if source is not None:
                return source
        return view.sources[0]

    def _title(self, source: Source) -> str:
        view = self._session.view
        title = source.path.name if view is None else view.title(source)
        return title if title == source.path.name else f"{title} · {source.path.name}"


def _images(thumbnails: Mapping[TrackId, bytes]) -> dict[int, QImage]:
    return {int(track): QImage.fromData(stored) for track, stored in thumbnails.items()}
