"""Running networks: the only importer of onnxruntime; picks the device and proves which one ran.

Knows no detector. A wheel built for CUDA claims CUDA on every machine, so nothing it lists is
believed: CUDA is tried once per process, in a child that may crash or print, and afterwards every
session is asked what it really runs on.
"""

import io
import os
import sys
import tempfile
from collections.abc import Collection, Mapping
from contextlib import redirect_stdout
from dataclasses import dataclass
from functools import lru_cache
from multiprocessing import current_process, get_context
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Final

import numpy as np
from numpy.typing import NDArray

# Read while it is imported: otherwise it writes a device id, a session and a database of events to
# send to its maker. The call that it offers against that comes too late for all three.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
import onnxruntime
from onnxruntime.capi import onnxruntime_pybind11_state as state

from detection.errors import ModelUnusable
from detection.models import card, load
from detection.types import Device
from resources.errors import UserError

_CPU: Final = "CPUExecutionProvider"
_CUDA: Final = "CUDAExecutionProvider"
_FATAL_ONLY: Final = 4
# The first use of a GPU loads over a gigabyte of libraries, possibly from a slow disk.
_TRIAL_SECONDS: Final = 90
_TRIAL_MODEL: Final = "ssd-oidv4"
_TRIAL_SHAPE: Final = (1, 3, 300, 300)
_TRIAL_OUTPUTS: Final = {"box_encodings": (1, 1917, 4), "scores": (1, 1917, 24)}
# onnxruntime's own errors share no base class; ValueError is what it gives for wrong inputs.
_ERRORS: Final = (
    state.EPFail,
    state.EngineError,
    state.Fail,
    state.InvalidArgument,
    state.InvalidGraph,
    state.InvalidProtobuf,
    state.NoModel,
    state.NotImplemented,
    state.RuntimeException,
    ValueError,
)


class Session:
    """One network loaded from verified bytes, for one picture at a time."""

    def __init__(
        self, content: bytes, *, model: str, threads: int = 1, may_take: Collection[str] = ()
    ) -> None:
        """Load the network `content` (an ONNX file), called `model` in messages.

        It must take exactly one input, whatever that is called, or, where `may_take` names some,
        one or more of those and no others.

        Raises:
            ModelUnusable: onnxruntime refuses the model, or it takes other inputs.
            UserError: WORKSTATION_DEVICE names no device.
        """
        self._model = model
        wanted = choose_device()
        try:
            if wanted.provider == _CUDA:
                self._session, wanted = _open_on_cuda(content, threads, wanted)
            else:
                self._session = _open(content, threads, [_CPU])
            inputs = [taken.name for taken in self._session.get_inputs()]
        except _ERRORS as error:
            raise _unusable(model, "cannot be loaded", error) from error
        if may_take and not set(inputs) <= set(may_take):
            raise ModelUnusable(
                f"the model {model} takes {', '.join(inputs)} instead of {', '.join(may_take)}"
            )
        if not may_take and len(inputs) != 1:
            raise ModelUnusable(f"the model {model} takes {len(inputs)} inputs instead of one")
        self._inputs = inputs
        self._device = _proved(wanted, self._session.get_providers()[0])

    @property
    def device(self) -> Device:
        """What the session reports it runs on."""
        return self._device

    def run(
        self, values: NDArray[np.float32], outputs: Mapping[str, tuple[int, ...]]
    ) -> list[NDArray[np.float32]]:
        """The named outputs for one input, in the order of `outputs`, which gives their shapes.

        Raises:
            ModelUnusable: the network fails, lacks an output, gives another shape than announced,
                or values that are no finite numbers.
        """
        return self._run({self._inputs[0]: values}, outputs, np.float32)

    def run_named(
        self,
        values: Mapping[str, NDArray[np.float32] | NDArray[np.int64]],
        outputs: Mapping[str, tuple[int | None, ...]],
    ) -> list[NDArray[np.float32]]:
        """As `run`, for a network of several inputs: those of `values` that it takes are given.

        None in a shape stands for any number; whole numbers come out as float32 too.

        Raises:
            ModelUnusable: as `run`.
        """
        given = {name: value for name, value in values.items() if name in self._inputs}
        return self._run(given, outputs, np.float32, np.int64, np.int32)

    def _run(
        self,
        given: Mapping[str, NDArray[np.float32] | NDArray[np.int64]],
        outputs: Mapping[str, tuple[int | None, ...]],
        *kinds: type[np.generic],
    ) -> list[NDArray[np.float32]]:
        try:
            results: list[NDArray[np.float32]] = self._session.run(list(outputs), dict(given))
        except _ERRORS as error:
            raise _unusable(self._model, "failed on a picture", error) from error
        for result, (name, shape) in zip(results, outputs.items(), strict=True):
            fits = len(result.shape) == len(shape) and all(
                wanted in (None, side) for side, wanted in zip(result.shape, shape, strict=True)
            )
            if not fits or result.dtype not in kinds:
                asked = str(shape).replace("None", "n")
                raise ModelUnusable(
                    f"the model {self._model} gives {name} as {result.shape} {result.dtype} "
                    f"instead of {asked} float32"
                )
            if not np.isfinite(result).all():
                raise ModelUnusable(
                    f"the model {self._model} gives values in {name} that are no numbers",
                    "Run: workstation selftest. On a GPU also try WORKSTATION_DEVICE=cpu.",
                )
        return [result.astype(np.float32, copy=False) for result in results]


@dataclass(frozen=True, slots=True)
class Speed:
    """How long the shipped detector's network takes for one 300×300 picture."""

    device: Device
    milliseconds: float
    """Median wall time of the timed runs."""


