"""One exact frame as a lossless picture, 1:1, with a sidecar that says what it is."""

import hashlib
import json
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final

from casefiles import audit
from casefiles.case import Case
from casefiles.errors import Unwritable, WrongPlace
from casefiles.exchange import manifest
from casefiles.exchange.manifest import Facts
from casefiles.jobs import Job, Progress
from casefiles.types import Source
from casefiles.usecases.export_places import check_new_file
from casefiles.usecases.export_work import MadeStill, StillOrder, in_process, make_still
from casefiles.usecases.read_frame import Moment, number_at
from casefiles.usecases.set_time_zone import time_zone_of
from casefiles.workers import Crew, Processes
from resources.errors import UserError
from video.enhance import Recipe
from video.packet_index import time_of
from video.types import PacketIndex

SIDECAR: Final = ".json"
MOST_AVERAGED: Final = 256
_PLAIN: Final = Recipe()


class BadRecipe(UserError):
    """What is to be done to a picture is not known, or cannot be done here."""


@dataclass(frozen=True, slots=True)
class StillWanted:
    """A still to export: of which frame, made how, and where to."""

    source_id: int
    moment: Moment
    out: Path
    recipe: Recipe = _PLAIN


@dataclass(frozen=True, slots=True)
class StillExport:
    """A still that was written; `facts` is its sidecar."""

    picture: Path
    sidecar: Path
    facts: Facts


def export_still(
    case: Case, wanted: StillWanted, crew: Callable[[], Crew] = Processes
) -> Job[StillExport]:
    """Writes the frame as PNG and its sidecar beside it, both or neither; logged before it is
    given back. The same frame and recipe give the same picture, byte for byte.

    Averaging takes the wanted frame and those around it, as many before as after, as far as
    there are any.

    Raises:
        WrongPlace: not named .png, something is there already, or it lies in the case.
        UnknownSource, SourceMoved, SeekFailed, Damaged: the frame cannot be had.
        BadRecipe: there are not so many frames to average.
        Unwritable: the files cannot be written; neither is left.
    """
    out, sidecar = wanted.out, wanted.out.with_name(wanted.out.name + SIDECAR)
    if out.suffix.lower() != ".png":
        raise WrongPlace(f"'{out}' does not end in .png", "Choose a file that ends in .png.")
    check_new_file(case, out, sidecar)
    source = case.source(wanted.source_id)
    index = case.packet_index(source.source_id)
    number = number_at(source, index, wanted.moment)
    numbers = _around(number, wanted.recipe.averaged, index)
    order = StillOrder(
        case.media_path(source), index, tuple(int(index.pts[at]) for at in numbers), wanted.recipe
    )
    told = Progress(0, len(numbers), "pictures", out.name)
    with crew() as workers, closing(
        in_process(workers, MadeStill, lambda done: replace(told, done=done), make_still, order)
    ) as making:  # fmt: skip
        made = yield from making
    facts = _sidecar(case, source, index, number, order, made, out)
    content = manifest.json_bytes(facts)
    try:
        manifest.write_new(out.parent, {out.name: made.png, sidecar.name: content})
    except OSError as error:
        raise Unwritable(
            f"{out} cannot be written: {error.strerror}", "Free some space or choose another place."
        ) from error
    entry = audit.Entry(
        "still.export",
        "done",
        object=f"source:{source.source_id}",
        facts={
            "frame": number,
            "pts": int(index.pts[number]),
            "averaged": len(numbers),
            "picture_sha256": hashlib.sha256(made.png).hexdigest(),
            "sidecar_sha256": hashlib.sha256(content).hexdigest(),
        },
        private={"file": str(out.absolute()), "recipe": wanted.recipe.to_json()},
    )
    try:
        case.record(entry)
    except BaseException:
        # What is not in the log has not left the case.
        out.unlink(missing_ok=True)
        sidecar.unlink(missing_ok=True)
        raise
    return StillExport(out, sidecar, facts)


def _around(number: int, count: int, index: PacketIndex) -> range:
    """`count` frames with `number` in their middle, moved where the footage begins or ends."""
    if count > min(len(index), MOST_AVERAGED):
        raise BadRecipe(
            f"{count} pictures cannot be averaged here",
            f"Average at most {min(len(index), MOST_AVERAGED)}.",
        )
    first = min(max(number - (count - 1) // 2, 0), len(index) - count)
    return range(first, first + count)


def recipe_of(text: str) -> Recipe:
    """The recipe that a JSON text names.

    Raises:
        BadRecipe: it is none.
    """
    try:
        return Recipe.from_json(text)
    except (ValueError, RecursionError) as error:
        raise BadRecipe(
            f"{text!r} is no recipe for a picture",
            'Write one like {"gamma": 1.5, "denoise": 0.3, "deinterlace": "blend"}.',
        ) from error


def _sidecar(
    case: Case,
    source: Source,
    index: PacketIndex,
    number: int,
    order: StillOrder,
    made: MadeStill,
    out: Path,
) -> Facts:
    zone_name = time_zone_of(case)
    times = partial(manifest.both_times, source, zone_name=zone_name)
    recipe: Facts = {
        "steps": list(order.recipe.steps()) or ["none: pixels as decoded"],
        "parameters": json.loads(order.recipe.to_json()),
    }
    if len(order.pts) > 1:
        recipe["averaged_pts"] = list(order.pts)
    return {
        "what": "still picture, lossless, 1:1 in decoded pixels, rotation of the file applied",
        **manifest.who_and_when(case.header, case.actor),
        "picture": {
            "file": out.name,
            "sha256": hashlib.sha256(made.png).hexdigest(),
            "pixels_sha256": made.pixels_sha256,
            "pixels_are": "rows from top to bottom, each pixel blue, green, red, 8 bits",
            "width": made.width,
            "height": made.height,
        },
        "source": manifest.about_source(source),
        "frame": {
            "pts": int(index.pts[number]),
            "time_base": str(index.time_base),
            "number": number,
            "number_is": "position in order of presentation, from 0; derived, the pts identifies",
            "times_counted": index.counted,
            **times(time_of(index, number)),
            "zone": zone_name,
        },
        "recipe": recipe,
    }
