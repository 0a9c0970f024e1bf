"""The root of every error meant for a person; nothing here knows what failed.

UserError                       the world's fault: one sentence and a hint, exit code 2
├── NotInThisVersion            the command-line contract names it, this version lacks it
├── MissingFile                 a packaged or wanted file is not where it should be
├── video.errors.VideoError     CannotOpen · NoPictures · SeekFailed · Damaged ·
│                                     CannotRewrap · CannotWrite
├── detection.errors.DetectionError   ModelMissing · ModelCorrupt · ModelUnusable ·
│                                     StateUnusable
└── casefiles.errors.CaseError  NotACase · CaseFromTheFuture · CaseBusy · WrongPassphrase ·
                                BadPassphrase · CaseDamaged · UnknownCamera · UnknownSource ·
                                DuplicateSource · BadTable · Unwritable · WrongPlace · UnknownZone ·
                                UnknownBookmark · BadZone · BadBookmark · BadPlacement · BadMap ·
                                NoAppearance

Everything that is not a UserError is a bug: exit code 1 and a report.
"""

# Line ends and terminal commands, written out: a name from a file must neither start a line nor
# colour one. C0, DEL and C1; the two line separators; the marks that turn the writing direction.
CONTROLS = {
    code: f"\\u{code:04x}"
    for code in (*range(32), *range(127, 160), 0x2028, 0x2029, *range(0x202A, 0x202F),
                 *range(0x2066, 0x206A))
}  # fmt: skip


def one_line(text: str) -> str:
    """A text without line ends and terminal commands: any white space is one space."""
    return " ".join(text.split()).translate(CONTROLS)


class UserError(Exception):
    """Something outside the program went wrong.

    `message` says what happened and to which thing; `hint` says what to do about it.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        """The message and the hint as one line."""
        text = f"{self.message.rstrip('.')}. {self.hint}" if self.hint else self.message
        return one_line(text)


class NotInThisVersion(UserError):
    """A name of the command-line contract that this version does not fill yet."""

    def __init__(self, what: str) -> None:
        super().__init__(f"'{what}' is not in this version")


class MissingFile(UserError):
    """A file that should be there is not."""
