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


class BadLine(CaseError):
    """What was drawn or written goes nowhere, or belongs nowhere."""


class UnknownLine(CaseError):
    """The case has no such line."""


class BadSearch(CaseError):
    """A search cannot be saved like that."""


class UnknownSearch(CaseError):
    """No saved search of the case has this id or name, or it was removed."""


class UnknownDecision(CaseError):
    """Nothing of that id was said of a hit, or it was taken back or put in force already."""


class UnknownAnswer(CaseError):
    """The case keeps no answer of this id."""


class BadBookmark(CaseError):
    """A bookmark marks no moment."""


class BadPlacement(CaseError):
    """A camera cannot stand or look like that."""


class CameraInUse(CaseError):
    """A camera cannot be taken away: something belongs to it."""


class BadClock(CaseError):
    """No recorder's clock stands like that, or what should prove it proves nothing."""


class BadCalibration(CaseError):
    """No camera can be calibrated by what was given."""


class UnknownCalibration(CaseError):
    """No calibration of the case has this id, or it was taken back already."""


class UnknownClock(CaseError):
    """No clock of the case has this id, or it was taken back already."""


class BadPositions(CaseError):
    """A file of positions that cannot be joined to footage."""


class UnknownPositions(CaseError):
    """No positions with this id."""


class BadEvents(CaseError):
    """A table of events that cannot be taken in."""


class TimesWithoutZone(BadEvents):
    """A time of a table names no zone, and nobody has given one for the file."""


class UnknownEvents(CaseError):
    """No events of the case were taken in under this id, or they are as asked already."""


class BadMap(CaseError):
    """A file cannot be used as the map of a case."""


class MapFileGone(BadMap):
    """The tiles of a layer are not where they were, or another file is there."""


class UnknownLayer(CaseError):
    """The map of the case has no layer of this id, or it was removed."""


class BadCoverage(CaseError):
    """Which streets were seen cannot be told as it was asked."""


class BadCanvass(CaseError):
    """What is said of a camera of others cannot be kept, or sent, like that."""


class UnknownCanvass(CaseError):
    """The canvass list has no entry of this id, or it was taken away."""


class BadSubject(CaseError):
    """What is said of a subject that is followed cannot be kept like that."""


class UnknownSubject(CaseError):
    """The case follows no subject of this id, or it was taken away."""


class BadSighting(CaseError):
    """What is said of where a subject was or was not seen cannot be kept like that."""


class UnknownSighting(CaseError):
    """Nothing of that id was said, or it was taken back or put in force already."""


class BadLink(CaseError):
    """What is said of the way between two cameras cannot be."""


class DuplicateSource(CaseError):
    """The same bytes are in the case already."""


class SourceMoved(CaseError):
    """The original of a source is missing or has changed."""


class UnsteadyMedium(CaseError):
    """Reading the same file twice gave different bytes."""


class WrongFile(CaseError):
    """A file is not, byte for byte, the one that is looked for."""


class BadOrigin(CaseError):
    """What is noted of an origin cannot be kept."""


class BadTable(CaseError):
    """A table of cameras cannot be read as one."""


class NotVerified(CaseError):
    """Something in the case does not verify."""
