"""What can go wrong with footage; library errors are translated into these where PyAV is called."""

from resources.errors import UserError


class VideoError(UserError):
    """Footage cannot be used as asked."""


class CannotOpen(VideoError):
    """The file is missing, unreadable, empty or of a kind FFmpeg does not know."""


class NoPictures(VideoError):
    """The file opens but holds no video stream or not one decodable picture."""


class NoSound(VideoError):
    """The recording holds no sound that can be played."""


class SeekFailed(VideoError):
    """The wanted moment lies outside the footage or cannot be reached."""


class Damaged(VideoError):
    """The footage breaks off or its pictures do not decode where they should."""


class CannotRewrap(VideoError):
    """No other container takes these coded pictures as they are; the original can be worked on."""


class CannotWrite(VideoError):
    """The disk that pictures are written to is full, read-only or gone; nothing half is left."""


class BadPairs(VideoError):
    """No ground can be found from pairs of points in a picture and on the ground."""
