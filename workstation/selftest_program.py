"""Checks of what came with the program: libraries, codecs, models, device, encryption."""

import os
import platform
import tempfile
from collections.abc import Generator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from time import monotonic
from typing import Final

from resources.files import packaged
from resources.version import PROGRAM_VERSION
from workstation.selftest_types import Bench, Finding

# Deferred imports throughout: of a library that cannot be loaded only its own check fails.

_PACKAGES: Final = (
    "av", "duckdb", "numpy", "opencv-python-headless", "PySide6-Essentials", "scipy",
)  # fmt: skip
_NEEDED_CODECS: Final = ("h264", "hevc", "mjpeg")
_CODECS: Final = (*_NEEDED_CODECS, "mpeg4", "av1", "vp9")
_WAIT_S: Final = 1.0
_REINSTALL: Final = "Install the program again (docs/install.md)."


def program(_: Bench) -> Finding:
    """Versions of the program, of Python, of the system and of the libraries."""
    found, missing = {}, []
    for name in _PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            missing.append(name)
    facts = {
        "version": PROGRAM_VERSION,
        "python": platform.python_version(),
        "system": platform.platform(),
        "packages": found,
    }
    if missing:
        return Finding(
            "problem", f"not installed: {', '.join(missing)}",
            "Parts of the program cannot work.", _REINSTALL, facts,
        )  # fmt: skip
    said = f"Sightline {PROGRAM_VERSION}, Python {facts['python']}, {facts['system']}"
    return Finding("ok", said, facts=facts)


def codecs(_: Bench) -> Finding:
    """Which encodings of video can be decoded."""
    from video.codecs import usable_codecs  # noqa: PLC0415 - see above

    found = usable_codecs(_CODECS)
    facts = {"decoders": found}
    lacking = [name for name in _CODECS if not found[name]]
    if any(name in _NEEDED_CODECS for name in lacking):
        return Finding(
            "problem", f"cannot decode {', '.join(lacking)}",
            "Recordings in these encodings cannot be shown or analysed.", _REINSTALL, facts,
        )  # fmt: skip
    said = ", ".join(name for name in _CODECS if found[name])
    if lacking:
        return Finding("note", f"{said}; not {', '.join(lacking)}", facts=facts)
    return Finding("ok", said, facts=facts)


def decoding(_: Bench) -> Finding:
    """Whether the last frame of a bundled recording is read."""
    from casefiles.usecases.build_demo import bundled_clips  # noqa: PLC0415 - see above
    from video.decoder import open_source  # noqa: PLC0415 - see above

    clip = bundled_clips()[0]
    with open_source(packaged("demo", clip.file)) as decoder:
        frame = decoder.frame_at(int(decoder.index.pts[-1]))
        frames = len(decoder.index)
    facts = {"frames": frames, "last_frame": frame.number, "file": clip.file}
    return Finding("ok", f"{frames} frames of {clip.file} indexed, the last one read", facts=facts)


def models(_: Bench) -> Finding:
    """Whether the models that came with the program are the very files meant."""
    from detection.models import model_states  # noqa: PLC0415 - see above

    states = model_states()
    bad = [state.problem for state in states if state.problem]
    verified = {state.card.name: state.card.sha256 for state in states if state.path}
    missing = [state.card.name for state in states if state.missing]
    facts = {"verified": verified, "missing": missing, "problem": bad[0] if bad else None}
    if bad:
        return Finding(
            "problem", bad[0], "Nothing can be found with that model.",
            "Take a spoilt file away; 'workstation models import DIR' puts a good one in place.",
            facts,
        )  # fmt: skip
    said = f"{', '.join(verified)} verified"
    optional = f"; not installed, not needed: {', '.join(missing)}" if missing else ""
    return Finding("ok", said + optional, facts=facts)


def providers(_: Bench) -> Finding:
    """What analysis really runs on, and how fast."""
    from detection.onnx_session import probe_speed  # noqa: PLC0415 - see above

    speed = probe_speed()
    device = speed.device
    took = round(speed.milliseconds, 1)
    facts = {
        "provider": device.provider,
        "why": device.reason,
        "milliseconds_per_300x300": took,
    }
    if device.name != "cpu":
        return Finding("ok", f"{device.provider}, {took} ms a picture", facts=facts)
    asked = os.environ.get("WORKSTATION_DEVICE") == "cpu"
    return Finding(
        "note",
        f"CPU ONLY, NO GRAPHICS CARD IS USED, {took} ms a picture: {device.reason}",
        "Analysis gives the same results, many times more slowly than on a graphics card.",
        "Nothing, where the computer has no NVIDIA card. Otherwise "
        + ("unset WORKSTATION_DEVICE." if asked else "install its driver, CUDA 13 and cuDNN 9."),
        facts,
        loud="ANALYSIS RUNS ON THE CPU, NOT ON A GRAPHICS CARD.",
    )


def worker(_: Bench) -> Finding:
    """Whether a process beside the program starts and answers."""
    from casefiles.workers import Died, Ended, Processes, Said  # noqa: PLC0415 - see above

    began = monotonic()
    with Processes() as crew:
        crew.hire(answer_once)
        said = None
        while True:
            for _worker, event in crew.hear(_WAIT_S):
                if isinstance(event, Said):
                    said = event.message
                    took = monotonic() - began
                if isinstance(event, Ended) and said is not None and said != os.getpid():
                    facts = {"seconds": round(took, 1)}
                    return Finding("ok", f"a second process answered in {took:.1f} s", facts=facts)
                if not isinstance(event, Said):
                    why = event.why if isinstance(event, Died) else type(event).__name__
                    return Finding(
                        "problem", f"a second process was started and {why}",
                        "Nothing can be analysed: that is done in such processes.",
                        "Look for software that forbids programs to start others, such as "
                        "protection against viruses, and for a limit on processes.",
                    )  # fmt: skip


def answer_once() -> Generator[int, None, None]:
    """In the process: says its number, and ends."""
    yield os.getpid()


def encryption(_: Bench) -> Finding:
    """Whether an encrypted case can be made and opened again."""
    from casefiles import agency  # noqa: PLC0415 - see above
    from casefiles.case import Case  # noqa: PLC0415 - see above
    from casefiles.types import Actor  # noqa: PLC0415 - see above

    who = Actor("selftest", platform.node())
    secret = "selftest"
    # Straight from the class: a self-test is no investigation and leaves no agency row.
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "case"
        Case.create(
            place, who, number="0", title=secret, policy=agency.UNREGISTERED, passphrase=secret
        ).close()
        Case.open(place, who, policy=agency.UNREGISTERED, passphrase=secret).close()
    facts = {"cipher": "AES-256-GCM", "key_derivation": "Argon2id"}
    said = "an encrypted case was made and opened (AES-256-GCM, Argon2id)"
    return Finding("ok", said, facts=facts)


def agency_store(_: Bench) -> Finding:
    """Whether the agency's own log is whole."""
    from casefiles import agency  # noqa: PLC0415 - see above

    verdict = agency.check_chain()
    policy = agency.policy_label()
    facts = {"policy": policy, "audit_rows": verdict.rows, "problem": verdict.why or None}
    if not verdict.holds:
        return Finding(
            "problem", f"its log does not verify: {verdict.why}",
            "The log of what belongs to no single case was changed or damaged.",
            "Keep the file as it is, and ask whoever is responsible for the log.", facts,
        )  # fmt: skip
    return Finding("ok", f"{verdict.rows} log rows verified, policy {policy}", facts=facts)
