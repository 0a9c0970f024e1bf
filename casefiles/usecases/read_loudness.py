"""How loud a recording is over time, for the lane that shows its sound."""

from fractions import Fraction

from casefiles import audit
from casefiles.case import Case
from casefiles.jobs import Job, Progress
from casefiles.types import SourceId
from video.clock import NS_PER_S
from video.sound import Loudness, measure_loudness


def read_loudness(case: Case, source_id: SourceId) -> Job[Loudness]:
    """Decodes all sound of a source; kept nowhere, because it is made anew in seconds.

    Raises:
        UnknownSource, SourceMoved: the recording cannot be reached.
        NoSound: it has none.
    """
    source = case.source(source_id)
    index = case.packet_index(source_id)
    total = source.duration_ns // NS_PER_S
    yield Progress(0, total, "seconds", source.path.name)
    origin = Fraction(int(index.pts[0])) * index.time_base
    measuring = measure_loudness(case.media_path(source), origin)
    try:
        while True:
            reached = min(next(measuring) // NS_PER_S, total)
            yield Progress(reached, total, "seconds", source.path.name)
    except StopIteration as end:
        found: Loudness = end.value
    finally:
        measuring.close()
    case.record(audit.Entry("sound.view", "done", object=f"source:{source_id}"))
    return found
