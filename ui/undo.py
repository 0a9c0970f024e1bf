"""Undo and redo of edits: each command posts its edit and keeps the inverse that comes back.

The window never waits for the disk: what to post next is a function that the writer calls, and the
writer does things in order, so the edit before is done by then.
"""

from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from typing import TypeAlias

from PySide6.QtGui import QUndoCommand

from casefiles.edit_kinds import Edit

Post: TypeAlias = Callable[[Callable[[], Edit]], "Future[Edit]"]
"""`Case.post`: applies the edit that the function gives, and gives its inverse."""


class EditCommand(QUndoCommand):
    """One edit; undo and redo are the same: post the inverse of what was posted last."""

    def __init__(
        self,
        text: str,
        edit: Edit,
        post: Post,
        failed: "Callable[[EditCommand, BaseException], None]",
    ) -> None:
        """`failed` is called from the writer's thread when the edit could not be made."""
        super().__init__(text)
        self._post = post
        self._failed = failed
        self._next: Callable[[], Edit] = lambda: edit
        self.still = False
        """While it is moved on the stack and nothing is to be done."""

    def redo(self) -> None:
        """Makes the edit, or makes it again."""
        self._go()

    def undo(self) -> None:
        """Takes it back."""
        self._go()

    def _go(self) -> None:
        if self.still:
            return
        wanted = self._next
        future = self._post(wanted)
        self._next = future.result
        future.add_done_callback(partial(self._done, wanted))

    def _done(self, wanted: Callable[[], Edit], future: "Future[Edit]") -> None:
        error = future.exception()
        if error is not None:
            # Unless it was turned round meanwhile, it can be tried again.
            if self._next == future.result:
                self._next = wanted
            self._failed(self, error)
