"""Frames that were due and never shown; arithmetic only."""


class Unseen:
    """Counts the frames of one source that the clock has passed without their being shown.

    A frame that is shown late was shown; it is missing once a later one (an earlier one, playing
    backward) has taken its place.
    """

    def __init__(self) -> None:
        self.count = 0
        self._last: int | None = None
        self._forward = True

    def begin(self, number: int, *, forward: bool, keep: bool = False) -> None:
        """From frame `number` on, which is due now and not shown yet; counts anew, or goes on."""
        self._forward = forward
        self._last = number - 1 if forward else number + 1
        if not keep:
            self.count = 0

    def shown(self, number: int) -> None:
        """A frame is on screen: those between the one before and it never were."""
        self._move_to(number, missed=self._ahead(number) - 1)

    def passed(self, number: int) -> None:
        """The clock is behind frame `number`, and no other is due: none up to it will be shown."""
        self._move_to(number, missed=self._ahead(number))

    def _ahead(self, number: int) -> int:
        if self._last is None:
            return 0
        return number - self._last if self._forward else self._last - number

    def _move_to(self, number: int, *, missed: int) -> None:
        self.count += max(missed, 0)
        if self._last is None or self._ahead(number) > 0:
            self._last = number
