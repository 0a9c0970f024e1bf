"""Models from a real server that cuts, lies, refuses and knows no ranges."""

import shutil
from collections import namedtuple
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from detection.errors import DetectionError, ModelCorrupt, ModelMissing
from detection.model_cards import ModelCard, address_allowed
from detection.model_download import download
from detection.models import find
from resources.errors import UserError
from resources.paths import user_model_folder
from tests.support.model_packs import model_card
from tests.support.model_server import serving

_CONTENT = bytes(range(256)) * 800


class Server:
    """The misbehaving server, and what it was asked."""

    def __init__(self, at: str, folder: Path, log: Path) -> None:
        self.at = at
        self.folder = folder
        self._log = log

    @property
    def asked(self) -> list[str]:
        return self._log.read_text().splitlines() if self._log.exists() else []

    def card(self, *manners: str, name: str = "example") -> ModelCard:
        """A model of one file that lies on the server under these manners."""
        (self.folder / f"{name}.onnx").write_bytes(_CONTENT)
        entry = model_card({f"{name}.onnx": _CONTENT}, name=name)
        at = tuple(f"{self.at}/{manner}/{name}.onnx" for manner in manners)
        return replace(entry, files=(replace(entry.files[0], addresses=at),))


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    folder = tmp_path / "served"
    folder.mkdir()
    log = tmp_path / "asked.log"
    with serving(folder, log) as at:
        yield Server(at, folder, log)


def _run(wanted: ModelCard) -> list[int]:
    return [now.done for now in download(wanted)]


def _halves() -> list[Path]:
    return list(user_model_folder().rglob("*.part"))


def test_a_model_is_fetched_with_progress_and_found_afterwards(server: Server) -> None:
    wanted = server.card("good")

    told = _run(wanted)

    assert told == sorted(told)
    assert told[-1] == len(_CONTENT)
    assert find(wanted).read_bytes() == _CONTENT
    assert _halves() == []


def test_a_cut_connection_is_gone_on_with_at_once(server: Server) -> None:
    wanted = server.card("cut")

    _run(wanted)

    assert find(wanted).read_bytes() == _CONTENT
    assert server.asked == [
        "cut example.onnx ", f"cut example.onnx bytes={len(_CONTENT) // 2}-",
    ]  # fmt: skip


def test_a_server_without_ranges_is_asked_for_the_whole_again(server: Server) -> None:
    wanted = server.card("whole")

    _run(wanted)

    assert find(wanted).read_bytes() == _CONTENT


def test_what_came_is_kept_and_gone_on_with_the_next_time(server: Server) -> None:
    with pytest.raises(ModelMissing) as caught:
        _run(server.card("rude"))

    assert "4,000 of 204,800 bytes are kept" in caught.value.message
    assert "goes on from there" in caught.value.hint
    with pytest.raises(ModelMissing):
        find(server.card("rude"))
    _run(server.card("good"))
    assert server.asked[-1] == "good example.onnx bytes=4000-"
    assert find(server.card("good")).read_bytes() == _CONTENT


def test_a_download_that_is_cancelled_goes_on_the_next_time(server: Server) -> None:
    going = download(server.card("good"))
    came = next(going).done

    going.close()

    assert 0 < came < len(_CONTENT)
    _run(server.card("good"))
    assert server.asked[-1] == f"good example.onnx bytes={came}-"
    assert find(server.card("good")).read_bytes() == _CONTENT


def test_wrong_bytes_are_thrown_away_and_what_was_there_stays(server: Server) -> None:
    old = user_model_folder() / "example.onnx"
    old.write_bytes(b"an older version")

    with pytest.raises(ModelCorrupt) as caught:
        _run(server.card("wrong"))

    assert server.card("wrong").sha256 in caught.value.message
    assert "untouched" in caught.value.hint
    assert [path.name for path in user_model_folder().iterdir()] == ["example.onnx"]
    assert old.read_bytes() == b"an older version"


@pytest.mark.parametrize(
    ("manner", "words"),
    [
        ("long", "another file"),
        ("none", "404"),
        ("away", "not https"),
        ("silent", "no answer"),
    ],
)
def test_a_server_that_does_not_give_the_file_gives_one_clear_line(
    server: Server, manner: str, words: str
) -> None:
    with pytest.raises(ModelMissing, match=words):
        _run(server.card(manner))

    assert list(user_model_folder().iterdir()) == []


def test_the_next_address_is_tried(server: Server) -> None:
    wanted = server.card("none", "silent", "good")

    _run(wanted)

    assert find(wanted).read_bytes() == _CONTENT


def test_no_server_at_all_gives_one_clear_line(server: Server) -> None:
    entry = server.card("good")
    nowhere = replace(entry.files[0], addresses=("http://127.0.0.1:9/example.onnx",))

    with pytest.raises(ModelMissing, match="no connection"):
        _run(replace(entry, files=(nowhere,)))


def test_a_model_of_several_files_appears_whole_or_not_at_all(server: Server) -> None:
    entry = model_card({"a.onnx": b"first", "b.txt": b"second"}, name="pair")
    for part, content in zip(entry.files, (b"first", b"second"), strict=True):
        (server.folder / part.name).write_bytes(content)
    good, bad = (
        replace(part, addresses=(f"{server.at}/{manner}/{part.name}",))
        for part, manner in zip(entry.files, ("good", "none"), strict=True)
    )

    with pytest.raises(ModelMissing):
        _run(replace(entry, files=(good, bad)))

    assert [path.suffix for path in (user_model_folder() / "pair").iterdir()] == [".part"]
    mended = replace(bad, addresses=(f"{server.at}/good/b.txt",))
    _run(replace(entry, files=(good, mended)))
    assert find(replace(entry, files=(good, mended))).parent == user_model_folder() / "pair"
    assert sum("a.onnx" in line for line in server.asked) == 1


def test_a_full_disk_is_told_before_anything_is_fetched(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(1, 1, 0))

    with pytest.raises(UserError, match="MB are free"):
        _run(server.card("good"))

    assert server.asked == []


def test_what_cannot_be_put_in_place_is_told_and_nothing_is_lost(server: Server) -> None:
    # A folder of that name is in the way of the file.
    (user_model_folder() / "example.onnx").mkdir()

    with pytest.raises(UserError, match="cannot be stored"):
        _run(server.card("good"))


def test_a_model_that_nobody_offers_says_how_else_to_have_it() -> None:
    with pytest.raises(DetectionError, match="no address is known") as caught:
        _run(model_card({"a.onnx": b"first"}))

    assert "models import DIR" in caught.value.hint


@pytest.mark.parametrize(
    ("address", "allowed"),
    [
        ("https://example.org/a", True),
        ("http://127.0.0.1:8/a", True),
        ("http://example.org/a", False),
        ("http://127.0.0.1.example.org/a", False),
        ("ftp://localhost/a", False),
        ("file:///etc/passwd", False),
    ],
)
def test_only_https_and_this_computer_are_asked(address: str, allowed: bool) -> None:
    assert address_allowed(address) is allowed
