"""Every command of the window as a row: menus, tool tips, command palette and the shortcut sheet
are all built from this one table. What a command does is bound to it by the composition root.
"""

import logging
from collections.abc import Callable, Iterator
from typing import Final

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

from casefiles.view_types import HeatKind
from ui.action_row import ActionRow, Need
from ui.follow_actions import FOLLOW_ACTIONS
from ui.icons import icon
from ui.session import Session
from ui.theme import THEME

log = logging.getLogger(__name__)
MENUS: Final = ("Case", "Edit", "Play", "View", "Find", "Map", "Follow", "Analyse", "Help")


_WORKSPACES: Final = ("Review", "Search", "Follow", "Plates", "Case")
TILE_COUNTS: Final = (1, 2, 4, 6, 9, 16, 25, 36, 49, 64)
# Map and jobs have commands of their own.
DOCKS: Final = {
    "sources": "Sources and cameras",
    "tiles": "Tiles",
    "rapid": "Rapid review",
    "timeline": "Timeline",
    "activity": "Activity chart",
    "inspector": "Inspector",
    "places": "Zones and bookmarks",
    "search": "Search and results",
    "follow": "Follow",
    "plates": "Plates",
    "history": "History",
}

HEATS: Final[dict[HeatKind, str]] = {
    "paths": "time in view",
    "dwell": "time standing",
    "stops": "stops",
}
"""The heat maps, and what they are of."""

