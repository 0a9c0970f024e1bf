"""What can go wrong with a case, its tables and what is put into it."""

from resources.errors import UserError


class CaseError(UserError):
    """A case cannot be used as asked."""


class NotACase(CaseError):
    """The folder or database is not a Sightline case."""


class CaseExists(CaseError):
    """A new case would overwrite something."""


class CaseFromTheFuture(CaseError):
    """A newer program wrote the case."""


class CaseBusy(CaseError):
    """Another process holds the case."""


class CaseOpenHere(CaseBusy):
    """This very process holds the case."""


class ReadOnlyCopy(CaseError):
    """The case is a copy made for looking; nothing was changed."""


class WrongPassphrase(CaseError):
    """The case is encrypted and the passphrase is missing or wrong."""


class BadPassphrase(CaseError):
    """A passphrase cannot be changed to that, or not at all."""


class CaseDamaged(CaseError):
    """The case's own files are broken."""


class Unwritable(CaseError):
    """The disk is full, read-only or gone; nothing was changed."""


class WrongPlace(CaseError):
    """Writing there would replace something that must stay."""


class UnknownCamera(CaseError):
    """No camera of the case has this id."""


class UnknownSource(CaseError):
    """No source of the case has this id."""


class UnknownTrack(CaseError):
    """No track of the case has this id."""


class NoAppearance(CaseError):
    """Nothing is stored by which looks could be compared."""


class UnknownZone(CaseError):
    """No zone of the case has this id, or it was removed."""


class UnknownBookmark(CaseError):
    """No bookmark of the case has this id, or it was removed."""


class UnknownSpot(CaseError):
    """No static spot of the case has this id, or it is hidden or brought back already."""


class BadZone(CaseError):
    """What was drawn or written encloses nothing, or belongs nowhere."""


class BadBookmark(CaseError):
    """A bookmark marks no moment."""


class BadPlacement(CaseError):
    """A camera cannot stand or look like that."""


class BadMap(CaseError):
    """A file cannot be used as the map of a case."""


class DuplicateSource(CaseError):
    """The same bytes are in the case already."""


class SourceMoved(CaseError):
    """The original of a source is missing or has changed."""


class BadTable(CaseError):
    """A table of cameras cannot be read as one."""


class NotVerified(CaseError):
    """Something in the case does not verify."""
