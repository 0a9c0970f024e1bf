"""Bytes that are no text in this system's encoding: they can be neither kept nor shown."""

import sys
from collections.abc import Mapping

from resources.errors import UserError


def refuse_broken_text(texts: Mapping[str, str]) -> None:
    """Makes sure that texts are whole; each comes with the words that name it.

    Raises:
        UserError: one holds such bytes.
    """
    for what, text in texts.items():
        try:
            text.encode()
        except UnicodeEncodeError as error:
            raise UserError(
                f"{what} is not text in the encoding {sys.getfilesystemencoding()}",
                "Rename the file, or set LC_ALL to a UTF-8 locale such as C.UTF-8.",
            ) from error
