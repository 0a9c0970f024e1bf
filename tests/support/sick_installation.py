"""An installation with real faults: a model left out, a library cut short, a plug-in that needs
one that is nowhere. Everything else is the real program, by links."""

import sys
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("workstation", "ui", "video", "detection", "mapview", "casefiles")
NEEDED = b"libQt6Gui.so.6"
NOWHERE = b"libNowher.so.6"
"""Of one length: names in a library are changed in place."""


def sick_installation(folder: Path) -> Path:
    """Makes it in `folder`; gives where to run `python -m workstation`."""
    tree = folder / "program"
    tree.mkdir()
    for name in FOLDERS:
        (tree / name).symlink_to(ROOT / name)
    _linked(ROOT / "resources", tree / "resources", but="models")
    (tree / "resources" / "models").mkdir()
    onnxruntime = _home_of("onnxruntime")
    _linked(onnxruntime, tree / "onnxruntime", but="capi")
    library = next(onnxruntime.glob("capi/onnxruntime_pybind11_state*.so"))
    _linked(onnxruntime / "capi", tree / "onnxruntime" / "capi", but=library.name)
    # As a copy that was broken off leaves it.
    (tree / "onnxruntime" / "capi" / library.name).write_bytes(library.read_bytes()[:4096])
    plugin = Path("Qt", "plugins", "platforms", "libqoffscreen.so")
    pyside = _home_of("PySide6")
    real, made = pyside, tree / "PySide6"
    for part in plugin.parts:
        _linked(real, made, but=part)
        real, made = real / part, made / part
    content = real.read_bytes()
    assert content.count(NEEDED) == 1
    made.write_bytes(content.replace(NEEDED, NOWHERE))
    return tree


def _linked(real: Path, made: Path, *, but: str) -> None:
    made.mkdir()
    for path in real.iterdir():
        if path.name != but:
            (made / path.name).symlink_to(path)


def _home_of(package: str) -> Path:
    spec = find_spec(package)
    assert spec is not None, sys.path
    assert spec.origin is not None
    return Path(spec.origin).parent
