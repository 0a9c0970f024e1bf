"""Which frames of a recording are safe to decode in the program's own process."""

from casefiles.case import Case
from casefiles.types import Source
from video.packet_index import first_from, up_to
from video.types import PacketIndex, TimeNs


def play_index(case: Case, source: Source) -> tuple[PacketIndex, str]:
    """The packet index to play by, and why it is cut short; empty where it is not.

    Where the process that analysed a recording crashed or hung, so would the window: it is played
    up to the last keyframe before that, if there is one.
    """
    index = case.packet_index(source.source_id)
    run = case.current_runs().get(source.source_id)
    if run is None or run.stop is None or not run.stop.died:
        return index, ""
    sound = first_from(index, TimeNs(run.stop.analysed_to_ns))
    keys = index.keyframes[: sound + 1].nonzero()[0]
    # At least the first picture: it was decoded when the recording was added.
    return up_to(index, max(int(keys[-1]) if len(keys) else 0, 1)), run.stop.reason
