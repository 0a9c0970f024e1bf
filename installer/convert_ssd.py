"""Makes the embedded detector: SSD-MobileNetV2 of Google's npm package as an ONNX file.

    python -m installer.convert_ssd mediapipe-objectron-0.4.1675468480.tgz

takes the package as `npm pack @mediapipe/objectron@0.4.1675468480` leaves it, or the file
`objectron_solution_packed_assets.data` out of it. Nothing is fetched here, and nothing is written
unless the hash of the graph in the package is the known one. The same input gives the same bytes.
"""

import argparse
import hashlib
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Final

import onnx
from onnx import helper

from installer.tflite_graph import UnsupportedGraph, convert

PACKAGE: Final = "@mediapipe/objectron 0.4.1675468480"
TFLITE_SHA256: Final = "d0a5255bf8c4f5a0bc4240741a76c41d5e939f7655078f945f50ab53a9375da6"
OUTPUT: Final = (
    Path(__file__).resolve().parents[1] / "resources" / "models" / "ssd_mobilenet_v2_oidv4.onnx"
)

_MEMBER: Final = "package/objectron_solution_packed_assets.data"
# The assets are the label map followed by the graph.
_GRAPH_START: Final = 184
_ABOUT: Final = {
    "licence": "Apache-2.0",
    "origin": f"SSD-MobileNetV2 out of Google's npm package {PACKAGE}",
    "changes": "converted from TFLite to ONNX; any picture size; sigmoid of the class values added",
    "source_sha256": TFLITE_SHA256,
}


class WrongPackage(ValueError):
    """The file is not the package, or not the version of it that is known here."""


def tflite_from(package: Path) -> bytes:
    """The detector's TFLite file, cut out of the package (.tgz or the assets file alone).

    Raises:
        WrongPackage: the assets are missing, or the hash of the graph differs.
        OSError: the file cannot be read.
    """
    if tarfile.is_tarfile(package):
        with tarfile.open(package) as archive:
            if _MEMBER not in archive.getnames():
                raise WrongPackage(f"{package.name} holds no {_MEMBER}")
            member = archive.extractfile(_MEMBER)
            assets = member.read() if member else b""
    else:
        assets = package.read_bytes()
    graph = assets[_GRAPH_START:]
    found = hashlib.sha256(graph).hexdigest()
    if found != TFLITE_SHA256:
        raise WrongPackage(
            f"{package.name} is not {PACKAGE}: the graph's sha256 is {found}, not {TFLITE_SHA256}"
        )
    return graph


def onnx_from(tflite_file: bytes) -> bytes:
    """The ONNX file of the detector.

    Input `images` (1, 3, h, w) float32 RGB, pixel / 127.5 − 1. Outputs `box_encodings` (1, n, 4)
    as ty, tx, th, tw and `scores` (1, n, 24) in 0..1, class 0 being the background.

    Raises:
        UnsupportedGraph: the graph is not the one this was written for.
    """
    model = convert(
        tflite_file,
        input_name="images",
        output_names={
            "raw_outputs/box_encodings": "box_encodings",
            "raw_outputs/class_predictions": "class_logits",
        },
    )
    logits = model.graph.output[1]
    model.graph.node.append(
        helper.make_node("Sigmoid", ["class_logits"], ["scores"], name="scores")
    )
    logits.name = "scores"
    helper.set_model_props(model, _ABOUT)
    onnx.checker.check_model(model, full_check=True)
    content: bytes = model.SerializeToString(deterministic=True)
    return content


def main(arguments: list[str] | None = None) -> int:
    """Exit code 0, or 2 with one line on stderr when the package is not the known one."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("package", type=Path, help="the .tgz, or the packed assets out of it")
    parser.add_argument("--out", type=Path, default=OUTPUT, help="default: %(default)s")
    options = parser.parse_args(arguments)
    try:
        content = onnx_from(tflite_from(options.package))
        _write(options.out, content)
    except (WrongPackage, UnsupportedGraph, OSError) as error:
        print(f"convert_ssd: {error}", file=sys.stderr)
        return 2
    print(f"{options.out}  {len(content)} bytes  sha256 {hashlib.sha256(content).hexdigest()}")
    return 0


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as beside:
        beside.write(content)
    # The default of 0600 for temporary files would travel into the package.
    Path(beside.name).chmod(0o644)
    Path(beside.name).replace(path)


if __name__ == "__main__":
    sys.exit(main())
