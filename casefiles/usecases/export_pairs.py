"""The pairs of a calibration as a JSON file that `calibrate --pairs` takes, and the window too."""

import json
from pathlib import Path

from casefiles import audit
from casefiles.calibration_types import GivenPairs
from casefiles.case import Case
from casefiles.usecases.export_places import check_new_file
from casefiles.usecases.write_new import write_new


def export_pairs(case: Case, of: str, given: GivenPairs, out: Path) -> str:
    """Writes the pairs of a camera, or of a plan (`of`), to a new file and gives its SHA-256; read
    back it gives the same. The act is logged.

    Raises:
        WrongPlace: something is there already, or it lies in the case.
        Unwritable: it cannot be written; nothing is left of it.
    """
    check_new_file(case, out)
    content = (json.dumps(_document(given), indent=2, ensure_ascii=False) + "\n").encode()

    def log(sha256: str) -> None:
        case.record(
            audit.Entry(
                "calibration.export", "done",
                facts={"pairs": len(given.pairs), "sha256": sha256},
                private={"of": of, "out": str(out)},
            )
        )  # fmt: skip

    return write_new(out, content, log)


def _document(given: GivenPairs) -> dict[str, object]:
    made: dict[str, object] = {}
    if given.size is not None:
        made["size"] = list(given.size)
    if given.origin is not None:
        made["origin"] = [given.origin.lon, given.origin.lat]
        made["y_axis_deg"] = given.y_axis_deg
    if given.homography:
        numbers = given.homography
        made["homography"] = [list(numbers[row : row + 3]) for row in (0, 3, 6)]
        return made
    made["pairs"] = [
        {"image": list(one.image), "ground_m": list(one.ground_m)}
        if one.ground_m is not None
        else {"image": list(one.image), "lonlat": list(one.lonlat or ())}
        for one in given.pairs
    ]
    return made
