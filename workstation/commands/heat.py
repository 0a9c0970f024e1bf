"""`heat`: where things go, stand and stop on the pictures of a source or camera."""

import argparse
from pathlib import Path

import numpy as np

from casefiles.errors import Unwritable, WrongPlace
from casefiles.types import TrackId
from casefiles.usecases.read_frame import Moment, read_frame
from casefiles.usecases.read_heat import HeatMap, heat_colours, read_heat
from video.stills import write_png
from video.types import Pixels
from workstation.commands.access import opened
from workstation.output import print_json, print_text


def heat(options: argparse.Namespace) -> int:
    """Writes a heat map over the first picture of the recording, or its numbers."""
    out = options.out
    if out is not None and (out.suffix.lower() != ".png" or out.exists()):
        raise WrongPlace(f"'{out}' is not the name of a new .png", "Choose a new file.")
    if out is not None and not out.parent.is_dir():
        raise _cannot_write(out, f"'{out.parent}' is no folder")
    with opened(options) as case:
        tracks = [TrackId(one) for one in options.track] or None
        found = read_heat(
            case, options.kind, source_id=options.source, camera_id=options.camera, tracks=tracks
        )
        if out is not None:
            under = read_frame(case, found.sources[0], Moment(frame=0)).picture
            try:
                write_png(out, _over(under, found))
            except OSError as error:
                raise _cannot_write(out, error.strerror) from error
    document = {
        "kind": found.kind, "unit": found.unit, "cell_px": found.cell_px, "size": list(found.size),
        "sources": list(found.sources), "tracks": found.tracks, "most": round(found.most, 3),
        "total": round(float(found.grid.sum()), 3), "notes": list(found.notes),
        "out": None if out is None else str(out),
    }  # fmt: skip
    if options.json:
        cells = [[round(one, 3) for one in row] for row in found.grid.astype(float).tolist()]
        print_json({**document, "cells": cells})
        return 0
    print_text(
        f"{found.kind} of {found.tracks} tracks · cells of {found.cell_px} × {found.cell_px} px · "
        f"at most {found.most:.4g} {found.unit} in one, {found.grid.sum():.4g} altogether"
        + "".join(f" · {note}" for note in found.notes)
    )
    return 0


def _cannot_write(out: Path, why: str | None) -> Unwritable:
    return Unwritable(f"'{out}' cannot be written: {why}", "Choose another folder.")


def _over(under: Pixels, found: HeatMap) -> Pixels:
    """The picture, grey and darker, under the colours."""
    cells = np.repeat(np.repeat(heat_colours(found), found.cell_px, 0), found.cell_px, 1)
    colours = cells[: under.shape[0], : under.shape[1]].astype(np.float64)
    grey = under.mean(axis=2, keepdims=True) * 0.6
    opaque = colours[..., 3:] / 255
    mixed = grey * (1 - opaque) + colours[..., 2::-1] * opaque
    return np.ascontiguousarray(np.round(mixed).astype(np.uint8))
