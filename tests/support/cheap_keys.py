"""Keys that a computer under load opens in no time; what they cost stands in the key file."""

from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from casefiles.store import keys


@contextmanager
def keys_for_tests() -> Iterator[None]:
    """Until the end of the block, new key files take one pass over a mebibyte."""
    with patch.multiple(keys, _TIME_COST=1, _MEMORY_KIB=1024, _LANES=1):
        yield