def probe_speed(*, threads: int = 1, runs: int = 7) -> Speed:
    """Time the network on the device that a session would get now, after one unmeasured run.

    Raises:
        DetectionError: the shipped model is missing, damaged or cannot run.
    """
    session = Session(load(card(_TRIAL_MODEL)), model=_TRIAL_MODEL, threads=threads)
    picture = np.zeros(_TRIAL_SHAPE, np.float32)
    session.run(picture, _TRIAL_OUTPUTS)
    times = []
    for _ in range(runs):
        started = perf_counter()
        session.run(picture, _TRIAL_OUTPUTS)
        times.append(perf_counter() - started)
    return Speed(session.device, 1000 * median(times))


def choose_device() -> Device:
    """The device that sessions are going to ask for, from WORKSTATION_DEVICE (auto, cpu, cuda).

    Raises:
        UserError: the variable names something else.
    """
    wanted = os.environ.get("WORKSTATION_DEVICE") or "auto"
    if wanted not in ("auto", "cpu", "cuda"):
        raise UserError(f"WORKSTATION_DEVICE is '{wanted}'", "Set it to auto, cpu or cuda.")
    if wanted == "cpu":
        return Device(_CPU, "cpu", "WORKSTATION_DEVICE asks for the CPU.")
    trouble = cuda_trouble()
    if not trouble:
        return Device(_CUDA, "cuda", "CUDA worked in a trial run.")
    asked = "CUDA was asked for but" if wanted == "cuda" else "CUDA"
    return Device(_CPU, "cpu", f"{asked} cannot be used: {trouble}.")


@lru_cache(maxsize=1)
def cuda_trouble() -> str:
    """Why CUDA cannot be used by this process; empty if it can. Found out once."""
    if _CUDA not in onnxruntime.get_available_providers():
        return "the installed onnxruntime is the build without it"
    if not _nvidia_visible():
        return "no NVIDIA device is visible"
    if current_process().daemon:
        return "it cannot be tried from inside a daemonic worker process"
    trouble = try_cuda_in_child()
    if not trouble:
        _load_cuda_libraries()
    return trouble


def try_cuda_in_child() -> str:
    """Run the shipped network on CUDA in a child process: empty if that worked, else why not.

    A child, because asking for CUDA prints to both standard streams, and a driver that does not
    fit can take the process down.
    """
    context = get_context("spawn")
    answer, theirs = context.Pipe(duplex=False)
    child = context.Process(target=_trial, args=(theirs,))
    child.start()
    theirs.close()
    try:
        if not answer.poll(_TRIAL_SECONDS):
            return f"a trial run gave no answer within {_TRIAL_SECONDS} seconds"
        trouble: str = answer.recv()
    except EOFError:
        child.join()
        return f"a trial run ended with exit code {child.exitcode}"
    else:
        return trouble
    finally:
        child.kill()
        child.join()
        answer.close()


def _trial(answer: Connection) -> None:
    """In the child: try, with both standard streams going to a file, and tell what went wrong."""
    with tempfile.TemporaryFile() as noise:
        sys.stdout.flush()
        os.dup2(noise.fileno(), 1)
        os.dup2(noise.fileno(), 2)
        try:
            said = _load_cuda_libraries()
            session = _open(load(card(_TRIAL_MODEL)), 1, [_CUDA, _CPU])
            if session.get_providers()[0] != _CUDA:
                trouble = said.partition("\n")[0].rstrip(".") or "its libraries cannot be loaded"
            else:
                session.run(list(_TRIAL_OUTPUTS), {"images": np.zeros(_TRIAL_SHAPE, np.float32)})
                trouble = ""
        except (*_ERRORS, UserError) as error:
            trouble = _first_line(error)
        answer.send(trouble)


def _load_cuda_libraries() -> str:
    """Load the CUDA libraries that came with Python packages; gives what was printed about it."""
    said = io.StringIO()
    with redirect_stdout(said):
        onnxruntime.preload_dlls()
    return said.getvalue()


def _nvidia_visible() -> bool:
    """Whether the system shows an NVIDIA device at all: a look at files, nothing is loaded."""
    if sys.platform == "win32":
        return (Path(os.environ.get("SYSTEMROOT", r"C:\Windows")) / "System32/nvcuda.dll").exists()
    # The second is how a Linux inside Windows sees the card.
    return any(Path("/dev").glob("nvidia[0-9]*")) or Path("/dev/dxg").exists()


def _open_on_cuda(
    content: bytes, threads: int, wanted: Device
) -> tuple[onnxruntime.InferenceSession, Device]:
    try:
        return _open(content, threads, [_CUDA, _CPU]), wanted
    except _ERRORS as error:
        # A full card, say: slow is better than not at all, as long as it is said.
        reason = f"CUDA worked in a trial run but not for this model: {_first_line(error)}."
        return _open(content, threads, [_CPU]), Device(_CPU, "cpu", reason)


def _open(content: bytes, threads: int, providers: list[str]) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = _FATAL_ONLY
    # Waiting threads that spin took 1.7 times the processor time and gained nothing under load.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    # Its own fall-back prints to stdout and changes the device behind our back.
    return onnxruntime.InferenceSession(
        content, sess_options=options, providers=providers, enable_fallback=0
    )


def _proved(wanted: Device, provider: str) -> Device:
    """The device that runs, in the words of the choice if that is the one chosen."""
    if provider == wanted.provider:
        return wanted
    return Device(
        provider,
        "cuda" if provider == _CUDA else "cpu",
        f"{wanted.name} was chosen, but the session of this model runs on {provider}.",
    )


def _unusable(model: str, happened: str, error: Exception) -> ModelUnusable:
    return ModelUnusable(
        f"the model {model} {happened}: {_first_line(error)}",
        "Run: workstation models verify.",
    )


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0].rstrip(".")
