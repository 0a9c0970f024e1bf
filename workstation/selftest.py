"""`selftest`: what this installation can do, tried and not assumed; exit 2 when it cannot work."""

import argparse
import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

from casefiles import agency
from casefiles.case import Case
from casefiles.types import Actor
from casefiles.usecases.build_demo import bundled_clips
from detection.models import model_states
from detection.onnx_session import probe_speed
from resources import paths
from resources.errors import UserError
from resources.files import packaged
from resources.version import PROGRAM_VERSION
from video.codecs import usable_codecs
from video.decoder import open_source
from workstation.output import print_json, print_text

_LEAST_FREE_BYTES = 2 * 1024**3
Answer = dict[str, object]


def selftest(options: argparse.Namespace) -> int:
    """Runs every check; a failed one does not stop the others."""
    checks: dict[str, Callable[[], Answer]] = {
        "program": _program,
        "codecs": _codecs,
        "decoding": _decoding,
        "providers": _providers,
        "models": _models,
        "encryption": _encryption,
        "agency_store": _agency,
        "disk": _disk,
        "display": _display,
    }
    report = {name: _tried(check) for name, check in checks.items()}
    works = all(answer["ok"] for answer in report.values())
    if options.json:
        print_json({"ok": works, **report})
    else:
        for name, answer in report.items():
            facts = ", ".join(
                f"{key} {_readable(value)}"
                for key, value in answer.items()
                if key != "ok" and value
            )
            print_text(f"{'ok  ' if answer['ok'] else 'FAIL'} {name}: {facts}")
    return 0 if works else 2


def _readable(value: object) -> str:
    if isinstance(value, dict):
        return " ".join(f"{key}={inner}" for key, inner in value.items())
    return " ".join(map(str, value)) if isinstance(value, list) else str(value)


def _tried(check: Callable[[], Answer]) -> Answer:
    try:
        return {"ok": True, **check()}
    except (UserError, OSError) as error:
        return {"ok": False, "problem": str(error)}


def _program() -> Answer:
    packages = ("av", "duckdb", "numpy", "opencv-python-headless", "PySide6-Essentials", "scipy")
    return {
        "version": PROGRAM_VERSION,
        "python": platform.python_version(),
        "system": platform.platform(),
        "packages": {name: version(name) for name in packages},
    }


def _codecs() -> Answer:
    found = usable_codecs(("h264", "hevc", "mpeg4", "mjpeg", "av1", "vp9"))
    return {"ok": found["h264"] and found["hevc"] and found["mjpeg"], "decoders": found}


def _decoding() -> Answer:
    clip = bundled_clips()[0]
    with open_source(packaged("demo", clip.file)) as decoder:
        frame = decoder.frame_at(int(decoder.index.pts[-1]))
        return {"frames": len(decoder.index), "last_frame": frame.number, "file": clip.file}


def _providers() -> Answer:
    speed = probe_speed()
    return {
        "provider": speed.device.provider,
        "why": speed.device.reason,
        "milliseconds_per_300x300": round(speed.milliseconds, 1),
    }


def _models() -> Answer:
    states = model_states()
    bad = [state.problem for state in states if state.problem]
    return {
        "ok": not bad,
        "verified": {state.card.name: state.card.sha256 for state in states if state.path},
        "missing": [state.card.name for state in states if state.missing],
        "problem": bad[0] if bad else None,
    }


def _encryption() -> Answer:
    who = Actor("selftest", platform.node())
    secret = "selftest"
    # Straight from the class: a self-test is no investigation and leaves no agency row.
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "case"
        Case.create(
            place, who, number="0", title=secret, policy=agency.UNREGISTERED, passphrase=secret
        ).close()
        Case.open(place, who, policy=agency.UNREGISTERED, passphrase=secret).close()
    return {"cipher": "AES-256-GCM", "key_derivation": "Argon2id"}


def _agency() -> Answer:
    verdict = agency.check_chain()
    return {
        "ok": verdict.holds,
        "policy": agency.policy_label(),
        "audit_rows": verdict.rows,
        "problem": verdict.why or None,
    }


def _disk() -> Answer:
    free = shutil.disk_usage(paths.home()).free
    return {
        "ok": free >= _LEAST_FREE_BYTES,
        "folder": str(paths.home()),
        "free_gib": round(free / 1024**3, 1),
    }


def _display() -> Answer:
    shown = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    has_one = sys.platform in ("win32", "darwin") or bool(shown)
    return {"display": shown or ("system" if has_one else "none: headless work only")}
