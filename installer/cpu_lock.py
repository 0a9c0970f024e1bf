"""Turns the lock into one for machines without a GPU: onnxruntime instead of onnxruntime-gpu.

usage: cpu_lock.py LOCK OUT. Both builds own the same folder, so only one may be installed.
"""

import re
import sys
from pathlib import Path


def cpu_lock(lock: str) -> str:
    """The lock without the GPU build, and with the CPU build on every platform.

    Raises:
        ValueError: the lock holds not exactly one entry of each.
    """
    without, dropped = re.subn(
        r"^onnxruntime-gpu==(?:.*\\\n)*.*\n(?:    #.*\n)*", "", lock, flags=re.MULTILINE
    )
    everywhere, freed = re.subn(
        r"^(onnxruntime==\S+) ; [^\\\n]*", r"\1 ", without, flags=re.MULTILINE
    )
    if (dropped, freed) != (1, 1):
        raise ValueError("the lock should hold one onnxruntime-gpu and one onnxruntime entry")
    return everywhere


if __name__ == "__main__":
    Path(sys.argv[2]).write_text(
        cpu_lock(Path(sys.argv[1]).read_text(encoding="utf-8")), encoding="utf-8"
    )