ACTIONS: Final[tuple[ActionRow, ...]] = (
    ActionRow("case.new", "Case", "New case…", ("Ctrl+N",), "new"),
    ActionRow("case.open", "Case", "Open case…", ("Ctrl+O",), "open"),
    ActionRow("case.practise", "Case", "Practise on the demo case", (), "practise"),
    ActionRow("case.close", "Case", "Close case", ("Ctrl+W",), "close", "case"),
    ActionRow(
        "footage.add", "Case", "Add footage…", ("Ctrl+I",), "import", "case",
        "Or drop files and folders anywhere on the window", begins_group=True,
    ),
    ActionRow("footage.find", "Case", "Find moved originals…", (), "folder", "footage",
              "Only the very same bytes are taken"),
    ActionRow("footage.collect", "Case", "Collect originals into the case", (), "save", "footage",
              "Copies them, with proof; the originals stay where they are"),
    ActionRow("camera.import", "Case", "Import cameras…", (), "camera", "case",
              "A CSV, GeoJSON or KML list, shown before it is taken in"),
    ActionRow("camera.export", "Case", "Export cameras…", (), "export", "case",
              "All cameras with their dated placements as CSV, GeoJSON or KML"),
    ActionRow("camera.placements", "Case", "Placements of the camera…", (), "camera", "case",
              "Where the selected camera stood from when to when; its name, kind and note"),
    ActionRow("camera.remove", "Case", "Remove the camera", (), "", "case",
              "The selected one, where no recording and nothing else belongs to it"),
    ActionRow("event.import", "Case", "Import events…", (), "import", "case",
              "Calls, statements, alarms from a CSV table"),
    ActionRow("positions.import", "Case", "Positions of a moving camera…", (), "map", "case",
              "A GPX, KML or GeoJSON file of a squad car, a trailer or a drone"),
    ActionRow("map.load", "Case", "Load map…", (), "map", "case"),
    ActionRow("case.zone", "Case", "Time zone of the case…", (), "clock", "case"),
    ActionRow("export.still", "Case", "Save this frame…", ("Ctrl+S",), "save", "footage",
              "The frame of the focused tile, lossless, with a sidecar that says what it is",
              begins_group=True),
    ActionRow("export.stills", "Case", "Save frames of all tiles…", ("Ctrl+Shift+S",), "save",
              "footage"),
    ActionRow("export.strobe", "Case", "Stroboscope still of the track…", (), "save", "track",
              "The selected track at several moments in one picture, the time at each"),
    ActionRow("export.sheet", "Case", "Contact sheet of the results…", (), "export", "hits",
              "The best picture of each with camera, time and track id"),
    ActionRow("export.clips", "Case", "Export clips of the span…", ("Ctrl+Shift+E",), "export",
              "span", "Several cameras over the marked span, with manifest and hashes"),
    ActionRow("export.synopsis", "Case", "Export the Rapid review…", (), "export", "footage",
              "What Rapid review shows, as a video with a list of all objects"),
    ActionRow("rapid.sheet", "Case", "Contact sheet of Rapid review…", (), "export", "footage",
              "The best picture of each object that Rapid review shows"),
    ActionRow("clock.set", "Case", "Clock of a recorder…", (), "clock", "footage"),
    ActionRow("clock.align", "Case", "Align two clocks on one event…", (), "clock", "footage"),
    ActionRow("case.verify", "Case", "Verify case", (), "check", "case", begins_group=True),
    ActionRow("case.snapshot", "Case", "Save a snapshot…", (), "save", "case"),
    ActionRow("case.passphrase", "Case", "Change the passphrase…", (), "lock", "case"),
    ActionRow("program.settings", "Case", "Settings…", ("Ctrl+,",), "settings", begins_group=True),
    ActionRow("program.quit", "Case", "Quit", ("Ctrl+Q",), ""),
    ActionRow("edit.undo", "Edit", "Undo", ("Ctrl+Z",), "undo", "undo"),
    ActionRow("edit.redo", "Edit", "Redo", ("Ctrl+Y", "Ctrl+Shift+Z"), "redo", "redo"),
    ActionRow(
        "bookmark.add", "Edit", "Bookmark this moment…", ("B",), "bookmark", "footage",
        begins_group=True,
    ),
    ActionRow("cameras.move", "Edit", "Move cameras on the map", (), "camera", "case",
              checkable=True),
    ActionRow("play.toggle", "Play", "Play or pause", ("Space",), "play", "footage"),
    ActionRow("play.back", "Play", "Shuttle backward", ("J",), "slower", "footage"),
    ActionRow("play.stop", "Play", "Stop the shuttle", ("K",), "pause", "footage"),
    ActionRow("play.forward", "Play", "Shuttle forward", ("L",), "faster", "footage"),
    ActionRow("play.next", "Play", "Next frame", ("Right",), "step-forward", "footage",
              begins_group=True),
    ActionRow("play.previous", "Play", "Previous frame", ("Left",), "step-back", "footage"),
    ActionRow("play.second", "Play", "One second forward", ("Shift+Right",), "", "footage"),
    ActionRow("play.second-back", "Play", "One second back", ("Shift+Left",), "", "footage"),
    ActionRow("play.start", "Play", "To the start", ("Home",), "skip-start", "footage"),
    ActionRow("play.end", "Play", "To the end", ("End",), "skip-end", "footage"),
    ActionRow("sound.toggle", "Play", "Hear the tile, or mute it", ("U",), "sound-on", "footage",
              begins_group=True),
    ActionRow("sound.mute", "Play", "Mute all tiles", ("Shift+U",), "sound-off", "footage"),
    ActionRow("play.goto", "Play", "Go to a time…", ("Ctrl+G",), "clock", "footage"),
    ActionRow("span.in", "Play", "Span starts here", ("[",), "", "footage", begins_group=True),
    ActionRow("span.out", "Play", "Span ends here", ("]",), "", "footage"),
    ActionRow("span.clear", "Play", "Clear the span", ("\\",), "", "span"),
    ActionRow("span.loop", "Play", "Loop the span", ("Ctrl+L",), "loop", "span", checkable=True),
    *(
        ActionRow(f"workspace.{name.lower()}", "View", f"Workspace {name}", (f"Ctrl+{number}",),
                  "layout")
        for number, name in enumerate(_WORKSPACES, 1)
    ),
    *(
        ActionRow(
            f"tiles.{count}", "View", f"{count} tile{'s' if count > 1 else ''}",
            (f"Alt+{count}",) if count < 10 else (), f"tiles-{min(count, 9)}", "footage",
            begins_group=count == 1,
        )
        for count in TILE_COUNTS
    ),
    ActionRow("tiles.next", "View", "Next tiles", ("PgDown",), "", "footage",
              tip="The next recordings, where there are more than tiles"),
    ActionRow("tiles.previous", "View", "Previous tiles", ("PgUp",), "", "footage"),
    *(
        ActionRow(f"tile.{number}", "View", f"Focus tile {number}", (str(number),), "", "footage",
                  listed=False)
        for number in range(1, 10)
    ),
    ActionRow("tile.zoom-in", "View", "Zoom into the tile", ("Ctrl++", "Ctrl+="), "zoom-in",
              "footage", begins_group=True),
    ActionRow("tile.zoom-out", "View", "Zoom out of the tile", ("Ctrl+-",), "zoom-out", "footage"),
    ActionRow("tile.fit", "View", "Whole picture in the tile", ("Ctrl+0",), "fit", "footage"),
    ActionRow("tile.overlay", "View", "Show what was found on the tiles", ("O",), "overlay",
              "footage", checkable=True),
    ActionRow("tile.picture", "View", "Picture of the tile", ("Ctrl+E",), "", "footage",
              "Brightness, noise and interlaced rows, for the screen only", checkable=True),
    ActionRow("view.map", "View", "Map", ("M",), "map", "case", begins_group=True),
    ActionRow("rapid.map", "View", "Rapid review on the map", (), "map", "footage",
              "The objects shown, each where it was, with its recorded time"),
    ActionRow("map.true", "View", "Rapid review on the map in true time", (), "map", "footage",
              "Each track where it was at the playhead, not when the synopsis shows it",
              checkable=True),
    *(
        ActionRow(f"dock.{name}", "View", text, (), "layout",
                  tip=f"Shows {text[0].lower()}{text[1:]}, or hides it where it is in view")
        for name, text in DOCKS.items()
    ),
    ActionRow("timeline.all", "View", "All of the timeline", ("Ctrl+Shift+0",), "fit", "footage",
              "All footage and events (F on the timeline)", begins_group=True),
    ActionRow("timeline.span", "View", "Zoom the timeline to the span", ("Ctrl+Shift+L",), "",
              "span"),
    ActionRow("timeline.frame", "View", "Zoom the timeline to the frame", ("Ctrl+Shift+F",), "",
              "footage", "The frame shown at the playhead, with its number and neighbours"),
    ActionRow("timeline.in", "View", "Show less time", ("Ctrl+Shift++", "Ctrl+Shift+="),
              "zoom-in", "footage"),
    ActionRow("timeline.out", "View", "Show more time", ("Ctrl+Shift+-",), "zoom-out", "footage"),
    ActionRow("view.full", "View", "Full screen", ("F", "F11"), "fullscreen", checkable=True),
    ActionRow("tiles.full", "View", "Tiles full screen", ("Shift+F",), "fullscreen", "footage",
              "Only the tiles; Esc brings them back", checkable=True),
    ActionRow("tiles.second", "View", "Tiles on the second screen", (), "", "footage",
              checkable=True),
    ActionRow("view.scheme", "View", "Light or dark", ("Ctrl+T",), "light"),
    ActionRow("layout.save", "View", "Keep this layout", (), "layout", begins_group=True,
              tip="Saved for this workspace; it is also kept when the window closes"),
    ActionRow("layout.reset", "View", "Reset the layout of this workspace", (), "layout"),
    ActionRow("find.text", "Find", "Search by description", ("/", "Ctrl+F"), "search", "case"),
    ActionRow("find.saved", "Find", "Saved searches…", ("Ctrl+D",), "star", "case",
              "Save this search; ask a saved or a recent one again"),
    ActionRow("find.zone", "Find", "Draw a zone on the tile and search it", ("Z",), "zone",
              "footage"),
    ActionRow("find.line", "Find", "Draw a line on the tile and search who crosses it", ("X",),
              "line", "footage"),
    ActionRow("find.heat", "Find", "Heat map of the tile…", ("H",), "heat", "footage",
              "Where things go, stand and stop; brush it to search a place"),
    *(
        ActionRow(f"rapid.{kind}", "Find", f"Heat map of Rapid review: {text}", (), "heat",
                  "footage", f"On the tiles: {text} of the objects that Rapid review shows")
        for kind, text in HEATS.items()
    ),
    ActionRow("find.area", "Find", "Draw an area on the map and search it", ("Shift+Z",), "map",
              "case"),
    ActionRow("map.lasso", "Map", "Choose cameras in an area", ("Shift+L",), "lasso", "case",
              "Those that stand in it or see into it: click corners, or draw"),
    ActionRow("map.route", "Map", "Choose cameras along a route", ("Shift+R",), "route", "case"),
    ActionRow("map.radius", "Map", "Choose cameras around a place", ("Shift+C",), "radius",
              "case"),
    ActionRow("map.choose-view", "Map", "Choose all cameras in view", (), "camera", "case"),
    ActionRow("map.choose-none", "Map", "Choose no cameras", (), "close", "case"),
    ActionRow("map.tiles", "Map", "Open the chosen cameras in tiles", (), "tiles-4", "footage",
              "Those with footage at the time shown", begins_group=True),
    ActionRow("map.search", "Map", "Search the chosen cameras", (), "search", "footage",
              "In the marked span, where one is marked"),
    ActionRow("map.rapid", "Map", "Rapid review of the chosen cameras", (), "faster", "footage"),
    ActionRow("map.analyse", "Map", "Analyse the chosen cameras", (), "device", "footage"),
    ActionRow("map.list", "Map", "List the chosen cameras…", (), "list", "case"),
    ActionRow("map.measure", "Map", "Measure on the map", ("Shift+D",), "measure", "case",
              "Lengths along corners; a click on the first corner closes an area",
              begins_group=True),
    ActionRow("map.calibrate", "Map", "Calibrate the camera…", (), "camera", "case",
              "Pairs of points in its picture and on the map: places, speeds and views in metres",
              begins_group=True),
    ActionRow("map.blind", "Map", "Blind spots", (), "blind", "case",
              "Streets that no camera has in view at the time shown", begins_group=True),
    ActionRow("map.ways", "Map", "Tracks and ways of squad cars", (), "paths", "case",
              "Around the time shown on the bar below the map"),
    ActionRow("map.coverage", "Map", "Who saw the street…", (), "coverage", "case",
              "Which camera looked at it when, and whether there is footage", begins_group=True),
    ActionRow("map.canvass", "Map", "Other people's cameras…", (), "user", "case",
              "Whom to ask, until when it is overwritten, and request sheets"),
    ActionRow("map.picture", "Map", "Save the map as a picture…", (), "export", "case",
              "PDF or PNG with date, scale, legend and credits", begins_group=True),
    ActionRow("map.print", "Map", "Print the map…", (), "print", "case"),
    ActionRow("map.plan", "Map", "Site plan…", (), "map", "case",
              "A picture of a plan is laid onto the map by pairs of points"),
    ActionRow("find.motion", "Find", "Search motion in a zone", ("Shift+M",), "zone", "footage",
              "In the selected zone, or one you draw; recordings need not be analysed"),
    ActionRow("find.similar", "Find", "More like the selected one", ("S",), "similar", "track"),
    ActionRow("find.next", "Find", "Next result", (".",), "expand-right", "hits",
              begins_group=True),
    ActionRow("find.previous", "Find", "Previous result", (",",), "", "hits"),
    ActionRow("find.right", "Find", "This result is right", ("Y",), "check", "decision",
              "Confirms it and goes to the next undecided one", begins_group=True),
    ActionRow("find.wrong", "Find", "This result is wrong", ("N",), "cancel", "decision",
              "Rejects it and goes to the next undecided one"),
    ActionRow("find.undecided", "Find", "Next undecided result", ("Shift+.",), "", "hits"),
    ActionRow("find.widen", "Find", "Search by what was confirmed", ("Shift+S",), "similar",
              "hits", "All recordings, for what looks like the confirmed and unlike the rejected"),
    ActionRow("find.keep", "Find", "Keep this answer", (), "save", "hits",
              "With its question, to be asked again and compared", begins_group=True),
    ActionRow("find.compare", "Find", "Compare with the answer kept before", (), "", "hits"),
    ActionRow("find.export", "Find", "Export these results…", (), "export", "hits",
              "A table, a still of each, a manifest with hashes"),
    ActionRow("find.clear", "Find", "Clear the search", ("Ctrl+Backspace",), "close", "hits"),
    *FOLLOW_ACTIONS,
    ActionRow("analyse.all", "Analyse", "Analyse all recordings", ("Ctrl+Shift+A",), "device",
              "footage"),
    ActionRow("rapid.prepare", "Analyse", "Prepare Rapid review", (), "faster", "footage",
              "Cuts out what was found, once, so that it can be shown together"),
    ActionRow("jobs.show", "Analyse", "Show jobs", ("Ctrl+J",), "jobs"),
    ActionRow("jobs.cancel", "Analyse", "Cancel all jobs", (), "cancel"),
    ActionRow("models.show", "Analyse", "Models…", (), "import", begins_group=True,
              tip="What is here, what a missing one adds, and under which licence it comes"),
    ActionRow("help.palette", "Help", "Command palette…", ("Ctrl+K",), "command"),
    ActionRow("help.keys", "Help", "Keyboard shortcuts", ("F1",), "keyboard"),
    ActionRow("help.selftest", "Help", "Self-test…", (), "check", begins_group=True,
              tip="Whether everything works on this computer, and what to do where it does not"),
    ActionRow("help.problem", "Help", "Report a problem…", (), "warning",
              tip="One file for the help desk; nothing of any case is in it"),
    ActionRow("help.about", "Help", "About Sightline", (), "info"),
)  # fmt: skip


