"""The program version, written into every derived row and every audit row."""

from typing import Final

PROGRAM_VERSION: Final = "0.1.0"
