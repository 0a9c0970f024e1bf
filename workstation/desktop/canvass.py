"""Who saw the street when, and whom else to ask: two dialogs beside the map."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QPointF, QStandardPaths, Qt
from PySide6.QtWidgets import QFileDialog, QMenu
from shiboken6 import isValid

from casefiles.canvass_types import (
    AddCanvass,
    CanvassEntry,
    CanvassId,
    ChangeCanvass,
    RemoveCanvass,
    SayCanvass,
)
from casefiles.case import Case
from casefiles.geo import GeoPoint
from casefiles.jobs import Job, Progress
from casefiles.types import SourceId
from casefiles.usecases.canvass import (
    CanvassAsked,
    CanvassImport,
    CanvassRow,
    export_canvass,
    read_canvass,
    read_registry_of,
)
from casefiles.usecases.canvass_sheets import SheetWanted, WrittenSheets, write_sheets
from casefiles.usecases.street_tables import export_street_coverage
from casefiles.usecases.street_types import CoverageAsked, StreetCoverage
from mapview.projection import project, unproject
from mapview.street_lines import StreetGround
from ui.dialogs.canvass import CanvassDialog, EntryDialog, ListWanted, as_status
from ui.dialogs.canvass_sheet import SheetDialog
from ui.dialogs.street_coverage import StreetCoverageDialog, WatchRow
from ui.models.chosen_cameras import ChosenCameras
from ui.models.drawn_region import others_in, region_words, rings_of
from ui.models.wall_text import local
from ui.panels.map import MapPanel
from ui.panels.map_streets import MapStreets
from ui.panels.timeline import TimelinePanel
from ui.session import Selection, Session
from ui.window import MainWindow
from video.clock import now_ns
from workstation.desktop.street_reading import StreetReading

if TYPE_CHECKING:
    from workstation.desktop.map_tools import MapPlace

_AROUND_M: Final = 100
_CLOSE_M: Final = 1.0
"""Of the map for a pixel, where a place is to be seen well."""


class CanvassDesk(QObject):
    """Both dialogs; each is open once at most, and shows on the map what it tells."""

    def __init__(
        self,
        session: Session,
        window: MainWindow,
        panel: MapPanel,
        timeline: TimelinePanel,
        chosen: ChosenCameras,
    ) -> None:
        super().__init__(window)
        self._chosen = chosen
        self._middle: GeoPoint | None = None
        """The place that was asked about; None: the middle of the map."""
        self._session = session
        self._window = window
        self._map = panel.map
        self._timeline = timeline
        self._streets = StreetReading(session)
        self.coverage: StreetCoverageDialog | None = None
        self.canvass: CanvassDialog | None = None
        self.shown = MapStreets(self._map)
        self._listed = CanvassAsked()
        self._session.case_changed.connect(self._new_case)
        self._session.view_changed.connect(self._show_others)
        self._session.data_changed.connect(self._note_data)

    # Who saw the street

    def open_coverage(self) -> None:
        """Opens the dialog, or brings it to the front."""
        view = self._session.view
        if view is None:
            return
        self._window.show_dock("map")
        if self.coverage is None or not isValid(self.coverage):
            dialog = StreetCoverageDialog(view.zone_name, self._near_ns(), parent=self._window)
            dialog.wanted.connect(self._ask_coverage)
            dialog.place_wanted.connect(self._go_watch)
            dialog.map_wanted.connect(self._show_streets)
            dialog.export_wanted.connect(self._export_coverage)
            dialog.finished.connect(lambda _: self._show_streets(on=False))
            dialog.row_found.connect(self._go_time)
            self.coverage = dialog
            self._streets.read(self._propose, self._session.failed.emit)
        dialog = self.coverage
        span, region = self._timeline.span, self._chosen.region
        if span is not None:
            dialog.since.setText(self._typed(span[0]))
            dialog.until.setText(self._typed(span[1]))
        dialog.set_region(region_words(region), rings_of(region))
        dialog.show()
        dialog.raise_()
        dialog.activateWindow()
        if region is not None:
            # What was drawn is the question already.
            dialog.accept()

    def coverage_at(self, at: QPointF) -> bool:
        """A click on the map: the row of a piece of street that is drawn there, and its time."""
        dialog = self.coverage
        if dialog is None or not isValid(dialog):
            return False
        found = self.shown.part_at(at)
        if found is None:
            return False
        part, along_m = found
        if not dialog.select_at(part.line, along_m):
            name = part.street or self.tr("This street")
            self._session.notice.emit(
                self.tr("{0}: no camera of the case looked there in the time asked.").format(name)
            )
        return True

    def _propose(self, ground: StreetGround) -> None:
        if self.coverage is not None and isValid(self.coverage):
            self.coverage.set_streets([one.name for one in ground.lines])

    def _ask_coverage(self, asked: CoverageAsked) -> None:
        self._streets.ask(asked, self._take_coverage, self._no_coverage)

    def _take_coverage(self, found: StreetCoverage) -> None:
        if self.coverage is not None and isValid(self.coverage):
            self.coverage.show_answer(found)
            self._show_streets(on=self.coverage.on_map.isChecked())

    def _no_coverage(self, error: BaseException) -> None:
        if self.coverage is not None and isValid(self.coverage):
            self.coverage.show_problem(error)

    def _show_streets(self, on: bool) -> None:
        dialog = self.coverage if self.coverage is not None and isValid(self.coverage) else None
        answer = None if dialog is None else dialog.answer
        self.shown.show_parts(() if answer is None or not on else answer.parts)

    def _go_watch(self, row: WatchRow) -> None:
        self._look_at(*row.middle)
        self._go_time(row)

    def _go_time(self, row: WatchRow) -> None:
        """Selects the camera everywhere, and goes to where it begins to show the place."""
        source_id = None if row.source_id is None else SourceId(row.source_id)
        self._session.select(Selection(source_id, row.watch.camera_id))
        if source_id is not None and row.from_ns is not None:
            self._session.go_to(row.from_ns)

    def _export_coverage(self) -> None:
        dialog = self.coverage
        if dialog is None or dialog.answer is None:
            return
        found = dialog.answer

        def write(path: Path) -> None:
            self._session.ask(
                lambda case: export_street_coverage(case, found, path),
                lambda _: self._session.notice.emit(self.tr("Written: {0}").format(path)),
            )

        self._ask_file(self.tr("Export table"), "streets.csv", write)

    # Other people's cameras

    def open_canvass(self) -> None:
        """Opens the list, or brings it to the front; of what is drawn on the map, where something
        is."""
        self._middle = None
        self._open_canvass(None)

    def ask_around(self, point: GeoPoint) -> None:
        """Who else may have a camera near a place: the list within a radius of it."""
        self._middle = point
        self._open_canvass(_AROUND_M)

    def _open_canvass(self, radius_m: int | None) -> None:
        view = self._session.view
        if view is None:
            return
        self._window.show_dock("map")
        if self.canvass is None or not isValid(self.canvass):
            span = self._timeline.span
            since = "" if span is None else self._typed(span[0])
            dialog = CanvassDialog(view.zone_name, self._near_ns(), since, self._window)
            dialog.wanted.connect(self._list)
            dialog.import_wanted.connect(self._choose_registry)
            dialog.add_wanted.connect(lambda: self.add())
            dialog.change_wanted.connect(self._change)
            dialog.status_wanted.connect(self._say)
            dialog.remove_wanted.connect(self._remove)
            dialog.sheet_wanted.connect(self._ask_sheets)
            dialog.export_wanted.connect(self._export_list)
            dialog.place_wanted.connect(self._go_entry)
            self.canvass = dialog
        middle = self.tr("the middle of the map") if radius_m is None else self.tr("that place")
        region = self._chosen.region
        drawn = region is not None
        self.canvass.set_region(region_words(region), is_drawn=drawn, tick=drawn)
        self.canvass.look_around(middle, radius_m)
        self.canvass.ask()
        self.canvass.show()
        self.canvass.raise_()
        self.canvass.activateWindow()

    def menu(self, menu: QMenu, place: "MapPlace") -> None:
        """A line of the menu of a place on the map."""
        menu.addAction(self.tr("Add somebody else's camera here…"), lambda: self.add(place.point))
        menu.addAction(
            self.tr("Who else may have a camera here…"), lambda: self.ask_around(place.point)
        )

    def add(self, point: GeoPoint | None = None) -> None:
        """Asks for an entry, at a place or without one."""
        if self._session.view is None:
            return
        dialog = EntryDialog(CanvassEntry("", point=point), self._window)
        dialog.kept.connect(
            lambda one: self._session.do(self.tr("entry of the canvass list"), AddCanvass((one,)))
        )
        dialog.open()

    def _change(self, entry: CanvassEntry) -> None:
        dialog = EntryDialog(entry, self._window)
        dialog.kept.connect(
            lambda one: self._session.do(self.tr("change of an entry"), ChangeCanvass(one))
        )
        dialog.open()

    def _say(self, ids: tuple[CanvassId, ...], status: str) -> None:
        if ids:
            self._session.do(
                self.tr("'{0}' of the canvass list").format(status),
                SayCanvass(ids, as_status(status)),
            )

    def _remove(self, ids: tuple[CanvassId, ...]) -> None:
        if ids:
            self._session.do(self.tr("removal from the canvass list"), RemoveCanvass(ids))

    def _list(self, wanted: ListWanted) -> None:
        asked = wanted.asked
        region = self._chosen.region
        if wanted.drawn and region is not None:
            asked = others_in(region, asked.from_ns)
        if wanted.near_m is not None:
            view = self._map.view
            middle = self._middle or unproject(view.x, view.y)
            asked = replace(asked, route=(middle,), radius_m=wanted.near_m)
            if wanted.drawn and region is not None:
                asked = replace(asked, within=rings_of(region))
        self._listed = asked
        self._session.ask(
            lambda case: read_canvass(case, asked, now_ns=now_ns())[0], self._show_rows,
            key="canvass",
        )  # fmt: skip

    def _show_rows(self, rows: tuple[CanvassRow, ...]) -> None:
        if self.canvass is not None and isValid(self.canvass):
            self.canvass.show_rows(rows)

    def _choose_registry(self) -> None:
        dialog = QFileDialog(self._window, self.tr("Import registry"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter(self.tr("Registry (*.csv *.tsv *.txt)"))
        dialog.fileSelected.connect(lambda name: self.take(Path(name)))
        dialog.open()

    def take_dropped(self, path: Path) -> None:
        """The same, beside the list that it goes into."""
        self.open_canvass()
        self.take(path)

    def take(self, path: Path) -> None:
        """Adds the good rows of a registry as one change, and tells of the others."""

        def make(case: Case) -> Job[tuple[AddCanvass, CanvassImport]]:
            yield Progress(0, 0, "rows", path.name)
            return read_registry_of(case, path)

        self._session.run(
            self.tr("Take in {0}").format(path.name), make,
            on_done=lambda done: self._take_registry(path, *done),
        )  # fmt: skip

    def _take_registry(self, path: Path, edit: AddCanvass, told: CanvassImport) -> None:
        if edit.entries:
            self._session.do(self.tr("import of a registry"), edit)
        parts = [self.tr("{0}: {1} entries added").format(path.name, len(edit.entries))]
        if told.known:
            parts.append(self.tr("{0} were there").format(told.known))
        if told.problems:
            shown = "; ".join(told.problems[:3])
            parts.append(self.tr("{0} rows left out: {1}").format(len(told.problems), shown))
        self._session.notice.emit(" · ".join([*parts, *told.notes]))

    def _ask_sheets(self, ids: tuple[CanvassId, ...]) -> None:
        view, dialog = self._session.view, self.canvass
        if view is None or dialog is None or not ids:
            return
        span = self._timeline.span
        texts = (dialog.since.text(), "") if span is None else (
            self._typed(span[0]), self._typed(span[1])
        )  # fmt: skip
        out = _room() / f"requests-{view.header.number}.html".replace("/", "-")
        sheets = SheetDialog(ids, texts, self._near_ns(), view.zone_name, out, self._window)
        sheets.sheets_wanted.connect(self._write_sheets)
        sheets.open()

    def _write_sheets(self, wanted: SheetWanted, mark: bool) -> None:
        def told(done: WrittenSheets) -> None:
            self._session.notice.emit(
                self.tr("{0} request sheets: {1}").format(done.pages, done.files[0][0])
            )
            if mark:
                self._say(wanted.entry_ids, "asked")

        self._session.ask(lambda case: write_sheets(case, wanted, now_ns=now_ns()), told)

    def _export_list(self) -> None:
        asked = self._listed

        def write(path: Path) -> None:
            self._session.ask(
                lambda case: export_canvass(case, asked, path, now_ns=now_ns()),
                lambda _: self._session.notice.emit(self.tr("Written: {0}").format(path)),
            )

        self._ask_file(self.tr("Export list"), "canvass.csv", write)

    def _go_entry(self, entry: CanvassEntry) -> None:
        if entry.point is not None:
            self._look_at(entry.point.lon, entry.point.lat)

    # Both

    def _new_case(self) -> None:
        for dialog in (self.coverage, self.canvass):
            if dialog is not None and isValid(dialog):
                dialog.close()
        self.coverage = self.canvass = None
        self._show_streets(on=False)

    def _note_data(self, tables: frozenset[str]) -> None:
        if "canvass" in tables and self.canvass is not None and isValid(self.canvass):
            self.canvass.ask()

    def _show_others(self) -> None:
        view = self._session.view
        self.shown.show_entries(() if view is None else view.canvass)

    def _look_at(self, lon: float, lat: float) -> None:
        x, y = project(GeoPoint(lat, lon))
        view = self._map.view
        self._map.show_viewport(replace(view, x=x, y=y, scale=min(view.scale, _CLOSE_M)))

    def _near_ns(self) -> int:
        view = self._session.view
        return self._session.playhead_ns or (0 if view is None else view.earliest_ns)

    def _typed(self, wall_ns: int) -> str:
        """A time as it is typed: ISO 8601 with zone, whole seconds."""
        view = self._session.view
        zone = "UTC" if view is None else view.zone_name
        return local(wall_ns, zone).isoformat(timespec="seconds")

    def _ask_file(self, title: str, name: str, write: Callable[[Path], None]) -> None:
        dialog = QFileDialog(self._window, title, str(_room() / name))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("csv")
        # Nothing is ever replaced: the export says so in its own words.
        dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)
        dialog.fileSelected.connect(lambda chosen: write(Path(chosen)))
        dialog.open()


def _room() -> Path:
    """Where people keep what they make."""
    place = QStandardPaths.StandardLocation.DocumentsLocation
    return Path(QStandardPaths.writableLocation(place) or str(Path.home()))
