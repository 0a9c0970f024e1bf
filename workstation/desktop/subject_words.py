"""Words of a subject's clothing, checked before they are kept."""

from collections.abc import Callable

from casefiles.subject_types import Subject
from casefiles.usecases.sightings import check_clothing
from ui.session import Session


def with_words_checked(
    session: Session, then: Callable[[Subject], None]
) -> Callable[[Subject], None]:
    """The same for subjects whose clothing holds no word that is never searched by; of others the
    banner says why, and that is logged."""

    def check(subject: Subject) -> None:
        session.ask(
            lambda case: check_clothing(case, subject.clothing),
            lambda _: then(subject),
            key="subject-words",
        )

    return check
