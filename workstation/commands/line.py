"""`line`: directed lines drawn on the pictures of a source or camera."""

import argparse
from dataclasses import replace

from casefiles import audit
from casefiles.edit_kinds import AddLine, Edit, RemoveLine
from casefiles.errors import BadLine
from casefiles.queries.line_text import line_document, parse_line, parse_points
from casefiles.types import CameraId, LineId, SourceId
from casefiles.usecases.view_case import view_case
from casefiles.view_types import CaseView, Line
from video.clock import format_wall, wall_from_ns
from workstation.commands.access import opened
from workstation.output import print_json, print_text


def add(options: argparse.Namespace) -> int:
    """Adds a line."""
    line = _wanted(options)
    with opened(options) as case:
        inverse = case.post(lambda: AddLine(line)).result()
        added = _of(view_case(case), inverse)
    if options.json:
        print_json(_document(added))
    else:
        print_text(_line(added))
    return 0


def show(options: argparse.Namespace) -> int:
    """Lists the lines."""
    with opened(options) as case:
        lines = view_case(case).lines
        case.record(audit.Entry("line.list", "done", facts={"lines": len(lines)}))
    if options.json:
        print_json([_document(line) for line in lines])
        return 0
    if not lines:
        print_text("no lines yet: use 'line add', or draw one in the window")
    for line in lines:
        print_text(_line(line))
    return 0


def remove(options: argparse.Namespace) -> int:
    """Takes a line away; its row and its history stay."""
    with opened(options) as case:
        case.post(lambda: RemoveLine(LineId(options.line))).result()
    if options.json:
        print_json({"removed": options.line})
    else:
        print_text(f"line {options.line} removed")
    return 0


def _wanted(options: argparse.Namespace) -> Line:
    """The line that the options describe.

    Raises:
        BadLine: they do not describe one, or two.
    """
    if options.line is not None:
        if options.points is not None:
            raise BadLine("--line and --points both give the points", "Leave one of them out.")
        line = parse_line(options.line)
        return replace(line, name=options.name or line.name)
    if options.points is None:
        raise BadLine("the line has no --points", 'Give two or more, like "[[0,50],[100,50]]".')
    return Line(
        name=options.name or "",
        points=parse_points(options.points),
        source_id=None if options.source is None else SourceId(options.source),
        camera_id=None if options.camera is None else CameraId(options.camera),
    )


def _of(view: CaseView, inverse: Edit) -> Line:
    if not isinstance(inverse, RemoveLine):
        raise TypeError(f"{inverse} does not take a new line back")
    return next(line for line in view.lines if line.line_id == inverse.line_id)


def _document(line: Line) -> dict[str, object]:
    return {
        "id": line.line_id,
        **line_document(line),
        "name": line.name,
        "created": format_wall(wall_from_ns(line.created_ns)),
        "created_by": line.created_by,
    }


def _line(line: Line) -> str:
    where = f"on source {line.source_id}"
    if line.source_id is None:
        where = f"on camera {line.camera_id}"
    first, last = (f"{x:g},{y:g}" for x, y in (line.points[0], line.points[-1]))
    return f"{line.line_id}: {line.name or 'unnamed'} · {where} · from {first} to {last}"
