"""The life of one encrypted case, in processes that are killed; run with `-m`, folders in the
environment. `commands` plants words by command line, `window` by window, `spill` fills the disk.
"""

import os
import signal
import sys
import tempfile
import traceback
from pathlib import Path
from typing import Final, NoReturn

PLANTED: Final = {
    "number": "Nümmer-4471-Quokka",
    "title": "Titel Wombat Überfall",
    "note": "Notiz Axolotl: Täter hinkt",
    "window note": "Notiz Okapi im Fenster, grün",
    "camera": "Kamera Tapir Süd",
    "zone": "Zone Pangolin Hof",
    "window zone": "Zone Numbat Tür",
    "footage": "Aufnahme-Kakapo-Gebäude",
    "reason": "Grund Narwal, Anzeige läuft",
    "search": "zebrafink gesucht",
    "window search": "Seepferdchen gesucht",
    "saved name": "Suche Quetzal am Tor",
    "saved words": "schnabeltier gesucht",
    "line": "Linie Erdferkel Bordstein",
    "window line": "Linie Gürteltier Schranke",
    "window saved name": "Suche Faultier im Fenster",
    "decision reason": "Grund Ameisenbär, am Gang erkannt",
    "answer words": "okapifarben gesucht",
    "bug": "Ausnahme Mungo für Fehlerbericht",
    "passphrase": "vier Wörter für Capybara",
    "new passphrase": "fünf andere für Capybara",
}


def die() -> NoReturn:
    """Ends this process as a power cut does."""
    sys.stdout.flush()
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("unreachable")


def run_commands(case: Path, footage: Path) -> None:
    """Makes and fills the case through the command line, and is killed with it open."""
    from tests.support.cheap_keys import keys_for_tests  # noqa: PLC0415 - other acts need less
    from workstation.__main__ import main  # noqa: PLC0415

    def run(*words: object, code: int = 0) -> None:
        done = main([str(word) for word in words])
        assert done == code, (words, done)

    cameras = footage.parent / "cameras.csv"
    cameras.write_text(f"id,name,lat,lon\ntapir,{PLANTED['camera']},40.0,-30.0\n")
    why = ("--reason", PLANTED["reason"])
    # Every command opens the key, which is dear on purpose.
    with keys_for_tests():
        run(
            "case", "create", case, "--number", PLANTED["number"], "--title", PLANTED["title"], *why
        )
    run("camera", "import", case, cameras)
    run("source", "add", case, footage, "--camera", "tapir", *why)
    run("index", case, "--sample-fps", 3, *why)
    corners = "[[1,1],[300,1],[300,300]]"
    run("zone", "add", case, "--source", 1, "--polygon", corners, "--name", PLANTED["zone"])
    run("bookmark", "add", case, "--source", 1, "--media-s", 1, "--note", PLANTED["note"])
    run("search", case, f"person {PLANTED['search']}")
    kerb = ("--source", 1, "--points", "[[10,20],[200,40]]")
    run("line", "add", case, *kerb, "--name", PLANTED["line"])
    run("search", case, f"person {PLANTED['saved words']}", "--save", PLANTED["saved name"])
    run("search", case, f"person {PLANTED['answer words']}", "--keep")
    because = ("--reason", PLANTED["decision reason"])
    run("answer", "decide", case, "--answer", 1, "--right", 1_000_001, *because)
    run("answer", "again", case, "--answer", 1)
    # What is taken out of the case lies in plain where it was asked for, and nowhere else.
    taken_out = footage.parent / "taken out"
    run("answer", "export", case, "--answer", 1, "--out", taken_out, *because)
    os.environ["WORKSTATION_PASSPHRASE"] = "wrong"
    run("case", "info", case, *why, code=2)
    os.environ["WORKSTATION_PASSPHRASE"] = PLANTED["passphrase"]
    _die_in_the_middle(case)


def _die_in_the_middle(case: Path) -> None:
    """Writes on, so that a write-ahead log stays, and shows what must not be found elsewhere."""
    from casefiles.edit_kinds import AddBookmark  # noqa: PLC0415
    from casefiles.types import Actor  # noqa: PLC0415
    from casefiles.usecases.open_case import open_case  # noqa: PLC0415
    from casefiles.view_types import Bookmark  # noqa: PLC0415

    opened = open_case(case, Actor("tester", "bench"), passphrase=PLANTED["passphrase"])
    opened.post(lambda: AddBookmark(Bookmark(PLANTED["note"], wall_ns=1))).result()
    rows = opened.read(
        lambda cursor: cursor.execute(
            "SELECT l.thumbnail, v.vector FROM track_looks l JOIN track_vectors v USING (track_id)"
        ).fetchall()
    )
    largest = max(rows, key=lambda row: len(row[0]))
    for name, blob in zip(("thumbnail", "vector"), largest, strict=True):
        middle = len(blob) // 2
        sys.stdout.write(f"{name} {bytes(blob)[middle : middle + 24].hex()}\n")
    die()