class Actions(QObject):
    """The table as live actions of one window: bound, enabled by what is there, put into menus."""

    def __init__(self, window: QWidget, session: Session) -> None:
        super().__init__(window)
        self._session = session
        self._span_set = False
        self._subject_set = self._candidate_set = False
        self._actions: dict[str, QAction] = {}
        for row in ACTIONS:
            self._actions[row.id] = self._make(window, row)
        for signal in (session.case_changed, session.view_changed, session.selection_changed,
                       session.hits_changed, session.undo.indexChanged):  # fmt: skip
            signal.connect(self.refresh)
        THEME.changed.connect(self._tint)
        self._tint()
        self.refresh()

    def __getitem__(self, name: str) -> QAction:
        return self._actions[name]

    def bind(self, name: str, call: Callable[[], object]) -> None:
        """What the command does; a checkable one reads its own `isChecked`."""

        # The flag that `triggered` carries is no argument of the command.
        def do(_checked: bool = False) -> None:
            log.info("act: %s", name.replace(".", " "))
            call()

        self._actions[name].triggered.connect(do)

    def unbound(self) -> list[str]:
        """Commands that would do nothing: there must be none."""
        return [
            name
            for name, action in self._actions.items()
            if not action.receivers("2triggered(bool)")
        ]

    def fill(self, bar: QMenuBar) -> dict[str, QMenu]:
        """Puts every listed command into its menu; gives the menus by name."""
        menus: dict[str, QMenu] = {}
        for name in MENUS:
            menu = bar.addMenu(self.tr(name))
            menu.setObjectName(f"menu-{name}")
            menus[name] = menu
            for row in ACTIONS:
                if row.menu == name and row.listed:
                    if row.begins_group:
                        menu.addSeparator()
                    menu.addAction(self._actions[row.id])
        return menus

    def rows(self) -> Iterator[tuple[ActionRow, QAction]]:
        """The table with its live actions, for the palette and the shortcut sheet."""
        for row in ACTIONS:
            yield row, self._actions[row.id]

    def set_span(self, *, is_set: bool) -> None:
        """Whether a span is marked on the timeline."""
        self._span_set = is_set
        self.refresh()

    def set_following(self, *, subject: bool, candidate: bool) -> None:
        """Whether a subject is followed, and whether a candidate of it is proposed."""
        self._subject_set, self._candidate_set = subject, candidate
        self.refresh()

    def refresh(self) -> None:
        """Enables what makes sense now."""
        session = self._session
        view, stack = session.view, session.undo
        there: dict[Need, bool] = {
            "nothing": True,
            "case": session.case is not None,
            "footage": view is not None and bool(view.sources),
            "track": session.selection.track_id is not None,
            "hits": session.hits is not None,
            "span": self._span_set,
            "undo": stack.canUndo(),
            "redo": stack.canRedo(),
            "subject": self._subject_set,
            "candidate": self._candidate_set,
            "decision": session.hits is not None or self._candidate_set,
        }
        for row in ACTIONS:
            self._actions[row.id].setEnabled(there[row.needs])
        for name, text in (("edit.undo", stack.undoText()), ("edit.redo", stack.redoText())):
            verb = self.tr("Undo") if name == "edit.undo" else self.tr("Redo")
            self._actions[name].setText(f"{verb} {text}".strip())

    def _make(self, window: QWidget, row: ActionRow) -> QAction:
        action = QAction(self.tr(row.text), window)
        action.setObjectName(row.id)
        action.setCheckable(row.checkable)
        action.setShortcuts([QKeySequence(key) for key in row.keys])
        shown = row.keys[0] if row.keys else ""
        tip = row.tip or row.text.rstrip("…")
        action.setToolTip(f"{tip} ({shown})" if shown else tip)
        action.setStatusTip(tip)
        window.addAction(action)
        return action

    def _tint(self) -> None:
        for row in ACTIONS:
            if row.icon:
                self._actions[row.id].setIcon(icon(row.icon))
