"""The frozen state of a tracker or gate as bytes: named arrays and what they belong to.

No pickle: a state is read back from a case file, and reading must never run code.
"""

import io
import json
import zipfile
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detection.errors import StateUnusable

# Arrays of mixed kinds travel together; each keeps its own dtype.
Arrays = dict[str, NDArray[Any]]

_HEADER = "belongs_to"


def freeze(kind: str, options: Mapping[str, float], arrays: Arrays) -> bytes:
    """`arrays` as bytes, marked with the kind (name and version) and options they belong to."""
    file = io.BytesIO()
    np.savez(file, allow_pickle=False, **{_HEADER: np.array(_header(kind, options))}, **arrays)
    return file.getvalue()


def thaw(content: bytes, kind: str, options: Mapping[str, float]) -> Arrays:
    """The arrays that `freeze` was given with the same kind and options.

    Raises:
        StateUnusable: not such bytes, or of another kind, version or options.
    """
    hint = "Index the source again from its start."
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
    except (ValueError, OSError, EOFError, KeyError, zipfile.BadZipFile) as error:
        raise StateUnusable(f"the saved state of the {kind} cannot be read", hint) from error
    if str(arrays.pop(_HEADER, "")) != _header(kind, options):
        raise StateUnusable(
            f"the saved state is of another version or other options than this {kind}", hint
        )
    return arrays


def _header(kind: str, options: Mapping[str, float]) -> str:
    return json.dumps({"kind": kind, "options": dict(options)}, sort_keys=True)
