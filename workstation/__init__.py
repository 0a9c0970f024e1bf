"""Entry, wiring and command line: may import every folder below, and holds no product logic."""

from resources.version import PROGRAM_VERSION

__version__ = PROGRAM_VERSION
