"""In which order files of tests are dealt out: the long ones first, so that all processes of a run
end at about the same time."""

from typing import Final

import pytest

_SECONDS: Final[dict[str, int]] = {
    "tests/window/test_commands.py": 75,
    "tests/window/test_dying_decoders.py": 40,
    "tests/casefiles/test_index_processes.py": 40,
    "tests/journeys/test_encrypted_case.py": 45,
    "tests/window/test_footage_in.py": 60,
    "tests/soak/test_soak.py": 65,
    "tests/window/test_viewing.py": 40,
    "tests/casefiles/test_settle_tracks.py": 25,
    "tests/window/test_quick_hands.py": 40,
    "tests/journeys/test_bad_input.py": 10,
    "tests/window/test_errors_and_jobs.py": 30,
    "tests/window/test_slots_while_indexing.py": 35,
    "tests/journeys/test_footage_out.py": 39,
    "tests/casefiles/test_case.py": 25,
    "tests/journeys/test_clocks.py": 38,
    "tests/casefiles/test_index_source.py": 30,
    "tests/window/test_help.py": 25,
    "tests/workstation/test_selftest.py": 24,
    "tests/casefiles/test_edits.py": 25,
    "tests/detection/test_ssd_embedder.py": 23,
    "tests/journeys/test_events.py": 22,
    "tests/window/test_bad_events_disks.py": 22,
    "tests/journeys/test_bad_input_events.py": 21,
    "tests/journeys/test_intake.py": 20,
    "tests/journeys/test_index_attributes.py": 20,
    "tests/window/test_bad_events_files.py": 18,
    "tests/window/test_intake.py": 18,
    "tests/detection/test_byte_tracker.py": 18,
    "tests/journeys/test_static_spots.py": 17,
    "tests/journeys/test_synopsis.py": 25,
    "tests/window/test_rapid_review.py": 45,
    "tests/casefiles/test_make_tubes.py": 16,
    "tests/journeys/test_synopsis_truth.py": 12,
    "tests/journeys/test_motion.py": 15,
    "tests/journeys/test_positions.py": 14,
    "tests/window/test_reviewing.py": 14,
    "tests/window/test_workspaces.py": 19,
    "tests/window/test_exports.py": 13,
    "tests/window/test_models_dialog.py": 12,
    "tests/window/test_motion.py": 11,
    "tests/window/test_bad_events_cases.py": 11,
    "tests/journeys/test_models.py": 10,
    "tests/window/test_map_journey.py": 20,
    "tests/journeys/test_cameras.py": 12,
    "tests/ui/test_calibration_dialog.py": 12,
}
"""How long files take that take long; a file that is not here comes after them, as it is found.

From the times that `--durations=0` tells; being out of date costs nothing but a late end.
"""
_PRACTICE: Final = "practice_case"


def in_order(tests: list[pytest.Item]) -> None:
    """Sorts them by file; those that wait for the practice case give it the time to be made."""
    waiting = {_file(one) for one in tests if _PRACTICE in getattr(one, "fixturenames", ())}

    def place(one: pytest.Item) -> tuple[int, int]:
        seconds = _SECONDS.get(_file(one), 0)
        if not seconds:
            return 2, 0
        return int(_file(one) in waiting), -seconds

    tests.sort(key=place)


def _file(one: pytest.Item) -> str:
    return one.nodeid.partition("::")[0]
