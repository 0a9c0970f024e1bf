"""Which encodings this FFmpeg build decodes: tried by name, nothing is opened."""

from av.codec import Codec
from av.codec.codec import UnknownCodecError


def usable_codecs(names: tuple[str, ...]) -> dict[str, bool]:
    """For each FFmpeg codec name, whether a decoder for it is built in."""
    return {name: _decodes(name) for name in names}


def _decodes(name: str) -> bool:
    try:
        return bool(Codec(name, "r").is_decoder)
    except UnknownCodecError:
        return False
