"""Directed lines as JSON text, the form of the command line; read strictly, written so that it
reads back.

`{"source"|"camera": ID, "line": [[x, y], …]}` in source pixels, at least two points; a `name`, and
for a camera with recordings of several picture sizes a `size` `[width, height]`, may be added.
"""

import json
from typing import Final, NoReturn

from casefiles.checks import check_line
from casefiles.errors import BadLine
from casefiles.types import CameraId, SourceId
from casefiles.view_types import Line

_FORM: Final = 'Write {"source": ID, "line": [[x, y], …]}, or the same with "camera".'
_KEYS: Final = frozenset({"source", "camera", "line", "name", "size", "map"})
_MOST_ID: Final = 2**63 - 1
_LARGEST: Final = 1 << 20


def parse_line(text: str) -> Line:
    """The line that a JSON text describes; it has no id yet.

    Raises:
        BadLine: not such a text, or the points make no line.
    """
    document = _load(text)
    if not isinstance(document, dict):
        raise BadLine("the line is not a JSON object", _FORM)
    unknown = sorted(document.keys() - _KEYS)
    if unknown:
        raise BadLine(f"the line has an unknown part '{unknown[0]}'", _FORM)
    if "map" in document:
        raise BadLine(
            "the line lies on the map: who crosses it is told on pictures only",
            _FORM,
        )
    if "line" not in document or not document.keys() & {"source", "camera"}:
        raise BadLine("the line does not say where it lies", _FORM)
    name, source, camera = (document.get(key) for key in ("name", "source", "camera"))
    if name is not None and not isinstance(name, str):
        raise BadLine("the name of the line is not a text", _FORM)
    if source is not None and not (_is_whole(source) and 0 < source <= _MOST_ID):
        raise BadLine(f"{json.dumps(source)[:60]} is not the id of a source", _FORM)
    # A camera's id may look like a number.
    if camera is not None and not (isinstance(camera, str) or _is_whole(camera)):
        raise BadLine(f"{json.dumps(camera)[:60]} is not the id of a camera", _FORM)
    line = Line(
        name=name or "",
        points=_points(document["line"]),
        source_id=None if source is None else SourceId(source),
        camera_id=None if camera is None else CameraId(str(camera)),
        size=_size(document["size"]) if "size" in document else None,
    )
    check_line(line)
    return line


def parse_points(text: str) -> tuple[tuple[float, float], ...]:
    """The points of a JSON text `[[x, y], …]`, at least two.

    Raises:
        BadLine: it is no such list.
    """
    return _points(_load(text))


def line_json(line: Line) -> str:
    """The JSON text of a line, without its id; `parse_line` reads it back."""
    return json.dumps(line_document(line), ensure_ascii=False, allow_nan=False)


def line_document(line: Line) -> dict[str, object]:
    """The same as a JSON object."""
    own = line.source_id is not None
    return {
        **({"name": line.name} if line.name else {}),
        **({"source": line.source_id} if own else {"camera": line.camera_id}),
        "line": [list(point) for point in line.points],
        **({} if line.size is None else {"size": list(line.size)}),
    }


def _load(text: str) -> object:
    try:
        loaded: object = json.loads(text, parse_constant=_refuse)
        # Half a letter can be written in JSON, and nowhere else.
        text.encode()
        json.dumps(loaded, ensure_ascii=False).encode()
    except RecursionError as error:
        raise BadLine("the line is not JSON: it is nested too deep", _FORM) from error
    except ValueError as error:
        raise BadLine(f"the line is not JSON: {error}", _FORM) from error
    return loaded


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")


def _points(value: object) -> tuple[tuple[float, float], ...]:
    if not isinstance(value, list):
        raise BadLine("the points of the line are not a list", _FORM)
    points = tuple(_point(item) for item in value)
    if len(points) < 2:
        raise BadLine(f"a line needs two points, not {len(points)}", _FORM)
    return points


def _point(value: object) -> tuple[float, float]:
    if isinstance(value, list) and len(value) == 2:
        x, y = value
        if all(isinstance(one, int | float) and not isinstance(one, bool) for one in value):
            try:
                return float(x), float(y)
            # An integer of hundreds of digits.
            except OverflowError:
                pass
    raise BadLine(f"{json.dumps(value)[:60]} is not a point", _FORM)


def _size(value: object) -> tuple[int, int]:
    if isinstance(value, list) and len(value) == 2 and all(_is_whole(one) for one in value):
        width, height = value
        if 0 < width <= _LARGEST and 0 < height <= _LARGEST:
            return width, height
    raise BadLine(f"{json.dumps(value)[:60]} is not the size of a picture", _FORM)


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
