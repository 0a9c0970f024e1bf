"""Pictures of the map beside a picture are made on the thread for them."""

from collections.abc import Callable

from mapview.qt.picture import MapPicture, Render
from ui.session import Session


def reading(session: Session) -> Render:
    """Makes pictures of a map on the thread for them; what goes wrong is told."""

    def render(
        work: Callable[[], MapPicture],
        then: Callable[[MapPicture], None],
        failed: Callable[[BaseException], None],
    ) -> None:
        def complain(error: BaseException) -> None:
            failed(error)
            session.failed.emit(error)

        session.painter.ask(work, then, failed=complain)

    return render
