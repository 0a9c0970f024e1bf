"""What every command of the window does: the action table bound to panels, player and desks."""

from functools import partial
from typing import TYPE_CHECKING, Final

from casefiles.view_types import HeatKind
from ui.actions import DOCKS, HEATS
from ui.window import WORKSPACES

if TYPE_CHECKING:  # the desktop binds itself
    from workstation.desktop.desktop import Desktop

_SECOND_NS: Final = 1_000_000_000


def bind_all(desk: "Desktop") -> None:
    """Binds every row of the action table to what it does."""
    bind, play, window = desk.actions.bind, desk.playback, desk.window
    bind("case.new", desk.cases.new_case)
    bind("case.open", desk.cases.choose_case)
    bind("case.practise", desk.cases.practise)
    bind("case.close", desk.cases.close_case)
    bind("footage.add", desk.footage.choose_footage)
    bind("footage.find", desk.originals.find)
    bind("footage.collect", desk.originals.collect)
    bind("event.import", desk.tables.choose_events)
    bind("positions.import", desk.positions.choose)
    bind("map.load", desk.footage.choose_map)
    bind("case.zone", desk.chores.ask_zone)
    bind("clock.set", desk.clocks.ask_clock)
    bind("clock.align", desk.clocks.align)
    bind("case.verify", desk.chores.verify)
    bind("case.snapshot", desk.chores.ask_snapshot)
    bind("case.passphrase", desk.chores.ask_passphrase)
    bind("program.settings", desk.chores.settings)
    bind("program.quit", window.close)
    bind("edit.undo", desk.session.undo.undo)
    bind("edit.redo", desk.session.undo.redo)
    bind("bookmark.add", desk.seeing.bookmark)
    bind("cameras.move", lambda: desk.map.set_edit_mode(desk.is_checked("cameras.move")))
    bind("play.toggle", play.toggle)
    bind("play.back", lambda: play.shuttle(-1))
    bind("play.stop", play.pause)
    bind("play.forward", lambda: play.shuttle(1))
    bind("play.next", lambda: desk.seeing.step(1))
    bind("play.previous", lambda: desk.seeing.step(-1))
    bind("play.second", lambda: play.step_time(_SECOND_NS))
    bind("play.second-back", lambda: play.step_time(-_SECOND_NS))
    bind("play.start", lambda: desk.seeing.go_to_edge(end=False))
    bind("play.end", lambda: desk.seeing.go_to_edge(end=True))
    bind("sound.toggle", desk.sounding.toggle)
    bind("sound.mute", desk.sounding.sound.mute_all)
    bind("play.goto", desk.transport.focus_time)
    bind("timeline.all", desk.timeline.show_all)
    bind("timeline.span", desk.timeline.show_span)
    bind("timeline.frame", desk.timeline.show_frame)
    bind("timeline.in", desk.timeline.zoom_in)
    bind("timeline.out", desk.timeline.zoom_out)
    bind("span.in", desk.timeline.set_in)
    bind("span.out", desk.timeline.set_out)
    bind("span.clear", desk.timeline.clear_span)
    bind("span.loop", lambda: desk.seeing.loop_span(on=desk.is_checked("span.loop")))
    _bind_view(desk)
    _bind_find(desk)


def _bind_view(desk: "Desktop") -> None:
    bind, window = desk.actions.bind, desk.window
    for name in WORKSPACES:
        bind(f"workspace.{name}", partial(window.set_workspace, name))
    for number in range(1, 10):
        bind(f"tile.{number}", partial(desk.tiles.focus, number))
    bind("tile.zoom-in", desk.tiles.zoom_in)
    bind("tile.zoom-out", desk.tiles.zoom_out)
    bind("tile.fit", desk.tiles.fit)
    bind("tile.overlay", desk.toggle_overlay)
    desk.actions["tile.overlay"].setChecked(True)
    bind("view.map", lambda: window.toggle_dock("map"))
    desk.drawing.reviewed = lambda: desk.map.replay.synopsis
    bind("rapid.map", partial(window.show_dock, "map"))
    bind("map.true", lambda: desk.map.replay.set_in_true_time(desk.is_checked("map.true")))
    for name in DOCKS:
        bind(f"dock.{name}", partial(window.toggle_dock, name))
    bind("view.full", desk.full_screen)
    bind("view.scheme", desk.other_scheme)
    bind("layout.save", desk.chores.keep_layout)
    bind("layout.reset", window.reset_layout)


def _show_heat_of_review(desk: "Desktop", kind: HeatKind) -> None:
    desk.window.show_dock("tiles")
    desk.drawing.show_heat_of_review(kind)


def _bind_find(desk: "Desktop") -> None:
    bind = desk.actions.bind

    def saved() -> None:
        desk.focus_search()
        desk.search.asking.open_saved()

    bind("find.text", desk.focus_search)
    bind("find.saved", saved)
    bind("find.zone", desk.tiles.start_zone)
    bind("find.line", desk.drawing.start_line)
    bind("find.motion", desk.motion.start)
    bind("find.heat", desk.drawing.ask_heat)
    for kind in HEATS:
        bind(f"rapid.{kind}", partial(_show_heat_of_review, desk, kind))
    bind("rapid.sheet", partial(desk.synopsis.ask_sheet, desk.exporting.stills))
    bind("find.area", desk.draw_area)
    bind("find.similar", desk.seeing.more_like_selected)
    bind("find.next", desk.results.go_next)
    bind("find.previous", desk.results.go_previous)
    bind("find.clear", desk.search.clear)
    bind("analyse.all", desk.footage.analyse_all)
    bind("jobs.show", desk.show_jobs)
    bind("jobs.cancel", desk.chores.cancel_jobs)
    bind("help.palette", desk.chores.palette)
    bind("help.keys", desk.chores.shortcuts)
    bind("help.about", desk.chores.about)
