"""The lock for machines without a GPU holds exactly one build of onnxruntime."""

from pathlib import Path

import pytest

from installer.cpu_lock import cpu_lock

LOCK = Path(__file__).resolve().parents[2] / "requirements.lock"


def entries(lock: str) -> list[str]:
    return [line for line in lock.splitlines() if "==" in line and not line.startswith(" ")]


def test_gpu_build_is_replaced_and_nothing_else_changes() -> None:
    before = entries(LOCK.read_text(encoding="utf-8"))
    after = entries(cpu_lock(LOCK.read_text(encoding="utf-8")))
    changed = set(before) ^ set(after)
    assert {line.split("==")[0] for line in changed} == {"onnxruntime", "onnxruntime-gpu"}
    assert [line for line in after if line.startswith("onnxruntime")] == ["onnxruntime==1.31.1 \\"]


def test_every_entry_of_both_locks_has_a_hash() -> None:
    for lock in (LOCK.read_text(encoding="utf-8"), cpu_lock(LOCK.read_text(encoding="utf-8"))):
        lines = lock.splitlines()
        for number, line in enumerate(lines):
            if line in entries(lock):
                assert lines[number + 1].startswith("    --hash=sha256:"), line


def test_lock_without_the_gpu_build_is_refused() -> None:
    with pytest.raises(ValueError, match="one onnxruntime-gpu"):
        cpu_lock("numpy==2.4.6 \\\n    --hash=sha256:00\n")
