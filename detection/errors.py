"""What can go wrong with models."""

from resources.errors import UserError


class DetectionError(UserError):
    """A model cannot be used as asked."""


class ModelMissing(DetectionError):
    """No file with the model's name and hash is in any model folder."""


class ModelCorrupt(DetectionError):
    """A file has the model's name but not its hash."""


class ModelUnusable(DetectionError):
    """The model file is whole but cannot be run, or gives outputs of the wrong shape."""


class StateUnusable(DetectionError):
    """A saved state belongs to another version or other options of a tracker or motion gate."""