def run_spill(case: Path) -> None:
    """Sorts far more than fits into memory by the words of the case, and is killed meanwhile."""
    from casefiles.store import engine  # noqa: PLC0415
    from casefiles.types import Actor  # noqa: PLC0415
    from casefiles.usecases.open_case import open_case  # noqa: PLC0415

    engine.MEMORY = "48MB"  # type: ignore[misc]  # less work until it spills
    given = os.environ.get("WORKSTATION_PASSPHRASE")
    opened = open_case(case, Actor("tester", "bench"), passphrase=given)
    with opened._connection.cursor() as cursor:
        cursor.execute(
            "SELECT note || hash(i) FROM bookmarks, range(600000) r(i) WHERE bookmark_id = 1 "
            "ORDER BY hash(i)"
        ).fetchone()
        die()


def run_window(case: Path) -> None:
    """Does in the real window what writes words, brings it to report a bug, and is killed."""
    from PySide6.QtCore import QTimer  # noqa: PLC0415

    from casefiles.edit_kinds import (  # noqa: PLC0415
        AddBookmark,
        AddLine,
        AddZone,
        SaveSearch,
    )
    from casefiles.queries.saved import saved_search  # noqa: PLC0415
    from casefiles.types import Actor  # noqa: PLC0415
    from casefiles.view_types import Bookmark, Line, Zone  # noqa: PLC0415
    from resources import paths  # noqa: PLC0415
    from ui.dialogs.passphrase import PassphraseDialog  # noqa: PLC0415
    from video.types import TimeNs  # noqa: PLC0415
    from workstation import gui  # noqa: PLC0415
    from workstation.__main__ import main  # noqa: PLC0415
    from workstation.desktop.desktop import Desktop  # noqa: PLC0415

    def typed(desktop: Desktop, text: str, problem: bool) -> None:
        def asked() -> PassphraseDialog | None:
            found = desktop.window.findChildren(PassphraseDialog)
            return next(
                (one for one in found if one.isVisible() and bool(one.problem.text()) is problem),
                None,
            )

        gui.wait(lambda: asked() is not None, "the passphrase dialog")
        dialog = asked()
        assert dialog is not None
        dialog.line.setText(text)
        dialog.accept()

    def act(desktop: Desktop) -> None:
        session = desktop.session
        typed(desktop, "wrong", problem=False)
        typed(desktop, PLANTED["passphrase"], problem=True)
        gui.wait(lambda: session.view is not None and desktop.settled(), "the case")
        view = session.view
        assert view is not None
        source = view.sources[0].source_id
        triangle = ((1.0, 1.0), (300.0, 1.0), (300.0, 300.0))
        session.do("zone", AddZone(Zone(PLANTED["window zone"], triangle, source_id=source)))
        mark = Bookmark(PLANTED["window note"], source_id=source, time_ns=TimeNs(0))
        session.do("mark", AddBookmark(mark))
        kerb = ((10.0, 20.0), (200.0, 40.0))
        session.do("line", AddLine(Line(PLANTED["window line"], kerb, source_id=source)))
        kept = saved_search(PLANTED["window saved name"], f"person {PLANTED['window search']}")
        session.do("save", SaveSearch(kept))
        gui.wait(lambda: session.view is not None and len(session.view.zones) == 2, "the zone")
        gui.wait(lambda: session.view is not None and len(session.view.searches) == 2, "the search")
        desktop.search.search_for("person")
        gui.wait(lambda: session.hits is not None and desktop.settled(), "the search")
        first = session.query
        desktop.search.search_for(f"person {PLANTED['window search']}")
        gui.wait(lambda: session.query is not first and session.hits is not None, "the answer")
        desktop.actions["layout.save"].trigger()

        def bug() -> None:
            held = dict(PLANTED)
            raise LookupError(PLANTED["bug"], held)

        QTimer.singleShot(0, bug)
        session.reader.ask(bug, lambda _: None)
        gui.wait(lambda: len(list(paths.log_folder().glob("crash-*"))) > 1, "the reports")
        gui.wait((paths.home() / "window.json").is_file, "the settings")
        die()

    def guarded(desktop: Desktop) -> None:
        try:
            act(desktop)
        except BaseException:  # noqa: BLE001 - told and ended, whatever it was
            # The window would report it and go on, and nobody would be told.
            traceback.print_exc()
            os._exit(3)

    def start(actor: Actor) -> Desktop:
        desktop = started(actor)
        QTimer.singleShot(0, lambda: guarded(desktop))
        return desktop

    started, gui.start = gui.start, start
    sys.exit(main(["gui", str(case)]))


if __name__ == "__main__":
    what, folder = sys.argv[1], Path(sys.argv[2])
    # Made anew for this process, which has a folder of its own for whatever it puts aside.
    assert Path(tempfile.gettempdir()) == Path(os.environ["TMPDIR"])
    if what == "commands":
        run_commands(folder, Path(sys.argv[3]))
    elif what == "spill":
        run_spill(folder)
    elif what == "window":
        run_window(folder)
