"""Files that are no footage, no list and no map, dropped on the window: each is told by name."""

import os
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from casefiles.types import Actor
from casefiles.usecases.add_source import Recording, add_source
from casefiles.usecases.open_case import create_case
from tests.support.bad_tables import CAMERAS, MAPS
from tests.support.clips import BROKEN, resized_clip
from tests.support.gui_guards import GuiGuards
from tests.window.conftest import PATIENCE_MS, open_case
from tests.window.hands import Key, dialog, drop, jobs_ended, message, no_dialog, press
from ui.dialogs.intake import IntakeDialog
from ui.jobs import JobState
from workstation.desktop.desktop import Desktop

ACTOR = Actor("tester", "bench")


@pytest.fixture
def empty_case(qtbot: QtBot, empty_desktop: Desktop, tmp_path: Path, guards: GuiGuards) -> Desktop:
    """The window with a case that holds nothing."""
    with guards.lifted():
        create_case(tmp_path / "c", ACTOR, number="26-6", title="Quay").close()
    open_case(qtbot, empty_desktop, tmp_path / "c")
    return empty_desktop


def test_what_is_no_footage_is_proposed_with_its_problem_and_cannot_be_added(
    qtbot: QtBot, empty_case: Desktop, tmp_path: Path
) -> None:
    desktop = empty_case
    rubbish = tmp_path / "rubbish"
    rubbish.mkdir()
    names = {make(rubbish).name for make in BROKEN.values()}
    (rubbish / "renamed.mp4").write_text("only words\n" * 400)
    os.mkfifo(rubbish / "pipe.mp4")
    (rubbish / "dead.mp4").symlink_to(rubbish / "nowhere")
    names |= {"renamed.mp4", "pipe.mp4", "dead.mp4"}
    # What the broken ones were made from is sound.
    (rubbish / "unfinished_source.mp4").unlink()
    assert drop(desktop.window, [rubbish])
    asked = dialog(qtbot, desktop, IntakeDialog)
    found = {one.path.name: one for one in (row.proposal for row in asked.model.rows)}
    assert found.keys() == names
    for name, one in found.items():
        assert name in one.problem, one
        assert not one.addable
        assert "Error" not in one.problem, "no words of a library"
    press(desktop, Key.Key_Escape)
    no_dialog(qtbot, desktop)
    jobs_ended(qtbot, desktop)
    assert desktop.session.view is not None
    assert not desktop.session.view.sources
    assert not desktop.banner.messages


def test_wrong_lists_and_maps_are_told_one_by_one_and_change_nothing(
    qtbot: QtBot, empty_case: Desktop, tmp_path: Path
) -> None:
    desktop = empty_case
    tables = [*CAMERAS.items(), *MAPS.items()]
    # A JSON file that is dropped is looked at as footage; a list is chosen by a command.
    given = [(kind, one) for kind, one in tables if not one[0].endswith(".json")]
    for kind, (name, content, word) in given:
        path = tmp_path / name
        path.write_bytes(content)
        assert drop(desktop.window, [path])
        said = message(qtbot, desktop)
        jobs_ended(qtbot, desktop)
        assert said.kind == "error"
        assert name in said.title, (kind, said)
        assert word in said.title, (kind, said)
        assert said.hint
        assert len(desktop.banner.messages) == 1, (kind, desktop.banner.messages)
        press(desktop, Key.Key_Escape)
    assert {job.state for job in desktop.session.jobs.jobs} == {JobState.FAILED}
    assert desktop.session.view is not None
    assert not desktop.session.view.cameras


def test_tile_shows_a_recording_whose_picture_changes_its_size(
    qtbot: QtBot, empty_desktop: Desktop, tmp_path: Path, guards: GuiGuards
) -> None:
    desktop = empty_desktop
    with guards.lifted(), create_case(tmp_path / "c", ACTOR, number="26-6", title="") as case:
        source = add_source(case, resized_clip(tmp_path), Recording())
    open_case(qtbot, desktop, tmp_path / "c")
    sizes = set()
    for number in (19, 20, 39):
        tile = desktop.tiles.tile(source.source_id)
        assert tile is not None
        desktop.session.go_to(desktop.playback.span[0] + number * 40_000_000)
        qtbot.waitUntil(
            lambda: (
                (shown := desktop.playback.shown(source.source_id)) is not None
                and (shown.state, shown.number) == ("frame", number)  # noqa: B023 - waited for here
                and desktop.settled()
            ),
            timeout=PATIENCE_MS,
        )
        shown = desktop.playback.shown(source.source_id)
        assert shown is not None
        sizes.add((shown.image.width(), shown.image.height()))
        assert not tile.accessibleDescription()
    assert len(sizes) == 1, "one size in the tile, so that boxes and zones stay where they are"
    press(desktop, Key.Key_Home, Key.Key_Space)
    qtbot.waitUntil(
        lambda: (
            (shown := desktop.playback.shown(source.source_id)) is not None and shown.number == 39
        ),
        timeout=PATIENCE_MS,
    )
    assert not desktop.banner.messages
